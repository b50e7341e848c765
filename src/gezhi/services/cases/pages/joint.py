"""Orders on a case and whistles to departments: proposing them, and the pages they live on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.engines.matters import pages as matters
from gezhi.engines.matters import refusing
from gezhi.engines.matters.models import Matter
from gezhi.engines.matters.pages import columns as c
from gezhi.services.cases import actions, queries, rights
from gezhi.services.cases.joint_forms import BlowForm, OverseeForm, ScoreForm
from gezhi.services.cases.matters import OVERSIGHT, WHISTLES
from gezhi.services.cases.models.joint import Called, OversightState, WhistleKind, WhistleState

ORDER_TONES: Final[Mapping[str, str]] = {
    OversightState.ISSUED: "warn",
    OversightState.ANSWERED: "info",
}
WHISTLE_TONES: Final[Mapping[str, str]] = {
    WhistleState.PROPOSED: "warn",
    WhistleState.APPROVED: "warn",
    WhistleState.BLOWN: "busy",
    WhistleState.REPORTED_IN: "info",
    WhistleState.HANDLING: "busy",
    WhistleState.DONE: "info",
    WhistleState.REFUSED: "neutral",
}


class _OnCase(ui.FormPage):
    """A form about an open case."""

    sees = rights.SEE
    rows = queries.cases
    crumbs = ("cases.list",)
    done = "cases.case"

    def refusal(self) -> Refusal | None:
        return refusing.over(self.row) if self.row.ended_at is not None else None


class OverseePage(_OnCase):
    path, name = "cases/<uuid:pk>/oversee/", "cases.oversee"
    title = _("督办")
    lead = _("要求责任单位在限期内答复；到期未答复会告知您")
    right = rights.OVERSEE
    form = OverseeForm
    button = _("发出督办")
    said = _("督办已发出，责任单位已在待办里看到")

    def act(self, data: dict[str, Any]) -> Any:
        actions.oversee(matter=self.row, **data, by=self.actor, at=self.at)
        return self.row


class BlowForPage(_OnCase):
    path, name = "cases/<uuid:pk>/whistle/", "cases.blow_for"
    title = _("提请吹哨")
    lead = _("一事一个牵头单位，其他单位配合；由一级网格长批准后吹哨")
    right = rights.WHISTLE
    form = BlowForm
    button = _("提请")
    said = _("已提请，等待批准")

    def act(self, data: dict[str, Any]) -> Any:
        call = actions.Call(**{**data, "assist": list(data["assist"])})
        actions.blow_for(matter=self.row, call=call, by=self.actor, at=self.at)
        return self.row


CASE = ui.Link("parent.number", _("案件"), to="cases.case", key_source="parent_id")


class OrderList(ui.ListPage):
    path, name = "cases/orders/", "cases.orders"
    title = _("督办件")
    right = rights.SEE_ORDER
    rows = queries.orders
    opens = "cases.order"
    columns = (
        c.NUMBER,
        CASE,
        ui.Text("oversight.order", _("督办要求")),
        ui.Badge("state", _("状态"), choices=OversightState, tones=ORDER_TONES),
        c.DUE,
        c.OPENED,
    )
    filters = (ui.Choices("state", _("状态"), choices=OversightState),)
    ordering = ("-opened_at", "-pk")
    nothing = _("还没有督办件；在案件页上点“督办”")


class OrderPage(matters.MatterPage):
    path, name = "cases/orders/<uuid:pk>/", "cases.order"
    title = _("督办件")
    right = rights.SEE_ORDER
    rows = queries.orders
    crumbs = ("cases.orders",)
    workflow = OVERSIGHT
    tones = ORDER_TONES
    sections = (
        ui.Section(
            _("督办"),
            (
                CASE,
                ui.Long("oversight.order", _("督办要求")),
                ui.Number("oversight.days", _("几个工作日内答复")),
                ui.Moment("due_at", _("到期")),
                ui.Long("oversight.answer", _("答复")),
            ),
        ),
    )
    acts = (
        *matters.acts_of(OVERSIGHT, main=("answer", "accept_answer"), danger=("withdraw",)),
        *matters.BESIDE,
    )


class WhistleList(ui.ListPage):
    path, name = "cases/whistles/", "cases.whistles"
    title = _("吹哨报到")
    right = rights.SEE_WHISTLE
    rows = queries.whistles
    opens = "cases.whistle"
    columns = (
        c.NUMBER,
        CASE,
        ui.Choice("whistle.kind", _("哨种"), choices=WhistleKind),
        ui.Text("whistle.request", _("需要解决的问题")),
        ui.Badge("state", _("状态"), choices=WhistleState, tones=WHISTLE_TONES),
        c.DUE,
        c.OPENED,
    )
    filters = (
        ui.Choices("state", _("状态"), choices=WhistleState),
        ui.Choices("kind", _("哨种"), choices=WhistleKind, column="whistle__kind"),
    )
    ordering = ("-opened_at", "-pk")
    nothing = _("还没有吹过哨；在案件页上点“吹哨”")


def _called(matter: Matter) -> Any:
    return Called.objects.filter(whistle_id=matter.pk).select_related("unit")


CALLED = ui.Related(
    _("报到单位"),
    _called,
    (
        ui.Text("unit.name", _("单位")),
        ui.YesNo("leads", _("牵头")),
        ui.Moment("reported_at", _("报到时间")),
        ui.YesNo("on_time", _("按时报到")),
        ui.Text("declined", _("不到场的法定理由")),
        ui.Number("present", _("到场履职")),
        ui.Number("effective", _("处置成效")),
    ),
    rights.SEE_CALLED,
    in_drawer=True,
)


class WhistlePage(matters.MatterPage):
    path, name = "cases/whistles/<uuid:pk>/", "cases.whistle"
    title = _("吹哨报到")
    right = rights.SEE_WHISTLE
    rows = queries.whistles
    crumbs = ("cases.whistles",)
    workflow = WHISTLES
    tones = WHISTLE_TONES
    sections = (
        ui.Section(
            _("吹哨"),
            (
                CASE,
                ui.Choice("whistle.kind", _("哨种"), choices=WhistleKind),
                ui.Long("whistle.request", _("需要解决的问题")),
                ui.Moment("whistle.blown_at", _("吹哨时间")),
                ui.Moment("due_at", _("到期")),
                ui.YesNo("holds_parent", _("案件等吹哨办完再反馈")),
                ui.Long("whistle.plan", _("联合处置方案")),
                ui.Long("whistle.result", _("处置结果")),
            ),
        ),
    )
    related = (CALLED,)
    acts = (
        *matters.acts_of(
            WHISTLES,
            main=("approve", "blow", "report_in", "begin", "finish", "score"),
            danger=("refuse", "decline"),
        ),
        *matters.BESIDE,
    )


class ScorePage(matters.TakePage):
    lead = _("到场履职、处置成效各打 1 至 5 分；是否按时由系统记录")

    def form_arguments(self) -> dict[str, Any]:
        return {**super().form_arguments(), "called": list(_called(self.row))}


class DeclinePage(matters.TakePage):
    lead = _("不到场须写明法律、法规或规章上的理由；街道会报区级督查")


pages = (
    *(OverseePage, BlowForPage, OrderList, OrderPage, WhistleList, WhistlePage),
    *matters.step_pages(OVERSIGHT, of=OrderPage),
    *matters.step_pages(
        WHISTLES,
        of=WhistlePage,
        forms={"score": ScoreForm},
        bases={"score": ScorePage, "decline": DeclinePage},
    ),
)
