"""Reading personal fields in full: logged and committed before a value is returned.

A reading is one short transaction of its own. Inside an outer one (a form with a once-only key,
another action) it is refused: the outer one could still roll the log back after the value was
seen. What legitimately happens inside an action and leaves later (an export made into a file)
says `within=True` and hands nothing out before its own commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor, ActorKind, Holding
from gezhi.base.errors import NotAllowed, Refusal, TooMany
from gezhi.base.rights import right_named
from gezhi.base.sentences import _ as kept
from gezhi.core.journal import books
from gezhi.core.privacy import purposes, rights
from gezhi.core.privacy.access import ACCESS
from gezhi.core.privacy.actions.alarms import raise_alarm
from gezhi.core.privacy.actions.habits import COUNTED, count_exported, start_of, watch_habit
from gezhi.core.privacy.committed import committed_first
from gezhi.core.privacy.field_classes import CLASSES
from gezhi.core.privacy.models import (
    AccessEntry,
    AccessKind,
    AccessTally,
    AlarmKind,
    BreakGlass,
    Purpose,
)
from gezhi.core.privacy.opening import plain_field
from gezhi.core.privacy.rules import OVERALL_CAP, over_daily_cap
from gezhi.core.privacy.wanted import scope_of, subject_of, wanted

NOTE_LETTERS: Final = 4
"""A note shorter than this says nothing."""
VIEW_AGAIN: Final = timedelta(minutes=30)
"""Opening the same masked page again within this time is the same look."""


@dataclass(frozen=True, slots=True)
class Target:
    """A row that is read, as the log knows it."""

    row_kind: str
    row_id: UUID | None
    subject_id: UUID | None

    @property
    def key(self) -> UUID | None:
        """What makes two readings ones of the same person."""
        return self.subject_id or self.row_id


def reveal(
    subject: Model, fields: Sequence[str], *, purpose: str, note: str = "", by: Actor, at: datetime
) -> dict[str, str]:
    """The personal fields of one row in full, as text; see `reveal_many`."""
    return reveal_many([subject], fields, purpose=purpose, note=note, by=by, at=at)[0]


def reveal_many(
    rows: Sequence[Model],
    fields: Sequence[str],
    *,
    purpose: str,
    note: str = "",
    by: Actor,
    at: datetime,
) -> list[dict[str, str]]:
    """Personal fields of rows of one table in full, in their order; empty text for no value.

    The actor must hold the purpose's right over each row (or have broken the glass for that
    person), the purpose must open the fields, and the day's cap must not be passed: otherwise
    nothing is returned at all. One entry a row is committed before this returns.
    """
    if not rows or not fields:
        return [{} for _row in rows]
    kinds = sorted({wanted(rows[0], name).kind for name in fields})
    with committed_first():
        chosen, kind = _admitted(rows, kinds, purpose, note, by, at)
        targets = [_target(row) for row in rows]
        refusal = _counted(targets, kind, chosen, by, at)
        if refusal is None:
            _write(targets, kind, fields, chosen, note, by, at)
    if refusal is not None:
        raise refusal
    return [{name: plain_field(row, name) for name in fields} for row in rows]


def record_access(
    kind: AccessKind,
    subjects: Sequence[UUID | None],
    *,
    fields: Sequence[str],
    purpose: str,
    note: str = "",
    row_kind: str = "registry.Person",
    post: str = "",
    within: bool = False,
    by: Actor,
    at: datetime,
) -> None:
    """Log readings other than revealing: a masked page, an exact search, an export, a job.

    `subjects` are keys of people, None for a search that found nobody. Searches count towards
    the caps, exports towards the habit. `post`: in what capacity, where that is no post of staff.
    `within`: part of an action that hands out nothing before it commits.
    """
    targets = [Target(row_kind, subject, subject) for subject in subjects]
    day = timezone.localdate(at)
    found = purposes.in_force(day).filter(pk=purpose)
    if kind == AccessKind.VIEW:
        found = found.annotate(lately=ArraySubquery(_lately_seen(targets, by, at)))
    chosen = found.first()
    if chosen is None:
        raise _unknown(purpose)
    lately = set(getattr(chosen, "lately", ()))
    targets = [target for target in targets if target.subject_id not in lately]
    if not targets:
        return
    refusal: Refusal | None = None
    with transaction.atomic() if within else committed_first():
        if kind == AccessKind.SEARCH:
            refusal = _counted(targets, kind, chosen, by, at)
        elif kind == AccessKind.EXPORT:
            count_exported([target.key for target in targets], _role(by, chosen), by, at)
        if refusal is None:
            _write(targets, kind, fields, chosen, note, by, at, post)
    if refusal is not None:
        raise refusal


# --- who may ------------------------------------------------------------------------------


def _admitted(
    rows: Sequence[Model], kinds: Sequence[str], code: str, note: str, by: Actor, at: datetime
) -> tuple[Purpose, AccessKind]:
    """The purpose that admits this reading, and as what it is logged; refused otherwise."""
    glass = _open_glass(by, at)
    emergency = code == purposes.BREAK_GLASS
    if not emergency:
        rights.REVEAL.demand(by)
    chosen = purposes.in_force(timezone.localdate(at)).filter(pk=code).first()
    if chosen is None or not (chosen.offered or emergency):
        raise _unknown(code)
    if not purposes.open_to(by, chosen):
        raise NotAllowed(
            _("您的岗位不能以“%(purpose)s”为目的查看") % {"purpose": chosen.named},
            "privacy.purpose_not_yours",
            field="purpose",
        )
    if not purposes.opens(chosen, kinds):
        beyond = [_(CLASSES[one].title) for one in kinds if not purposes.opens(chosen, [one])]
        raise Refusal(
            _("“%(purpose)s”不需要查看%(fields)s，请换一个目的或少选字段")
            % {"purpose": chosen.named, "fields": "、".join(beyond)},
            "privacy.field_beyond_purpose",
            field="purpose",
        )
    if chosen.needs_note and len(note.strip()) < NOTE_LETTERS:
        raise Refusal(
            _("以“%(purpose)s”为目的须写明事由（至少 4 个字），例如事件编号或来电人")
            % {"purpose": chosen.named},
            "privacy.note_missing",
            field="note",
        )
    right = right_named(chosen.right)
    for row in rows:
        person = scope_of(row)
        within = subject_of(row) in glass if emergency else right.covers(by, person)
        if not within:
            raise NotAllowed(
                _("所选的人不在您的管理范围内；确有紧急情况可使用“紧急查看”"),
                "privacy.out_of_reach",
            )
        if getattr(person, "blocked", False) and code not in purposes.LIVES_ON:
            raise NotAllowed(_("本人已要求限制处理这份信息，只可存储，不可查看"), "privacy.blocked")
    return chosen, AccessKind.BREAK_GLASS if emergency else AccessKind.REVEAL


def _unknown(code: str) -> Refusal:
    if not code:
        return Refusal(_("请选择查看目的"), "privacy.purpose_missing", field="purpose")
    return Refusal(
        _("这个目的不存在或已停用，请重新选择"), "privacy.unknown_purpose", field="purpose"
    )


def _open_glass(by: Actor, at: datetime) -> frozenset[UUID]:
    """People this account may read in an emergency just now."""
    if by.account_id is None:
        return frozenset()
    opened = BreakGlass.objects.filter(account_id=by.account_id, closes_at__gt=at)
    return frozenset(opened.filter(opened_at__lte=at).values_list("subject_id", flat=True))


# --- how much -----------------------------------------------------------------------------


def _counted(
    targets: Sequence[Target], kind: AccessKind, chosen: Purpose, by: Actor, at: datetime
) -> Refusal | None:
    """Add these people to the day's counts; the refusal instead where a cap would be passed.

    The day's row of the account is locked, so that readings at the same time queue. People read
    before on the same day do not count again.
    """
    if by.account_id is None:
        return None
    day = timezone.localdate(at)
    role = _role(by, chosen)
    AccessTally.objects.bulk_create(
        [
            AccessTally(account_id=by.account_id, role=role, purpose=one, day=day)
            for one in (None, chosen)
        ],
        ignore_conflicts=True,
    )
    overall, mine = (
        AccessTally.objects.select_for_update()
        .filter(Q(purpose=None) | Q(purpose=chosen), account_id=by.account_id, day=day)
        .order_by(F("purpose").asc(nulls_first=True))
    )
    seen, seen_for_this = _seen_today(targets, chosen, by.account_id, day)
    keys = [target.key for target in targets]
    # A search that finds nobody has no key, and counts each time.
    nobody = keys.count(None)
    fresh = len({key for key in keys if key is not None} - seen) + nobody
    fresh_for_this = len({key for key in keys if key is not None} - seen_for_this) + nobody
    over_own = over_daily_cap(mine.people + fresh_for_this, chosen.daily_cap)
    if over_own or over_daily_cap(overall.people + fresh, OVERALL_CAP):
        cap = chosen.daily_cap if over_own else OVERALL_CAP
        return _too_many(len(targets), cap, chosen, by, at)
    mine.people += fresh_for_this
    overall.people += fresh
    AccessTally.objects.bulk_update([overall, mine], ["people"])
    watch_habit(overall, role, by, at)
    return None


def _seen_today(
    targets: Sequence[Target], chosen: Purpose, account_id: UUID, day: date
) -> tuple[set[UUID], set[UUID]]:
    """Which of these the account read today at all, and under this purpose."""
    keys = [target.key for target in targets if target.key is not None]
    start = start_of(day)
    read = (
        AccessEntry.objects.filter(
            Q(subject_id__in=keys) | Q(row_id__in=keys),
            account_id=account_id,
            at__gte=start,
            at__lt=start + timedelta(days=1),
            kind__in=COUNTED,
        )
        .values_list("subject_id", "row_id", "purpose_id")
        .distinct()
    )
    seen: set[UUID] = set()
    seen_for_this: set[UUID] = set()
    for subject_id, row_id, purpose_id in read:
        key = subject_id or row_id
        if key is None:
            continue
        seen.add(key)
        if purpose_id == chosen.pk:
            seen_for_this.add(key)
    return seen, seen_for_this


def _too_many(number: int, cap: int, chosen: Purpose, by: Actor, at: datetime) -> TooMany:
    """Raise the alarm that stays although the reading is refused."""
    words = {"name": by.name, "purpose": chosen.title, "n": number, "cap": cap}
    raise_alarm(
        AlarmKind.CAP,
        key=f"cap/{by.account_id}/{timezone.localdate(at)}",
        account_id=by.account_id,
        actor_name=by.name,
        sentence=kept("%(name)s 以“%(purpose)s”查看 %(n)s 人，超出每日上限 %(cap)s 人次，已被拒绝")
        % words,
        at=at,
    )
    midnight = start_of(timezone.localdate(at) + timedelta(days=1))
    return TooMany(
        _("今天以“%(purpose)s”查看的人次已到上限 %(cap)s，明天可继续；确需更多请由负责人申请导出")
        % words,
        "privacy.daily_cap",
        retry_after=max(1, int((midnight - at).total_seconds())),
    )


# --- the log ------------------------------------------------------------------------------


def _target(row: Model) -> Target:
    key = row.pk if isinstance(row.pk, UUID) else None
    return Target(row._meta.label, key, subject_of(row))


def _holding(by: Actor, chosen: Purpose) -> Holding | None:
    """The post a reading is done as: one that the purpose is for, the widest of them."""
    fitting = [
        held
        for held in by.holdings_with(chosen.right)
        if not chosen.roles or held.role in chosen.roles
    ]
    return min(fitting, key=lambda held: held.level, default=None) or next(iter(by.holdings), None)


def _role(by: Actor, chosen: Purpose) -> str:
    held = _holding(by, chosen)
    return held.role if held else by.kind.value


def _write(
    targets: Sequence[Target],
    kind: AccessKind,
    fields: Sequence[str],
    chosen: Purpose,
    note: str,
    by: Actor,
    at: datetime,
    post: str = "",
) -> None:
    held = _holding(by, chosen)
    if not post and by.kind is ActorKind.RESIDENT:
        post = kept("本人")
    note = note.strip()[:300]
    drafts = [
        books.Draft(
            AccessEntry(
                at=at,
                subject_id=target.subject_id,
                row_kind=target.row_kind,
                row_id=target.row_id,
                kind=kind,
                account_id=by.account_id,
                actor_name=by.name,
                post=post or (held.title if held else by.name),
                role=_role(by, chosen),
                fields=list(fields),
                purpose=chosen,
                ground=chosen.law,
                channel=by.origin.channel,
                request_id=by.origin.request_id,
            ),
            {"note": note} if note else {},
            target.subject_id,
        )
        for target in targets
    ]
    books.write(ACCESS, drafts)


def _lately_seen(targets: Sequence[Target], by: Actor, at: datetime) -> QuerySet[Any]:
    """Whom of these the account has looked at within the same look; asked with the purpose."""
    return AccessEntry.objects.filter(
        account_id=by.account_id,
        at__gt=at - VIEW_AGAIN,
        at__lte=at,
        kind=AccessKind.VIEW,
        subject_id__in=[target.subject_id for target in targets],
    ).values("subject_id")
