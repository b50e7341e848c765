"""A list of the registries taken out, as a sheet or on paper; and the requests to do so."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from gezhi.base.errors import Refusal
from gezhi.base.pages import columns as base_columns
from gezhi.base.pages import hooks, page_named, tables
from gezhi.base.pages.exports import MOST_ROWS, PRINT_UP_TO, workbook
from gezhi.core.privacy.wanted import all_wanted
from gezhi.core.registry.actions.exports import ALONE_UP_TO, Wish, ask_export, take_export
from gezhi.core.registry.models import ExportRequest
from gezhi.core.registry.pages.common import RegistryList
from gezhi.core.registry.plain import plain_words

PLAIN: Final = "!"
"""In front of the key of a column that leaves unmasked."""


class Exportable(RegistryList):
    """A list that may be taken out, masked or (for a purpose that needs it) in full."""

    subject: ClassVar[str] = "pk"
    """Where a row names the person it is about; empty where it is about none."""

    def kinds_of(self, columns: Sequence[base_columns.Column], plain: bool) -> frozenset[str]:
        """Classes of the personal fields that would leave unmasked."""
        found = set()
        for column in columns:
            if not column.personal:
                continue
            if not isinstance(column, base_columns.Masked):
                found.add("care")
            elif plain:
                found.add(self.kind_of(column))
        return frozenset(found)

    def kind_of(self, column: base_columns.Column) -> str:
        """The class of a personal column, from what its field is wanted for."""
        model: Any = type(self).rows(self.actor, self.at).model
        *way, field = column.source.split(".")
        for step in way:
            model = model._meta.get_field(step).related_model
        return all_wanted()[model._meta.label, field].kind

    def ask_before_export(self, form: str) -> HttpResponseBase:
        right = self.may_export(form)
        if right.second_factor and (first := self.second_factor_first()):
            return first
        return self.show_asking(form)

    def show_asking(self, form: str, refusal: Refusal | None = None) -> HttpResponseBase:
        outgoing = self.leaving(form)[1]
        more = {
            "outgoing": outgoing,
            "purposes": hooks.purposes(self.actor, self.at),
            "back": self.address(out=None),
            "print_up_to": PRINT_UP_TO,
            "alone_up_to": ALONE_UP_TO,
            "refusal": refusal.sentence if refusal else "",
            "may_be_plain": form == "xlsx" and bool(outgoing.fields),
            "asked": self.request.POST,
        }
        status = refusal.status if refusal else 200
        return self.render(more, template="registry/export_ask.html", status=status)

    def export(self, form: str) -> HttpResponseBase:
        right = self.may_export(form)
        if right.second_factor and (first := self.second_factor_first()):
            return first
        outgoing = self.leaving(form)[1]
        plain = form == "xlsx" and bool(self.request.POST.get("plain"))
        kinds = self.kinds_of(self.chosen_columns, plain)
        wish = Wish(
            page=self.name,
            query=self.without_out(),
            columns=tuple(
                PLAIN + one.key if plain and one.personal else one.key
                for one in self.chosen_columns
            ),
            kinds=kinds,
            rows=outgoing.rows,
            purpose=outgoing.purpose,
            note=outgoing.reason,
            personal=bool(outgoing.fields),
        )
        if form == "print" and kinds and outgoing.rows > ALONE_UP_TO:
            refusal = Refusal(
                _("含敏感信息的清单一次最多打印 %(n)s 行，更多请申请导出") % {"n": ALONE_UP_TO},
                "registry.too_many_to_print",
            )
            return self.show_asking(form, refusal)
        try:
            request = ask_export(wish=wish, by=self.actor, at=self.at)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            return self.show_asking(form, refusal)
        if form == "print":
            return self.printed(request)
        return HttpResponseRedirect(reverse("registry.export", kwargs={"pk": request.pk}))

    def without_out(self) -> str:
        query = self.query.copy()
        for name in ("out", "page", "cols"):
            query.pop(name, None)
        return query.urlencode()

    # --- handing over -------------------------------------------------------------------
    def subjects(self, limit: int) -> list[UUID]:
        """Keys of the people the list is about."""
        if not self.subject:
            return []
        rows = self.found.order_by(*self.order_by).values_list(self.subject, flat=True)
        return [key for key in rows[:limit] if key is not None]

    def log(self, request: ExportRequest, limit: int) -> ExportRequest:
        personal = [column.source for column in self.chosen_columns if column.personal]
        return take_export(
            request=request,
            subjects=self.subjects(limit) if personal else [],
            fields=personal,
            row_kind="registry.Person",
            by=self.actor,
            at=self.at,
        )

    def printed(self, request: ExportRequest) -> HttpResponseBase:
        taken = self.log(request, PRINT_UP_TO)
        rows, outgoing = self.leaving("print")
        columns = self.chosen_columns
        look = base_columns.look_for(columns, self.actor)
        more = {
            "head": [column.label for column in columns],
            "body": tables.body(list(rows[:PRINT_UP_TO]), columns, look),
            "watermark": taken.watermark,
            "outgoing": outgoing,
        }
        return self.render(more, template="ui/print.html")

    def handed_over(self, request: ExportRequest) -> FileResponse:
        """The workbook of an agreed request, logged before the first byte leaves."""
        keys = request.columns.split(",")
        named = {column.key: column for column in self.columns}
        columns = tuple(
            in_full(named[key.lstrip(PLAIN)]) if key.startswith(PLAIN) else named[key]
            for key in keys
            if key.lstrip(PLAIN) in named
        )
        self.chosen_columns = columns
        taken = self.log(request, MOST_ROWS)
        rows = self.everything().filter(pk__in=self.found.order_by().values("pk"))
        file = workbook(
            rows.order_by(*self.order_by)[:MOST_ROWS].iterator(chunk_size=2000),
            columns,
            base_columns.look_for(columns, self.actor),
            title=self.heading(),
            watermark=taken.watermark,
        )
        name = f"{self.heading()}-{self.at:%Y%m%d-%H%M}.xlsx"
        return FileResponse(file, as_attachment=True, filename=name)


def in_full(column: base_columns.Column) -> base_columns.Column:
    """A masked column as it leaves in full, once that was agreed and logged."""
    if not isinstance(column, base_columns.Masked):
        return column
    return replace(column, mask=plain_words)


def list_of(request: ExportRequest, page: Any) -> Exportable:
    """The list a request speaks of, as its asker sees it now; 404 where it is no longer theirs."""
    try:
        found = page_named(request.page)
    except KeyError:
        raise Http404 from None
    if not issubclass(found, Exportable) or not found.right.held_by(page.actor):
        raise Http404
    asked = copy.copy(page.request)
    asked.GET = QueryDict(request.query)
    return found(asked)
