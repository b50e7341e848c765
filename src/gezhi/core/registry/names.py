"""What a name is found by: the given name, its pinyin and its initials."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

# Names are read one character at a time: the dictionary of phrases would only fill 47 MB.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")

from pypinyin import lazy_pinyin

from gezhi.base.masking import COMPOUND_SURNAMES
from gezhi.base.text import tidy

LONGEST_PINYIN: Final = 120
LONGEST_INITIALS: Final = 20

SURNAMES: Final = dict(
    re.findall(
        r"(\S+)=(\S+)",
        "单=shan 曾=zeng 仇=qiu 解=xie 查=zha 任=ren 华=hua 朴=piao 区=ou 盖=ge 乐=yue 缪=miao "
        "翟=zhai 召=shao 尉=wei 燕=yan 万=wan 折=she 种=chong 秘=bi 冼=xian 洗=xian 繁=po 员=yun "
        "贠=yun 晟=cheng 纪=ji 宁=ning 牟=mu 隗=wei 谌=chen 郇=xun 覃=qin 车=che 黑=he 祭=zhai "
        "褚=chu 能=nai 撒=sa 葛=ge 粘=nian 那=na 角=jue 宓=mi 薄=bo 盛=sheng 贲=ben 句=gou 过=guo "
        "曲=qu 相=xiang 佴=nai 干=gan 宿=su 逄=pang 瞿=qu 卜=bu 石=shi 都=du 阚=kan 藏=zang "
        "长孙=zhangsun 尉迟=yuchi 万俟=moqi 单于=chanyu 澹台=tantai 夏侯=xiahou 令狐=linghu "
        "乐正=yuezheng 呼延=huyan 宰父=zaifu 拓跋=tuoba 子车=ziju 谷梁=guliang 皇甫=huangfu "
        "欧阳=ouyang 纥=he 沈=shen 俞=yu 尹=yin 仉=zhang 费=fei 臧=zang 柏=bai 冯=feng 应=ying "
        "行=xing 适=kuo 郗=xi 哈=ha 洛=luo 蕃=bo 不=fu 鲜=xian 殷=yin 仝=tong 剌=la",
    )
)
"""How characters with several readings sound as a surname; a compound surname as a whole."""

KEYED: Final[Mapping[str, Mapping[str, str]]] = {
    "name": {"given": "given", "pinyin": "pinyin", "initials": "initials"},
    "licence_name": {"licence_pinyin": "pinyin", "licence_initials": "initials"},
}
"""Columns with search keys beside them: which column takes which key."""

_PARTS: Final = re.compile(r"[\s·•‧・.]+")
_LATIN: Final = re.compile(r"[^a-z0-9]")


class NameKeys(NamedTuple):
    given: str
    """The name without its surname: finds 伟明 in 王伟明."""
    pinyin: str
    """`wangweiming`, without spaces or tones."""
    initials: str
    """`wwm`."""


@lru_cache(maxsize=50_000)
def _reading(character: str) -> str:
    """One character as it sounds in a given name; letters and digits stay, the rest is dropped."""
    return _LATIN.sub("", "".join(lazy_pinyin(character, v_to_u=False)).lower())


def surname_length(name: str) -> int:
    """How many characters at the front are the surname: two for 欧阳 and its like, else one."""
    return 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1


def name_keys(name: str) -> NameKeys:
    """The search keys of one name; 单雄信 -> 雄信, shanxiongxin, sxx.

    Read character by character, so that one name has one key however it came in. Names in parts
    (阿卜杜拉·买买提) are found by their later parts as well.
    """
    first, *rest = _PARTS.split(tidy(name)) or [""]
    if rest or not first or first[0].isascii():
        whole = "".join((first, *rest))
        sounds = [_reading(c) for c in whole]
        initials = "".join(s[:1] for s in (sounds if not whole.isascii() else [first, *rest]))
        pinyin = "".join(sounds)
        return NameKeys("".join(rest), pinyin[:LONGEST_PINYIN], initials.lower()[:LONGEST_INITIALS])
    length = surname_length(first)
    surname, given = first[:length], first[length:]
    known = SURNAMES.get(surname)
    sounds = [_reading(c) for c in given]
    initials = "".join(s[:1] for s in sounds)
    if length == 1:
        head = known or _reading(surname)
        return NameKeys(
            given,
            (head + "".join(sounds))[:LONGEST_PINYIN],
            (head[:1] + initials)[:LONGEST_INITIALS],
        )
    parts = [_reading(c) for c in surname]
    head = known or "".join(parts)
    return NameKeys(
        given,
        (head + "".join(sounds))[:LONGEST_PINYIN],
        (head[:1] + parts[1][:1] + initials)[:LONGEST_INITIALS],
    )


def name_keys_many(names: Iterable[str]) -> list[NameKeys]:
    """The same for a column; equal names are worked out once."""
    known: dict[str, NameKeys] = {}
    keys = []
    for name in names:
        found = known.get(name)
        if found is None:
            found = known[name] = name_keys(name)
        keys.append(found)
    return keys
