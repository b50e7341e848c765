"""What a grid's worker does first today: who to see again, what is open or about to run out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.pages.columns import address_of
from gezhi.base.pages.hooks import Errand
from gezhi.core.registry import quality, rights
from gezhi.core.registry.measures import (
    Intervals,
    stale,
    stale_dwellings,
    stale_people,
    stale_when_cared_for,
)
from gezhi.core.registry.models import Conflict, Dwelling, Person
from gezhi.core.registry.pages.columns import person_title

MOST: Final = 10
"""As many as one can do in a day, and read on a telephone without scrolling far."""
LEASE_DAYS: Final = 14
"""A lease is talked about two weeks before it ends, and until it is told what came after."""
GRID_LEVEL: Final = 3

Errands = Sequence[Errand]


def home_errands(actor: Actor, at: datetime) -> Errands:
    """At most ten, of each kind some, for whoever works in a grid and may change what is found.

    Seven queries, each of ten rows at most, whatever the size of the grid. A post over a
    community or more has tiles and figures instead: its list would be nobody's day.
    """
    posts = [*actor.holdings_with(rights.CHANGE_PEOPLE.code)]
    posts += actor.holdings_with(rights.CHANGE_DWELLINGS.code)
    if not posts or any(one.level < GRID_LEVEL for one in posts):
        return ()
    intervals = quality.intervals()
    groups: list[Errands] = []
    if rights.CHANGE_PEOPLE.held_by(actor) and rights.SEE_PEOPLE.held_by(actor):
        groups += [
            _conflicts(actor),
            _visits(actor, at, intervals),
            _numberless(actor),
        ]
    if rights.CHANGE_DWELLINGS.held_by(actor) and rights.SEE_DWELLINGS.held_by(actor):
        groups += [
            _leases(actor, at),
            _rented(actor, at, intervals),
            _empty(actor),
        ]
    return shared_out(groups, MOST)


def shared_out(groups: Sequence[Errands], most: int) -> list[Errand]:
    """So many of several lists that each gets its turn; each list's own stay together."""
    taken = [0] * len(groups)
    left = most
    while left and any(n < len(group) for n, group in zip(taken, groups, strict=True)):
        for number, group in enumerate(groups):
            if left and taken[number] < len(group):
                taken[number] += 1
                left -= 1
    return [one for n, group in zip(taken, groups, strict=True) for one in group[:n]]


def _people(actor: Actor) -> QuerySet[Person]:
    """Who is present, may be worked with, and lies within reach."""
    rows = Person.objects.filter(state="present", blocked=False).select_related("dwelling")
    return rights.SEE_PEOPLE.rows(rows, actor)


def _conflicts(actor: Actor) -> Errands:
    kinds: dict[Any, Any] = dict(Conflict._meta.get_field("kind").flatchoices)
    rows = Conflict.objects.filter(settled_at=None).select_related("person")
    settles = rights.SETTLE.held_by(actor)
    reached = (rights.SETTLE if settles else rights.SEE_PEOPLE).rows(rows, actor)
    return [
        Errand(
            _("核对 %(name)s") % {"name": person_title(one.person)},
            _(str(kinds[one.kind])),
            address_of("registry.conflict", one.pk)
            if settles
            else address_of("registry.person", one.person_id),
        )
        for one in reached.order_by("found_at")[:MOST]
    ]


def _visits(actor: Actor, at: datetime, intervals: Intervals) -> Errands:
    """Those to be seen again; that care makes it soon counts for whoever may know of care."""
    rows = _people(actor)
    cares = rights.SEE_CARE.held_by(actor)
    if cares:
        rows = rows.filter(stale_people(at, intervals)).alias(
            soon=ExpressionWrapper(stale_when_cared_for(at, intervals), BooleanField())
        )
        rows = rows.order_by("-soon", F("verified_at").asc(nulls_last=True), "pk")
    else:
        rows = rows.filter(stale(at, intervals["household"]))
        rows = rows.order_by(F("verified_at").asc(nulls_last=True), "pk")
    return [
        Errand(
            _("走访 %(name)s") % {"name": person_title(one)},
            " · ".join(_where_and_when(one)),
            address_of("registry.person", one.pk),
        )
        for one in rows[:MOST]
    ]


def _where_and_when(person: Person) -> Iterator[str]:
    if person.dwelling is not None:
        yield person.dwelling.address
    yield _last_seen(person.verified_at)


def _last_seen(verified_at: datetime | None) -> str:
    if verified_at is None:
        return _("还没有核实过")
    return _("上次核实 %(day)s") % {"day": _day(timezone.localdate(verified_at))}


def _day(day: Any) -> str:
    return str(date_format(day, "Y-m-d"))


def _numberless(actor: Actor) -> Errands:
    rows = _people(actor).filter(id_no_index=None).order_by("pk")
    return [
        Errand(
            _("补登 %(name)s 的证件号码") % {"name": person_title(one)},
            one.dwelling.address if one.dwelling is not None else "",
            address_of("registry.person", one.pk),
        )
        for one in rows[:MOST]
    ]


def _homes(
    actor: Actor, which: Q, order: Sequence[Any], words: str, why: Callable[[Dwelling], str]
) -> Errands:
    rows = rights.SEE_DWELLINGS.rows(Dwelling.objects.filter(which), actor).order_by(*order)
    return [
        Errand(words % {"address": one.address}, why(one), address_of("registry.dwelling", one.pk))
        for one in rows[:MOST]
    ]


def _leases(actor: Actor, at: datetime) -> Errands:
    soon = timezone.localdate(at) + timedelta(days=LEASE_DAYS)
    return _homes(
        actor,
        Q(use_state="rented", lease_to__lte=soon),
        ("lease_to", "pk"),
        _("问租约 %(address)s"),
        lambda one: _("租期至 %(day)s") % {"day": _day(one.lease_to)},
    )


def _rented(actor: Actor, at: datetime, intervals: Intervals) -> Errands:
    return _homes(
        actor,
        Q(use_state="rented") & stale_dwellings(at, intervals),
        (F("verified_at").asc(nulls_last=True), "pk"),
        _("查看出租房 %(address)s"),
        lambda one: _last_seen(one.verified_at),
    )


def _empty(actor: Actor) -> Errands:
    return _homes(
        actor,
        Q(use_state__in=("self", "rented"), residents=0),
        ("address", "pk"),
        _("登记住户 %(address)s"),
        lambda one: _("房屋有人用，却没有登记住的人"),
    )
