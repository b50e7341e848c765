from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import pytest

from gezhi.base.actors import Actor, system
from gezhi.core.journal.actions import action
from gezhi.core.registry.models import Site, Source
from gezhi.core.staff.models import Account, Role
from gezhi.core.staff.tests import office
from gezhi.core.staff.tests.office import SHANGHAI
from gezhi.engines.matters.actions import take
from gezhi.engines.matters.attachments import Incoming, read_picture
from gezhi.engines.matters.models import Matter
from gezhi.engines.matters.tests.attachments import made
from gezhi.services.cases.catalogue import furnish_catalogue
from gezhi.services.filings import actions
from gezhi.services.filings.check_rules import DUST, items_on_site
from gezhi.services.filings.kinds import furnish_kinds
from gezhi.services.filings.models import Filing, FilingKind, Steward

MONDAY = datetime(2022, 9, 5, 9, tzinfo=SHANGHAI)
"""A working Monday without holiday before the Friday."""


def site_at(grid: Any, name: str = "亿达科技园三期", **more: Any) -> Site:
    source = Source.objects.create(
        kind="form",
        title="页面登记",
        as_of=date(2022, 9, 1),
        entered_at=MONDAY,
        entered_by="孙样",
    )
    values: dict[str, Any] = {
        "address": "冬青街 8 号",
        "developer": "亿达置业",
        "contractor": "中原建工三公司",
        "supervisor": "中原监理",
        "stage": "main",
        "permit_no": "410172202203010101",
        "workers": 60,
        "lon": 113.54,
        "lat": 34.80,
    }
    return Site.objects.create(
        community=grid.community,
        grid=grid,
        source=source,
        touched_by=source,
        as_of=date(2022, 9, 1),
        name=name,
        **(values | more),
    )


COMMON: dict[str, Any] = {
    "first_day": date(2022, 9, 8),
    "last_day": date(2022, 9, 9),
    "from_time": time(8),
    "to_time": time(18),
    "applicant": "石磊",
    "applicant_phone": "13812345678",
    "measures": ["fence", "cover", "wash", "harden", "wet", "closed"],
}
OF_KIND: dict[str, dict[str, Any]] = {
    "earthwork": {
        "volume_m3": 800,
        "disposal_no": "郑渣核〔2022〕118号",
        "haulier": "绿洲运输",
        "plates": "豫A12345",
        "route": "冬青街—科学大道",
        "dump_site": "西区消纳场",
    },
    "night": {
        "from_time": time(22),
        "to_time": time(5),
        "process": "continuous",
        "certificate_no": "郑建夜〔2022〕0311",
        "notice_on": date(2022, 9, 6),
        "noise_monitor": "N-07",
    },
    "hot_work": {
        "first_day": date(2022, 9, 5),
        "last_day": date(2022, 9, 5),
        "from_time": time(14),
        "to_time": time(17),
        "hot_level": 1,
        "work_spot": "3 层钢梁",
        "outdoors": True,
        "welder_certificate": "T410102199001011234",
        "watcher": "何看",
        "extinguishers": 4,
    },
    "stop": {
        "first_day": date(2022, 9, 5),
        "covered": True,
        "fenced": True,
        "wages_paid": True,
    },
}


@dataclass(frozen=True)
class Yard:
    """A site at 永乐社区第一网格, its steward, and the three levels of the grid above it."""

    ground: office.Ground
    site: Site
    steward: Actor
    stranger: Actor
    worker: Actor
    chief: Actor
    office: Actor

    def kind(self, code: str) -> FilingKind:
        return FilingKind.objects.get(code=code)

    def draft(self, code: str = "earthwork", *, at: datetime = MONDAY, **values: Any) -> Filing:
        """A draft with everything this kind asks."""
        filing = actions.draft_filing(site=self.site, kind=self.kind(code), by=self.steward, at=at)
        filled = COMMON | OF_KIND.get(code, {}) | values
        actions.fill_in(matter=filing.matter, values=filled, by=self.steward, at=at)
        return fresh(filing)

    def submit(self, filing: Filing, *, at: datetime = MONDAY) -> Filing:
        signed = {"pledge": True, "signature": self.steward.name}
        take(filing.matter, "submit", values=signed, by=self.steward, at=at)
        return fresh(filing)

    def check(self, filing: Filing, *, at: datetime = MONDAY) -> Filing:
        answers = {code: "pass" for code, _title in items_on_site(filing.kind.code)}
        take(
            filing.matter,
            "check",
            values={"answers": answers, "photos": photos()},
            by=self.worker,
            at=at,
        )
        return fresh(filing)

    def acknowledged(self, code: str = "earthwork", *, at: datetime = MONDAY, **v: Any) -> Filing:
        """Through all three levels."""
        filing = self.check(self.submit(self.draft(code, at=at, **v), at=at), at=at)
        if filing.matter.state == "acknowledged":
            return filing
        take(filing.matter, "agree", by=self.chief, at=at)
        take(filing.matter, "acknowledge", by=self.office, at=at)
        return fresh(filing)

    def in_force(self, code: str = "earthwork", **values: Any) -> Filing:
        """Acknowledged, and its time has come."""
        filing = self.acknowledged(code, **values)
        assert filing.starts_at is not None
        turn(filing.starts_at)
        return fresh(filing)


def fresh(filing: Filing) -> Filing:
    return Filing.objects.select_related("matter", "kind", "site").get(pk=filing.pk)


def turn(at: datetime) -> int:
    return actions.turn(by=system("job"), at=at)


def photos() -> list[Incoming]:
    """One photo, as a form hands it on."""
    return [read_picture(io.BytesIO(made.photo(120)))]


def account(actor: Actor) -> UUID:
    """The account somebody acts with."""
    assert actor.account_id is not None
    return actor.account_id


def state_of(filing: Filing | Matter) -> str:
    return Matter.objects.get(pk=filing.pk).state


def all_pass(*failing: str) -> dict[str, str]:
    """Answers of a round: everything in order but what is named."""
    return {code: "fail" if code in failing else "pass" for code, _title in DUST}


@action("test.steward", "指定报备人")
def bind(*, site: Site, account: Account, by: Any, at: Any) -> None:
    Steward.objects.create(site=site, account=account, since=at, named_by="样例")


@pytest.fixture
def yard(db: None) -> Yard:
    ground = office.ground()
    furnish_catalogue(MONDAY)
    furnish_kinds(MONDAY)
    site = site_at(ground.yongle_1)
    steward = office.hire("shi.lei", "site_steward", ground.yongle_1, name="石磊")
    other = office.hire("wu.guan", "site_steward", ground.yongle_1, name="吴关")
    bind(site=site, account=steward, by=system(), at=MONDAY)

    def one(username: str, role: str, place: Any) -> Actor:
        return office.as_actor(office.hire(username, role, place))

    assert Role.objects.filter(code="construction_clerk").exists()
    return Yard(
        ground,
        site,
        steward=office.as_actor(steward),
        stranger=office.as_actor(other),
        worker=one("qin", "grid_worker_full", ground.yongle_1),
        chief=one("lan", "grid_chief_l2", ground.yongle),
        office=one("jian", "construction_clerk", ground.office),
    )
