"""Tries to sign in, for the security administrator."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.core.staff import queries, rights, rules
from gezhi.core.staff.models import Outcome, SignInAttempt


def _name(row: SignInAttempt) -> str:
    return row.username if not row.username.startswith("?") else str(_("（没有这个账号）"))


class AttemptList(ui.ListPage):
    path, name = "sign-in-attempts/", "staff.attempts"
    title = _("登录尝试")
    lead = _("没有对应账号的用户名不显示：那一栏里常有人误输密码")
    right = rights.SEE_ATTEMPTS
    rows = queries.attempts
    columns = (
        ui.Moment("at", _("时间"), order="-at"),
        ui.Computed("username", _("用户名"), give=_name),
        ui.Text("address", _("来源地址")),
        ui.Badge(
            "outcome",
            _("结果"),
            choices=Outcome,
            tones={
                rules.GOOD: "good",
                rules.SHOWN: "good",
                rules.BAD: "warn",
                rules.WRONG_CODE: "warn",
                rules.LOCKED: "bad",
                rules.LIMITED: "bad",
                rules.CLOSED: "bad",
            },
        ),
    )
    filters = (
        ui.Search("q", _("用户名或来源地址"), fields=("username", "address")),
        ui.Choices("outcome", _("结果"), choices=Outcome),
        ui.Days("at", _("日期")),
    )
    ordering = ("-at",)
