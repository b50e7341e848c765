"""Two rows found to be one person: merging them, and settling what waits for a human."""

from __future__ import annotations

import copy
from datetime import date, datetime
from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.sentences import _ as to_keep
from gezhi.core.journal.actions import action, note
from gezhi.core.registry import changes, conflicts, memories, rights, tallies
from gezhi.core.registry.holding import (
    Held,
    demand_reach,
    hold,
    lock_one,
    make_source,
    refuse_blocked,
    settle,
)
from gezhi.core.registry.models import (
    CareLabel,
    Conflict,
    LeftBehindFacts,
    LifeEvent,
    Merge,
    MigrantFacts,
    OverseasFacts,
    Person,
    Residence,
    Source,
    SourceKind,
    Vehicle,
)
from gezhi.core.registry.models.people import PersonState
from gezhi.core.registry.rules import Stay, overlap

CONTEXT: Final = b"registry_merge.memory"
FACTS: Final[tuple[type[models.Model], ...]] = (MigrantFacts, OverseasFacts, LeftBehindFacts)
_FILLED: Final = (
    *("former_name", "birth_date", "id_no_raw", "phone", "other_phones", "ethnicity"),
    *("native_place", "marital_status", "political_status", "education", "occupation_type"),
    *("occupation", "workplace", "consistency", "hukou_region", "hukou_address", "remark"),
)
"""What the kept row takes over where it has nothing of its own."""


@action("registry.merge_people", gettext_noop("合并人员记录"), right=rights.MERGE)
def merge_people(*, kept: Person, dropped: Person, why: str, by: Actor, at: datetime) -> Merge:
    """Make one person of two rows. The kept row's values stand; gaps are filled from the other.

    Stays, labels, events and vehicles go over; both addresses remain as relations. Where both
    have a main home on the same days, the dropped row's becomes a further one. Everything written
    is remembered, so that `unmerge` can put it back.
    """
    demand_reach(rights.MERGE, by, kept)
    demand_reach(rights.MERGE, by, dropped)
    if kept.pk == dropped.pk:
        raise Refusal(_("请选择两条不同的记录"), "registry.same_person", field="dropped")
    if not why.strip():
        raise Refusal(_("请填写合并理由"), "registry.no_reason", field="why")
    held = hold(people=[kept, dropped])
    stays, goes = held.people[kept.pk], held.people[dropped.pk]
    _refuse_merge(stays, goes)
    touched = _within_reach(stays, goes, held)
    before = memories.remember(touched)
    source = make_source(to_keep("合并人员记录"), by=by, at=at, kind=SourceKind.MERGE)
    made = _merge(stays, goes, held, source=source, by=by, at=at)
    settle(held, source=source, by=by, at=at, on=timezone.localdate(at))
    after = memories.remember([fresh(row) for row in touched])
    written = [label for label in before if before[label] != after[label]]
    memory = {
        "before": {label: before[label] for label in written},
        "after": {label: after[label] for label in written},
        "made": memories.remember(made),
    }
    merge = Merge.objects.create(
        kept=stays,
        dropped=goes,
        memory=memories.seal(memory, context=CONTEXT),
        merged_at=at,
        merged_by=by.name,
        why=why.strip()[:200],
    )
    note(
        stays,
        place_id=stays.grid_id or stays.community_id,
        person_id=stays.pk,
        why=why,
        changes={"dropped": goes.pk, "merge": merge.pk},
    )
    return merge


def _refuse_merge(kept: Person, dropped: Person) -> None:
    for person in (kept, dropped):
        refuse_blocked(person)
        if person.state == PersonState.MERGED:
            raise Refusal(_("其中一条记录已并入别人"), "registry.merged")
    if kept.id_no_index and dropped.id_no_index:
        raise Refusal(
            _("两条记录的证件号码不同，不是同一人；如有一个登记错误，请先更正"),
            "registry.two_numbers",
        )
    if (kept.state == PersonState.DECEASED) != (dropped.state == PersonState.DECEASED):
        raise Refusal(_("一条记录登记为已故，另一条不是；请先核实后更正"), "registry.one_deceased")


def _within_reach(kept: Person, dropped: Person, held: Held) -> list[models.Model]:
    """Every row a merge may write, locked, in a fixed order."""
    rows: list[models.Model] = [*held.households.values(), kept, dropped]
    both = Q(person=kept) | Q(person=dropped)
    named = both | Q(other=kept) | Q(other=dropped)
    for model, among in (
        (Residence, both),
        (CareLabel, both),
        (LifeEvent, named),
        (Conflict, named & Q(settled_at=None)),
        (Vehicle, Q(owner=dropped)),
    ):
        found: Any = model._default_manager.filter(among).order_by("pk")
        rows += found.select_for_update(of=("self",))
    return [copy.copy(row) for row in rows]


def fresh(row: models.Model) -> models.Model:
    """A row as the database has it now."""
    found: models.Model = row._meta.model._default_manager.get(pk=row.pk)
    return found


def _merge(
    kept: Person, dropped: Person, held: Held, *, source: Source, by: Actor, at: datetime
) -> list[models.Model]:
    """Write the merge; returns the rows it made."""
    today = timezone.localdate(at)
    # The kept row lives nowhere and the other somewhere: the home goes over with all it entails.
    takes_home = (
        kept.dwelling_id is None
        and kept.household_id is None
        and dropped.state == PersonState.PRESENT
    )
    values: dict[str, Any] = {
        name: getattr(dropped, name)
        for name in _FILLED
        if getattr(dropped, name) and not getattr(kept, name)
    }
    if "phone" in values:
        kept.phone_index = dropped.phone_index
    if kept.id_no_index is None and dropped.id_no_index is not None:
        for name in ("id_no", "id_kind", "gender", "birth_date"):
            values[name] = getattr(dropped, name)
        kept.id_no_index, kept.provisional_key = dropped.id_no_index, None
    if takes_home:
        for name in ("dwelling", "household", "relation_to_head", "community", "grid"):
            values[name] = getattr(dropped, name)
        values |= {"state": PersonState.PRESENT, "ended_on": None}
    for household in held.households.values():
        if household.head_id == dropped.pk:
            head = kept if takes_home else None
            changes.apply(household, {"head": head}, source=source, by=by, at=at)
    gone = {
        "state": PersonState.MERGED,
        "merged_into": kept,
        "dwelling": None,
        "household": None,
        "relation_to_head": "",
    }
    changes.apply(dropped, gone, source=source, by=by, at=at)
    _move_stays(kept, dropped, takes_home, source=source, today=today)
    _move_labels(kept, dropped, today)
    LifeEvent.objects.filter(person=dropped).update(person=kept)
    LifeEvent.objects.filter(other=dropped).update(other=kept)
    conflicts.hand_over(dropped, kept, by=by.name, at=at)
    for vehicle in Vehicle.objects.filter(owner=dropped).select_related("source").order_by("pk"):
        changes.apply(vehicle, {"owner": kept}, source=source, by=by, at=at)
    changes.apply(kept, values, source=source, by=by, at=at)
    return _copy_facts(kept, dropped)


def _move_stays(
    kept: Person, dropped: Person, takes_home: bool, *, source: Source, today: date
) -> None:
    mine = list(Residence.objects.filter(person=kept).order_by("pk"))
    here = {stay.dwelling_id for stay in mine if stay.moved_out is None}
    for stay in Residence.objects.filter(person=dropped).order_by("pk"):
        if stay.moved_out is None and stay.dwelling_id in here:
            # The same stay twice: the dropped row's ends here.
            stay.moved_out = max(today, stay.moved_in or today)
            stay.out_reason, stay.closed_by = _("合并"), source
        else:
            home = takes_home and stay.moved_out is None and stay.main
            for other in mine:
                if not (stay.main and other.main and overlap(_period(stay), _period(other))):
                    continue
                loser = other if home else stay
                loser.main = False
                if loser is other:
                    other.save(update_fields=["main"])
            if stay.moved_out is None and not home:
                stay.main = False
            stay.person = kept
        stay.save(update_fields=["person", "main", "moved_out", "out_reason", "closed_by"])


def _period(stay: Residence) -> Stay:
    return Stay(stay.moved_in, stay.moved_out, stay.main)


def _move_labels(kept: Person, dropped: Person, today: date) -> None:
    kinds = set(CareLabel.objects.filter(person=kept, valid_to=None).values_list("kind", flat=True))
    for label in CareLabel.objects.filter(person=dropped).order_by("pk"):
        if label.valid_to is None and label.kind in kinds:
            label.valid_to = max(today, label.valid_from)
        else:
            label.person = kept
            if label.valid_to is None:
                tallies.labelled(kept, label.kind, 1)
        label.save(update_fields=["person", "valid_to"])


def _copy_facts(kept: Person, dropped: Person) -> list[models.Model]:
    made: list[models.Model] = []
    for model in FACTS:
        facts: Any = model._default_manager.filter(pk=dropped.pk).first()
        if facts is not None and not model._default_manager.filter(pk=kept.pk).exists():
            facts.pk = kept.pk
            facts.save(force_insert=True)
            made.append(fresh(facts))
    return made


@action("registry.settle_conflict", gettext_noop("处理待核冲突"), right=rights.SETTLE)
def settle_conflict(*, conflict: Conflict, outcome: str, why: str, by: Actor, at: datetime) -> None:
    """Decide what no rule may: `merged`, `different`, `taken` or `kept`.

    merged: both rows are one person, the older stays. different: two people. taken: the reported
    name is right and goes into the row. kept: the row is right, the report was wrong.
    """
    demand_reach(rights.SETTLE, by, conflict)
    row = lock_one(Conflict, conflict.pk)
    if row.settled_at is not None:
        raise Refusal(_("这个冲突已处理"), "registry.settled")
    if outcome not in OUTCOMES:
        raise Refusal(_("请选择处理结果"), "registry.no_such_outcome", field="outcome")
    if not why.strip():
        raise Refusal(_("请填写处理依据"), "registry.no_reason", field="why")
    if outcome == "merged":
        if row.other is None:
            raise Refusal(_("没有第二条记录可以合并"), "registry.nothing_to_merge", field="outcome")
        merge_people(kept=row.person, dropped=row.other, why=why, by=by, at=at)
        row.refresh_from_db()
    if outcome == "taken":
        _take_name(row, by=by, at=at)
    if row.settled_at is None:
        conflicts.settle(row, outcome, by=by.name, at=at)
    note(
        row,
        place_id=row.grid_id or row.community_id,
        person_id=row.person_id,
        why=why,
        changes={"outcome": outcome},
    )


OUTCOMES: Final = ("merged", "different", "taken", "kept")


def _take_name(conflict: Conflict, *, by: Actor, at: datetime) -> None:
    values = conflicts.opened_incoming(conflict)
    if conflict.kind != "same_id_other_name" or not values.get("name"):
        raise Refusal(_("来报内容里没有可采用的姓名"), "registry.nothing_to_take", field="outcome")
    held = hold(people=[conflict.person])
    row = held.people[conflict.person_id]
    refuse_blocked(row)
    if row.state == PersonState.MERGED:
        raise Refusal(_("这条记录已并入别人，请刷新"), "registry.merged")
    source = make_source(to_keep("处理待核冲突"), by=by, at=at)
    changes.apply(row, {"name": values["name"]}, source=source, by=by, at=at)
    settle(held, source=source, by=by, at=at, on=timezone.localdate(at))
