"""What the first page says of matters: those that wait for whoever looks, what is due first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.pages import hooks
from gezhi.base.pages.hooks import Errand
from gezhi.engines.matters import queries, rights
from gezhi.engines.matters.actions import address_of
from gezhi.engines.matters.models import Matter

MOST: Final = 6


def home_errands(actor: Actor, at: datetime) -> Sequence[Errand]:
    """The first of what waits for this actor, of any kind, and the way to the rest; one query."""
    if not rights.INBOX.held_by(actor):
        return ()
    waiting = rights.INBOX.rows(queries.waiting_for(actor, at), actor)
    found = list(waiting.order_by("due_at", "-urgent", "pk")[: MOST + 1])
    errands = [_errand(one, at) for one in found[:MOST]]
    if len(found) > MOST:
        errands.append(Errand(_("查看全部待办事项"), "", reverse("matters.waiting")))
    return errands


def _errand(matter: Matter, at: datetime) -> Errand:
    names = hooks.place_names()
    place = matter.grid_id or matter.community_id
    why = [matter.state_title, names.get(place, "") if place else "", *_due(matter, at)]
    words = f"{matter.title} {matter.number}"
    return Errand(words, " · ".join(filter(None, why)), address_of(matter))


def _due(matter: Matter, at: datetime) -> Iterator[str]:
    if matter.due_at is None:
        return
    due = timezone.localtime(matter.due_at)
    moment = f"{due:%H:%M}" if due.date() == timezone.localdate(at) else f"{due:%m-%d %H:%M}"
    pattern = _("%(moment)s 已超期") if matter.due_at < at else _("%(moment)s 到期")
    yield pattern % {"moment": moment}
