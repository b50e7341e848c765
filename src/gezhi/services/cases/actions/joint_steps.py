"""What the steps of a whistle do: who came when, what was planned and done, how each did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.core.journal.actions import note
from gezhi.engines.matters.language import Next, Stepping
from gezhi.engines.matters.models import Matter
from gezhi.services.cases.models.joint import Called
from gezhi.services.cases.rights import COME


def units_of(actor: Actor) -> set[UUID]:
    """The units somebody may report in for."""
    return {one.unit_id for one in actor.holdings_with(COME.code) if one.unit_id is not None}


def somebody_came(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """A plan is made by those who are there."""
    if not any(one.reported_at for one in matter.whistle.called.all()):
        return Refusal(_("还没有单位报到"), "cases.nobody_came")
    return None


def blow(stepping: Stepping) -> None:
    """From now on the departments' time runs."""
    _write(stepping, blown_at=stepping.at)


def come(stepping: Stepping) -> None:
    """A department is there; whether in time, the clock says."""
    running = stepping.matter.clocks.filter(clock="report_in").order_by("-started_at").first()
    in_time = running is None or running.due_at is None or stepping.at <= running.due_at
    _answer(stepping, reported_at=stepping.at, on_time=in_time)


def decline(stepping: Stepping) -> None:
    """A department does not come, for a reason the law gives it; the district supervisor sees."""
    _answer(stepping, declined=stepping.said[:300], on_time=False)


def _answer(stepping: Stepping, **values: object) -> None:
    rows = Called.objects.select_related("unit").filter(
        whistle_id=stepping.matter.pk,
        unit_id__in=units_of(stepping.by),
        reported_at=None,
        declined="",
    )
    for row in rows:
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        note(changes={"unit": row.unit.name})


def all_answered(stepping: Stepping) -> Next | None:
    """On, when the last department has answered."""
    called = list(Called.objects.filter(whistle_id=stepping.matter.pk))
    if not all(one.has_answered for one in called):
        return None
    came = any(one.reported_at for one in called)
    return Next("all_in" if came else "nobody_came")


def keep_plan(stepping: Stepping) -> None:
    """What the departments agreed to do."""
    _write(stepping, plan=stepping.said[:500])


def keep_result(stepping: Stepping) -> None:
    """What they did."""
    _write(stepping, result=stepping.said[:500])


def score(stepping: Stepping) -> None:
    """Each department, of one to five: was it there, did it help. In time or not is known."""
    scores: Mapping[str, Mapping[str, Any]] = stepping.values["scores"]
    for row in Called.objects.filter(whistle_id=stepping.matter.pk):
        given = scores.get(str(row.unit_id), {})
        if row.reported_at is None:
            row.present = row.effective = 1
        else:
            row.present, row.effective = given.get("present"), given.get("effective")
        if row.present not in range(1, 6) or row.effective not in range(1, 6):
            raise Refusal(_("请给每个单位打 1 至 5 分"), "cases.no_score", field="scores")
        row.save(update_fields=["present", "effective"])


def _write(stepping: Stepping, **values: object) -> None:
    whistle = stepping.matter.whistle
    for name, value in values.items():
        setattr(whistle, name, value)
    whistle.save(update_fields=list(values))
