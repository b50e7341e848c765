"""What else a sheet says of a person: schooling, work, papers, phones, care; by age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from gezhi.wiring.towns.chance import Dice, Weighted
from gezhi.wiring.towns.families import MARRIED, SINGLE, Sketch
from gezhi.wiring.towns.names import foreign_name, full_name
from gezhi.wiring.towns.papers import ELSEWHERE, HERE, Papers
from gezhi.wiring.towns.persons import HEAD, Household, Person

DAYS: Final = 365.2425
_ETHNICITY: Final = Weighted(
    {
        "汉族": 985.0,
        "回族": 10.0,
        "满族": 2.0,
        "蒙古族": 1.4,
        "土家族": 0.8,
        "苗族": 0.5,
        "壮族": 0.3,
    }
)
_SCHOOLING: Final = (
    (1990, Weighted({"大学本科": 34, "大专": 27, "高中": 14, "中专": 9, "初中": 12, "研究生": 4})),
    (1975, Weighted({"大学本科": 17, "大专": 19, "高中": 20, "中专": 13, "初中": 28, "研究生": 3})),
    (1955, Weighted({"初中": 44, "高中": 24, "小学": 18, "中专": 6, "大专": 6, "大学本科": 2})),
    (0, Weighted({"小学": 48, "初中": 22, "文盲或半文盲": 22, "高中": 6, "大专": 2})),
)
_DOSES: Final = Weighted({"3": 66, "2": 22, "0": 7, "1": 3, "": 2})
_TOWNSHIPS: Final = ("柳河", "石桥", "双庙", "清水", "高岗", "马集", "白楼", "安平", "杏花", "龙泉")
_HAMLETS: Final = ("李楼", "张寨", "王岗", "赵庄", "陈湾", "前杨", "后刘", "小吴", "孙坡", "周洼")
_NO_PAPERS: Final = "暂无证件"
_LIVES_HERE: Final = "人在户不在"
_ON_PAPER: Final = "户在人不在"


@dataclass(frozen=True, slots=True)
class Setting:
    """What everybody of one community shares."""

    as_of: date
    town: str
    community: str
    village: bool
    employers: Sequence[str]
    papers: Papers


def furnish(
    household: Household, family: list[Sketch], *, here: bool, stay: str, dice: Dice, at: Setting
) -> None:
    """Make people of a family's sketches: `here` says whether it is registered at this address."""
    ethnicity = dice.of(_ETHNICITY)
    origin = _home(dice)
    since = _since(dice, household, family[0], at, rented=stay != "自有")
    for sketch in family:
        born = at.as_of - timedelta(days=int(sketch.age * DAYS) + 1)
        person = Person(
            name=full_name(dice, sketch.surname, male=sketch.male, born=born.year),
            male=sketch.male,
            birth=born,
            relation=sketch.relation,
            marital=sketch.marital,
            ethnicity=ethnicity,
            stay=stay,
            moved_in=max(since, born),
        )
        age = int(sketch.age)
        _schooling(person, age, dice)
        if here and not _married_in(sketch, dice):
            _register_here(person, household, age, dice, at)
        else:
            _register_elsewhere(person, age, _home(dice) if here else origin, dice, at)
        _work(person, age, dice, at, student=household.collective)
        _party(person, age, dice)
        person.doses = dice.of(_DOSES) if age >= 3 else ""
        if age >= 14 and dice.comes(0.97 if age < 78 else 0.55):
            person.phone = at.papers.mobile()
        household.members.append(person)
    head = household.head
    for person in household.members:
        if not person.phone and head.phone and dice.comes(0.6):
            person.phone = head.phone
    _care(household, dice, at)


def _home(dice: Dice) -> tuple[str, str]:
    """Where somebody is registered who is not registered here: region code and address."""
    region, name = dice.of(ELSEWHERE)
    village = f"{dice.pick(_TOWNSHIPS)}镇{dice.pick(_HAMLETS)}村"
    return region, f"{name}{village}{dice.between(1, 12)}组{dice.between(1, 90)}号"


def _married_in(sketch: Sketch, dice: Dice) -> bool:
    """Whether somebody in a household registered here kept the registration of their parents."""
    return sketch.relation in ("妻", "夫", "儿媳", "女婿") and dice.comes(0.08)


def _since(dice: Dice, household: Household, head: Sketch, at: Setting, *, rented: bool) -> date:
    """When they moved in: tenants lately, owners at any time since the house was built."""
    if household.collective:
        return date(at.as_of.year - dice.between(0, 3), 9, dice.between(1, 6))
    if rented:
        return at.as_of - timedelta(days=dice.between(12, 1700))
    latest = at.as_of.year - 1
    earliest = max(household.building.built, int(latest - max(head.age - 22, 0)))
    year = dice.between(min(earliest, latest), latest)
    return date(year, dice.between(1, 12), dice.between(1, 28))


def _schooling(person: Person, age: int, dice: Dice) -> None:
    if age < 6:
        return
    if age < 12:
        person.education = "小学"
    elif age < 15:
        person.education = "初中"
    elif age < 18:
        person.education = "高中" if dice.comes(0.7) else "中专"
    elif age < 23 and dice.comes(0.75):
        person.education = "大学本科" if dice.comes(0.6) else "大专"
    else:
        table = next(table for since, table in _SCHOOLING if person.birth.year >= since)
        person.education = dice.of(table)


def _register_here(person: Person, household: Household, age: int, dice: Dice, at: Setting) -> None:
    """Registered at this address; some have gone, some never lived here, some are just born."""
    if age == 0 and dice.comes(0.3):
        person.population_class, person.id_kind = "未落户", _NO_PAPERS
        person.consistency = _LIVES_HERE
        return
    person.hukou_address = f"河南省郑州市高新区{at.town}{at.community}{household.address}"
    person.id_no = at.papers.id_no(HERE, person.birth, male=person.male)
    if person.relation != HEAD and 17 <= age < 50 and dice.comes(0.07):
        person.consistency, person.stay = "户在人不在", _ON_PAPER
    elif person.relation != HEAD and age >= 25 and dice.comes(0.012):
        person.consistency, person.stay = "空挂户", _ON_PAPER


def _register_elsewhere(
    person: Person, age: int, origin: tuple[str, str], dice: Dice, at: Setting
) -> None:
    """A migrant, or once in a while somebody from abroad, Hong Kong or Macau."""
    if person.relation == HEAD and 24 <= age < 60 and dice.comes(0.004):
        _from_abroad(person, dice, at)
        return
    region, person.hukou_address = origin
    person.population_class, person.consistency = "流动人口", _LIVES_HERE
    person.id_no = at.papers.id_no(region, person.birth, male=person.male)


def _from_abroad(person: Person, dice: Dice, at: Setting) -> None:
    person.population_class, person.consistency = "境外人员", _LIVES_HERE
    if dice.comes(0.5):
        person.id_kind, person.id_no = "外国人护照", at.papers.passport()
        person.name, person.ethnicity = foreign_name(dice), ""
    else:
        person.id_kind = "港澳居民来往内地通行证"
        person.id_no = at.papers.hong_kong_permit()


def _work(person: Person, age: int, dice: Dice, at: Setting, *, student: bool) -> None:
    if student:
        person.workplace = "学生"
    elif age < 18:
        person.workplace = "学生" if age >= 6 and dice.comes(0.6) else ""
    elif age >= 60:
        person.workplace = "务农" if at.village and dice.comes(0.4) else "退休"
    elif dice.comes(0.46):
        person.workplace = dice.pick(at.employers)
    elif dice.comes(0.35):
        person.workplace = "个体经营"
    elif at.village and dice.comes(0.3):
        person.workplace = "务农"


def _party(person: Person, age: int, dice: Dice) -> None:
    if person.population_class == "境外人员":
        person.political = ""
    elif 14 <= age < 28 and dice.comes(0.5):
        person.political = "共青团员"
    elif age >= 20 and dice.comes(0.16 if person.education in ("大学本科", "研究生") else 0.055):
        person.political = "中共党员" if dice.comes(0.97) else "中共预备党员"


def _care(household: Household, dice: Dice, at: Setting) -> None:
    """Reasons to look after somebody, at the rates one meets."""
    members = household.members
    ages = [person.age(at.as_of) for person in members]
    poor = dice.comes(0.009)
    empty = len(members) == 2 and min(ages) >= 60 and members[1].marital == MARRIED
    bereaved = empty and dice.comes(0.03)
    for person, age in zip(members, ages, strict=True):
        labels = []
        if len(members) == 1 and age >= 60:
            labels.append("独居老人")
            if person.marital == SINGLE and dice.comes(0.5):
                labels.append("特困人员")
        elif empty:
            labels.append("空巢老人")
        if age >= 75 and dice.comes(0.11):
            labels.append("失能老人")
        if dice.comes(0.008 + age / 4000):
            labels.append("残疾人")
        if poor and "特困人员" not in labels:
            labels.append("低保对象")
        if age < 16 and dice.comes(0.0025):
            labels.append("困境儿童")
        if age >= 60 and dice.comes(0.006):
            labels.append("优抚对象")
        if person.male and age >= 22 and dice.comes(0.022):
            labels.append("退役军人")
        if bereaved:
            labels.append("计生特殊家庭")
        if age >= 30 and dice.comes(0.006):
            labels.append("重病患者")
        person.care = tuple(labels)
