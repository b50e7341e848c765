"""Filing in a browser: the steward's phone, the grid worker's, and the page behind the code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gezhi.base.testing import queries as counted
from gezhi.core.staff.models import Account
from gezhi.core.staff.tests import office
from gezhi.engines.matters.actions import take
from gezhi.engines.matters.models import Matter
from gezhi.services.filings import actions
from gezhi.services.filings.models import Filing, State
from gezhi.services.filings.tests.conftest import COMMON, Yard, account, state_of, turn

pytestmark = pytest.mark.django_db


def browser(actor: Any) -> Client:
    """Somebody signed in."""
    return office.come(Account.objects.get(pk=account(actor)))


def going_on(yard: Yard, **values: Any) -> Filing:
    """Night work that goes on at this very moment, filed two days ago."""
    today = timezone.localdate()
    before = timezone.now() - timedelta(days=3)
    filing = yard.acknowledged(
        "night",
        at=before,
        first_day=today - timedelta(days=1),
        last_day=today + timedelta(days=2),
        notice_on=today - timedelta(days=2),
        **values,
    )
    turn(timezone.now())
    return filing


def test_night_work_is_filed_from_a_phone_in_three_steps(yard: Yard) -> None:
    phone = browser(yard.steward)
    today = timezone.localdate()
    begun = phone.post(f"/filings/sites/{yard.site.pk}/new/", {"kind": str(yard.kind("night").pk)})
    fill = begun["Location"].removesuffix("time/")
    first = today + timedelta(days=4)

    phone.post(
        f"{fill}time/",
        {"first_day": first, "last_day": first, "from_time": "22:00", "to_time": "05:00"},
    )
    phone.post(
        f"{fill}papers/",
        {
            "permit_no": yard.site.permit_no,
            "noise_sensitive": "on",
            "process": "continuous",
            "certificate_no": "郑建夜〔2022〕0311",
            "notice_on": today,
            "noise_monitor": "N-07",
        },
    )
    left = phone.post(
        f"{fill}ground/",
        {
            "address": yard.site.address,
            "unit_name": yard.site.contractor,
            "applicant": "",
            "applicant_phone": "13812345678",
            "workers": "20",
            "measures": COMMON["measures"],
        },
    )
    page = phone.get(left["Location"]).content.decode()
    assert "可以提交了" in page, page
    assert "13812345678" not in page

    phone.post(f"{left['Location']}submit/", {"pledge": "on", "signature": "石磊"})

    filing = Filing.objects.get()
    assert state_of(filing) == State.SUBMITTED


def test_a_draft_page_lists_all_that_is_missing_at_once(yard: Yard) -> None:
    filing = actions.draft_filing(
        site=yard.site, kind=yard.kind("earthwork"), by=yard.steward, at=timezone.now()
    )

    page = browser(yard.steward).get(f"/filings/{filing.pk}/").content.decode()

    for words in ("开始日期", "渣土处置核准号", "运输车牌", "六个百分之百"):
        assert f"请填写“{words}”" in page


def test_the_board_shows_what_is_valid_and_nobody_by_name(yard: Yard) -> None:
    filing = going_on(yard)

    page = Client().get(f"/board/{yard.site.pk}/").content.decode()

    assert filing.matter.number in page
    assert "郑建夜〔2022〕0311" in page
    for personal in ("石磊", "13812345678", "138****5678"):
        assert personal not in page


def test_the_board_says_when_nothing_is_valid_and_knows_no_other_sites(yard: Yard) -> None:
    assert "此刻没有生效的施工报备" in Client().get(f"/board/{yard.site.pk}/").content.decode()
    assert Client().get(f"/board/{account(yard.steward)}/").status_code == 404


def test_the_plate_carries_the_code_of_the_board_on_both_papers(yard: Yard) -> None:
    steward = browser(yard.steward)
    for paper in ("a4", "a3"):
        page = steward.get(f"/filings/sites/{yard.site.pk}/plate/", {"paper": paper})
        assert "<svg" in page.content.decode()
        assert f"paper-{paper}" in page.content.decode()


def test_another_contractor_gets_404_from_a_site_that_is_not_theirs(yard: Yard) -> None:
    filing = going_on(yard)
    other = browser(yard.stranger)

    for address in (
        f"/filings/{filing.pk}/",
        f"/filings/{filing.pk}/fill/time/",
        f"/filings/sites/{yard.site.pk}/",
        f"/filings/sites/{yard.site.pk}/new/",
        f"/filings/sites/{yard.site.pk}/plate/",
    ):
        assert other.get(address).status_code == 404, address


def test_today_has_a_map_of_the_same_rows(yard: Yard) -> None:
    filing = going_on(yard)
    worker = browser(yard.worker)

    assert filing.matter.number is not None
    data = worker.get("/filings/today.json").json()

    (feature,) = data["features"]
    assert feature["geometry"]["coordinates"] == [113.54, 34.8]
    assert yard.site.name in feature["properties"]["title"]
    assert yard.site.name in worker.get("/filings/today/").content.decode()


# --- budgets: whole requests, session, rights and journal included ------------------------------


OURS = ("SAVEPOINT", "RELEASE", "SET search_path")
"""What the test's own transaction and the choice of the cell add."""


def asked(client: Client, page: str) -> int:
    """How many questions a whole request put."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len([one for one in captured.captured_queries if not one["sql"].startswith(OURS)])


def test_a_list_asks_few_questions(yard: Yard) -> None:
    going_on(yard)
    worker = browser(yard.worker)
    worker.get("/filings/")

    assert asked(worker, "/filings/") <= 6


def test_a_page_asks_few_questions(yard: Yard) -> None:
    filing = going_on(yard)
    for actor in (yard.worker, yard.steward, yard.office):
        seen = browser(actor)
        seen.get(f"/filings/{filing.pk}/")
        assert asked(seen, f"/filings/{filing.pk}/") <= 10


def test_a_step_asks_few_questions(yard: Yard) -> None:
    filing = yard.check(yard.submit(yard.draft()))
    matter = Matter.objects.get(pk=filing.pk)

    with counted(14):
        take(matter, "agree", by=yard.chief, at=filing.matter.opened_at)
