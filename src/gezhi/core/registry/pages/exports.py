"""My exports, and those that wait for a second person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.pages.layout import link
from gezhi.base.retelling import in_readers_language
from gezhi.core.privacy.models import Purpose
from gezhi.core.registry import rights
from gezhi.core.registry.actions.exports import decide_export, refusal_to_take
from gezhi.core.registry.models import ExportRequest
from gezhi.core.registry.pages.columns import words_of_pairs
from gezhi.core.registry.pages.exporting import list_of

STATES = words_of_pairs(ExportRequest._meta.get_field("state").choices or ())
TONES = {
    "waiting": "warn",
    "agreed": "good",
    "refused": "bad",
    "made": "info",
    "expired": "neutral",
}


def page_words(request: Any) -> str:
    """Which list a request speaks of."""
    try:
        return str(ui.page_named(request.page).title)
    except KeyError:
        return str(request.page)


def purpose_words(request: Any) -> str:
    """The purpose in words; nothing where no personal field leaves."""
    return in_readers_language(request.purpose_title or request.purpose)


def my_exports(actor: Actor, at: datetime) -> QuerySet[ExportRequest]:
    """What this actor asked to take out."""
    return with_purpose(ExportRequest.objects.filter(Q(account_id=actor.account_id)))


def others_exports(actor: Actor, at: datetime) -> QuerySet[ExportRequest]:
    """What others asked for and a second person decides, those that wait first."""
    rows = ExportRequest.objects.filter(Q(state="waiting") | Q(decided_by_id__isnull=False))
    return with_purpose(rows.exclude(Q(account_id=actor.account_id)))


def with_purpose(rows: QuerySet[ExportRequest]) -> QuerySet[ExportRequest]:
    """Requests with their purpose in words."""
    title = Purpose.objects.filter(pk=OuterRef("purpose")).values("title")
    return rows.annotate(purpose_title=Subquery(title))


COLUMNS: tuple[ui.Column, ...] = (
    ui.Computed("page", _("清单"), give=page_words),
    ui.Number("rows", _("行数")),
    ui.YesNo("sensitive", _("含明文")),
    ui.Computed("purpose", _("用途"), give=purpose_words),
    ui.Long("note", _("事由")),
    ui.Badge("state", _("状态"), choices=STATES, tones=TONES),
    ui.Moment("asked_at", _("申请时间"), order="-asked_at"),
)


class MyExports(ui.ListPage):
    path, name = "exports/", "registry.exports"
    title = _("我的导出")
    right = rights.EXPORT
    rows = my_exports
    tells_hidden = False
    opens = "registry.export"
    columns = (*COLUMNS, ui.Moment("file_until", _("可下载至")))
    filters = (ui.Choices("state", _("状态"), choices=STATES),)
    ordering = ("-asked_at",)
    nothing = _("还没有导出过；在各清单上点“导出”")

    def second_factor_first(self) -> HttpResponseBase | None:
        """Looking at one's own requests hands nothing out."""
        return None


class ExportPage(ui.DetailPage):
    path, name = "exports/<uuid:pk>/", "registry.export"
    title = _("导出申请")
    right = rights.EXPORT
    rows = my_exports
    crumbs = ("registry.exports",)
    template = "registry/export.html"
    sections = (
        ui.Section(
            _("申请"),
            (
                *COLUMNS,
                ui.Text("post", _("岗位")),
                ui.Text("decided_by", _("审批人")),
                ui.Text("opinion", _("审批意见")),
                ui.Moment("file_until", _("可下载至")),
                ui.Moment("taken_at", _("下载时间")),
                ui.Text("watermark", _("水印")),
            ),
        ),
    )

    def heading(self) -> str:
        return gettext("导出：%(list)s") % {"list": page_words(self.row)}

    def extra(self) -> dict[str, Any]:
        refusal = refusal_to_take(self.row, self.actor, self.at)
        return {"why_not": refusal.sentence if refusal else ""}

    def post(self) -> HttpResponseBase:
        """Hand the list over, written now from what the asker may see now."""
        if refusal := refusal_to_take(self.row, self.actor, self.at):
            raise refusal
        return list_of(self.row, self).handed_over(self.row)


class ExportsToAgree(ui.ListPage):
    path, name = "exports/others/", "registry.exports_to_agree"
    title = _("导出审批")
    lead = _("不打码且超过 100 行的导出，由另一人审批")
    right = rights.AGREE_EXPORT
    rows = others_exports
    tells_hidden = False
    opens = "registry.decide_export"
    columns = (
        COLUMNS[0],
        ui.Text("asked_by", _("申请人")),
        ui.Text("post", _("岗位")),
        *COLUMNS[1:],
        ui.Text("decided_by", _("审批人")),
    )
    filters = (ui.Choices("state", _("状态"), choices=STATES),)
    ordering = ("-asked_at",)
    nothing = _("没有待审批的导出")


class DecideForm(forms.Form):
    agreed = forms.ChoiceField(
        label=_("审批结果"), choices=[("1", _("同意")), ("0", _("退回"))], widget=forms.RadioSelect
    )
    opinion = forms.CharField(label=_("意见"), max_length=300, required=False)


class DecideExport(ui.FormPage):
    path, name = "exports/<uuid:pk>/decide/", "registry.decide_export"
    title = _("审批导出")
    right = rights.AGREE_EXPORT
    rows = others_exports
    crumbs = ("registry.exports_to_agree",)
    form = DecideForm
    template = "registry/decide_export.html"
    button = _("提交")
    said = _("已审批")

    def extra(self) -> dict[str, Any]:
        row = self.row
        return {
            "facts": [
                (_("清单"), page_words(row)),
                (_("申请人"), f"{row.asked_by} {row.post}"),
                (_("行数"), row.rows),
                (_("用途"), purpose_words(row)),
                (_("事由"), row.note),
            ]
        }

    def act(self, data: dict[str, Any]) -> Any:
        decide_export(
            request=self.row,
            agreed=data["agreed"] == "1",
            opinion=data["opinion"],
            by=self.actor,
            at=self.at,
        )
        return link("registry.exports_to_agree")

    def refusal(self) -> Refusal | None:
        if self.row.state != "waiting":
            return Refusal(gettext("这份申请已处理"), "registry.export_decided")
        return None


pages = (MyExports, ExportPage, ExportsToAgree, DecideExport)
