"""People: registering, changing, giving a number, verifying, restricting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.ids import uuid7
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.places.models import Place
from gezhi.core.privacy.fields import blind_index
from gezhi.core.registry import changes, rights, rules
from gezhi.core.registry.changes import Diff
from gezhi.core.registry.conflicts import raise_conflict
from gezhi.core.registry.holding import (
    demand_reach,
    hold,
    key_holder,
    make_source,
    new_household,
    no_later_than,
    provisional_key,
    refuse_blocked,
    refuse_closed,
    settle,
)
from gezhi.core.registry.models import (
    Conflict,
    Dwelling,
    Household,
    Person,
    Source,
    SourceKind,
)
from gezhi.core.registry.models.people import IdKind, PersonState, ResidenceKind
from gezhi.core.registry.rules import HEAD
from gezhi.core.registry.stays import (
    consistency_here,
    open_stay,
    refuse_other_home,
    refuse_second_head,
)
from gezhi.core.registry.validation import checked


@action("registry.register_person", gettext_noop("登记人员"), right=rights.CHANGE_PEOPLE)
def register_person(
    *,
    values: Mapping[str, Any],
    dwelling: Dwelling | None = None,
    household: Household | None = None,
    place: Place | None = None,
    kind: str = ResidenceKind.OWNED,
    moved_in: date | None = None,
    source_kind: str = SourceKind.FORM,
    by: Actor,
    at: datetime,
) -> Person:
    """List somebody who is not listed yet, at a dwelling and in a household.

    Without `household` one is made where they live, with this person as head unless another
    relation is given. `place` says where they belong while no dwelling is known. Refused when
    the number, or without one the provisional key, is listed already: the refusal says to merge
    or to register a move instead.
    """
    today = timezone.localdate(at)
    if moved_in is not None:
        no_later_than(moved_in, at)
    good = checked(Person, values, today=today)
    if household is not None and dwelling is None:
        dwelling = household.dwelling
    if not (dwelling or household or place):
        raise Refusal(_("请选择住处，或至少选择所属网格"), "registry.no_place", field="dwelling")
    demand_reach(rights.CHANGE_PEOPLE, by, dwelling or household or place)
    held = hold(dwellings=[dwelling], households=[household])
    dwelling = held.dwellings[dwelling.pk] if dwelling else None
    household = held.households[household.pk] if household else None
    person = Person(id=uuid7())
    relation = good.pop("relation_to_head", "")
    if household is not None:
        refuse_other_home(household, dwelling)
        refuse_second_head(person, household, relation)
    _refuse_listed(good, household)
    source = make_source(kept("登记人员"), by=by, at=at, kind=source_kind)
    if dwelling is not None and household is None:
        relation = relation or HEAD
        head = person if relation == HEAD else None
        household = new_household(dwelling, head=head, source=source, at=at)
        held.households[household.pk] = household
    where = dwelling or household or place
    good |= {
        "dwelling": dwelling,
        "household": household,
        "relation_to_head": relation if household is not None else "",
        "community": where.community_id if where else None,
        "grid": where.grid_id if where else None,
    }
    good.setdefault("population_class", "unregistered")
    if not good.get("id_no"):
        good["id_kind"] = IdKind.NONE
        person.provisional_key = provisional_key(good["name"], good.get("birth_date"), household)
    if dwelling is not None:
        good.setdefault("consistency", consistency_here(good["population_class"], kind))
    changes.enter(person, good, source=source, at=at)
    _doubt(person, source=source, at=at)
    if household is not None and relation == HEAD and household.head_id is None:
        changes.apply(household, {"head": person}, source=source, by=by, at=at)
    if dwelling is not None:
        open_stay(person, dwelling, household, kind=kind, moved_in=moved_in, source=source)
    settle(held, source=source, by=by, at=at, on=today)
    note(
        person,
        place_id=person.grid_id or person.community_id,
        person_id=person.pk,
        changes={"fields": sorted(good)},
        personal={"name": person.name},
    )
    return person


def _refuse_listed(good: Mapping[str, Any], household: Household | None) -> None:
    """Refuse somebody who is listed already, by number or by provisional key."""
    if not good.get("name"):
        raise Refusal(_("请填写姓名"), "registry.no_name", field="name")
    if number := good.get("id_no"):
        if holder_of(number) is not None:
            raise Refusal(
                _("这个证件号码已登记；请在已有记录上办理迁入或变更"),
                "registry.id_no_taken",
                field="id_no",
            )
        return
    key = provisional_key(good["name"], good.get("birth_date"), household)
    if key is not None and key_holder(key) is not None:
        raise Refusal(
            _("该户已有同名同生日、没有证件号的人；如确是另一人，请先补充证件号码"),
            "registry.already_listed",
            field="name",
        )


def _doubt(person: Person, *, source: Source, at: datetime) -> None:
    """Ask a human about somebody new who may be listed already under the same name."""
    namesakes = list(
        Person.objects.filter(name=person.name, state=PersonState.PRESENT)
        .exclude(pk=person.pk)
        .order_by("pk")
    )
    found = rules.match(_identity_of(person), [_identity_of(one) for one in namesakes])
    if found.is_conflict and found.index is not None:
        listed = namesakes[found.index]
        raise_conflict(found.verdict, listed, other=person, source=source, at=at)


def _identity_of(person: Person) -> rules.Identity:
    """What tells somebody from their namesakes in other households, where keys say nothing."""
    return rules.Identity(
        person.name,
        person.birth_date,
        bytes(person.id_no_index) if person.id_no_index else None,
        phone=bytes(person.phone_index) if person.phone_index else None,
    )


def holder_of(id_no: str) -> Person | None:
    """Who is listed under a number in its one written form."""
    index = blind_index(id_no, context="id_no")
    return Person.objects.filter(id_no_index=index).exclude(state=PersonState.MERGED).first()


@action("registry.change_person", gettext_noop("变更人员信息"), right=rights.CHANGE_PEOPLE)
def change_person(
    *,
    person: Person,
    values: Mapping[str, Any],
    expected: int | None = None,
    source_kind: str = SourceKind.FORM,
    as_of: date | None = None,
    newer_only: bool = False,
    by: Actor,
    at: datetime,
) -> Diff:
    """Change what is known of a person; where they live has actions of its own.

    `expected` is the revision the change was made on the sight of. `as_of`, not later than
    today, is the day the values held; with `newer_only` newer values stay (see `changes.apply`).
    """
    demand_reach(rights.CHANGE_PEOPLE, by, person)
    if as_of is not None:
        no_later_than(as_of, at)
    source = partial(make_source, kept("变更人员信息"), as_of=as_of, kind=source_kind)
    return change_values(
        person, values, source, expected=expected, newer_only=newer_only, by=by, at=at
    )


def change_values(
    person: Person,
    values: Mapping[str, Any],
    occasion: Callable[..., Source],
    *,
    expected: int | None = None,
    newer_only: bool = False,
    by: Actor,
    at: datetime,
) -> Diff:
    """Change values of a person inside the action under way, which has asked for the right.

    `occasion` makes the source, once nothing stands in the way.
    """
    held = hold(people=[person])
    row = held.people[person.pk]
    refuse_blocked(row)
    if row.state == PersonState.MERGED:
        refuse_closed(row)
    changes.check_revision(row, expected)
    today = timezone.localdate(at)
    values = dict(values)
    if values.get("id_no") and "id_kind" not in values and row.id_kind != IdKind.NONE:
        values["id_kind"] = row.id_kind
    good = checked(Person, values, today=today)
    if "name" in good and not good["name"]:
        raise Refusal(_("请填写姓名"), "registry.no_name", field="name")
    _keep_number_rules(row, good)
    household = held.households.get(row.household_id) if row.household_id else None
    relation = good.get("relation_to_head")
    if relation is not None and relation != row.relation_to_head:
        _refuse_head_by_relation(row, household, relation)
    source = occasion(by=by, at=at)
    diff = changes.apply(row, good, source=source, by=by, at=at, newer_only=newer_only)
    settle(held, source=source, by=by, at=at, on=today)
    _note_diff(row, diff)
    return diff


def _keep_number_rules(row: Person, good: dict[str, Any]) -> None:
    """A number stays unique, and what it says wins over gender and birth date given beside it."""
    if "id_no" in good:
        number = good["id_no"]
        if not number and row.id_no_index is not None:
            raise Refusal(
                _("证件号码不能清空；号码有误请填写正确的号码"),
                "registry.id_no_kept",
                field="id_no",
            )
        holder = holder_of(number) if number else None
        if holder is not None and holder.pk != row.pk:
            raise Refusal(
                _("这个证件号码登记在另一条记录上；如是同一人，请申请合并"),
                "registry.id_no_taken",
                field="id_no",
            )
    elif row.id_no_index is not None and row.id_kind in NUMBERED:
        for name in ("gender", "birth_date"):
            if name in good and good[name] != getattr(row, name):
                raise Refusal(
                    _("性别和出生日期以身份证号码为准；如号码有误，请更正号码"),
                    "registry.id_no_wins",
                    field=name,
                )
    if "id_kind" in good and "id_no" not in good and good["id_kind"] != row.id_kind:
        raise Refusal(
            _("更改证件类型时请同时填写证件号码"), "registry.id_kind_alone", field="id_no"
        )


NUMBERED = (IdKind.ID_CARD, IdKind.RESIDENCE_PERMIT)
"""Papers whose number tells gender and birth date."""


def _refuse_head_by_relation(row: Person, household: Household | None, relation: str) -> None:
    if HEAD in (relation, row.relation_to_head):
        raise Refusal(
            _("请用“变更户主”办理，户内其他人的关系会一起调整"),
            "registry.use_change_head",
            field="relation_to_head",
        )
    if household is None:
        raise Refusal(
            _("此人不在任何户内，没有与户主关系"), "registry.no_household", field="relation_to_head"
        )


@action("registry.give_id_number", gettext_noop("补登证件号码"), right=rights.CHANGE_PEOPLE)
def give_id_number(
    *, person: Person, id_no: str, id_kind: str = IdKind.ID_CARD, by: Actor, at: datetime
) -> Person | Conflict:
    """Give a provisional person a number. If it is listed already, propose to merge instead.

    Returns the person, or the conflict that waits for a human; then nothing else has changed.
    """
    demand_reach(rights.CHANGE_PEOPLE, by, person)
    held = hold(people=[person])
    row = held.people[person.pk]
    refuse_closed(row)
    if row.id_no_index is not None:
        raise Refusal(_("此人已有证件号码"), "registry.has_number", field="id_no")
    good = checked(Person, {"id_no": id_no, "id_kind": id_kind}, today=timezone.localdate(at))
    source = make_source(kept("补登证件号码"), by=by, at=at)
    holder = holder_of(good["id_no"])
    if holder is not None:
        conflict, _made = Conflict.objects.get_or_create(
            kind="same_id_two_rows",
            person=holder,
            other=row,
            incoming_key=None,
            settled_at=None,
            defaults={
                "community_id": row.community_id,
                "grid_id": row.grid_id,
                "source": source,
                "found_at": at,
            },
        )
        note(row, place_id=row.grid_id, person_id=row.pk, changes={"conflict": conflict.pk})
        return conflict
    row.provisional_key = None
    diff = changes.apply(row, good, source=source, by=by, at=at)
    settle(held, source=source, by=by, at=at, on=timezone.localdate(at))
    _note_diff(row, diff)
    return row


@action("registry.verify_person", gettext_noop("核实人员"), right=rights.CHANGE_PEOPLE)
def verify_person(*, person: Person, by: Actor, at: datetime) -> None:
    """Note that somebody was met and nothing had changed: the row is fresh again."""
    demand_reach(rights.CHANGE_PEOPLE, by, person)
    row = hold(people=[person]).people[person.pk]
    refuse_closed(row)
    source = make_source(kept("走访核实"), by=by, at=at, kind=SourceKind.VISIT)
    changes.apply(row, {}, source=source, by=by, at=at)
    note(row, place_id=row.grid_id or row.community_id, person_id=row.pk)


@action(
    "registry.restrict_processing", gettext_noop("限制处理个人信息"), right=rights.CHANGE_PEOPLE
)
def restrict_processing(*, person: Person, why: str, by: Actor, at: datetime) -> None:
    """Let somebody's data only be stored (Personal Information Protection Law art. 47)."""
    _set_blocked(person, True, why, by=by, at=at)


@action("registry.lift_restriction", gettext_noop("解除限制处理"), right=rights.CHANGE_PEOPLE)
def lift_restriction(*, person: Person, why: str, by: Actor, at: datetime) -> None:
    """Let the data be worked with again."""
    _set_blocked(person, False, why, by=by, at=at)


def _set_blocked(person: Person, blocked: bool, why: str, *, by: Actor, at: datetime) -> None:
    demand_reach(rights.CHANGE_PEOPLE, by, person)
    source = partial(make_source, kept("限制处理"), kind=SourceKind.FORM)
    block(person, blocked, why, source, by=by, at=at)


def block(
    person: Person,
    blocked: bool,
    why: str,
    occasion: Callable[..., Source],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Block somebody's data or lift it, inside the action under way that asked for the right."""
    if not why.strip():
        raise Refusal(_("请填写理由"), "registry.no_reason", field="why")
    row = hold(people=[person]).people[person.pk]
    if row.state == PersonState.MERGED:
        refuse_closed(row)
    source = occasion(by=by, at=at)
    diff = changes.apply(row, {"blocked": blocked}, source=source, by=by, at=at)
    _note_diff(row, diff, why=why)


def _note_diff(row: Person, diff: Diff, why: str = "") -> None:
    note(
        row,
        place_id=row.grid_id or row.community_id,
        person_id=row.pk,
        why=why,
        changes={"fields": list(diff.changed), "kept": list(diff.kept)},
    )
