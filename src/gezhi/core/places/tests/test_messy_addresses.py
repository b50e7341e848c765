"""Addresses as grassroots sheets and search boxes really have them: right, or left to a person.

Each is asked as one line of text, as the search box does, and as columns of a row with the whole
of it in one cell, as a sheet's importer does. The second column of the table is the only answer
that would be right; None where nobody could say without asking.
"""

from __future__ import annotations

from typing import Final

import polars as pl
import pytest

from gezhi.core.places.tests.test_address_book import BOOK, said

FLAT: Final = "紫兰苑 3号楼 2单元 501室"
BOTH: Final = f"{FLAT}、紫兰苑 3号楼 2单元 502室"
MESSY: Final[tuple[tuple[str, str | None], ...]] = (
    # separators of every keyboard
    ("紫兰苑3-2-501", FLAT),
    ("紫兰苑３－２－５０１", FLAT),
    ("紫兰苑3—2—501", FLAT),
    ("紫兰苑3_2_501", FLAT),
    ("紫兰苑3–2–501", FLAT),
    ("紫兰苑3一2一501", FLAT),
    ("紫兰苑3/2/501", FLAT),
    ("紫兰苑 3 2 501", FLAT),
    ("紫兰苑3.2.501", FLAT),
    ("紫兰苑3，2，501", FLAT),
    ("紫兰苑3\\2\\501", FLAT),
    # numerals and nouns
    ("紫兰苑三号楼二单元五零一", FLAT),
    ("紫兰苑三号楼2单元501", FLAT),
    ("紫兰苑3#2-501", FLAT),
    ("紫兰苑3＃楼2门501户", FLAT),
    ("紫兰苑3幢2单元501", FLAT),
    ("紫兰苑3号楼2单元5楼501", FLAT),
    ("紫兰苑3号楼2单元中五层501", FLAT),
    ("紫兰苑03-02-0501", FLAT),
    ("紫兰公馆3-2-501", FLAT),
    ("郑州市高新区沟赵街道永乐社区紫兰苑3-2-501", FLAT),
    ("紫兰苑A-1-301", "紫兰苑 A座 1单元 301室"),
    ("紫兰苑a座301", "紫兰苑 A座 1单元 301室"),
    ("大里村二组25号", "大里村 2组 25号"),
    ("科技公寓1-305", "科技公寓 1号楼 305室"),
    ("紫兰苑3号楼2单元五楼东户", "紫兰苑 3号楼 2单元 5层东户"),
    ("紫兰苑3-2-B101", "紫兰苑 3号楼 2单元 B101室"),
    # joined flats
    ("紫兰苑3号楼2单元501/502", BOTH),
    ("紫兰苑3-2-501、502", BOTH),
    ("紫兰苑3-2-501+502", BOTH),
    ("紫兰苑3-2-501-502", BOTH),
    # shops
    ("紫兰苑3号楼S12", "紫兰苑 3号楼 S12"),
    ("紫兰苑S12", None),
    ("紫兰苑商铺S12号", None),
    # what a spreadsheet made a date of
    ("紫兰苑3月2日", None),
    ("44622", None),
    ("2022-03-02", None),
    # something is missing, or too much is there
    ("紫兰苑3-501", None),
    ("紫兰苑3号楼501", None),
    ("紫兰苑3-2", None),
    ("紫兰苑32501", None),
    ("紫兰苑501", None),
    ("3-2-501", None),
    ("紫兰苑3号楼2单元东户", None),
    ("紫兰苑3号楼2单元501-1", None),
    ("紫兰苑3-2-501室（租户）", None),
    ("紫兰苑3-2-501 13800001111", None),
    # a slip of the finger
    ("紫兰苑3-2-5O1", None),
    ("紫兰园3-2-501", None),
    ("兰苑3-2-501", None),
    ("紫兰苑3-3-501", None),
    ("紫兰苑13-2-501", None),
    ("科技公寓1-2-305", None),
    ("梅园1-1-101", None),
    ("大里村2组25号2楼", None),
)


@pytest.mark.parametrize(("text", "right"), MESSY)
def test_a_messy_line_is_right_or_waits_for_a_person(text: str, right: str | None) -> None:
    found = BOOK.resolve(text)
    if right is None:
        assert found.reason is not None
    else:
        assert said(found) == right


def test_a_messy_cell_is_never_placed_where_its_line_would_not_be() -> None:
    """All of an address in the room's cell, its compound beside it: right, or left to a person."""
    wanted = [(text, right) for text, right in MESSY if text.startswith("紫兰苑")]
    frame = pl.DataFrame(
        [("紫兰苑", "", "", text.removeprefix("紫兰苑")) for text, _right in wanted],
        schema=dict.fromkeys(("compound", "building", "unit", "room"), pl.String),
        orient="row",
    )
    placed = 0
    for (text, right), answer in zip(wanted, BOOK.resolve_columns(frame).to_dicts(), strict=True):
        if answer["reason"] is not None:
            continue
        placed += 1
        assert right is not None, text
        rooms = answer["rooms"]
        assert f"{answer['compound']} {answer['building']}" in right, text
        assert all(room in right for room in rooms), text
        assert len(rooms) == len(right.split("、")), text
    assert placed >= 20
