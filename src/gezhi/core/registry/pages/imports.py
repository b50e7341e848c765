"""导入: sending a sheet, naming its columns, seeing what a check found, confirming, taking back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.base.pages.columns import address_of
from gezhi.base.pages.layout import link
from gezhi.core.registry import rights
from gezhi.core.registry.imports import actions, mapping
from gezhi.core.registry.imports.starting import start_check, start_confirm
from gezhi.core.registry.models import ImportBatch
from gezhi.core.registry.models.imports import BatchState, SheetBatch
from gezhi.core.registry.pages import columns as c
from gezhi.core.registry.pages.forms import DayField
from gezhi.core.registry.pages.import_reads import batches
from gezhi.core.registry.pages.import_words import by_rule, counts_of, preview
from gezhi.core.registry.pages.left_rows import left_rows
from gezhi.core.registry.sheet_headers import template_of
from gezhi.core.registry.sheet_templates import TEMPLATES
from gezhi.core.registry.sheet_templates_listed import LISTED_PEOPLE

STATES = c.words_of(BatchState)
TONES = {
    "uploaded": "busy",
    "checking": "busy",
    "mapping": "warn",
    "checked": "info",
    "confirming": "busy",
    "confirmed": "good",
    "cancelled": "neutral",
    "refused": "bad",
    "rolled_back": "neutral",
}
RUNNING = (BatchState.UPLOADED, BatchState.CHECKING, BatchState.CONFIRMING)
KINDS: dict[str, Any] = {code: _(one.title) for code, one in TEMPLATES.items()}


class ImportList(ui.ListPage):
    path, name = "imports/", "registry.imports"
    title = _("导入")
    lead = _("上传表格后先检查、再确认；确认之前底数不变")
    right = rights.IMPORT
    rows = batches
    tells_hidden = False
    opens = "registry.import"
    columns = (
        ui.Text("file_name", _("文件")),
        ui.Choice("template", _("表格"), choices=KINDS),
        ui.Badge("state", _("状态"), choices=STATES, tones=TONES),
        ui.Number("total", _("行数")),
        ui.Date("as_of", _("数据截至")),
        ui.Text("uploaded_by", _("上传人")),
        ui.Moment("uploaded_at", _("上传时间"), order="-uploaded_at"),
        ui.Moment("confirmed_at", _("入库时间"), shown=False),
    )
    filters = (
        ui.Choices("state", _("状态"), choices=STATES),
        ui.Choices("template", _("表格"), choices=KINDS),
        ui.Days("uploaded", _("上传日期"), column="uploaded_at"),
    )
    ordering = ("-uploaded_at",)
    buttons = (
        ui.Button(
            _("上传表格"), "registry.upload", rights.IMPORT, icon="upload", main=True, order=10
        ),
    )
    nothing = _("还没有导入过：点“上传表格”，或先下载模板")


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("表格文件"),
        help_text=_("支持 xlsx、xls、csv；不要设密码。表头在第几行都可以"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={"required": _("请选择要上传的表格")},
    )
    template = forms.ChoiceField(
        label=_("表格种类"), required=False, choices=[("", _("自动识别")), *KINDS.items()]
    )
    as_of = DayField(label=_("数据截至"), help_text=_("表里的情况是哪一天的"))


def columns_of(code: str) -> dict[str, Any]:
    """A sheet with the columns the registry takes, and those it knows and does not keep."""
    kept = [one for one in TEMPLATES[code].columns if one.kept]
    return {
        "code": code,
        "title": KINDS[code],
        "kept": "、".join(gettext(one.heading) for one in kept),
        "left": "、".join(
            gettext(one.heading)
            for one in TEMPLATES[code].columns
            if not one.kept and one.field != "row_no"
        ),
        "listed": code in LISTED_PEOPLE,
    }


class Upload(ui.FormPage):
    path, name = "imports/new/", "registry.upload"
    title = _("上传表格")
    right = rights.IMPORT
    crumbs = ("registry.imports",)
    form = UploadForm
    template = "registry/upload.html"
    button = _("上传并检查")
    said = ""

    def initial(self) -> dict[str, Any]:
        return {"as_of": timezone.localdate(self.at)}

    def extra(self) -> dict[str, Any]:
        page = link("registry.import_template")
        return {"sheets": [columns_of(code) for code in TEMPLATES], "template_page": page}

    def act(self, data: dict[str, Any]) -> Any:
        batch = actions.upload_batch(
            file=data["file"].file,
            name=data["file"].name,
            as_of=data["as_of"],
            template=data["template"],
            by=self.actor,
            at=self.at,
        )
        start_check(batch, by=self.actor)
        return address_of("registry.import", batch.pk)


class BatchPage(ui.DetailPage):
    """One batch, whatever its state: progress, result, findings, preview, and what to do next."""

    path, name = "imports/<uuid:pk>/", "registry.import"
    title = _("导入批次")
    right = rights.IMPORT
    rows = batches
    crumbs = ("registry.imports",)
    template = "registry/import.html"
    sections = (
        ui.Section(
            _("批次"),
            (
                ui.Text("file_name", _("文件")),
                ui.Choice("template", _("表格"), choices=KINDS),
                ui.Date("as_of", _("数据截至")),
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
        outcome = self.request.GET.get("rows", "")
        checked = batch.state in (BatchState.CHECKED, BatchState.CONFIRMED)
        return {
            "batch": batch,
            "earlier": earlier_words(batch),
            "running": batch.state in RUNNING,
            "progress": progress_of(batch, self.at),
            "counts": counts_of(batch),
            "rules": by_rule(batch) if checked else [],
            "outcome": outcome,
            "lines": preview(batch, outcome) if checked and outcome else [],
            "errors_address": address_of("registry.import_errors", batch.pk)
            if batch.counts.get("refused") and batch.account_id == self.actor.account_id
            else "",
            "may_confirm": batch.state == BatchState.CHECKED,
            "may_cancel": batch.state in (*RUNNING[:2], BatchState.MAPPING, BatchState.CHECKED),
            "may_map": "sheets" in batch.mapping and batch.state in ("mapping", "checked"),
            "may_undo": batch.state == BatchState.CONFIRMED
            and rights.ROLLBACK_IMPORT.held_by(self.actor),
            "unresolved": link("places.unresolved"),
            "conflicts": link("registry.conflicts") if rights.SETTLE.held_by(self.actor) else "",
        }

    def post(self) -> HttpResponseBase:
        """Confirm or cancel."""
        batch = self.row
        if self.request.POST.get("_do") == "confirm":
            start_confirm(batch, by=self.actor)
        elif self.request.POST.get("_do") == "cancel":
            actions.cancel(batch=batch, by=self.actor, at=self.at)
            messages.success(self.request, gettext("已要求取消"))
        return HttpResponseRedirect(self.request.path)


def earlier_words(batch: ImportBatch) -> str:
    """That the very same file is in already, said until this batch is settled; empty otherwise."""
    if batch.state not in (*RUNNING, BatchState.MAPPING, BatchState.CHECKED):
        return ""
    earlier = actions.earlier_batches(batch)
    if not earlier or earlier[0].confirmed_at is None:
        return ""
    moment = timezone.localtime(earlier[0].confirmed_at).strftime("%Y-%m-%d %H:%M")
    return gettext("同一个文件已于 %(at)s 入库；再次导入不会重复登记") % {"at": moment}


def progress_of(batch: SheetBatch, at: datetime) -> dict[str, Any]:
    """What the progress line says: the step, how far, and how long it will take."""
    left = actions.seconds_left(batch, at)
    words = gettext("排队等待") if not batch.step else gettext(batch.step)
    if batch.done and batch.total:
        words = gettext("%(step)s：%(done)s / %(total)s 行") % {
            "step": words,
            "done": f"{batch.done:,}",
            "total": f"{batch.total:,}",
        }
    return {
        "done": batch.done,
        "total": batch.total or 1,
        "words": words,
        "left": ngettext("约剩 %(n)d 秒", "约剩 %(n)d 秒", left) % {"n": left}
        if left is not None
        else "",
    }


class BatchProgress(ui.RowPage):
    """The progress line alone, asked again every two seconds until the work is done."""

    path, name = "imports/<uuid:pk>/progress/", "registry.import_progress"
    title = _("进度")
    right = rights.IMPORT
    rows = batches
    back: ClassVar[str] = "registry.import"
    """The page of the batch."""

    def get(self) -> HttpResponseBase:
        batch = self.row
        if batch.state not in RUNNING:
            answer = HttpResponse("")
            if self.is_htmx:
                answer["HX-Redirect"] = address_of(self.back, batch.pk)
                return answer
            return HttpResponseRedirect(address_of(self.back, batch.pk))
        more = progress_of(batch, self.at) | {"poll": self.request.path}
        return self.render(more, template="ui/progress.html")


class MapImport(ui.RowPage):
    """Which column is which field, sheet by sheet; remembered for the next sheet of the kind."""

    path, name = "imports/<uuid:pk>/columns/", "registry.map_import"
    title = _("核对列")
    right = rights.IMPORT
    rows = batches
    crumbs = ("registry.imports",)
    template = "registry/map_import.html"

    def get(self) -> HttpResponseBase:
        return self.show()

    def show(self, problem: str = "", status: int = 200) -> HttpResponseBase:
        if "sheets" not in self.row.mapping:
            raise Refusal(gettext("这批数据还没有读出表头"), "registry.import_not_waiting")
        found = mapping.from_json(self.row.mapping)
        template = template_of(found.template)
        options = [
            (one.field, one.heading + ("*" if one.required else "")) for one in template.columns
        ]
        titles = {one.field: one.heading for one in template.columns}
        sheets = []
        for sheet in found.sheets:
            known = {**dict.fromkeys([*sheet.unknown, *sheet.left_out], ""), **sheet.columns}
            lines = [
                {
                    "name": f"c{sheet.sheet}-{at}",
                    "letter": letters(at),
                    "heading": mapping.heading_of(sheet, at, titles),
                    "chosen": known[at],
                    "asked": at in sheet.unknown,
                    "left_out": at in sheet.left_out,
                    "offered": [titles.get(o, o) for o in sheet.offered.get(at, [])],
                }
                for at in sorted(known)
            ]
            missing = [titles.get(name, name) for name in sheet.missing]
            sheets.append({"sheet": sheet, "lines": lines, "missing": missing})
        more = {
            "batch": self.row,
            "template_title": gettext(template.title),
            "sheets": sheets,
            "options": options,
            "problem": problem,
        }
        return self.render(more, status=status)

    def post(self) -> HttpResponseBase:
        chosen: dict[int, dict[int, str]] = {}
        for name, value in self.request.POST.items():
            sheet, dash, at = name.removeprefix("c").partition("-")
            if name.startswith("c") and dash and sheet.isdigit() and at.isdigit():
                chosen.setdefault(int(sheet), {})[int(at)] = str(value)
        used = {int(one) for one in self.request.POST.getlist("used") if one.isdigit()}
        try:
            return HttpResponseRedirect(self.settle(chosen, used or None))
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            return self.show(str(refusal.sentence), 422)

    def settle(self, chosen: dict[int, dict[int, str]], used: set[int] | None) -> str:
        """Take the answer, have the sheet checked anew, and go where that is watched."""
        batch = actions.set_mapping(
            batch=self.row, chosen=chosen, used=used, by=self.actor, at=self.at
        )
        start_check(batch, by=self.actor)
        return address_of("registry.import", batch.pk)


def letters(number: int) -> str:
    """A column as spreadsheets call it: 0 A, 25 Z, 26 AA."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


class RollBack(ui.ConfirmPage):
    path, name = "imports/<uuid:pk>/undo/", "registry.roll_back"
    title = _("撤回批次")
    sees = rights.IMPORT
    right = rights.ROLLBACK_IMPORT
    rows = batches
    crumbs = ("registry.imports",)
    danger = True
    button = _("撤回")
    said: ClassVar[Any] = ""

    def consequences(self) -> list[str]:
        return [
            gettext("这批新登记的记录删除，改过的记录恢复到导入前"),
            gettext("导入后又被别人变更、核实或引用的记录不动，完成后列出"),
        ]

    def refusal(self) -> Refusal | None:
        if self.row.state != BatchState.CONFIRMED:
            return Refusal(gettext("只能撤回已入库的批次"), "registry.import_not_confirmed")
        return None

    def act(self, data: dict[str, Any]) -> Any:
        undone = actions.roll_back(batch=self.row, by=self.actor, at=self.at)
        messages.success(
            self.request,
            gettext("已撤回：删除 %(removed)s 条，恢复 %(restored)s 条")
            % {"removed": sum(undone.removed.values()), "restored": sum(undone.restored.values())},
        )
        if not undone.left:
            return address_of("registry.import", self.row.pk)
        more = {
            "batch": self.row,
            "number": len(undone.left),
            "left": left_rows(undone.left[:200]),
        }
        return self.render(more, template="registry/rolled_back.html")


pages = (ImportList, Upload, BatchPage, BatchProgress, MapImport, RollBack)
