"""Named residents who live at a known address, so that the cast can sign in as them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from gezhi.wiring.towns.buildings import Building, Compound, Room
from gezhi.wiring.towns.facts import Setting
from gezhi.wiring.towns.papers import ELSEWHERE, HERE
from gezhi.wiring.towns.persons import HEAD, Household, Person


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whose facts are told, not drawn."""

    name: str
    male: bool
    birth: date
    relation: str
    marital: str
    education: str
    workplace: str
    registered_here: bool = True
    care: tuple[str, ...] = ()


Address = tuple[str, int, int, str]
"""Compound, number of the building, unit, room."""

PLANTED: Final[Mapping[tuple[str, int], Mapping[Address, tuple[Named, ...]]]] = {
    ("gouzhao", 0): {
        ("紫兰苑", 3, 2, "501"): (
            Named(
                "郑玉梅", False, date(1948, 3, 12), HEAD, "丧偶", "初中", "退休", care=("独居老人",)
            ),
        ),
        ("紫兰苑", 5, 1, "302"): (
            Named("林晓舟", True, date(1996, 5, 20), HEAD, "已婚", "大学本科", "软件工程师"),
            Named("方若溪", False, date(1997, 8, 2), "妻", "已婚", "大学本科", "教师", False),
            Named("林一诺", False, date(2023, 4, 16), "女", "未婚", "", ""),
        ),
    },
    ("fengyang", 0): {
        ("枫桥苑", 2, 1, "601"): (
            Named(
                "魏长顺", True, date(1953, 11, 8), HEAD, "已婚", "高中", "退休", care=("空巢老人",)
            ),
            Named(
                "乔桂芝", False, date(1955, 2, 27), "妻", "已婚", "初中", "退休", care=("空巢老人",)
            ),
        ),
    },
}


def plant(
    people: tuple[Named, ...], home: tuple[Compound, Building, Room], at: Setting
) -> Household:
    """The household of named people, with papers like everybody's."""
    household = Household(*home)
    elsewhere, far = ELSEWHERE.values[0]
    for named in people:
        region = HERE if named.registered_here else elsewhere
        here = f"河南省郑州市高新区{at.town}{at.community}{household.address}"
        household.members.append(
            Person(
                name=named.name,
                male=named.male,
                birth=named.birth,
                relation=named.relation,
                marital=named.marital,
                id_no=at.papers.id_no(region, named.birth, male=named.male),
                phone=at.papers.mobile() if named.birth.year < 2012 else "",
                population_class="户籍人口" if named.registered_here else "流动人口",
                consistency="人户一致" if named.registered_here else "人在户不在",
                hukou_address=here if named.registered_here else f"{far}柳河镇前杨村3组8号",
                moved_in=max(date(2012, 6, 18), named.birth),
                education=named.education,
                workplace=named.workplace,
                care=named.care,
            )
        )
    return household
