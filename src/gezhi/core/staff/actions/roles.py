"""What a role may do: proposed by one administrator, in force when a second one agrees."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.areas import declared_rights
from gezhi.base.errors import Conflict, FieldRefusal, Refusal
from gezhi.base.ids import uuid7
from gezhi.base.sentences import _ as kept
from gezhi.base.text import tidy
from gezhi.core.journal.actions import action, note
from gezhi.core.notices import actions as notices
from gezhi.core.staff import rights, rules
from gezhi.core.staff.actions.refusing import demand_second_factor, refuse
from gezhi.core.staff.actions.second_person import (
    ask_second_person,
    deciding_refusal,
    holders_of,
)
from gezhi.core.staff.models import Role, RoleChange


@action("staff.propose_role_rights", _lazy("拟定角色权限"), right=rights.SET_ROLES)
def propose_role_rights(
    *,
    role: Role,
    to: Collection[str],
    was: Collection[str],
    reason: str,
    by: Actor,
    at: datetime,
) -> RoleChange:
    """Propose that a role have exactly these rights; nothing changes until somebody else agrees.

    `was` are those the editor saw: `Conflict` if they changed.
    """
    demand_second_factor(by, at)
    role = Role.objects.select_for_update().get(pk=role.pk)
    if refusal := proposing_refusal(role, by):
        raise refusal
    if set(role.rights) != set(was):
        raise _changed_meanwhile()
    if set(to) == set(was):
        raise Refusal(_("权限没有变化，不必提交"), "staff.nothing_changed")
    _check_rights(role.administrator, to)
    return _propose(
        RoleChange(
            role=role,
            title=role.title,
            title_en=role.title_en,
            duties=role.duties,
            was=sorted(was),
            rights=sorted(to),
        ),
        reason,
        by=by,
        at=at,
    )


@action("staff.propose_role", _lazy("拟定新角色"), right=rights.SET_ROLES)
def propose_role(
    *,
    copy_of: Role,
    title: str,
    title_en: str,
    duties: str,
    reason: str,
    by: Actor,
    at: datetime,
) -> RoleChange:
    """Propose a new role with the rights and levels of another, under a name of its own."""
    demand_second_factor(by, at)
    if refusal := copy_refusal(copy_of, by):
        raise refusal
    title, title_en = tidy(title)[:40], tidy(title_en)[:80]
    wrong = [
        FieldRefusal(field, _("已有同名角色，请换一个名称"))
        for field, words in (("title", title), ("title_en", title_en))
        if words and Role.objects.filter(**{f"{field}__iexact": words}).exists()
    ]
    if not title:
        wrong.append(FieldRefusal("title", _("请填写名称")))
    if not title_en:
        wrong.append(FieldRefusal("title_en", _("请填写英文名称")))
    if wrong:
        raise Refusal("；".join(one.sentence for one in wrong), "staff.role_name", fields=wrong)
    return _propose(
        RoleChange(
            copy_of=copy_of,
            title=title,
            title_en=title_en,
            duties=tidy(duties)[:300],
            rights=sorted(copy_of.rights),
        ),
        reason,
        by=by,
        at=at,
    )


def _check_rights(administrator: str, to: Collection[str]) -> None:
    known = {right.code for right in declared_rights()}
    if unknown := set(to) - known:
        raise Refusal(
            _("没有这些权限：%(codes)s") % {"codes": "、".join(sorted(unknown))},
            "staff.unknown_right",
        )
    refuse(rules.role_rights_reason(administrator, to))


def _changed_meanwhile() -> Conflict:
    return Conflict(_("这个角色的权限刚被他人修改，请刷新后重新核对"), "staff.role_changed")


def _propose(change: RoleChange, reason: str, *, by: Actor, at: datetime) -> RoleChange:
    change.reason, change.proposed_at = reason[:200], at
    change.proposed_by, change.proposed_by_id = by.name, by.account_id
    try:
        with transaction.atomic():
            change.save(force_insert=True)
    except IntegrityError:
        raise _waits_already() from None
    note(
        change,
        why=reason,
        changes={"role": change.role_id, "title": change.title, **_difference(change)},
    )
    ask_second_person(
        rights.AGREE_ROLES,
        but={by.account_id},
        title=kept("角色权限待复核：%(role)s") % {"role": change.title},
        body=kept("提出人：%(name)s") % {"name": by.name},
        link=reverse("staff.role_change", kwargs={"pk": change.pk}),
        key=_key(change),
        by=by,
        at=at,
    )
    return change


def _difference(change: RoleChange) -> dict[str, list[str]]:
    return {
        "added": sorted(set(change.rights) - set(change.was)),
        "taken": sorted(set(change.was) - set(change.rights)),
    }


def _key(change: RoleChange) -> str:
    return f"staff.agree_role:{change.pk}"


# --- the second person -----------------------------------------------------------------


@action("staff.agree_role", _lazy("复核同意角色权限"), right=rights.AGREE_ROLES)
def agree_role(*, change: RoleChange, by: Actor, at: datetime) -> Role:
    """Agree to a proposal: it holds at once for everybody in the role. The auditor is told."""
    demand_second_factor(by, at)
    change = _locked(change)
    if refusal := agree_refusal(change, by):
        raise refusal
    role = _made(change) if change.role_id is None else _changed(change)
    change.role = role
    _decide(change, True, "", by=by, at=at)
    difference = _difference(change)
    note(change, changes={"role": role.pk, "agreed": True, **difference})
    words = {"a": len(difference["added"]), "t": len(difference["taken"])}
    notices.send(
        to=holders_of("journal.read", on=timezone.localdate(at)),
        kind="staff.role",
        title=kept("角色权限已修改：%(role)s") % {"role": role.title},
        body=kept("增加 %(a)d 项，减少 %(t)d 项，提出人：%(name)s，复核人：%(other)s")
        % {**words, "name": change.proposed_by, "other": by.name},
        link=reverse("staff.role_change", kwargs={"pk": change.pk}),
        by=by,
        at=at,
    )
    return role


def _changed(change: RoleChange) -> Role:
    role = Role.objects.select_for_update().get(pk=change.role_id)
    if set(role.rights) != set(change.was):
        raise _changed_meanwhile()
    _check_rights(role.administrator, change.rights)
    role.rights = change.rights
    role.save(update_fields=["rights"])
    return role


def _made(change: RoleChange) -> Role:
    _check_rights("", change.rights)
    if Role.objects.filter(title=change.title).exists():
        raise Refusal(_("已有同名角色，请换一个名称"), "staff.role_name")
    copied = change.copy_of
    role: Role = Role.objects.create(
        code=f"own_{uuid7().hex}",
        title=change.title,
        title_en=change.title_en,
        duties=change.duties,
        rights=change.rights,
        levels=copied.levels if copied else [],
        order=copied.order if copied else 50,
    )
    return role


@action("staff.refuse_role", _lazy("复核退回角色权限"), right=rights.AGREE_ROLES)
def refuse_role(*, change: RoleChange, reason: str, by: Actor, at: datetime) -> None:
    """Decline a proposal; the role stays as it is."""
    demand_second_factor(by, at)
    change = _locked(change)
    if refusal := agree_refusal(change, by):
        raise refusal
    _decide(change, False, reason, by=by, at=at)
    note(change, why=reason, changes={"role": change.role_id, "agreed": False})


def _decide(change: RoleChange, agreed: bool, answer: str, *, by: Actor, at: datetime) -> None:
    change.agreed, change.answer = agreed, answer[:200]
    change.decided_at, change.decided_by, change.decided_by_id = at, by.name, by.account_id
    change.save()
    notices.done(key=_key(change), by=by, at=at)
    if change.proposed_by_id is not None:
        told = kept("角色权限已同意：%(role)s") if agreed else kept("角色权限被退回：%(role)s")
        notices.send(
            to=[change.proposed_by_id],
            kind="staff.role",
            title=told % {"role": change.title},
            body=answer,
            link=reverse("staff.role_change", kwargs={"pk": change.pk}),
            by=by,
            at=at,
        )


def _locked(change: RoleChange) -> RoleChange:
    rows = RoleChange.objects.select_for_update(of=("self",))
    return rows.select_related("role", "copy_of").get(pk=change.pk)


# --- what guards buttons and writes alike ----------------------------------------------


def _waits_already() -> Refusal:
    return Refusal(_("这个角色已有一项待复核的变更，请先等它办完"), "staff.role_change_waits")


def proposing_refusal(role: Role, by: Actor) -> Refusal | None:
    """Why no change of this role may be proposed now."""
    if RoleChange.objects.filter(role=role, agreed=None).exists():
        return _waits_already()
    return None


def copy_refusal(role: Role, by: Actor) -> Refusal | None:
    """Why no new role may be made from this one."""
    if role.administrator:
        return Refusal(_("系统、安全、审计管理员的角色不能复制"), "staff.copy_administrator")
    return None


def agree_refusal(change: RoleChange, by: Actor) -> Refusal | None:
    """Why this person may not decide on a proposal."""
    return deciding_refusal(by, waits=change.agreed is None, proposer=change.proposed_by_id)
