"""The inbox: 待办, 已办, 抄送 and 我发起的, of every kind of work at once."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.engines.matters import queries, rights
from gezhi.engines.matters.pages import columns as c
from gezhi.engines.matters.pages.many import TOGETHER

WHAT = (c.NUMBER, c.TITLE, c.KIND, c.STATE, c.PLACE)


class _Inbox(ui.ListPage):
    """What the four have in common: rows of any kind, each opening where its kind is at home."""

    right = rights.INBOX
    count_up_to = 1_000
    tells_hidden = False
    columns: ClassVar[tuple[ui.Column, ...]] = (*WHAT, c.DUE, c.OPENED)
    filters = (
        ui.Search("q", _("编号、标题"), fields=("number", "title")),
        ui.Choices("kind", _("种类"), choices=c.kinds),
    )
    opens = "matters.open"


OTHERS = {
    "matters.waiting": _("待办"),
    "matters.done": _("已办"),
    "matters.followed": _("抄送"),
    "matters.opened": _("我发起的"),
}


def _to_others(own: str) -> tuple[ui.Button, ...]:
    icons = {
        "matters.waiting": "inbox",
        "matters.done": "checks",
        "matters.followed": "eye",
        "matters.opened": "send",
    }
    return tuple(
        ui.Button(title, name, rights.INBOX, icon=icons[name])
        for name, title in OTHERS.items()
        if name != own
    )


class WaitingList(_Inbox):
    path, name = "matters/", "matters.waiting"
    title = _("待办事项")
    lead = _("等您办理的事项，快到期的在前；办完后自动消失")
    rows = queries.waiting_for
    bulk = (TOGETHER,)
    ordering = ("due_at", "-urgent", "pk")
    buttons = (
        *_to_others("matters.waiting"),
        ui.Button(_("委托办理"), "matters.desks", rights.DESKS, icon="users"),
    )
    nothing = _("现在没有等您办理的事项")


class DoneList(_Inbox):
    path, name = "matters/done/", "matters.done"
    title = _("已办事项")
    rows = queries.done_by
    columns = (*WHAT, c.MOVED)
    ordering = ("-moved_at", "pk")
    buttons = _to_others("matters.done")
    nothing = _("您还没有办理过事项")


class FollowedList(_Inbox):
    path, name = "matters/followed/", "matters.followed"
    title = _("抄送我的")
    rows = queries.followed_by
    columns = (*WHAT, c.MOVED)
    ordering = ("-moved_at", "pk")
    buttons = _to_others("matters.followed")
    nothing = _("您还没有关注的事项；打开一个事项，点“关注”即可")


class OpenedList(_Inbox):
    path, name = "matters/opened/", "matters.opened"
    title = _("我发起的")
    rows = queries.opened_by
    columns = (*WHAT, c.OPENED)
    ordering = ("-opened_at", "pk")
    buttons = _to_others("matters.opened")
    nothing = _("您还没有提出过事项")
