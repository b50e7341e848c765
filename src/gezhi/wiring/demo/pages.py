"""The front page of the demonstration: what this is, how far it is, and whom to sign in as."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy

from gezhi.base import pages as ui
from gezhi.core.cells.models import Cell
from gezhi.core.staff import queries
from gezhi.core.staff.models import Account
from gezhi.wiring.demo.progress import all_progress
from gezhi.wiring.demo.structure import DISTRICT_HOST, DISTRICT_NAME
from gezhi.wiring.towns import TOWNS
from gezhi.wiring.towns.cast import CAST, Member


@dataclass(frozen=True, slots=True)
class Figure:
    """Somebody of the cast as the page shows them; `key` is empty on another cell's host."""

    name: str
    post: str
    try_this: str
    key: str


@dataclass(frozen=True, slots=True)
class House:
    """A host with those of the cast who sign in there, by group."""

    key: str
    name: str
    address: str
    is_here: bool
    groups: tuple[tuple[str, tuple[Figure, ...]], ...]


class _DemoPage(ui.Page):
    """Open to everybody where the demonstration runs; not there anywhere else."""

    public = False

    def admit(self) -> HttpResponseBase | None:
        if not settings.DEMO:
            raise Http404
        return super().admit()


class Front(_DemoPage):
    path, name = "demo/", "demo.front"
    title = gettext_lazy("格治演示")
    public = True
    template = "demo/front.html"

    def get(self) -> HttpResponseBase:
        progress = all_progress(at=self.at)
        more: dict[str, Any] = {
            "houses": list(self.houses()),
            "progress": progress,
            "is_loading": not all(one.is_done for one in progress),
        }
        return self.render(more)

    def houses(self) -> Iterator[House]:
        """The two towns and the district; the one whose host this is comes first."""
        here = cast("Cell", self.request.cell)
        accounts = {one.username: one for one in queries.cast(on=timezone.localdate(self.at))}
        known = [(spec.key, spec.name, spec.hosts[0], spec.code) for spec in TOWNS]
        known.append(("district", DISTRICT_NAME, DISTRICT_HOST, ""))
        houses = []
        for key, name, host, code in known:
            is_here = here.is_district if not code else here.code == code
            members = [one for one in CAST if one.town == key]
            own = accounts if is_here else {}
            houses.append(House(key, name, self.address(host), is_here, _grouped(members, own)))
        yield from sorted(houses, key=lambda house: not house.is_here)

    def address(self, host: str) -> str:
        """The front page on another host of this server, at the port this one was opened by."""
        port = urlsplit(f"//{self.request.get_host()}").port
        place = f"{host}:{port}" if port else host
        return f"{self.request.scheme}://{place}{self.request.path}"


class FrontProgress(_DemoPage):
    """The part of the front page that is asked for again while towns are loading."""

    path, name = "demo/progress/", "demo.progress"
    title = gettext_lazy("载入进度")
    public = True
    template = "demo/progress.html"

    def get(self) -> HttpResponseBase:
        progress = all_progress(at=self.at)
        return self.render(
            {"progress": progress, "is_loading": not all(one.is_done for one in progress)}
        )


def _grouped(
    members: list[Member], accounts: dict[str, Account]
) -> tuple[tuple[str, tuple[Figure, ...]], ...]:
    groups: dict[str, list[Figure]] = {}
    for member in members:
        account = accounts.get(member.username)
        figure = Figure(
            name=member.name,
            post=_post(member, account),
            try_this=str(member.try_this),
            key=str(account.pk) if account else "",
        )
        groups.setdefault(str(member.group), []).append(figure)
    return tuple((group, tuple(figures)) for group, figures in groups.items())


def _post(member: Member, account: Account | None) -> str:
    """Where somebody stands: their post as it is held, or the address of a resident."""
    if member.home is not None:
        compound, building, unit, room = member.home
        return f"{compound}{building}-{unit}-{room}"
    held = getattr(account, "held_now", [])
    return "、".join(
        f"{post.unit.name if post.unit else post.place.name} {post.role.named}" for post in held
    )


pages: tuple[type[ui.Page], ...] = (Front, FrontProgress)
