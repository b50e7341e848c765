"""Invented people's names: surnames by frequency on the Central Plain, given names by decade."""

from __future__ import annotations

from typing import Final

from gezhi.wiring.towns.chance import Dice, Weighted

SURNAMES: Final = Weighted(
    {
        **dict(zip("王李张刘陈杨赵", (8.1, 7.8, 7.6, 6.0, 3.4, 3.2, 3.1), strict=True)),
        **dict.fromkeys("黄周吴徐孙马朱郭何林高", 1.45),
        **dict.fromkeys("胡宋郑梁谢韩唐冯于董萧程曹袁", 0.85),
        **dict.fromkeys("邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎", 0.52),
        **dict.fromkeys("余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆", 0.36),
        **dict.fromkeys("郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤", 0.24),
        **dict.fromkeys("尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦", 0.12),
        **dict.fromkeys(("欧阳", "上官", "司马", "皇甫", "诸葛"), 0.02),
    }
)

# For each time of birth: first year, share of one-character names, one-character names, and the
# first and second characters of the others.
_MALE: Final = (
    (0, 0.18, "福贵顺祥财喜义海山林", "玉德长金有学文天连春景清", "福贵顺祥财喜义海山林根法全保"),
    (1950, 0.22, "军民平胜明成海忠", "建卫新志永保红国爱庆书安", "国军民平胜明成海忠东林生义"),
    (
        1970,
        0.45,
        "伟强磊勇涛鹏辉刚杰峰波斌飞亮",
        "志晓永建海俊红文少小",
        "伟强磊勇涛鹏辉刚杰峰波斌飞亮",
    ),
    (1990, 0.33, "浩鑫帅宇旭阳晨博凯超龙", "文世家俊志一嘉子梦金", "浩鑫帅宇旭阳晨博凯超龙豪杰"),
    (2005, 0.12, "轩睿辰泽宸屹", "子浩宇梓俊一明嘉泽奕天铭", "轩然宇豪涵辰睿航博霖阳泽恒"),
)
_FEMALE: Final = (
    (0, 0.20, "英兰珍荣花凤莲梅", "秀桂玉素淑爱翠凤月金", "英兰珍荣花芝莲梅香云娥枝"),
    (1950, 0.26, "英霞梅玲琴敏萍芳", "秀玉桂爱红丽素淑春月", "英兰霞梅玲琴敏萍芳华荣珍"),
    (
        1970,
        0.42,
        "丽娟艳静敏燕霞玲芳娜婷慧莉",
        "晓红海春小丽雪文彦亚",
        "丽娟艳静敏燕霞玲芳娜婷慧莉",
    ),
    (1990, 0.30, "婷雪倩莹琳颖瑶洁晶蕊", "梦佳雨晓文雪思静一欣", "婷雪倩莹琳颖瑶洁晶蕊茹迪"),
    (2005, 0.10, "玥萱妍彤", "子梓雨欣诗一可佳思若语沐", "涵萱怡妍彤琪桐馨诺瑶悦汐"),
)
_KNOWN: Final = frozenset(
    {
        "李强", "李鹏", "王毅", "李宁", "李娜", "王菲", "王霜", "王楠", "王浩", "马琳",
        "马龙", "张宁", "刘翔", "郭晶晶", "林丹", "陈龙", "陈静", "孙杨", "黄晓明", "李小龙",
        "杨洁", "刘洋", "王伟", "王杰", "张杰", "张艳", "周迅", "赵薇", "李小鹏", "李玉刚",
        "张海迪",
    }
)  # fmt: skip
"""Names everybody would connect with one person: a demonstration speaks of nobody."""

_ABROAD: Final = ("Anna", "Daniel", "Elena", "Jonas", "Maria", "Omar", "Priya", "Thomas")
_ABROAD_LAST: Final = ("Berg", "Costa", "Haddad", "Keller", "Lindt", "Novak", "Rao", "Silva")


def surname(dice: Dice) -> str:
    return dice.of(SURNAMES)


def full_name(dice: Dice, family_name: str, *, male: bool, born: int) -> str:
    """A name as given in that year to a boy or girl of this family."""
    eras = _MALE if male else _FEMALE
    _, share, singles, firsts, seconds = next(era for era in reversed(eras) if born >= era[0])
    while True:
        if dice.roll() < share:
            name = family_name + dice.pick(singles)
        else:
            first, second = dice.pick(firsts), dice.pick(seconds)
            if first == second and born < 1990:
                continue
            name = family_name + first + second
        if name not in _KNOWN:
            return name


def foreign_name(dice: Dice) -> str:
    return f"{dice.pick(_ABROAD)} {dice.pick(_ABROAD_LAST)}"
