"""Screens as declarations: a list, a detail and a form need no template and no view of their own.

A complete example, as an area's `pages.py` (an invented service that lends out ladders)::

    from django import forms
    from django.db.models import QuerySet
    from django.utils.translation import gettext_lazy as _

    from gezhi.base import pages as ui
    from gezhi.services.ladders import actions, queries, rights
    from gezhi.services.ladders.models import Ladder, State


    class LadderList(ui.ListPage):
        path, name = "ladders/", "ladders.list"
        title = _("梯子")
        right = rights.SEE
        rows = queries.ladders                      # def ladders(actor, at) -> QuerySet[Ladder]
        opens = "ladders.ladder"                    # first column opens it, in the drawer
        columns = (
            ui.Text("name", _("名称"), order="name"),
            ui.Place("grid_id", _("网格"), order="grid_id"),
            ui.Badge("state", _("状态"), choices=State, tones={State.LENT: "warn"}),
            ui.Masked("holder_phone", _("借用人电话"), mask=masks.phone),
            ui.Moment("lent_at", _("借出时间"), order="-lent_at"),
            ui.Number("height_cm", _("高度"), unit=" cm", shown=False),
        )
        filters = (
            ui.InPlace(),                           # draws the tree of places beside
            ui.Search("q", _("名称"), fields=("name",)),
            ui.Choices("state", _("状态"), choices=State),
            ui.Days("lent", _("借出日期"), column="lent_at"),
            ui.YesOrNo("broken", _("是否损坏"), column="is_broken"),
        )
        ordering = ("name",)
        buttons = (ui.Button(_("登记梯子"), "ladders.add", rights.EDIT, main=True),)
        bulk = (ui.BulkAct("retire", _("报废"), rights.EDIT, act=actions.retire_all,
                           ask=_("报废后不能再借出")),)
        export_right = rights.EXPORT
        count_all = queries.ladder_count            # optional roll-up: (actor, at) -> int | None
        nothing = _("还没有梯子，点“登记梯子”添加第一架")


    class LadderDetail(ui.DetailPage):
        path, name = "ladders/<uuid:pk>/", "ladders.ladder"
        title = _("梯子")
        right = rights.SEE
        rows = queries.ladders
        crumbs = ("ladders.list",)
        sections = (
            ui.Section(_("基本信息"), LadderList.columns),
            ui.Section(_("借用人"), (ui.Masked("holder_phone", _("电话"), mask=masks.phone,
                                              reveal="ladders.reveal"),)),
        )
        related = (ui.Related(_("借用记录"), queries.loans_of, LOAN_COLUMNS, rights.SEE),)
        acts = (ui.Act(_("借出"), "ladders.lend", rights.EDIT, refusal=rules.lend_refusal,
                       main=True),)

        def marks(self):
            return [ui.Mark(self.row.get_state_display(), "warn")]

        def timeline(self):
            return queries.events_of(self.row)      # Iterable[ui.Event]


    class LendForm(forms.Form):
        borrower = forms.CharField(label=_("借用人"), max_length=40)


    class LendPage(ui.FormPage):
        path, name = "ladders/<uuid:pk>/lend/", "ladders.lend"
        title = _("借出梯子")
        sees = rights.SEE                           # out of sight 404 ...
        right = rights.EDIT                         # ... in sight but not yours 403
        rows = queries.ladders
        crumbs = ("ladders.list",)
        form = LendForm
        done = "ladders.ladder"
        said = _("已借出")

        def act(self, data):
            return actions.lend(self.row, **data, by=self.actor, at=self.at)

        def refusal(self):
            return rules.lend_refusal(self.row, self.actor)


    pages = (LadderList, LadderDetail, LendPage)

`refusal(row, actor) -> Refusal | None` greys the button, and the action raises the same. A
`Refusal` raised by the action lands at the fields it names. `ConfirmPage` asks only "sure?"
(or `form = ui.ReasonForm`); `StepPage` has `stages`. A page unlike these subclasses `Page`,
defines `get` and `post`, and draws with `self.render({...}, template="ladders/x.html")`, the
template extending `ui/page.html`. `self.actor`, `self.at`, `self.kwargs`, `self.request.cell`
are there; the clock is asked once, at the door. What pages need from areas above base is
provided through `gezhi.base.pages.hooks`.
"""

from gezhi.base.pages.columns import (
    Badge,
    Badges,
    Choice,
    Column,
    Computed,
    Date,
    Link,
    Long,
    Look,
    Masked,
    Moment,
    Money,
    Number,
    Place,
    Share,
    Text,
    Told,
    YesNo,
)
from gezhi.base.pages.details import Act, DetailPage, Event, Mark, Related, RowPage, Section
from gezhi.base.pages.filters import Choices, Days, Filter, InPlace, Search, YesOrNo
from gezhi.base.pages.forms import ConfirmPage, FormPage, ReasonForm, SureForm
from gezhi.base.pages.lists import BulkAct, Button, ListPage
from gezhi.base.pages.requests import Cell, Page, StaffRequest
from gezhi.base.pages.steps import Stage, StepPage
from gezhi.base.pages.urls import all_pages, page_modules, page_named, urlpatterns_of

__all__ = [
    "Act",
    "Badge",
    "Badges",
    "BulkAct",
    "Button",
    "Cell",
    "Choice",
    "Choices",
    "Column",
    "Computed",
    "ConfirmPage",
    "Date",
    "Days",
    "DetailPage",
    "Event",
    "Filter",
    "FormPage",
    "InPlace",
    "Link",
    "ListPage",
    "Long",
    "Look",
    "Mark",
    "Masked",
    "Moment",
    "Money",
    "Number",
    "Page",
    "Place",
    "ReasonForm",
    "Related",
    "RowPage",
    "Search",
    "Section",
    "Share",
    "StaffRequest",
    "Stage",
    "StepPage",
    "SureForm",
    "Text",
    "Told",
    "YesNo",
    "YesOrNo",
    "all_pages",
    "page_modules",
    "page_named",
    "urlpatterns_of",
]
