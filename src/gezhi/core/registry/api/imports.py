"""导入 for programs: send a sheet, follow it, name its columns, confirm, cancel, take back.

A batch is worked on by the worker: a program asks for its state until it is what it waits for.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gezhi.base.api import Answer, Ask, Day, FileMade, Operation, Shape, YesNo, list_of
from gezhi.base.api.listing import Plain
from gezhi.base.api.shapes import Key, among, optional
from gezhi.base.errors import Refusal
from gezhi.base.sentences import _ as said
from gezhi.core.registry import rights
from gezhi.core.registry.imports import actions, mapping
from gezhi.core.registry.imports.given_back import handed_back
from gezhi.core.registry.imports.starting import start_check, start_confirm
from gezhi.core.registry.models import ImportBatch
from gezhi.core.registry.models.imports import BatchState
from gezhi.core.registry.pages import import_words
from gezhi.core.registry.pages.import_reads import batches, own_batches
from gezhi.core.registry.pages.imports import ImportList
from gezhi.core.registry.sheet_templates import TEMPLATES

KINDS: Final = tuple(TEMPLATES)
FEW: Final = 100
"""Sheets of a workbook, and columns of a sheet told of at once, times ten."""


class UploadForm(Shape):
    """What is said beside the file."""

    as_of: Day = Field(description=said("表里的情况是哪一天的"))
    template: among(("", *KINDS)) = Field(default="", description=said("表格种类，不填则自动识别"))  # type: ignore[valid-type]
    community: Key = optional(said("小区名称先在哪个社区里找"))


class Counts(Shape):
    """Rows by what becomes of them, and cells by what was said of them."""

    total: int = Field(default=0, description=said("行数"))
    new: int = Field(default=0, description=said("新增"))
    changed: int = Field(default=0, description=said("变更"))
    unchanged: int = Field(default=0, description=said("无变化"))
    refused: int = Field(default=0, description=said("退回"))
    warned: int = Field(default=0, description=said("提醒（格）"))
    proposal: int = Field(default=0, description=said("待确认的读法（格）"))
    cleaned: int = Field(default=0, description=said("已规范（格）"))
    skipped: int = Field(default=0, description=said("跳过"))


class BatchShape(Shape):
    """A sheet on its way in."""

    id: Key
    file_name: str
    template: str
    state: among(BatchState.values) = Field(  # type: ignore[valid-type]
        description=said("checked 待确认，mapping 待核对列，confirmed 已入库")
    )
    refusal: str = Field(description=said("不能读取的原因"))
    as_of: Day
    uploaded_by: str
    uploaded_at: datetime
    checked_at: datetime | None
    confirmed_at: datetime | None
    rolled_back_at: datetime | None
    files_until: Day = Field(description=said("文件和检查结果保留到哪一天"))
    step: str = Field(description=said("正在做什么"))
    done: int
    total: int
    seconds_left: int | None = Field(description=said("按现在的速度约剩多少秒"))
    counts: Counts


class UploadedShape(BatchShape):
    """A sheet just taken in."""

    earlier: list[Key] = Field(description=said("同一个文件以前入库的批次；再次导入不会重复登记"))


class Line(Shape):
    """One cell a rule has spoken of; several cleaned alike are one line."""

    where: str
    field: str
    before: str = Field(description=said("掩码"))
    after: str = Field(description=said("掩码"))
    sentence: str
    times: int


class RuleShape(Shape):
    """What one rule found."""

    title: str
    treatment: str
    cells: int
    lines: list[Line] = Field(description=said("前 20 处"))
    more: int = Field(description=said("另有多少处没有列出"))


class FindingsShape(Shape):
    """What the check found, rule by rule, what holds rows back first."""

    items: list[RuleShape]


class ErrorsQuery(Shape):
    """How much of the sheet is wanted."""

    rows: among(("all", "held")) = Field(  # type: ignore[valid-type]
        default="all", description=said("held 只要退回的行")
    )


class ColumnShape(Shape):
    """One column of a sheet."""

    column: int = Field(description=said("第几列，从 0 数起"))
    heading: str
    field: str = Field(description=said("对应的字段；空为不导入"))
    asked: bool = Field(description=said("表头不认识，需要指明"))
    offered: list[str] = Field(description=said("可能是这些字段"))


class SheetShape(Shape):
    """One sheet of the workbook."""

    sheet: int
    name: str
    used: bool
    columns: list[ColumnShape]
    missing: list[str] = Field(description=said("缺少的必填字段"))


class ColumnsShape(Shape):
    """Which column is which field."""

    template: str
    fields: list[str] = Field(description=said("可选的字段"))
    items: list[SheetShape]


class ChosenColumn(Shape):
    """What one column is."""

    column: int = Field(ge=0, le=16383)
    field: str = Field(max_length=40, description=said("字段；空为不导入"))


class ChosenSheet(Shape):
    """What the columns of one sheet are."""

    sheet: int = Field(ge=0, le=1000)
    columns: list[ChosenColumn] = Field(max_length=10 * FEW)


class ChosenBody(Shape):
    """The columns as the sender knows them."""

    sheets: list[ChosenSheet] = Field(min_length=1, max_length=FEW)
    remember: YesNo = Field(default=True, description=said("下次同样的表头照此处理"))


class LeftRow(Shape):
    """A row that was touched since, and stayed as it is."""

    kind: str
    id: Key


class UndoneShape(Shape):
    """What came of taking a batch back."""

    removed: int
    restored: int
    left: list[LeftRow]


def _batch(row: ImportBatch, at: datetime | None = None) -> dict[str, Any]:
    names = set(BatchShape.model_fields) - {"counts", "seconds_left", "step"}
    told = {name: getattr(row, name) for name in names}
    told["step"] = gettext(row.step) if row.step else ""
    told["seconds_left"] = actions.seconds_left(row, at) if at else None
    told["counts"] = {name: row.counts.get(name, 0) for name in Counts.model_fields}
    return told


def _fresh(ask: Ask) -> dict[str, Any]:
    return _batch(ImportBatch.objects.get(pk=ask.row.pk), ask.at)


def upload(ask: Ask) -> Answer:
    """Take a sheet in and have it checked."""
    form = ask.body
    batch = actions.upload_batch(
        file=ask.file.file,
        name=ask.file.name or "",
        as_of=form.as_of,
        template=form.template,
        community=form.community,
        by=ask.actor,
        at=ask.at,
    )
    start_check(batch, by=ask.actor)
    earlier = [one.pk for one in actions.earlier_batches(batch)]
    return Answer({**_batch(batch), "earlier": earlier}, location=f"imports/{batch.pk}")


def see_import(ask: Ask) -> dict[str, Any]:
    """How far it is, and what the check counted."""
    return _batch(ask.row, ask.at)


def see_findings(ask: Ask) -> dict[str, Any]:
    """What the check found; cells are masked as on its screen."""
    names = RuleShape.model_fields
    found = import_words.by_rule(ask.row)
    return {"items": [{name: one[name] for name in names} for one in found]}


def take_errors(ask: Ask) -> FileMade:
    """The sheet as it was sent, with the reasons beside the rows sent back."""
    return FileMade(*handed_back(ask.row, held_only=ask.query.rows == "held"))


def see_columns(ask: Ask) -> dict[str, Any]:
    """Which column was taken for which field."""
    if "sheets" not in ask.row.mapping:
        raise Refusal(gettext("这批数据还没有读出表头"), "registry.import_not_waiting")
    found = mapping.from_json(ask.row.mapping)
    template = TEMPLATES[found.template]
    titles = {one.field: one.heading for one in template.columns}
    return {
        "template": found.template,
        "fields": list(titles),
        "items": [
            {
                "sheet": one.sheet,
                "name": one.name,
                "used": one.used,
                "columns": [
                    {
                        "column": at,
                        "heading": mapping.heading_of(one, at, titles),
                        "field": field,
                        "asked": at in one.unknown,
                        "offered": list(one.offered.get(at, ())),
                    }
                    for at, field in sorted(
                        {
                            **dict.fromkeys([*one.unknown, *one.left_out], ""),
                            **one.columns,
                        }.items()
                    )
                ],
                "missing": list(one.missing),
            }
            for one in found.sheets
        ],
    }


def map_import(ask: Ask) -> dict[str, Any]:
    """Say which column is which field; sheets that are not named are left out."""
    if "sheets" not in ask.row.mapping:
        raise Refusal(gettext("这批数据还没有读出表头"), "registry.import_not_waiting")
    known = {one.sheet for one in mapping.from_json(ask.row.mapping).sheets}
    chosen = {
        one.sheet: {column.column: column.field for column in one.columns}
        for one in ask.body.sheets
    }
    if strange := sorted(set(chosen) - known):
        raise Refusal(
            gettext("没有这张工作表：%(sheet)s") % {"sheet": strange[0]},
            "registry.no_such_sheet",
            field="sheets",
        )
    batch = actions.set_mapping(
        batch=ask.row,
        chosen=chosen,
        used=set(chosen),
        keep=ask.body.remember,
        by=ask.actor,
        at=ask.at,
    )
    start_check(batch, by=ask.actor)
    return _fresh(ask)


def confirm_import(ask: Ask) -> dict[str, Any]:
    """Have a checked batch written: all of it or nothing."""
    start_confirm(ask.row, by=ask.actor)
    return _fresh(ask)


def cancel_import(ask: Ask) -> dict[str, Any]:
    """Stop a batch under way, or drop one that waits."""
    actions.cancel(batch=ask.row, by=ask.actor, at=ask.at)
    return _fresh(ask)


def roll_back_import(ask: Ask) -> dict[str, Any]:
    """Take a batch back; rows touched since stay and are listed."""
    undone = actions.roll_back(batch=ask.row, by=ask.actor, at=ask.at)
    return {
        "removed": sum(undone.removed.values()),
        "restored": sum(undone.restored.values()),
        "left": [{"kind": kind.rpartition(".")[2].lower(), "id": key} for kind, key in undone.left],
    }


def _on_batch(name: str, verb: str, title: Any, act: Any, **more: Any) -> Operation:
    more.setdefault("right", rights.IMPORT)
    more.setdefault("answer", BatchShape)
    path = f"imports/{{uuid:pk}}/{verb}" if verb else "imports/{uuid:pk}"
    more.setdefault("rows", batches)
    return Operation(name, more.pop("method", "POST"), path, title, act=act, **more)


operations: tuple[Operation, ...] = (
    list_of(
        "list_imports",
        "imports",
        _("导入批次"),
        right=rights.IMPORT,
        rows=batches,
        filters=ImportList.filters,
        shape=Plain(BatchShape, _batch),
    ),
    Operation(
        "upload_import",
        "POST",
        "imports",
        _("上传表格并检查"),
        right=rights.IMPORT,
        status=201,
        form=UploadForm,
        answer=UploadedShape,
        act=upload,
        about=_("xlsx、xls 或 csv；检查由后台进行，用返回的地址查看进度"),
    ),
    _on_batch("see_import", "", _("一个批次的进度和计数"), see_import, method="GET"),
    _on_batch(
        "see_import_findings",
        "findings",
        _("检查结果"),
        see_findings,
        method="GET",
        answer=FindingsShape,
    ),
    _on_batch(
        "take_import_errors",
        "errors",
        _("问题表：自己上传的原表，退回的行写明原因"),
        take_errors,
        method="GET",
        rows=own_batches,
        query=ErrorsQuery,
        answer=None,
        file="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        about=_("含有上传的原内容，只给上传的人；改好后可以再传"),
    ),
    _on_batch(
        "see_import_columns",
        "columns",
        _("列与字段的对应"),
        see_columns,
        method="GET",
        answer=ColumnsShape,
    ),
    _on_batch(
        "map_import",
        "columns",
        _("指明列与字段的对应，重新检查"),
        map_import,
        body=ChosenBody,
        example={"sheets": [{"sheet": 0, "columns": [{"column": 4, "field": "phone"}]}]},
    ),
    _on_batch("confirm_import", "confirm", _("确认入库"), confirm_import),
    _on_batch("cancel_import", "cancel", _("取消导入"), cancel_import),
    _on_batch(
        "roll_back_import",
        "roll-back",
        _("撤回批次"),
        roll_back_import,
        sees=rights.IMPORT,
        right=rights.ROLLBACK_IMPORT,
        answer=UndoneShape,
    ),
)
