"""Cases whose words say much the same as one's: looked at before it is filed, merged or voided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Case as Which
from django.db.models import FloatField, QuerySet, Value, When
from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.engines.matters.pages import columns as c
from gezhi.services.cases import queries, rights
from gezhi.services.cases.alike_reads import alike
from gezhi.services.cases.models import State
from gezhi.services.cases.pages.lists import TONES
from gezhi.services.cases.pages.masked import BeginningOfText


def _share(row: Any) -> str:
    return f"{row.share:.0%}"


def unshared(actor: Actor, at: datetime) -> QuerySet[Any]:
    """Cases before they are compared: each shares nothing yet."""
    nothing = Value(0.0, output_field=FloatField())
    return queries.cases(actor, at).annotate(share=nothing)


class AlikeList(ui.ListPage):
    """Reports of the same month that share most of their words with one, the likest first."""

    path, name = "cases/<uuid:pk>/alike/", "cases.alike"
    title = _("描述相近的案件")
    lead = _("前后三十天里说法相近的；是不是同一件事由您判断，是的话可以并案")
    right = rights.FILE
    rows = unshared
    crumbs = ("cases.list",)
    opens = "cases.case"
    tells_hidden = False
    columns = (
        c.NUMBER,
        ui.Text("title", _("类别")),
        BeginningOfText("case.description", _("问题")),
        ui.Text("case.address", _("地点")),
        ui.Badge("state", _("状态"), choices=State, tones=TONES),
        ui.Computed("share", _("相近"), give=_share),
        c.OPENED,
    )
    ordering = ("-share", "-pk")
    nothing = _("前后三十天里没有说法相近的案件")

    def admit(self) -> HttpResponseBase | None:
        first = super().admit()
        if first is None:
            queries.case_in_reach(self.kwargs["pk"], self.right, self.actor, self.at)
        return first

    def everything(self) -> QuerySet[Any]:
        """The cases found, each with how much it shares."""
        rows = queries.cases(self.actor, self.at)
        own = self.right.rows(rows, self.actor).filter(pk=self.kwargs["pk"]).first()
        found = alike(own, self.right.rows(rows, self.actor)) if own is not None else {}
        shares = [When(pk=pk, then=Value(share)) for pk, share in found.items()]
        share = Which(*shares, default=Value(0.0), output_field=FloatField())
        return rows.filter(pk__in=found).annotate(share=share)


pages = (AlikeList,)
