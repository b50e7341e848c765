"""Which rows below a header are data, and merged cells filled down inside their range only."""

from __future__ import annotations

from typing import Final

import polars as pl

from gezhi.base.sentences import Reason, _
from gezhi.core.registry.findings import Finding, Treatment
from gezhi.core.registry.imports.mapping import SheetMapping
from gezhi.core.registry.imports.reading import SheetCells, shown, value_of
from gezhi.core.registry.imports.told import Told
from gezhi.core.registry.sheet_headers import HeaderMatch, RowKind, row_kind
from gezhi.core.registry.sheets import Template

SKIPPED: Final = {
    RowKind.BLANK: Reason("row_blank", _("空行，已跳过。")),
    RowKind.TOTAL: Reason("row_total", _("合计或小计行，已跳过。")),
    RowKind.NOTE: Reason("row_note", _("表下说明或签名，已跳过。")),
    RowKind.HEADER: Reason("row_header", _("重复的表头，已跳过。")),
}
HIDDEN_COLUMN: Final = Reason("column_hidden", _("隐藏的列，其内容照样读入，请核对。"))
LEFT_OUT: Final = Reason("column_left_out", _("“%(heading)s”一列不导入。"))
CHOSEN_OUT: Final = Reason(
    "column_chosen_out", _("按此前在“核对列”的选择，“%(heading)s”一列不导入。")
)
SHEET_LEFT_OUT: Final = {
    "hidden": Reason("sheet_hidden", _("隐藏的工作表“%(name)s”，未导入。")),
    "no_header": Reason("sheet_no_header", _("工作表“%(name)s”里找不到表头，未导入。")),
    "empty": Reason("sheet_empty", _("工作表“%(name)s”是空的，未导入。")),
    "": Reason("sheet_not_wanted", _("按您的选择，工作表“%(name)s”未导入。")),
}
FILLED: Final = Reason("merged_filled", _("合并单元格的内容已填到合并范围内的每一行。"))
_TOTAL_LOOK: Final = (
    r"^[\s　]*(?:合\s*计|小\s*计|总\s*计|共\s*计|累\s*计|本页|总人数|总户数|共\s*\d)"
)


def finding_of(rule: int, kind: Treatment, field: str, reason: Reason, **values: object) -> Finding:
    """A finding with the places of its sentence filled in."""
    filled = Reason(reason.code, reason.pattern, {**reason.values, **values})
    return Finding(rule, kind, field, "", "", filled)


def data_rows(
    sheet: SheetCells, mapping: SheetMapping, template: Template, told: Told
) -> pl.DataFrame:
    """The data rows below the header: `sheet`, `row` (as the clerk counts) and the columns' cells.

    Columns are named by field; those not kept are left away. Everything passed over is told.
    """
    cells = sheet.columns()
    cells = cells.with_row_index("at").with_columns(pl.col("at").cast(pl.UInt32))
    wanted = {at: name for at, name in mapping.columns.items() if template.column(name).kept}
    cells = _filled(sheet, cells, wanted, mapping, told)
    cells = cells.slice(mapping.row + mapping.height)
    names = [name for name in cells.columns if name != "at"]
    filled = pl.sum_horizontal(pl.col(name).str.strip_chars().str.len_bytes() > 0 for name in names)
    cells = cells.with_columns(filled.alias("filled"))
    blank = cells["filled"] == 0
    _tell_skipped(told, mapping.sheet, cells.filter(blank), RowKind.BLANK)
    cells = cells.filter(~blank)
    match = HeaderMatch(template, mapping.row, mapping.height, mapping.columns, 0.0, {}, (), {})
    cells = _without_other_rows(cells, names, match, mapping, told)
    _tell_columns(sheet, mapping, template, told)
    return cells.select(
        pl.lit(mapping.sheet, dtype=pl.UInt16).alias("sheet"),
        (pl.col("at") + 1).alias("row"),
        *(pl.col(str(at)).alias(name) for at, name in wanted.items()),
    )


def _without_other_rows(
    cells: pl.DataFrame,
    names: list[str],
    match: HeaderMatch,
    mapping: SheetMapping,
    told: Told,
) -> pl.DataFrame:
    """Rows that may be no data are judged one by one; a full row of texts is data."""
    few = max(4, len(names) // 3)
    heads = [str(at) for at in list(mapping.columns)[:6]]
    numbered = r"^(?:\x01n)?\d{1,3}(?:\.0)?$|^栏次$"
    doubtful = (
        (pl.col("filled") <= few)
        | pl.any_horizontal(pl.col(name).str.contains(_TOTAL_LOOK) for name in names[:6])
        | pl.all_horizontal(
            (pl.col(name).str.len_bytes() == 0) | pl.col(name).str.contains(numbered)
            for name in names
        )
        | pl.any_horizontal(
            pl.col(name).is_in(list(match.template.column(mapping.columns[int(name)]).names))
            | pl.col(name).str.contains(r"[*＊]")
            for name in heads
        )
    )
    judged = cells.with_columns(doubtful.alias("doubtful"))
    questions = judged.filter("doubtful")
    if not len(questions):
        return cells
    drop: list[int] = []
    kinds: dict[RowKind, list[int]] = {}
    for row in questions.select("at", *names).iter_rows():
        kind = row_kind([value_of(cell) for cell in row[1:]], match)
        if kind is not RowKind.DATA:
            drop.append(row[0])
            kinds.setdefault(kind, []).append(row[0])
    for kind, rows in kinds.items():
        _tell_skipped(told, mapping.sheet, cells.filter(pl.col("at").is_in(rows)), kind, names)
    return cells.filter(~pl.col("at").is_in(drop))


def _tell_skipped(
    told: Told, sheet: int, cells: pl.DataFrame, kind: RowKind, names: list[str] | None = None
) -> None:
    """A skipped row is told with its text, so that nobody has to look for what is missing."""
    if names:
        cells = cells.with_columns(shown(cells[name]) for name in names)
    text = (
        pl.concat_str(
            [pl.when(pl.col(n).str.len_bytes() > 0).then(pl.col(n)) for n in names],
            separator=" ",
            ignore_nulls=True,
        ).str.slice(0, 200)
        if names and kind is not RowKind.HEADER
        else pl.lit("")
    )
    rows = cells.select(
        pl.lit(sheet, dtype=pl.UInt16).alias("sheet"),
        (pl.col("at") + 1).alias("row"),
        text.alias("before"),
    )
    told.say_rows(rows, Finding(14, Treatment.SKIPPED, "", "", "", SKIPPED[kind]))


def _tell_columns(sheet: SheetCells, mapping: SheetMapping, template: Template, told: Told) -> None:
    row = mapping.row + mapping.height
    for at in sheet.hidden_columns:
        if (name := mapping.columns.get(at)) is not None:
            told.say(mapping.sheet, row, finding_of(14, Treatment.WARNED, name, HIDDEN_COLUMN))
    left_out = {
        at: template.column(name).heading
        for at, name in mapping.columns.items()
        if not template.column(name).kept
    }
    left_out |= {at: template.column(name).heading for at, name in mapping.repeated.items()}
    left_out |= mapping.unknown
    for reason, columns in ((LEFT_OUT, left_out), (CHOSEN_OUT, mapping.left_out)):
        for heading in columns.values():
            told.say(
                mapping.sheet,
                row,
                finding_of(14, Treatment.SKIPPED, "", reason, heading=heading[:40]),
            )


def filled_down(sheet: SheetCells, cells: pl.DataFrame, mapping: SheetMapping) -> pl.DataFrame:
    """All rows with `at` and their cells, merged blocks filled: for handing rows back singly."""
    numbered = cells.with_row_index("at").with_columns(pl.col("at").cast(pl.UInt32))
    return _filled(sheet, numbered, mapping.columns, mapping, Told())


def _filled(
    sheet: SheetCells,
    cells: pl.DataFrame,
    wanted: dict[int, str],
    mapping: SheetMapping,
    told: Told,
) -> pl.DataFrame:
    """Rule 12, for blocks that begin below the header."""
    begins = mapping.row + mapping.height
    blocks: dict[int, list[tuple[int, int]]] = {}
    for one in sheet.merged:
        if one.first_row < begins or one.last_row == one.first_row:
            continue
        for at in range(one.first_column, one.last_column + 1):
            if at in wanted and at == one.first_column:
                blocks.setdefault(at, []).append((one.first_row, one.last_row))
    for at, spans in blocks.items():
        name = str(at)
        ranges = pl.DataFrame(spans, schema={"first": pl.UInt32, "last": pl.UInt32}, orient="row")
        heads = cells.select(pl.col("at").alias("first"), pl.col(name).alias("value"))
        inside = (
            ranges.join(heads, on="first")
            .with_columns(pl.int_ranges("first", pl.col("last") + 1).alias("at"))
            .explode("at")
            .filter(pl.col("at") > pl.col("first"))
            .select(pl.col("at").cast(pl.UInt32), "value")
            .unique("at", keep="first")
        )
        cells = cells.join(inside, on="at", how="left", maintain_order="left")
        gained = (pl.col(name).str.len_bytes() == 0) & (pl.col("value").str.len_bytes() > 0)
        rows = cells.filter(gained).select(
            pl.lit(mapping.sheet, dtype=pl.UInt16).alias("sheet"), (pl.col("at") + 1).alias("row")
        )
        told.say_rows(rows, Finding(12, Treatment.CLEANED, wanted[at], "", "", FILLED))
        cells = cells.with_columns(
            pl.when(gained).then("value").otherwise(pl.col(name)).alias(name)
        ).drop("value")
    return cells
