"""Breaking the glass: sight beyond one's reach in an emergency, at once; reviewed afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor, system
from gezhi.base.errors import Conflict, NotAllowed, Refusal
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.notices.actions import done, send
from gezhi.core.privacy import hooks, rights
from gezhi.core.privacy.actions.alarms import raise_alarm
from gezhi.core.privacy.models import AlarmKind, BreakGlass

OPEN_FOR: Final = timedelta(minutes=30)
REASON_LETTERS: Final = 8


@action("privacy.break_glass", gettext_noop("启用紧急查看"), right=rights.BREAK_GLASS)
def break_glass(*, person_id: UUID, reason: str, by: Actor, at: datetime) -> BreakGlass:
    """Open one person's fields to oneself for half an hour, for life, health or property.

    Works at once and asks nobody. The alarm goes out in the same transaction, and somebody else
    says afterwards whether it was right.
    """
    if by.account_id is None:
        raise NotAllowed(_("只有工作人员可以使用紧急查看"), "privacy.glass_needs_account")
    if len(reason.strip()) < REASON_LETTERS:
        raise Refusal(
            _("请写明紧急情况（至少 8 个字）：谁、在哪里、发生了什么"),
            "privacy.reason_missing",
            field="reason",
        )
    post = by.post_for(rights.BREAK_GLASS.code)
    glass = BreakGlass.objects.create(
        account_id=by.account_id,
        actor_name=by.name,
        post=post.title if post else "",
        subject_id=person_id,
        reason=reason.strip()[:300],
        opened_at=at,
        closes_at=at + OPEN_FOR,
    )
    raise_alarm(
        AlarmKind.BREAK_GLASS,
        key=f"glass/{glass.pk}",
        account_id=by.account_id,
        actor_name=by.name,
        sentence=kept("%(post)s %(name)s 启用了紧急查看") % {"post": glass.post, "name": by.name},
        at=at,
    )
    reviewers = hooks.accounts_holding(rights.REVIEW.code, timezone.localdate(at))
    send(
        to=[one for one in reviewers if one != by.account_id],
        kind="privacy.review",
        title=kept("紧急查看待复核"),
        body=kept("%(post)s %(name)s，%(at)s")
        % {
            "post": glass.post,
            "name": by.name,
            "at": f"{timezone.localtime(at):%Y-%m-%d %H:%M}",
        },
        link=f"/privacy/break-glass/{glass.pk}/",
        todo=True,
        key=f"privacy.glass/{glass.pk}",
        by=system("privacy"),
        at=at,
    )
    note(glass, person_id=person_id, personal={"reason": glass.reason})
    return glass


@action("privacy.review_break_glass", gettext_noop("复核紧急查看"), right=rights.REVIEW)
def review_break_glass(
    glass: BreakGlass, *, justified: bool, review: str, by: Actor, at: datetime
) -> BreakGlass:
    """Say whether an emergency look was right; never by the one who looked. It closes with that."""
    locked = BreakGlass.objects.select_for_update().get(pk=glass.pk)
    if locked.account_id == by.account_id:
        raise NotAllowed(_("不能复核自己的紧急查看，须由另一人复核"), "privacy.own_glass")
    if locked.reviewed_at is not None:
        raise Conflict(
            _("已由 %(who)s 复核") % {"who": locked.reviewer_name}, "privacy.reviewed_already"
        )
    if not justified and len(review.strip()) < NOT_JUSTIFIED_LETTERS:
        raise Refusal(
            _("认定不正当须写明理由（至少 4 个字）"), "privacy.review_missing", field="review"
        )
    locked.reviewed_at, locked.justified = at, justified
    locked.reviewer_id, locked.reviewer_name = by.account_id, by.name
    locked.review = review.strip()[:300]
    locked.closes_at = min(locked.closes_at, at)
    locked.save()
    done(key=f"privacy.glass/{locked.pk}", by=by, at=at)
    note(locked, person_id=locked.subject_id, why=locked.review, changes={"justified": justified})
    return locked


NOT_JUSTIFIED_LETTERS: Final = 4


def still_open(account_id: UUID, person_id: UUID, at: datetime) -> BreakGlass | None:
    """The emergency look this account has open at a person, if any."""
    opened = BreakGlass.objects.filter(account_id=account_id, subject_id=person_id)
    return (
        opened.filter(opened_at__lte=at, closes_at__gt=at).order_by(F("closes_at").desc()).first()
    )
