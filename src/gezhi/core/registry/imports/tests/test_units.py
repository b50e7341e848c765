"""Sheets of houses, enterprises, shops and sites."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gezhi.core.cells.keys import keys_here
from gezhi.core.privacy.fields import Sealed
from gezhi.core.registry import tallies
from gezhi.core.registry.imports import actions
from gezhi.core.registry.imports.tests.sheets import checked, taken_in, told, workbook
from gezhi.core.registry.models import Dwelling, Enterprise, Shop, Site
from gezhi.core.registry.tests.town import CLERK, NOON, Town, build_town

pytestmark = pytest.mark.django_db

ROOM = {
    "community": "紫兰社区",
    "compound": "紫兰苑",
    "building": "1号楼",
    "unit": "1",
    "room": "601",
    "area": 89.5,
    "use": "住宅",
    "use_state": "出租",
    "owner_name": "王建国",
    "owner_phone": "13838000001",
    "tenants": "3人",
    "group_rental": "否",
    "hazard": "无",
}
SHOP = {
    "name": "老王面馆",
    "trade": "餐饮",
    "address": "紫兰苑1号楼",
    "contact": "王建国",
    "phone": "13838000001",
    "sleepers": "否",
}
SITE = {
    "name": "科技城二期",
    "address": "紫兰路以东",
    "developer": "某建设公司",
    "contractor": "某施工公司",
    "manager": "李四",
    "phone": "13838000002",
    "stage": "主体",
    "starts_on": "2022-01-01",
    "workers": "120",
    "video": "是",
}


@pytest.fixture
def town() -> Town:
    return build_town()


def opened(value: Any) -> str:
    assert isinstance(value, Sealed)
    return keys_here().open(value.data, context=value.context)


def test_houses_are_listed_with_code_address_and_owner(town: Town) -> None:
    batch = taken_in(workbook([ROOM], template="dwelling"), "房屋.xlsx")
    one = Dwelling.objects.get(source=batch.source)
    assert one.house_code == "410172360101" + "0001" + "001" + "01" + "06" + "0601"
    assert (one.address, one.use_state, one.tenants) == ("紫兰苑 1号楼 1单元 601室", "rented", 3)
    assert one.area == Decimal("89.50")
    assert one.group_rental is False
    assert opened(one.owner_name) == "王建国"
    assert one.community == town.communities[0]
    assert tallies.recount(repair=False) == []


def test_a_house_listed_already_is_changed_field_by_field(town: Town) -> None:
    listed = town.dwellings[0]
    row = ROOM | {"room": listed.room, "area": 91.25, "owner_phone": ""}
    batch = taken_in(workbook([row], template="dwelling"), "房屋.xlsx")
    assert batch.counts["changed"] == 1
    listed.refresh_from_db()
    assert listed.area == Decimal("91.25")
    assert listed.use_state == "rented"
    changed = set(listed.history.values_list("field", flat=True))
    assert changed == {"area", "use_state", "owner_name", "tenants", "group_rental", "hazard"}
    assert tallies.recount(repair=False) == []
    again = checked(workbook([row], template="dwelling"), "房屋.xlsx")
    assert again.counts["unchanged"] == 1
    actions.roll_back(batch=batch, by=CLERK, at=NOON)
    former = Dwelling.objects.values("area", "use_state").get(pk=listed.pk)
    assert former == {"area": None, "use_state": "unknown"}
    assert not listed.history.exists()
    assert tallies.recount(repair=False) == []


def test_rooms_whose_name_is_no_number_get_codes_of_their_own(town: Town) -> None:
    rows = [ROOM | {"room": room} for room in ("6层东户", "6层西户", "601")]
    taken_in(workbook(rows, template="dwelling"), "房屋.xlsx")
    codes = Dwelling.objects.filter(floor=6).order_by("house_code")
    assert [one.house_code[-4:] for one in codes] == ["0601", "9000", "9001"]


def test_two_rows_about_one_house_take_the_first_and_say_so(town: Town) -> None:
    rows = [ROOM, ROOM | {"use_state": "空置"}]
    batch = taken_in(workbook(rows, template="dwelling"), "房屋.xlsx")
    assert (batch.counts["new"], batch.counts["refused"]) == (1, 1)
    assert [c for _r, _f, _k, c in told(batch, 5)] == ["listed_twice"]


def test_a_shop_in_a_known_building_lies_in_its_grid(town: Town) -> None:
    batch = taken_in(workbook([SHOP], template="shop"), "门店.xlsx")
    one = Shop.objects.get(source=batch.source)
    assert one.building == town.buildings[0]
    assert one.grid == town.grids[0]
    assert (one.trade, one.state, one.pinyin) == ("catering", "open", "laowangmianguan")
    assert tallies.recount(repair=False) == []


def test_a_site_without_a_known_address_is_kept_and_told(town: Town) -> None:
    batch = taken_in(workbook([SITE], template="site"), "工地.xlsx")
    one = Site.objects.get()
    assert (one.building, one.stage, one.workers, one.video) == (None, "main", 120, True)
    assert one.starts_on == date(2022, 1, 1)
    assert opened(one.manager) == "李四"
    assert "unit_not_placed" in {c for _r, _f, _k, c in told(batch, 10)}
    later = taken_in(workbook([SITE | {"stage": "装修"}], template="site"), "工地.xlsx")
    assert later.counts["changed"] == 1
    assert Site.objects.get().stage == "fitting"
    assert tallies.recount(repair=False) == []


def test_an_enterprise_is_known_by_its_credit_code(town: Town) -> None:
    firm = {
        "name": "某某科技有限公司",
        "uscc": "91410172MA0000007R",
        "kind": "企业",
        "address": "紫兰苑1号楼",
        "contact": "王建国",
        "phone": "13838000001",
        "state": "正常",
        "party_org": "有",
        "staff_count": "1,200",
    }
    taken_in(workbook([firm], template="enterprise"), "企业.xlsx")
    one = Enterprise.objects.get()
    assert (one.party_org, one.staff_count, one.state) == (True, 1200, "open")
    renamed = taken_in(
        workbook([firm | {"name": "某某新科技有限公司", "state": "注销"}], template="enterprise"),
        "企业.xlsx",
    )
    assert renamed.counts["changed"] == 1
    one.refresh_from_db()
    assert (one.name, one.state) == ("某某新科技有限公司", "closed")
    assert one.pinyin.startswith("moumouxin")
    assert tallies.recount(repair=False) == []
