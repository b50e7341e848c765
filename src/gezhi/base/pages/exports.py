"""A list leaving the platform: asked for with a purpose, logged first, then streamed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any, ClassVar

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponseBase
from django.utils.translation import gettext as _

from gezhi.base.errors import Refusal
from gezhi.base.pages import hooks, tables
from gezhi.base.pages.columns import Column, Look, look_for
from gezhi.base.pages.listing import Listing
from gezhi.base.rights import Right

PRINT_UP_TO = 1_000
MOST_ROWS = 1_000_000
"""A sheet holds 1,048,576 rows."""


def workbook(
    rows: Iterable[Any], columns: Sequence[Column], look: Look, *, title: str, watermark: str
) -> IO[bytes]:
    """An open temporary xlsx file at its start: headings, rows, and who took it: on each page,
    in the properties and on a sheet that is not shown.

    Words are written as strings, never as formulas, whatever they start with.
    """
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the answer closes it when sent
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#eef2f6", "text_wrap": True})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(_sheet_name(title))
    sheet.set_header(f"&C&8{_footer(watermark)}")
    sheet.set_footer(f"&L{_footer(watermark)}&R&P / &N")
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _width(column))
        sheet.write_string(0, place, str(column.label), bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            value = column.excel(row, look)
            if isinstance(value, datetime):
                sheet.write_datetime(last, place, value, moment)
            elif isinstance(value, date):
                sheet.write_datetime(last, place, value, day)
            elif isinstance(value, str):
                if value:
                    sheet.write_string(last, place, value)
            else:
                sheet.write_number(last, place, value)
    sheet.autofilter(0, 0, last, max(len(columns) - 1, 0))
    told = book.add_worksheet("_")
    told.write_string(0, 0, watermark)
    told.very_hidden()
    book.set_properties({"title": title, "comments": watermark})
    book.close()
    file.seek(0)
    return file


def _sheet_name(title: str) -> str:
    """Excel allows 31 characters and none of `[]:*?/\\`."""
    return "".join(" " if sign in "[]:*?/\\'" else sign for sign in title)[:31].strip() or "Sheet1"


def _footer(words: str) -> str:
    """In a footer an ampersand starts a code, and 255 characters are the end."""
    return words.replace("&", "&&")[:200]


def _width(column: Column) -> int:
    return {"number": 12, "date": 16, "long": 40}.get(column.css, 18)


class LeavingList(Listing):
    """The half of a list page that hands its rows out, as a sheet or on paper."""

    export_right: ClassVar[Right | None] = None
    """What one must hold to take the list out as a sheet or on paper; None: it stays here."""

    def may_export(self, form: str) -> Right:
        if self.export_right is None or form not in ("xlsx", "print"):
            raise Http404
        self.export_right.demand(self.actor)
        return self.export_right

    def leaving(self, form: str) -> tuple[QuerySet[Any], hooks.Outgoing]:
        """The rows that would leave, and what is said about them before they do."""
        right = self.may_export(form)
        rows = right.rows(self.found, self.actor).order_by(*self.order_by)
        personal = tuple(column.source for column in self.chosen_columns if column.personal)
        outgoing = hooks.Outgoing(
            page=self.name,
            title=self.heading(),
            form=form,
            rows=min(rows.count(), MOST_ROWS if form == "xlsx" else PRINT_UP_TO),
            columns=tuple(str(column.label) for column in self.chosen_columns),
            fields=personal,
            query=self.query.urlencode(),
            purpose=self.request.POST.get("purpose", ""),
            reason=self.request.POST.get("reason", "").strip(),
        )
        return rows, outgoing

    def ask_before_export(self, form: str) -> HttpResponseBase:
        right = self.may_export(form)
        if right.second_factor and (first := self.second_factor_first()):
            return first
        outgoing = self.leaving(form)[1]
        more = {
            "outgoing": outgoing,
            "purposes": hooks.purposes(self.actor, self.at),
            "back": self.address(out=None),
            "print_up_to": PRINT_UP_TO,
        }
        return self.render(more, template="ui/export_ask.html")

    def export(self, form: str) -> HttpResponseBase:
        right = self.may_export(form)
        if right.second_factor and (first := self.second_factor_first()):
            return first
        rows, outgoing = self.leaving(form)
        if outgoing.fields and not (outgoing.purpose and outgoing.reason):
            raise Refusal(
                _("所选列含个人信息，请选择用途并写明事由"),
                "pages.purpose_missing",
                field="purpose",
            )
        watermark = hooks.let_out(outgoing, self.actor, self.at)
        columns = self.chosen_columns
        if form == "print":
            shown = list(rows[:PRINT_UP_TO])
            more = {
                "head": [column.label for column in columns],
                "body": tables.body(shown, columns, look_for(columns, self.actor)),
                "watermark": watermark,
                "outgoing": outgoing,
            }
            return self.render(more, template="ui/print.html")
        file = workbook(
            rows[:MOST_ROWS].iterator(chunk_size=2000),
            columns,
            look_for(columns, self.actor),
            title=self.heading(),
            watermark=watermark,
        )
        name = f"{self.heading()}-{self.at:%Y%m%d-%H%M}.xlsx"
        return FileResponse(file, as_attachment=True, filename=name)
