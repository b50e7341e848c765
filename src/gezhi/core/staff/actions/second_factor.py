"""The second factor: set up by its owner, shown when it matters, taken away after a loss."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.core.cells.keys import keys_here
from gezhi.core.journal.actions import action, note
from gezhi.core.privacy.fields import Sealed
from gezhi.core.staff import queries, rights, rules, totp
from gezhi.core.staff.actions.doors import end_sessions, locked_refusal, own_account
from gezhi.core.staff.actions.refusing import demand_second_factor
from gezhi.core.staff.models import Account, SignInAttempt


def opened(secret: object) -> str:
    """A sealed secret of this area in plain; not personal, so no reading of it is logged."""
    sealed = cast("Sealed", secret)
    return keys_here().open(sealed.data, context=sealed.context)


@action("staff.start_totp", _lazy("开始绑定动态口令"), right=rights.OWN_ACCOUNT)
def start_totp(*, by: Actor, at: datetime) -> Account:
    """Make a new secret for oneself; the one in force stays until a code proves the new one."""
    account = own_account(by, lock=True)
    if account.totp_since is not None:
        demand_second_factor(by, at)
    account.totp_pending = totp.new_secret()
    account.save(update_fields=["totp_pending"])
    note(account)
    return account


@action("staff.confirm_totp", _lazy("绑定动态口令"), right=rights.OWN_ACCOUNT)
def confirm_totp(*, code: str, by: Actor, at: datetime) -> Account:
    """Put the new secret in force, once a code shows that the telephone has it."""
    account = own_account(by, lock=True)
    if account.totp_pending is None:
        raise Refusal(_("请先点“绑定动态口令”生成二维码"), "staff.totp_not_started")
    secret = opened(account.totp_pending)
    step = totp.matching_step(secret, code, at, after=None)
    if step is None:
        raise Refusal(_wrong(), "staff.wrong_code", field="code")
    # Sealed anew: a seal is bound to its column, and does not open in another.
    account.totp_secret, account.totp_pending = secret, None
    account.totp_since, account.totp_last_step = at, step
    account.save(update_fields=["totp_secret", "totp_pending", "totp_since", "totp_last_step"])
    note(account)
    return account


def show_second_factor(*, code: str, by: Actor, at: datetime) -> None:
    """Check a code; the session may then say that the second factor was shown at `at`.

    Five wrong ones in a row lock it for 30 minutes, and every try is written down.
    """
    rights.OWN_ACCOUNT.demand(by)
    with transaction.atomic():
        account = own_account(by, lock=True)
        if account.totp_since is None:
            raise Refusal(_("您还没有绑定动态口令，请先绑定"), "staff.no_second_factor")
        until = queries.locked_until(account.username, at, rules.SECOND_FACTOR)
        step = None
        if until is None:
            step = totp.matching_step(
                opened(account.totp_secret), code, at, after=account.totp_last_step
            )
            SignInAttempt.objects.create(
                at=at,
                username=account.username,
                address=by.origin.address,
                outcome=rules.WRONG_CODE if step is None else rules.SHOWN,
            )
        if step is not None:
            account.totp_last_step = step
            account.save(update_fields=["totp_last_step"])
    if until is not None:
        raise locked_refusal(until, at)
    if step is None:
        raise Refusal(_wrong(), "staff.wrong_code", field="code")
    _shown(account=account, by=by, at=at)


@action("staff.show_second_factor", _lazy("验证动态口令"), right=rights.OWN_ACCOUNT)
def _shown(*, account: Account, by: Actor, at: datetime) -> None:
    note(account)


@action("staff.remove_totp", _lazy("解绑动态口令"), right=rights.OWN_ACCOUNT)
def remove_totp(*, by: Actor, at: datetime) -> Account:
    """Take one's own second factor away, after showing it once more."""
    demand_second_factor(by, at)
    account = own_account(by, lock=True)
    _clear(account)
    note(account)
    return account


@action("staff.recover_second_factor", _lazy("解除他人动态口令"), right=rights.RECOVER)
def recover_second_factor(*, account: Account, reason: str, by: Actor, at: datetime) -> None:
    """Take away the second factor of somebody who lost their telephone; their sessions end.

    The security administrator does this and cannot make links for passwords; the system
    administrator makes links and cannot do this: neither of them can become somebody else.
    """
    demand_second_factor(by, at)
    if refusal := recover_refusal(account, by):
        raise refusal
    account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    _clear(account)
    note(account, why=reason, changes={"sessions_ended": end_sessions(account.pk)})


def recover_refusal(account: Account, by: Actor) -> Refusal | None:
    """Why somebody's second factor cannot be taken away; guards the button and the write."""
    if account.pk == by.account_id:
        return Refusal(
            _("不能解除自己的动态口令，请由另一位安全管理员办理"), "staff.recover_oneself"
        )
    if account.totp_since is None:
        return Refusal(_("该账号没有绑定动态口令"), "staff.no_second_factor")
    return None


def _clear(account: Account) -> None:
    account.totp_secret = account.totp_pending = account.totp_since = None
    account.totp_last_step = None
    account.save(update_fields=["totp_secret", "totp_pending", "totp_since", "totp_last_step"])


def _wrong() -> str:
    return _("动态口令不正确，请查看手机上当前显示的 6 位数字；用过的口令须等下一个")
