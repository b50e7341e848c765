"""Programs that use the API: registered, agreed to, given a token, revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.areas import declared_rights
from gezhi.base.errors import Refusal
from gezhi.base.retelling import in_readers_language
from gezhi.core.privacy import purposes
from gezhi.core.staff import actions, queries, rights
from gezhi.core.staff.actions.programs import agree_refusal, revoke_refusal, token_refusal
from gezhi.core.staff.forms import ProgramForm
from gezhi.core.staff.models import Program
from gezhi.core.staff.pages.deciding import Agreeing, Refusing

STATES = (
    ("waits", _("待复核")),
    ("ready", _("待生成令牌")),
    ("held", _("在用")),
    ("over", _("已到期")),
    ("revoked", _("已吊销")),
)
TONES = {"waits": "warn", "ready": "info", "held": "good"}


def _purposes() -> list[tuple[str, str]]:
    offered = purposes.in_force(timezone.localdate()).filter(offered=True)
    return [(one.code, in_readers_language(one.title)) for one in offered]


def _reveals(row: Program) -> str:
    return dict(_purposes()).get(row.reveals_for, row.reveals_for) or _now("一律脱敏")


def _rights(row: Program) -> str:
    titles = {right.code: str(right.title) for right in declared_rights()}
    return "、".join(titles.get(code, code) for code in row.rights)


COLUMNS = (
    ui.Text("name", _("名称"), order="name"),
    ui.Long("purpose", _("用途")),
    ui.Text("owner.name", _("责任人"), order="owner__name"),
    ui.Text("role.named", _("角色"), order="role__order"),
    ui.Text("place.name", _("网格"), order="place__code"),
    ui.Date("ends_on", _("截止日期"), order="ends_on"),
    ui.Moment("used_at", _("最近使用"), order="used_at"),
    ui.Badge("state", _("状态"), choices=STATES, tones=TONES),
)


class ProgramList(ui.ListPage):
    path, name = "programs/", "staff.programs"
    title = _("程序")
    lead = _("通过接口读写的程序：写明用途、责任人和期限，由另一位管理员复核")
    right = rights.SEE_ACCOUNTS
    rows = queries.programs
    opens = "staff.program"
    columns = COLUMNS
    filters = (
        ui.Search("q", _("名称、责任人"), fields=("name", "owner__name")),
        ui.YesOrNo("revoked", _("已吊销"), when=Q(revoked_at__isnull=False)),
    )
    ordering = ("name",)
    buttons = (
        ui.Button(_("登记程序"), "staff.new_program", rights.GRANT_POSTS, main=True, icon="plus"),
    )
    nothing = _("还没有程序")


class NewProgram(ui.FormPage):
    path, name = "programs/new/", "staff.new_program"
    title = _("登记程序")
    right = rights.GRANT_POSTS
    crumbs = ("staff.programs",)
    form: ClassVar[type[forms.Form]] = ProgramForm
    lead = _("程序只能用所选角色在所选网格的部分权限；复核同意后再生成令牌")
    button = _("提交复核")
    said = _("已提交复核")
    wide = True

    def form_arguments(self) -> dict[str, Any]:
        return {"purposes": _purposes(), "offered": queries.rights_for_programs()}

    def initial(self) -> dict[str, Any]:
        return {"ends_on": timezone.localdate(self.at) + timedelta(days=180)}

    def act(self, data: dict[str, Any]) -> str:
        data["to"] = data.pop("rights")
        program = actions.propose_program(**data, by=self.actor, at=self.at)
        return reverse("staff.program", kwargs={"pk": program.pk})


class ProgramDetail(ui.DetailPage):
    path, name = "programs/<uuid:pk>/", "staff.program"
    title = _("程序")
    right = rights.SEE_ACCOUNTS
    rows = queries.programs
    crumbs = ("staff.programs",)
    sections = (
        ui.Section(
            _("程序"),
            (
                *COLUMNS,
                ui.Computed("rights", _("权限"), give=_rights),
                ui.Computed("reveals_for", _("查看明文的目的"), give=_reveals),
            ),
        ),
        ui.Section(
            _("登记与复核"),
            (
                ui.Text("proposed_by", _("登记人")),
                ui.Moment("proposed_at", _("登记时间")),
                ui.Text("agreed_by", _("复核人")),
                ui.Moment("token_made_at", _("令牌生成时间")),
                ui.Moment("revoked_at", _("吊销时间")),
                ui.Text("revoked_by", _("吊销人")),
                ui.Long("revoked_reason", _("吊销原因")),
            ),
        ),
    )
    acts = (
        ui.Act(
            _("同意程序"),
            "staff.agree_program",
            rights.AGREE_POSTS,
            refusal=agree_refusal,
            icon="check",
            main=True,
        ),
        ui.Act(
            _("退回程序"),
            "staff.refuse_program",
            rights.AGREE_POSTS,
            refusal=agree_refusal,
            icon="arrow-back-up",
        ),
        ui.Act(
            _("生成令牌"),
            "staff.make_token",
            rights.GRANT_POSTS,
            refusal=token_refusal,
            icon="key",
            main=True,
        ),
        ui.Act(
            _("吊销程序"),
            "staff.revoke_program",
            rights.GRANT_POSTS,
            refusal=revoke_refusal,
            icon="ban",
            danger=True,
        ),
    )

    def heading(self) -> str:
        return str(self.row.name)


class ProgramAct(ui.FormPage):
    """An act on one program."""

    sees = rights.SEE_ACCOUNTS
    rows = queries.programs
    crumbs = ("staff.programs",)
    form: ClassVar[type[forms.Form]] = ui.SureForm
    template = "ui/confirm.html"
    done = "staff.program"

    def heading(self) -> str:
        return f"{self.title}：{self.row}"


class AgreeProgram(Agreeing, ProgramAct):
    path, name = "programs/<uuid:pk>/agree/", "staff.agree_program"
    title = _("同意程序")
    right = rights.AGREE_POSTS
    may_not = agree_refusal
    lead = _("同意后可以生成令牌；程序办的每件事、每次查看都记在它名下")

    def act(self, data: dict[str, Any]) -> None:
        actions.agree_program(program=self.row, by=self.actor, at=self.at)


class RefuseProgram(Refusing, ProgramAct):
    path, name = "programs/<uuid:pk>/refuse/", "staff.refuse_program"
    title = _("退回程序")
    right = rights.AGREE_POSTS
    may_not = agree_refusal

    def act(self, data: dict[str, Any]) -> str:
        actions.refuse_program(program=self.row, reason=data["reason"], by=self.actor, at=self.at)
        return reverse("staff.programs")


class MakeToken(ProgramAct):
    path, name = "programs/<uuid:pk>/token/", "staff.make_token"
    title = _("生成令牌")
    right = rights.GRANT_POSTS
    button = _("生成令牌")
    lead = _("令牌只显示一次；已有的令牌立即失效")

    def refusal(self) -> Refusal | None:
        return token_refusal(self.row, self.actor)

    def act(self, data: dict[str, Any]) -> HttpResponseBase:
        made = actions.make_token(program=self.row, by=self.actor, at=self.at)
        back = reverse("staff.program", kwargs={"pk": self.row.pk})
        return self.render(
            {"program": made.program, "token": made.token, "back": back},
            template="staff/token.html",
        )


class RevokeProgram(ProgramAct):
    path, name = "programs/<uuid:pk>/revoke/", "staff.revoke_program"
    title = _("吊销程序")
    right = rights.GRANT_POSTS
    form: ClassVar[type[forms.Form]] = ui.ReasonForm
    button = _("吊销程序")
    lead = _("吊销后令牌立即失效，不能恢复；需要时重新登记")
    said = _("已吊销")

    def refusal(self) -> Refusal | None:
        return revoke_refusal(self.row, self.actor)

    def act(self, data: dict[str, Any]) -> None:
        actions.revoke_program(program=self.row, reason=data["reason"], by=self.actor, at=self.at)
