"""One community with two grids, some people in them, and staff who may or may not read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from gezhi.base.actors import Actor, ActorKind, Holding, Origin
from gezhi.core.places.models import Place
from gezhi.core.privacy import hooks
from gezhi.core.privacy.fields import blind_index

NOON = datetime(2022, 9, 6, 4, tzinfo=UTC)
TODAY = date(2022, 9, 6)
ID_NO = "410102196203070026"
PHONE = "13812345678"


@pytest.fixture
def places(db: None) -> dict[str, Place]:
    """The subdistrict, one community and two grids."""
    made: dict[str, Place] = {}

    def place(key: str, level: int, parent: Place | None, path: str) -> None:
        made[key] = Place.objects.create(
            code=path.replace("/", ""), name=key, kind="grid", level=level, parent=parent,
            path=path, valid_from=date(2022, 1, 1),
        )  # fmt: skip

    place("沟赵", 1, None, "410172360/")
    place("永乐", 2, made["沟赵"], "410172360/001/")
    place("永乐一", 3, made["永乐"], "410172360/001/001/")
    place("永乐二", 3, made["永乐"], "410172360/001/002/")
    return made


@pytest.fixture
def source(db: None) -> Any:
    return apps.get_model("registry.Source").objects.create(
        kind="form", title="页面登记", as_of=TODAY, entered_at=NOON, entered_by="李数据"
    )


@pytest.fixture
def person(places: dict[str, Place], source: Any) -> Callable[..., Any]:
    """Register somebody: `person("王小三")`."""

    def register(name: str = "王小三", grid: str = "永乐一", **more: Any) -> Any:
        values: dict[str, Any] = {
            "name": name, "given": name[1:], "pinyin": "wang", "initials": "w",
            "birth_date": date(1962, 3, 7), "phone": PHONE, "population_class": "hukou",
            "id_no": ID_NO, "id_no_index": blind_index(str(uuid4()), context="id_no"),
            "community": places["永乐"], "grid": places[grid], "source": source,
            "touched_by": source, "as_of": TODAY,
        }  # fmt: skip
        return apps.get_model("registry.Person").objects.create(**{**values, **more})

    return register


@pytest.fixture
def staff(places: dict[str, Place]) -> Callable[..., Actor]:
    """Somebody in a post: `staff("privacy.reveal", at="永乐一")`."""

    def post(
        *rights: str, at: str = "永乐一", role: str = "grid_worker_full", name: str = "张网格"
    ) -> Actor:
        place = places[at]
        held = Holding(
            uuid4(), role, "网格员", place.pk, place.level, place.path, place.name,
            frozenset(rights),
        )  # fmt: skip
        return Actor(ActorKind.STAFF, name, uuid4(), holdings=(held,), origin=Origin("web"))

    return post


@pytest.fixture
def worker(staff: Callable[..., Actor]) -> Actor:
    """The worker of the first grid."""
    return staff("privacy.reveal", "privacy.break_glass", "registry.see_people")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The account every alarm and request is told to."""
    somebody = [uuid4()]

    def answer(right: str, on: date, places: Any = ()) -> list[UUID]:
        return somebody

    monkeypatch.setattr(hooks.accounts_holding, "_provided", answer)
    return somebody


@pytest.fixture
def browser(places: dict[str, Place], settings: Any) -> Callable[..., Client]:
    """A signed-in browser of somebody in a post: `browser("privacy.see_log", at="沟赵")`."""

    def sign_in(*rights: str, at: str = "永乐", name: str = "孙书记", person: Any = None) -> Client:
        now = timezone.now()
        role = apps.get_model("staff.Role").objects.create(
            code=f"r{uuid4().hex[:8]}", title="测试岗位", rights=list(rights)
        )
        account = apps.get_model("staff.Account").objects.create(
            username=uuid4().hex[:12], name=name, password_set_at=now, person_id=person
        )
        apps.get_model("staff.Post").objects.create(
            account=account, role=role, place=places[at], valid_from=date(2022, 1, 1)
        )
        client = Client()
        session = client.session
        session.update({"account_id": str(account.pk), "seen_at": now.isoformat()})
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
        client.account = account  # type: ignore[attr-defined]
        return client

    return sign_in


@pytest.fixture
def numbers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """People by number, in place of the registry's look-up."""
    known: dict[str, Any] = {}
    monkeypatch.setattr(hooks.person_of_number, "_provided", lambda number: known.get(number))
    return known
