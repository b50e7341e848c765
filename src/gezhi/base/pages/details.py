"""DetailPage: one row in full: marks, acts, sections of fields, related lists, timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from html import escape
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponseBase
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.base.pages import tables
from gezhi.base.pages.columns import Column, Look, Masked, Words, address_of, getter, look_for
from gezhi.base.pages.layout import link
from gezhi.base.pages.listing import RowsOf
from gezhi.base.pages.requests import Page
from gezhi.base.rights import Right


@dataclass(frozen=True, slots=True)
class Section:
    """Fields under one heading. Left out when `when(row)` says no."""

    title: Words
    fields: tuple[Column, ...]
    _: KW_ONLY
    right: Right | None = None
    """A right of its own (care labels); without it the section is not there."""
    when: Callable[[Any], bool] | None = None
    in_drawer: bool = True


@dataclass(frozen=True, slots=True)
class Related:
    """A table of other rows that belong to this one."""

    title: Words
    rows: Callable[[Any], QuerySet[Any]]
    """From the row shown to the rows that belong to it."""
    columns: tuple[Column, ...]
    right: Right
    _: KW_ONLY
    opens: str = ""
    pk_source: str = "pk"
    """Where on a related row the key stands that `opens` takes."""
    at_most: int = 20
    all_in: str = ""
    """URL name of the list that has them all; `all_query` narrows it."""
    all_query: Callable[[Any], str] | None = None
    nothing: Words = ""
    in_drawer: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a timeline."""

    at: datetime
    title: str
    who: str = ""
    body: str = ""
    tone: str = "neutral"
    act: str = ""
    """What may be done about it, in a word, on the page at `to`."""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A coloured word beside the heading."""

    words: str
    tone: str = "neutral"


@dataclass(frozen=True, slots=True)
class Act:
    """A button that opens the page of an act on this row.

    `refusal(row, actor)` is the same function that guards the write: where it answers, the
    button is grey and says why. Whoever does not hold the right does not see the button.
    """

    title: Words
    to: str
    right: Right
    _: KW_ONLY
    refusal: Callable[[Any, Actor], Refusal | None] | None = None
    when: Callable[[Any], bool] | None = None
    """Whether it is an act on this row at all; where it says no there is no button."""
    icon: str = ""
    main: bool = False
    danger: bool = False
    about: Callable[[Any], Any] | None = None
    """The key of another row that the page is about: a person's household. None: this row."""


@dataclass(frozen=True, slots=True)
class ShownAct:
    title: str
    address: str
    why_not: str
    act: Act


class RowPage(Page):
    """A page about one row: `pk` in its path finds it among the rows in sight, or it is 404.

    With `sees` declared, a row in sight on which the act is not this actor's is 403.
    """

    rows: ClassVar[RowsOf]
    """Named read: (actor, at) to a queryset; narrowed by `sees`, or by `right`."""
    sees: ClassVar[Right | None] = None
    """What makes the row visible, where that is not the right of the page itself."""

    _row: Any = None

    def admit(self) -> HttpResponseBase | None:
        if self.sees is not None and not self.public:
            if not self.sees.held_by(self.actor):
                raise Http404
            if self.has_row:
                self.row  # noqa: B018 - out of sight is 404 before the act is asked about
            self.right.demand(self.actor)
        first = super().admit()
        if first is None and self.has_row and not self.public:
            self.demand_row()
        return first

    @property
    def has_row(self) -> bool:
        return "pk" in self.kwargs and getattr(type(self), "rows", None) is not None

    def demand_row(self) -> None:
        """Raise `NotAllowed` when the row is in sight but the act on it is not this actor's."""
        if not self.right.covers(self.actor, self.row):
            raise NotAllowed(_("这条记录不归您办理"), "pages.not_yours")

    @property
    def row(self) -> Any:
        """The row, once; 404 when it is out of sight."""
        if self._row is None:
            sight = self.sees or self.right
            rows = sight.rows(type(self).rows(self.actor, self.at), self.actor)
            self._row = rows.filter(pk=self.kwargs["pk"]).first()
            if self._row is None:
                raise Http404
        return self._row


class DetailPage(RowPage):
    """One row. In the drawer of a list the same declaration gives a summary."""

    template = "ui/detail.html"
    shows_a_row = True
    sections: ClassVar[tuple[Section, ...]] = ()
    related: ClassVar[tuple[Related, ...]] = ()
    acts: ClassVar[tuple[Act, ...]] = ()

    def heading(self) -> str:
        return str(self.row)

    def marks(self) -> Sequence[Mark]:
        """Coloured words beside the heading."""
        return ()

    def timeline(self) -> Iterable[Event]:
        """What happened, newest first."""
        return ()

    def extra(self) -> dict[str, Any]:
        """More for a template of its own, where a page extends `ui/detail.html`."""
        return {}

    def get(self) -> HttpResponseBase:
        drawer = self.swaps == tables.DRAWER
        more = {
            "row": self.row,
            "heading": self.heading(),
            "marks": self.marks(),
            "acts": self.shown_acts(),
            "sections": list(self.shown_sections(drawer)),
            "tables": list(self.shown_related(drawer)),
            "events": [] if drawer else list(self.timeline()),
            "address": self.request.path,
            **({} if drawer else self.extra()),
        }
        return self.render(more, template="ui/drawer.html" if drawer else "")

    def shown_acts(self) -> list[ShownAct]:
        shown = []
        for act in self.acts:
            if not act.right.held_by(self.actor) or (act.when and not act.when(self.row)):
                continue
            if not act.right.covers(self.actor, self.row):
                continue
            refusal = act.refusal(self.row, self.actor) if act.refusal else None
            why = str(refusal.sentence) if refusal else ""
            # a refused act opens nothing, so it need not know what it would have been about
            key = self.row.pk if act.about is None or why else act.about(self.row)
            shown.append(ShownAct(str(act.title), address_of(act.to, key), why, act))
        return shown

    def shown_sections(self, drawer: bool) -> Iterable[tuple[str, SafeString]]:
        for section in self.sections:
            if drawer and not section.in_drawer:
                continue
            if section.right is not None and not section.right.covers(self.actor, self.row):
                continue
            if section.when is not None and not section.when(self.row):
                continue
            yield (
                str(section.title),
                fields_html(self.row, section.fields, look_for(section.fields, self.actor)),
            )

    def shown_related(self, drawer: bool) -> Iterable[dict[str, Any]]:
        for one in self.related:
            if (drawer and not one.in_drawer) or not one.right.held_by(self.actor):
                continue
            sight = one.right.rows(one.rows(self.row), self.actor)
            rows = list(sight[: one.at_most + 1])
            look = look_for(one.columns, self.actor)

            def address(row: Model, one: Related = one) -> str:
                return address_of(one.opens, getter(one.pk_source)(row))

            query = one.all_query(self.row) if one.all_query else ""
            yield {
                "title": one.title,
                "nothing": one.nothing,
                "head": [(column.label, column.css) for column in one.columns],
                "body": tables.body(
                    rows[: one.at_most],
                    one.columns,
                    look,
                    address=address if one.opens else None,
                    beside=False,
                ),
                "rows": rows,
                "more": len(rows) > one.at_most,
                "all": f"{link(one.all_in)}?{query}" if one.all_in else "",
            }


def fields_html(row: Any, fields: Sequence[Column], look: Look) -> SafeString:
    """A description list of labelled values; masked ones with the way to see them in full."""
    parts = []
    for one in fields:
        value = one.html(row, look)
        if isinstance(one, Masked) and one.reveal and one.text(row, look):
            href = escape(f"{address_of(one.reveal, row.pk)}?field={one.key}")
            value += (
                f' <a class="reveal" href="{href}" hx-get="{href}" hx-target="#dialog">'
                f"{escape(_('查看'))}</a>"
            )
        hint = f'<small class="hint">{escape(str(one.hint))}</small>' if one.hint else ""
        name = f"<dt>{escape(str(one.label))}</dt>"
        parts.append(f'<div class="field {one.css}">{name}<dd>{value}{hint}</dd></div>')
    return mark_safe("".join(parts))
