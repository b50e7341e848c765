"""Households: splitting, marrying, divorcing, and who is the head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.registry import changes, rights, rules
from gezhi.core.registry.ages import age_on
from gezhi.core.registry.holding import (
    Held,
    demand_reach,
    hold,
    make_source,
    new_household,
    no_later_than,
    refuse_blocked,
    refuse_closed,
    settle,
)
from gezhi.core.registry.models import Dwelling, Household, Person, Residence, Source
from gezhi.core.registry.models.people import LifeEventKind, PersonState
from gezhi.core.registry.rules import HEAD
from gezhi.core.registry.stays import close_stays, open_stay, record_event, settle_in


@action("registry.split_household", gettext_noop("登记分户"), right=rights.CHANGE_PEOPLE)
def split_household(
    *,
    household: Household,
    members: Sequence[Person],
    head: Person,
    relations: Mapping[UUID, str] | None = None,
    dwelling: Dwelling | None = None,
    on: date,
    by: Actor,
    at: datetime,
) -> Household:
    """Make a household of its own of some members, at the same or at another dwelling.

    `relations` says what each is to the new head; who is not named there is asked for later.
    """
    demand_reach(rights.CHANGE_PEOPLE, by, household, dwelling)
    no_later_than(on, at)
    held = hold(people=members, households=[household], dwellings=[dwelling])
    old = held.households[household.pk]
    leaving = [held.people[person.pk] for person in members]
    if not leaving or head.pk not in held.people:
        raise Refusal(_("请选择分出的人员，新户主须在其中"), "registry.no_members", field="members")
    for person in leaving:
        refuse_closed(person)
        if person.household_id != old.pk or person.state != PersonState.PRESENT:
            raise Refusal(
                _("所选人员不在这一户，请刷新后重选"), "registry.not_a_member", field="members"
            )
    if old.members <= len(leaving):
        raise Refusal(
            _("不能把全户人员都分出；全户搬走请用“搬迁”办理"),
            "registry.nobody_left",
            field="members",
        )
    home = held.dwellings[dwelling.pk] if dwelling else _home_of(old, held)
    source = make_source(kept("登记分户"), by=by, at=at, as_of=on)
    new_head = held.people[head.pk]
    new = new_household(home, like=old, head=new_head, source=source, at=at)
    held.households[new.pk] = new
    for person in leaving:
        relation = HEAD if person.pk == head.pk else (relations or {}).get(person.pk, "")
        if person.pk != head.pk and relation == HEAD:
            relation = ""
        change_household(person, home, new, relation, on=on, source=source, by=by, at=at)
        record_event(LifeEventKind.SPLIT, person, on, source=source, at=at, household=new)
    settle(held, source=source, by=by, at=at, on=on)
    note(
        old,
        place_id=old.grid_id or old.community_id,
        changes={"household": new.pk, "members": [p.pk for p in leaving], "on": on},
    )
    return new


def _home_of(household: Household, held: Held) -> Dwelling | None:
    if household.dwelling_id is None:
        return None
    return held.dwellings.get(household.dwelling_id) or household.dwelling


def change_household(
    person: Person,
    home: Dwelling | None,
    household: Household,
    relation: str,
    *,
    on: date,
    source: Source,
    by: Actor,
    at: datetime,
) -> None:
    """Close the stay under the old household and open one under the new, at home or elsewhere."""
    stay = Residence.objects.filter(person=person, moved_out=None, main=True).first()
    close_stays(person, on, _("换户"), source=source, main_only=True)
    if home is not None:
        kind = stay.kind if stay is not None else "owned"
        open_stay(person, home, household, kind=kind, moved_in=on, source=source)
    settle_in(person, home, household, relation, source=source, by=by, at=at)


@action("registry.change_head", gettext_noop("变更户主"), right=rights.CHANGE_PEOPLE)
def change_head(
    *, household: Household, head: Person, on: date, by: Actor, at: datetime
) -> Household:
    """Name another member as head; relations that no longer hold are emptied, to be asked."""
    demand_reach(rights.CHANGE_PEOPLE, by, household)
    no_later_than(on, at)
    held = hold(people=[head], households=[household], members=True)
    row, new = held.households[household.pk], held.people[head.pk]
    refuse_closed(new)
    if new.household_id != row.pk or new.state != PersonState.PRESENT:
        raise Refusal(_("新户主须是本户在册人员"), "registry.not_a_member", field="head")
    if row.head_id == new.pk:
        raise Refusal(_("此人已是户主"), "registry.is_head", field="head")
    source = make_source(kept("变更户主"), by=by, at=at, as_of=on)
    was = new.relation_to_head
    for member in sorted(held.people.values(), key=lambda p: p.pk):
        if member.household_id != row.pk or member.state != PersonState.PRESENT:
            continue
        relation = (
            HEAD
            if member.pk == new.pk
            else rules.relation_under_new_head(
                member.relation_to_head, new_head_was=was, gender=member.gender
            )
        )
        changes.apply(member, {"relation_to_head": relation}, source=source, by=by, at=at)
    changes.apply(row, {"head": new}, source=source, by=by, at=at)
    record_event(LifeEventKind.HEAD, new, on, source=source, at=at, household=row)
    settle(held, source=source, by=by, at=at, on=on)
    note(row, place_id=row.grid_id or row.community_id, changes={"head": new.pk, "on": on})
    return row


@action("registry.record_marriage", gettext_noop("登记结婚"), right=rights.CHANGE_PEOPLE)
def record_marriage(
    *,
    one: Person,
    other: Person,
    on: date,
    joins: Person | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Two people have married (Civil Code art. 1046 to 1051).

    With `joins` this one of the two goes to live in the household of the other.
    """
    demand_reach(rights.CHANGE_PEOPLE, by, one, other)
    no_later_than(on, at)
    if one.pk == other.pk:
        raise Refusal(_("请选择两个人"), "registry.same_person", field="other")
    if joins is not None and joins.pk not in (one.pk, other.pk):
        raise Refusal(_("搬入一方须是结婚双方之一"), "registry.not_of_the_two", field="joins")
    held = hold(people=[one, other])
    pair = [held.people[one.pk], held.people[other.pk]]
    for person in pair:
        _refuse_marriage(person, on)
    source = make_source(kept("登记结婚"), by=by, at=at, as_of=on)
    for person, spouse in (pair, reversed(pair)):
        changes.apply(
            person,
            {"marital_status": rules.married_status(person.marital_status)},
            source=source,
            by=by,
            at=at,
        )
        record_event(LifeEventKind.MARRIAGE, person, on, source=source, at=at, other=spouse)
    if joins is not None:
        mover = held.people[joins.pk]
        stays = next(person for person in pair if person.pk != joins.pk)
        _move_to_spouse(mover, stays, held, on=on, source=source, by=by, at=at)
    settle(held, source=source, by=by, at=at, on=on)
    note(pair[0], place_id=pair[0].grid_id, person_id=pair[0].pk, changes={"on": on})


def _refuse_marriage(person: Person, on: date) -> None:
    refuse_closed(person)
    if person.state != PersonState.PRESENT:
        raise Refusal(_("双方须是在册人员"), "registry.not_present")
    if rules.is_married(person.marital_status):
        raise Refusal(_("有一方登记为已婚，请先核对婚姻状况"), "registry.is_married")
    least = rules.MARRIAGE_AGE.get(person.gender, min(rules.MARRIAGE_AGE.values()))
    if person.birth_date is not None and age_on(person.birth_date, on) < least:
        raise Refusal(
            _("未到法定结婚年龄（男 22 周岁、女 20 周岁），请核对日期"),
            "registry.too_young",
            field="on",
        )


def _move_to_spouse(
    mover: Person, stays: Person, held: Held, *, on: date, source: Source, by: Actor, at: datetime
) -> None:
    household = held.households.get(stays.household_id) if stays.household_id else None
    if household is None or mover.household_id == household.pk:
        return
    relation = rules.spouse_code(mover.gender) if stays.relation_to_head == HEAD else ""
    home = _home_of(household, held)
    change_household(mover, home, household, relation, on=on, source=source, by=by, at=at)


@action("registry.record_divorce", gettext_noop("登记离婚"), right=rights.CHANGE_PEOPLE)
def record_divorce(*, one: Person, other: Person, on: date, by: Actor, at: datetime) -> None:
    """Two people have divorced. Who then lives where is for `move` or `split_household`."""
    demand_reach(rights.CHANGE_PEOPLE, by, one, other)
    no_later_than(on, at)
    if one.pk == other.pk:
        raise Refusal(_("请选择两个人"), "registry.same_person", field="other")
    held = hold(people=[one, other])
    pair = [held.people[one.pk], held.people[other.pk]]
    for person in pair:
        refuse_blocked(person)
        refuse_closed(person)
        if not rules.is_married(person.marital_status):
            raise Refusal(_("双方都须登记为已婚，请先核对婚姻状况"), "registry.not_married")
    source = make_source(kept("登记离婚"), by=by, at=at, as_of=on)
    for person, spouse in (pair, reversed(pair)):
        values = {"marital_status": rules.DIVORCED}
        if (
            person.household_id is not None
            and person.household_id == spouse.household_id
            and person.relation_to_head in rules.SPOUSES
        ):
            values["relation_to_head"] = ""
        changes.apply(person, values, source=source, by=by, at=at)
        record_event(LifeEventKind.DIVORCE, person, on, source=source, at=at, other=spouse)
    settle(held, source=source, by=by, at=at, on=on)
    note(pair[0], place_id=pair[0].grid_id, person_id=pair[0].pk, changes={"on": on})
