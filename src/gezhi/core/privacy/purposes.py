"""Purposes: what a new office starts with, and which ones somebody may give on a day.

They are data: the security administrator adjusts them. Each says on which article it rests and
what it opens; the explanation is what the person concerned reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from django.db.models import Q, QuerySet

from gezhi.base.actors import Actor, ActorKind
from gezhi.base.sentences import _
from gezhi.core.privacy.models import Purpose

EVERYTHING: Final = "*"
REACH: Final = ("name", "birth", "phone")
"""What it takes to meet or ring the right person."""
IDENTITY: Final = (*REACH, "id_no", "address")

SEARCH: Final = "search"
VIEW: Final = "view"
EXPORT: Final = "export"
OWN: Final = "own"
AUDIT: Final = "audit"
BREAK_GLASS: Final = "break_glass"
JOB: Final = "job"
RIGHTS_REQUEST: Final = "rights_request"

LIVES_ON: Final = frozenset({RIGHTS_REQUEST, BREAK_GLASS, OWN})
"""Purposes that still reach somebody whose data may only be stored (`blocked`)."""


class FirstPurpose(NamedTuple):
    """A purpose as a new office gets it."""

    code: str
    title: str
    explanation: str
    basis: str
    law: str
    fields: tuple[str, ...]
    needs_note: bool = False
    daily_cap: int = 100
    roles: tuple[str, ...] = ()
    right: str = "privacy.reveal"
    offered: bool = True


GRASSROOTS: Final = _("《城市居民委员会组织法》第三条、《村民委员会组织法》第二条")

FIRST_PURPOSES: Final = (
    FirstPurpose(
        "visit",
        _("入户走访"),
        _("网格员上门走访或预约走访时，需要知道您的姓名和电话。"),
        "duty",
        GRASSROOTS,
        REACH,
    ),
    FirstPurpose(
        "upkeep",
        _("底数核实"),
        _("核对登记是否准确，例如同名的人、写错的号码、已经搬走的人。"),
        "duty",
        GRASSROOTS,
        (*IDENTITY, "work", "owner", "plate", "search"),
        daily_cap=200,
    ),
    FirstPurpose(
        "counter",
        _("窗口办事"),
        _("您到窗口或来电办事时，核对是不是您本人。"),
        "duty",
        _("《个人信息保护法》第三十四条"),
        IDENTITY,
        daily_cap=200,
    ),
    FirstPurpose(
        "case",
        _("事件处置"),
        _("处理您反映的、或者涉及您的事件，例如漏水、纠纷、安全隐患。"),
        "duty",
        _("《个人信息保护法》第三十四条"),
        (*REACH, "owner", "contact", "contact_phone", "plate"),
        needs_note=True,
    ),
    FirstPurpose(
        "move_car",
        _("挪车联系"),
        _("您的车占了道路、堵了消防通道，或者有被水淹的危险，需要联系您挪车。"),
        "duty",
        _("《消防法》第二十八条、《防汛条例》"),
        ("name", "phone", "plate"),
        daily_cap=50,
    ),
    FirstPurpose(
        "safety",
        _("安全检查"),
        _("检查企业、门店、工地和出租房屋的安全，联系负责人整改。"),
        "duty",
        _("《安全生产法》《消防法》"),
        ("contact", "contact_phone", "owner", "phone", "name"),
    ),
    FirstPurpose(
        "welfare",
        _("救助与优待"),
        _("审核和发放低保、特困、残疾、高龄等救助与优待。"),
        "duty",
        _("《社会救助暂行办法》"),
        (*IDENTITY, "work", "care", "needs"),
        needs_note=True,
    ),
    FirstPurpose(
        "care",
        _("关爱服务"),
        _("对独居、留守、困难的人上门关爱，联系家属。"),
        "duty",
        _("《老年人权益保障法》《未成年人保护法》"),
        (*REACH, "care", "needs", "contact"),
    ),
    FirstPurpose(
        "epidemic",
        _("接种与疫情防控"),
        _("通知接种，依法开展传染病预防和控制。"),
        "emergency",
        _("《传染病防治法》《突发公共卫生事件应急条例》"),
        (*REACH, "id_no"),
        needs_note=True,
    ),
    FirstPurpose(
        "party",
        _("党员管理"),
        _("党员组织关系和活动通知。"),
        "duty",
        _("《中国共产党党员教育管理工作条例》"),
        (*REACH, "political"),
        roles=("party_clerk", "party_group_leader", "grid_branch_secretary"),
    ),
    FirstPurpose(
        RIGHTS_REQUEST,
        _("办理本人申请"),
        _("办理您自己提出的查阅、更正、删除或询问。"),
        "duty",
        _("《个人信息保护法》第五十条"),
        (EVERYTHING,),
    ),
    FirstPurpose(
        SEARCH,
        _("按号码精确查找"),
        _("有人输入完整的证件号、电话或车牌号，查找对应的人；只显示脱敏信息。"),
        "duty",
        GRASSROOTS,
        ("search", "id_no", "phone", "plate"),
        daily_cap=300,
        right="registry.see_people",
        offered=False,
    ),
    FirstPurpose(
        VIEW,
        _("查看脱敏档案"),
        _("有人打开了您的档案页，姓名、号码和地址都已打码。"),
        "duty",
        GRASSROOTS,
        (EVERYTHING,),
        daily_cap=1_000,
        right="registry.see_people",
        offered=False,
    ),
    FirstPurpose(
        EXPORT,
        _("导出清单"),
        _("包含您的清单被导出；导出须写明用途，超过一百行敏感信息须第二人批准。"),
        "duty",
        _("《个人信息保护法》第三十四条、第五十一条"),
        (EVERYTHING,),
        needs_note=True,
        daily_cap=200_000,
        right="registry.export",
        offered=False,
    ),
    FirstPurpose(
        OWN,
        _("本人查看"),
        _("您自己或您委托的人查看、下载。"),
        "duty",
        _("《个人信息保护法》第四十五条"),
        (EVERYTHING,),
        daily_cap=1_000,
        right="privacy.own_file",
        offered=False,
    ),
    FirstPurpose(
        AUDIT,
        _("审计核查"),
        _("审计管理员核查谁看了您的信息，看不到信息本身。"),
        "duty",
        _("《个人信息保护法》第五十四条"),
        ("search",),
        daily_cap=300,
        right="privacy.see_log",
        offered=False,
    ),
    FirstPurpose(
        BREAK_GLASS,
        _("紧急查看"),
        _("为保护生命健康和财产安全，越过平时的范围查看；事后由另一人复核。"),
        "emergency",
        _("《个人信息保护法》第十三条第一款第四项"),
        (EVERYTHING,),
        needs_note=False,
        daily_cap=20,
        right="privacy.break_glass",
        offered=False,
    ),
    FirstPurpose(
        JOB,
        _("系统任务"),
        _("系统按规定自动处理，例如到期删除、密钥更换；没有人看到内容。"),
        "duty",
        _("《个人信息保护法》第四十七条、第五十一条"),
        (EVERYTHING,),
        daily_cap=2_000_000,
        right="privacy.reveal",
        offered=False,
    ),
)


def furnish_purposes(on: date) -> None:
    """Write the purposes a new office starts with; those that are there stay as they are."""
    known = set(Purpose.objects.values_list("code", flat=True))
    Purpose.objects.bulk_create(
        [
            Purpose(
                **{**first._asdict(), "fields": list(first.fields), "roles": list(first.roles)},
                valid_from=on,
            )
            for first in FIRST_PURPOSES
            if first.code not in known
        ]
    )


def in_force(on: date) -> QuerySet[Purpose]:
    """The purposes of a day."""
    return Purpose.objects.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gt=on))


def open_to(actor: Actor, purpose: Purpose) -> bool:
    """Whether this actor may give a purpose: the right, in one of its roles."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    if actor.purposes is not None and purpose.pk not in actor.purposes:
        return False
    return any(
        not purpose.roles or holding.role in purpose.roles
        for holding in actor.holdings_with(purpose.right)
    )


def offered_to(actor: Actor, on: date, kinds: Sequence[str] = ()) -> list[Purpose]:
    """The purposes somebody may choose from for classes of field, those opening them all."""
    return [
        purpose
        for purpose in in_force(on).filter(offered=True)
        if open_to(actor, purpose) and opens(purpose, kinds)
    ]


def opens(purpose: Purpose, kinds: Sequence[str]) -> bool:
    """Whether a purpose opens all of these classes of field."""
    return EVERYTHING in purpose.fields or set(kinds) <= set(purpose.fields)


def choices_for(actor: Actor, at: Any) -> list[tuple[str, str]]:
    """(code, title) for the export page of lists (`pages.hooks.purposes`)."""
    from django.utils import timezone

    return [(one.code, one.named) for one in offered_to(actor, timezone.localdate(at))]
