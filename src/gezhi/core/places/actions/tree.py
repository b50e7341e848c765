"""Founding the tree and changing single places of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor, ActorKind
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.core.cells.keys import schema_here
from gezhi.core.journal.actions import action, note
from gezhi.core.places import rehoming, rights, tree_rules
from gezhi.core.places.actions.writing import (
    alter,
    close,
    demand,
    demand_day,
    first_period,
    locked,
    worded,
)
from gezhi.core.places.models import Building, Compound, Level, Place, PlaceKind, RegridNew
from gezhi.core.places.snapshots import changing, polygon
from gezhi.core.places.tree_rules import Kind


@action("places.found_subdistrict", _lazy("建立街道一级网格"))
def found_subdistrict(
    *,
    code: str,
    name: str,
    on: date,
    by: Actor,
    at: datetime,
    party_group: str = "",
    boundary: dict[str, Any] | None = None,
) -> Place:
    """The first place of a cell, under which everything hangs. The platform itself does it."""
    if by.kind is not ActorKind.SYSTEM:
        raise NotAllowed(_("街道一级网格在建立街道单元时设立"), "places.not_yours")
    changing()
    if tree_rules.kind_of(code) is not Kind.SUBDISTRICT:
        raise Refusal(_("街道的编码应为 9 位"), "places.bad_code", field="code")
    schema = schema_here()
    if schema.startswith("c_") and schema != f"c_{code}":
        raise Refusal(_("编码与本街道单元不符"), "places.bad_code", field="code")
    if Place.objects.filter(level=Level.SUBDISTRICT).exists():
        raise Refusal(_("街道一级网格已经建立"), "places.founded", field="code")
    place = Place(
        code=code,
        name=worded(name, "name", _("名称")),
        kind=PlaceKind.SUBDISTRICT,
        level=Level.SUBDISTRICT,
        path=f"{code}/",
        party_group=party_group,
        valid_from=on,
    )
    _save(place, boundary)
    note(place, place_id=place.pk, changes={"code": code, "name": place.name, "from": str(on)})
    return place


@action("places.add_place", _lazy("增设网格"), right=rights.DRAW)
def add_place(
    *,
    parent: Place,
    kind: str,
    name: str,
    on: date,
    by: Actor,
    at: datetime,
    code: str = "",
    party_group: str = "",
    urban_rural: str = "",
    boundary: dict[str, Any] | None = None,
    correction: bool = False,
) -> Place:
    """A new place that takes over no building; what does is a change of grids (`draw_regrid`).

    Without a code it gets the next one. Refused for a code used before, a kind that does not
    belong under the parent, and a day on which the parent was not there.
    """
    changing()
    above = locked(parent)
    demand(rights.DRAW, by, above)
    demand_day(on, at, correction=correction)
    if on < above.valid_from:
        raise Refusal(
            _("上级“%(name)s”自 %(day)s 才启用") % {"name": above.name, "day": above.valid_from},
            "places.before_its_parent",
            field="on",
        )
    used = codes_ever_used()
    code = code or tree_rules.next_code(above.code, Kind(kind), used)
    if tree_rules.kind_of(code) != kind or tree_rules.parent_of(code) != above.code:
        raise Refusal(_("编码与上级或类别不符"), "places.bad_code", field="code")
    if code in used:
        raise Refusal(_("编码已被用过，编码不能重复使用"), "places.code_taken", field="code")
    words = worded(name, "name", _("名称"))
    if Place.objects.filter(parent=above, name=words, valid_to=None).exists():
        raise Refusal(_("同一上级之下已有同名网格"), "places.name_taken", field="name")
    place = Place(
        code=code,
        name=words,
        kind=PlaceKind(kind),
        level=tree_rules.depth_of(code).value,
        parent=above,
        path=f"{above.path}{code[-3:]}/",
        community_id=above.community_id,
        grid_id=above.grid_id,
        urban_rural=urban_rural,
        party_group=party_group,
        valid_from=on,
    )
    _save(place, boundary)
    note(place, place_id=place.pk, changes={"code": code, "name": words, "from": str(on)})
    return place


def _save(place: Place, boundary: dict[str, Any] | None) -> None:
    """Write a new place with its own key at its own level, its centre and its first period."""
    if place.level == Level.COMMUNITY:
        place.community_id = place.pk
    if place.level == Level.GRID:
        place.grid_id = place.pk
    if boundary is not None:
        place.centre_lon, place.centre_lat = centre_of(boundary)
    place.save(force_insert=True)
    first_period(place, boundary)


def centre_of(boundary: dict[str, Any]) -> tuple[float, float]:
    """A point inside a boundary (lon, lat)."""
    middle = polygon(boundary).representative_point()
    return round(middle.x, 7), round(middle.y, 7)


def codes_ever_used() -> set[str]:
    """Every code a place or a proposal ever had: none is given again."""
    return {
        *Place.objects.values_list("code", flat=True),
        *RegridNew.objects.values_list("code", flat=True),
    }


@action("places.rename_place", _lazy("更改网格名称"), right=rights.DRAW)
def rename_place(
    *, place: Place, name: str, on: date, by: Actor, at: datetime, correction: bool = False
) -> Place:
    """Call a place something else from a day on; earlier days keep the former name."""
    return _change(place, "name", worded(name, "name", _("名称")), on, by, at, correction)


@action("places.set_party_group", _lazy("设定党小组"), right=rights.DRAW)
def set_party_group(
    *, place: Place, party_group: str, on: date, by: Actor, at: datetime, correction: bool = False
) -> Place:
    """Name the party group of a place from a day on; empty: it has none."""
    return _change(place, "party_group", party_group.strip(), on, by, at, correction)


def _change(
    place: Place, field: str, value: str, on: date, by: Actor, at: datetime, correction: bool
) -> Place:
    changing()
    row = locked(place)
    demand(rights.DRAW, by, row)
    demand_day(on, at, correction=correction)
    before = getattr(row, field)
    if value == before:
        raise Refusal(_("没有改动"), "places.unchanged", field=field)
    if field == "name" and (
        Place.objects.filter(parent_id=row.parent_id, name=value, valid_to=None).exists()
    ):
        raise Refusal(_("同一上级之下已有同名网格"), "places.name_taken", field="name")
    setattr(row, field, value)
    row.save(update_fields=[field])
    alter(row, on, **{field: value})
    note(row, place_id=row.pk, changes={field: [before, value], "from": str(on)})
    return row


@action("places.retire_place", _lazy("停用网格"), right=rights.APPROVE)
def retire_place(
    *, place: Place, on: date, reason: str, by: Actor, at: datetime, correction: bool = False
) -> Place:
    """End a place that nothing hangs on any more; what still has buildings is regridded instead."""
    changing()
    row = locked(place)
    demand(rights.APPROVE, by, row)
    demand_day(on, at, correction=correction)
    if row.level == Level.SUBDISTRICT:
        raise Refusal(_("街道一级网格不能停用"), "places.top_stays")
    if why := what_hangs_on(row, at):
        raise Refusal("；".join(why), "places.still_used")
    close(row, on)
    note(row, place_id=row.pk, why=reason, changes={"to": str(on)})
    return row


def what_hangs_on(place: Place, at: datetime) -> list[str]:
    """What keeps a place from being retired, one sentence each."""
    mine = {2: "community", 3: "grid", 4: "micro_grid"}.get(place.level, "community")
    counted = (
        (_("还有 %(n)s 个下级网格"), Place.objects.filter(parent=place, valid_to=None).count()),
        (_("还有 %(n)s 栋楼，请用网格调整划出"), Building.objects.filter(**{mine: place}).count()),
        (_("还有 %(n)s 个小区"), Compound.objects.filter(community=place).count()),
    )
    return [words % {"n": number} for words, number in counted if number] + [
        _("还有 %(n)s 项%(what)s没有转出") % {"n": one.number, "what": one.title}
        for one in rehoming.remainders([place.pk], at)
    ]
