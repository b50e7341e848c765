"""Residence: a stay is closed and another opened, and the person's row follows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.core.registry import changes, rules
from gezhi.core.registry.models import (
    Dwelling,
    Household,
    LifeEvent,
    Person,
    Residence,
    Source,
)
from gezhi.core.registry.models.people import (
    HouseholdConsistency,
    PersonState,
    ResidenceKind,
)
from gezhi.core.registry.rules import HEAD, Stay, main_homes_clash
from gezhi.core.registry.vehicle_stands import bring_along


def open_stay(
    person: Person,
    dwelling: Dwelling,
    household: Household | None,
    *,
    kind: str,
    moved_in: date | None,
    source: Source,
    main: bool = True,
) -> Residence:
    """Open a stay; refused before the person's birth or beside a main home of the same days."""
    if moved_in is not None and person.birth_date is not None and moved_in < person.birth_date:
        raise Refusal(
            _("入住日期早于出生日期，请核对"), "registry.moved_in_before_birth", field="moved_in"
        )
    past = list(Residence.objects.filter(person=person).order_by("pk"))
    stays = [Stay(stay.moved_in, stay.moved_out, stay.main) for stay in past]
    if main_homes_clash([*stays, Stay(moved_in, None, main)]):
        raise Refusal(
            _("入住日期与已登记的居住时间重叠，请先登记搬离，或核对日期"),
            "registry.stays_overlap",
            field="on",
        )
    if any(stay.moved_out is None and stay.dwelling_id == dwelling.pk for stay in past):
        raise Refusal(_("此人已登记住在这套房屋"), "registry.lives_there", field="dwelling")
    return Residence.objects.create(
        person=person,
        dwelling=dwelling,
        household=household,
        kind=kind,
        main=main,
        moved_in=moved_in,
        source=source,
    )


def close_stays(
    person: Person, on: date, reason: str, *, source: Source, main_only: bool = False
) -> Residence | None:
    """Close a person's open stays on a day; returns the main one."""
    stays = Residence.objects.filter(person=person, moved_out=None)
    if main_only:
        stays = stays.filter(main=True)
    main = None
    for stay in stays.select_related("dwelling").order_by("pk"):
        if stay.moved_in is not None and stay.moved_in > on:
            raise Refusal(_("日期早于入住日期，请核对"), "registry.before_moving_in", field="on")
        stay.moved_out, stay.out_reason, stay.closed_by = on, reason, source
        stay.save(update_fields=["moved_out", "out_reason", "closed_by"])
        main = stay if stay.main else main
    return main


def refuse_second_head(person: Person, household: Household | None, relation: str) -> None:
    """A household has one head, who is its head: refuse a second, and a head as something else."""
    if household is None or household.head_id is None:
        return
    if relation == HEAD and household.head_id != person.pk:
        raise Refusal(
            _("该户已有户主；请先变更户主，或改填与户主的关系"),
            "registry.household_has_head",
            field="relation_to_head",
        )
    if relation != HEAD and household.head_id == person.pk:
        raise Refusal(
            _("请用“变更户主”办理，户内其他人的关系会一起调整"),
            "registry.use_change_head",
            field="relation_to_head",
        )


def settle_in(
    person: Person,
    dwelling: Dwelling | None,
    household: Household | None,
    relation: str,
    *,
    source: Source,
    by: Actor,
    at: datetime,
    values: dict[str, Any] | None = None,
) -> None:
    """Write into the person's row where they live and in which household as what."""
    refuse_second_head(person, household, relation)
    place = dwelling or household
    written = {
        "dwelling": dwelling,
        "household": household,
        "relation_to_head": relation if household is not None else "",
        **(values or {}),
    }
    if place is not None:
        written |= {"community": place.community_id, "grid": place.grid_id}
    left = person.dwelling_id
    changes.apply(person, written, source=source, by=by, at=at)
    if dwelling is not None and left is not None and left != dwelling.pk:
        bring_along(person, left, dwelling, source=source, by=by, at=at)
    if household is not None and relation == HEAD and household.head_id is None:
        changes.apply(household, {"head": person}, source=source, by=by, at=at)


def refuse_other_home(household: Household, dwelling: Dwelling | None) -> None:
    """Refuse a household that is not at this dwelling or no longer exists."""
    if household.dissolved_on is not None:
        raise Refusal(_("该户已撤销，请选择其他户"), "registry.dissolved", field="household")
    home = None if dwelling is None else dwelling.pk
    if household.dwelling_id != home:
        raise Refusal(
            _("该户不在这套房屋，请核对房屋或另立一户"),
            "registry.household_elsewhere",
            field="household",
        )


def consistency_here(population_class: str, kind: str) -> str:
    """The 人户状态 of somebody of this class who comes to live here in this way."""
    if kind == ResidenceKind.REGISTERED_ONLY:
        return HouseholdConsistency.AWAY
    if population_class == "hukou":
        return HouseholdConsistency.MATCHED
    return HouseholdConsistency.HERE_REGISTERED_ELSEWHERE


def record_event(
    kind: str,
    person: Person,
    on: date,
    *,
    source: Source,
    at: datetime,
    other: Person | None = None,
    household: Household | None = None,
    from_text: str = "",
    to_text: str = "",
) -> LifeEvent:
    """Keep what happened as an event of the person's life."""
    return LifeEvent.objects.create(
        kind=kind,
        person=person,
        other=other,
        household=household,
        happened_on=on,
        recorded_at=at,
        from_text=from_text or None,
        to_text=to_text or None,
        source=source,
    )


def widow(household: Household | None, deceased: Person) -> Person | None:
    """The husband or wife a death leaves in the household, where the relations tell."""
    if household is None or household.head_id is None:
        return None
    present = Person.objects.filter(household=household, state=PersonState.PRESENT)
    if household.head_id == deceased.pk:
        spouses = list(present.filter(relation_to_head__in=rules.SPOUSES)[:2])
        return spouses[0] if len(spouses) == 1 else None
    if deceased.relation_to_head in rules.SPOUSES:
        return present.filter(pk=household.head_id).first()
    return None
