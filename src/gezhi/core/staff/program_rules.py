"""What a program may hold, who may answer for it, and until when. No database, no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from gezhi.base.sentences import Reason, _
from gezhi.core.staff.rules import RoleFacts

DAYS: Final = 366
"""A program is looked at anew at least once a year."""
CALLS_A_MINUTE: Final = 600


def rights_reason(
    wanted: Collection[str], *, role: RoleFacts, offered: Collection[str]
) -> Reason | None:
    """Why a program may not have these rights; None when it may.

    Some of what a role gives, of what the API asks at all, and nothing that demands a second
    factor, which a program has not. No program administers.
    """
    if role.administrator:
        return Reason("staff.program_administers", _("程序不能使用系统、安全、审计管理员的角色"))
    if not wanted:
        return Reason("staff.program_without_rights", _("请至少选一项权限"))
    beyond = set(wanted) - set(role.rights)
    if beyond:
        return Reason(
            "staff.program_beyond_role",
            _("所选角色没有这些权限，请去掉或换一个角色：%(rights)s"),
            {"rights": "、".join(sorted(beyond))},
        )
    strange = set(wanted) - set(offered)
    if strange:
        return Reason(
            "staff.program_right_not_offered",
            _("这些权限不能给程序：%(rights)s"),
            {"rights": "、".join(sorted(strange))},
        )
    return None


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post that gives its rights today, as the rules see it."""

    path: str
    """Of its place, which is a beginning of the paths of all places within."""
    role: RoleFacts

    def reaches(self, path: str) -> bool:
        return path.startswith(self.path)


def rights_over(path: str, held: Iterable[HeldPost]) -> frozenset[str]:
    """What somebody with these posts may do at the place with this path."""
    return frozenset().union(*(post.role.rights for post in held if post.reaches(path)))


def owner_reason(wanted: Collection[str], *, path: str, held: Sequence[HeldPost]) -> Reason | None:
    """Why somebody with these posts may not answer for a program at a place; None when they may.

    Whoever answers for a program could do there by hand all that it does: a token never carries
    its owner further than their own posts (least privilege, GB/T 22239-2019 8.1.4.2). None of
    the three administrators does other work, so none answers for a program either.
    """
    if any(post.role.administrator for post in held):
        return Reason(
            "staff.program_owner_administers",
            _("系统、安全、审计管理员不能作程序的责任人（三员分立），请选业务岗位的人员"),
        )
    if not any(post.reaches(path) for post in held):
        return Reason(
            "staff.program_owner_elsewhere",
            _("责任人在这个网格没有岗位，请换一位责任人或重新选择网格"),
        )
    if beyond := set(wanted) - rights_over(path, held):
        return Reason(
            "staff.program_beyond_owner",
            _("责任人本人没有这些权限，请去掉或换一位责任人：%(rights)s"),
            {"rights": "、".join(sorted(beyond))},
        )
    return None


def end_reason(ends_on: date, *, today: date) -> Reason | None:
    """Why a program may not run until then; None when it may."""
    if ends_on <= today:
        return Reason("staff.program_end_past", _("截止日期应晚于今天"))
    if (ends_on - today).days > DAYS:
        return Reason(
            "staff.program_end_far",
            _("截止日期最远为 %(days)s 天之内，到期再登记"),
            {"days": DAYS},
        )
    return None
