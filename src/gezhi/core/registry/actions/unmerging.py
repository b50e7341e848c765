"""Taking a merge back: every row as it was, unless somebody has worked with it since."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor
from gezhi.base.errors import FieldRefusal, Refusal
from gezhi.base.sentences import _ as to_keep
from gezhi.core.journal.actions import action, note
from gezhi.core.registry import changes, memories, rights, tallies
from gezhi.core.registry.actions.merging import CONTEXT, FACTS
from gezhi.core.registry.holding import (
    Held,
    demand_reach,
    hold,
    key_holder,
    lock_one,
    make_source,
    refuse_blocked,
    settle,
)
from gezhi.core.registry.metrics import counted_care, keys_of
from gezhi.core.registry.models import (
    CareLabel,
    Conflict,
    Dwelling,
    Household,
    LifeEvent,
    Merge,
    Person,
    Residence,
    SourceKind,
    Vehicle,
)
from gezhi.core.registry.models.provenance import Sourced

_KINDS: Final[tuple[type[models.Model], ...]] = (
    *(Household, Person, Residence, CareLabel, LifeEvent, Conflict, Vehicle),
    *FACTS,
)
_MODELS: Final = {str(model._meta.model_name): model for model in _KINDS}


@action("registry.unmerge", gettext_noop("撤销合并"), right=rights.MERGE)
def unmerge(*, merge: Merge, why: str, by: Actor, at: datetime) -> Merge:
    """Put back every row and relation a merge wrote, exactly as it was.

    Refused, naming the rows, when one of them was changed since: then what was done since would
    be lost.
    """
    demand_reach(rights.MERGE, by, merge.kept)
    if not why.strip():
        raise Refusal(_("请填写撤销理由"), "registry.no_reason", field="why")
    row: Merge = lock_one(Merge, merge.pk)
    if row.undone_at is not None:
        raise Refusal(_("这次合并已撤销"), "registry.unmerged")
    memory = memories.unseal(row.memory, context=CONTEXT)
    before, after, made = memory["before"], memory["after"], memory["made"]
    kept, dropped = row.kept, row.dropped
    homes = [*_values(before, "dwelling_id"), *_values(after, "dwelling_id")]
    households = [*_keys(before, "household"), *_values(before, "household_id")]
    held = hold(
        people=[kept, dropped],
        households=Household.objects.filter(pk__in=households),
        dwellings=Dwelling.objects.filter(pk__in=homes),
    )
    for person in held.people.values():
        refuse_blocked(person)
    now = _load([*after, *made])
    _refuse_touched(now, {**after, **made})
    _refuse_taken_key(before, dropped)
    source = make_source(to_keep("撤销合并"), by=by, at=at, kind=SourceKind.MERGE)
    both = Q(pk__in=[kept.pk, dropped.pk])
    delta = tallies.pending()
    delta.add_counted(counted_care(both), -1)
    for label in made:
        now[label].delete()
    # The kept row first: it gives back the number that the other then has again.
    for label in sorted(before, key=lambda name: (name != memories.label_of(kept), name)):
        found = now[label]
        was = copy.copy(found)
        memories.put_back(found, before[label])
        if isinstance(found, Sourced) and isinstance(was, Sourced):
            changes.write_history(was, found, source=source, by=by, at=at)
            delta.add(keys_of(was), -1)
            delta.add(keys_of(found))
    delta.add_counted(counted_care(both))
    # Locked rows in memory are older than what was put back.
    for group in (held.people, held.households, held.dwellings):
        for one in group.values():
            one.refresh_from_db()
    for person in held.people.values():
        # The grids may have been drawn anew while the row lived nowhere and did not follow.
        home = held.dwellings.get(person.dwelling_id) if person.dwelling_id else None
        if home is not None and home.grid_id != person.grid_id:
            here = {"grid": home.grid_id, "community": home.community_id}
            changes.apply(person, here, source=source, by=by, at=at)
        _refuse_moved_household(person, held)
    settle(held, source=source, by=by, at=at, on=timezone.localdate(at))
    row.undone_at, row.undone_by = at, by.name
    row.save(update_fields=["undone_at", "undone_by"])
    note(
        row,
        place_id=kept.grid_id or kept.community_id,
        person_id=kept.pk,
        why=why,
        changes={"kept": kept.pk, "dropped": dropped.pk},
    )
    return row


def _load(labels: list[str]) -> dict[str, models.Model]:
    """The rows as they are now, locked, by label; one that is gone is missing."""
    found: dict[str, models.Model] = {}
    for name, model in _MODELS.items():
        keys = [UUID(label.partition("/")[2]) for label in labels if label.startswith(f"{name}/")]
        rows: Any = model._default_manager.filter(pk__in=keys).order_by("pk")
        found.update({memories.label_of(one): one for one in rows.select_for_update(of=("self",))})
    return found


def _refuse_touched(now: dict[str, models.Model], then: memories.Memory) -> None:
    touched = [
        label
        for label, columns in then.items()
        if label not in now or not memories.same(now[label], columns)
    ]
    if not touched:
        return
    names = [_title(label) for label in touched]
    raise Refusal(
        _("合并之后又改过：%(rows)s；撤销会丢失这些改动，请改为逐项更正")
        % {"rows": "、".join(dict.fromkeys(names))},
        "registry.touched_since",
        fields=[FieldRefusal(label, name) for label, name in zip(touched, names, strict=True)],
    )


def _title(label: str) -> str:
    name, _slash, key = label.partition("/")
    return f"{_(str(_MODELS[name]._meta.verbose_name))} …{key[-6:]}"


def _refuse_taken_key(before: memories.Memory, dropped: Person) -> None:
    columns = before.get(memories.label_of(dropped), {})
    key = columns.get("provisional_key")
    if not key or columns.get("id_no_index"):
        return
    holder = key_holder(bytes.fromhex(key["bytes"]))
    if holder is not None and holder.pk not in (dropped.pk, dropped.merged_into_id):
        raise Refusal(
            _("合并之后又登记了同户同名同生日的人，请先处理那条记录"), "registry.key_taken"
        )


def _refuse_moved_household(person: Person, held: Held) -> None:
    household = held.households.get(person.household_id) if person.household_id else None
    if household is not None and household.dwelling_id != person.dwelling_id:
        raise Refusal(
            _("合并之后原来的户已搬走，撤销会与现住处不符，请改为逐项更正"),
            "registry.household_elsewhere",
        )


def _values(memory: memories.Memory, column: str) -> list[UUID]:
    return [UUID(row[column]) for row in memory.values() if row.get(column)]


def _keys(memory: memories.Memory, name: str) -> list[UUID]:
    return [UUID(k.partition("/")[2]) for k in memory if k.startswith(f"{name}/")]
