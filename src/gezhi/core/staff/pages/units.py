"""Responsible units: the list, one with the people posted in it, and its changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.core.places.models import Level, Place
from gezhi.core.staff import actions, rights
from gezhi.core.staff.models import Post, Unit, UnitKind
from gezhi.core.staff.pages.columns import POST_COLUMNS


def units(actor: Actor, at: datetime) -> QuerySet[Unit]:
    """Every unit with how many hold a post in it today."""
    today = timezone.localdate(at)
    held = (Q(posts__valid_to=None) | Q(posts__valid_to__gt=today)) & Q(
        posts__valid_from__lte=today, posts__waits=False
    )
    return Unit.objects.select_related("place").annotate(members=Count("posts", filter=held))


def posts_in(unit: Unit) -> QuerySet[Post]:
    """The posts held in a unit today."""
    held = Post.objects.held(on=timezone.localdate())
    return held.filter(unit=unit).select_related("account", "role", "place", "acting_for__account")


class UnitForm(forms.Form):
    code = forms.CharField(label=_("代码"), max_length=20, help_text=_("定了不再改，如 CG01"))
    name = forms.CharField(label=_("名称"), max_length=60)
    kind = forms.ChoiceField(label=_("类别"), choices=UnitKind.choices)
    place = forms.ModelChoiceField(
        label=_("所在社区（村）"),
        queryset=Place.objects.none(),
        required=False,
        help_text=_("只有村（社区）自己的单位才选"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["place"]
        field.queryset = Place.objects.filter(level=Level.COMMUNITY, valid_to=None)


class ChangeUnitForm(UnitForm):
    code: Any = None


COLUMNS: tuple[ui.Column, ...] = (
    ui.Text("name", _("单位"), order="name"),
    ui.Text("code", _("代码"), order="code"),
    ui.Choice("kind", _("类别"), choices=UnitKind),
    ui.Text("place.name", _("所在社区（村）")),
    ui.Number("members", _("在任人数"), order="-members"),
    ui.Date("closed_at", _("停用日期")),
)


class UnitList(ui.ListPage):
    path, name = "units/", "staff.units"
    title = _("责任单位")
    lead = _("案件和报备派给单位，单位里的人接收办理")
    right = rights.UNITS
    rows = units
    opens = "staff.unit"
    columns = COLUMNS
    filters = (
        ui.Search("q", _("名称、代码"), fields=("name", "code")),
        ui.Choices("kind", _("类别"), choices=UnitKind),
        ui.YesOrNo("open", _("在用"), column="closed_at__isnull"),
    )
    ordering = ("kind", "code")
    buttons = (ui.Button(_("登记单位"), "staff.open_unit", rights.UNITS, main=True),)
    nothing = _("还没有责任单位；点“登记单位”添加第一个")


class UnitDetail(ui.DetailPage):
    path, name = "units/<uuid:pk>/", "staff.unit"
    title = _("责任单位")
    right = rights.UNITS
    rows = units
    crumbs = ("staff.units",)
    sections = (ui.Section(_("单位"), COLUMNS),)
    related = (
        ui.Related(
            _("在任人员"),
            posts_in,
            POST_COLUMNS,
            rights.SEE_POSTS,
            nothing=_("还没有人任职；请系统管理员任命岗位时选上这个单位"),
        ),
    )
    acts = (
        ui.Act(_("修改"), "staff.change_unit", rights.UNITS, main=True),
        ui.Act(
            _("停用"),
            "staff.close_unit",
            rights.UNITS,
            when=lambda unit: unit.closed_at is None,
            danger=True,
        ),
    )


class OpenUnit(ui.FormPage):
    path, name = "units/new/", "staff.open_unit"
    title = _("登记单位")
    right = rights.UNITS
    crumbs = ("staff.units",)
    form = UnitForm
    done = "staff.unit"

    def act(self, data: dict[str, Any]) -> Any:
        return actions.open_unit(**data, by=self.actor, at=self.at)


class ChangeUnit(ui.FormPage):
    path, name = "units/<uuid:pk>/change/", "staff.change_unit"
    title = _("修改单位")
    right = rights.UNITS
    rows = units
    crumbs = ("staff.units",)
    form = ChangeUnitForm
    done = "staff.unit"

    def initial(self) -> dict[str, Any]:
        return {"name": self.row.name, "kind": self.row.kind, "place": self.row.place}

    def act(self, data: dict[str, Any]) -> Any:
        return actions.change_unit(unit=self.row, **data, by=self.actor, at=self.at)


class CloseUnit(ui.ConfirmPage):
    path, name = "units/<uuid:pk>/close/", "staff.close_unit"
    title = _("停用单位")
    right = rights.UNITS
    rows = units
    crumbs = ("staff.units",)
    form = ui.ReasonForm
    danger = True
    done = "staff.unit"

    def consequences(self) -> list[str]:
        return [str(_("不再派给它新的事项；手上的事项不变，办完或转交为止"))]

    def act(self, data: dict[str, Any]) -> Any:
        return actions.close_unit(unit=self.row, reason=data["reason"], by=self.actor, at=self.at)


pages = (UnitList, OpenUnit, UnitDetail, ChangeUnit, CloseUnit)
