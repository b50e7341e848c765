"""Named writes: report a case, join one that is open; and what the steps do to its facts."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.ids import uuid7
from gezhi.base.tenancy import here
from gezhi.base.workdays import Limit
from gezhi.base.workdays import Unit as TimeUnit
from gezhi.core.journal.actions import action, note
from gezhi.core.places.models import Building, Place
from gezhi.core.staff.models import Unit
from gezhi.engines.matters.actions import extend, open_matter, place_in_hands
from gezhi.engines.matters.language import Stepping
from gezhi.services.cases import queries, rights, rules
from gezhi.services.cases.models import PUBLIC, Case, Category, Source

MOST_DAYS = 30
"""What may be granted at a time, in working days."""


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody tells: where, what, and, if they like, who they are."""

    source: str
    description: str
    address: str
    place: Place | None
    category: Category | None = None
    building: Building | None = None
    lon: float | None = None
    lat: float | None = None
    reporter: str = ""
    phone: str = ""
    confidential: bool = False
    source_number: str = ""


@action("cases.report", _lazy("上报问题"), right=rights.REPORT)
def report(told: Report, *, by: Actor, at: datetime) -> Case:
    """Open a case from a report. What a grid worker finds is true already; others' is verified."""
    words = told.description.strip()
    if not words:
        raise Refusal(_("请写明是什么问题"), "cases.nothing_said", field="description")
    if not told.address.strip() and told.lon is None:
        raise Refusal(_("请写明地点，或在地图上点一下"), "cases.nowhere", field="address")
    category = told.category
    if category is not None and not category.holds_on(timezone.localdate(at)):
        raise Refusal(_("这个类别已停用，请重新选择"), "cases.old_category", field="category")
    matter = open_matter(
        queries.KIND,
        title=category.name if category else str(Source(told.source).label),
        prefix=_prefix(),
        place=told.place,
        topic=_topic(category),
        urgent=bool(category and category.urgent),
        by=by,
        at=at,
    )
    case = Case(
        matter=matter,
        category=category,
        source=told.source,
        source_number=told.source_number.strip(),
        description=words[:1000],
        address=told.address.strip()[:160],
        building=told.building,
        lon=told.lon,
        lat=told.lat,
        reporter=told.reporter.strip() or None,
        reporter_phone=told.phone.strip() or None,
        confidential=told.confidential,
        verified=None if told.source in PUBLIC else True,
    )
    case.save(force_insert=True)
    note(
        changes={"source": told.source, "topic": matter.topic},
        personal={"phone": told.phone} if told.phone else {},
    )
    return case


def _prefix() -> str:
    """The letters before an office's case numbers: GZ for 沟赵."""
    return rules.prefix_of(here().tenant.short_name)


def _topic(category: Category | None) -> str:
    return f"{category.nature[0]}{category.code}" if category else ""


@action("cases.join", _lazy("并入已有案件"), right=rights.JOIN)
def join(*, case: Case, by: Actor, at: datetime) -> Case:
    """One more who reports the same: counted with the open case, and told how it goes on."""
    row = Case.objects.select_for_update(of=("self",)).select_related("matter").get(pk=case.pk)
    if row.matter.ended_at is not None:
        raise Refusal(_("这个案件已办结，请另行上报"), "cases.over")
    row.joined += 1
    row.save(update_fields=["joined"])
    if by.account_id is not None:
        row.matter.followers.get_or_create(account_id=by.account_id, defaults={"since": at})
    note(row.matter, changes={"joined": row.joined})
    return row


@action("cases.change_category", _lazy("修改案件目录"), right=rights.CATALOGUE)
def change_category(
    *, category: Category, values: Mapping[str, Any], since: date, by: Actor, at: datetime
) -> Category:
    """Give a category a new version from a day on; cases filed before keep the old one."""
    if since <= timezone.localdate(at):
        raise Refusal(_("新的规定最早从明天起"), "cases.not_backwards", field="since")
    row = Category.objects.select_for_update().get(pk=category.pk)
    if row.valid_to is not None:
        raise Refusal(_("这是旧版本，请在现行版本上修改"), "cases.old_version")
    if row.valid_from >= since:
        raise Refusal(
            _("已有一个从 %(day)s 起的版本，请选更晚的日期") % {"day": row.valid_from},
            "cases.later_version",
            field="since",
        )
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        raise Refusal(_("没有任何改动"), "cases.nothing_changed")
    row.valid_to = since
    row.save(update_fields=["valid_to"])
    fresh = copy(row)
    fresh.pk, fresh.valid_from, fresh.valid_to = uuid7(), since, None
    for name, value in changed.items():
        setattr(fresh, name, value)
    fresh.save(force_insert=True)
    note(fresh, changes={"code": row.code, "since": since, "changed": sorted(changed)})
    return fresh


# --- what the steps do -----------------------------------------------------------------------


def found_true(stepping: Stepping) -> None:
    """The grid worker saw it."""
    _write(stepping, verified=True)


def found_untrue(stepping: Stepping) -> None:
    """The grid worker did not find it."""
    _write(stepping, verified=False)


def file_it(stepping: Stepping) -> None:
    """The report becomes a case: its category is final, its unit the rule's where it names one."""
    category: Category = stepping.values["category"]
    if not category.holds_on(timezone.localdate(stepping.at)):
        raise Refusal(_("这个类别已停用，请重新选择"), "cases.old_category", field="category")
    matter = stepping.matter
    matter.topic, matter.title, matter.urgent = _topic(category), category.name, category.urgent
    _write(stepping, category=category, filed_at=stepping.at)
    unit = rules.responsible(
        rules.UnitRule(category.unit_rule),
        fixed=category.responsible_id,
        community=matter.community_id,
        desks=queries.desks(),
    )
    place_in_hands(matter, unit_id=unit, holder_id=None)


def void(stepping: Stepping) -> None:
    """Not taken up, for a reason that whoever reported it may read."""
    _write(stepping, void_reason=stepping.values["void_reason"])


def hand_out(stepping: Stepping) -> None:
    """To the unit named; the first one is kept, to tell how often it was the right one."""
    unit: Unit = stepping.values["unit"]
    if unit.closed_at is not None:
        raise Refusal(_("这个单位已停用，请另选"), "cases.closed_unit", field="unit")
    case = stepping.matter.case
    case.dispatched_at = case.dispatched_at or stepping.at
    case.first_unit_id = case.first_unit_id or unit.pk
    case.save(update_fields=["dispatched_at", "first_unit_id"])
    place_in_hands(stepping.matter, unit_id=unit.pk, holder_id=None)


def take_up(stepping: Stepping) -> None:
    """It lies on the desk of whoever took it up."""
    place_in_hands(
        stepping.matter,
        unit_id=stepping.matter.unit_id,
        holder_id=stepping.by.account_id,
    )


def give_back(stepping: Stepping) -> None:
    """Not ours: it goes back to the dispatcher."""
    case = stepping.matter.case
    case.returns += 1
    case.save(update_fields=["returns"])
    place_in_hands(stepping.matter, unit_id=stepping.matter.unit_id, holder_id=None)


def give_time(stepping: Stepping) -> None:
    """More days for the clock that runs, as granted."""
    days = stepping.values["days"]
    running = (
        stepping.matter.clocks.filter(stopped_at=None, clock__in=("handling", "rework"))
        .order_by("-started_at")
        .first()
    )
    if running is None or running.unit != TimeUnit.WORKING_DAY:
        raise Refusal(_("正在计时的时限不是按工作日计算，不能延期"), "cases.no_days", field="days")
    if not 1 <= days <= MOST_DAYS:
        raise Refusal(
            _("延期在 1 至 %(most)d 个工作日之间") % {"most": MOST_DAYS}, "cases.days", field="days"
        )
    extend(
        running=running, by_limit=Limit(days, TimeUnit.WORKING_DAY), by=stepping.by, at=stepping.at
    )
    case = stepping.matter.case
    case.extensions += 1
    case.save(update_fields=["extensions"])


def feed_back(stepping: Stepping) -> None:
    """Done, says the unit; what it did is kept."""
    _write(stepping, result=stepping.said, fed_back_at=stepping.at)


def rework(stepping: Stepping) -> None:
    """Not solved: the unit has half the limit for another try."""
    case = stepping.matter.case
    case.reworks += 1
    case.save(update_fields=["reworks"])


def reopen(stepping: Stepping) -> None:
    """Closed too soon: to the same unit again, counted as a rework."""
    case = stepping.matter.case
    case.reworks += 1
    case.reopened += 1
    case.closed_at = None
    case.save(update_fields=["reworks", "reopened", "closed_at"])


def close(stepping: Stepping) -> None:
    """The end of a case."""
    _write(stepping, closed_at=stepping.at)


def handle_on_the_spot(stepping: Stepping) -> None:
    """自办自结: seen and solved by the grid worker in one go."""
    _write(
        stepping,
        self_handled=True,
        result=stepping.said,
        fed_back_at=stepping.at,
        filed_at=stepping.at,
        category=stepping.values["category"],
    )
    category: Category = stepping.values["category"]
    stepping.matter.topic, stepping.matter.title = _topic(category), category.name


def call_back(stepping: Stepping) -> None:
    """What whoever reported it said when asked."""
    answered = bool(stepping.values["answered"])
    _write(
        stepping,
        called_back_at=stepping.at,
        answered=answered,
        solved=stepping.values.get("solved") if answered else None,
        satisfied=stepping.values.get("satisfied") if answered else None,
    )


def _write(stepping: Stepping, **values: object) -> None:
    """Change the facts of the case under way; its matter is locked, and with it they are."""
    case = stepping.matter.case
    for name, value in values.items():
        setattr(case, name, value)
    case.save(update_fields=list(values))
