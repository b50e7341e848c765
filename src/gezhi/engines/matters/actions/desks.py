"""Named writes on whose desk a matter lies: hand it on, and leave one's desk to a deputy."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.core.journal.actions import action, note
from gezhi.core.staff.models import Account
from gezhi.engines.matters import desks, refusing, rights
from gezhi.engines.matters.models import Delegation, Matter

LONGEST: Final = 180
"""Days a desk is left to another at most; longer absences are for an acting post."""


def place_in_hands(matter: Matter, *, unit_id: UUID | None, holder_id: UUID | None) -> None:
    """For a step's effect: say in whose hands the matter is now."""
    matter.unit_id, matter.holder_id = unit_id, holder_id


@action("matters.hand_on", _lazy("转交经办人"), right=rights.INBOX)
def hand_on(*, matter: Matter, to: UUID, why: str, by: Actor, at: datetime) -> Matter:
    """Give a matter that lies on one's own desk, or in one's unit, to another account."""
    row = Matter.objects.select_for_update().get(pk=matter.pk)
    if not rights.in_hand().covers(by, rights.INBOX.code, row):
        raise refusing.not_in_hand()
    if row.ended_at is not None:
        raise refusing.over(row)
    if not why.strip():
        raise Refusal(_("请写明转交原因"), "matters.no_reason", field="why")
    if row.holder_id == to:
        raise Refusal(_("此事项已在这位同事名下"), "matters.has_it", field="to")
    came, row.holder_id = row.holder_id, to
    row.revision += 1
    row.save(update_fields=["holder_id", "revision"])
    note(row, place_id=row.grid_id or row.community_id, why=why, changes={"from": came, "to": to})
    return row


def hand_over(account_id: UUID, successor_id: UUID, by: Actor, at: datetime) -> int:
    """Give all open matters of one account to another, within the action that ends a post."""
    mine = Matter.objects.filter(holder_id=account_id, ended_at=None)
    moved = mine.update(holder_id=successor_id, revision=F("revision") + 1)
    note(changes={"matters": {"to": successor_id, "number": moved}})
    return moved


@action("matters.delegate", _lazy("委托办理"), right=rights.INBOX)
def delegate(
    *, deputy: Account, first: date, last: date, why: str, by: Actor, at: datetime
) -> Delegation:
    """Leave one's desk to a colleague from one day to another, both included.

    The deputy takes the steps their own posts allow, and is named as acting for the absent one.
    """
    today = timezone.localdate(at)
    if by.account_id is None:
        raise ValueError("a desk is somebody's")
    if deputy.pk == by.account_id:
        raise Refusal(_("不能委托给自己"), "matters.own_deputy", field="deputy")
    if deputy.closed_at is not None:
        raise Refusal(_("对方账号已停用，请另选"), "matters.deputy_closed", field="deputy")
    if first < today:
        raise Refusal(_("最早从今天开始"), "matters.delegated_backwards", field="first")
    if not first <= last <= date.fromordinal(first.toordinal() + LONGEST):
        raise Refusal(
            _("结束日期须在开始之后，最长 %(days)d 天") % {"days": LONGEST},
            "matters.delegation_too_long",
            field="last",
        )
    if not why.strip():
        raise Refusal(_("请写明事由"), "matters.no_reason", field="why")
    # one at a time for an account: two at once could both find the days free
    Account.objects.select_for_update(no_key=True).get(pk=by.account_id)
    overlapping = Delegation.objects.filter(
        account_id=by.account_id, ended_at=None, first__lte=last, last__gte=first
    )
    if overlapping.exists():
        raise Refusal(_("这段时间已有委托，请先结束原来的"), "matters.delegated", field="first")
    row = Delegation.objects.create(
        account_id=by.account_id,
        name=by.name,
        deputy_id=deputy.pk,
        deputy_name=deputy.name,
        first=first,
        last=last,
        why=why.strip()[:200],
        made_at=at,
    )
    desks.leaves.forget()
    note(row, why=row.why, changes={"to": deputy.pk, "from": first, "until": last})
    return row


@action("matters.end_delegation", _lazy("结束委托"), right=rights.INBOX)
def end_delegation(*, delegation: Delegation, by: Actor, at: datetime) -> Delegation:
    """Take one's desk back before the day."""
    row = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if row.account_id != by.account_id:
        raise NotAllowed(_("只能结束自己的委托"), "matters.not_your_desk")
    if row.ended_at is not None or row.last < timezone.localdate(at):
        raise Refusal(_("这项委托已经结束"), "matters.delegation_over")
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    desks.leaves.forget()
    note(row)
    return row
