"""Half a year of cases, reported and handled by the cast and the staff, each step as they took it.

Every report and step is the action a clerk would take, with its moment in the past; a run that
was cut short goes on where it stopped, and whatever a visitor did meanwhile stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

import structlog
from django.utils import timezone
from django_tenants.utils import schema_context

from gezhi.base.actors import Actor, Origin, system
from gezhi.base.errors import Refusal
from gezhi.core.office.queries import calendar
from gezhi.core.places.models import Building, Place
from gezhi.core.staff.models import Post, Unit
from gezhi.core.staff.queries import actor_of
from gezhi.engines.matters.actions import take
from gezhi.services.cases.actions import Report, join, report
from gezhi.services.cases.models import Case, Category
from gezhi.wiring.demo.casting import HOME_UNIT, enrol_missing
from gezhi.wiring.demo.desks import name_desks
from gezhi.wiring.demo.pictures import scene
from gezhi.wiring.demo.structure import schema_of
from gezhi.wiring.towns import TownSpec, build_town
from gezhi.wiring.towns.plots import JOIN, Turn
from gezhi.wiring.towns.staff import staff_of
from gezhi.wiring.towns.stories import CASES, DAYS, Spot, Story, stories_of

log = structlog.get_logger("gezhi.demo")
BEFORE: Final = timedelta(days=DAYS + 7)
"""So long before today everybody took up their post and every unit its work."""

OPERATOR: Final = "case_operator"
DISPATCHER: Final = "case_dispatcher"
CHECKER: Final = "case_checker"
LEADER: Final = "shift_leader"
_SEATS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("ask_to_verify", "file", "void", "close", "reopen", "call_back", "called_unsolved"),
        OPERATOR,
    ),
    **dict.fromkeys(("dispatch", "redirect", "uphold"), DISPATCHER),
    **dict.fromkeys(("pass_check", "fail_check"), CHECKER),
    **dict.fromkeys(("decide", "grant_time", "refuse_time", "suspend"), LEADER),
}
"""Who takes a step, by role; on site it is the worker of the grid, else whose unit it lies with."""
_ON_SITE: Final = frozenset({"confirm", "deny", "handle_here"})
_DONE: Final = frozenset({"feed_back", "handle_here"})
"""Steps that show what was done."""


def live(spec: TownSpec, *, at: datetime) -> int:
    """Enrol a town's staff, name the units in the catalogue, and tell its cases; how many steps."""
    by = system("command")
    with schema_context(schema_of(spec)):
        enrol_missing(list(staff_of(spec)), spec, by, at - BEFORE)
        name_desks(by=by, at=at - BEFORE)
        return tell(spec, stories(spec, CASES[spec.key], at=at))


def stories(spec: TownSpec, number: int, *, at: datetime) -> list[Story]:
    """The cases of a town until today, or until the day an earlier run told them for."""
    return stories_of(
        build_town(spec),
        number,
        until=told_until() or timezone.localdate(at),
        limits={
            f"{one.nature[0]}{one.code}": one.limit
            for one in Category.objects.filter(valid_to=None)
        },
        calendar=calendar(),
    )


def told_until() -> date | None:
    """The day up to which this office's cases were told; None before the first of them."""
    first = Case.objects.order_by("matter__opened_at").values_list("matter__opened_at").first()
    if first is None:
        return None
    return timezone.localdate(first[0]) + timedelta(days=DAYS)


def tell(spec: TownSpec, stories: list[Story]) -> int:
    """Act out what was not acted yet, in the order of time; returns how many acts."""
    office = _Office(spec)
    known = {one.matter.opened_at: one for one in Case.objects.select_related("matter")}
    cases = {at: known[story.opened] for at, story in enumerate(stories) if story.opened in known}
    steps = {at: case.matter.history.count() - 1 for at, case in cases.items()}
    acts = 0
    for _moment, number, turn in sorted(_acts(stories), key=lambda act: act[:2]):
        story = stories[number]
        if turn is None:
            if number not in cases:
                cases[number] = office.report(story)
                acts += 1
            continue
        if _is_done(story, turn, cases[number], steps.get(number, 0)):
            continue
        try:
            office.act(cases[number], story, turn)
            acts += 1
        except Refusal as refusal:
            # a visitor was quicker, or the office has other rules by now: the rest is theirs
            log.info("demo.turn_refused", step=turn.step, code=refusal.code)
            steps[number] = len(story.turns)
    return acts


def _acts(stories: list[Story]) -> Iterator[tuple[datetime, int, Turn | None]]:
    for number, story in enumerate(stories):
        yield story.opened, number, None
        for turn in story.turns:
            yield turn.at, number, turn


def _is_done(story: Story, turn: Turn, case: Case, steps: int) -> bool:
    """Whether an earlier run took this turn: by how many steps there are, and how many joined."""
    before = story.turns[: story.turns.index(turn)]
    joins = sum(one.step == JOIN for one in before)
    if turn.step == JOIN:
        return case.joined > joins or steps >= len(story.turns)
    return steps > len(before) - joins


class _Office:
    """Who acts in a town, and what its places, units and categories are."""

    def __init__(self, spec: TownSpec) -> None:
        today = timezone.localdate()
        self._seats: dict[str, Actor] = {}
        self._workers: dict[str, Actor] = {}
        self._handlers: dict[Any, Actor] = {}
        posts = Post.objects.held(on=today).filter(account__home_unit=HOME_UNIT)
        for post in posts.select_related("account", "place").order_by("pk"):
            actor = actor_of(post.account, on=today, origin=Origin(channel="command"))
            self._seats.setdefault(post.role_id, actor)
            if post.role_id == "grid_worker_full":
                self._workers.setdefault(post.place.code, actor)
            if post.unit_id is not None:
                self._handlers.setdefault(post.unit_id, actor)
        self._grids = {one.code: one for one in Place.objects.filter(level=3)}
        self._buildings = {
            (one.community.code, one.compound.name, one.number): one
            for one in Building.objects.select_related("compound", "community")
        }
        self._units = {one.code: one for one in Unit.objects.all()}
        self._categories = {
            f"{one.nature[0]}{one.code}": one for one in Category.objects.filter(valid_to=None)
        }

    def report(self, story: Story) -> Case:
        """Report it as whoever was there: the worker of the grid, else the operator."""
        spot = story.spot
        told = Report(
            source=story.source,
            source_number=story.source_number,
            description=story.description,
            address=spot.address,
            place=self._grids[spot.grid],
            building=self._building(spot),
            category=self._categories[story.trouble.topic] if story.knows_category else None,
            lon=spot.lon,
            lat=spot.lat,
            reporter=story.reporter,
            phone=story.phone,
            confidential=story.confidential,
            photos=[scene(story.opened.minute, mended=False)] if story.source == "patrol" else (),
        )
        by = self._workers[spot.grid] if story.source == "patrol" else self._seats[OPERATOR]
        return report(told, by=by, at=story.opened)

    def act(self, case: Case, story: Story, turn: Turn) -> None:
        """Take a turn as whoever's turn it is."""
        if turn.step == JOIN:
            case.joined = join(case=case, by=self._seats[OPERATOR], at=turn.at).joined
            return
        values = dict(turn.values)
        if "unit" in values:
            values["unit"] = self._units[values["unit"]]
        if "topic" in values:
            values["category"] = self._categories[values.pop("topic")]
        if turn.step in _DONE:
            values["photos"] = [scene(story.opened.minute, mended=True)]
        by = self._taker(case, story, turn.step)
        take(case.matter, turn.step, said=turn.said, values=values, by=by, at=turn.at)

    def _taker(self, case: Case, story: Story, step: str) -> Actor:
        if step in _ON_SITE:
            return self._workers[story.spot.grid]
        if step in _SEATS:
            return self._seats[_SEATS[step]]
        return self._handlers[case.matter.unit_id]

    def _building(self, spot: Spot) -> Building | None:
        return None if spot.building is None else self._buildings[spot.building]
