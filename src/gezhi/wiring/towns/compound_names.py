"""Invented names of compounds, and the other names people use for them."""

from __future__ import annotations

from typing import Final

from gezhi.wiring.towns.buildings import Compound
from gezhi.wiring.towns.chance import Dice
from gezhi.wiring.towns.habitats import DORMITORY, ESTATE, HAMLET, OLD, RESETTLED, Habitat

_FIRST: Final = "紫丹青云锦翠碧兰枫桂荷竹松梅晴朗明清和景瑞祥安康怡雅静春秋晨"
_SECOND: Final = "兰桥湖溪泉林园庭轩苑台岸洲湾岭原禾麦棠樱槐桐榆柳杏菊萱荟"
_SUFFIXES: Final = {
    ESTATE.code: ("花园", "名邸", "华庭", "公馆", "雅居", "家园"),
    "walk_up": ("小区", "花园", "家园", "新村", "佳苑"),
    OLD.code: ("家属院", "小区", "宿舍"),
}
_MARKETED: Final = ("国际", "壹号院", "悦府", "上城", "印象")


class CompoundNames:
    """Names for the compounds of one town; none is used twice."""

    def __init__(self, taken: set[str]) -> None:
        """`taken` are names and stems that a town gives out itself."""
        self._taken = set(taken)

    def compound(self, community: str, habitat: Habitat, number: int, dice: Dice) -> Compound:
        """A new compound of a community, without buildings yet."""
        village = community.removesuffix("社区").removesuffix("村")
        if habitat is HAMLET:
            return Compound(community, number, habitat, ((f"{village}老村", "other"),))
        if habitat is RESETTLED:
            part = "一二三四五六七八九十"[number - 1]
            alias = f"{village}安置区{part}号院"
            return Compound(f"{village}新苑{part}区", number, habitat, ((alias, "resettled"),))
        if habitat is DORMITORY:
            return Compound(self._unused(dice, ("学生公寓",)), number, habitat)
        name = self._unused(dice, _SUFFIXES[habitat.code])
        aliases: list[tuple[str, str]] = []
        if dice.comes(0.35):
            aliases.append((f"{name[:2]}{dice.pick(_MARKETED)}", "marketed"))
        if dice.comes(0.15):
            plot = f"{community[:2]}{dice.pick('ABCDEF')}{dice.between(1, 28):02d}地块"
            aliases.append((plot, "plot"))
        return Compound(name, number, habitat, tuple(aliases))

    def _unused(self, dice: Dice, suffixes: tuple[str, ...]) -> str:
        while True:
            first, second = dice.pick(_FIRST), dice.pick(_SECOND)
            stem = first + second
            if first != second and stem not in self._taken:
                self._taken.add(stem)
                return stem + dice.pick(suffixes)
