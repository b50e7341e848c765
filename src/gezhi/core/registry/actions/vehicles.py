"""Vehicles: registering, changing, passing to another holder, ending."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor
from gezhi.base.errors import FieldRefusal, Refusal
from gezhi.base.ids import uuid7
from gezhi.base.plates import Plate, parse_plate
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.privacy.fields import blind_index
from gezhi.core.registry import changes, rights
from gezhi.core.registry.changes import Diff
from gezhi.core.registry.holding import (
    demand_reach,
    lock_one,
    make_source,
    no_later_than,
    refuse_blocked,
    refuse_closed,
)
from gezhi.core.registry.models import Enterprise, Person, Shop, SourceKind, Vehicle
from gezhi.core.registry.models.vehicles import VehicleEnd
from gezhi.core.registry.validation import checked
from gezhi.core.registry.vehicle_rules import plate_kind_of, unlike
from gezhi.core.registry.vehicle_stands import Stand

Holder = Person | Enterprise | Shop
REQUIRED: Final = ("plate", "kind")


def held_by(holder: Holder | None) -> dict[str, Any]:
    """The columns that name a vehicle's holder: one of them, or none."""
    return {
        "owner": holder if isinstance(holder, Person) else None,
        "enterprise": holder if isinstance(holder, Enterprise) else None,
        "shop": holder if isinstance(holder, Shop) else None,
    }


@action("registry.register_vehicle", gettext_noop("登记车辆"), right=rights.CHANGE_VEHICLES)
def register_vehicle(
    *,
    values: Mapping[str, Any],
    holder: Holder | None = None,
    stand: Stand,
    source_kind: str = SourceKind.FORM,
    by: Actor,
    at: datetime,
) -> Vehicle:
    """List a vehicle where it stands, under its holder or, of a stranger, under a contact.

    The kind of plate follows from number and vehicle where it is not given. Refused while the
    plate is listed already.
    """
    where = stand.within
    if where is None:
        raise Refusal(_("请填写停放地址，或选择所属网格"), "registry.no_place", field="stand")
    demand_reach(rights.CHANGE_VEHICLES, by, where)
    good = checked(Vehicle, values, today=timezone.localdate(at))
    _refuse_missing(good, holder)
    holder = _locked(holder)
    if good.get("since"):
        no_later_than(good["since"], at)
    good["plate_kind"] = good.get("plate_kind") or plate_kind_of(
        _plate(good["plate"]), good["kind"]
    )
    _refuse_unlike(good["plate"], good["plate_kind"])
    _refuse_listed(good["plate"], good["plate_kind"], None)
    row = Vehicle(id=uuid7())
    source = make_source(kept("登记车辆"), by=by, at=at, kind=source_kind)
    changes.enter(row, good | held_by(holder) | stand.values(), source=source, at=at)
    _noted(row, {"fields": sorted(good)})
    return row


@action("registry.change_vehicle", gettext_noop("变更车辆信息"), right=rights.CHANGE_VEHICLES)
def change_vehicle(
    *,
    vehicle: Vehicle,
    values: Mapping[str, Any],
    stand: Stand | None = None,
    expected: int | None = None,
    source_kind: str = SourceKind.FORM,
    as_of: date | None = None,
    newer_only: bool = False,
    by: Actor,
    at: datetime,
) -> Diff:
    """Change what is known of a vehicle, or where it stands; nothing: seen, and as it was."""
    demand_reach(rights.CHANGE_VEHICLES, by, vehicle)
    row = _current(vehicle)
    changes.check_revision(row, expected)
    if as_of is not None:
        no_later_than(as_of, at)
    good = checked(Vehicle, values, today=timezone.localdate(at))
    if good.get("since"):
        no_later_than(good["since"], at)
    if "plate" in good or "plate_kind" in good or "kind" in good:
        _keep_plate_rules(row, good)
    if stand is not None and stand.within is not None:
        demand_reach(rights.CHANGE_VEHICLES, by, stand.within)
        good |= stand.values()
    source = make_source(kept("变更车辆信息"), by=by, at=at, as_of=as_of, kind=source_kind)
    diff = changes.apply(row, good, source=source, by=by, at=at, newer_only=newer_only)
    _noted(row, {"fields": list(diff.changed), "kept": list(diff.kept)})
    return diff


@action("registry.hand_over_vehicle", gettext_noop("变更车主"), right=rights.CHANGE_VEHICLES)
def hand_over_vehicle(
    *,
    vehicle: Vehicle,
    holder: Holder | None = None,
    contact: str = "",
    phone: str = "",
    expected: int | None = None,
    by: Actor,
    at: datetime,
) -> Diff:
    """Put a vehicle that stays under another holder, or under a contact the registry lacks.

    What the former holder left to be rung goes with them.
    """
    demand_reach(rights.CHANGE_VEHICLES, by, vehicle)
    row = _current(vehicle)
    changes.check_revision(row, expected)
    given = {"contact": contact or None, "phone": phone or None}
    good = checked(Vehicle, given, today=timezone.localdate(at))
    if holder is None and not good["contact"]:
        raise Refusal(_("请填写新车主"), "registry.no_holder", field="contact")
    good |= held_by(_locked(holder))
    source = make_source(kept("变更车主"), by=by, at=at)
    diff = changes.apply(row, good, source=source, by=by, at=at)
    _noted(row, {"fields": list(diff.changed)})
    return diff


@action("registry.end_vehicle", gettext_noop("结束车辆登记"), right=rights.CHANGE_VEHICLES)
def end_vehicle(
    *,
    vehicle: Vehicle,
    on: date,
    reason: str,
    expected: int | None = None,
    by: Actor,
    at: datetime,
) -> Diff:
    """Note that a vehicle is no longer kept here. Its plate may then be listed anew."""
    demand_reach(rights.CHANGE_VEHICLES, by, vehicle)
    row = _current(vehicle)
    changes.check_revision(row, expected)
    no_later_than(on, at)
    if reason not in VehicleEnd.values:
        raise Refusal(_("请选择结束原因"), "registry.no_reason", field="reason")
    if row.since is not None and on < row.since:
        raise Refusal(_("日期早于开始停放的日期，请核对"), "registry.before_coming", field="on")
    source = make_source(kept("结束车辆登记"), by=by, at=at)
    values = {"until": on, "end_reason": reason}
    diff = changes.apply(row, values, source=source, by=by, at=at)
    _noted(row, {"fields": list(diff.changed)})
    return diff


def _current(vehicle: Vehicle) -> Vehicle:
    """A vehicle locked; refused where it has left, or its owner's data may only be stored."""
    # Whoever writes to people and vehicles locks people first.
    owner = lock_one(Person, vehicle.owner_id) if vehicle.owner_id else None
    row: Vehicle = lock_one(Vehicle, vehicle.pk)
    if row.until is not None:
        raise Refusal(_("这辆车的登记已结束，请重新登记"), "registry.vehicle_ended")
    if owner is not None:
        refuse_blocked(owner)
    return row


def _locked(holder: Holder | None) -> Holder | None:
    """A holder who may be given a vehicle, locked so that nobody merges them away meanwhile."""
    if holder is None:
        return None
    row: Holder = lock_one(type(holder), holder.pk)
    if isinstance(row, Person):
        refuse_closed(row)
    return row


def _plate(number: str) -> Plate:
    read = parse_plate(number)
    assert isinstance(read, Plate)  # `checked` has read it
    return read


def _keep_plate_rules(row: Vehicle, good: dict[str, Any]) -> None:
    """Number and kind of plate go together, and stand in the register once."""
    if "plate" in good and not good["plate"]:
        raise Refusal(_("请填写车牌号"), "registry.missing", field="plate")
    if not good.get("plate_kind"):
        good.pop("plate_kind", None)
    kind = good.get("plate_kind", row.plate_kind)
    number = good.get("plate")
    index = blind_index(number, context="plate") if number else bytes(row.plate_index or b"")
    if number:
        read = _plate(number)
        # A form sends the old kind along; where it no longer fits, nobody meant it.
        if unlike(read, kind) is not None and kind == row.plate_kind:
            kind = good["plate_kind"] = plate_kind_of(read, good.get("kind") or row.kind)
        _refuse_unlike(number, kind)
    _refuse_listed_index(index, kind, row)


def _refuse_missing(good: Mapping[str, Any], holder: Holder | None) -> None:
    fields = {field.name: _(str(field.verbose_name)) for field in Vehicle._meta.concrete_fields}
    names = REQUIRED if holder is not None else (*REQUIRED, "contact")
    wrong = [
        FieldRefusal(name, _("请填写%(field)s") % {"field": fields[name]})
        for name in names
        if not good.get(name)
    ]
    if wrong:
        raise Refusal("；".join(w.sentence for w in wrong), "registry.missing", fields=wrong)


def _refuse_unlike(number: str, plate_kind: str) -> None:
    if (reason := unlike(_plate(number), plate_kind)) is not None:
        raise Refusal(reason.sentence, "registry.plate_kind_unlike", field="plate_kind")


def _refuse_listed(number: str, plate_kind: str, row: Vehicle | None) -> None:
    _refuse_listed_index(blind_index(number, context="plate"), plate_kind, row)


def _refuse_listed_index(index: bytes, plate_kind: str, row: Vehicle | None) -> None:
    listed = Vehicle.objects.filter(plate_index=index, plate_kind=plate_kind, until=None)
    if row is not None:
        listed = listed.exclude(pk=row.pk)
    if listed.exists():
        raise Refusal(
            _("这个车牌已登记；如已过户，请在该车辆的页面办理“变更车主”"),
            "registry.plate_taken",
            field="plate",
        )


def _noted(row: Vehicle, told: dict[str, Any]) -> None:
    note(
        row,
        place_id=row.grid_id or row.community_id,
        person_id=row.owner_id,
        changes=told,
    )
