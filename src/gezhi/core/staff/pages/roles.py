"""Roles: what each may do, side by side, and how the security administrator changes it."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpResponseBase
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.areas import declared_rights
from gezhi.core.places.models import Level
from gezhi.core.staff import actions, queries, rights
from gezhi.core.staff.forms import RoleRightsForm, rights_by_area, rights_for
from gezhi.core.staff.models import Role
from gezhi.core.staff.pages.columns import POST_COLUMNS


def _levels(row: Role) -> str:
    return "、".join(str(Level(level).label) for level in row.levels)


def _number_of_rights(row: Role) -> int:
    return len(row.rights)


ROLE_COLUMNS = (
    ui.Text("title", _("角色"), order="title"),
    ui.Computed("levels", _("适用层级"), give=_levels),
    ui.Choice("administrator", _("三员"), choices=Role._meta.get_field("administrator").choices),
    ui.Number("holders", _("在任人数"), order="holders"),
    ui.Computed("rights", _("权限数"), give=_number_of_rights),
    ui.Long("duties", _("职责")),
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
    buttons = (ui.Button(_("权限对照表"), "staff.role_matrix", rights.SEE_ROLES, icon="table"),)


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
    )
    acts = (ui.Act(_("设定权限"), "staff.role_rights", rights.SET_ROLES, icon="pencil", main=True),)

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
    title = _("设定权限")
    sees = rights.SEE_ROLES
    right = rights.SET_ROLES
    rows = queries.roles
    crumbs = ("staff.roles",)
    form: ClassVar[type[forms.Form]] = RoleRightsForm
    lead = _("修改后立即对所有在任人员生效，并通知审计管理员")
    done = "staff.role"
    wide = True

    def heading(self) -> str:
        return _now("设定权限：%(role)s") % {"role": self.row.title}

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

    def act(self, data: dict[str, Any]) -> Role:
        chosen = {
            code for name, codes in data.items() if name.startswith("rights_") for code in codes
        }
        return actions.set_role_rights(
            role=self.row, to=chosen, was=data["was"].split(), by=self.actor, at=self.at
        )
