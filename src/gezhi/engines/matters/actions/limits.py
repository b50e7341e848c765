"""Named writes on the clocks of matters: grant more time, announce the marks reached."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.core.journal.actions import action, note
from gezhi.core.notices.actions import send
from gezhi.core.office.queries import calendar
from gezhi.engines.matters import clocks, queries
from gezhi.engines.matters.actions.moving import address_of
from gezhi.engines.matters.models import Matter, Running


@action("matters.extend", _lazy("延长时限"))
def extend(*, running: Running, by_limit: Any, by: Actor, at: datetime) -> Running:
    """Grant more time to a running clock; a service's step decides who may, and calls this."""
    row = Running.objects.select_for_update().get(pk=running.pk)
    if row.stopped_at is not None:
        raise Refusal(_("这个时限已经结束，不能延长"), "matters.clock_stopped")
    clocks.extend(row, by_limit, calendar(), at)
    matter = Matter.objects.get(pk=row.matter_id)
    clocks.refresh_due(matter)
    note(matter, changes={"clock": row.clock, "extended": row.extended, "due": row.due_at})
    return row


@action("matters.warn", _lazy("时限提醒"))
def warn(*, most: int = 500, by: Actor, at: datetime) -> int:
    """Tell those concerned of every mark reached by now; returns how many clocks it looked at.

    Run again it tells nobody twice: a clock remembers its last mark, a notice its key.
    """
    days = calendar()
    due = list(queries.about_to_warn(at, most).select_for_update(of=("self",), skip_locked=True))
    for running in due:
        mark = clocks.announce(running, days, at)
        if mark:
            _tell(running, mark, by, at)
    note(changes={"clocks": len(due)})
    return len(due)


def _tell(running: Running, mark: int, by: Actor, at: datetime) -> None:
    matter = running.matter
    clock = matter.workflow.clock(running.clock)
    sentence = MARK_SENTENCES[mark] % {"clock": clock.title, "matter": str(matter)}
    send(
        to=clock.tells(matter, mark),
        kind="matters.warning",
        title=sentence,
        link=address_of(matter),
        key=f"matters.warning/{running.pk}/{mark}/{running.extended}",
        by=by,
        at=at,
    )


MARK_SENTENCES: Final = {
    50: _lazy("时限已过半（%(clock)s）：%(matter)s"),
    80: _lazy("即将超期（%(clock)s）：%(matter)s"),
    100: _lazy("已超期（%(clock)s）：%(matter)s"),
}
