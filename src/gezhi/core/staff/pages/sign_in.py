"""The doors: sign in, set a password by a link, sign out; the demo's cast by a click."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal, TooMany
from gezhi.base.origins import origin_of
from gezhi.base.pages import hooks
from gezhi.base.pages.forms import blame
from gezhi.core.staff import actions
from gezhi.core.staff.actions.accounts import link_of
from gezhi.core.staff.forms import NewPasswordForm, SignInForm
from gezhi.core.staff.models import Account
from gezhi.core.staff.sessions import open_session


def safe_next(page: ui.Page, default: str = "/") -> str:
    """Where somebody was going, if that lies on this host; nowhere else is gone to."""
    wanted = page.request.GET.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(
        wanted, {page.request.get_host()}, page.request.is_secure()
    )
    return wanted if is_safe and wanted.startswith("/") else default


class DoorPage(ui.FormPage):
    """A form for strangers: whatever is refused is said above the form, with its status."""

    template = "ui/sign_in.html"
    said = ""

    def post(self) -> HttpResponseBase:
        form = self.bound()
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            answer: HttpResponseBase = self.act(form.cleaned_data)
            return answer
        except Refusal as refusal:
            blame(form, refusal)
            answer = self.show(form, status=refusal.status)
            if isinstance(refusal, TooMany):
                answer.headers["Retry-After"] = str(refusal.retry_after)
            return answer


class SignIn(DoorPage):
    path, name = "sign-in/", "staff.sign_in"
    title = gettext_lazy("登录")
    public = True
    template = "staff/sign_in.html"
    form: ClassVar[type[forms.Form]] = SignInForm
    button = gettext_lazy("登录")

    def get(self) -> HttpResponseBase:
        if self.visitor is not None:
            return self.go(safe_next(self))
        return super().get()

    def act(self, data: dict[str, Any]) -> HttpResponseBase:
        account = actions.sign_in(**data, origin=origin_of(self.request), at=self.at)
        open_session(self.request, account.pk, at=self.at)
        return self.go(safe_next(self))

    def extra(self) -> dict[str, Any]:
        return {"front_notes": hooks.front_notes(self.at)}


class DemoSignIn(ui.Page):
    """Takes the buttons of the cast; not there outside the demo."""

    path, name = "demo/sign-in/", "staff.demo_sign_in"
    title = gettext_lazy("演示登录")
    public = True

    def admit(self) -> HttpResponseBase | None:
        if not settings.DEMO:
            raise Http404
        return None

    def get(self) -> HttpResponseBase:
        return ui.FormPage.go(self, reverse("staff.sign_in"))  # type: ignore[arg-type]

    def post(self) -> HttpResponseBase:
        try:
            key = UUID(self.request.POST.get("who", ""))
        except ValueError:
            raise Http404 from None
        account = actions.sign_in_as_cast(
            account_id=key, origin=origin_of(self.request), at=self.at
        )
        open_session(self.request, account.pk, at=self.at)
        return ui.FormPage.go(self, safe_next(self))  # type: ignore[arg-type]


class SetPassword(DoorPage):
    """The link of a first sign-in or of a reset: choose a password, once."""

    path, name = "set-password/<str:token>/", "staff.set_password"
    title = gettext_lazy("设置密码")
    public = True
    form: ClassVar[type[forms.Form]] = NewPasswordForm
    button = gettext_lazy("设置密码")

    _account: Account | None = None

    def get(self) -> HttpResponseBase:
        self._account = link_of(self.kwargs["token"], at=self.at).account
        return super().get()

    def heading(self) -> str:
        if self._account is None:
            return str(self.title)
        return _("为 %(name)s 设置密码") % {"name": self._account.username}

    def act(self, data: dict[str, Any]) -> HttpResponseBase:
        actions.set_password_by_link(
            token=self.kwargs["token"],
            password=data["new"],
            origin=origin_of(self.request),
            at=self.at,
        )
        messages.success(self.request, _("密码已设置，请用新密码登录"))
        return self.go(reverse("staff.sign_in"))


class SignOut(ui.FormPage):
    """Takes the button of the user menu; whoever is not signed in simply goes home."""

    path, name = "sign-out/", "staff.sign_out"
    title = gettext_lazy("退出登录")
    public = True
    form: ClassVar[type[forms.Form]] = ui.SureForm
    template = "ui/confirm.html"
    button = gettext_lazy("退出登录")
    said = ""

    def get(self) -> HttpResponseBase:
        return super().get() if self.visitor is not None else self.go("/")

    def act(self, data: dict[str, Any]) -> str:
        if self.visitor is not None:
            key = self.request.session.session_key or ""
            actions.sign_out(session_key=key, by=self.visitor, at=self.at)
            self.request.session.flush()
            messages.success(self.request, _("已退出登录"))
        return reverse("staff.sign_in")
