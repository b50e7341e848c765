"""What the registries answer to areas below that ask without knowing them; see `apps.ready`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from django import forms
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.base.actors import Actor
from gezhi.base.errors import NotAllowed
from gezhi.base.pages import hooks as page_hooks
from gezhi.base.pages.hooks import Outgoing
from gezhi.core.cells import rollups
from gezhi.core.cells.rollups import Total
from gezhi.core.places import counts
from gezhi.core.places import dwellings as dwelling_hooks
from gezhi.core.places.models import Building, Level, Place
from gezhi.core.privacy import hooks as privacy_hooks
from gezhi.core.privacy.fields import blind_index
from gezhi.core.registry import ages, publishing, rights, tallies
from gezhi.core.registry.actions import asked
from gezhi.core.registry.actions.dwellings import list_rooms
from gezhi.core.registry.actions.units import place_units_at
from gezhi.core.registry.models import Dwelling, Household, Person
from gezhi.core.registry.models.people import PersonState
from gezhi.core.registry.pages.forms import field_for
from gezhi.core.registry.questions import Kind, read_question
from gezhi.core.registry.validation import CODED

SHOWN: Final = (
    ("people", _("人口"), rights.SEE_PEOPLE),
    ("households", _("户"), rights.SEE_PEOPLE),
    ("dwellings", _("房屋"), rights.SEE_DWELLINGS),
    ("enterprises", _("企业"), rights.SEE_UNITS),
    ("public_units", _("公共单位"), rights.SEE_UNITS),
    ("shops", _("门店"), rights.SEE_UNITS),
    ("sites", _("工地"), rights.SEE_UNITS),
    ("vehicles", _("车辆"), rights.SEE_VEHICLES),
)
"""Numbers shown beside places, and reported to the district as totals."""

BROKEN_DOWN: Final = (
    ("people.class", _("人口（按类别）")),
    ("people.gender", _("人口（按性别）")),
    ("people.consistency", _("人口（按人户状态）")),
    ("people.age_band", _("人口（按年龄段）")),
)
"""Breakdowns the district gets, without the small ones; care labels never leave the cell."""


def provide() -> None:
    """Answer every hook; called once, when the platform starts."""
    for metric, title, right in SHOWN:
        counts.register(metric, title, _COUNTERS[metric], right=right)
        rollups.reports(metric, title, partial(totals_of, metric))
    for metric, title in BROKEN_DOWN:
        rollups.reports(metric, title, partial(breakdown_of, metric))
    dwelling_hooks.make_rooms.provide(list_rooms)
    dwelling_hooks.number_of_rooms.provide(number_of_rooms)
    dwelling_hooks.households_in.provide(households_in)
    dwelling_hooks.address_resolved.provide(place_units_at)
    page_hooks.let_out.provide(let_out)
    privacy_hooks.person_of_number.provide(person_of_number)
    privacy_hooks.code_words.provide(code_words)
    privacy_hooks.correction_input.provide(correction_input)
    privacy_hooks.correct.provide(asked.correct_as_asked)
    privacy_hooks.delete_field.provide(asked.delete_as_asked)
    privacy_hooks.restrict.provide(asked.restrict_as_asked)


def let_out(outgoing: Outgoing, by: Actor, at: datetime) -> str:
    """The watermark of a list without people in it.

    Lists with people in them leave as `pages.exporting.Exportable`, which asks for a purpose and
    logs each of them; one that does not is a mistake, and does not leave.
    """
    if outgoing.fields:
        raise NotAllowed(gettext("这份清单含个人信息，不能从这里导出"), "registry.leaves_elsewhere")
    return f"{by.name} {timezone.localtime(at):%Y-%m-%d %H:%M}"


def _counter(metric: str) -> counts.Counter:
    return lambda _at: tallies.counts_by_place(metric)


_COUNTERS: Final = {metric: _counter(metric) for metric, _title, _right in SHOWN}


def number_of_rooms(building: Building) -> int | None:
    """How many dwellings a building has."""
    return Dwelling.objects.filter(building=building).count()


def households_in(buildings: Collection[UUID]) -> Mapping[UUID, int] | None:
    """How many households live in each building."""
    rows = Household.objects.filter(dwelling__building__in=list(buildings), dissolved_on=None)
    grouped = rows.order_by().values_list("dwelling__building_id").annotate(Count("pk"))
    return {building: number for building, number in grouped if building is not None}


def person_of_number(number: str) -> Person | None:
    """The one person with this whole ID or telephone number; None for nobody or for several."""
    question = read_question(number)
    if question.kind not in (Kind.NUMBER, Kind.PHONE):
        return None
    context = "id_no" if question.kind is Kind.NUMBER else "phone"
    index = blind_index(question.text, context=context)
    rows = Person.objects.filter(**{f"{context}_index": index}).exclude(state=PersonState.MERGED)
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None


def code_words(model: str, field: str, value: str) -> str:
    """A coded value in words."""
    table = CODED.get(field)
    return gettext(table.title_of(value)) if table is not None else value


def correction_input(field: str) -> forms.Field | None:
    """The input for a corrected value of a field, where it takes one by itself."""
    column = asked.column_of(field)
    return field_for(column, required=False) if column is not None else None


# --- for the district ------------------------------------------------------------------------


def _reported_places() -> Iterable[Place]:
    """The subdistrict and its communities: smaller places are nobody else's business."""
    return Place.objects.filter(level__lte=Level.COMMUNITY, valid_to=None).order_by("code")


def totals_of(metric: str) -> Iterable[Total]:
    """A total of the subdistrict and of each community."""
    for place in _reported_places():
        number = sum(tallies.counts(place, metric).values())
        yield Total(metric, place.code, place.name, number)


def breakdown_of(metric: str) -> Iterable[Total]:
    """The numbers of each category that are large enough to name nobody."""
    for place in _reported_places():
        if metric == "people.age_band":
            found = tallies.age_bands(place, timezone.localdate().year)
        else:
            found = tallies.counts(place, metric)
        for category, number in sorted(publishing.publishable(found).items()):
            yield Total(f"{metric}.{category or ages.UNKNOWN}", place.code, place.name, number)
