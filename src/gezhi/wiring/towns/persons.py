"""A person and a household as a clerk's sheet knows them: in the words clerks write."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from gezhi.wiring.towns.buildings import Building, Compound, Room

HEAD: Final = "户主"
RELATIONS: Final = {
    HEAD: "02", "夫": "11", "妻": "12", "子": "20", "长子": "22", "次子": "23", "三子": "24",
    "女婿": "28", "女": "30", "长女": "32", "次女": "33", "三女": "34", "儿媳": "38",
    "孙子": "41", "孙女": "42", "父亲": "51", "母亲": "52", "公公": "53", "婆婆": "54",
    "岳父": "55", "岳母": "56", "弟": "73", "妹妹": "77", "其他亲属": "97", "非亲属": "99",
}  # fmt: skip
"""Relations to the head that occur here, with their codes in GB/T 4761-2008."""


@dataclass(slots=True)
class Person:
    """One row of a population sheet; every word is one a clerk would write."""

    name: str
    male: bool
    birth: date
    relation: str
    marital: str
    id_kind: str = "居民身份证"
    id_no: str = ""
    phone: str = ""
    ethnicity: str = "汉族"
    population_class: str = "户籍人口"
    consistency: str = "人户一致"
    hukou_address: str = ""
    stay: str = "自有"
    moved_in: date | None = None
    political: str = "群众"
    education: str = ""
    workplace: str = ""
    care: tuple[str, ...] = ()
    doses: str = ""
    remark: str = ""

    def age(self, on: date) -> int:
        """Full years on a day."""
        return on.year - self.birth.year - ((on.month, on.day) < (self.birth.month, self.birth.day))


@dataclass(slots=True)
class Household:
    """People who belong together at one address; the head comes first."""

    compound: Compound
    building: Building
    room: Room
    collective: bool = False
    members: list[Person] = field(default_factory=list)

    @property
    def head(self) -> Person:
        return self.members[0]

    @property
    def address(self) -> str:
        return self.compound.address(self.building, self.room)
