"""Columns that lists of matters share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.engines.matters.language import workflows
from gezhi.engines.matters.models import Matter

SOON = timedelta(hours=2)
"""What is due within this time is coloured."""


def kind_title(matter: Matter) -> str:
    """The kind of a matter in the reader's language."""
    return str(workflows[matter.kind].title)


def state_title(matter: Matter) -> str:
    """Where it stands, as its own workflow calls it."""
    return matter.state_title


def kinds() -> list[tuple[str, str]]:
    """The kinds of work there are, for a filter."""
    return [(one.kind, str(one.title)) for one in workflows.values()]


@dataclass(frozen=True, slots=True)
class Lately(ui.Moment):
    """A point in time to the minute, the year left out while it is this one: 09-13 16:00."""

    def text(self, row: Any, look: ui.Look) -> str:
        value = self.value(row)
        if value is None:
            return ""
        here, now = value.astimezone(look.zone), timezone.now().astimezone(look.zone)
        return f"{here:%m-%d %H:%M}" if here.year == now.year else f"{here:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class Due(Lately):
    """When a matter is due, coloured when that is near or past; an end is not due."""

    def html(self, row: Any, look: ui.Look) -> str:
        words = self.text(row, look)
        if not words:
            return Lately.html(self, row, look)  # `super` does not know a class with slots
        left = self.value(row) - timezone.now()
        if left < timedelta():
            tone, state = "bad", _now("已超期")
        elif left < SOON:
            tone, state = "warn", _now("将到期")
        else:
            return escape(words)
        return f'{escape(words)} <span class="mark mark-{tone}">{escape(state)}</span>'


NUMBER = ui.Text("number", _("编号"))
TITLE = ui.Text("title", _("标题"))
KIND = ui.Computed("kind", _("种类"), give=kind_title)
STATE = ui.Computed("state", _("状态"), give=state_title)
PLACE = ui.Place("grid_id", _("网格"))
DUE = Due("due_at", _("时限"), order="due_at")
OPENED = Lately("opened_at", _("提出时间"), order="-opened_at")
MOVED = Lately("moved_at", _("最近办理"), order="-moved_at")
