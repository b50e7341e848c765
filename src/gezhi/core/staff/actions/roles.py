"""What a role may do: set by the security administrator, within what may stand together."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.areas import declared_rights
from gezhi.base.errors import Conflict, Refusal
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.notices import actions as notices
from gezhi.core.staff import rights, rules
from gezhi.core.staff.actions.posts import holders_of
from gezhi.core.staff.actions.refusing import demand_second_factor, refuse
from gezhi.core.staff.models import Role


@action("staff.set_role_rights", _lazy("设定角色权限"), right=rights.SET_ROLES)
def set_role_rights(
    *, role: Role, to: Collection[str], was: Collection[str], by: Actor, at: datetime
) -> Role:
    """Give a role exactly these rights. `was` are those the editor saw: `Conflict` if they changed.

    The audit administrators are told what was added and taken away.
    """
    demand_second_factor(by, at)
    role = Role.objects.select_for_update().get(pk=role.pk)
    if set(role.rights) != set(was):
        raise Conflict(_("这个角色的权限刚被他人修改，请刷新后重新核对"), "staff.role_changed")
    known = {right.code for right in declared_rights()}
    if unknown := set(to) - known:
        raise Refusal(
            _("没有这些权限：%(codes)s") % {"codes": "、".join(sorted(unknown))},
            "staff.unknown_right",
        )
    refuse(rules.role_rights_reason(role.administrator, to))
    added, taken = sorted(set(to) - set(was)), sorted(set(was) - set(to))
    role.rights = sorted(to)
    role.save(update_fields=["rights"])
    note(changes={"role": role.pk, "added": added, "taken": taken})
    if added or taken:
        notices.send(
            to=holders_of("journal.read", on=timezone.localdate(at)),
            kind="staff.role",
            title=kept("角色权限已修改：%(role)s") % {"role": role.title},
            body=kept("增加 %(a)d 项，减少 %(t)d 项，修改人：%(name)s")
            % {"a": len(added), "t": len(taken), "name": by.name},
            by=by,
            at=at,
        )
    return role
