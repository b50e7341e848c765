"""Purposes as the security administrator keeps them, and what the nightly deletion reported."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.ids import uuid7
from gezhi.base.pages import hooks as page_hooks
from gezhi.core.privacy import actions, queries, rights
from gezhi.core.privacy.field_classes import CLASSES
from gezhi.core.privacy.models import Basis, ErasureReport, Purpose
from gezhi.core.privacy.purposes import EVERYTHING


def classes_in_words(purpose: Purpose) -> str:
    """The classes of field a purpose opens, in words."""
    if EVERYTHING in purpose.fields:
        return _("全部")
    return "、".join(_(CLASSES[code].title) for code in purpose.fields if code in CLASSES)


COLUMNS = (
    ui.Text("named", gettext_lazy("目的"), order="title"),
    ui.Computed("fields", gettext_lazy("可看字段"), give=classes_in_words),
    ui.Choice("basis", gettext_lazy("法律依据类别"), choices=Basis, shown=False),
    ui.Text("rests_on", gettext_lazy("依据条款")),
    ui.YesNo("needs_note", gettext_lazy("须写明事由")),
    ui.Number("daily_cap", gettext_lazy("每日上限（人次）"), order="daily_cap"),
    ui.YesNo("offered", gettext_lazy("可供选择"), order="offered"),
    ui.Date("valid_to", gettext_lazy("停用日期")),
)


class PurposeList(ui.ListPage):
    path, name = "privacy/purposes/", "privacy.purposes"
    title = gettext_lazy("使用目的")
    lead = gettext_lazy("看个人信息只能以这里的目的；每个目的写明依据、可看的字段和每日上限")
    right = rights.SET_PURPOSES
    rows = queries.purposes
    columns = COLUMNS
    ordering = ("-offered", "pk")
    opens = "privacy.purpose"
    buttons = (
        ui.Button(gettext_lazy("新建目的"), "privacy.add_purpose", rights.SET_PURPOSES, main=True),
    )

    def row_address(self, row: Any) -> str:
        from django.urls import reverse

        return reverse("privacy.purpose", kwargs={"pk": row.pk})


def _roles() -> list[tuple[str, str]]:
    return list(page_hooks.role_titles().items())


class PurposeForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("目的"), max_length=60)
    explanation = forms.CharField(
        label=gettext_lazy("说明（给本人看）"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    basis = forms.ChoiceField(label=gettext_lazy("法律依据类别"), choices=Basis.choices)
    law = forms.CharField(label=gettext_lazy("依据条款"), max_length=200)
    fields_opened = forms.MultipleChoiceField(
        label=gettext_lazy("可看字段"),
        widget=forms.CheckboxSelectMultiple,
        choices=[
            (EVERYTHING, gettext_lazy("全部")),
            *(
                (one.code, gettext_lazy(one.title))
                for one in CLASSES.values()
                if one.code != "secret"
            ),
        ],
        help_text=gettext_lazy("只选这个目的离不开的"),
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("限于角色"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=_roles,
        help_text=gettext_lazy("不勾选则有“查看个人信息明文”权限的都可以用"),
    )
    needs_note = forms.BooleanField(label=gettext_lazy("须写明事由"), required=False)
    daily_cap = forms.IntegerField(label=gettext_lazy("每日上限（人次）"), min_value=0)


class EditPurpose(ui.FormPage):
    path, name = "privacy/purposes/<str:pk>/edit/", "privacy.purpose"
    title = gettext_lazy("使用目的")
    right = rights.SET_PURPOSES
    rows = queries.purposes
    crumbs = ("privacy.purposes",)
    form = PurposeForm
    done = "privacy.purposes"
    said = gettext_lazy("已保存，从现在起生效")

    def heading(self) -> str:
        return str(self.row.named)

    def initial(self) -> dict[str, Any]:
        row = self.row
        names = ("title", "explanation", "basis", "law", "needs_note", "daily_cap")
        return {
            **{name: getattr(row, name) for name in names},
            "fields_opened": row.fields,
            "roles": row.roles,
        }

    def code(self) -> str:
        return str(self.row.pk)

    def unlisted_roles(self) -> list[str]:
        """Roles it is kept to that the office no longer lists: saving does not open it wider."""
        known = page_hooks.role_titles()
        return [code for code in self.row.roles if code not in known]

    def act(self, data: dict[str, Any]) -> str:
        roles = [*data["roles"], *self.unlisted_roles()]
        values = {**data, "fields": data["fields_opened"], "roles": roles}
        del values["fields_opened"]
        actions.set_purpose(code=self.code(), **values, by=self.actor, at=self.at)
        from django.urls import reverse

        return reverse("privacy.purposes")


class AddPurpose(EditPurpose):
    path, name = "privacy/purposes/add/", "privacy.add_purpose"
    title = gettext_lazy("新建目的")

    def heading(self) -> str:
        return str(self.title)

    def initial(self) -> dict[str, Any]:
        return {"daily_cap": 100, "basis": Basis.DUTY}

    def code(self) -> str:
        return f"own_{uuid7().hex[:12]}"

    def unlisted_roles(self) -> list[str]:
        return []


class EndForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("停用日期"), widget=forms.DateInput, initial=date.today)
    why = forms.CharField(label=gettext_lazy("原因"), max_length=200)


def ending_refusal(purpose: Purpose, actor: Actor) -> Refusal | None:
    """Why a purpose cannot end."""
    if not purpose.offered:
        return Refusal(_("平台自身使用的目的不能停用"), "privacy.purpose_of_the_platform")
    return None


class EndPurpose(ui.FormPage):
    path, name = "privacy/purposes/<str:pk>/end/", "privacy.end_purpose"
    title = gettext_lazy("停用目的")
    right = rights.SET_PURPOSES
    rows = queries.purposes
    crumbs = ("privacy.purposes",)
    form = EndForm
    said = gettext_lazy("已停用")

    def refusal(self) -> Refusal | None:
        return ending_refusal(self.row, self.actor)

    def initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate(self.at)}

    def act(self, data: dict[str, Any]) -> str:
        from django.urls import reverse

        actions.end_purpose(self.row, on=data["on"], why=data["why"], by=self.actor, at=self.at)
        return reverse("privacy.purposes")


def _sum(report: ErasureReport) -> int:
    return sum(report.counts.values())


def _parts(counts: dict[str, int]) -> str:
    from django.apps import apps

    words = (
        f"{_(str(apps.get_model(label)._meta.verbose_name))} {n:,}" for label, n in counts.items()
    )
    return "、".join(words) or "—"


class Reports(ui.ListPage):
    path, name = "privacy/reports/", "privacy.reports"
    title = gettext_lazy("到期删除")
    lead = gettext_lazy("每晚删除超过保存期限的个人信息，只留数量；各表期限见参考文档")
    right = rights.SET_PURPOSES
    rows = queries.reports
    columns = (
        ui.Moment("at", gettext_lazy("时间")),
        ui.Computed("sum", gettext_lazy("删除条数"), give=_sum),
        ui.Computed("counts", gettext_lazy("明细"), give=lambda one: _parts(one.counts)),
        ui.Computed("held", gettext_lazy("依法暂留"), give=lambda one: _parts(one.held)),
    )
    filters = (ui.Days("at", gettext_lazy("时间"), column="at"),)
    ordering = ("-at",)
    nothing = gettext_lazy("每晚 03:20 运行")


pages = (PurposeList, AddPurpose, EditPurpose, EndPurpose, Reports)
