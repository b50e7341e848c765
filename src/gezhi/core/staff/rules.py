"""Locking and rate limits, and who may hold, grant and stand in for which post.

No database, no clock: attempts, roles and posts come in as plain values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from gezhi.base.sentences import Reason, _

# --- sign-in ---------------------------------------------------------------------------

FAILURES: Final = 5
LOCKED_FOR: Final = timedelta(minutes=30)
REMEMBERED_FOR: Final = timedelta(hours=24)
"""Failures longer ago no longer count towards a lock."""
SECOND_FACTOR_FOR: Final = timedelta(minutes=15)
LINK_GOOD_FOR: Final = timedelta(hours=24)

GOOD, BAD, LOCKED, LIMITED, CLOSED = "good", "bad", "locked", "limited", "closed"
SHOWN, WRONG_CODE, LIFTED = "shown", "wrong_code", "lifted"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, as the rules see it."""

    at: datetime
    outcome: str


@dataclass(frozen=True, slots=True)
class Lock:
    """What locks and what clears the count: the password and the second factor apart."""

    wrong: frozenset[str]
    clears: frozenset[str]


PASSWORD: Final = Lock(frozenset({BAD, CLOSED}), frozenset({GOOD, LIFTED}))
SECOND_FACTOR: Final = Lock(frozenset({WRONG_CODE}), frozenset({SHOWN, LIFTED}))


def locked_until(attempts: Iterable[Attempt], at: datetime, lock: Lock) -> datetime | None:
    """Until when a name is locked at a moment; None when it is not.

    Five failures in a row lock for 30 minutes from the fifth (GB/T 22239-2019 8.1.4.1 b). Tries
    during a lock count for nothing, so that nobody can keep a colleague out by trying on. The
    same rule is asked of names that do not exist: the answer tells nothing about them.
    """
    failures, until = 0, None
    for one in sorted(attempts, key=lambda attempt: attempt.at):
        if one.at <= at - REMEMBERED_FOR or one.at > at:
            continue
        if one.outcome == LIFTED:
            failures, until = 0, None
        elif until is not None and one.at < until:
            continue
        elif one.outcome in lock.clears:
            failures = 0
        elif one.outcome in lock.wrong:
            failures += 1
            if failures == FAILURES:
                failures, until = 0, one.at + LOCKED_FOR
    return until if until is not None and until > at else None


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many tries within a time."""

    tries: int
    within: timedelta


PER_ADDRESS: Final = Limit(30, timedelta(minutes=10))
"""Failed tries: a whole office may share one address."""
PER_USERNAME: Final = Limit(20, timedelta(minutes=10))
"""Tries of every outcome."""


def retry_after(moments: Sequence[datetime], at: datetime, limit: Limit) -> int:
    """Seconds until another try is let in; 0 when it is let in now."""
    inside = sorted(moment for moment in moments if at - limit.within < moment <= at)
    if len(inside) < limit.tries:
        return 0
    opens = inside[len(inside) - limit.tries] + limit.within
    return max(1, -int(-(opens - at).total_seconds() // 1))


def is_idle(seen_at: datetime, at: datetime, *, minutes: int) -> bool:
    """Whether a session has been left alone too long (30 minutes unless set otherwise)."""
    return at - seen_at > timedelta(minutes=minutes)


def is_second_factor_fresh(shown_at: datetime | None, at: datetime) -> bool:
    """Whether the second factor was shown within the last 15 minutes."""
    return shown_at is not None and timedelta(0) <= at - shown_at <= SECOND_FACTOR_FOR


# --- the three administrators (三员分立) ---------------------------------------------------

SYSTEM, SECURITY, AUDIT = "system", "security", "audit"

COMMON_RIGHTS: Final = frozenset(
    {
        "staff.own_account",
        "notices.own",
        "staff.see_accounts",
        "staff.see_posts",
        "staff.see_roles",
        "staff.see_vacancies",
        "places.see",
        "office.see_days",
    }
)
"""What an administrator may hold besides their own."""
ADMINISTRATOR_RIGHTS: Final = {
    SYSTEM: frozenset(
        {"staff.manage_accounts", "staff.grant_posts", "staff.set_roles", "webhooks.manage"}
    ),
    SECURITY: frozenset(
        {
            "staff.agree_roles",
            "staff.agree_posts",
            "staff.recover",
            "staff.see_attempts",
            "privacy.set_purposes",
            "privacy.handle_alarms",
        }
    ),
    AUDIT: frozenset({"journal.read", "journal.verify", "privacy.see_log"}),
}
"""Rights that only this one of the three may hold: proposing accounts, posts, roles and programs;
agreeing to them; reading what everybody did (GB/T 22239-2019 8.1.5.1-8.1.5.3)."""


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role as the rules see it."""

    code: str
    title: str
    levels: tuple[int, ...]
    """Levels of the places it may be held at: 1 subdistrict, 2 community, 3 grid, 4 micro-grid."""
    rights: frozenset[str]
    administrator: str = ""


def role_rights_reason(administrator: str, rights: Collection[str]) -> Reason | None:
    """Why a role may not hold these rights together; None when it may."""
    wanted = set(rights)
    if administrator:
        foreign = wanted - COMMON_RIGHTS - ADMINISTRATOR_RIGHTS[administrator]
        if foreign:
            return Reason(
                "staff.administrator_rights",
                _("系统、安全、审计管理员只能持有各自的管理权限，请去掉：%(rights)s"),
                {"rights": "、".join(sorted(foreign))},
            )
        return None
    reserved = wanted & frozenset().union(*ADMINISTRATOR_RIGHTS.values())
    if reserved:
        return Reason(
            "staff.reserved_rights",
            _("这些权限只能由系统、安全或审计管理员持有，请去掉：%(rights)s"),
            {"rights": "、".join(sorted(reserved))},
        )
    return None


def together_reason(role: RoleFacts, held: Iterable[RoleFacts]) -> Reason | None:
    """Why one person may not hold this role beside those; None when they may.

    Nobody holds two of the three, and none of the three does any other work: whoever decides
    who may see what does not see it.
    """
    for other in held:
        if other.code == role.code or not (role.administrator or other.administrator):
            continue
        return Reason(
            "staff.three_administrators",
            _("“%(a)s”与“%(b)s”不能由同一人兼任（三员分立），请另行指定人员"),
            {"a": role.title, "b": other.title},
        )
    return None


# --- posts -----------------------------------------------------------------------------


def grant_reason(
    role: RoleFacts, *, place_level: int, to_oneself: bool, held: Iterable[RoleFacts]
) -> Reason | None:
    """Why this post may not be granted; None when it may.

    `held` are the other roles the receiver holds on any day of the new post, through any account.
    """
    if to_oneself:
        return Reason("staff.grant_to_oneself", _("不能给自己任命岗位，请由另一位管理员办理"))
    if place_level not in role.levels:
        return Reason(
            "staff.wrong_level",
            _("“%(role)s”不能设在这一层级的网格，请重新选择网格"),
            {"role": role.title},
        )
    return together_reason(role, held)


def needs_second_person(role: RoleFacts, sensitive: Collection[str]) -> bool:
    """Whether a post only counts once a second person has agreed.

    Two persons for granting what reaches sensitive data in bulk, and for any of the three
    administrators. `sensitive`: codes of the rights that demand a second factor.
    """
    return bool(role.administrator) or not role.rights.isdisjoint(sensitive)


def second_person_reason(
    *, proposer: UUID | None, decider: UUID | None, receiver: UUID | None = None
) -> Reason | None:
    """Why this person may not decide on what was proposed; None when they may.

    Neither who proposed it nor who is to have it (GB/T 22239-2019 8.1.4.2, two people for what
    grants access to sensitive data).
    """
    if decider is None:
        return None
    if decider == proposer:
        return Reason("staff.own_proposal", _("须由提出人以外的另一人复核"))
    if decider == receiver:
        return Reason("staff.agree_to_oneself", _("与您本人有关，须由其他安全管理员复核"))
    return None


@dataclass(frozen=True, slots=True)
class Term:
    """Days a post is held: from the first, up to and without the last."""

    first: date
    end: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.first <= day and (self.end is None or day < self.end)

    def overlaps(self, other: Term) -> bool:
        return (self.end is None or other.first < self.end) and (
            other.end is None or self.first < other.end
        )

    def lies_in(self, other: Term) -> bool:
        return self.first >= other.first and (
            other.end is None or (self.end is not None and self.end <= other.end)
        )


def term_reason(term: Term) -> Reason | None:
    """Why these are no days to hold a post on; None when they are."""
    if term.end is not None and term.end <= term.first:
        return Reason("staff.term_order", _("离任日期应晚于任职日期，请更正"))
    return None


def acting_reason(
    term: Term, *, acted_for: Term, holder: UUID, deputy: UUID, is_acting: bool
) -> Reason | None:
    """Why somebody may not stand in for the holder of a post; None when they may.

    An acting post names both people, ends by itself, and lies within the post it stands in for;
    nobody stands in for somebody who stands in.
    """
    if holder == deputy:
        return Reason("staff.acting_for_oneself", _("代行人不能是岗位持有人本人，请另选人员"))
    if is_acting:
        return Reason("staff.acting_for_acting", _("代行岗位不能再由他人代行，请从原岗位办理"))
    if term.end is None:
        return Reason("staff.acting_needs_end", _("代行岗位必须填写截止日期"))
    if wrong := term_reason(term):
        return wrong
    if not term.lies_in(acted_for):
        return Reason("staff.acting_outside", _("代行期限应在原岗位任期之内，请调整日期"))
    return None


def leaving_reason(
    *, waiting: int, unmovable: int, has_successor: bool, has_other_posts: bool
) -> Reason | None:
    """Why a post cannot be left yet; None when it can.

    Whoever leaves their last post first hands over what waits for them.
    """
    if has_other_posts or not waiting:
        return None
    if unmovable:
        return Reason(
            "staff.handover_unfinished",
            _("还有 %(n)d 项工作须先逐项办结或移交，请按交接清单处理后再离任"),
            {"n": unmovable},
        )
    if not has_successor:
        return Reason(
            "staff.handover_needs_successor",
            _("还有 %(n)d 项未办结工作，请选择接手人"),
            {"n": waiting},
        )
    return None
