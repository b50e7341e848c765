"""The numbers of cases on the first page of whoever sees all cases of their places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.pages.hooks import Tile
from gezhi.base.pages.layout import link
from gezhi.engines.matters.models import Matter
from gezhi.services.cases import queries, rights
from gezhi.services.cases.models import State

TO_DECIDE = (State.DISPUTED, State.EXTENSION_PENDING, State.SUSPENSION_PENDING)


def home_tiles(actor: Actor, at: datetime) -> Sequence[Tile]:
    """Open, overdue and, for whoever decides, undecided cases: one query over what is open."""
    if not rights.SEE_ALL.held_by(actor):
        return ()
    rows = rights.SEE_ALL.rows(Matter.objects.filter(kind=queries.KIND, ended_at=None), actor)
    counted = rows.order_by().aggregate(
        open=Count("pk"),
        late=Count("pk", filter=Q(due_at__lt=at)),
        today=Count("pk", filter=Q(due_at__gte=at, due_at__lt=_end_of_day(at))),
        undecided=Count("pk", filter=Q(state__in=TO_DECIDE)),
    )
    cases, day = link("cases.list"), timezone.localdate(at).isoformat()
    tiles = [
        _tile(_("在办案件"), counted["open"], f"{cases}?open=1", "clipboard-list"),
        _tile(_("超期案件"), counted["late"], f"{cases}?late=1&sort=due_at", "clock", "bad"),
        _tile(
            _("今天到期"),
            counted["today"],
            f"{cases}?open=1&late=0&due_from={day}&due_to={day}&sort=due_at",
            "calendar",
            "warn",
        ),
    ]
    if rights.DECIDE.held_by(actor):
        states = "&".join(f"state={state}" for state in TO_DECIDE)
        tiles.append(
            _tile(_("待裁定审批"), counted["undecided"], f"{cases}?{states}", "checks", "warn")
        )
    return tiles


def _end_of_day(at: datetime) -> datetime:
    """The midnight after a moment."""
    tomorrow = timezone.localdate(at) + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, timezone.get_current_timezone())


def _tile(label: str, number: int, address: str, icon: str, tone: str = "neutral") -> Tile:
    tone = tone if number else "neutral"
    return Tile(label, f"{number:,}", _("件"), tone=tone, icon=icon, address=address)
