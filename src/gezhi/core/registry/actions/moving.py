"""Moving in, out and about; birth and death."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.registry import changes, rights, tallies
from gezhi.core.registry.actions.people import register_person
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
from gezhi.core.registry.models import (
    CareLabel,
    Dwelling,
    Household,
    Person,
    Source,
)
from gezhi.core.registry.models.people import (
    HouseholdConsistency,
    LifeEventKind,
    PersonState,
    ResidenceKind,
)
from gezhi.core.registry.rules import HEAD, WIDOWED, child_relation, is_married
from gezhi.core.registry.stays import (
    close_stays,
    consistency_here,
    open_stay,
    record_event,
    refuse_other_home,
    refuse_second_head,
    settle_in,
    widow,
)


@action("registry.move_in", gettext_noop("登记迁入"), right=rights.CHANGE_PEOPLE)
def move_in(
    *,
    person: Person,
    dwelling: Dwelling,
    household: Household | None = None,
    relation: str = "",
    kind: str = ResidenceKind.OWNED,
    on: date,
    from_text: str = "",
    expected: int | None = None,
    by: Actor,
    at: datetime,
) -> Person:
    """Bring somebody who has left, or who lives away, to live in a dwelling here.

    `expected` is the revision of the person it was decided on the sight of, here and below.
    """
    demand_reach(rights.CHANGE_PEOPLE, by, dwelling, person)
    held = hold(people=[person], households=[household], dwellings=[dwelling])
    row = held.people[person.pk]
    changes.check_revision(row, expected)
    refuse_closed(row)
    if row.dwelling_id and row.consistency not in AWAY:
        raise Refusal(
            _("此人登记有现住房屋；换住处请用“搬迁”办理"),
            "registry.lives_elsewhere",
            field="dwelling",
        )
    source = make_source(kept("登记迁入"), by=by, at=at, as_of=on)
    _rehouse(
        row,
        held.dwellings[dwelling.pk],
        held.households[household.pk] if household else None,
        relation,
        held=held,
        kind=kind,
        on=on,
        reason=_("迁入"),
        source=source,
        by=by,
        at=at,
    )
    record_event(
        LifeEventKind.MOVE_IN,
        row,
        on,
        source=source,
        at=at,
        household=row.household,
        from_text=from_text,
        to_text=held.dwellings[dwelling.pk].address,
    )
    return _done(row, held, source=source, by=by, at=at, on=on)


AWAY = (HouseholdConsistency.AWAY, HouseholdConsistency.EMPTY_REGISTRATION)


@action("registry.move", gettext_noop("登记搬迁"), right=rights.CHANGE_PEOPLE)
def move(
    *,
    person: Person,
    dwelling: Dwelling,
    household: Household | None = None,
    relation: str = "",
    kind: str = ResidenceKind.OWNED,
    on: date,
    expected: int | None = None,
    by: Actor,
    at: datetime,
) -> Person:
    """Move somebody from one dwelling here to another; whoever reaches either end may do it."""
    demand_reach(rights.CHANGE_PEOPLE, by, person, dwelling)
    held = hold(people=[person], households=[household], dwellings=[dwelling])
    row = held.people[person.pk]
    changes.check_revision(row, expected)
    refuse_closed(row)
    if row.dwelling_id is None:
        raise Refusal(_("此人没有登记现住房屋，请用“迁入”办理"), "registry.lives_nowhere")
    if row.dwelling_id == dwelling.pk:
        raise Refusal(_("此人已登记住在这套房屋"), "registry.lives_there", field="dwelling")
    source = make_source(kept("登记搬迁"), by=by, at=at, as_of=on)
    left = held.dwellings[row.dwelling_id]
    _rehouse(
        row,
        held.dwellings[dwelling.pk],
        held.households[household.pk] if household else None,
        relation,
        held=held,
        kind=kind,
        on=on,
        reason=_("搬迁"),
        source=source,
        by=by,
        at=at,
    )
    record_event(
        LifeEventKind.MOVE,
        row,
        on,
        source=source,
        at=at,
        household=row.household,
        from_text=left.address,
        to_text=held.dwellings[dwelling.pk].address,
    )
    return _done(row, held, source=source, by=by, at=at, on=on)


def _rehouse(
    row: Person,
    dwelling: Dwelling,
    household: Household | None,
    relation: str,
    *,
    held: Held,
    kind: str,
    on: date,
    reason: str,
    source: Source,
    by: Actor,
    at: datetime,
) -> None:
    """Close the main stay, open the next, and write both into person and household."""
    no_later_than(on, at)
    if household is not None:
        refuse_other_home(household, dwelling)
        if row.household_id == household.pk:
            # Back from away to a household never left: still what they were to its head.
            relation = relation or row.relation_to_head
        refuse_second_head(row, household, relation)
    else:
        relation = relation or HEAD
        head = row if relation == HEAD else None
        household = new_household(dwelling, head=head, source=source, at=at)
        held.households[household.pk] = household
    close_stays(row, on, reason, source=source, main_only=True)
    open_stay(row, dwelling, household, kind=kind, moved_in=on, source=source)
    settle_in(
        row,
        dwelling,
        household,
        relation,
        source=source,
        by=by,
        at=at,
        values={
            "state": PersonState.PRESENT,
            "ended_on": None,
            "consistency": consistency_here(row.population_class, kind),
        },
    )


@action("registry.move_out", gettext_noop("登记迁出"), right=rights.CHANGE_PEOPLE)
def move_out(
    *,
    person: Person,
    on: date,
    hukou_stays: bool = False,
    to_text: str = "",
    expected: int | None = None,
    by: Actor,
    at: datetime,
) -> Person:
    """Let somebody leave the subdistrict.

    With `hukou_stays` the household registration remains: they stay listed at the dwelling as
    registered and away (户在人不在). Otherwise every stay closes and they have left.
    """
    demand_reach(rights.CHANGE_PEOPLE, by, person)
    no_later_than(on, at)
    held = hold(people=[person])
    row = held.people[person.pk]
    changes.check_revision(row, expected)
    refuse_closed(row)
    if row.state == PersonState.LEFT:
        raise Refusal(_("此人已登记迁出"), "registry.left")
    if hukou_stays and (row.population_class != "hukou" or row.dwelling_id is None):
        raise Refusal(
            _("只有登记在某套房屋的户籍人口才能登记为户在人不在"), "registry.no_hukou_here"
        )
    if hukou_stays and row.consistency in AWAY:
        raise Refusal(_("此人已登记为不在户籍地居住"), "registry.away")
    source = make_source(kept("登记迁出"), by=by, at=at, as_of=on)
    home = held.dwellings.get(row.dwelling_id) if row.dwelling_id else None
    household = held.households.get(row.household_id) if row.household_id else None
    close_stays(row, on, _("迁出"), source=source)
    if hukou_stays and home is not None:
        kind = ResidenceKind.REGISTERED_ONLY
        open_stay(row, home, household, kind=kind, moved_in=on, source=source)
        values: dict[str, Any] = {"consistency": HouseholdConsistency.AWAY}
    else:
        values = {
            "state": PersonState.LEFT,
            "ended_on": on,
            "dwelling": None,
            "household": None,
            "relation_to_head": "",
        }
    changes.apply(row, values, source=source, by=by, at=at)
    record_event(
        LifeEventKind.MOVE_OUT,
        row,
        on,
        source=source,
        at=at,
        household=household,
        from_text=home.address if home else "",
        to_text=to_text,
    )
    return _done(row, held, source=source, by=by, at=at, on=on)


@action("registry.record_birth", gettext_noop("登记出生"), right=rights.CHANGE_PEOPLE)
def record_birth(
    *,
    mother: Person,
    name: str,
    gender: str,
    born_on: date,
    relation: str = "",
    hukou: bool = False,
    by: Actor,
    at: datetime,
) -> Person:
    """List a newborn in the mother's household, without a number until one is given."""
    demand_reach(rights.CHANGE_PEOPLE, by, mother)
    no_later_than(born_on, at)
    refuse_closed(mother)
    if mother.dwelling is None or mother.household is None:
        raise Refusal(_("母亲没有登记住处，请先登记迁入"), "registry.lives_nowhere", field="mother")
    if mother.gender == "1":
        raise Refusal(_("所选母亲的性别为男，请核对"), "registry.not_a_mother", field="mother")
    child = register_person(
        values={
            "name": name,
            "gender": gender,
            "birth_date": born_on,
            "population_class": "hukou" if hukou else "unregistered",
            "relation_to_head": relation or child_relation(mother.relation_to_head, gender),
        },
        dwelling=mother.dwelling,
        household=mother.household,
        moved_in=born_on,
        by=by,
        at=at,
    )
    record_event(
        LifeEventKind.BIRTH,
        child,
        born_on,
        source=child.source,
        at=at,
        other=mother,
        household=child.household,
    )
    return child


@action("registry.record_death", gettext_noop("登记死亡"), right=rights.CHANGE_PEOPLE)
def record_death(*, person: Person, on: date, by: Actor, at: datetime) -> Person:
    """Close a life: stays and care labels end, the household goes on, the row stays."""
    demand_reach(rights.CHANGE_PEOPLE, by, person)
    no_later_than(on, at)
    held = hold(people=[person])
    row = held.people[person.pk]
    refuse_closed(row)
    if row.birth_date is not None and on < row.birth_date:
        raise Refusal(_("死亡日期早于出生日期，请核对"), "registry.before_birth", field="on")
    source = make_source(kept("登记死亡"), by=by, at=at, as_of=on)
    household = held.households.get(row.household_id) if row.household_id else None
    widowed = widow(household, row)
    close_stays(row, on, _("死亡"), source=source)
    for label in CareLabel.objects.filter(person=row, valid_to=None).order_by("pk"):
        label.valid_to = max(on, label.valid_from)
        label.save(update_fields=["valid_to"])
        tallies.labelled(row, label.kind, -1)
    changes.apply(
        row,
        {
            "state": PersonState.DECEASED,
            "ended_on": on,
            "dwelling": None,
            "household": None,
            "relation_to_head": "",
        },
        source=source,
        by=by,
        at=at,
    )
    record_event(LifeEventKind.DEATH, row, on, source=source, at=at, household=household)
    if widowed is not None and is_married(widowed.marital_status) and not widowed.blocked:
        # Locked through the household; nobody else writes its members meanwhile.
        changes.apply(widowed, {"marital_status": WIDOWED}, source=source, by=by, at=at)
    return _done(row, held, source=source, by=by, at=at, on=on)


def _done(row: Person, held: Held, *, source: Source, by: Actor, at: datetime, on: date) -> Person:
    settle(held, source=source, by=by, at=at, on=on)
    note(
        row,
        place_id=row.grid_id or row.community_id,
        person_id=row.pk,
        changes={"on": on, "state": row.state, "dwelling": row.dwelling_id},
    )
    return row
