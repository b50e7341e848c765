"""What waits for those who guard personal data, on their home page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.pages.hooks import Tile
from gezhi.base.pages.layout import link
from gezhi.core.privacy import rights
from gezhi.core.privacy.models import AccessEntry, Alarm, BreakGlass, RequestState, RightsRequest


def home_tiles(actor: Actor, at: datetime) -> Sequence[Tile]:
    """One number for each duty the actor has; a duty with nothing waiting is told in green."""
    return list(_tiles(actor, at))


def _tiles(actor: Actor, at: datetime) -> Iterator[Tile]:
    if rights.HANDLE_ALARMS.held_by(actor):
        alarms: QuerySet[Alarm] = Alarm.objects.filter(handled_at=None)
        rows: QuerySet[Any] = rights.HANDLE_ALARMS.rows(alarms, actor)
        where = f"{link('privacy.alarms')}?handled=0"
        yield _waiting(_("待处理告警"), rows.count(), "bell", where)
    if rights.ANSWER_REQUESTS.held_by(actor):
        open_ones: QuerySet[RightsRequest] = RightsRequest.objects.filter(state=RequestState.OPEN)
        rows = rights.ANSWER_REQUESTS.rows(open_ones, actor)
        where = f"{link('privacy.requests')}?state={RequestState.OPEN}"
        yield _waiting(_("待答复申请"), rows.count(), "message-question", where)
    if rights.REVIEW.held_by(actor):
        looks: QuerySet[BreakGlass] = BreakGlass.objects.filter(reviewed_at=None)
        rows = rights.REVIEW.rows(looks, actor)
        where = f"{link('privacy.glasses')}?reviewed=0"
        yield _waiting(_("紧急待复核"), rows.count(), "alert-triangle", where)
    if rights.SEE_LOG.held_by(actor):
        morning = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
        read = rights.SEE_LOG.rows(AccessEntry.objects.filter(at__gte=morning), actor).count()
        yield Tile(_("今日查阅"), f"{read:,}", _("次"), icon="eye", address=link("privacy.log"))


def _waiting(label: str, number: int, icon: str, where: str) -> Tile:
    tone = "warn" if number else "good"
    return Tile(label, f"{number:,}", _("项"), tone=tone, icon=icon, address=where)
