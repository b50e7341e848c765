"""What hangs at the gate: a plate to print, and the public page its code opens."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.core.privacy.slips import qr_of
from gezhi.core.registry.models import Site
from gezhi.engines.matters.models import Matter
from gezhi.services.filings import queries, rights
from gezhi.services.filings.check_rules import SIX
from gezhi.services.filings.models import State

PAPERS = ("a4", "a3")


class BoardPage(ui.Page):
    """Valid filings of a site for whoever stands before the hoarding; nothing about people."""

    path, name = "board/<uuid:pk>/", "filings.board"
    title = _("工地报备公示")
    public = True
    template = "filings/board.html"

    def get(self) -> HttpResponseBase:
        site = Site.objects.filter(pk=self.kwargs["pk"]).first()
        if site is None:
            raise Http404
        rows = [self.line(one) for one in queries.valid_filings(site.pk, self.at)]
        now = [one for one in rows if one["tone"] == "good"]
        answer = self.render({"site": site, "rows": rows, "going_on": now})
        answer["Cache-Control"] = "no-store"
        return answer

    def line(self, matter: Matter) -> dict[str, Any]:
        """One filing as anybody may read it."""
        filing = matter.filing
        going_on = matter.state == State.IN_FORCE and filing.covers(self.at)
        return {
            "number": matter.number,
            "kind": str(filing.kind),
            "state": matter.state_title,
            "tone": "good" if going_on else "bad" if matter.state == State.SUSPENDED else "info",
            "days": f"{filing.first_day:%Y-%m-%d} — {filing.last_day:%Y-%m-%d}",
            "hours": f"{filing.from_time:%H:%M} — {filing.to_time:%H:%M}",
            "permit": filing.permit_no or filing.get_no_permit_reason_display(),
            "certificate": filing.certificate_no,
            "unit": filing.unit_name,
        }


class PlatePage(ui.RowPage):
    """The plate for the hoarding, on A4 or A3: names to be written in by hand."""

    path, name = "filings/sites/<uuid:pk>/plate/", "filings.plate"
    title = _("二维码公示牌")
    right = rights.SEE_SITES
    rows = queries.plain_sites
    crumbs = ("filings.sites",)
    template = "filings/plate.html"

    def get(self) -> HttpResponseBase:
        paper = self.request.GET.get("paper", PAPERS[0])
        address = self.request.build_absolute_uri(
            reverse("filings.board", kwargs={"pk": self.row.pk})
        )
        more = {
            "site": self.row,
            "qr": qr_of(address),
            "address": address,
            "paper": paper if paper in PAPERS else PAPERS[0],
            "six": [_now(title) for _code, title in SIX],
            "by_hand": [
                _now("扬尘防治负责人"),
                _now("环境监督员"),
                _now("工地电话"),
            ],
        }
        html = render_to_string(self.template, self.context(more), self.request)
        return HttpResponse(html)


pages: tuple[type[ui.Page], ...] = (BoardPage, PlatePage)
