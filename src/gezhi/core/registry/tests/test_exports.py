"""Lists leaving the office: what is late is closed, and nobody in them goes unlogged."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from gezhi.base import pages as ui
from gezhi.base.jobs import nightly
from gezhi.base.pages import hooks
from gezhi.base.pages.hooks import Outgoing
from gezhi.base.pages.urls import all_pages
from gezhi.base.testing import refused
from gezhi.core.journal.models import JournalLine
from gezhi.core.notices.models import Notice
from gezhi.core.privacy.purposes import furnish_purposes
from gezhi.core.registry import jobs
from gezhi.core.registry.models import ExportRequest
from gezhi.core.registry.pages.exporting import Exportable
from gezhi.core.registry.tests import desk
from gezhi.core.registry.tests.town import CLERK, NOON, Town, build_town

LISTS = [
    page for page in all_pages() if issubclass(page, ui.ListPage) and page.export_right is not None
]


def test_some_lists_leave() -> None:
    assert {page.name for page in LISTS} >= {"registry.people", "registry.dwellings"}


@pytest.mark.parametrize("page", LISTS, ids=lambda page: page.name)
def test_every_list_with_people_in_it_leaves_by_the_logged_way(page: type[ui.ListPage]) -> None:
    if any(column.personal for column in page.columns):
        assert issubclass(page, Exportable)


def leaving(*fields: str) -> Outgoing:
    return Outgoing(
        page="registry.people",
        title="人口",
        form="xlsx",
        rows=3,
        columns=("姓名",),
        fields=fields,
        query="",
        purpose="upkeep",
        reason="核对",
    )


def test_a_list_that_would_tell_of_people_unlogged_does_not_leave() -> None:
    with refused("registry.leaves_elsewhere"):
        hooks.let_out(leaving("name"), CLERK, NOON)
    assert CLERK.name in hooks.let_out(leaving(), CLERK, NOON)


@pytest.fixture
def here(db: None) -> Town:
    furnish_purposes(date(2022, 1, 1))
    return build_town()


def request(account: Any, **values: Any) -> ExportRequest:
    return ExportRequest.objects.create(
        page="registry.people",
        columns="name",
        rows=150,
        sensitive=True,
        purpose="upkeep",
        note="核对名册",
        account_id=account.pk,
        asked_by=account.name,
        **values,
    )


def test_late_exports_are_closed_each_night(here: Town) -> None:
    asker = desk.hired("asker", here.subdistrict, desk.CLERK)
    day = timedelta(days=1)
    agreed = request(asker, state="agreed", asked_at=NOON - 2 * day, file_until=NOON - day)
    fresh = request(asker, state="agreed", asked_at=NOON, file_until=NOON + day)
    undecided = request(asker, state="waiting", asked_at=NOON - 8 * day)
    waiting = request(asker, state="waiting", asked_at=NOON - 6 * day)
    Notice.objects.create(
        account_id=uuid4(),
        kind="registry.export",
        title="待审批",
        todo=True,
        key=f"export/{undecided.pk}",
        sent_at=NOON - 8 * day,
    )

    _time, job = nightly["gezhi.core.registry.jobs.close_late_exports"]
    job(NOON)

    states = {row.pk: row.state for row in ExportRequest.objects.all()}
    assert states == {
        agreed.pk: "expired",
        fresh.pk: "agreed",
        undecided.pk: "expired",
        waiting.pk: "waiting",
    }
    assert Notice.objects.get(key=f"export/{undecided.pk}").done_at == NOON
    assert Notice.objects.get(account_id=asker.pk).title.startswith("导出申请一周无人审批")


def test_a_night_with_nothing_late_leaves_no_line(here: Town) -> None:
    jobs.close_late_exports(NOON)
    assert not JournalLine.objects.filter(verb="registry.expire_exports").exists()
