"""The responsible units of the towns, and a catalogue that names them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy
from django_tenants.utils import schema_context

from gezhi.base.actors import Actor, system
from gezhi.core.journal.actions import action, note
from gezhi.core.places.models import Place
from gezhi.core.staff.actions import open_unit
from gezhi.core.staff.models import Unit
from gezhi.services.cases.actions import change_category
from gezhi.services.cases.models import Category
from gezhi.services.cases.rules import UnitRule
from gezhi.wiring.demo.structure import schema_of
from gezhi.wiring.towns import TownSpec
from gezhi.wiring.towns.desks import ANSWERS_FOR, DeskSpec, desks_of


def open_desks_of(spec: TownSpec, *, at: datetime) -> bool:
    """Give a town its responsible units; False if it has them."""
    with schema_context(schema_of(spec)):
        if Unit.objects.exists():
            return False
        open_desks(spec=spec, desks=list(desks_of(spec)), by=system("command"), at=at)
    return True


@action("demo.open_desks", _lazy("登记演示责任单位"))
def open_desks(*, spec: TownSpec, desks: Sequence[DeskSpec], by: Actor, at: datetime) -> None:
    """Open every unit: one act, one journal line."""
    communities = {one.code: one for one in Place.objects.filter(level=2)}
    for desk in desks:
        place = None if desk.community is None else communities[spec.place_code(desk.community)]
        open_unit(code=desk.code, name=desk.name, kind=desk.kind, place=place, by=by, at=at)
    note(changes={"units": len(desks)})


def name_desks(*, by: Actor, at: datetime) -> None:
    """Name the unit of each category that one unit answers for, from the next day on.

    A category that names a unit already is left alone, so that a second run changes nothing.
    """
    units = {one.code: one for one in Unit.objects.all()}
    named = {topic: units[code] for code, topics in ANSWERS_FOR.items() for topic in topics}
    since = timezone.localdate(at) + timedelta(days=1)
    for category in Category.objects.filter(valid_to=None, responsible=None):
        unit = named.get(f"{category.nature[0]}{category.code}")
        if unit is not None:
            values = {"responsible": unit, "unit_rule": UnitRule.FIXED.value}
            change_category(category=category, values=values, since=since, by=by, at=at)
