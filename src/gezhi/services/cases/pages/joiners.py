"""Who reported the same and was joined to a case: told how it goes on, and read by few."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.core.privacy import masks
from gezhi.core.privacy.pages.revealing import RevealPage
from gezhi.services.cases import queries, rights
from gezhi.services.cases.models import Source
from gezhi.services.cases.public.columns import Confided


class JoinerList(ui.ListPage):
    """The reporters joined to one case."""

    path, name = "cases/<uuid:pk>/joiners/", "cases.joiners"
    title = _("同诉人")
    right = rights.SEE_JOINER
    rows = queries.joiners
    crumbs = ("cases.list",)
    tells_hidden = False
    columns = (
        ui.Moment("at", _("反映时间")),
        ui.Choice("source", _("来源"), choices=Source),
        ui.Text("words", _("描述")),
        Confided("reporter", _("反映人"), mask=masks.of("name"), reveal="cases.reveal_joiner"),
        Confided(
            "reporter_phone",
            _("反映人电话"),
            mask=masks.of("phone"),
            reveal="cases.reveal_joiner",
        ),
        ui.YesNo("confidential", _("要求保密")),
    )
    ordering = ("at", "pk")
    opens = "cases.reveal_joiner"
    nothing = _("没有其他人反映同一问题")

    def admit(self) -> HttpResponseBase | None:
        first = super().admit()
        if first is None:
            queries.case_in_reach(self.kwargs["pk"], rights.SEE_JOINERS, self.actor, self.at)
        return first

    def everything(self) -> QuerySet[Any]:
        return super().everything().filter(case=self.kwargs["pk"])


class RevealJoiner(RevealPage):
    path, name = "cases/joiners/<uuid:pk>/reveal/", "cases.reveal_joiner"
    crumbs = ("cases.list",)
    sees = rights.SEE_JOINER
    rows = queries.joiners
    fields = ("reporter_phone", "reporter")


pages: tuple[type[ui.Page], ...] = (JoinerList, RevealJoiner)
