"""A filing from the steward's phone to the hoarding, and every way it can be turned back."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from gezhi.base.testing import refused
from gezhi.core.notices.models import Notice
from gezhi.core.staff.models import Post, Unit
from gezhi.core.staff.tests import office
from gezhi.core.staff.tests.office import SHANGHAI
from gezhi.engines.matters import queries as inbox
from gezhi.engines.matters.actions import take
from gezhi.services.filings import actions, queries, reviewing, rights
from gezhi.services.filings.models import State
from gezhi.services.filings.tests.conftest import (
    MONDAY,
    Yard,
    account,
    fresh,
    photos,
    state_of,
    turn,
)

pytestmark = pytest.mark.django_db


def test_earthwork_goes_through_three_levels_and_begins_by_itself(yard: Yard) -> None:
    filing = yard.acknowledged()

    assert state_of(filing) == State.ACKNOWLEDGED
    assert turn(datetime(2022, 9, 8, 7, 59, tzinfo=SHANGHAI)) == 0
    assert turn(datetime(2022, 9, 8, 8, tzinfo=SHANGHAI)) == 1
    assert state_of(filing) == State.IN_FORCE
    assert turn(datetime(2022, 9, 9, 18, tzinfo=SHANGHAI)) == 1
    assert state_of(filing) == State.EXPIRED
    assert [one.step for one in filing.matter.history.all()] == [
        *("", "submit", "check", "agree", "acknowledge", "begin", "expire")
    ]


def test_each_level_has_its_clock(yard: Yard) -> None:
    filing = yard.submit(yard.draft())
    assert filing.matter.due_at == datetime(2022, 9, 5, 15, tzinfo=SHANGHAI), "4 hours"

    filing = yard.check(filing, at=MONDAY + timedelta(hours=1))
    assert filing.matter.due_at == datetime(2022, 9, 5, 16, tzinfo=SHANGHAI)
    take(filing.matter, "agree", by=yard.chief, at=MONDAY + timedelta(hours=2))
    assert fresh(filing).matter.due_at == datetime(2022, 9, 6, 18, tzinfo=SHANGHAI), "1 day"


def test_night_work_without_certificate_is_refused_with_all_that_is_missing(yard: Yard) -> None:
    draft = yard.draft("night", certificate_no="", notice_on=None, permit_no="")

    with refused("filings.incomplete") as caught:
        yard.submit(draft)

    assert {one.field for one in caught.value.fields} == {
        *("certificate_no", "notice_on", "permit_no")
    }
    assert state_of(draft) == State.DRAFT


def test_night_work_with_certificate_is_acknowledged_through_three_levels(yard: Yard) -> None:
    filing = yard.acknowledged("night")

    assert state_of(filing) == State.ACKNOWLEDGED
    assert filing.ends_at == datetime(2022, 9, 10, 5, tzinfo=SHANGHAI)


def test_the_grid_knows_before_the_first_truck(yard: Yard) -> None:
    filing = yard.acknowledged()

    told = Notice.objects.filter(account_id=account(yard.worker), link__contains=filing.pk)
    assert "本网格将有施工" in told.get().title
    assert filing.starts_at is not None
    assert told.get().sent_at < filing.starts_at
    morning = filing.starts_at - timedelta(hours=1)
    today = queries.today(yard.worker, morning)
    assert [one.pk for one in rights.SEE_ALL.rows(today, yard.worker)] == [filing.pk]


def test_where_the_grid_decides_a_filing_is_acknowledged_with_its_check(yard: Yard) -> None:
    filing = yard.submit(yard.draft("hot_work"))
    filing = yard.check(filing)

    assert state_of(filing) == State.ACKNOWLEDGED
    assert [one.step for one in filing.matter.history.all()][-2:] == ["check", "settle"]
    assert filing.matter.due_at is None, "no clock runs on"


def test_nobody_checks_what_they_checked_before(yard: Yard) -> None:
    filing = yard.submit(yard.draft())
    filing = yard.check(filing)
    worker = office.account("both")
    assert worker is not None
    Post.objects.create(
        account_id=account(yard.worker),
        role_id="grid_chief_l2",
        place=yard.ground.yongle,
        valid_from=date(2022, 1, 1),
    )
    both = office.as_actor(type(worker).objects.get(pk=account(yard.worker)))

    with refused("matters.own_work"):
        take(filing.matter, "agree", by=both, at=MONDAY)


def test_a_check_answers_every_item_and_passes_no_fault(yard: Yard) -> None:
    filing = yard.submit(yard.draft())

    with refused("filings.unanswered"):
        take(
            filing.matter,
            "check",
            values={"answers": {"where": "pass"}, "photos": photos()},
            by=yard.worker,
            at=MONDAY,
        )
    answers = dict.fromkeys(("where", "papers", "fence", "safety", "wash"), "pass")
    with refused("filings.not_in_order"):
        take(
            filing.matter,
            "check",
            values={"answers": answers | {"closed": "fail"}, "photos": photos()},
            by=yard.worker,
            at=MONDAY,
        )
    assert state_of(filing) == State.SUBMITTED


def test_a_returned_filing_says_what_to_mend_and_comes_again(yard: Yard) -> None:
    filing = yard.submit(yard.draft())
    take(
        filing.matter,
        "send_back",
        said="处置核准号与证件不符",
        values={"lacks": ["disposal_no"]},
        by=yard.worker,
        at=MONDAY,
    )
    assert fresh(filing).lacks == ["disposal_no"]

    actions.fill_in(
        matter=filing.matter,
        values={"disposal_no": "郑渣核〔2022〕119号"},
        by=yard.steward,
        at=MONDAY,
    )
    filing = yard.submit(fresh(filing))

    assert (state_of(filing), filing.lacks) == (State.SUBMITTED, [])


def test_a_refused_filing_is_over_and_the_steward_told_why(yard: Yard) -> None:
    filing = yard.check(yard.submit(yard.draft()))
    take(filing.matter, "agree", by=yard.chief, at=MONDAY)
    take(filing.matter, "refuse", said="核准已过期", by=yard.office, at=MONDAY)

    told = Notice.objects.get(
        account_id=account(yard.steward), kind="filings.refuse", body="核准已过期"
    )
    assert told.link
    assert fresh(filing).matter.ended_at == MONDAY


def test_a_department_that_is_asked_sees_the_filing(yard: Yard) -> None:
    unit = Unit.objects.create(code="D9", name="城管局", kind="district")
    person = office.account("officer")
    Post.objects.create(
        account=person,
        role_id="site_steward",
        place=yard.ground.zilan_1,
        unit=unit,
        valid_from=date(2022, 1, 1),
    )
    officer = office.as_actor(person)
    filing = yard.check(yard.submit(yard.draft()))
    take(filing.matter, "agree", by=yard.chief, at=MONDAY)
    assert not rights.SEE.covers(officer, fresh(filing).matter)

    take(
        filing.matter,
        "forward",
        said="请城管看路线",
        values={"unit": unit},
        by=yard.office,
        at=MONDAY,
    )

    assert rights.SEE.covers(officer, fresh(filing).matter)
    assert state_of(filing) == State.L2_AGREED, "the office still decides"


def test_a_steward_files_for_their_own_site_alone(yard: Yard) -> None:
    filing = yard.acknowledged()

    with refused("filings.not_your_site"):
        actions.draft_filing(site=yard.site, kind=yard.kind("night"), by=yard.stranger, at=MONDAY)
    assert not rights.SEE.covers(yard.stranger, filing.matter)
    listed = rights.SEE.rows(queries.filings(yard.stranger, MONDAY), yard.stranger)
    assert not listed.exists()
    listed = rights.SEE.rows(queries.filings(yard.steward, MONDAY), yard.steward)
    assert [one.pk for one in listed] == [filing.pk]


def test_a_draft_is_seen_by_whoever_makes_it(yard: Yard) -> None:
    draft = yard.draft()

    assert draft.matter in queries.filings(yard.steward, MONDAY)
    assert draft.matter not in rights.SEE.rows(queries.filings(yard.chief, MONDAY), yard.chief)
    assert draft.matter in inbox.waiting_for(yard.steward, MONDAY)


def test_filing_again_takes_the_days_and_the_signature(yard: Yard) -> None:
    filing = yard.in_force()

    again = actions.repeat_filing(
        filing=filing,
        first_day=date(2022, 9, 14),
        last_day=date(2022, 9, 15),
        values={},
        signature="石磊",
        by=yard.steward,
        at=datetime(2022, 9, 9, 9, tzinfo=SHANGHAI),
    )

    again = fresh(again)
    assert state_of(again) == State.SUBMITTED
    assert again.disposal_no == filing.disposal_no
    assert again.applicant is not None
    assert again.repeats_id == filing.pk


def test_filing_again_leaves_nothing_behind_when_the_rules_refuse_it(yard: Yard) -> None:
    filing = yard.in_force()
    before = queries.filings(yard.steward, MONDAY).count()

    with refused("filings.incomplete"):
        actions.repeat_filing(
            filing=filing,
            first_day=date(2022, 9, 6),
            last_day=date(2022, 9, 6),
            values={},
            signature="石磊",
            by=yard.steward,
            at=MONDAY,
        )

    assert queries.filings(yard.steward, MONDAY).count() == before


def test_what_is_known_is_filled_in(yard: Yard) -> None:
    first = actions.draft_filing(
        site=yard.site, kind=yard.kind("earthwork"), by=yard.steward, at=MONDAY
    )
    assert first.permit_no == yard.site.permit_no
    assert first.unit_name == "中原建工三公司"

    yard.acknowledged()
    second = actions.draft_filing(
        site=yard.site, kind=yard.kind("earthwork"), by=yard.steward, at=MONDAY
    )
    assert second.route == "冬青街—科学大道"
    assert second.first_day is None


def test_the_pledge_is_signed_by_whoever_is_signed_in(yard: Yard) -> None:
    draft = yard.draft()

    with refused("filings.other_signature"):
        take(
            draft.matter,
            "submit",
            values={"pledge": True, "signature": "别人"},
            by=yard.steward,
            at=MONDAY,
        )
    with refused("filings.no_pledge"):
        take(
            draft.matter,
            "submit",
            values={"pledge": False, "signature": "石磊"},
            by=yard.steward,
            at=MONDAY,
        )


def test_the_same_work_is_not_filed_twice(yard: Yard) -> None:
    yard.acknowledged()
    second = yard.draft()

    with refused("filings.incomplete") as caught:
        yard.submit(second)
    assert "同类报备" in caught.value.fields[0].sentence


def test_other_work_at_night_asks_for_a_night_filing(yard: Yard) -> None:
    draft = yard.draft(from_time=time(20), to_time=time(23))
    found = {one.code for one in reviewing.findings(draft, MONDAY)}
    assert "needs_night" in found

    yard.submit(yard.draft("night"))
    found = {one.code for one in reviewing.findings(fresh(draft), MONDAY)}
    assert "needs_night" not in found


def test_stopping_work_closes_what_else_is_open(yard: Yard) -> None:
    earth = yard.acknowledged()
    stop = yard.acknowledged("stop")

    turn(MONDAY)

    assert state_of(stop) == State.IN_FORCE
    assert state_of(earth) == State.CLOSED


def test_a_filing_nobody_decided_ends_with_its_time(yard: Yard) -> None:
    filing = yard.submit(yard.draft())

    turn(datetime(2022, 9, 9, 18, tzinfo=SHANGHAI))

    assert state_of(filing) == State.EXPIRED


def test_a_steward_withdraws_and_ends_early(yard: Yard) -> None:
    first = yard.submit(yard.draft())
    take(first.matter, "withdraw", said="改期", by=yard.steward, at=MONDAY)
    assert state_of(first) == State.WITHDRAWN

    second = yard.in_force()
    take(second.matter, "finish", by=yard.steward, at=datetime(2022, 9, 8, 12, tzinfo=SHANGHAI))
    assert state_of(second) == State.CLOSED


def test_a_second_turn_of_the_clock_moves_nothing(yard: Yard) -> None:
    filing = yard.in_force()
    assert filing.starts_at is not None

    assert turn(filing.starts_at) == 0
