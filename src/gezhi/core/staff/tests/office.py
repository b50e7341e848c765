"""A small office to test in: two communities with a grid each, and people with posts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from gezhi.base.actors import Actor, Origin
from gezhi.core.places.models import Place
from gezhi.core.staff.models import Account, Post, Role
from gezhi.core.staff.queries import actor_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2022, 9, 13, 12, tzinfo=SHANGHAI)
TODAY = NOON.date()
DESK = Origin("web", "10.1.2.3", "r-1")
PASSWORD = "Yellow7Bicycle"
START = date(2022, 1, 1)


@dataclass(frozen=True)
class Ground:
    """永乐社区 with its first grid, 紫兰苑社区 with its first grid, and the office above them."""

    office: Place
    yongle: Place
    zilan: Place
    yongle_1: Place
    zilan_1: Place


def ground() -> Ground:
    """The places, made new unless the office has its own top already."""
    office = Place.objects.filter(level=1, valid_to=None).first()
    if office is None:
        office = Place.objects.create(
            code="410172360",
            name="沟赵街道",
            kind="subdistrict",
            level=1,
            path="410172360/",
            valid_from=START,
        )
    yongle, zilan = (
        _community(office, n, name) for n, name in ((901, "永乐社区"), (902, "紫兰苑社区"))
    )
    return Ground(office, yongle, zilan, _grid(yongle), _grid(zilan))


def _community(office: Place, number: int, name: str) -> Place:
    place = Place(
        code=f"410172360{number}",
        name=name,
        kind="community",
        level=2,
        parent=office,
        path=f"{office.path}{number}/",
        valid_from=START,
    )
    place.community = place
    place.save()
    return place


def _grid(community: Place) -> Place:
    place = Place(
        code=f"{community.code}001",
        name=f"{community.name}第一网格",
        kind="grid",
        level=3,
        parent=community,
        community=community,
        path=f"{community.path}001/",
        valid_from=START,
    )
    place.grid = place
    place.save()
    return place


def account(username: str, *, name: str = "", password: str = "", at: datetime = NOON) -> Account:
    """An account that signs in with `password`, or with none yet."""
    return Account.objects.create(
        username=username,
        name=name or username,
        password=make_password(password or None),
        password_set_at=at if password else None,
    )


def hire(
    username: str,
    role: str,
    place: Place,
    *,
    name: str = "",
    since: date = START,
    password: str = "",
) -> Account:
    """An account that holds a role at a place."""
    person = account(username, name=name, password=password)
    Post.objects.create(
        account=person, role=Role.objects.get(code=role), place=place, valid_from=since
    )
    return person


def as_actor(person: Account, *, at: datetime = NOON, second_factor: bool = True) -> Actor:
    """Somebody at their desk, the second factor just shown."""
    actor = actor_of(person, on=timezone.localdate(at), origin=DESK)
    return replace(actor, second_factor_at=at - timedelta(minutes=1) if second_factor else None)


def come(person: Account, *, second_factor: bool = True) -> Client:
    """A browser in which somebody is signed in."""
    now = timezone.now()
    Account.objects.filter(pk=person.pk).update(password_set_at=now)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.update(
        {
            "account_id": str(person.pk),
            "started_at": now.isoformat(),
            "seen_at": now.isoformat(),
            "address": "10.1.2.3",
            "device": "Windows · Edge",
        }
    )
    if second_factor:
        store["second_factor_at"] = now.isoformat()
    store.save()
    browser = Client(headers={"accept-language": "zh-hans"})
    browser.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    return browser
