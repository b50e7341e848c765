"""What waits for a second person: who is asked, who may decide, and who hears of a refusal."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.rights import Right
from gezhi.core.notices import actions as notices
from gezhi.core.staff import rules
from gezhi.core.staff.actions.refusing import refusal_of
from gezhi.core.staff.models import Post


def holders_of(right: str, *, on: date) -> set[UUID]:
    """Accounts that hold a right through any post on a day."""
    return set(
        Post.objects.held(on=on)
        .filter(role__rights__contains=[right], account__closed_at=None)
        .values_list("account_id", flat=True)
    )


def ask_second_person(
    right: Right,
    *,
    but: Collection[UUID | None],
    title: str,
    body: str,
    link: str,
    key: str,
    by: Actor,
    at: datetime,
) -> None:
    """Put a proposal on the to-do list of everybody who may decide on it, leaving out `but`."""
    notices.send(
        to=holders_of(right.code, on=timezone.localdate(at)).difference(but),
        kind="staff.agree",
        title=title,
        body=body,
        link=link,
        todo=True,
        key=key,
        by=by,
        at=at,
    )


def deciding_refusal(
    by: Actor, *, waits: bool, proposer: UUID | None, receiver: UUID | None = None
) -> Refusal | None:
    """Why this person may not decide on a proposal; guards the buttons and the writes alike."""
    if not waits:
        return Refusal(_("不需要复核，或已经复核"), "staff.nothing_to_agree")
    return refusal_of(
        rules.second_person_reason(proposer=proposer, decider=by.account_id, receiver=receiver)
    )
