"""The list of cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.engines.indicators.behind import Behind
from gezhi.engines.matters import pages as matters
from gezhi.engines.matters.pages import columns as c
from gezhi.engines.matters.queries import with_words
from gezhi.services.cases import queries, rights
from gezhi.services.cases.models import Source, State
from gezhi.services.cases.overview.filters import FILTERS
from gezhi.services.cases.overview.pages.tabs import tabs
from gezhi.services.cases.pages.masked import BeginningOfText

TONES: Final[Mapping[str, str]] = {
    State.REPORTED: "warn",
    State.FILED: "warn",
    State.DISPATCHED: "warn",
    State.RETURNED: "bad",
    State.DISPUTED: "bad",
    State.HANDLING: "busy",
    State.REWORK: "bad",
    State.SUSPENDED: "neutral",
    State.CHECKING: "info",
    State.PASSED: "info",
    State.CLOSED: "good",
    State.VOIDED: "neutral",
}


class CaseList(ui.ListPage):
    path, name = "cases/", "cases.list"
    title = _("案件")
    right = rights.SEE
    rows = queries.cases
    opens = "cases.case"
    template = "cases/overview/list.html"
    count_up_to = 1_000
    tells_hidden = False  # what others report elsewhere is no part of anybody's work
    columns = (
        c.NUMBER,
        ui.Text("title", _("类别")),
        ui.Badge("state", _("状态"), choices=State, tones=TONES),
        c.DUE,
        BeginningOfText("case.description", _("问题")),
        ui.Text("case.address", _("地点")),
        c.OPENED,
        ui.Place("grid_id", _("网格"), shown=False),
        ui.Choice("case.source", _("来源"), choices=Source, shown=False),
        ui.YesNo("urgent", _("紧急"), shown=False),
        ui.Number("case.reworks", _("返工次数"), shown=False),
        ui.Number("case.joined", _("同诉人数"), shown=False),
    )
    filters = (
        ui.InPlace(),
        Behind(board=queries.KIND),
        ui.Search("q", _("编号、地点、描述、结果"), find=with_words),
        ui.Choices("state", _("状态"), choices=State),
        ui.YesOrNo("open", _("未办结"), column="ended_at__isnull"),
        ui.YesOrNo("late", _("已超期"), when=Q(ended_at=None, due_at__lt=Now())),
        ui.Days("opened", _("上报日期"), column="opened_at", first=False),
        ui.Choices("source", _("来源"), choices=Source, column="case__source", first=False),
        ui.YesOrNo("urgent", _("紧急"), column="urgent", first=False),
        *FILTERS,
    )
    ordering = ("-opened_at", "-pk")
    bulk = (matters.TOGETHER,)
    buttons = (ui.Button(_("上报问题"), "cases.report", rights.REPORT, main=True),)
    nothing = _("还没有案件；点“上报问题”报第一个")

    def screen(self) -> dict[str, Any]:
        return super().screen() | {"tabs": tabs(self.actor)}


pages = (CaseList,)
