"""The district's own screens: totals of every subdistrict, and no way down to a person.

They are served on the district's host alone (`wiring/urls_district.py`), so they are not among the
pages of a cell.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gezhi.base.pages import Page
from gezhi.core.cells import rights, rollups
from gezhi.core.cells.models import Cell

Shown = tuple[str, str]
"""What a cell of the table says, and the change against a week before."""


def shown(value: int | None, before: int | None) -> Shown:
    """A number with its change; an en dash where nothing was reported."""
    if value is None:
        return "–", ""
    change = value - before if before is not None else 0
    return f"{value:,}", f"{change:+,}" if change else ""


class District(Page):
    """Every subdistrict in one table, each number with its change in a week."""

    path, name = "", "district.home"
    title = _("各街道汇总")
    right = rights.SEE_ROLLUPS
    template = "cells/district.html"

    def get(self) -> HttpResponseBase:
        reporters = rollups.reporters()
        lines = rollups.district_table([r.metric for r in reporters])
        sums = [
            sum(known) if (known := [v for v in column if v is not None]) else None
            for column in zip(*(line.values for line in lines), strict=True)
        ]
        return self.render(
            {
                "heads": [r.title for r in reporters],
                "rows": [
                    {
                        "name": line.cell.name,
                        "code": line.cell.code,
                        "address": reverse("district.cell", args=[line.cell.code]),
                        "day": line.day,
                        "values": [
                            shown(v, b) for v, b in zip(line.values, line.before, strict=True)
                        ],
                    }
                    for line in lines
                ],
                "sums": [shown(value, None) for value in sums],
            }
        )


class DistrictCell(Page):
    """One subdistrict's totals by community and village."""

    path, name = "cells/<str:code>/", "district.cell"
    title = _("社区（村）汇总")
    right = rights.SEE_ROLLUPS
    crumbs: ClassVar[tuple[str, ...]] = ("district.home",)
    template = "cells/district_cell.html"

    def get(self) -> HttpResponseBase:
        cell = Cell.objects.filter(code=self.kwargs["code"]).exclude(schema_name="public").first()
        if cell is None:
            raise Http404
        reporters = rollups.reporters()
        day, rows = rollups.places_of(cell, [r.metric for r in reporters])
        more: dict[str, Any] = {
            "cell_shown": cell,
            "day": day,
            "heads": [r.title for r in reporters],
            "rows": [
                (code, name, [shown(v, None)[0] for v in values]) for code, name, values in rows
            ],
        }
        return self.render(more)


pages = (District, DistrictCell)
