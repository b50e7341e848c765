"""Signing in and out: every try is counted, and the answer never says which part was wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor, Origin
from gezhi.base.errors import NotAllowed, Refusal, TooMany
from gezhi.base.text import without_spaces
from gezhi.core.cells.keys import keys_here
from gezhi.core.journal.actions import action, note
from gezhi.core.staff import queries, rights, rules
from gezhi.core.staff.models import Account, Session, SignInAttempt

_NAMES: Final = b"staff_signinattempt.username"


@dataclass(frozen=True, slots=True)
class Trial:
    """How a try came out, once it is written down."""

    outcome: str
    account: Account | None
    until: datetime | None = None
    wait: int = 0


def usable_name(text: str) -> str:
    """A username as accounts carry it: half-width, small letters, no spaces."""
    return without_spaces(text).casefold()


def sign_in(*, username: str, password: str, origin: Origin, at: datetime) -> Account:
    """The account of somebody who knows its password.

    `Refusal` with the same words for a wrong name, a wrong password and a closed account;
    `TooMany` while the name is locked or tries come too fast. The work is the same for names
    that do not exist: one password hash, one row in the log of tries.
    """
    trial = try_password(usable_name(username), password, origin=origin, at=at)
    if trial.outcome != rules.GOOD or trial.account is None:
        raise refusal_of(trial, at)
    _enter(
        account=trial.account,
        by=queries.actor_of(trial.account, on=timezone.localdate(at), origin=origin),
        at=at,
    )
    return trial.account


@action("staff.sign_in", _lazy("登录"))
def _enter(*, account: Account, by: Actor, at: datetime) -> None:
    note(account)


def try_password(name: str, password: str, *, origin: Origin, at: datetime) -> Trial:
    """Try a password and write the try down, in a transaction of its own: a refusal that follows
    does not take the row away. The account's row is locked meanwhile, so that tries sent at once
    are counted one after the other.
    """
    with transaction.atomic():
        account = Account.objects.select_for_update(no_key=True).filter(username=name).first()
        logged = logged_name(name, known=account is not None)
        trial = _tried(account, logged, password, origin, at)
        _write_down(trial.outcome, logged, origin, at)
        return trial


def _tried(
    account: Account | None, logged: str, password: str, origin: Origin, at: datetime
) -> Trial:
    if wait := _wait(logged, origin, at):
        return Trial(rules.LIMITED, account, wait=wait)
    if until := queries.locked_until(logged, at, rules.PASSWORD):
        return Trial(rules.LOCKED, account, until=until)
    if account is None or account.closed_at or not account.has_usable_password():
        make_password(password)  # takes the time that checking would
        return Trial(rules.CLOSED if account and account.closed_at else rules.BAD, account)
    known = check_password(password, account.password, lambda raw: _rehash(account, raw))
    return Trial(rules.GOOD if known else rules.BAD, account)


def _rehash(account: Account, password: str) -> None:
    """Keep a hash made with older parameters in the present ones."""
    account.password = make_password(password)
    account.save(update_fields=["password"])


def _wait(logged: str, origin: Origin, at: datetime) -> int:
    """Seconds until this name and this address may try again."""
    tries = SignInAttempt.objects.filter(at__lte=at).exclude(outcome=rules.LIMITED)
    named = tries.filter(username=logged, at__gt=at - rules.PER_USERNAME.within)
    sent = tries.filter(
        address=origin.address,
        at__gt=at - rules.PER_ADDRESS.within,
        outcome__in=[rules.BAD, rules.CLOSED, rules.LOCKED, rules.WRONG_CODE],
    )
    return max(
        rules.retry_after(
            list(rows.values_list("at", flat=True).order_by("-at")[: limit.tries]), at, limit
        )
        for rows, limit in ((named, rules.PER_USERNAME), (sent, rules.PER_ADDRESS))
    )


def _write_down(outcome: str, logged: str, origin: Origin, at: datetime) -> None:
    if outcome == rules.LIMITED and (
        # One row says that a flood began; a row for each try would be a flood of its own.
        SignInAttempt.objects.filter(
            username=logged, outcome=rules.LIMITED, at__gt=at - rules.PER_USERNAME.within
        ).exists()
    ):
        return
    SignInAttempt.objects.create(at=at, username=logged, address=origin.address, outcome=outcome)


def logged_name(name: str, *, known: bool) -> str:
    """A name as the log of tries keeps it; one that no account has is a keyed digest."""
    digest = keys_here().blind_index(name, context=_NAMES).hex()
    return name if known else f"?{digest[:24]}"


def refusal_of(trial: Trial, at: datetime) -> Refusal:
    """What is said after a try that did not let anybody in."""
    if trial.outcome == rules.LIMITED:
        return TooMany(
            _("尝试过于频繁，请在 %(n)d 秒之后再试") % {"n": trial.wait},
            "staff.too_many_tries",
            retry_after=trial.wait,
        )
    if trial.until is not None:
        return locked_refusal(trial.until, at)
    return Refusal(
        _("用户名或密码不正确，请核对后重新输入；连续 5 次不正确将暂停登录 30 分钟"),
        "staff.sign_in_failed",
    )


def locked_refusal(until: datetime, at: datetime) -> TooMany:
    """What is said while a name or a second factor is locked."""
    seconds = max(1, int((until - at).total_seconds()))
    return TooMany(
        _("连续多次不正确，已暂停到 %(time)s，请到时再试，或请安全管理员解除")
        % {"time": f"{timezone.localtime(until):%H:%M}"},
        "staff.locked",
        retry_after=seconds,
    )


@action("staff.sign_out", _lazy("退出登录"))
def sign_out(*, session_key: str, by: Actor, at: datetime) -> None:
    """End one's present session."""
    Session.objects.filter(session_key=session_key, account_id=by.account_id).delete()
    note(changes={"sessions": 1})


def own_account(by: Actor, *, lock: bool = False) -> Account:
    """The account that acts, locked until the transaction ends if asked; only staff have one."""
    rows = Account.objects.select_for_update(no_key=True) if lock else Account.objects.all()
    account = rows.filter(pk=by.account_id).first() if by.account_id else None
    if account is None:
        raise NotAllowed(_("只有工作人员账号才能办理"), "staff.no_account")
    return account


@action("staff.end_session", _lazy("结束登录会话"), right=rights.OWN_ACCOUNT)
def end_session(*, session: Session, by: Actor, at: datetime) -> None:
    """Sign one of one's own browsers out."""
    ended, _by_table = (
        rights.OWN_ACCOUNT.rows(Session.objects.all(), by).filter(pk=session.pk).delete()
    )
    note(changes={"sessions": ended})


@action("staff.end_other_sessions", _lazy("结束其他登录会话"), right=rights.OWN_ACCOUNT)
def end_other_sessions(*, keep: str, by: Actor, at: datetime) -> int:
    """Sign out everywhere but in the session `keep`; returns how many sessions ended."""
    if by.account_id is None:
        return 0
    ended = end_sessions(by.account_id, keep=keep)
    note(changes={"sessions": ended})
    return ended


def end_sessions(account_id: UUID, *, keep: str = "") -> int:
    """End an account's sessions but one, as part of an action; returns how many."""
    rows = Session.objects.filter(account_id=account_id).exclude(session_key=keep)
    return rows.delete()[0]


@action("staff.lift_lock", _lazy("解除登录锁定"), right=rights.RECOVER)
def lift_lock(*, account: Account, by: Actor, at: datetime) -> None:
    """Let somebody try again at once, after they proved who they are."""
    SignInAttempt.objects.create(
        at=at, username=account.username, address=by.origin.address, outcome=rules.LIFTED
    )
    note(account)


def sign_in_as_cast(*, account_id: UUID, origin: Origin, at: datetime) -> Account:
    """Let a visitor of the demo in as one of its cast, without a password.

    Refused outside the demo, and for every account that is not of the cast.
    """
    account = Account.objects.filter(pk=account_id, is_demo=True, closed_at=None).first()
    if not settings.DEMO or account is None:
        raise Refusal(_("只有演示环境可以点名登录"), "staff.no_demo")
    with transaction.atomic():
        _write_down(rules.GOOD, account.username, origin, at)
        by = queries.actor_of(account, on=timezone.localdate(at), origin=origin)
        _enter(account=account, by=by, at=at)
    return account
