"""Invented names of companies, shops and public units, with what they do."""

from __future__ import annotations

from typing import Final

from gezhi.wiring.towns.chance import Dice, Weighted

_FIRST: Final = "禾云天智中星汇嘉恒瑞正启明博远创新凌沐海"
_SECOND: Final = "禾风泽岳川帆图源达信谷桥晟朗途芯数衡维拓"
INDUSTRIES: Final = Weighted(
    {
        ("软件和信息技术服务业", "软件"): 20.0, ("科技推广和应用服务业", "科技"): 16.0,
        ("仪器仪表制造业", "传感技术"): 12.0, ("专用设备制造业", "智能装备"): 9.0,
        ("商务服务业", "企业服务"): 8.0, ("批发业", "商贸"): 10.0, ("道路运输业", "物流"): 5.0,
        ("建筑装饰业", "装饰工程"): 6.0, ("物业管理", "物业服务"): 4.0, ("教育", "教育咨询"): 4.0,
        ("互联网和相关服务", "网络"): 6.0,
    }
)  # fmt: skip
TRADES: Final = Weighted(
    {
        ("餐饮", "烩面馆"): 8.0, ("餐饮", "小吃店"): 9.0, ("餐饮", "早餐铺"): 5.0,
        ("餐饮", "火锅店"): 3.0,
        ("便利店", "便利店"): 11.0, ("超市", "生活超市"): 4.0, ("果蔬生鲜", "果蔬店"): 8.0,
        ("美容美发", "理发店"): 7.0, ("药店", "大药房"): 5.0, ("烟酒店", "烟酒店"): 5.0,
        ("五金建材", "五金店"): 4.0, ("服装鞋帽", "服装店"): 5.0, ("其他", "图文店"): 3.0,
        ("快递物流", "快递驿站"): 5.0, ("维修服务", "汽车维修"): 4.0, ("洗衣", "洗衣店"): 2.0,
        ("其他", "宠物店"): 1.5, ("百货", "母婴用品店"): 2.5, ("文化娱乐", "茶社"): 2.0,
    }
)  # fmt: skip
"""业态 as sheets write it, and what the sign says."""
PUBLIC_UNITS: Final = (
    ("kindergarten", 34, "幼儿园", "52", "民办学前教育"),
    ("school", 18, "小学", "12", "初等教育"),
    ("clinic", 40, "诊所", "92", "卫生"),
    ("hotel", 46, "宾馆", "91", "住宿业"),
    ("market", 38, "农贸市场", "91", "商业综合体管理服务"),
    ("office", 22, "服务中心", "12", "公共管理"),
    ("company", 28, "产业园", "91", "园区管理服务"),
    ("other", 15, "文化站", "12", "文化"),
)
"""Kind (`registry.PublicUnitKind`), how many of 241, what it is called, first two characters of
its credit code, industry."""
PROJECTS: Final = (
    "研发中心", "产业园", "标准厂房", "人才公寓", "市政道路", "小学", "安置房", "数据中心",
    "公园绿地", "孵化基地", "邻里中心", "变电站",
)  # fmt: skip


class UnitNames:
    """Stems for the units of one town, in an order of its own; a second lap adds a numeral."""

    def __init__(self, dice: Dice) -> None:
        stems = [a + b for a in _FIRST for b in _SECOND if a != b]
        self._stems = dice.shuffled(stems)
        self._next = 0

    def stem(self) -> str:
        lap, at = divmod(self._next, len(self._stems))
        self._next += 1
        return self._stems[at] + "新兴盛隆"[lap - 1] * bool(lap)
