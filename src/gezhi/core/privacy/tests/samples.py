"""Rows of this area for the house tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.apps import apps

from gezhi.base.ids import uuid7
from gezhi.base.samples import Sample, Spot, Visit, Visiting
from gezhi.core.journal import books
from gezhi.core.privacy.access import ACCESS
from gezhi.core.privacy.models import (
    AccessEntry,
    Alarm,
    BreakGlass,
    ErasureReport,
    Purpose,
    RightsRequest,
)


def _purpose(spot: Spot) -> Purpose:
    return Purpose.objects.order_by("code")[0]


def _entry(spot: Spot) -> AccessEntry:
    entry = AccessEntry(
        at=spot.at,
        subject_id=spot.person_id,
        kind="reveal",
        actor_name="孙样",
        post="永乐社区 网格员",
        fields=["phone"],
        purpose=_purpose(spot),
        ground="入户走访",
        channel="web",
    )
    books.write(ACCESS, [books.Draft(entry, {"note": "王大妈来电"}, spot.person_id)])
    return entry


def _request(spot: Spot) -> RightsRequest:
    return RightsRequest.objects.create(
        number=uuid7().hex[-20:],
        kind="correct",
        subject_id=spot.person_id,
        community_id=spot.grid.community_id,
        grid_id=spot.grid.pk,
        content="电话已换，请更正",
        filed_at=spot.at,
        filed_through="web",
        due_at=spot.at + timedelta(days=15),
        legal_limit=(spot.at + timedelta(days=30)).date(),
    )


def _glass(spot: Spot) -> BreakGlass:
    return BreakGlass.objects.create(
        account_id=spot.account.pk,
        actor_name="孙样",
        post="永乐社区 网格员",
        subject_id=spot.person_id,
        reason="老人走失",
        opened_at=spot.at,
        closes_at=spot.at + timedelta(hours=1),
    )


def _alarm(spot: Spot) -> Alarm:
    return Alarm.objects.create(
        at=spot.at,
        latest_at=spot.at,
        kind="habit",
        key=uuid7().hex,
        actor_name="孙样",
        sentence="今天查看人数远超同岗位",
    )


SAMPLES: Final[dict[type, Sample]] = {
    Purpose: _purpose,
    AccessEntry: _entry,
    RightsRequest: _request,
    BreakGlass: _glass,
    Alarm: _alarm,
    ErasureReport: lambda spot: ErasureReport.objects.create(
        at=spot.at, counts={}, digest=b"\0" * 32
    ),
}


def _of_person(spot: Spot) -> Visit:
    """A page about a person of the registry, which lies above this area."""
    from gezhi.core.registry.tests.samples import SAMPLES as REGISTRY

    person: Any = REGISTRY[apps.get_model("registry.Person")](spot)
    return Visit(row=person, kwargs={"pk": person.pk})


def _emergency(spot: Spot) -> Visit:
    return Visit(kwargs={"pk": _glass(spot).subject_id}, owned=True)


def _asked(spot: Spot) -> Visit:
    row = _request(spot)
    return Visit(row=row, kwargs={"pk": row.pk})


def _looked(spot: Spot) -> Visit:
    row = _entry(spot)
    return Visit(row=row, kwargs={"pk": row.pk})


VISITS: Final[dict[str, Visiting]] = {
    "privacy.issue_code": _of_person,
    "privacy.emergency_view": _emergency,
    "my.ask": _looked,
    "my.withdraw": _asked,
    "my.new_request": lambda spot: Visit(kwargs={"kind": "correct"}),
    "my.copy": lambda spot: Visit(kwargs={"form": "json"}),
}
