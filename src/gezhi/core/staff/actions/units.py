"""Responsible units: opened, renamed and closed, never deleted."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.core.journal.actions import action, note
from gezhi.core.places.models import Place
from gezhi.core.staff import rights
from gezhi.core.staff.models import Unit, UnitKind


@action("staff.open_unit", _lazy("登记责任单位"), right=rights.UNITS)
def open_unit(
    *, code: str, name: str, kind: str, place: Place | None = None, by: Actor, at: datetime
) -> Unit:
    """A unit that work can be handed to. A community's own unit names its community."""
    _refuse(code, name, kind, place)
    if Unit.objects.filter(code=code.strip()).exists():
        raise Refusal(_("这个代码已有单位使用"), "staff.unit_code_taken", field="code")
    unit = Unit.objects.create(code=code.strip(), name=name.strip(), kind=kind, place=place)
    note(unit, place_id=unit.place_id, changes={"code": unit.code, "kind": kind})
    return unit


@action("staff.change_unit", _lazy("修改责任单位"), right=rights.UNITS)
def change_unit(
    *, unit: Unit, name: str, kind: str, place: Place | None, by: Actor, at: datetime
) -> Unit:
    """Another name, kind or place; its code stays, because past work names it."""
    row = Unit.objects.select_for_update().get(pk=unit.pk)
    _refuse(row.code, name, kind, place)
    row.name, row.kind, row.place = name.strip(), kind, place
    row.save(update_fields=["name", "kind", "place"])
    note(row, place_id=row.place_id, changes={"name": row.name, "kind": kind})
    return row


@action("staff.close_unit", _lazy("停用责任单位"), right=rights.UNITS)
def close_unit(*, unit: Unit, reason: str, by: Actor, at: datetime) -> Unit:
    """No new work goes to it; what lies with it stays until it is handed on."""
    row = Unit.objects.select_for_update().get(pk=unit.pk)
    if row.closed_at is not None:
        raise Refusal(_("这个单位已停用"), "staff.unit_closed")
    if not reason.strip():
        raise Refusal(_("请写明停用原因"), "staff.no_reason", field="reason")
    row.closed_at = at
    row.save(update_fields=["closed_at"])
    note(row, place_id=row.place_id, why=reason)
    return row


def _refuse(code: str, name: str, kind: str, place: Place | None) -> None:
    if not code.strip():
        raise Refusal(_("请填写代码"), "staff.unit_without_code", field="code")
    if not name.strip():
        raise Refusal(_("请填写名称"), "staff.unit_without_name", field="name")
    if kind not in UnitKind.values:
        raise Refusal(_("请选择类别"), "staff.no_such_unit_kind", field="kind")
    if (kind == UnitKind.COMMUNITY) != (place is not None):
        raise Refusal(
            _("村（社区）的单位须选所在社区，其他单位不选"), "staff.unit_place", field="place"
        )
