"""Roles: what each may do, side by side; other rights and new roles, by two administrators."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.areas import declared_rights
from gezhi.base.errors import Refusal
from gezhi.base.retelling import in_readers_language
from gezhi.core.places.models import Level
from gezhi.core.staff import actions, queries, rights
from gezhi.core.staff.actions.roles import agree_refusal, copy_refusal, proposing_refusal
from gezhi.core.staff.forms import CopyRoleForm, RoleRightsForm, rights_by_area, rights_for
from gezhi.core.staff.models import Role, RoleChange
from gezhi.core.staff.pages.columns import POST_COLUMNS
from gezhi.core.staff.pages.deciding import Agreeing, Deciding, Refusing


def _levels(row: Role) -> str:
    return "、".join(str(Level(level).label) for level in row.levels)


def _number_of_rights(row: Role) -> int:
    return len(row.rights)


ROLE_COLUMNS = (
    ui.Text("named", _("角色"), order="title"),
    ui.Computed("levels", _("适用层级"), give=_levels),
    ui.Choice("administrator", _("三员"), choices=Role._meta.get_field("administrator").choices),
    ui.Number("holders", _("在任人数"), order="holders"),
    ui.Computed("rights", _("权限数"), give=_number_of_rights),
    ui.Computed("duties", _("职责"), give=lambda role: in_readers_language(role.duties)),
)


CHANGE_STATES = (("waits", _("待复核")), ("agreed", _("已同意")), ("refused", _("已退回")))


def _titles(codes: list[str]) -> str:
    titles = {right.code: str(right.title) for right in declared_rights()}
    return "、".join(titles.get(code, code) for code in codes) or "—"


def _added(row: RoleChange) -> str:
    return _titles(sorted(set(row.rights) - set(row.was)))


def _taken(row: RoleChange) -> str:
    return _titles(sorted(set(row.was) - set(row.rights)))


CHANGE_COLUMNS = (
    ui.Text("named", _("角色"), order="title"),
    ui.Moment("proposed_at", _("提出时间"), order="-proposed_at"),
    ui.Text("proposed_by", _("提出人")),
    ui.Long("reason", _("事由")),
    ui.Badge(
        "state",
        _("状态"),
        choices=CHANGE_STATES,
        tones={"waits": "warn", "agreed": "good"},
    ),
)


class RoleList(ui.ListPage):
    path, name = "roles/", "staff.roles"
    title = _("角色")
    lead = _("权限写在程序里，角色是权限的组合；岗位把角色给到人和网格")
    right = rights.SEE_ROLES
    rows = queries.roles
    opens = "staff.role"
    columns = ROLE_COLUMNS
    ordering = ("order", "code")
    buttons = (
        ui.Button(_("权限对照表"), "staff.role_matrix", rights.SEE_ROLES, icon="table"),
        ui.Button(_("角色变更"), "staff.role_changes", rights.SEE_ROLES, icon="history"),
    )


class RoleMatrix(ui.Page):
    """Every right against every role, as it stands now."""

    path, name = "roles/matrix/", "staff.role_matrix"
    title = _("权限对照表")
    right = rights.SEE_ROLES
    crumbs = ("staff.roles",)
    template = "staff/matrix.html"

    def get(self) -> HttpResponseBase:
        roles = list(Role.objects.all())
        held = [frozenset(role.rights) for role in roles]
        areas = [
            (
                title,
                [(right, [right.code in own for own in held]) for right in declared],
            )
            for _code, title, declared in rights_by_area()
        ]
        return self.render({"roles": roles, "areas": areas})


class RoleDetail(ui.DetailPage):
    path, name = "roles/<str:pk>/", "staff.role"
    title = _("角色")
    right = rights.SEE_ROLES
    rows = queries.roles
    crumbs = ("staff.roles",)
    template = "staff/role.html"
    sections = (ui.Section(_("角色"), ROLE_COLUMNS[1:]),)
    related = (
        ui.Related(
            _("在任人员"),
            queries.posts_with,
            POST_COLUMNS,
            rights.SEE_POSTS,
            opens="staff.post",
            all_in="staff.posts",
            all_query=lambda role: f"role={role.pk}",
        ),
        ui.Related(
            _("角色变更"),
            queries.changes_of,
            CHANGE_COLUMNS[1:],
            rights.SEE_ROLES,
            opens="staff.role_change",
            nothing=_("没有变更过"),
        ),
    )
    acts = (
        ui.Act(
            _("拟定权限"),
            "staff.role_rights",
            rights.SET_ROLES,
            refusal=proposing_refusal,
            icon="pencil",
            main=True,
        ),
        ui.Act(
            _("复制为新角色"),
            "staff.copy_role",
            rights.SET_ROLES,
            refusal=copy_refusal,
            icon="stack-2",
        ),
    )

    def heading(self) -> str:
        return str(self.row.named)

    def extra(self) -> dict[str, Any]:
        held = set(self.row.rights)
        return {
            "areas": [
                (title, own)
                for _code, title, declared in rights_by_area()
                if (own := [right for right in declared if right.code in held])
            ],
            "unknown": sorted(held - {right.code for right in declared_rights()}),
        }


class RoleRights(ui.FormPage):
    path, name = "roles/<str:pk>/rights/", "staff.role_rights"
    title = _("拟定权限")
    sees = rights.SEE_ROLES
    right = rights.SET_ROLES
    rows = queries.roles
    crumbs = ("staff.roles",)
    form: ClassVar[type[forms.Form]] = RoleRightsForm
    lead = _("由另一位管理员（安全管理员）复核同意后，对所有在任人员生效，并通知审计管理员")
    button = _("提交复核")
    said = _("已提交复核")
    wide = True

    def heading(self) -> str:
        return _now("拟定权限：%(role)s") % {"role": self.row.named}

    def refusal(self) -> Refusal | None:
        return proposing_refusal(self.row, self.actor)

    def initial(self) -> dict[str, Any]:
        held = set(self.row.rights)
        return {
            "was": " ".join(sorted(held)),
            **{
                f"rights_{code}": [right.code for right in declared if right.code in held]
                for code, _title, declared in rights_for(self.row)
            },
        }

    def form_arguments(self) -> dict[str, Any]:
        return {"role": self.row}

    def act(self, data: dict[str, Any]) -> str:
        chosen = {
            code for name, codes in data.items() if name.startswith("rights_") for code in codes
        }
        change = actions.propose_role_rights(
            role=self.row,
            to=chosen,
            was=data["was"].split(),
            reason=data["reason"],
            by=self.actor,
            at=self.at,
        )
        return address_of_change(change)


def address_of_change(change: RoleChange) -> str:
    return reverse("staff.role_change", kwargs={"pk": change.pk})


class CopyRole(ui.FormPage):
    path, name = "roles/<str:pk>/copy/", "staff.copy_role"
    title = _("复制为新角色")
    sees = rights.SEE_ROLES
    right = rights.SET_ROLES
    rows = queries.roles
    crumbs = ("staff.roles",)
    form: ClassVar[type[forms.Form]] = CopyRoleForm
    lead = _("新角色的权限和适用层级与原角色相同，同意后可再拟定权限；由另一位管理员复核后才有")
    button = _("提交复核")
    said = _("已提交复核")

    def heading(self) -> str:
        return f"{self.title}：{self.row.named}"

    def refusal(self) -> Refusal | None:
        return copy_refusal(self.row, self.actor)

    def initial(self) -> dict[str, Any]:
        return {"duties": self.row.duties}

    def act(self, data: dict[str, Any]) -> str:
        change = actions.propose_role(copy_of=self.row, **data, by=self.actor, at=self.at)
        return address_of_change(change)


# --- proposals -------------------------------------------------------------------------


class RoleChangeList(ui.ListPage):
    path, name = "roles/changes/", "staff.role_changes"
    title = _("角色变更")
    lead = _("每一项由一位管理员提出，另一位复核后生效")
    right = rights.SEE_ROLES
    rows = queries.role_changes
    crumbs = ("staff.roles",)
    opens = "staff.role_change"
    columns = CHANGE_COLUMNS
    filters = (ui.YesOrNo("waits", _("待复核"), column="agreed__isnull"),)
    ordering = ("-proposed_at",)
    nothing = _("没有变更过")


class RoleChangeDetail(ui.DetailPage):
    path, name = "roles/changes/<uuid:pk>/", "staff.role_change"
    title = _("角色变更")
    right = rights.SEE_ROLES
    rows = queries.role_changes
    crumbs = ("staff.roles", "staff.role_changes")
    sections = (
        ui.Section(
            _("变更"),
            (
                *CHANGE_COLUMNS,
                ui.Text("copy_of.named", _("复制自")),
                ui.Computed("added", _("增加的权限"), give=_added),
                ui.Computed("taken", _("减少的权限"), give=_taken),
            ),
        ),
        ui.Section(
            _("复核"),
            (
                ui.Text("decided_by", _("复核人")),
                ui.Moment("decided_at", _("复核时间")),
                ui.Long("answer", _("复核意见")),
            ),
            when=lambda change: change.agreed is not None,
        ),
    )
    acts = (
        ui.Act(
            _("同意变更"),
            "staff.agree_role",
            rights.AGREE_ROLES,
            refusal=agree_refusal,
            icon="check",
            main=True,
        ),
        ui.Act(
            _("退回变更"),
            "staff.refuse_role",
            rights.AGREE_ROLES,
            refusal=agree_refusal,
            icon="arrow-back-up",
        ),
    )

    def heading(self) -> str:
        return str(self.row.named)


class ChangeAct(Deciding):
    """A decision on one proposal."""

    sees = rights.SEE_ROLES
    right = rights.AGREE_ROLES
    rows = queries.role_changes
    crumbs = ("staff.roles", "staff.role_changes")
    done = "staff.role_change"
    may_not = agree_refusal


class AgreeRole(Agreeing, ChangeAct):
    path, name = "roles/changes/<uuid:pk>/agree/", "staff.agree_role"
    title = _("同意变更")
    lead = _("同意后立即对所有在任人员生效")

    def act(self, data: dict[str, Any]) -> str:
        actions.agree_role(change=self.row, by=self.actor, at=self.at)
        return address_of_change(self.row)


class RefuseRole(Refusing, ChangeAct):
    path, name = "roles/changes/<uuid:pk>/refuse/", "staff.refuse_role"
    title = _("退回变更")

    def act(self, data: dict[str, Any]) -> None:
        actions.refuse_role(change=self.row, reason=data["reason"], by=self.actor, at=self.at)
