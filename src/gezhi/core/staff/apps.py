from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _several

from gezhi.base.areas import Area, MenuLine


class StaffArea(Area):
    name = "gezhi.core.staff"
    label = "staff"
    title = _("人员与岗位")
    verbose_name = title

    def ready(self) -> None:
        from gezhi.base.pages import hooks as pages
        from gezhi.core.places import holders, rehoming
        from gezhi.core.privacy import hooks
        from gezhi.core.staff import grids, reach

        hooks.accounts_holding.provide(reach.accounts_holding)
        pages.role_titles.provide(reach.role_titles)
        holders.register(grids.holders_at)
        rehoming.register_heir(grids.pass_on_posts)
        rehoming.register_check("posts", _("岗位"), grids.posts_left)

    def menu(self) -> tuple[MenuLine, ...]:
        from gezhi.core.staff import rights

        return (
            MenuLine(
                _several("menu", "岗位"), "staff.posts", rights.SEE_POSTS, "id-badge-2", order=80
            ),
            MenuLine(_("责任单位"), "staff.units", rights.UNITS, "building-community", order=81),
            MenuLine(
                _several("menu", "账号"), "staff.accounts", rights.SEE_ACCOUNTS, "users", order=82
            ),
            MenuLine(
                _several("menu", "角色"), "staff.roles", rights.SEE_ROLES, "shield-check", order=84
            ),
            MenuLine(_("程序"), "staff.programs", rights.SEE_ACCOUNTS, "device-desktop", order=85),
            MenuLine(_("登录尝试"), "staff.attempts", rights.SEE_ATTEMPTS, "login", order=86),
            MenuLine(_("接口说明"), "api.docs", rights.SEE_ACCOUNTS, "file-text", order=88),
        )

    def furnish(self, at: datetime) -> None:
        """The first roles; one that is there already stays as the office has made it."""
        from gezhi.core.staff.models import Role
        from gezhi.core.staff.roles import FIRST_ROLES

        known = set(Role.objects.values_list("code", flat=True))
        Role.objects.bulk_create(
            Role(
                code=role.code,
                title=role.title,
                levels=list(role.levels),
                rights=sorted(role.rights),
                duties=role.duties,
                administrator=role.administrator,
                order=number,
            )
            for number, role in enumerate(FIRST_ROLES, start=1)
            if role.code not in known
        )
