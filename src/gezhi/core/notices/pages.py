"""The to-do page and the notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.html import escape
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.core.notices import actions, queries, rights
from gezhi.core.notices.models import Notice


class TitleLink(ui.Told):
    """The title of a notice, leading to what it speaks of."""

    def html(self, row: Any, look: ui.Look) -> str:
        words = escape(self.text(row, look))
        return f'<a href="{escape(row.link)}">{words}</a>' if row.link else words


def _finish(rows: list[Notice], by: Actor, at: datetime) -> str:
    return _now("已办结 %(n)d 项") % {"n": actions.finish(rows=rows, by=by, at=at)}


def _mark_read(rows: list[Notice], by: Actor, at: datetime) -> str:
    return _now("已读 %(n)d 条") % {"n": actions.mark_read(rows=rows, by=by, at=at)}


class TodoList(ui.ListPage):
    path, name = "todo/", "notices.todo"
    title = _("待办")
    lead = _("需要您办理的事项，办完后自动消失")
    right = rights.OWN
    rows = queries.todos
    tells_hidden = False
    columns = (
        TitleLink("title", _("事项")),
        ui.Told("body", _("说明")),
        ui.Moment("sent_at", _("收到时间"), order="sent_at"),
    )
    ordering = ("sent_at",)
    bulk = (
        ui.BulkAct(
            "finish",
            _("标为办结"),
            rights.OWN,
            act=_finish,
            ask=_("办理后会自动办结；只有已在线下办完的才需要手工标记"),
        ),
    )
    buttons = (ui.Button(_("已办"), "notices.done", rights.OWN, icon="checks"),)
    nothing = _("目前没有需要您办理的事项")


class DoneList(ui.ListPage):
    path, name = "todo/done/", "notices.done"
    title = _("已办")
    right = rights.OWN
    rows = queries.todos_done
    tells_hidden = False
    crumbs = ("notices.todo",)
    columns = (
        TitleLink("title", _("事项")),
        ui.Moment("sent_at", _("收到时间")),
        ui.Moment("done_at", _("办结时间"), order="-done_at"),
    )
    ordering = ("-done_at",)
    filters = (ui.Days("done", _("办结日期"), column="done_at"),)
    nothing = _("还没有办结的事项")


class NoticeList(ui.ListPage):
    path, name = "notices/", "notices.list"
    title = _("消息")
    right = rights.OWN
    rows = queries.notices
    tells_hidden = False
    columns = (
        TitleLink("title", _("消息")),
        ui.Told("body", _("内容")),
        ui.Moment("sent_at", _("时间"), order="-sent_at"),
        ui.Badge(
            "is_read",
            _("状态"),
            choices={True: _("已读"), False: _("未读")},
            tones={False: "info"},
        ),
    )
    ordering = ("-sent_at",)
    filters = (ui.YesOrNo("unread", _("未读"), column="read_at__isnull"),)
    bulk = (ui.BulkAct("read", _("标为已读"), rights.OWN, act=_mark_read),)
    nothing = _("还没有消息")


pages = (TodoList, DoneList, NoticeList)
