"""What the steps of a case do to its facts, in the step's own transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base.errors import Refusal
from gezhi.base.wording import keys_of
from gezhi.base.workdays import Limit, deadline
from gezhi.base.workdays import Unit as TimeUnit
from gezhi.core.cells.keys import keys_here
from gezhi.core.office.queries import calendar
from gezhi.core.staff.models import Post, Unit
from gezhi.engines.matters.actions import extend, follow, place_in_hands
from gezhi.engines.matters.language import Next, Stepping
from gezhi.services.cases import queries, rules
from gezhi.services.cases.actions.practice import practice_here
from gezhi.services.cases.models import Case, Category
from gezhi.services.cases.models.practice import Dispatching

MOST_DAYS = 30
"""What may be granted at a time, in working days."""


def found_true(stepping: Stepping) -> None:
    """The grid worker saw it."""
    write(stepping, verified=True)


def found_untrue(stepping: Stepping) -> None:
    """The grid worker did not find it."""
    write(stepping, verified=False)


def file_it(stepping: Stepping) -> None:
    """The report becomes a case: its category is final, its unit the rule's where it names one."""
    category = _category_given(stepping)
    matter = stepping.matter
    matter.topic, matter.title = queries.topic_of(category), category.name
    matter.urgent = category.urgent
    write(stepping, category=category, filed_at=stepping.at)
    route = rules.route(
        rules.UnitRule(category.unit_rule),
        fixed=category.responsible_id,
        community=matter.community_id,
        desks=queries.desks(),
    )
    stepping.found["route"] = route
    place_in_hands(matter, unit_id=route.unit, holder_id=None)


def dispatch_by_rule(stepping: Stepping) -> Next | None:
    """Straight on to the unit, where the office lets the platform dispatch and no doubt is left."""
    route: rules.Route = stepping.found["route"]
    allowed = practice_here().dispatching
    category = stepping.matter.case.category
    marked = category is not None and category.auto_dispatch
    lets = allowed == Dispatching.ALL or (allowed == Dispatching.MARKED and marked)
    if not lets or not route.certain or route.unit is None:
        return None
    return Next("dispatch", {"unit": route.unit}, str(_("按规则自动派遣")))


def _category_given(stepping: Stepping) -> Category:
    category: Category = stepping.values["category"]
    if not category.holds_on(timezone.localdate(stepping.at)):
        raise Refusal(_("这个类别已停用，请重新选择"), "cases.old_category", field="category")
    return category


def void(stepping: Stepping) -> None:
    """Not taken up, for a reason that whoever reported it may read."""
    reason = stepping.values["void_reason"]
    if reason == "duplicate":
        raise Refusal(
            _("重复反映请用“并案”，让反映人继续收到进展"), "cases.merge_it", field="void_reason"
        )
    write(stepping, void_reason=reason)


def hand_out(stepping: Stepping) -> None:
    """To the unit named; the first one is kept, to tell how often it was the right one.

    The platform names a unit it has just found open by its key.
    """
    unit: Unit | UUID = stepping.values["unit"]
    if isinstance(unit, Unit) and unit.closed_at is not None:
        raise Refusal(_("这个单位已停用，请另选"), "cases.closed_unit", field="unit")
    key = unit.pk if isinstance(unit, Unit) else unit
    case = stepping.matter.case
    write(
        stepping,
        dispatched_at=case.dispatched_at or stepping.at,
        first_unit_id=case.first_unit_id or key,
    )
    place_in_hands(stepping.matter, unit_id=key, holder_id=None)
    if copied := stepping.values.get("cc"):
        _copy_to(stepping, copied)


def _copy_to(stepping: Stepping, units: Iterable[Unit]) -> None:
    """抄送: whoever is posted in some units follows the case."""
    held = Post.objects.held(on=timezone.localdate(stepping.at)).filter(
        unit__in=[unit.pk for unit in units], role__rights__contains=["matters.inbox"]
    )
    accounts = list(held.values_list("account_id", flat=True).distinct())
    follow(matter=stepping.matter, accounts=accounts, by=stepping.by, at=stepping.at)


def take_up(stepping: Stepping) -> None:
    """It lies on the desk of whoever took it up."""
    place_in_hands(
        stepping.matter,
        unit_id=stepping.matter.unit_id,
        holder_id=stepping.by.account_id,
    )


def give_back(stepping: Stepping) -> None:
    """Not ours: it goes back to the dispatcher."""
    write(stepping, returns=stepping.matter.case.returns + 1)
    place_in_hands(stepping.matter, unit_id=stepping.matter.unit_id, holder_id=None)


def ask_for_time(stepping: Stepping) -> None:
    """How many days the unit asks for; what is granted is the chief's to say."""
    write(stepping, asked_days=_days_given(stepping))


def give_time(stepping: Stepping) -> None:
    """More days for the clock that runs, as granted."""
    days = _days_given(stepping)
    running = (
        stepping.matter.clocks.filter(stopped_at=None, clock__in=("handling", "rework"))
        .order_by("-started_at")
        .first()
    )
    if running is None or running.unit != TimeUnit.WORKING_DAY:
        raise Refusal(_("正在计时的时限不是按工作日计算，不能延期"), "cases.no_days", field="days")
    extend(
        running=running, by_limit=Limit(days, TimeUnit.WORKING_DAY), by=stepping.by, at=stepping.at
    )
    write(stepping, extensions=stepping.matter.case.extensions + 1, asked_days=None)


def _days_given(stepping: Stepping) -> int:
    days: int = stepping.values["days"]
    if not 1 <= days <= MOST_DAYS:
        raise Refusal(
            _("延期在 1 至 %(most)d 个工作日之间") % {"most": MOST_DAYS}, "cases.days", field="days"
        )
    return days


def refuse_time(stepping: Stepping) -> None:
    """The old deadline stands."""
    write(stepping, asked_days=None)


def ask_to_suspend(stepping: Stepping) -> None:
    """Why it cannot be done now, and the day it is planned for."""
    _plan(stepping, suspended_for=stepping.values["suspended_for"])


def suspend(stepping: Stepping) -> None:
    """The clock stands still; the case is looked at again every thirty days."""
    write(stepping, review_on=_next_review(stepping))


def keep_suspended(stepping: Stepping) -> None:
    """Looked at again and left suspended, with the plan as it is now."""
    _plan(stepping, review_on=_next_review(stepping))


def _plan(stepping: Stepping, **more: object) -> None:
    plan_on = stepping.values["plan_on"]
    if plan_on <= timezone.localdate(stepping.at):
        raise Refusal(_("计划恢复日期须在今天之后"), "cases.plan_past", field="plan_on")
    write(stepping, plan_on=plan_on, **more)


def _next_review(stepping: Stepping) -> object:
    return timezone.localdate(stepping.at) + timedelta(days=rules.REVIEW_DAYS)


def end_suspension(stepping: Stepping) -> None:
    """It is worked again, or was never suspended."""
    write(stepping, review_on=None, plan_on=None, suspended_for="")


def feed_back(stepping: Stepping) -> None:
    """Done, says the unit; what it did is kept."""
    write(stepping, result=stepping.said, fed_back_at=stepping.at)


def answered_elsewhere(stepping: Stepping) -> None:
    """The platform it came from has answered: that answer is the result, its time the end."""
    reply = str(stepping.values.get("reply") or stepping.said)
    write(stepping, result=reply, fed_back_at=stepping.at, closed_at=stepping.at)


def rework(stepping: Stepping) -> None:
    """Not solved: the unit has half the limit for another try."""
    write(stepping, reworks=stepping.matter.case.reworks + 1)


def reopen(stepping: Stepping) -> None:
    """Closed too soon: to the same unit again, counted as a rework."""
    case = stepping.matter.case
    write(
        stepping,
        reworks=case.reworks + 1,
        reopened=case.reopened + 1,
        closed_at=None,
        call_back_drawn=False,
        call_again_at=None,
    )
    place_in_hands(stepping.matter, unit_id=stepping.matter.unit_id, holder_id=None)


def reported_again(stepping: Stepping) -> None:
    """Somebody found it there again: it is open once more, and they are told how it goes on."""
    reopen(stepping)
    write(stepping, joined=stepping.matter.case.joined + 1)
    if stepping.by.account_id is not None:
        follow(
            matter=stepping.matter,
            accounts=[stepping.by.account_id],
            by=stepping.by,
            at=stepping.at,
        )


def close(stepping: Stepping) -> None:
    """The end of a case; whether its reporters are called is drawn here and now."""
    case = stepping.matter.case
    write(
        stepping,
        closed_at=stepping.at,
        call_back_drawn=_can_be_called(case)
        and rules.drawn_for_call_back(
            case.pk, seed=seed_here(), percent=practice_here().call_back_percent
        ),
        call_back_tries=0,
        answered=None,
        solved=None,
        satisfied=None,
    )


def _can_be_called(case: Case) -> bool:
    if case.reporter_phone is not None:
        return True
    return case.joined > 0 and case.joiners.filter(reporter_phone__isnull=False).exists()


def seed_here() -> bytes:
    """What draws for call-back in this cell: derived from its keys, so that nobody can foretell."""
    return keys_here().blind_index("call_back", context=b"cases.drawing")


def handle_on_the_spot(stepping: Stepping) -> None:
    """自办自结: seen and solved by the grid worker in one go."""
    category = _category_given(stepping)
    write(
        stepping,
        self_handled=True,
        result=stepping.said,
        fed_back_at=stepping.at,
        filed_at=stepping.at,
        category=category,
    )
    matter = stepping.matter
    matter.topic, matter.title = queries.topic_of(category), category.name
    matter.urgent = category.urgent


def call_back(stepping: Stepping) -> None:
    """What whoever reported it said when asked; who did not answer is called again."""
    values, case = stepping.values, stepping.matter.case
    tries = case.call_back_tries + 1
    if values["answered"]:
        _heard_out(stepping)
        if not values["solved"]:
            raise Refusal(
                _("反映人说没有解决，请用“回访未解决”转回处置"), "cases.unsolved", field="solved"
            )
        write(stepping, call_back_tries=tries, **_answers(stepping))
        return
    again = tries < practice_here().call_back_tries
    limit = Limit(rules.CALL_AGAIN_HOURS, TimeUnit.WORKING_HOUR)
    write(
        stepping,
        call_back_tries=tries,
        called_back_at=stepping.at,
        call_again_at=deadline(calendar(), stepping.at, limit) if again else None,
        answered=None if again else False,
    )


def called_unsolved(stepping: Stepping) -> None:
    """Asked, they say it is not solved: to the unit again, counted as a rework."""
    answers = {**_answers(stepping), "solved": False}
    reopen(stepping)
    write(stepping, call_back_tries=stepping.matter.case.call_back_tries + 1, **answers)


def _heard_out(stepping: Stepping) -> None:
    for name in ("solved", "satisfied"):
        if stepping.values.get(name) is None:
            raise Refusal(_("接通后请填写是否解决、是否满意"), "cases.not_asked", field=name)


def _answers(stepping: Stepping) -> dict[str, object]:
    return {
        "called_back_at": stepping.at,
        "call_again_at": None,
        "answered": True,
        "solved": stepping.values.get("solved"),
        "satisfied": stepping.values.get("satisfied"),
    }


def write(stepping: Stepping, **values: object) -> None:
    """Change the facts of the case under way; its matter is locked, and with it they are."""
    case = stepping.matter.case
    for name, value in values.items():
        setattr(case, name, value)
    case.save(update_fields=list(values))
    if "result" in values:
        # found by its result from now on; the step saves the matter
        stepping.matter.words = keys_of(case.description, case.address, case.result)
