"""An export counts towards the habit of its role as reading does, and towards no cap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from gezhi.base.actors import Actor
from gezhi.core.privacy import queries
from gezhi.core.privacy.actions import record_access, reveal
from gezhi.core.privacy.models import AccessKind, AccessTally, Alarm
from gezhi.core.privacy.rules import FLOOR
from gezhi.core.privacy.tests.conftest import NOON, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(staff: Callable[..., Actor]) -> Actor:
    return staff("privacy.reveal", "registry.see_people", at="沟赵", role="registry_clerk")


def people(number: int) -> list[UUID]:
    return [uuid4() for _ in range(number)]


def export(subjects: list[UUID], by: Actor) -> None:
    record_access(
        AccessKind.EXPORT, subjects, fields=["phone"], purpose="upkeep", within=True, by=by, at=NOON
    )


def test_one_big_export_raises_the_alarm_that_reading_raises(clerk: Actor, told: list[Any]) -> None:
    export(people(FLOOR), clerk)
    assert not Alarm.objects.exists()

    export(people(500), clerk)

    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.account_id) == ("habit", clerk.account_id)
    assert str(FLOOR + 500) in alarm.sentence


def test_reading_and_exporting_add_up(
    clerk: Actor, told: list[Any], person: Callable[..., Any]
) -> None:
    export(people(FLOOR), clerk)

    reveal(person(), ["phone"], purpose="upkeep", by=clerk, at=NOON)

    assert Alarm.objects.get().kind == "habit"


def test_the_same_people_exported_again_do_not_count_again(clerk: Actor) -> None:
    listed = people(FLOOR)

    export(listed, clerk)
    export(listed, clerk)

    assert AccessTally.objects.get().exported == FLOOR
    assert not Alarm.objects.exists()


def test_an_export_uses_up_nothing_of_the_days_caps(
    clerk: Actor, told: list[Any], person: Callable[..., Any]
) -> None:
    export(people(500), clerk)

    assert reveal(person(), ["phone"], purpose="upkeep", by=clerk, at=NOON)["phone"]


def test_whoever_exports_every_week_raises_no_alarm_by_it(
    clerk: Actor,
) -> None:
    for number in range(20):
        AccessTally.objects.create(
            account_id=uuid4(), role="registry_clerk",
            day=TODAY - timedelta(days=1 + number), people=10, exported=480 + number,
        )  # fmt: skip

    export(people(500), clerk)

    assert not Alarm.objects.exists()
    (habit,) = queries.habits(TODAY)
    assert (habit.usual, habit.today_most, habit.today_above) == (499.5, 500, 0)
