"""Who is told that a limit runs out: whoever it waits for; when it is over, their heads as well."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from gezhi.base.rights import Right
from gezhi.core.staff.models import Post
from gezhi.engines.matters.models import Matter
from gezhi.services.cases import rights
from gezhi.services.cases.actions.practice import practice_here

OVER = 100
"""From this mark on, percent of the limit, it is a matter for the heads too."""


def those_with(right: Right) -> Callable[[Matter, int], Iterable[UUID]]:
    """Whoever may take the step that is waited for, where the matter lies."""

    def told(matter: Matter, mark: int) -> Iterable[UUID]:
        here = Q(place__level=1) | Q(place_id__in=_places(matter))
        return _accounts(_holding(right).filter(here)) | heads(matter, mark)

    return told


def the_unit(matter: Matter, mark: int) -> Iterable[UUID]:
    """Whoever took it up; while nobody did, everybody of the unit who could."""
    if matter.holder_id is not None:
        return {matter.holder_id} | heads(matter, mark)
    if matter.unit_id is None:
        return heads(matter, mark)
    held = _holding(rights.HANDLE).filter(unit_id=matter.unit_id)
    return _accounts(held) | heads(matter, mark)


def whoever_answers(matter: Matter, mark: int) -> Iterable[UUID]:
    """Of an order: whoever has its case in hand; and who gave it, once it is late."""
    case = matter.parent
    found = set() if case is None else set(the_unit(case, mark))
    if mark >= OVER and matter.opened_by_id is not None:
        found.add(matter.opened_by_id)
    return found


def called_units(matter: Matter, mark: int) -> Iterable[UUID]:
    """Of a whistle: the departments that have not answered; and who blows it, once it is late."""
    silent = [one.unit_id for one in matter.whistle.called.all() if not one.has_answered]
    found = _accounts(_holding(rights.COME).filter(unit_id__in=silent))
    if mark >= OVER:
        found |= _accounts(_holding(rights.BLOW).filter(place__level=1))
    return found


def heads(matter: Matter, mark: int) -> set[UUID]:
    """At the end of a limit, as the office settled: the head of the unit, and the first chief.

    A post in a unit hears of that unit; a post in none of its place; the first chief's of all.
    """
    if mark < OVER:
        return set()
    practice = practice_here()
    told = Q(pk__in=[])
    if practice.late_tells_head:
        told |= Q(unit=None, place_id=matter.community_id)
        if matter.unit_id is not None:
            told |= Q(unit_id=matter.unit_id)
    if practice.late_tells_chief:
        told |= Q(unit=None, place__level=1)
    return _accounts(_holding(rights.HEAR_LATE).filter(told))


def _holding(right: Right) -> QuerySet[Post]:
    on: date = timezone.localdate()
    return Post.objects.held(on=on).filter(
        role__rights__contains=[right.code], account__closed_at=None
    )


def _accounts(posts: QuerySet[Post]) -> set[UUID]:
    return set(posts.values_list("account_id", flat=True))


def _places(matter: Matter) -> list[UUID]:
    return [one for one in (matter.community_id, matter.grid_id) if one is not None]
