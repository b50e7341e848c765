"""Lists exported from a hotline: sent, columns named, checked, confirmed, taken back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import polars as pl
from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.pages.columns import address_of
from gezhi.base.retelling import retold
from gezhi.core.registry.findings import RULES
from gezhi.core.registry.imports import running
from gezhi.core.registry.imports.given_back import errors_workbook
from gezhi.core.registry.models.imports import BatchState
from gezhi.core.registry.pages.import_words import TREATMENTS
from gezhi.core.registry.pages.imports import (
    RUNNING,
    STATES,
    TONES,
    BatchProgress,
    MapImport,
    progress_of,
)
from gezhi.services.cases import rights
from gezhi.services.cases.hotline import actions, jobs, rules
from gezhi.services.cases.hotline.sheet import COLUMNS
from gezhi.services.cases.models.hotline import HotlineBatch, Origin

OF_EACH = 20
"""Findings of one kind shown."""


def batches(actor: Actor, at: datetime) -> QuerySet[HotlineBatch]:
    """Every list brought: it is the whole office's."""
    return HotlineBatch.objects.all()


class HotlineList(ui.ListPage):
    path, name = "cases/hotline/", "cases.hotline"
    title = _("热线工单导入")
    lead = _("导入 12345 等平台导出的表格；先检查、再确认，确认之前不写入")
    right = rights.IMPORT_HOTLINE
    rows = batches
    tells_hidden = False
    opens = "cases.hotline_batch"
    columns = (
        ui.Text("file_name", _("文件")),
        ui.Choice("origin", _("来源"), choices=Origin),
        ui.Badge("state", _("状态"), choices=STATES, tones=TONES),
        ui.Number("total", _("行数")),
        ui.Text("uploaded_by", _("上传人")),
        ui.Moment("uploaded_at", _("上传时间"), order="-uploaded_at"),
        ui.Moment("confirmed_at", _("入库时间"), shown=False),
    )
    filters = (
        ui.Choices("origin", _("来源"), choices=Origin),
        ui.Choices("state", _("状态"), choices=STATES),
    )
    ordering = ("-uploaded_at",)
    buttons = (
        ui.Button(
            _("上传工单表"), "cases.hotline_upload", rights.IMPORT_HOTLINE, icon="upload", main=True
        ),
    )
    nothing = _("还没有导入过；从热线平台导出表格，点“上传工单表”")


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("表格文件"),
        help_text=_("支持 xlsx、xls、csv；不要设密码。表头在第几行都可以"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={"required": _("请选择要上传的表格")},
    )
    origin = forms.ChoiceField(
        label=_("来源"),
        choices=Origin.choices,
        help_text=_("同一来源的工单编号不重复；列的对应按来源记住"),
    )


class HotlineUpload(ui.FormPage):
    path, name = "cases/hotline/new/", "cases.hotline_upload"
    title = _("上传工单表")
    lead = _("有答复和答复时间的，按原时间记为已结案；没有答复的，进入待受理")
    right = rights.IMPORT_HOTLINE
    crumbs = ("cases.hotline",)
    form = UploadForm
    button = _("上传并检查")
    said = ""

    def act(self, data: dict[str, Any]) -> Any:
        batch = actions.upload(
            file=data["file"].file,
            name=data["file"].name,
            origin=data["origin"],
            by=self.actor,
            at=self.at,
        )
        jobs.start_check(batch, by=self.actor)
        return address_of("cases.hotline_batch", batch.pk)


class HotlineBatchPage(ui.DetailPage):
    """One list, whatever its state: progress, result, findings, and what to do next."""

    path, name = "cases/hotline/<uuid:pk>/", "cases.hotline_batch"
    title = _("热线工单批次")
    right = rights.IMPORT_HOTLINE
    rows = batches
    crumbs = ("cases.hotline",)
    template = "cases/hotline.html"
    sections = (
        ui.Section(
            _("批次"),
            (
                ui.Text("file_name", _("文件")),
                ui.Choice("origin", _("来源"), choices=Origin),
                ui.Text("uploaded_by", _("上传人")),
                ui.Moment("uploaded_at", _("上传时间")),
                ui.Moment("checked_at", _("检查时间")),
                ui.Moment("confirmed_at", _("入库时间")),
                ui.Moment("rolled_back_at", _("撤回时间")),
                ui.Date("files_until", _("文件保留至")),
            ),
        ),
    )

    def heading(self) -> str:
        return str(self.row.file_name)

    def marks(self) -> list[ui.Mark]:
        return [ui.Mark(str(STATES[self.row.state]), TONES[self.row.state])]

    def extra(self) -> dict[str, Any]:
        batch = self.row
        checked = batch.state in (BatchState.CHECKED, BatchState.CONFIRMED)
        refused = bool(batch.counts.get("refused"))
        return {
            "batch": batch,
            "earlier": _earlier_words(batch),
            "running": batch.state in RUNNING,
            "progress": progress_of(batch, self.at),
            "counts": _tiles(batch),
            "findings": list(_findings(batch)) if checked else [],
            "may_confirm": batch.state == BatchState.CHECKED,
            "may_cancel": batch.state in (*RUNNING[:2], BatchState.MAPPING, BatchState.CHECKED),
            "may_map": "sheets" in batch.mapping and batch.state in ("mapping", "checked"),
            "may_undo": batch.state == BatchState.CONFIRMED
            and rights.ROLL_BACK_HOTLINE.held_by(self.actor),
            "has_errors": refused and batch.account_id == self.actor.account_id,
        }

    def post(self) -> HttpResponseBase:
        """Confirm or cancel."""
        if self.request.POST.get("_do") == "confirm":
            jobs.start_confirm(self.row, by=self.actor)
        elif self.request.POST.get("_do") == "cancel":
            actions.cancel(batch=self.row, by=self.actor, at=self.at)
            messages.success(self.request, gettext("已要求取消"))
        return HttpResponseRedirect(self.request.path)


def _earlier_words(batch: HotlineBatch) -> str:
    """That the very same file is in already, until this batch is settled; empty otherwise."""
    if batch.state not in (*RUNNING, BatchState.MAPPING, BatchState.CHECKED):
        return ""
    earlier = running.earlier_batches(batch)
    if not earlier or earlier[0].confirmed_at is None:
        return ""
    moment = timezone.localtime(earlier[0].confirmed_at).strftime("%Y-%m-%d %H:%M")
    return gettext("同一个文件已于 %(at)s 入库；再次导入不会重复登记") % {"at": moment}


ROWS = (
    ("new", _("新案件"), "good"),
    ("changed", _("补上答复"), "info"),
    ("unchanged", _("已有、不变"), "neutral"),
    ("refused", _("退回"), "bad"),
)


def _tiles(batch: HotlineBatch) -> list[dict[str, Any]]:
    if not batch.counts:
        return []
    return [
        {
            "label": str(words),
            "value": f"{batch.counts.get(code, 0):,}",
            "tone": tone if batch.counts.get(code, 0) else "neutral",
        }
        for code, words, tone in ROWS
    ]


def _findings(batch: HotlineBatch) -> list[dict[str, Any]]:
    """What the check said, what holds rows back first; none once the files are gone."""
    try:
        told = actions.checked_of(batch).told
    except FileNotFoundError:
        return []
    names = {one["sheet"]: one["name"] for one in batch.mapping.get("sheets", [])}
    order = list(TREATMENTS)
    groups = told.group_by("kind", "rule").agg(pl.col("times").sum(), pl.len().alias("lines"))
    found = []
    for kind, rule, cells, lines in sorted(
        groups.iter_rows(), key=lambda one: (order.index(one[0]), one[1])
    ):
        words, tone = TREATMENTS[kind]
        some = told.filter((pl.col("kind") == kind) & (pl.col("rule") == rule)).head(OF_EACH)
        found.append(
            {
                "title": gettext(rules.TITLES[rule] if rule in rules.TITLES else RULES[rule].title),
                "treatment": gettext(words),
                "tone": tone,
                "cells": cells,
                "more": max(0, lines - OF_EACH),
                "lines": [_line(one, names) for one in some.iter_rows(named=True)],
            }
        )
    return found


HEADINGS = {one.field: one.heading for one in COLUMNS}


def _line(one: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    where = gettext("%(sheet)s 第 %(row)s 行") % {
        "sheet": names.get(one["sheet"], ""),
        "row": one["row"],
    }
    return {
        "where": where,
        "field": gettext(HEADINGS.get(one["field"], one["field"])) if one["field"] else "",
        "sentence": retold(one["sentence"]),
        "times": one["times"],
    }


class HotlineProgress(BatchProgress):
    path, name = "cases/hotline/<uuid:pk>/progress/", "cases.hotline_progress"
    right = rights.IMPORT_HOTLINE
    rows = batches  # type: ignore[assignment]  # both are batches of sheets
    back = "cases.hotline_batch"


class HotlineColumns(MapImport):
    """Which column is which, remembered for the next sheet of the same list."""

    path, name = "cases/hotline/<uuid:pk>/columns/", "cases.hotline_columns"
    right = rights.IMPORT_HOTLINE
    rows = batches  # type: ignore[assignment]  # both are batches of sheets
    crumbs = ("cases.hotline",)

    def settle(self, chosen: dict[int, dict[int, str]], used: set[int] | None) -> str:
        batch = actions.set_mapping(
            batch=self.row, chosen=chosen, used=used, by=self.actor, at=self.at
        )
        jobs.start_check(batch, by=self.actor)
        return address_of("cases.hotline_batch", batch.pk)


def own_batches(actor: Actor, at: datetime) -> QuerySet[HotlineBatch]:
    """The lists somebody brought."""
    return HotlineBatch.objects.filter(account_id=actor.account_id)


class HotlineErrors(ui.RowPage):
    """The clerk's own sheet with the reasons, for the clerk who sent it: it holds what they sent.

    `?rows=held` gives the rows to mend only.
    """

    path, name = "cases/hotline/<uuid:pk>/errors/", "cases.hotline_errors"
    title = _("下载问题表")
    right = rights.IMPORT_HOTLINE
    rows = own_batches

    def get(self) -> HttpResponseBase:
        batch = self.row
        if not batch.counts.get("refused"):
            raise Refusal(gettext("这批数据没有退回的行"), "cases.hotline_nothing_refused")
        try:
            file = errors_workbook(batch, held_only=self.request.GET.get("rows") == "held")
        except FileNotFoundError:
            raise Refusal(gettext("文件已到期删除，请重新上传"), "cases.hotline_gone") from None
        name = f"问题表-{Path(batch.file_name).stem}.xlsx"
        return FileResponse(file, as_attachment=True, filename=name)


class HotlineUndo(ui.ConfirmPage):
    path, name = "cases/hotline/<uuid:pk>/undo/", "cases.hotline_undo"
    title = _("撤回批次")
    sees = rights.IMPORT_HOTLINE
    right = rights.ROLL_BACK_HOTLINE
    rows = batches
    crumbs = ("cases.hotline",)
    danger = True
    button = _("撤回")
    said: ClassVar[Any] = ""

    def consequences(self) -> list[str]:
        return [
            gettext("这批新建、之后没有人动过的案件删除"),
            gettext("已有人办理、关注或留言的案件保留，完成后列出"),
        ]

    def refusal(self) -> Refusal | None:
        if self.row.state != BatchState.CONFIRMED:
            return Refusal(gettext("只能撤回已入库的批次"), "cases.hotline_not_confirmed")
        return None

    def act(self, data: dict[str, Any]) -> Any:
        removed, left = actions.roll_back(batch=self.row, by=self.actor, at=self.at)
        words = gettext("已撤回：删除 %(removed)s 件") % {"removed": removed}
        if left:
            some = "、".join(left[:10])
            words += gettext("；保留 %(left)s 件：%(some)s") % {"left": len(left), "some": some}
        messages.success(self.request, words)
        return address_of("cases.hotline_batch", self.row.pk)


pages = (
    HotlineList,
    HotlineUpload,
    HotlineBatchPage,
    HotlineProgress,
    HotlineColumns,
    HotlineErrors,
    HotlineUndo,
)
