"""看板: open cases by stage, for a desk, a telephone and the screen on the wall."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.pages import hooks
from gezhi.base.pages.columns import address_of
from gezhi.base.pages.layout import link
from gezhi.engines.matters.models import Matter
from gezhi.services.cases import rights
from gezhi.services.cases.models import State
from gezhi.services.cases.overview import queries, rules
from gezhi.services.cases.overview.pages.due_words import due_words
from gezhi.services.cases.overview.pages.tabs import tabs

TITLES: Final = {
    "filing": _("待受理"),
    "dispatching": _("待派遣"),
    "accepting": _("待接收"),
    "handling": _("处置中"),
    "suspended": _("已挂账"),
    "checking": _("待核查"),
    "closing": _("待结案"),
}


class Board(ui.Page):
    """Open cases by stage; read anew every minute, without the frame, where JavaScript is on."""

    path, name = "cases/board/", "cases.board"
    title = _("案件看板")
    right = rights.SEE
    template = "cases/overview/board.html"
    crumbs = ("cases.list",)

    def get(self) -> HttpResponseBase:
        columns = [self.column(one) for one in queries.board(self.actor, self.at)]
        more = {
            "columns": columns,
            "number": sum(one["number"] for one in columns),
            "late": sum(one["late"] for one in columns),
            "tabs": tabs(self.actor),
        }
        partial = self.swaps == "board"
        return self.render(more, template="cases/overview/columns.html" if partial else "")

    def column(self, column: queries.Column) -> dict[str, Any]:
        """One stage as the template prints it, with the way to all of it."""
        states = [("open", "1"), *(("state", one) for one in rules.STAGES[column.stage])]
        return {
            "stage": column.stage,
            "title": TITLES[column.stage],
            "number": column.number,
            "late": column.late,
            "cards": [self.card(one) for one in column.rows],
            "more": column.number - len(column.rows),
            "address": f"{link('cases.list')}?{urlencode([*states, ('sort', 'due_at')])}",
        }

    def card(self, row: Matter) -> dict[str, Any]:
        names = hooks.place_names()
        place = row.grid_id or row.community_id
        words, tone = due_words(row.due_at, self.at)
        return {
            "address": address_of("cases.case", row.pk),
            "title": row.title,
            "number": row.number,
            "where": row.case.address or (names.get(place, "") if place else ""),
            "state": State(row.state).label,
            "urgent": row.urgent,
            "due": words,
            "tone": tone,
        }


pages: tuple[type[ui.Page], ...] = (Board,)
