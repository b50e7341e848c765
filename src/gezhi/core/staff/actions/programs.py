"""Programs: proposed for a purpose, agreed to by a second person, let in by a token, revoked."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.sentences import Reason
from gezhi.base.sentences import _ as kept
from gezhi.base.text import tidy
from gezhi.core.journal.actions import action, note
from gezhi.core.notices import actions as notices
from gezhi.core.places.models import Place
from gezhi.core.privacy import purposes
from gezhi.core.privacy.fields import blind_index
from gezhi.core.staff import program_rules, queries, rights
from gezhi.core.staff.actions.refusing import demand_second_factor, refuse
from gezhi.core.staff.actions.second_person import (
    ask_second_person,
    deciding_refusal,
    holders_of,
)
from gezhi.core.staff.models import Account, Program, Role

TOKEN_CONTEXT: Final = "program_token"
TOKEN_STARTS: Final = "gezhi_"
"""So that a token that was published by mistake is recognised as one."""


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A fresh token in the clear: shown once, stored nowhere."""

    program: Program
    token: str = field(repr=False)


@action("staff.propose_program", _lazy("登记程序"), right=rights.GRANT_POSTS)
def propose_program(
    *,
    name: str,
    purpose: str,
    owner: Account,
    role: Role,
    place: Place,
    to: Collection[str],
    reveals_for: str,
    ends_on: date,
    by: Actor,
    at: datetime,
) -> Program:
    """Propose a program with these rights of a role at a place; it waits for a second person.

    The owner, who answers for it, holds these rights there too.
    `reveals_for`: code of the purpose it may read personal fields in full for, or empty.
    """
    demand_second_factor(by, at)
    today = timezone.localdate(at)
    if not tidy(name):
        raise Refusal(_("请填写名称"), "staff.program_name", field="name")
    if owner.closed_at is not None:
        raise Refusal(_("账号已停用，不能任命"), "staff.account_closed", field="owner")
    refuse(program_rules.end_reason(ends_on, today=today), field="ends_on")
    if place.level not in role.levels:
        raise Refusal(
            _("“%(role)s”不能设在这一层级的网格，请重新选择网格") % {"role": role.named},
            "staff.wrong_level",
            field="place",
        )
    refuse(
        program_rules.rights_reason(to, role=role.facts, offered=queries.rights_for_programs()),
        field="rights",
    )
    refuse(_owner_reason(owner, place, to, today), field="owner")
    if reveals_for:
        _check_purpose(reveals_for, role, to, today)
    program = Program(
        name=tidy(name)[:60],
        purpose=tidy(purpose)[:200],
        owner=owner,
        role=role,
        place=place,
        rights=sorted(to),
        reveals_for=reveals_for,
        ends_on=ends_on,
        proposed_at=at,
        proposed_by=by.name,
        proposed_by_id=by.account_id,
    )
    try:
        with transaction.atomic():
            program.save(force_insert=True)
    except IntegrityError:
        raise Refusal(_("已有同名程序，请换一个名称"), "staff.program_name", field="name") from None
    note(
        program,
        place_id=place.pk,
        why=program.purpose,
        changes={
            "name": program.name,
            "owner": owner.pk,
            "role": role.pk,
            "rights": program.rights,
            "reveals_for": reveals_for,
            "until": ends_on,
        },
    )
    ask_second_person(
        rights.AGREE_POSTS,
        but={by.account_id},
        title=kept("程序待复核：%(name)s") % {"name": program.name},
        body=kept("提出人：%(name)s") % {"name": by.name},
        link=reverse("staff.program", kwargs={"pk": program.pk}),
        key=_key(program),
        by=by,
        at=at,
    )
    return program


def _owner_reason(owner: Account, place: Place, to: Collection[str], today: date) -> Reason | None:
    held = queries.held_posts(owner.pk, on=today)
    return program_rules.owner_reason(to, path=place.path, held=held)


def _check_purpose(code: str, role: Role, to: Collection[str], today: date) -> None:
    """A program reads in full for one offered purpose, which its role and its rights admit."""
    purpose = purposes.in_force(today).filter(pk=code, offered=True).first()
    if (
        purpose is None
        or (purpose.roles and role.pk not in purpose.roles)
        or not {purpose.right, "privacy.reveal"} <= set(to)
    ):
        raise Refusal(
            _("所选角色和权限不能以这个目的查看明文，请换一个目的，或补选“查看明文”的权限"),
            "staff.program_purpose",
            field="reveals_for",
        )


def _key(program: Program) -> str:
    return f"staff.agree_program:{program.pk}"


@action("staff.agree_program", _lazy("复核同意程序"), right=rights.AGREE_POSTS)
def agree_program(*, program: Program, by: Actor, at: datetime) -> Program:
    """Agree to a program: from now on a token may be made for it. Owner and auditor are told."""
    demand_second_factor(by, at)
    program = _locked(program)
    if refusal := agree_refusal(program, by):
        raise refusal
    # What the owner holds may have changed since it was proposed.
    today = timezone.localdate(at)
    refuse(_owner_reason(program.owner, program.place, program.rights, today))
    program.waits, program.agreed_by, program.agreed_by_id = False, by.name, by.account_id
    program.save(update_fields=["waits", "agreed_by", "agreed_by_id"])
    notices.done(key=_key(program), by=by, at=at)
    told = {program.owner_id, *holders_of("journal.read", on=today)}
    if program.proposed_by_id is not None:
        told.add(program.proposed_by_id)
    notices.send(
        to=told,
        kind="staff.program",
        title=kept("程序已同意：%(name)s") % {"name": program.name},
        body=program.purpose,
        link=reverse("staff.program", kwargs={"pk": program.pk}),
        by=by,
        at=at,
    )
    note(program, place_id=program.place_id, changes={"agreed": True})
    return program


@action("staff.refuse_program", _lazy("复核退回程序"), right=rights.AGREE_POSTS)
def refuse_program(*, program: Program, reason: str, by: Actor, at: datetime) -> None:
    """Decline a program; it was never let in, and goes."""
    demand_second_factor(by, at)
    program = _locked(program)
    if refusal := agree_refusal(program, by):
        raise refusal
    note(
        program,
        place_id=program.place_id,
        why=reason,
        changes={"agreed": False, "name": program.name},
    )
    notices.done(key=_key(program), by=by, at=at)
    if program.proposed_by_id is not None:
        notices.send(
            to=[program.proposed_by_id],
            kind="staff.refused",
            title=kept("程序被退回：%(name)s") % {"name": program.name},
            body=reason,
            by=by,
            at=at,
        )
    program.delete()


@action("staff.make_token", _lazy("生成程序令牌"), right=rights.GRANT_POSTS)
def make_token(*, program: Program, by: Actor, at: datetime) -> MadeToken:
    """A new token for a program, shown once; the one before ends."""
    demand_second_factor(by, at)
    program = _locked(program)
    if refusal := token_refusal(program, by):
        raise refusal
    token = TOKEN_STARTS + secrets.token_urlsafe(32)
    program.token_index = blind_index(token, context=TOKEN_CONTEXT)
    program.token_made_at = at
    program.save(update_fields=["token_index", "token_made_at"])
    note(program, place_id=program.place_id)
    return MadeToken(program, token)


@action("staff.revoke_program", _lazy("吊销程序"), right=rights.GRANT_POSTS)
def revoke_program(*, program: Program, reason: str, by: Actor, at: datetime) -> None:
    """End a program: its token is refused from the next call on."""
    demand_second_factor(by, at)
    program = _locked(program)
    if refusal := revoke_refusal(program, by):
        raise refusal
    program.revoked_at, program.revoked_by, program.revoked_reason = at, by.name, reason[:200]
    program.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    notices.done(key=_key(program), by=by, at=at)
    note(program, place_id=program.place_id, why=reason)


def _locked(program: Program) -> Program:
    rows = Program.objects.select_for_update(of=("self",))
    return rows.select_related("role", "place", "owner").get(pk=program.pk)


# --- what guards buttons and writes alike ----------------------------------------------


def agree_refusal(program: Program, by: Actor) -> Refusal | None:
    """Why this person may not decide on a program."""
    return deciding_refusal(
        by,
        waits=program.waits and program.revoked_at is None,
        proposer=program.proposed_by_id,
        receiver=program.owner_id,
    )


def token_refusal(program: Program, by: Actor) -> Refusal | None:
    """Why no token may be made for a program now."""
    if program.state == "waits":
        return Refusal(_("程序尚待复核，不能生成令牌"), "staff.program_waits")
    return _ended(program)


def revoke_refusal(program: Program, by: Actor) -> Refusal | None:
    """Why a program cannot be revoked."""
    return _ended(program)


def _ended(program: Program) -> Refusal | None:
    if program.state in ("over", "revoked"):
        return Refusal(_("程序已到期或已吊销"), "staff.program_over")
    return None
