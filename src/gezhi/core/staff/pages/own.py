"""One's own account: posts, sessions, password, second factor."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.core.staff import actions, password_rules, queries, rights, totp
from gezhi.core.staff.actions.doors import own_account
from gezhi.core.staff.actions.second_factor import opened
from gezhi.core.staff.forms import ChangePasswordForm, CodeForm
from gezhi.core.staff.models import Account, Session
from gezhi.core.staff.pages.sign_in import safe_next


def handle(session: Session) -> str:
    """What names a session on a page: not its key, which alone would be the session."""
    return hashlib.sha256(session.session_key.encode()).hexdigest()[:20]


class OwnPage(ui.FormPage):
    """A form about one's own account."""

    right = rights.OWN_ACCOUNT
    crumbs: ClassVar[tuple[str, ...]] = ("staff.account",)

    @cached_property
    def account(self) -> Account:
        """The account behind the request."""
        return own_account(self.actor)


class OwnAccount(ui.Page):
    path, name = "account/", "staff.account"
    title = gettext_lazy("账号与安全")
    right = rights.OWN_ACCOUNT
    template = "staff/account.html"

    def get(self) -> HttpResponseBase:
        account = own_account(self.actor)
        own = rights.OWN_ACCOUNT.rows(queries.sessions(self.actor, self.at), self.actor)
        today = timezone.localdate(self.at)
        set_at = account.password_set_at
        return self.render(
            {
                "me": account,
                "posts": [post for post in queries.posts_of(account) if not _is_over(post, today)],
                "sessions": [
                    (row, handle(row), row.session_key == self.request.session.session_key)
                    for row in own
                ],
                "expires_at": password_rules.expires_at(set_at) if set_at else None,
            }
        )


def _is_over(post: Any, today: Any) -> bool:
    return post.valid_to is not None and post.valid_to <= today


class EndSession(ui.Page):
    """Takes the buttons beside the sessions: one of them, or all others."""

    path, name = "account/sessions/end/", "staff.end_session"
    title = gettext_lazy("结束会话")
    right = rights.OWN_ACCOUNT

    def get(self) -> HttpResponseBase:
        return ui.FormPage.go(self, reverse("staff.account"))  # type: ignore[arg-type]

    def post(self) -> HttpResponseBase:
        present = self.request.session.session_key or ""
        wanted = self.request.POST.get("which", "")
        if wanted == "others":
            ended = actions.end_other_sessions(keep=present, by=self.actor, at=self.at)
            messages.success(self.request, _("已退出其他 %(n)d 处登录") % {"n": ended})
        else:
            own = rights.OWN_ACCOUNT.rows(queries.sessions(self.actor, self.at), self.actor)
            found = next((row for row in own if handle(row) == wanted), None)
            if found is None:
                raise Refusal(_("这处登录已经结束"), "staff.session_over")
            actions.end_session(session=found, by=self.actor, at=self.at)
            messages.success(self.request, _("已退出这处登录"))
            if found.session_key == present:
                self.request.session.flush()
        return ui.FormPage.go(self, reverse("staff.account"))  # type: ignore[arg-type]


class ChangePassword(OwnPage):
    path, name = "account/password/", "staff.change_password"
    title = gettext_lazy("修改密码")
    right = rights.OWN_ACCOUNT
    form: ClassVar[type[forms.Form]] = ChangePasswordForm
    button = gettext_lazy("修改密码")
    lead = gettext_lazy("修改后，其他地方的登录会全部退出")
    done = "staff.account"
    said = gettext_lazy("密码已修改")

    def act(self, data: dict[str, Any]) -> None:
        actions.change_password(
            old=data["old"],
            new=data["new"],
            keep=self.request.session.session_key or "",
            by=self.actor,
            at=self.at,
        )


# --- the second factor -----------------------------------------------------------------


class SecondFactor(OwnPage):
    """Show the second factor, then go on to where it was asked for."""

    path, name = "second-factor/", "staff.second_factor"
    title = gettext_lazy("验证动态口令")
    right = rights.OWN_ACCOUNT
    crumbs = ()
    form: ClassVar[type[forms.Form]] = CodeForm
    template = "staff/second_factor.html"
    button = gettext_lazy("验证")
    said = ""

    def get(self) -> HttpResponseBase:
        if self.account.totp_since is None:
            messages.info(self.request, _("接下来的操作需要动态口令，请先绑定"))
            query = urlencode({"next": safe_next(self)})
            return self.go(f"{reverse('staff.start_totp')}?{query}")
        return super().get()

    def act(self, data: dict[str, Any]) -> str:
        actions.show_second_factor(code=data["code"], by=self.actor, at=self.at)
        self.request.session["second_factor_at"] = self.at.isoformat()
        return safe_next(self)

    def extra(self) -> dict[str, Any]:
        """In the demo the cast has no telephone, so the page shows what it would show."""
        if not (settings.DEMO and self.account.is_demo):
            return {}
        return {"shown_code": totp.code_at(opened(self.account.totp_secret), self.at)}


class StartTotp(OwnPage):
    path, name = "account/second-factor/start/", "staff.start_totp"
    title = gettext_lazy("绑定动态口令")
    right = rights.OWN_ACCOUNT
    form: ClassVar[type[forms.Form]] = ui.SureForm
    template = "ui/confirm.html"
    button = gettext_lazy("开始绑定")
    lead = gettext_lazy(
        "在手机上安装任意一款“验证器”（TOTP），下一步扫描二维码；以后大批量导出、任免岗位等操作要输入它显示的数字"
    )
    said = ""

    def admit(self) -> HttpResponseBase | None:
        refused = super().admit()
        if refused is None and self.account.totp_since is not None:
            return self.second_factor_first()
        return refused

    def act(self, data: dict[str, Any]) -> str:
        actions.start_totp(by=self.actor, at=self.at)
        query = urlencode({"next": safe_next(self, reverse("staff.account"))})
        return f"{reverse('staff.confirm_totp')}?{query}"


class ConfirmTotp(OwnPage):
    path, name = "account/second-factor/", "staff.confirm_totp"
    title = gettext_lazy("绑定动态口令")
    right = rights.OWN_ACCOUNT
    form: ClassVar[type[forms.Form]] = CodeForm
    template = "staff/totp.html"
    button = gettext_lazy("完成绑定")
    said = gettext_lazy("动态口令已绑定")

    def get(self) -> HttpResponseBase:
        if self.account.totp_pending is None:
            return self.go(reverse("staff.start_totp"))
        return super().get()

    def extra(self) -> dict[str, Any]:
        if self.account.totp_pending is None:
            return {}
        secret = opened(self.account.totp_pending)
        address = totp.address(
            secret, username=self.account.username, issuer=self.request.cell.name
        )
        more = {"picture": mark_safe(totp.picture(address)), "key": totp.in_groups(secret)}
        if settings.DEMO and self.account.is_demo:
            more["shown_code"] = totp.code_at(secret, self.at)
        return more

    def act(self, data: dict[str, Any]) -> str:
        actions.confirm_totp(code=data["code"], by=self.actor, at=self.at)
        self.request.session["second_factor_at"] = self.at.isoformat()
        return safe_next(self, reverse("staff.account"))


class RemoveTotp(OwnPage):
    path, name = "account/second-factor/remove/", "staff.remove_totp"
    title = gettext_lazy("解绑动态口令")
    right = rights.OWN_ACCOUNT
    fresh_second_factor = True
    form: ClassVar[type[forms.Form]] = ui.SureForm
    template = "ui/confirm.html"
    button = gettext_lazy("解绑")
    lead = gettext_lazy("解绑后，需要动态口令的操作将不能办理，直到重新绑定")
    done = "staff.account"
    said = gettext_lazy("已解绑动态口令")

    def act(self, data: dict[str, Any]) -> None:
        actions.remove_totp(by=self.actor, at=self.at)
