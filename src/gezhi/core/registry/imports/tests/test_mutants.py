"""Mutated sheets: no crash, no silent change.

`GEZHI_MUTANTS=10000` for the full number, `GEZHI_MUTANTS_CONFIRMED=1` to write each of them.
"""

from __future__ import annotations

import os
import random
from datetime import date
from functools import cache
from itertools import zip_longest
from typing import Any

import polars as pl
import pytest

from gezhi.base.errors import Refusal
from gezhi.base.text import tidy
from gezhi.core.places import snapshots
from gezhi.core.registry.codes_people import CARE, RESIDENCE_KIND
from gezhi.core.registry.imports import checking, confirming, mapping
from gezhi.core.registry.imports.mapping import SheetsMapping
from gezhi.core.registry.imports.progress import Silent
from gezhi.core.registry.imports.reading import SheetCells, Workbook, value_of
from gezhi.core.registry.imports.staging import Staged
from gezhi.core.registry.imports.tests.mutants import sheet_of
from gezhi.core.registry.models import ImportBatch
from gezhi.core.registry.rules import HEAD
from gezhi.core.registry.sheet_templates import TEMPLATES
from gezhi.core.registry.tests.town import CLERK, NOON, TODAY, build_town
from gezhi.core.registry.validation import CODED

pytestmark = pytest.mark.django_db
MUTANTS = int(os.environ.get("GEZHI_MUTANTS", "60"))
CONFIRMED = int(os.environ.get("GEZHI_MUTANTS_CONFIRMED", "2"))
"""Every so many of them are confirmed as well; 1 for all."""
FIRST = int(os.environ.get("GEZHI_MUTANTS_FROM", "0"))


def test_mutated_sheets_neither_crash_nor_change_anything_in_silence() -> None:
    build_town()
    snapshots.forget()
    checked = 0
    wrong: list[Any] = []
    for seed in range(FIRST, FIRST + MUTANTS):
        book = sheet_of(random.Random(seed))
        copies = [SheetCells(**{n: getattr(s, n) for n in s.__slots__}) for s in book.sheets]
        for one in copies:
            one.blocks = list(one.blocks)
        try:
            how = mapping.find(book)
            for sheet in how.sheets:
                sheet.used = sheet.used and not sheet.missing
            staged = checking.check(
                book, how, as_of=TODAY, today=TODAY, within=None, actor=CLERK, progress=Silent()
            )
        except Refusal:
            continue
        except Exception as error:
            raise AssertionError(f"mutant {seed}") from error
        checked += 1
        silent = silent_changes(Workbook(tuple(copies)), how, staged)
        wrong.extend((seed, *one) for one in silent)
        if seed % CONFIRMED == 0:
            _confirm(how, staged, seed)
    assert not wrong, "\n".join(map(str, wrong[:20]))
    assert checked > MUTANTS / 3


def _confirm(how: SheetsMapping, staged: Staged, seed: int) -> None:
    batch = ImportBatch.objects.create(
        template=how.template,
        file_name=f"{seed}.xlsx",
        file_hash=b"",
        file_size=0,
        state="checked",
        as_of=TODAY,
        mapping=how.as_json(),
        uploaded_by="",
        uploaded_at=NOON,
        files_until=TODAY,
    )
    try:
        batch = confirming.confirm(batch, staged, by=CLERK, at=NOON, progress=Silent())
    except Exception as error:
        raise AssertionError(f"mutant {seed} is not written") from error
    rows = staged.outcomes["outcome"].value_counts().to_dicts()
    for row in rows:
        assert batch.counts[row["outcome"]] == row["count"], f"mutant {seed}"


def silent_changes(book: Workbook, how: SheetsMapping, staged: Staged) -> list[Any]:
    """Cells taken in another form, or rows passed over, of which nothing is said."""
    told = staged.told
    by_row = set(told.select("sheet", "row", "field").iter_rows())
    alike = {
        (sheet, field, before or "")
        for sheet, field, before, kind in told.select(
            "sheet", "field", "before", "kind"
        ).iter_rows()
        if kind == "cleaned"
    }
    found: list[Any] = []
    skipped = told.filter(pl.col("code").str.starts_with("row_"))
    for sheet in how.sheets:
        if not sheet.used:
            continue
        cells = book.sheets[sheet.sheet]
        below = cells.rows - sheet.row - sheet.height
        here = staged.outcomes.filter(pl.col("sheet") == sheet.sheet)
        passed = skipped.filter(pl.col("sheet") == sheet.sheet)["times"].sum()
        if len(here) + passed != below:
            found.append(("rows", sheet.sheet, len(here), passed, below))
        refused = here.filter(pl.col("outcome") == "refused")["row"].to_list()
        reasons = set(
            told.filter(
                (pl.col("sheet") == sheet.sheet) & pl.col("kind").is_in(["refused", "proposal"])
            )["row"]
        )
        found.extend(("no reason", sheet.sheet, row) for row in refused if row not in reasons)
        merged = {
            (row, at)
            for one in cells.merged
            for row in range(one.first_row, one.last_row + 1)
            for at in range(one.first_column, one.last_column + 1)
        }
        frame = cells.columns()
        rows = staged.rows.filter(pl.col("sheet") == sheet.sheet)
        for row in rows.iter_rows(named=True):
            written = frame.row(row["row"] - 1)
            for at, name in sheet.columns.items():
                column = TEMPLATES[how.template].column(name)
                if column.clean is None or not column.kept or (row["row"] - 1, at) in merged:
                    continue
                if name == "community":  # only tells where the compound is looked for
                    continue
                text = seen(written[at])
                if (sheet.sheet, row["row"], name) in by_row:
                    continue
                if (sheet.sheet, name, text) in alike:
                    continue
                if not same(text, name, row):
                    found.append((sheet.sheet, row["row"], name, text, row.get(name)))
    return found


def seen(cell: str | None) -> str:
    """A cell as the clerk sees it."""
    value = value_of(cell)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def same(text: str, name: str, row: dict[str, Any]) -> bool:
    """Whether a value says what the cell says."""
    value = row.get(name)
    if value == text or any((value, text) == pair for pair in _titles()):
        return True
    table = CODED.get(name) or {"residence_kind": RESIDENCE_KIND}.get(name)
    if table is not None and value is not None and table.is_name(text, value):
        return True
    if name == "head_name" and row.get("relation_to_head") == HEAD and value == row["name"]:
        return says_none(tidy(text).strip("'"))
    if row.get(f"{name}__none"):
        return value in (None, "") or name in ("id_kind", "gender", "birth_date", "residence_kind")
    if name == "phone" and row.get("other_phones"):
        return False
    bare = tidy(text).strip(" '\"“”()[].。:")
    if says_none(bare):
        derived = name in ("gender", "birth_date") and row.get("id_no")
        derived = derived or (name == "head_name" and value == row["name"])
        return value in (None, "") or bool(derived) or name in ("residence_kind", "id_kind")
    if bare in ("不详", "未知") and value is None:
        return True
    if value is None:
        return False
    if isinstance(value, date):
        return value.isoformat() == text
    if isinstance(value, bool):
        return text == ("是" if value else "否")
    if isinstance(value, float):
        return float(text) == value
    if name == "care_labels":
        pairs = zip_longest(text.split("、"), value.split("、"), fillvalue="")
        return all(CARE.is_name(word, code) for word, code in pairs)
    if table is not None:
        return False
    return False


def says_none(bare: str) -> bool:
    """Whether a cell says that there is nothing, or says nothing."""
    return bare in ("", "/", "\\", "-", "--", "—", "——", "无", "N/A", "NA", "//", "?", "？")


@cache
def _titles() -> list[tuple[str, str]]:
    from gezhi.core.registry import codes_people, codes_units
    from gezhi.core.registry.codes import CodeTable

    return [
        pair
        for module in (codes_people, codes_units)
        for table in vars(module).values()
        if isinstance(table, CodeTable)
        for pair in table.entries.items()
    ]
