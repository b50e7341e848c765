"""我反映的: what somebody reported while signed in, each with the way to its public page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.core.privacy import rights
from gezhi.core.privacy.pages.own import MyPage
from gezhi.services.cases.models import State
from gezhi.services.cases.public import faces, queries
from gezhi.services.cases.public.models import Own


class MyReports(MyPage):
    path, name = "my/cases/", "my.cases"
    title = _("我反映的")
    right = rights.OWN_FILE
    template = "cases/public/own.html"
    tab = "cases"

    def get(self) -> HttpResponseBase:
        rows = [self.line(one) for one in queries.own_reports(self.me)[:100]]
        return self.render({"rows": rows})

    def line(self, one: Own) -> dict[str, Any]:
        living = one.case.merged_into or one.case
        code = queries.code_of(one.joiner_id or one.case_id)
        keys = {"number": one.case.matter.number, "code": code}
        return {
            "number": one.case.matter.number,
            "what": one.case.matter.title,
            "state": str(State(living.matter.state).label),
            "tone": faces.TONES.get(State(living.matter.state), "info"),
            "age": faces.age(one.at, self.at),
            "address": reverse("cases.public_case", kwargs=keys),
        }


pages: tuple[type[ui.Page], ...] = (MyReports,)
