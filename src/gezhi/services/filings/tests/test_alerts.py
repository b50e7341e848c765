"""What an alert stops, at once and no longer than it lasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base.testing import refused
from gezhi.core.notices.models import Notice
from gezhi.core.staff.tests.office import SHANGHAI
from gezhi.engines.matters.actions import take
from gezhi.services.filings import actions, alert_rules, kinds, queries
from gezhi.services.filings.alert_rules import Cause, is_stopped
from gezhi.services.filings.models import Alert, FilingKind, State, Stopped
from gezhi.services.filings.rules import Plan, Terms
from gezhi.services.filings.tests.conftest import Yard, state_of, turn

NOW = datetime(2022, 9, 8, 12, tzinfo=SHANGHAI)
TERMS: dict[str, Terms] = {
    row["code"]: FilingKind(**dict(row.items())).terms for row in kinds.FIRST
}


def pollution(level: int) -> alert_rules.Notice:
    return alert_rules.Notice(Cause.POLLUTION, level, NOW)


def wind(force: int) -> alert_rules.Notice:
    return alert_rules.Notice(Cause.WIND, force, NOW)


@pytest.mark.parametrize(
    ("level", "stopped"),
    [
        (3, {"earthwork", "demolition", "road"}),
        (2, {"earthwork", "demolition", "road", "hot_work"}),
        (
            1,
            {
                *("earthwork", "demolition", "road", "hot_work", "start", "night", "lifting"),
                "small_work",
            },
        ),
    ],
)
def test_each_level_stops_its_kinds_of_work(level: int, stopped: set[str]) -> None:
    plans = {code: Plan(code, outdoors=True, digs=True) for code in TERMS}

    found = {
        code for code, plan in plans.items() if is_stopped(plan, TERMS[code], pollution(level))
    }

    assert found == stopped


def test_wind_of_force_four_stops_earth_and_demolition_and_six_stops_cranes() -> None:
    def stops(force: int) -> set[str]:
        return {code for code in TERMS if is_stopped(Plan(code), TERMS[code], wind(force))}

    assert stops(4) == {"earthwork", "demolition"}
    assert stops(6) == {"earthwork", "demolition", "lifting"}


@pytest.mark.parametrize(
    ("plan", "level", "stopped"),
    [
        (Plan("earthwork", emergency=True), 1, False),  # approved emergency works go on
        (Plan("earthwork", transport_only=True, special_pass="豫环特 001"), 3, False),
        (Plan("earthwork", transport_only=True, special_pass="豫环特 001"), 2, True),
        (Plan("hot_work", outdoors=False), 2, False),  # welding under a roof
        (Plan("hot_work", outdoors=False), 1, True),
        (Plan("road", digs=False), 3, False),  # a fence on the pavement raises no dust
        (Plan("lifting", fuel_machines=True), 3, True),  # machines that are not electric
    ],
)
def test_what_work_says_of_itself_decides_when_it_stops(
    plan: Plan, level: int, stopped: bool
) -> None:
    assert is_stopped(plan, TERMS[plan.kind], pollution(level)) is stopped


@given(
    st.sampled_from(sorted(TERMS)), st.booleans(), st.booleans(), st.booleans(), st.integers(1, 2)
)
def test_a_graver_alert_stops_whatever_a_lesser_one_stops(
    code: str, outdoors: bool, digs: bool, fuel: bool, graver: int
) -> None:
    plan = Plan(code, outdoors=outdoors, digs=digs, fuel_machines=fuel)

    if is_stopped(plan, TERMS[code], pollution(graver + 1)):
        assert is_stopped(plan, TERMS[code], pollution(graver))
    assert not is_stopped(replace(plan, emergency=True), TERMS[code], pollution(graver))


# --- the register ------------------------------------------------------------------------------


def raised(yard: Yard, level: int = 3, **more: Any) -> Alert:
    values: dict[str, Any] = {
        "cause": "pollution",
        "document": "市环境攻坚办〔2022〕18 号",
        "begins": NOW,
    } | more
    return actions.raise_alert(level=level, **values, by=yard.office, at=NOW)


@pytest.mark.django_db
def test_a_yellow_alert_stops_earthwork_at_once_and_tells_everybody(yard: Yard) -> None:
    earth = yard.in_force()
    night = yard.in_force("night")

    alert = raised(yard)

    assert state_of(earth) == State.SUSPENDED
    assert state_of(night) != State.SUSPENDED
    assert Stopped.objects.get(alert=alert).matter_id == earth.pk
    told = Notice.objects.filter(kind="filings.suspend").values_list("account_id", flat=True)
    assert {yard.steward.account_id, yard.worker.account_id} <= set(told)


@pytest.mark.django_db
def test_what_an_alert_stopped_goes_on_by_itself_when_it_is_lifted(yard: Yard) -> None:
    earth = yard.in_force()
    alert = raised(yard)

    actions.lift_alert(alert=alert, by=yard.office, at=NOW + timedelta(hours=3))

    assert state_of(earth) == State.IN_FORCE
    assert Stopped.objects.get().resumed_at == NOW + timedelta(hours=3)
    with refused("filings.alert_over"):
        actions.lift_alert(alert=alert, by=yard.office, at=NOW + timedelta(hours=4))


@pytest.mark.django_db
def test_an_alert_with_an_end_lets_work_go_on_by_the_clock(yard: Yard) -> None:
    earth = yard.in_force()
    raised(yard, ends=NOW + timedelta(hours=2))

    turn(NOW + timedelta(hours=1))
    assert state_of(earth) == State.SUSPENDED
    turn(NOW + timedelta(hours=2))
    assert state_of(earth) == State.IN_FORCE


@pytest.mark.django_db
def test_an_alert_announced_for_later_stops_work_when_it_begins(yard: Yard) -> None:
    earth = yard.in_force()
    raised(yard, begins=NOW + timedelta(hours=2))

    assert state_of(earth) == State.IN_FORCE
    turn(NOW + timedelta(hours=2))
    assert state_of(earth) == State.SUSPENDED


@pytest.mark.django_db
def test_under_an_alert_nothing_that_it_stops_begins(yard: Yard) -> None:
    earth = yard.acknowledged()
    alert = raised(yard, begins=datetime(2022, 9, 7, 9, tzinfo=SHANGHAI))

    turn(NOW)
    assert state_of(earth) == State.ACKNOWLEDGED
    actions.lift_alert(alert=alert, by=yard.office, at=NOW)
    turn(NOW)
    assert state_of(earth) == State.IN_FORCE


@pytest.mark.django_db
def test_a_new_level_takes_the_place_of_the_old_one(yard: Yard) -> None:
    earth = yard.in_force()
    first = raised(yard)
    later = NOW + timedelta(hours=1)

    actions.raise_alert(
        cause="pollution", level=2, document="升级", begins=later, by=yard.office, at=later
    )

    first.refresh_from_db()
    assert first.ends == later
    assert len(queries.alerts_at(later)) == 1
    assert state_of(earth) == State.SUSPENDED


@pytest.mark.django_db
def test_a_stop_that_ends_with_its_filing_is_not_left_open(yard: Yard) -> None:
    earth = yard.in_force()
    raised(yard)

    turn(datetime(2022, 9, 9, 18, tzinfo=SHANGHAI))

    assert state_of(earth) == State.EXPIRED
    assert Stopped.objects.get().resumed_at is not None


@pytest.mark.django_db
def test_what_the_office_stopped_itself_no_alert_lets_go_on(yard: Yard) -> None:
    earth = yard.in_force()
    take(earth.matter, "suspend", said="围挡倒塌", by=yard.office, at=NOW)

    turn(NOW + timedelta(hours=1))

    assert state_of(earth) == State.SUSPENDED


@pytest.mark.django_db
@pytest.mark.parametrize(("cause", "level"), [("pollution", 4), ("wind", 3), ("wind", 18)])
def test_there_are_three_levels_of_pollution_and_wind_from_four(
    yard: Yard, cause: str, level: int
) -> None:
    with refused("filings.no_such_level"):
        raised(yard, level, cause=cause)
