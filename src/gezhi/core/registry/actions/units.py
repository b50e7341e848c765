"""Enterprises, shops and sites: registering and changing them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, TypedDict, TypeVar, Unpack

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor
from gezhi.base.errors import FieldRefusal, Refusal
from gezhi.base.ids import uuid7
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.places.models import Building, Place, UnresolvedAddress
from gezhi.core.registry import changes, rights
from gezhi.core.registry.changes import Diff
from gezhi.core.registry.holding import demand_reach, lock_one, make_source, no_later_than
from gezhi.core.registry.models import Enterprise, Shop, Site, SourceKind
from gezhi.core.registry.models.provenance import Sourced
from gezhi.core.registry.validation import checked

Unit = Enterprise | Shop | Site
U = TypeVar("U", Enterprise, Shop, Site)

REQUIRED: Final[Mapping[type[Sourced], tuple[str, ...]]] = {
    Enterprise: ("name", "address", "kind", "contact", "phone"),
    Shop: ("name", "address", "trade", "contact", "phone"),
    Site: ("name", "address", "developer", "contractor", "manager", "phone", "stage"),
}


class Manner(TypedDict, total=False):
    """How a change comes about."""

    expected: int | None
    """The revision it was made on the sight of."""
    source_kind: str
    as_of: date | None
    """The day the values held; today if not said."""
    newer_only: bool
    """Whether newer values stay; see `changes.apply`."""


@action("registry.register_enterprise", gettext_noop("登记企业"), right=rights.CHANGE_UNITS)
def register_enterprise(
    *,
    values: Mapping[str, Any],
    building: Building | None = None,
    place: Place | None = None,
    source_kind: str = SourceKind.FORM,
    by: Actor,
    at: datetime,
) -> Enterprise:
    """List an enterprise or public unit in a building, or in a place; refused if its code is."""
    return _register(Enterprise, _("登记企业"), values, building, place, source_kind, by, at)


@action("registry.register_shop", gettext_noop("登记门店"), right=rights.CHANGE_UNITS)
def register_shop(
    *,
    values: Mapping[str, Any],
    building: Building | None = None,
    place: Place | None = None,
    source_kind: str = SourceKind.FORM,
    by: Actor,
    at: datetime,
) -> Shop:
    """List a shop. One licence may have several signs, so its credit code is no key."""
    return _register(Shop, _("登记门店"), values, building, place, source_kind, by, at)


@action("registry.register_site", gettext_noop("登记工地"), right=rights.CHANGE_UNITS)
def register_site(
    *,
    values: Mapping[str, Any],
    place: Place,
    source_kind: str = SourceKind.FORM,
    by: Actor,
    at: datetime,
) -> Site:
    """List a construction site in a place."""
    return _register(Site, _("登记工地"), values, None, place, source_kind, by, at)


@action("registry.change_enterprise", gettext_noop("变更企业信息"), right=rights.CHANGE_UNITS)
def change_enterprise(
    *, unit: Enterprise, values: Mapping[str, Any], by: Actor, at: datetime, **how: Unpack[Manner]
) -> Diff:
    """Change an enterprise; no values: it was seen and nothing had changed."""
    return _change(unit, _("变更企业信息"), values, by, at, **how)


@action("registry.change_shop", gettext_noop("变更门店信息"), right=rights.CHANGE_UNITS)
def change_shop(
    *, unit: Shop, values: Mapping[str, Any], by: Actor, at: datetime, **how: Unpack[Manner]
) -> Diff:
    """Change a shop; no values: it was seen and nothing had changed."""
    return _change(unit, _("变更门店信息"), values, by, at, **how)


@action("registry.change_site", gettext_noop("变更工地信息"), right=rights.CHANGE_UNITS)
def change_site(
    *, unit: Site, values: Mapping[str, Any], by: Actor, at: datetime, **how: Unpack[Manner]
) -> Diff:
    """Change a site; no values: it was seen and nothing had changed."""
    return _change(unit, _("变更工地信息"), values, by, at, **how)


def _register(
    model: type[U],
    title: str,
    values: Mapping[str, Any],
    building: Building | None,
    place: Place | None,
    source_kind: str,
    by: Actor,
    at: datetime,
) -> U:
    where = building or place
    if where is None:
        raise Refusal(_("请选择楼栋或所属网格"), "registry.no_place", field="building")
    demand_reach(rights.CHANGE_UNITS, by, where)
    good = checked(model, values, today=timezone.localdate(at))
    _refuse_missing(model, good)
    _refuse_taken_code(model, good, None)
    _refuse_dates(good)
    good |= {"community": where.community_id, "grid": where.grid_id, "building": building}
    row = model(id=uuid7())
    source = make_source(title, by=by, at=at, kind=source_kind)
    changes.enter(row, good, source=source, at=at)
    note(row, place_id=row.grid_id or row.community_id, changes={"fields": sorted(good)})
    return row


def _change(
    unit: Unit,
    title: str,
    values: Mapping[str, Any],
    by: Actor,
    at: datetime,
    *,
    expected: int | None = None,
    source_kind: str = SourceKind.FORM,
    as_of: date | None = None,
    newer_only: bool = False,
) -> Diff:
    demand_reach(rights.CHANGE_UNITS, by, unit)
    model = type(unit)
    row = lock_one(model, unit.pk)
    changes.check_revision(row, expected)
    if as_of is not None:
        no_later_than(as_of, at)
    good = checked(model, values, today=timezone.localdate(at))
    _refuse_taken_code(model, good, row)
    _refuse_dates({name: good.get(name, getattr(row, name, None)) for name in _DATES})
    source = make_source(title, by=by, at=at, as_of=as_of, kind=source_kind)
    diff = changes.apply(row, good, source=source, by=by, at=at, newer_only=newer_only)
    note(row, place_id=row.grid_id or row.community_id, changes={"fields": list(diff.changed)})
    return diff


def place_units_at(address: UnresolvedAddress, by: Actor, at: datetime) -> None:
    """Put units listed under an address that nobody knew into its building, now that it has one.

    Inside the action that resolves the address. Units of other communities are left alone.
    """
    building = address.building
    if building is None:
        return
    here = {
        "building": building,
        "community": building.community_id,
        "grid": building.grid_id,
    }
    source = None
    for model in (Enterprise, Shop, Site):
        waiting = model.objects.filter(address=address.text, building=None).filter(
            Q(community=None) | Q(community=building.community_id)
        )
        for pk in waiting.order_by("pk").values_list("pk", flat=True):
            source = source or make_source(kept("处理待核地址"), by=by, at=at)
            changes.apply(lock_one(model, pk), here, source=source, by=by, at=at)


_DATES: Final = ("starts_on", "ends_on")


def _refuse_dates(values: Mapping[str, Any]) -> None:
    starts, ends = (values.get(name) for name in _DATES)
    if starts and ends and ends < starts:
        raise Refusal(_("竣工日期早于开工日期，请核对"), "registry.ends_early", field="ends_on")


def _refuse_missing(model: type[Unit], good: Mapping[str, Any]) -> None:
    fields = {field.name: _(str(field.verbose_name)) for field in model._meta.concrete_fields}
    wrong = [
        FieldRefusal(name, _("请填写%(field)s") % {"field": fields[name]})
        for name in REQUIRED[model]
        if not good.get(name)
    ]
    if wrong:
        raise Refusal("；".join(w.sentence for w in wrong), "registry.missing", fields=wrong)


def _refuse_taken_code(model: type[Unit], good: Mapping[str, Any], row: Unit | None) -> None:
    code = good.get("uscc")
    if model is not Enterprise or not code:
        return
    taken = Enterprise.objects.filter(uscc=code)
    if row is not None:
        taken = taken.exclude(pk=row.pk)
    if taken.exists():
        raise Refusal(_("这个信用代码已登记在另一家单位"), "registry.uscc_taken", field="uscc")
