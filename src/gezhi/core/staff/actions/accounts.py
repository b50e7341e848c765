"""Accounts: made with a link instead of a password, changed by their owner, closed, reopened."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base import handover
from gezhi.base.actors import Actor, ActorKind, Origin
from gezhi.base.errors import FieldRefusal, Refusal
from gezhi.base.phones import parse_phone
from gezhi.base.sentences import Reason
from gezhi.base.text import tidy
from gezhi.core.journal.actions import action, note
from gezhi.core.staff import password_rules, rights, rules
from gezhi.core.staff.actions.doors import (
    end_sessions,
    own_account,
    refusal_of,
    try_password,
    usable_name,
)
from gezhi.core.staff.actions.refusing import refuse_all, sentence
from gezhi.core.staff.models import Account, FormerPassword, OneTimeLink, Post, SignInAttempt

USERNAME: Final = re.compile(r"[a-z][a-z0-9._-]{2,39}")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account with the token of the link by which its owner sets a password."""

    account: Account
    token: str


@action("staff.create_account", _lazy("建立账号"), right=rights.MANAGE_ACCOUNTS)
def create_account(
    *, username: str, name: str, phone: str = "", home_unit: str = "", by: Actor, at: datetime
) -> NewAccount:
    """Make an account without a password; its owner sets one by the link, within 24 hours."""
    username, name = usable_name(username), tidy(name)
    number, wrong_phone = _phone(phone)
    wrong = []
    if not USERNAME.fullmatch(username):
        wrong.append(
            FieldRefusal("username", _("用户名以字母开头，3 至 40 位，只用字母、数字、点、横线"))
        )
    if not name:
        wrong.append(FieldRefusal("name", _("请填写姓名")))
    if wrong_phone:
        wrong.append(wrong_phone)
    if wrong:
        raise Refusal("；".join(one.sentence for one in wrong), "staff.account", fields=wrong)
    account = Account(
        username=username,
        name=name[:60],
        home_unit=tidy(home_unit)[:80],
        password=make_password(None),
    )
    if number:
        account.phone = number
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:
        raise Refusal(
            _("用户名 %(name)s 已有人使用，请换一个") % {"name": username},
            "staff.username_taken",
            field="username",
        ) from None
    note(account, changes={"username": username, "home_unit": account.home_unit})
    return NewAccount(account, make_link(account, by=by, at=at))


def _phone(text: str) -> tuple[str, FieldRefusal | None]:
    if not text.strip():
        return "", None
    read = parse_phone(text)
    if isinstance(read, Reason):
        return "", FieldRefusal("phone", sentence(read))
    return read.number, None


def make_link(account: Account, *, by: Actor, at: datetime) -> str:
    """A new one-time link's token; earlier links of the account end. Part of an action."""
    token = secrets.token_urlsafe(32)
    OneTimeLink.objects.filter(account=account, used_at=None).delete()
    OneTimeLink.objects.create(
        account=account,
        digest=_digest(token),
        made_at=at,
        made_by=by.name,
        expires_at=at + rules.LINK_GOOD_FOR,
    )
    return token


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


@action("staff.new_link", _lazy("重置密码"), right=rights.MANAGE_ACCOUNTS)
def new_link(*, account: Account, by: Actor, at: datetime) -> str:
    """A link for somebody who lost their password; the old password stays until it is used.

    An administrator without a second factor is refused: the link alone would be the account.
    """
    if refusal := link_refusal(account, by):
        raise refusal
    token = make_link(account, by=by, at=at)
    note(account)
    return token


def link_refusal(account: Account, by: Actor) -> Refusal | None:
    """Why no link may be made for an account now; the same guards the button and the write."""
    if account.closed_at is not None:
        return Refusal(_("账号已停用，不能重置密码"), "staff.account_closed")
    if account.totp_since is None and _is_other_administrator(account, by):
        return Refusal(
            _("该管理员尚未绑定动态口令，不能由他人重置密码，请在服务器上重新生成首次登录链接"),
            "staff.administrator_link",
        )
    return None


def _is_other_administrator(account: Account, by: Actor) -> bool:
    if by.kind is ActorKind.SYSTEM or account.pk == by.account_id:
        return False
    return Post.objects.filter(account=account).exclude(role__administrator="").exists()


# --- passwords -------------------------------------------------------------------------


def link_of(token: str, *, at: datetime) -> OneTimeLink:
    """The link with this token, with its account; the same refusal whatever is wrong with it."""
    link = (
        OneTimeLink.objects.select_related("account")
        .filter(digest=_digest(token), used_at=None, expires_at__gt=at, account__closed_at=None)
        .first()
    )
    if link is None:
        raise Refusal(
            _("链接无效、已使用或已过期，请向系统管理员索取新的链接"), "staff.link_invalid"
        )
    return link


def set_password_by_link(*, token: str, password: str, origin: Origin, at: datetime) -> Account:
    """Set a password by a one-time link, which is used up; every session of the account ends."""
    link = link_of(token, at=at)
    owner = Actor(
        kind=ActorKind.STAFF,
        name=link.account.name,
        account_id=link.account.pk,
        person_id=link.account.person_id,
        origin=origin,
    )
    _use_link(link=link, password=password, by=owner, at=at)
    return link.account


@action("staff.set_password", _lazy("用一次性链接设置密码"))
def _use_link(*, link: OneTimeLink, password: str, by: Actor, at: datetime) -> None:
    taken = OneTimeLink.objects.filter(pk=link.pk, used_at=None).update(used_at=at)
    if not taken:
        raise Refusal(_("链接已使用，请直接登录"), "staff.link_invalid")
    _set_password(link.account, password, at=at)
    SignInAttempt.objects.create(
        at=at,
        username=link.account.username,
        address=by.origin.address,
        outcome=rules.LIFTED,
    )
    note(link.account, changes={"sessions_ended": end_sessions(link.account.pk)})


def change_password(*, old: str, new: str, keep: str, by: Actor, at: datetime) -> None:
    """Change one's own password; every other session ends (`keep` is the present one's key).

    A wrong old password counts like a wrong one at sign-in, and locks like it.
    """
    rights.OWN_ACCOUNT.demand(by)
    account = own_account(by)
    trial = try_password(account.username, old, origin=by.origin, at=at)
    if trial.outcome == rules.BAD:
        raise Refusal(_("当前密码不正确，请重新输入"), "staff.wrong_password", field="old")
    if trial.outcome != rules.GOOD:
        raise refusal_of(trial, at)
    _change(account=account, password=new, keep=keep, by=by, at=at)


@action("staff.change_password", _lazy("修改密码"), right=rights.OWN_ACCOUNT)
def _change(*, account: Account, password: str, keep: str, by: Actor, at: datetime) -> None:
    _set_password(account, password, at=at)
    note(account, changes={"sessions_ended": end_sessions(account.pk, keep=keep)})


def _set_password(account: Account, password: str, *, at: datetime) -> None:
    reasons = password_rules.password_reasons(password, username=account.username)
    if not reasons:
        former = list(
            FormerPassword.objects.filter(account=account)
            .order_by("-replaced_at")
            .values_list("password", flat=True)[: password_rules.FORMER_BARRED]
        )
        hashes = [account.password, *former] if account.has_usable_password() else former
        if password_rules.is_former(password, hashes, check_password):
            reasons = [password_rules.FORMER]
    refuse_all(reasons, field="new")
    if account.has_usable_password():
        FormerPassword.objects.create(account=account, password=account.password, replaced_at=at)
        kept = FormerPassword.objects.filter(account=account).order_by("-replaced_at")
        last = list(kept.values_list("pk", flat=True)[: password_rules.FORMER_BARRED])
        FormerPassword.objects.filter(account=account).exclude(pk__in=last).delete()
    account.password = make_password(password)
    account.password_set_at = at
    account.save(update_fields=["password", "password_set_at"])


# --- closing ---------------------------------------------------------------------------


@action("staff.close_account", _lazy("停用账号"), right=rights.MANAGE_ACCOUNTS)
def close_account(*, account: Account, reason: str, by: Actor, at: datetime) -> None:
    """Close an account, once it holds no post and nothing waits for its owner."""
    account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if refusal := close_refusal(account, by, at=at):
        raise refusal
    account.closed_at = at
    account.totp_secret = account.totp_pending = account.totp_since = None
    account.password = make_password(None)
    account.save()
    FormerPassword.objects.filter(account=account).delete()
    OneTimeLink.objects.filter(account=account).delete()
    note(account, why=reason, changes={"sessions_ended": end_sessions(account.pk)})


def close_refusal(account: Account, by: Actor, *, at: datetime) -> Refusal | None:
    """Why an account cannot be closed yet; the same guards the button and the write."""
    if account.closed_at is not None:
        return Refusal(_("账号已经停用"), "staff.account_closed")
    if account.pk == by.account_id:
        return Refusal(_("不能停用自己的账号，请由另一位管理员办理"), "staff.close_oneself")
    if Post.objects.not_over(on=timezone.localdate(at)).filter(account=account).exists():
        return Refusal(_("账号还有在任岗位，请先办理离任"), "staff.account_has_posts")
    waiting = handover.handover_list(account.pk)
    if waiting:
        listed = "、".join(f"{one.title} {one.number}" for one in waiting)
        return Refusal(
            _("还有未交接的工作（%(list)s），请先移交") % {"list": listed}, "staff.account_has_work"
        )
    return None


@action("staff.reopen_account", _lazy("恢复账号"), right=rights.MANAGE_ACCOUNTS)
def reopen_account(*, account: Account, reason: str, by: Actor, at: datetime) -> str:
    """Open a closed account again, as a new one is opened: with a link and without any post."""
    account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if refusal := reopen_refusal(account, by):
        raise refusal
    account.closed_at = None
    account.save(update_fields=["closed_at"])
    note(account, why=reason)
    return make_link(account, by=by, at=at)


def reopen_refusal(account: Account, by: Actor) -> Refusal | None:
    """Why an account cannot be reopened; the same guards the button and the write."""
    if account.closed_at is None:
        return Refusal(_("账号没有停用，不必恢复"), "staff.account_open")
    return None
