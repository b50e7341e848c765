"""The world of the house tests: two spots on the ground, every role, and how a page is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import models, transaction
from django.http import Http404
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from gezhi.base import pages as ui
from gezhi.base.actors import Actor, ActorKind, Holding, Origin
from gezhi.base.areas import areas
from gezhi.base.errors import Refusal
from gezhi.base.ids import uuid7
from gezhi.base.samples import Sample, Spot, Visit, Visiting
from gezhi.core.places.models import Place
from gezhi.core.privacy.middleware import resident
from gezhi.core.registry.models import Person
from gezhi.core.staff.queries import rights_for_programs
from gezhi.core.staff.roles import FIRST_ROLES
from gezhi.core.staff.tests import office

ORIGIN = Origin("web", "10.1.2.3", "r-1")
RESIDENT, PROGRAM = "resident", "program"


@dataclass(frozen=True)
class Seat:
    """A role as held at one level: one column of the matrix."""

    role: str
    level: int
    rights: frozenset[str]

    def __str__(self) -> str:
        return f"{self.role}@{self.level}"


def _program_seat() -> Seat:
    """A program in a grid with all that a full-time grid worker's role may give it."""
    worker = next(role for role in FIRST_ROLES if role.code == "grid_worker_full")
    return Seat(PROGRAM, 3, worker.rights & rights_for_programs())


SEATS = [
    *(Seat(role.code, level, role.rights) for role in FIRST_ROLES for level in role.levels),
    *(Seat(role.code, 4, role.rights) for role in FIRST_ROLES if role.code == "grid_worker_full"),
    Seat(RESIDENT, 9, frozenset({"privacy.own_file"})),
]


@dataclass(frozen=True)
class World:
    """Two spots: one in the grid of every post below the office, one in another community."""

    ground: office.Ground
    inside: Spot
    outside: Spot
    cell: Any
    samples: Mapping[type[models.Model], Sample]
    visits: Mapping[str, Visiting]

    def actor(self, seat: Seat) -> Actor:
        """Somebody in this seat, the second factor just shown."""
        if seat.role == RESIDENT:
            own = resident(self.inside.person_id, ORIGIN)
            return replace(own, account_id=self.inside.account.pk, second_factor_at=timezone.now())
        place = {
            1: self.ground.office,
            2: self.ground.yongle,
            3: self.ground.yongle_1,
            4: self.inside.micro_grid,
        }[seat.level]
        post = Holding(
            uuid7(), seat.role, seat.role, place.pk, seat.level, place.path, place.name, seat.rights
        )
        if seat.role == PROGRAM:
            return Actor(
                *(ActorKind.PROGRAM, "数据大屏", uuid7()),
                holdings=(post,),
                origin=ORIGIN,
                purposes=frozenset(),
            )
        return Actor(
            ActorKind.STAFF,
            "孙样",
            self.inside.account.pk,
            holdings=(post,),
            second_factor_at=timezone.now(),
            origin=ORIGIN,
        )

    def visit(self, page: type[ui.Page], spot: Spot) -> Visit:
        """How to open a page at a spot: its own way, or by the key of a sample row."""
        if page.name in self.visits:
            return self.visits[page.name](spot)
        if "<" not in page.path:
            return Visit()
        rows = getattr(page, "rows", None)
        if rows is None:
            pytest.fail(f"{page.name}: declare VISITS[{page.name!r}] in the area's samples")
        row = self.sample(rows(self.actor(SEATS[0]), spot.at).model, spot)
        return Visit(row=row, kwargs={"pk": row.pk})

    def sample(self, model: type[models.Model], spot: Spot) -> Any:
        """A saved row of a model at a spot."""
        if model not in self.samples:
            pytest.fail(f"declare SAMPLES[{model.__name__}] in {model._meta.app_label}'s samples")
        return self.samples[model](spot)


def _declared(name: str) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for area in areas():
        path = f"{area.name}.tests.samples"
        if find_spec(f"{area.name}.tests") and find_spec(path):
            found |= getattr(import_module(path), name, {})
    return found


def _micro_grid(grid: Place) -> Place:
    """The micro-grid of a grid in which its sample buildings stand."""
    return Place.objects.create(
        code=f"{grid.code}001",
        name="一号楼微网格",
        kind="micro_grid",
        level=4,
        parent=grid,
        path=f"{grid.path}001/",
        community=grid.community,
        grid=grid,
        valid_from=grid.valid_from,
    )


@pytest.fixture
def world(db: None, cell: Any) -> World:
    ground = office.ground()
    at = timezone.now()
    me, other = (office.account(name, name="孙样") for name in ("house.me", "house.other"))
    samples = _declared("SAMPLES")

    def spot(grid: Any, account: Any) -> Spot:
        bare = Spot(grid, account, UUID(int=0), at, _micro_grid(grid))
        return replace(bare, person_id=samples[Person](bare).pk)

    return World(
        ground=ground,
        inside=spot(ground.yongle_1, me),
        outside=spot(ground.zilan_1, other),
        cell=cell,
        samples=samples,
        visits=_declared("VISITS"),
    )


Ask = Callable[..., int]


Opened = Callable[..., tuple[int, str]]


@pytest.fixture
def ask(opened: Opened) -> Ask:
    """Open a page as an actor and give its status; whatever it wrote is taken back."""

    def status(*asked: Any, **more: Any) -> int:
        return opened(*asked, **more)[0]

    return status


@pytest.fixture
def opened(world: World) -> Opened:
    """Open a page as an actor: its status, and its HTML if it is a page to be looked at."""
    factory = RequestFactory(headers={"accept-language": "zh-hans"})
    sessions = import_module(settings.SESSION_ENGINE)

    def answer_of(
        page: type[ui.Page],
        actor: Actor,
        visit: Visit,
        *,
        data: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> tuple[int, str]:
        path = reverse(page.name, kwargs=dict(visit.kwargs))
        asked: Any
        if data is None:
            asked = factory.get(path, {**visit.query, **(query or {})})
        else:
            asked = factory.post(path, data, query_params=dict(visit.query))
        asked.actor, asked.cell, asked.request_id = actor, world.cell, "r-1"
        asked.session, asked._messages = sessions.SessionStore(), CookieStorage(asked)
        asked.htmx, asked.resolver_match = HtmxDetails(asked), resolve(path)
        with taken_back():
            try:
                answer = page.view()(asked, **visit.kwargs)
                for close in answer._resource_closers:  # type: ignore[attr-defined]
                    close()  # a file that nobody will read
                return int(answer.status_code), _html(answer)
            except Http404:
                return 404, ""
            except Refusal as refusal:
                return refusal.status, ""

    return answer_of


def _html(answer: Any) -> str:
    is_page = answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
    return answer.content.decode() if is_page else ""


class taken_back:  # noqa: N801 - reads as a phrase
    """What is written inside is undone at the end."""

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, *failure: Any) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(*failure)


@pytest.fixture(scope="session")
def api_seats(seats: list[Seat]) -> list[Seat]:
    """Those, and a program: it comes in below the API alone."""
    return [*seats, _program_seat()]


@pytest.fixture(scope="session")
def seats() -> list[Seat]:
    """Every role at every level it may be held at, and a resident."""
    return SEATS
