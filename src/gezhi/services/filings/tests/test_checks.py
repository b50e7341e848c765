"""Rounds of a site: what is found, mended, looked at again, and handed over."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gezhi.base.testing import refused
from gezhi.base.workdays import Limit, Unit
from gezhi.core.notices.models import Notice
from gezhi.core.staff.tests.office import SHANGHAI
from gezhi.engines.matters.actions import take
from gezhi.engines.matters.models import Link, Matter
from gezhi.services.filings import actions, check_rules, rights
from gezhi.services.filings.models import CheckState, SiteCheck
from gezhi.services.filings.tests.conftest import MONDAY, Yard, account, all_pass, photos, state_of


@pytest.mark.parametrize(("done", "days"), [(0, 1), (1, 3), (2, 7), (3, None)])
def test_a_mended_fault_is_looked_at_after_one_three_and_seven_days(
    done: int, days: int | None
) -> None:
    limit = None if days is None else Limit(days, Unit.CALENDAR_DAY)

    assert check_rules.next_look_back(done) == limit


def test_dust_and_other_faults_become_cases_of_their_own_kinds() -> None:
    assert check_rules.case_of(["cover", "board"]) == "0302"
    assert check_rules.case_of(["board"]) == "0399"
    assert check_rules.patrol_case("earthwork", by_night=False) == "2701"
    assert check_rules.patrol_case("earthwork", by_night=True) == "2702"


def found(yard: Yard, *failing: str) -> SiteCheck:
    return actions.begin_check(
        site=yard.site,
        answers=all_pass(*failing),
        photos=photos() if failing else (),
        days=3 if failing else None,
        by=yard.worker,
        at=MONDAY,
    )


@pytest.mark.django_db
def test_a_site_in_order_is_done_with_at_once(yard: Yard) -> None:
    check = found(yard)

    assert state_of(check.matter) == CheckState.PASSED
    assert check.matter.answers.count() == len(check_rules.DUST)


@pytest.mark.django_db
def test_a_fault_has_a_deadline_and_the_steward_is_told(yard: Yard) -> None:
    with refused("filings.no_deadline"):
        actions.begin_check(site=yard.site, answers=all_pass("cover"), by=yard.worker, at=MONDAY)

    with refused("filings.no_photo"):
        actions.begin_check(
            site=yard.site, answers=all_pass("cover"), days=3, by=yard.worker, at=MONDAY
        )

    check = found(yard, "cover", "wash")

    matter = Matter.objects.get(pk=check.pk)
    assert matter.state == CheckState.RECTIFYING
    assert matter.due_at == datetime(2022, 9, 8, 18, tzinfo=SHANGHAI), "three working days"
    told = Notice.objects.get(account_id=account(yard.steward), kind="site_checks.demand")
    assert "覆盖" in told.body


@pytest.mark.django_db
def test_every_item_is_answered(yard: Yard) -> None:
    with refused("filings.unanswered") as caught:
        actions.begin_check(site=yard.site, answers={"fence": "pass"}, by=yard.worker, at=MONDAY)
    assert len(caught.value.fields) == len(check_rules.DUST) - 1


@pytest.mark.django_db
def test_a_mended_fault_is_done_with_after_three_look_backs(yard: Yard) -> None:
    check = found(yard, "cover")
    matter = Matter.objects.get(pk=check.pk)
    take(matter, "mended", said="已覆盖", values={"photos": photos()}, by=yard.steward, at=MONDAY)
    assert matter.due_at == datetime(2022, 9, 6, 23, 59, 59, tzinfo=SHANGHAI)

    for days in (1, 3):
        with refused("filings.look_backs_left"):
            take(matter, "look_back_last", by=yard.worker, at=MONDAY)
        take(matter, "look_back", by=yard.worker, at=MONDAY + timedelta(days=days))
    with refused("filings.last_look_back"):
        take(matter, "look_back", by=yard.worker, at=MONDAY + timedelta(days=11))
    take(matter, "look_back_last", by=yard.worker, at=MONDAY + timedelta(days=11))

    assert state_of(matter) == CheckState.PASSED


@pytest.mark.django_db
def test_the_second_fault_is_handed_over_as_a_case_linked_to_the_check(yard: Yard) -> None:
    check = found(yard, "cover")
    matter = Matter.objects.get(pk=check.pk)
    with refused("filings.not_late"):
        take(matter, "hand_over", said="没整改", by=yard.worker, at=MONDAY)
    take(matter, "mended", said="已覆盖", values={"photos": photos()}, by=yard.steward, at=MONDAY)

    take(matter, "hand_over", said="又揭开了", by=yard.worker, at=MONDAY + timedelta(days=1))

    link = Link.objects.get(other=matter)
    assert (link.matter.kind, link.matter.topic) == ("cases", "e0302")
    assert link.matter.grid_id == yard.site.grid_id
    assert SiteCheck.objects.get(pk=check.pk).faults == 2


@pytest.mark.django_db
def test_a_fault_not_mended_in_time_is_handed_over(yard: Yard) -> None:
    check = found(yard, "cover")

    take(
        check.matter,
        "hand_over",
        said="到期未改",
        by=yard.worker,
        at=datetime(2022, 9, 8, 18, 1, tzinfo=SHANGHAI),
    )

    assert state_of(check.matter) == CheckState.HANDED_OVER


@pytest.mark.django_db
def test_a_steward_sees_the_checks_of_their_own_site(yard: Yard) -> None:
    check = found(yard, "cover")

    assert rights.SEE_CHECKS.covers(yard.steward, check.matter)
    assert not rights.SEE_CHECKS.covers(yard.stranger, check.matter)
    with refused("matters.out_of_reach"):
        take(
            check.matter,
            "mended",
            said="好了",
            values={"photos": photos()},
            by=yard.stranger,
            at=MONDAY,
        )


@pytest.mark.django_db
def test_work_without_a_filing_becomes_a_case(yard: Yard) -> None:
    matter = actions.report_unfiled(
        site=yard.site,
        kind=yard.kind("earthwork"),
        said="两台挖机在作业",
        by=yard.worker,
        at=MONDAY,
    )

    assert (matter.kind, matter.topic) == ("cases", "e2701")
    assert "未报备施工" in matter.case.description


@pytest.mark.django_db
def test_work_at_night_without_certificate_is_a_case_of_its_own(yard: Yard) -> None:
    midnight = datetime(2022, 9, 5, 23, 30, tzinfo=SHANGHAI)

    matter = actions.report_unfiled(
        site=yard.site, kind=yard.kind("earthwork"), said="打桩", by=yard.worker, at=midnight
    )

    assert matter.topic == "e2702"


@pytest.mark.django_db
def test_filed_work_is_not_reported_as_unfiled(yard: Yard) -> None:
    filing = yard.in_force()
    assert filing.starts_at is not None

    with refused("filings.is_filed"):
        actions.report_unfiled(
            site=yard.site,
            kind=yard.kind("earthwork"),
            said="挖机",
            by=yard.worker,
            at=filing.starts_at,
        )
