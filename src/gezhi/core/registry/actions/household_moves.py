"""A household moves as one: everybody, or all but those who stay behind as one of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.registry import changes, rights, rules
from gezhi.core.registry.actions.households import change_household
from gezhi.core.registry.holding import (
    Held,
    demand_reach,
    hold,
    make_source,
    new_household,
    no_later_than,
    refuse_closed,
    settle,
)
from gezhi.core.registry.models import Dwelling, Household, Person, Residence, Source
from gezhi.core.registry.models.people import LifeEventKind, PersonState, ResidenceKind
from gezhi.core.registry.rules import HEAD
from gezhi.core.registry.stays import (
    close_stays,
    consistency_here,
    open_stay,
    record_event,
    refuse_other_home,
    settle_in,
)


@action("registry.move_household", gettext_noop("登记全户搬迁"), right=rights.CHANGE_PEOPLE)
def move_household(
    *,
    household: Household,
    dwelling: Dwelling,
    on: date,
    staying: Sequence[Person] = (),
    head: Person | None = None,
    joins: Household | None = None,
    relations: Mapping[UUID, str] | None = None,
    kind: str = "",
    expected: int | None = None,
    by: Actor,
    at: datetime,
) -> Household:
    """Move everybody of a household to another dwelling here; returns the household there.

    The household goes with its head, and everybody stays to the head what they were. `staying`
    names who does not move: they part from those who do, and `head` may name who heads the part
    that the present head is not in (one alone is head; otherwise it is asked for later). With
    `joins` those who move become members of a household at the new dwelling, `relations` saying
    what each is to its head. `kind` is how they live there, empty: as each did before; who was
    registered only stays so. `expected` is the household's revision. Whoever reaches either end
    may do it.
    """
    demand_reach(rights.CHANGE_PEOPLE, by, household, dwelling)
    no_later_than(on, at)
    held = hold(households=[household, joins], dwellings=[dwelling], members=True)
    row, target = held.households[household.pk], held.dwellings[dwelling.pk]
    changes.check_revision(row, expected)
    _refuse(row, target)
    going, left = _parted(row, staying, held)
    source = make_source(kept("登记全户搬迁"), by=by, at=at, as_of=on)
    write = partial(changes.apply, source=source, by=by, at=at)
    old_home = held.dwellings.get(row.dwelling_id) if row.dwelling_id else None
    head_goes = row.head_id is None or any(person.pk == row.head_id for person in going)
    for person in (*going, *(left if head_goes else ())):
        refuse_closed(person)
    headless = left if head_goes else going
    if joins is not None and not head_goes:
        headless = []
    heads = _head_among(headless, head)
    under = _relations(headless, heads)

    if joins is not None:
        there = held.households[joins.pk]
        refuse_other_home(there, target)
        under |= {person.pk: (relations or {}).get(person.pk, "") for person in going}
        if left and head_goes:
            for person in left:
                write(person, {"relation_to_head": under[person.pk]})
            write(row, {"head": heads})
    elif head_goes:
        there = row
        place = {"dwelling": target, "community": target.community_id, "grid": target.grid_id}
        write(row, place)
        if left:
            behind = new_household(old_home, like=household, head=heads, source=source, at=at)
            held.households[behind.pk] = behind
            for person in left:
                relation = under[person.pk]
                change_household(
                    person, old_home, behind, relation, on=on, source=source, by=by, at=at
                )
                record_event(
                    LifeEventKind.SPLIT, person, on, source=source, at=at, household=behind
                )
    else:
        there = new_household(target, head=heads, source=source, at=at)
        held.households[there.pk] = there

    for person in going:
        relation = under.get(person.pk, person.relation_to_head)
        _move(person, target, there, relation, kind, on=on, source=source, by=by, at=at)
        record_event(
            LifeEventKind.MOVE,
            person,
            on,
            source=source,
            at=at,
            household=there,
            from_text=old_home.address if old_home else "",
            to_text=target.address,
        )
    settle(held, source=source, by=by, at=at, on=on)
    note(
        row,
        place_id=there.grid_id or there.community_id,
        changes={
            "household": there.pk,
            "members": [person.pk for person in going],
            "staying": [person.pk for person in left],
            "dwelling": target.pk,
            "on": on,
        },
    )
    return there


def _refuse(row: Household, target: Dwelling) -> None:
    if row.dissolved_on is not None:
        raise Refusal(_("该户已撤销"), "registry.dissolved")
    if row.dwelling_id == target.pk:
        raise Refusal(_("该户已登记住在这套房屋"), "registry.lives_there", field="dwelling")


def _parted(
    row: Household, staying: Sequence[Person], held: Held
) -> tuple[list[Person], list[Person]]:
    """Who of a household goes and who stays."""
    members = [
        person
        for person in sorted(held.people.values(), key=lambda one: one.pk)
        if person.household_id == row.pk and person.state == PersonState.PRESENT
    ]
    keys = {person.pk for person in staying}
    if keys - {person.pk for person in members}:
        raise Refusal(
            _("所选人员不在这一户，请刷新后重选"), "registry.not_a_member", field="staying"
        )
    going = [person for person in members if person.pk not in keys]
    if not going:
        raise Refusal(_("至少要有一人搬走"), "registry.nobody_goes", field="staying")
    return going, [person for person in members if person.pk in keys]


def _head_among(part: Sequence[Person], head: Person | None) -> Person | None:
    """Who heads a part that the present head is not in: who is named, or who is alone."""
    if head is None:
        return part[0] if len(part) == 1 else None
    for person in part:
        if person.pk == head.pk:
            return person
    raise Refusal(
        _("另一部分的户主须在没有现户主的那一部分人当中"), "registry.not_a_member", field="head"
    )


def _relations(part: Sequence[Person], head: Person | None) -> dict[UUID, str]:
    """What everybody of a part is to its own head; nothing is known where there is none."""
    if head is None:
        return {person.pk: "" for person in part}
    was = head.relation_to_head
    return {
        person.pk: HEAD
        if person.pk == head.pk
        else rules.relation_under_new_head(
            person.relation_to_head, new_head_was=was, gender=person.gender
        )
        for person in part
    }


def _move(
    person: Person,
    target: Dwelling,
    household: Household,
    relation: str,
    kind: str,
    *,
    on: date,
    source: Source,
    by: Actor,
    at: datetime,
) -> None:
    """Close one member's stay, open the next, and write both into their row."""
    stay = Residence.objects.filter(person=person, moved_out=None, main=True).first()
    lived = stay.kind if stay is not None else ResidenceKind.OWNED
    if not kind or lived == ResidenceKind.REGISTERED_ONLY:
        kind = lived
    close_stays(person, on, _("搬迁"), source=source, main_only=True)
    open_stay(person, target, household, kind=kind, moved_in=on, source=source)
    values = {"consistency": consistency_here(person.population_class, kind)}
    settle_in(person, target, household, relation, source=source, by=by, at=at, values=values)
