"""Taking a case some way, for tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gezhi.base.actors import Actor
from gezhi.core.staff.tests.office import NOON
from gezhi.engines.matters.actions import take
from gezhi.engines.matters.models import Matter
from gezhi.services.cases.models import Case
from gezhi.services.cases.tests.conftest import Centre, category, picture


def go(
    case: Case, step: str, by: Actor, *, at: datetime = NOON, said: str = "", **values: Any
) -> Case:
    """One step of a case, which is then as the database has it."""
    move(case.matter, step, by, at=at, said=said, **values)
    case.refresh_from_db()
    return case


def move(
    matter: Matter, step: str, by: Actor, *, at: datetime = NOON, said: str = "", **values: Any
) -> None:
    """One step of any matter."""
    take(matter, step, said=said, values=values, by=by, at=at)


def filed(centre: Centre, code: str = "0102", *, at: datetime = NOON, **more: Any) -> Case:
    """A case that waits for the dispatcher, or has gone on by itself."""
    return go(
        centre.report(code, at=at, **more), "file", centre.operator, at=at, category=category(code)
    )


def handled(centre: Centre, code: str = "0102", *, at: datetime = NOON, **more: Any) -> Case:
    """A case on the desk of the cleaners' handler."""
    case = filed(centre, code, at=at, **more)
    go(case, "dispatch", centre.dispatcher, at=at, unit=centre.cleaning)
    return go(case, "accept", centre.handler, at=at)


def closed(centre: Centre, code: str = "0102", *, at: datetime = NOON, **more: Any) -> Case:
    """A case done, checked and closed."""
    case = handled(centre, code, at=at, **more)
    go(case, "feed_back", centre.handler, at=at, said="已清走", photos=[picture()])
    go(case, "pass_check", centre.checker, at=at)
    return go(case, "close", centre.operator, at=at)
