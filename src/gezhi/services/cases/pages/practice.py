"""How the office works its cases, and whom it calls back."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.engines.matters.pages import columns as c
from gezhi.services.cases import actions, queries, rights
from gezhi.services.cases.joint_forms import PracticeForm


class PracticePage(ui.FormPage):
    path, name = "cases/practice/", "cases.practice"
    title = _("案件办理设置")
    lead = _("自动派遣、兜底单位、回访和超期通报；改动即时生效，已算出的时限不变")
    right = rights.CATALOGUE
    crumbs = ("cases.categories",)
    form = PracticeForm
    done = "cases.practice"

    def initial(self) -> dict[str, Any]:
        row = actions.practice_here()
        return {name: getattr(row, name) for name in PracticeForm().fields}

    def act(self, data: dict[str, Any]) -> Any:
        actions.set_practice(values=data, by=self.actor, at=self.at)
        return None


class CallBackList(ui.ListPage):
    """The closed cases the platform drew, until they are asked or tried often enough."""

    path, name = "cases/call-backs/", "cases.call_backs"
    title = _("待回访")
    lead = _("结案时由系统抽取；未接通的隔几个工作时再打，打满次数自动结束")
    right = rights.CALL_BACK
    rows = queries.to_call_back
    opens = "cases.case"
    columns = (
        c.NUMBER,
        ui.Text("title", _("类别")),
        ui.Text("case.address", _("地点")),
        ui.Moment("case.closed_at", _("结案时间")),
        ui.Number("case.call_back_tries", _("已拨打")),
    )
    ordering = ("case__closed_at", "pk")
    nothing = _("现在没有要回访的案件")


pages: tuple[type[ui.Page], ...] = (PracticePage, CallBackList)
