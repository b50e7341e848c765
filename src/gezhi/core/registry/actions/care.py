"""Care labels: a reason to look after somebody, opened and ended, never overwritten."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.registry import rights, tallies
from gezhi.core.registry.codes_people import not_collected
from gezhi.core.registry.holding import (
    demand_reach,
    hold,
    lock_one,
    make_source,
    no_later_than,
    refuse_closed,
)
from gezhi.core.registry.models import CareLabel, Person
from gezhi.core.registry.models.people import CareKind, PersonState


@action("registry.add_care_label", gettext_noop("登记重点服务对象"), right=rights.CHANGE_CARE)
def add_care_label(
    *, person: Person, kind: str, detail: str = "", valid_from: date, by: Actor, at: datetime
) -> CareLabel:
    """Begin to look after somebody for a reason; `detail` is class or grade, nothing else."""
    demand_reach(rights.CHANGE_CARE, by, person)
    no_later_than(valid_from, at)
    if kind not in CareKind.values:
        raise Refusal(_("没有这个类别，请从列表中选择"), "registry.no_such_care", field="kind")
    if label := not_collected(detail):
        raise Refusal(
            _("不收集“%(kind)s”类信息，请删去这部分内容") % {"kind": label},
            "registry.not_collected",
            field="detail",
        )
    row = hold(people=[person]).people[person.pk]
    refuse_closed(row)
    if row.state != PersonState.PRESENT:
        raise Refusal(_("此人已迁出，不能再登记"), "registry.not_present")
    if CareLabel.objects.filter(person=row, kind=kind, valid_to=None).exists():
        raise Refusal(_("此人已登记这一类别"), "registry.has_care", field="kind")
    label_row = CareLabel.objects.create(
        person=row,
        kind=kind,
        detail=detail.strip()[:60],
        valid_from=valid_from,
        source=make_source(kept("登记重点服务对象"), by=by, at=at),
    )
    tallies.labelled(row, kind, 1)
    note(row, place_id=row.grid_id, person_id=row.pk, personal={"care": kind})
    return label_row


@action("registry.end_care_label", gettext_noop("结束重点服务"), right=rights.CHANGE_CARE)
def end_care_label(*, label: CareLabel, on: date, why: str = "", by: Actor, at: datetime) -> None:
    """End a label on a day; it stays in the person's past."""
    demand_reach(rights.CHANGE_CARE, by, label.person)
    no_later_than(on, at)
    row = hold(people=[label.person]).people[label.person_id]
    held = lock_one(CareLabel, label.pk)
    if held.valid_to is not None:
        raise Refusal(_("这一类别已结束"), "registry.care_ended")
    if on < held.valid_from:
        raise Refusal(_("结束日期早于开始日期，请核对"), "registry.before_start", field="on")
    held.valid_to = on
    held.save(update_fields=["valid_to"])
    tallies.labelled(row, held.kind, -1)
    note(row, place_id=row.grid_id, person_id=row.pk, why=why, personal={"care": held.kind})
