"""Accounts as administrators see them."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.base import handover
from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.core.staff import actions, queries, rights, rules
from gezhi.core.staff.actions.accounts import close_refusal, link_refusal, reopen_refusal
from gezhi.core.staff.actions.second_factor import recover_refusal
from gezhi.core.staff.forms import AccountForm
from gezhi.core.staff.models import Account
from gezhi.core.staff.pages.columns import POST_COLUMNS, name_of

OPEN, CLOSED = True, False
STATE = ui.Badge(
    "is_active",
    _("状态"),
    choices={OPEN: _("在用"), CLOSED: _("已停用")},
    tones={OPEN: "good", CLOSED: "neutral"},
)


def _totp_words(row: Account) -> Any:
    return _("已绑定") if row.totp_since is not None else _("未绑定")


NAME = ui.Computed("name", _("姓名"), order="working_name", give=name_of)
HAS_TOTP = ui.Computed("totp_since", _("动态口令"), give=_totp_words)


class AccountList(ui.ListPage):
    path, name = "accounts/", "staff.accounts"
    title = _("账号")
    right = rights.SEE_ACCOUNTS
    rows = queries.accounts
    opens = "staff.account_detail"
    columns = (
        NAME,
        ui.Text("username", _("用户名"), order="username"),
        ui.Text("home_unit", _("所在单位"), order="home_unit"),
        ui.Number("posts_held", _("在任岗位"), order="posts_held"),
        HAS_TOTP,
        STATE,
        ui.Date("password_set_at", _("密码设置日期"), order="password_set_at", shown=False),
    )
    filters = (
        ui.Search("q", _("姓名、用户名、单位"), fields=("working_name", "username", "home_unit")),
        ui.YesOrNo("closed", _("已停用"), when=Q(closed_at__isnull=False)),
    )
    ordering = ("username",)
    buttons = (
        ui.Button(
            _("新建账号"), "staff.new_account", rights.MANAGE_ACCOUNTS, main=True, icon="user-plus"
        ),
    )
    nothing = _("还没有账号")


def _close_refusal(row: Account, actor: Actor) -> Refusal | None:
    return close_refusal(row, actor, at=timezone.now())


class AccountDetail(ui.DetailPage):
    path, name = "accounts/<uuid:pk>/", "staff.account_detail"
    title = _("账号")
    right = rights.SEE_ACCOUNTS
    rows = queries.accounts
    crumbs = ("staff.accounts",)
    sections = (
        ui.Section(
            _("基本信息"),
            (
                NAME,
                ui.Text("username", _("用户名")),
                ui.Text("home_unit", _("所在单位")),
                STATE,
            ),
        ),
        ui.Section(
            _("登录"),
            (
                ui.Moment("password_set_at", _("密码设置时间")),
                ui.Moment("totp_since", _("动态口令绑定时间")),
                ui.Moment("locked_until", _("锁定至")),
            ),
        ),
    )
    related = (
        ui.Related(
            _("岗位"),
            queries.posts_of,
            POST_COLUMNS[1:],
            rights.SEE_POSTS,
            opens="staff.post",
            nothing=_("没有岗位，登录后看不到任何内容"),
            in_drawer=True,
        ),
    )
    acts = (
        ui.Act(_("任命岗位"), "staff.grant_post", rights.GRANT_POSTS, icon="id-badge-2", main=True),
        ui.Act(
            _("重置密码"),
            "staff.new_link",
            rights.MANAGE_ACCOUNTS,
            refusal=link_refusal,
            icon="key",
        ),
        ui.Act(_("解除锁定"), "staff.lift_lock", rights.RECOVER, icon="lock-open"),
        ui.Act(
            _("解除动态口令"),
            "staff.recover",
            rights.RECOVER,
            refusal=recover_refusal,
            icon="shield-lock",
        ),
        ui.Act(
            _("停用账号"),
            "staff.close_account",
            rights.MANAGE_ACCOUNTS,
            refusal=_close_refusal,
            icon="ban",
            danger=True,
        ),
        ui.Act(
            _("恢复账号"),
            "staff.reopen_account",
            rights.MANAGE_ACCOUNTS,
            refusal=reopen_refusal,
            icon="arrow-back-up",
        ),
    )

    @property
    def row(self) -> Any:
        row = super().row
        row.locked_until = queries.locked_until(row.username, self.at, rules.PASSWORD)
        return row

    def heading(self) -> str:
        return name_of(self.row)

    def marks(self) -> list[ui.Mark]:
        marks = []
        if not self.row.is_active:
            marks.append(ui.Mark(str(_("已停用"))))
        if self.row.locked_until:
            marks.append(ui.Mark(str(_("已锁定")), "bad"))
        if self.row.is_demo:
            marks.append(ui.Mark(str(_("演示")), "info"))
        return marks


class LinkPage(ui.FormPage):
    """A form whose answer is a link, shown this one time."""

    link_template: ClassVar[str] = "staff/link.html"

    def show_link(self, account: Account, token: str) -> HttpResponseBase:
        path = reverse("staff.set_password", kwargs={"token": token})
        return self.render(
            {
                "person": name_of(account),
                "username": account.username,
                "link": self.request.build_absolute_uri(path),
                "hours": int(rules.LINK_GOOD_FOR.total_seconds() // 3600),
                "back": reverse("staff.account_detail", kwargs={"pk": account.pk}),
            },
            template=self.link_template,
        )


class NewAccountPage(LinkPage):
    path, name = "accounts/new/", "staff.new_account"
    title = _("新建账号")
    right = rights.MANAGE_ACCOUNTS
    crumbs = ("staff.accounts",)
    form: ClassVar[type[forms.Form]] = AccountForm
    button = _("建立账号")
    lead = _("账号没有初始密码：建好后得到一个 24 小时内有效的链接，交给本人自己设置密码")

    def act(self, data: dict[str, Any]) -> HttpResponseBase:
        made = actions.create_account(**data, by=self.actor, at=self.at)
        return self.show_link(made.account, made.token)


class AccountAct(LinkPage):
    """An act on one account."""

    sees = rights.SEE_ACCOUNTS
    rows = queries.accounts
    crumbs = ("staff.accounts",)
    form: ClassVar[type[forms.Form]] = ui.SureForm
    template = "ui/confirm.html"
    done = "staff.account_detail"

    def heading(self) -> str:
        return f"{self.title}：{name_of(self.row)}"


class NewLink(AccountAct):
    path, name = "accounts/<uuid:pk>/link/", "staff.new_link"
    title = _("重置密码")
    right = rights.MANAGE_ACCOUNTS
    button = _("生成链接")
    lead = _(
        "生成一个 24 小时内有效的一次性链接，当面或电话核实本人后再交给他；原密码在链接使用前仍有效"
    )

    def refusal(self) -> Refusal | None:
        return link_refusal(self.row, self.actor)

    def act(self, data: dict[str, Any]) -> HttpResponseBase:
        token = actions.new_link(account=self.row, by=self.actor, at=self.at)
        return self.show_link(self.row, token)


class LiftLock(AccountAct):
    path, name = "accounts/<uuid:pk>/unlock/", "staff.lift_lock"
    title = _("解除锁定")
    right = rights.RECOVER
    button = _("解除锁定")
    lead = _("请先核实是本人在尝试登录")
    said = _("已解除锁定")

    def act(self, data: dict[str, Any]) -> None:
        actions.lift_lock(account=self.row, by=self.actor, at=self.at)


class RecoverSecondFactor(AccountAct):
    path, name = "accounts/<uuid:pk>/second-factor/", "staff.recover"
    title = _("解除动态口令")
    right = rights.RECOVER
    form: ClassVar[type[forms.Form]] = ui.ReasonForm
    button = _("解除动态口令")
    lead = _("用于本人手机丢失或更换：解除后本人重新绑定；请先当面核实身份")
    said = _("已解除动态口令")

    def refusal(self) -> Refusal | None:
        return recover_refusal(self.row, self.actor)

    def act(self, data: dict[str, Any]) -> None:
        actions.recover_second_factor(
            account=self.row, reason=data["reason"], by=self.actor, at=self.at
        )


class CloseAccount(AccountAct):
    path, name = "accounts/<uuid:pk>/close/", "staff.close_account"
    title = _("停用账号")
    right = rights.MANAGE_ACCOUNTS
    form: ClassVar[type[forms.Form]] = ui.ReasonForm
    button = _("停用账号")
    lead = _("停用后不能再登录；他办过的事仍留在操作记录里。恢复时须重新设密码、重新任命")
    said = _("账号已停用")

    def refusal(self) -> Refusal | None:
        return close_refusal(self.row, self.actor, at=self.at)

    def extra(self) -> dict[str, Any]:
        waiting = handover.handover_list(self.row.pk)
        return {"consequences": [f"{one.title}：{one.number}" for one in waiting]}

    def act(self, data: dict[str, Any]) -> None:
        actions.close_account(account=self.row, reason=data["reason"], by=self.actor, at=self.at)


class ReopenAccount(AccountAct):
    path, name = "accounts/<uuid:pk>/reopen/", "staff.reopen_account"
    title = _("恢复账号")
    right = rights.MANAGE_ACCOUNTS
    form: ClassVar[type[forms.Form]] = ui.ReasonForm
    button = _("恢复账号")
    lead = _("同新建账号一样：得到一个 24 小时内有效的链接，交给本人设置密码；岗位另行任命")

    def refusal(self) -> Refusal | None:
        return reopen_refusal(self.row, self.actor)

    def act(self, data: dict[str, Any]) -> HttpResponseBase:
        token = actions.reopen_account(
            account=self.row, reason=data["reason"], by=self.actor, at=self.at
        )
        return self.show_link(self.row, token)
