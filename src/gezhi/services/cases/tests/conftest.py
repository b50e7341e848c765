from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import pytest

from gezhi.base.actors import Actor
from gezhi.core.staff.models import Post, Role, Unit
from gezhi.core.staff.tests import office
from gezhi.core.staff.tests.office import NOON
from gezhi.engines.matters.attachments import Incoming, read_picture
from gezhi.engines.matters.tests.attachments import made
from gezhi.services.cases import actions
from gezhi.services.cases.catalogue import furnish_catalogue
from gezhi.services.cases.models import Case, Category, Source

SEATS = {
    "worker": ["cases.report", "cases.see", "cases.see_here", "cases.verify", "cases.self_handle"],
    "operator": [
        "cases.report",
        "cases.join",
        "cases.see",
        "cases.see_here",
        "cases.file",
        "cases.call_back",
        "cases.whistle",
        "cases.import_hotline",
    ],
    "hotline": ["cases.import_hotline", "cases.roll_back_hotline"],
    "dispatcher": [
        *("cases.see", "cases.see_here", "cases.dispatch", "cases.blow"),
        *("cases.see_order", "cases.answer_order", "cases.see_whistle"),
    ],
    "handler": [
        *("cases.see", "cases.handle", "cases.see_order", "cases.answer_order"),
        *("cases.see_whistle", "cases.see_called", "cases.report_in", "cases.lead_whistle"),
    ],
    "checker": ["cases.see", "cases.see_here", "cases.check"],
    "chief": [
        *("cases.see", "cases.see_here", "cases.decide", "cases.hear_late", "cases.oversee"),
        *("cases.see_order", "cases.see_whistle", "cases.see_called", "cases.approve_whistle"),
    ],
}


@dataclass(frozen=True)
class Centre:
    """The people a case goes through, and the unit that cleans 永乐社区."""

    ground: office.Ground
    worker: Actor
    operator: Actor
    dispatcher: Actor
    handler: Actor
    other_handler: Actor
    checker: Actor
    chief: Actor
    chief_of_hotline: Actor
    hotline_of_a_community: Actor
    cleaning: Unit
    lighting: Unit

    def report(
        self,
        code: str | None = "0102",
        *,
        source: str = Source.PATROL,
        at: datetime = NOON,
        **more: Any,
    ) -> Case:
        """Rubbish in front of a house."""
        told = {
            "source": source,
            "description": "楼下垃圾没人清",
            "address": "紫兰苑 3号楼",
            "place": self.ground.yongle_1,
            "category": None if code is None else category(code),
            "photos": [picture()] if source == Source.PATROL else (),
            **more,
        }
        return actions.report(actions.Report(**told), by=self.worker, at=at)


@cache
def picture(shade: int = 120) -> Incoming:
    """A photo, as a form hands it on."""
    return read_picture(io.BytesIO(made.photo(shade)))


def category(code: str, nature: str = "event") -> Category:
    """A line of the catalogue."""
    return Category.objects.get(code=code, nature=nature, valid_to=None)


@pytest.fixture
def centre(db: None) -> Centre:
    return open_centre()


def open_centre() -> Centre:
    """The centre with its people, in the cell one is in."""
    ground = office.ground()
    furnish_catalogue(NOON)
    for code, rights in SEATS.items():
        Role.objects.create(
            code=f"seat_{code}", title=code, rights=[*rights, "matters.inbox"], levels=[1, 2, 3]
        )
    cleaning = Unit.objects.create(
        code="C1", name="永乐社区环卫", kind="community", place=ground.yongle
    )
    lighting = Unit.objects.create(code="D1", name="城管局照明队", kind="district")

    def one(seat: str, place: Any, unit: Unit | None = None, name: str = "") -> Actor:
        person = office.account(name or f"case.{seat}")
        Post.objects.create(
            account=person,
            role=Role.objects.get(code=f"seat_{seat}"),
            place=place,
            unit=unit,
            valid_from=date(2022, 1, 1),
        )
        return office.as_actor(person)

    return Centre(
        ground,
        worker=one("worker", ground.yongle_1),
        operator=one("operator", ground.office),
        dispatcher=one("dispatcher", ground.office),
        handler=one("handler", ground.yongle, cleaning),
        other_handler=one("handler", ground.office, lighting, "lights"),
        checker=one("checker", ground.yongle),
        chief=one("chief", ground.office),
        chief_of_hotline=one("hotline", ground.office),
        hotline_of_a_community=one("hotline", ground.yongle, name="hotline.yongle"),
        cleaning=cleaning,
        lighting=lighting,
    )
