"""The articles that a reading, a request and a refusal stand on, in words for the person concerned.

All articles are of the Personal Information Protection Law (个人信息保护法) unless another text is
named. The keys are the codes that purposes and requests carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gezhi.base.sentences import _


@dataclass(frozen=True, slots=True)
class Ground:
    """An article, and what it means for the reader; both marked for translation."""

    article: str
    sentence: str


@dataclass(frozen=True, slots=True)
class RefusalGround(Ground):
    """Why a request may be declined, and which kinds of request it can decline."""

    kinds: frozenset[str]


READING: Final[Mapping[str, Ground]] = {
    "consent": Ground(
        _("《个人信息保护法》第十三条第一款第一项"),
        _("您同意过。您可以随时撤回同意，撤回不影响此前的使用。"),
    ),
    "contract": Ground(
        _("《个人信息保护法》第十三条第一款第二项"),
        _("为了订立或者履行与您的合同，或者依规章管理人事所必需。"),
    ),
    "duty": Ground(
        _("《个人信息保护法》第十三条第一款第三项"),
        _("本单位履行法律规定的职责或者义务所必需，不需要您另行同意。"),
    ),
    "emergency": Ground(
        _("《个人信息保护法》第十三条第一款第四项"),
        _("应对突发公共卫生事件，或者紧急情况下保护生命健康和财产安全所必需。"),
    ),
    "news": Ground(
        _("《个人信息保护法》第十三条第一款第五项"),
        _("为公共利益进行新闻报道、舆论监督，在合理范围内使用。"),
    ),
    "public": Ground(
        _("《个人信息保护法》第十三条第一款第六项"),
        _("您自己公开或者已经合法公开的信息，在合理范围内使用。"),
    ),
    "law": Ground(
        _("《个人信息保护法》第十三条第一款第七项"),
        _("法律、行政法规规定的其他情形，具体条款见该用途的说明。"),
    ),
}
"""Why somebody may read: the seven legal bases."""

REQUESTS: Final[Mapping[str, Ground]] = {
    "view": Ground(
        _("《个人信息保护法》第四十五条第一款"), _("您有权查阅本单位保存的您的个人信息。")
    ),
    "copy": Ground(
        _("《个人信息保护法》第四十五条第一款"), _("您有权取得一份您的个人信息的复制件。")
    ),
    "correct": Ground(
        _("《个人信息保护法》第四十六条"),
        _("信息不准确或者不完整的，您有权要求更正、补充；核实属实后会及时改正。"),
    ),
    "delete": Ground(
        _("《个人信息保护法》第四十七条"),
        _("目的已实现、期限已满、您撤回同意或者使用违法的，您有权要求删除。"),
    ),
    "restrict": Ground(
        _("《个人信息保护法》第四十四条"),
        _("您有权限制或者拒绝他人使用您的个人信息，法律另有规定的除外。"),
    ),
    "explain": Ground(
        _("《个人信息保护法》第四十八条、第二十四条第三款"),
        _("您有权要求说明信息使用的规则；有重大影响的自动决定，您有权要求由人来决定。"),
    ),
    "withdraw": Ground(
        _("《个人信息保护法》第十五条"),
        _("基于您同意的使用，您有权撤回同意；不会因此拒绝为您办事，除非办事离不开该信息。"),
    ),
    "ask": Ground(
        _("《个人信息保护法》第四十四条、第五十条第一款"),
        _("您有权知道谁为什么查看了您的信息，对任何一次查看都可以要求答复。"),
    ),
}
"""What a person may ask about their own data. Relatives of the dead: article 49."""

REFUSALS: Final[Mapping[str, RefusalGround]] = {
    "identity": RefusalGround(
        _("GB/T 35273-2020 第8.7条"),
        _("还不能确认申请人是本人或者有权代办的人；带身份证件到窗口核验后可以重新提出。"),
        frozenset({"view", "copy", "correct", "delete", "restrict", "withdraw", "ask"}),
    ),
    "secret": RefusalGround(
        _("《个人信息保护法》第四十五条第一款、第十八条第一款"),
        _("法律、行政法规规定这项信息应当保密或者不需要告知。"),
        frozenset({"view", "copy", "ask"}),
    ),
    "hinders_duty": RefusalGround(
        _("《个人信息保护法》第四十五条第一款、第三十五条"),
        _("现在告知会妨碍国家机关履行法定职责；妨碍消除后可以重新提出。"),
        frozenset({"view", "copy", "ask"}),
    ),
    "others_harmed": RefusalGround(
        _("GB/T 35273-2020 第8.7条"),
        _("照办会使您或者他人的合法权益受到严重损害。"),
        frozenset({"view", "copy", "correct", "delete", "ask"}),
    ),
    "accurate": RefusalGround(
        _("《个人信息保护法》第四十六条第二款"),
        _("经核实，现有信息与依据的材料一致；有新材料可以重新提出。"),
        frozenset({"correct"}),
    ),
    "must_be_kept": RefusalGround(
        _("《个人信息保护法》第四十七条第二款"),
        _("法律规定的保存期限未满，暂不能删除；除保存和保护外，已停止使用。"),
        frozenset({"delete"}),
    ),
    "still_needed": RefusalGround(
        _("《个人信息保护法》第四十七条第一款"),
        _("信息仍为所告知的目的所必需，保存期限也未满。"),
        frozenset({"delete"}),
    ),
    "duty": RefusalGround(
        _("《个人信息保护法》第四十四条、第十三条第二款"),
        _("这项使用是履行法定职责所必需，不以您的同意为依据。"),
        frozenset({"restrict", "withdraw"}),
    ),
}
"""Why a request may be declined; the answer names the ground (article 50)."""


def refusals_for(kind: str) -> Mapping[str, RefusalGround]:
    """The grounds on which a kind of request can be declined at all, by code.

    A request for an explanation has none: rules are explained to anybody.
    """
    return {code: ground for code, ground in REFUSALS.items() if kind in ground.kinds}
