"""Sheets from eighteen communities, each kept in its own way, and all of them readable."""

from __future__ import annotations

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from gezhi.core.registry.row_rules import FileKind, file_kind
from gezhi.core.registry.sheet_headers import find_header
from gezhi.wiring.towns import Town
from gezhi.wiring.towns.messy_sheets import MANNERS, messy_sheets


@pytest.fixture(scope="module")
def sheets(fengyang: Town, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return messy_sheets(fengyang, tmp_path_factory.mktemp("sheets"), households=40)


def lines_of(path: Path) -> list[list[object]]:
    if path.suffix == ".csv":
        manner = MANNERS[(int(path.name[:2]) - 1) % len(MANNERS)]
        text = path.read_text(encoding=manner.encoding)
        return [list(line.split(",")) for line in text.splitlines()]
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    return [list(row) for row in sheet.to_python(skip_empty_area=False)]


def test_each_community_hands_in_one_file_of_a_kind_the_platform_takes(sheets: list[Path]) -> None:
    assert len(sheets) == 18
    for path in sheets:
        assert isinstance(file_kind(path.name, path.read_bytes()), FileKind)


def test_the_headings_of_every_file_are_found(sheets: list[Path]) -> None:
    for path in sheets:
        found = find_header(lines_of(path)[:8])
        assert found is not None, path.name
        assert found.template.code == "population"
        assert found.complete, path.name


def test_no_two_manners_are_alike_and_each_occurs_twice(sheets: list[Path]) -> None:
    assert len(set(MANNERS)) == len(MANNERS) == 9
    assert sum(path.suffix == ".csv" for path in sheets) == 6


def test_files_in_gb18030_are_not_utf8(sheets: list[Path]) -> None:
    with pytest.raises(UnicodeDecodeError):
        sheets[3].read_text(encoding="utf-8")


def test_households_share_merged_cells(sheets: list[Path]) -> None:
    blocks = CalamineWorkbook.from_path(sheets[1]).get_sheet_by_index(0).merged_cell_ranges
    assert blocks is not None
    assert len([block for block in blocks if block[0][0] < block[1][0]]) > 20


def test_the_same_town_gives_the_same_files(
    fengyang: Town, sheets: list[Path], tmp_path: Path
) -> None:
    again = messy_sheets(fengyang, tmp_path, households=40)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in sheets]
