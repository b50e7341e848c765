"""Categories offered beside a text: to be picked or passed over, never decided."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponseBase, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.engines.matters import pages as matters
from gezhi.services.cases import rights
from gezhi.services.cases.suggesting_reads import suggested

PICKED = "suggested"
"""What a form calls the category picked from the offers."""
LONGEST = 4_000


def with_pick(sent: QueryDict) -> QueryDict:
    """What a form sent, the offer picked standing where no category was chosen."""
    if sent.get("category") or not sent.get(PICKED):
        return sent
    answered = sent.copy()
    answered["category"] = str(sent[PICKED])
    return answered


class SuggestPage(ui.Page):
    """The offers for a text being written; asked by the form itself. The text is not kept."""

    path, name = "cases/suggest/", "cases.suggest"
    title = _("类别建议")
    right = rights.REPORT

    def get(self) -> HttpResponseBase:
        return self._offers("")

    def post(self) -> HttpResponseBase:
        return self._offers(self.request.POST.get("description", "")[:LONGEST])

    def _offers(self, text: str) -> HttpResponseBase:
        found = suggested(text, timezone.localdate(self.at))
        return self.render({"offers": found}, template="cases/suggested.html")


class CategorisePage(matters.TakePage):
    """A step that asks for the category: what the reporter chose, and what the text speaks of."""

    template = "cases/categorise.html"

    def bound(self) -> forms.Form:
        return self.form(with_pick(self.request.POST), self.request.FILES, **self.form_arguments())

    def initial(self) -> dict[str, Any]:
        return {**super().initial(), "category": self.row.case.category_id}

    def extra(self) -> dict[str, Any]:
        case = self.row.case
        if case.category_id is not None:
            return super().extra()
        found = suggested(case.description, timezone.localdate(self.at))
        return {**super().extra(), "offers": found}


pages = (SuggestPage,)
