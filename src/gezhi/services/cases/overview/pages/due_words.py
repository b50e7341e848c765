"""When a case is due, in words and a tone: on the board and beside the map."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.engines.matters.pages.columns import SOON


def due_words(due_at: datetime | None, at: datetime) -> tuple[str, str]:
    """(words, tone) of a limit: how long it has run out, or until when it runs."""
    if due_at is None:
        return _("暂不计时"), "neutral"
    left = due_at - at
    if left < timedelta():
        return _("已超期 %(long)s") % {"long": _long(-left)}, "bad"
    moment = timezone.localtime(due_at)
    pattern = "%H:%M" if moment.date() == timezone.localdate(at) else "%m-%d %H:%M"
    words = _("%(moment)s 到期") % {"moment": moment.strftime(pattern)}
    return words, "warn" if left < SOON else "neutral"


def _long(time: timedelta) -> str:
    if time.days:
        return _("%(n)d 天") % {"n": time.days}
    if time >= timedelta(hours=1):
        return _("%(n)d 小时") % {"n": time.seconds // 3600}
    return _("%(n)d 分钟") % {"n": time.seconds // 60}
