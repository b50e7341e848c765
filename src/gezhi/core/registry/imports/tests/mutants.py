"""Sheets spoiled at random, as `reading` would give them: the same seed gives the same sheet."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from gezhi.core.registry.imports import reader
from gezhi.core.registry.imports.reading import SheetCells, Workbook
from gezhi.core.registry.row_rules import MergedRange
from gezhi.core.registry.sheet_templates import TEMPLATES
from gezhi.core.registry.tests.town import id_number

Grid = list[list[object]]

_NASTY: Final = (
    *("'", '"', "=1+1", "@SUM(A1)", "<script>alert(1)</script>", "'; DROP TABLE x; --", "%s %d"),
    *("\u200b", "\u202e反", "😀", "\x00", "\x01n5", "\\N", "{}", "NULL", "#N/A", "１２３", "／"),
    *("无", "/", "-", "是", "否", "未知", "约3", "3人", "1,200", "0", "-1", "1e309", "nan"),
    *("2022.9.1", "22年9月", "44805", "2022-13-45", "9月1日", "三号楼", "3-2-501", "501/502"),
    *("媳妇", "户主", "信访", "低保、独居", "13838000001/13838000002", "0371-67890123", "x" * 400),
)


def sheet_of(chance: random.Random) -> Workbook:
    """A workbook of one to three sheets, spoiled somewhere."""
    template = chance.choice(list(TEMPLATES))
    sheets = [_sheet(chance, template, number) for number in range(chance.choice((1, 1, 1, 2, 3)))]
    return Workbook(tuple(sheets))


def _sheet(chance: random.Random, template: str, number: int) -> SheetCells:
    grid = _clean(chance, template, 3 + chance.randrange(9))
    for _time in range(chance.randrange(1, 9)):
        chance.choice(_SPOILERS)(grid, chance)
    width = max((len(row) for row in grid), default=1) or 1
    merged = []
    for _time in range(chance.choice((0, 0, 1, 3))):
        top, left = chance.randrange(len(grid) + 1), chance.randrange(width)
        merged.append(MergedRange(top, left, top + chance.randrange(4), left + chance.randrange(2)))
    hidden = tuple(at for at in range(width) if chance.random() < 0.03)
    return as_cells(
        grid,
        name=f"表{number}",
        hidden=number > 0 and chance.random() < 0.2,
        hidden_columns=hidden,
        merged=tuple(merged),
    )


def as_cells(grid: Sequence[Sequence[object]], name: str = "表", **about: Any) -> SheetCells:
    """Rows of cells as the reader sends them."""
    width = max((len(row) for row in grid), default=1) or 1
    rows = [[reader.marked(c) for c in (*row, *[None] * (width - len(row)))] for row in grid]
    columns = zip(*rows, strict=True) if rows else [()] * width
    frame = pl.DataFrame(
        [pl.Series(str(at), cells, dtype=pl.String) for at, cells in enumerate(columns)]
    )
    stream = io.BytesIO()
    frame.write_ipc_stream(stream)
    return SheetCells(name, rows=len(rows), blocks=[stream.getvalue()], **about)


def _clean(chance: random.Random, template: str, rows: int) -> Grid:
    columns = TEMPLATES[template].columns
    grid: Grid = [["登记表"], [column.heading for column in columns]]
    for number in range(rows):
        serial = chance.randrange(900)
        value = {
            "row_no": float(number + 1),
            "name": f"王{'伟芳娜敏静强磊军洋勇'[number % 10]}",
            "id_no": id_number(serial, date(1950, 1, 1) + timedelta(days=chance.randrange(25000))),
            "gender": "",
            "ethnicity": "汉族",
            "phone": f"138{chance.randrange(10**8):08}",
            "owner_phone": f"138{chance.randrange(10**8):08}",
            "relation_to_head": "户主" if number % 3 == 0 else "子",
            "population_class": "户籍人口",
            "consistency": "人户一致",
            "compound": "紫兰苑",
            "building": f"{1 + chance.randrange(3)}号楼",
            "unit": "1",
            "room": f"{1 + chance.randrange(6)}0{1 + chance.randrange(4)}",
            "community": "紫兰社区",
            "residence_kind": "自有",
            "moved_in": "2015-03-01",
            "use": "住宅",
            "use_state": "自住",
            "kind": "企业",
            "uscc": "91410172MA0000007R",
            "address": "紫兰苑1号楼",
            "contact": "王五",
            "state": "在业",
            "trade": "餐饮",
            "sleepers": "否",
            "developer": "某建设公司",
            "contractor": "某施工公司",
            "manager": "李四",
            "stage": "主体",
            "starts_on": "2022-01-01",
            "workers": "30",
            "owner_name": "陈房东",
            "rent_use": "居住",
            "lease_from": "2022-03-01",
            "lease_to": "2023-02-28",
            "political_status": "群众",
        }
        grid.append([value.get(column.field, "") for column in columns])
    return grid


def _some_cell(grid: Grid, chance: random.Random) -> tuple[int, int] | None:
    rows = [at for at, row in enumerate(grid) if row]
    if not rows:
        return None
    row = chance.choice(rows)
    return row, chance.randrange(len(grid[row]))


def _nasty_cell(grid: Grid, chance: random.Random) -> None:
    if place := _some_cell(grid, chance):
        grid[place[0]][place[1]] = chance.choice(_NASTY)


def _other_type(grid: Grid, chance: random.Random) -> None:
    if place := _some_cell(grid, chance):
        grid[place[0]][place[1]] = chance.choice(
            (4.1e17, 13838000001.0, 501.0, 3.5, True, False, date(2022, 3, 2), 0.0, float("inf"))
        )


def _twisted(grid: Grid, chance: random.Random) -> None:
    place = _some_cell(grid, chance)
    if place is None or not isinstance(grid[place[0]][place[1]], str):
        return
    text = str(grid[place[0]][place[1]])
    at = chance.randrange(len(text) + 1)
    grid[place[0]][place[1]] = chance.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + chance.choice(_NASTY)[:3] + text[at:],
            text[:at] + " " + text[at:],
            f"{text}{text}",
            "".join(chr(ord(s) + 0xFEE0) if "!" <= s <= "~" else s for s in text),
            text.swapcase(),
            f"  {text}　",
            f"'{text}",
        )
    )


def _rows_moved(grid: Grid, chance: random.Random) -> None:
    if len(grid) > 2:
        at = chance.randrange(len(grid))
        row = grid.pop(at)
        grid.insert(chance.randrange(len(grid) + 1), row)


def _row_again(grid: Grid, chance: random.Random) -> None:
    if grid:
        grid.append(list(chance.choice(grid)))


def _no_data_row(grid: Grid, chance: random.Random) -> None:
    row: list[object] = list(
        chance.choice(
            ([], ["合计", "", "12 人"], ["填表人：王五"], ["注：以上属实"], ["", "", " "])
        )
    )
    grid.insert(chance.randrange(len(grid) + 1), row)


def _column_lost(grid: Grid, chance: random.Random) -> None:
    at = chance.randrange(12)
    for row in grid:
        if at < len(row):
            del row[at]


def _columns_swapped(grid: Grid, chance: random.Random) -> None:
    one, other = chance.randrange(12), chance.randrange(12)
    for row in grid:
        if max(one, other) < len(row):
            row[one], row[other] = row[other], row[one]


def _short_row(grid: Grid, chance: random.Random) -> None:
    if grid:
        row = chance.choice(grid)
        del row[chance.randrange(len(row) + 1) :]


_SPOILERS: Final[tuple[Callable[[Grid, random.Random], None], ...]] = (
    *(_nasty_cell, _nasty_cell, _other_type, _other_type, _twisted, _twisted, _twisted),
    *(_rows_moved, _row_again, _no_data_row, _column_lost, _columns_swapped, _short_row),
)
