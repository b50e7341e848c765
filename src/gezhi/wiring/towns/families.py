"""Who lives together: households by kind, with ages and relations that fit each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gezhi.wiring.towns.chance import Dice, Weighted
from gezhi.wiring.towns.names import surname
from gezhi.wiring.towns.persons import HEAD

SINGLE, MARRIED, WIDOWED, DIVORCED = "未婚", "已婚", "丧偶", "离婚"


@dataclass(slots=True)
class Sketch:
    """Somebody before they have a name: age in years with its fraction."""

    relation: str
    male: bool
    age: float
    surname: str
    marital: str


Family = list[Sketch]
_CHILDREN: Final = Weighted({1: 0.52, 2: 0.42, 3: 0.06})
_RANKED: Final = ("长", "次", "三")
_LATE_DAYS: Final = 0.998
"""An age of n years stays below n+1 after it has become a date."""


def _aged(dice: Dice, low: int, high: int) -> float:
    return dice.near(low, high) + dice.roll() * _LATE_DAYS


def _couple(dice: Dice, age: float, *, male_head: float = 0.74) -> Family:
    """A head of this age with a spouse."""
    male = dice.comes(male_head)
    gap = dice.near(-3, 6) + dice.roll() * 0.5
    other = max(21.0, age - gap if male else age + gap)
    return [
        Sketch(HEAD, male, age, surname(dice), MARRIED),
        Sketch("妻" if male else "夫", not male, other, surname(dice), MARRIED),
    ]


def _children(dice: Dice, parents: Family, *, grown: float = 0.3) -> Family:
    """Children at home of a head and perhaps a spouse: at least one where age allows."""
    father = next((one for one in parents if one.male), parents[0])
    mother = next((one for one in parents if not one.male), parents[0])
    youngest_parent = min(one.age for one in parents)
    age = mother.age - dice.near(22, 33) - dice.roll()
    found: Family = []
    for _ in range(dice.of(_CHILDREN)):
        if age > 0 and youngest_parent - age >= 19 and (age < 24 or dice.comes(grown)):
            found.append(Sketch("", dice.comes(0.525), age, father.surname, SINGLE))
        age -= dice.between(2, 6) + dice.roll() * 0.9 + 0.1
    for male, word in ((True, "子"), (False, "女")):
        alike = [one for one in found if one.male is male]
        for rank, one in enumerate(alike):
            one.relation = word if len(alike) == 1 else _RANKED[rank] + word
    return found


def nuclear(dice: Dice) -> Family:
    parents = _couple(dice, _aged(dice, 27, 50))
    return parents + _children(dice, parents)


def grown_up(dice: Dice) -> Family:
    """Parents in their fifties whose children have not left yet, or only some of them."""
    parents = _couple(dice, _aged(dice, 48, 60))
    return parents + _children(dice, parents, grown=0.55)


def single_parent(dice: Dice) -> Family:
    male = dice.comes(0.3)
    marital = DIVORCED if dice.comes(0.8) else WIDOWED
    head = Sketch(HEAD, male, _aged(dice, 28, 52), surname(dice), marital)
    return [head, *_children(dice, [head])]


def three_generations(dice: Dice) -> Family:
    """Parents of the head in the house, or the children of the head with their own."""
    if dice.comes(0.55):
        family = _couple(dice, _aged(dice, 29, 50), male_head=0.85)
        family += _children(dice, family, grown=0.2)
        return family + _elders(dice, family)
    elders = _couple(dice, _aged(dice, 56, 76), male_head=0.9)
    head, spouse = elders
    if dice.comes(0.12 + max(0.0, head.age - 66) / 60):
        elders = [head]
        head.marital = WIDOWED
    mother = min(head.age, spouse.age)
    heir = Sketch("子", True, max(23.0, mother - dice.near(23, 29)), "", MARRIED)
    heir.surname = head.surname if head.male else spouse.surname
    wife = Sketch("儿媳", False, max(22.0, heir.age - dice.near(-2, 4)), surname(dice), MARRIED)
    grandchildren = _children(dice, [heir, wife], grown=0.1)
    for one in grandchildren:
        one.relation = "孙子" if one.male else "孙女"
    return [*elders, heir, wife, *grandchildren]


def _elders(dice: Dice, family: Family) -> Family:
    """Father and mother of the head, or of the spouse, as far as they live."""
    head, spouse = family[0], family[1]
    own = dice.comes(0.8)
    child = head if own else spouse
    in_laws = ("岳父", "岳母") if head.male else ("公公", "婆婆")
    words = ("父亲", "母亲") if own else in_laws
    mother_age = child.age + dice.near(21, 31)
    father_age = mother_age + dice.near(-1, 5)
    living = []
    if dice.comes(max(0.15, 1.25 - father_age / 100)):
        living.append(Sketch(words[0], True, father_age, child.surname, MARRIED))
    if not living or dice.comes(max(0.3, 1.35 - mother_age / 100)):
        living.append(Sketch(words[1], False, mother_age, surname(dice), MARRIED))
    if len(living) == 1:
        living[0].marital = WIDOWED
    return [one for one in living if one.age < 103]


def couple(dice: Dice) -> Family:
    """No children, or none at home any more."""
    low, high = (23, 36) if dice.comes(0.35) else (45, 60)
    return _couple(dice, _aged(dice, low, high))


def empty_nest(dice: Dice) -> Family:
    return _couple(dice, _aged(dice, 60, 86), male_head=0.85)


def elderly_alone(dice: Dice) -> Family:
    male = dice.comes(0.36)
    marital = dice.of(Weighted({WIDOWED: 0.78, DIVORCED: 0.14, SINGLE: 0.08}))
    return [Sketch(HEAD, male, _aged(dice, 61, 95), surname(dice), marital)]


def alone(dice: Dice) -> Family:
    age = _aged(dice, 22, 52)
    single = dice.comes(0.85 if age < 32 else 0.45)
    return [Sketch(HEAD, dice.comes(0.54), age, surname(dice), SINGLE if single else DIVORCED)]


def young_alone(dice: Dice) -> Family:
    return [Sketch(HEAD, dice.comes(0.55), _aged(dice, 20, 38), surname(dice), SINGLE)]


def young_couple(dice: Dice) -> Family:
    return _couple(dice, _aged(dice, 22, 40), male_head=0.8)


def young_family(dice: Dice) -> Family:
    parents = _couple(dice, _aged(dice, 26, 42), male_head=0.8)
    return parents + _children(dice, parents, grown=0.1)


def sharers(dice: Dice) -> Family:
    """Two to four who share a flat, friends or strangers."""
    male = dice.comes(0.55)
    family = [Sketch(HEAD, male, _aged(dice, 20, 32), surname(dice), SINGLE)]
    others = dice.of(Weighted({1: 0.5, 2: 0.35, 3: 0.15}))
    family += [
        Sketch("非亲属", male, _aged(dice, 20, 32), surname(dice), SINGLE) for _ in range(others)
    ]
    return family


def with_sibling(dice: Dice) -> Family:
    """A young head whose brother or sister came after."""
    family = young_alone(dice)
    head, male = family[0], dice.comes(0.5)
    if head.age >= 22:
        age = max(18.5, head.age - dice.near(1, 6) - dice.roll())
        family.append(Sketch("弟" if male else "妹妹", male, age, head.surname, SINGLE))
    return family


def students(dice: Dice) -> Family:
    """A dormitory room: one is entered as head because the sheet wants one."""
    male = dice.comes(0.52)
    count = dice.of(Weighted({4: 0.2, 5: 0.25, 6: 0.55}))
    return [
        Sketch("非亲属" if number else HEAD, male, _aged(dice, 18, 22), surname(dice), SINGLE)
        for number in range(count)
    ]


Kind = Callable[[Dice], Family]
OWNERS: Final[dict[str, Weighted[Kind]]] = {
    "estate": Weighted(
        {nuclear: 32, grown_up: 10, three_generations: 10, couple: 18, empty_nest: 9, alone: 13,
         single_parent: 5, elderly_alone: 3}
    ),
    "walk_up": Weighted(
        {nuclear: 27, grown_up: 11, three_generations: 10, couple: 16, empty_nest: 13, alone: 12,
         single_parent: 5, elderly_alone: 6}
    ),
    "old": Weighted(
        {nuclear: 20, grown_up: 9, three_generations: 8, couple: 14, empty_nest: 22, alone: 10,
         single_parent: 4, elderly_alone: 13}
    ),
    "resettled": Weighted(
        {nuclear: 24, grown_up: 14, three_generations: 24, couple: 13, empty_nest: 13, alone: 6,
         single_parent: 2, elderly_alone: 4}
    ),
    "hamlet": Weighted(
        {nuclear: 20, grown_up: 14, three_generations: 34, couple: 11, empty_nest: 13, alone: 2,
         single_parent: 2, elderly_alone: 4}
    ),
}  # fmt: skip
TENANTS: Final[Weighted[Kind]] = Weighted(
    {young_alone: 38, young_couple: 26, young_family: 20, sharers: 10, with_sibling: 6}
)
RENTED: Final = {"estate": 0.17, "walk_up": 0.24, "old": 0.30, "resettled": 0.42}
"""Share of occupied dwellings in which tenants live."""
