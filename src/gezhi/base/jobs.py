"""Jobs: what follows a verb (`@on`), what the night does (`@daily`), what is asked for (`@job`).

The queue lies in the database: a job is enqueued in the transaction of the write that causes it,
so that it exists exactly if the write does. It carries its cell and runs inside it. A job may run
more than once (a worker may die after the work and before saying so): write it so that a second
run changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone
from django_tenants.utils import schema_context
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from gezhi.base.tenancy import here

log = structlog.get_logger("gezhi.jobs")

HOURS_AHEAD_OF_UTC = 8
"""`@daily` speaks of the office's clock, Asia/Shanghai, which has no summer time."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a job learns of the act it follows: keys only, for the rest it asks the database."""

    verb: str
    line_id: str
    subject_id: str | None
    place_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Job:
    """A function the worker can run, by name."""

    name: str
    run: Callable[..., None]
    task: Any

    def enqueue(self, *, lock: str | None = None, **arguments: Any) -> int:
        """Ask for a run in the present cell once the present transaction commits; the job's id.

        Jobs with the same `lock` run one after another. `arguments` are JSON values, and never
        personal: the queue is not sealed.
        """
        configured = self.task.configure(lock=f"{here().schema_name}/{lock}" if lock else None)
        return int(configured.defer(cell=here().schema_name, **arguments))


jobs: dict[str, Job] = {}
followers: dict[str, list[Job]] = defaultdict(list)
nightly: dict[str, tuple[str, Callable[[datetime], None]]] = {}
_cells: list[Callable[[], Iterable[str]]] = []


def job(name: str, *, attempts: int = 5) -> Callable[[Callable[..., None]], Job]:
    """Make a function a job. It is tried `attempts` times, waiting 4 s, 16 s, 64 s… between."""

    def wrap(function: Callable[..., None]) -> Job:
        if name in jobs:
            raise ValueError(f"the job {name} is declared twice")

        def run(*, cell: str, **arguments: Any) -> None:
            close_old_connections()
            try:
                with schema_context(cell):
                    function(**arguments)
            finally:
                connection.close()

        retry = RetryStrategy(max_attempts=attempts, exponential_wait=4)
        made = Job(name, function, app.task(name=name, retry=retry)(run))
        jobs[name] = made
        return made

    return wrap


def on(verb: str, *, attempts: int = 5) -> Callable[[Callable[[Event], None]], Job]:
    """Run a function after each act of this verb, in the act's own cell."""

    def wrap(function: Callable[[Event], None]) -> Job:
        def follow(*, at: str, **rest: Any) -> None:
            function(Event(at=datetime.fromisoformat(at), **rest))

        made = job(f"{function.__module__}.{function.__name__}", attempts=attempts)(follow)
        followers[verb].append(made)
        return made

    return wrap


def announce(event: Event) -> None:
    """Enqueue what waits for this verb, in the act's own transaction."""
    for follower in followers[event.verb]:
        follower.enqueue(
            verb=event.verb,
            line_id=event.line_id,
            subject_id=event.subject_id,
            place_id=event.place_id,
            at=event.at.isoformat(),
        )


Timed = Callable[[datetime], None]
"""What the clock runs, with the present moment."""


def daily(time: str, *, at_district: bool = False) -> Callable[[Timed], Timed]:
    """Run a function in every cell each day at `"03:10"` (office time).

    `at_district`: in the district's own schema too.
    """
    hour, minute = (int(part) for part in time.split(":"))
    cron = f"{minute} {(hour - HOURS_AHEAD_OF_UTC) % 24} * * *"

    def wrap(function: Timed) -> Timed:
        nightly[_everywhere(function, cron, at_district=at_district)] = (time, function)
        return function

    return wrap


def every(*, minutes: int) -> Callable[[Timed], Timed]:
    """Run a function in every cell every so many minutes (a divisor of 60)."""
    if not 1 <= minutes <= 60 or 60 % minutes:
        raise ValueError("an hour is divided evenly")

    def wrap(function: Timed) -> Timed:
        _everywhere(function, f"*/{minutes} * * * *" if minutes < 60 else "0 * * * *")
        return function

    return wrap


def _everywhere(function: Timed, cron: str, *, at_district: bool = False) -> str:
    """Have the clock enqueue a function in each cell; the job's name."""
    name = f"{function.__module__}.{function.__name__}"
    in_cell = job(name)(lambda: function(timezone.now()))

    def fan_out(timestamp: int) -> None:
        close_old_connections()
        everywhere = {cell for cells in _cells for cell in cells()}
        if at_district:
            everywhere.add(settings.PUBLIC_SCHEMA_NAME)
        for cell in sorted(everywhere):
            with schema_context(cell):
                in_cell.enqueue(lock=name)

    app.periodic(cron=cron)(app.task(name=f"{name}.everywhere", pass_context=False)(fan_out))
    return name


def cells_are(source: Callable[[], Iterable[str]]) -> None:
    """Register who knows the cells' schemas; `core.cells` does."""
    _cells.append(source)
