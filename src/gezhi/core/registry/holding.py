"""Locking what an action touches, and keeping counters, heads and provisional keys right after it.

Everything is locked in one order: dwellings, households, people, each by key. Two writers then
never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.errors import Conflict, NotAllowed, Refusal
from gezhi.base.ids import uuid7
from gezhi.base.rights import Right
from gezhi.core.journal.actions import current_line
from gezhi.core.privacy.fields import blind_index
from gezhi.core.registry import changes, rules
from gezhi.core.registry.models import (
    Dwelling,
    Household,
    Person,
    Residence,
    Source,
    SourceKind,
)
from gezhi.core.registry.models.people import PersonState, ResidenceKind

R = TypeVar("R", Person, Household, Dwelling)


def make_source(
    title: str,
    *,
    by: Actor,
    at: datetime,
    as_of: date | None = None,
    kind: str = SourceKind.FORM,
) -> Source:
    """The occasion of the action under way, as of the day its facts held."""
    return Source.objects.create(
        kind=kind,
        title=title,
        as_of=as_of or timezone.localdate(at),
        entered_at=at,
        entered_by=by.name,
        journal_line=current_line(),
    )


def demand_reach(right: Right, by: Actor, *rows: models.Model | None) -> None:
    """Refuse unless the actor's posts reach at least one of the rows under this right."""
    if not any(row is not None and right.covers(by, row) for row in rows):
        raise NotAllowed(
            _("这条记录不在您岗位的网格范围内，请联系所属社区办理"), "registry.out_of_reach"
        )


def no_later_than(day: date, at: datetime) -> None:
    """Refuse a day that has not come yet."""
    if day > timezone.localdate(at):
        raise Refusal(_("日期不能晚于今天"), "registry.future_day", field="on")


@dataclass(slots=True)
class Held:
    """Rows locked for an action, by key."""

    people: dict[UUID, Person] = field(default_factory=dict)
    households: dict[UUID, Household] = field(default_factory=dict)
    dwellings: dict[UUID, Dwelling] = field(default_factory=dict)


def hold(
    *,
    people: Iterable[Person] = (),
    households: Iterable[Household | None] = (),
    dwellings: Iterable[Dwelling | None] = (),
    members: bool = False,
) -> Held:
    """Lock these rows with the homes and households the people are in now.

    With `members` also everybody in the households named. Refused when somebody moved meanwhile.
    """
    people = list(people)
    home_ids = {row.pk for row in dwellings if row is not None}
    household_ids = {row.pk for row in households if row is not None}
    ids = {person.pk for person in people}
    if members:
        ids |= set(
            Person.objects.filter(household_id__in=household_ids).values_list("pk", flat=True)
        )
    seen = list(Person.objects.filter(pk__in=ids).values_list("pk", "dwelling_id", "household_id"))
    home_ids |= {home for _pk, home, _household in seen if home}
    household_ids |= {household for _pk, _home, household in seen if household}
    home_ids |= set(
        Residence.objects.filter(person_id__in=ids, moved_out=None).values_list(
            "dwelling_id", flat=True
        )
    )
    held = Held(
        dwellings=_locked(Dwelling, home_ids),
        households=_locked(Household, household_ids),
        people=_locked(Person, ids),
    )
    now = {p.pk: (p.dwelling_id, p.household_id) for p in held.people.values()}
    if now != {pk: (home, household) for pk, home, household in seen} or len(now) != len(ids):
        raise Conflict(_("有人刚刚变更了住处，请刷新后重试"), "registry.changed_meanwhile")
    return held


def _locked(model: type[R], ids: Iterable[UUID]) -> dict[UUID, R]:
    rows: Any = model._default_manager.filter(pk__in=list(ids)).order_by("pk")
    return {row.pk: row for row in rows.select_for_update(of=("self",)).select_related("source")}


def lock_one(model: type[Any], pk: UUID) -> Any:
    """One row locked, with its source if it has one; DoesNotExist is the door's 404."""
    rows = model._default_manager.select_for_update(of=("self",))
    if any(field.name == "source" for field in model._meta.concrete_fields):
        rows = rows.select_related("source")
    return rows.get(pk=pk)


def refuse_closed(person: Person) -> None:
    """Refuse to change somebody who is dead, merged away, or whose data may only be stored."""
    if person.state == PersonState.MERGED:
        raise Refusal(_("此人已并入另一条记录，请到保留的记录上办理"), "registry.merged")
    if person.state == PersonState.DECEASED:
        raise Refusal(_("此人已登记死亡，不能再办理此事项"), "registry.deceased")
    refuse_blocked(person)


def refuse_blocked(person: Person) -> None:
    """Personal Information Protection Law art. 47: stored, and nothing else is done with it."""
    if person.blocked:
        raise Refusal(
            _("此人的信息处于限制处理状态，只能保存；解除限制后再办理"), "registry.restricted"
        )


# --- after a write ---------------------------------------------------------------------------


def settle(held: Held, *, source: Source, by: Actor, at: datetime, on: date) -> None:
    """Bring counters, heads, empty households and provisional keys in line with the relations."""
    for dwelling in held.dwellings.values():
        dwelling.residents = count_residents(dwelling.pk)
        Dwelling.objects.filter(pk=dwelling.pk).update(residents=dwelling.residents)
    for household in held.households.values():
        members = list(
            Person.objects.filter(household=household, state=PersonState.PRESENT).order_by("pk")
        )
        household.members = len(members)
        Household.objects.filter(pk=household.pk).update(members=household.members)
        values: dict[str, Any] = {}
        if household.head_id not in {None, *(member.pk for member in members)}:
            values["head"] = None
        if bool(members) == bool(household.dissolved_on):
            values["dissolved_on"] = None if members else on
        if values:
            changes.apply(household, values, source=source, by=by, at=at)
        for member in members:
            if member.id_no_index is None:
                _renew_key(member, household)


def count_residents(dwelling_id: UUID) -> int:
    """How many people have their main home in a dwelling and live there."""
    return (
        Residence.objects.filter(dwelling_id=dwelling_id, moved_out=None, main=True)
        .exclude(kind=ResidenceKind.REGISTERED_ONLY)
        .count()
    )


def provisional_key(
    name: str, birth_date: date | None, household: Household | None
) -> bytes | None:
    """The index under which somebody without a number is recognised in a household."""
    head = household.head if household is not None else None
    index = bytes(head.id_no_index) if head is not None and head.id_no_index else None
    text = rules.provisional_key_text(name, birth_date, index)
    return blind_index(text, context="provisional") if text else None


def _renew_key(member: Person, household: Household) -> None:
    key = provisional_key(member.name, member.birth_date, household)
    old = bytes(member.provisional_key) if member.provisional_key else None
    if key == old:
        return
    if key is not None and key_holder(key) is not None:
        key = None  # two of one name and birth in one household: a human tells them apart
    Person.objects.filter(pk=member.pk).update(provisional_key=key)


def key_holder(key: bytes) -> Person | None:
    """Who is listed without a number under this key."""
    return (
        Person.objects.filter(provisional_key=key, id_no_index=None)
        .exclude(state=PersonState.MERGED)
        .first()
    )


def new_household(
    dwelling: Dwelling | None,
    *,
    like: Household | Person | None = None,
    head: Person | None = None,
    source: Source,
    at: datetime,
) -> Household:
    """A household at a dwelling, or in the place of `like` where there is none.

    `head` may be somebody who is written later in the same transaction.
    """
    place = dwelling or like
    household = Household(id=uuid7())
    values = {
        "dwelling": dwelling,
        "head": head,
        "community": None if place is None else place.community_id,
        "grid": None if place is None else place.grid_id,
    }
    changes.enter(household, values, source=source, at=at)
    return household
