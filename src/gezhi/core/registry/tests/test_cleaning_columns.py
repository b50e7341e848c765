"""Columns are read as their cells are, and plain cells need no reading."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.core.registry.cleaning_columns import clean_column
from gezhi.core.registry.sheet_templates import POPULATION, TEMPLATES
from gezhi.core.registry.sheets import Column, clean_cell

PLAIN = [column for template in TEMPLATES.values() for column in template.columns if column.plain]


@given(st.sampled_from(PLAIN), st.data())
def test_a_plain_cell_comes_out_as_it_went_in(column: Column, data: st.DataObject) -> None:
    cell = data.draw(st.from_regex(column.plain.removesuffix("$") + r"\Z"))
    answer = clean_cell(column, cell)
    assert answer.value in (cell, (cell,))
    assert answer.findings == ()


@given(
    st.sampled_from(PLAIN),
    st.lists(st.none() | st.text(max_size=12) | st.sampled_from(["王伟", "无", "13812345678"])),
)
def test_every_other_cell_is_read_once(column: Column, cells: list[str | None]) -> None:
    answer = clean_column(pl.Series("cells", cells, dtype=pl.String), column)
    assert len(answer.plain) == len(cells)
    for cell, plain in zip(cells, answer.plain, strict=True):
        read = clean_cell(column, cell or "")
        if plain:
            assert read.value in (cell, (cell,))
        else:
            assert answer.answers[cell or ""] == read


@pytest.mark.parametrize("field", ["name", "phone", "workplace"])
def test_the_great_columns_have_a_plain_form(field: str) -> None:
    assert POPULATION.column(field).plain


def test_a_column_of_codes_is_read_by_its_distinct_words() -> None:
    column = POPULATION.column("relation_to_head")
    answer = clean_column(pl.Series("cells", ["户主", "妻子", "户主", None]), column)
    assert not answer.plain.any()
    assert {text: read.value for text, read in answer.answers.items()} == {
        "户主": "02",
        "妻子": "12",
        "": None,
    }
