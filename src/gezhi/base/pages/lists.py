"""ListPage: a query row, a tree of places, a table and its paging, declared in a few lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.base.pages import hooks, tables
from gezhi.base.pages.columns import Column, Words, address_of, look_for
from gezhi.base.pages.exports import MOST_ROWS, workbook
from gezhi.base.pages.filters import Applied, Filter, FilterError, InPlace, Search, node_at
from gezhi.base.pages.layout import link
from gezhi.base.pages.requests import Page
from gezhi.base.pages.trees import tree_html
from gezhi.base.rights import Right

COUNT_UP_TO = 10_000
PRINT_UP_TO = 1_000
RowsOf = Callable[[Actor, datetime], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Button:
    """A way from a list to another page: 新建, 导入. Shown to whoever holds the right."""

    title: Words
    to: str
    right: Right
    _: KW_ONLY
    icon: str = "plus"
    main: bool = False


@dataclass(frozen=True, slots=True)
class BulkAct:
    """Something done to the rows picked: `act(rows, by, at)` returns the sentence to show.

    With `to` instead of `act`, the picked keys go to that page as `?pick=…&pick=…`.
    """

    name: str
    title: Words
    right: Right
    _: KW_ONLY
    act: Callable[[list[Any], Actor, datetime], str] | None = None
    to: str = ""
    ask: Words = ""
    """What is said before it is done."""
    icon: str = "checks"


@dataclass(frozen=True, slots=True)
class Paging:
    """Where in the list one is. `total` counts exactly unless `more` says it goes on."""

    number: int
    size: int
    total: int
    more: bool
    shown: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first_row(self) -> int:
        return (self.number - 1) * self.size + 1 if self.shown else 0

    @property
    def last_row(self) -> int:
        return (self.number - 1) * self.size + self.shown

    @property
    def total_words(self) -> str:
        return f"{self.total:,}+" if self.more else f"{self.total:,}"


class ListPage(Page):
    """A list of rows. Subclass with `rows` and `columns`; the rest has sensible defaults."""

    template = "ui/list.html"
    rows: ClassVar[RowsOf]
    """Named read: (actor, at) to a queryset of everything; the page narrows it by `right`."""
    columns: ClassVar[tuple[Column, ...]]
    filters: ClassVar[tuple[Filter, ...]] = ()
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)
    opens: ClassVar[str] = ""
    """URL name of the page that shows one row; its path takes `pk`."""
    buttons: ClassVar[tuple[Button, ...]] = ()
    bulk: ClassVar[tuple[BulkAct, ...]] = ()
    page_size: ClassVar[int] = 50
    sizes: ClassVar[tuple[int, ...]] = (20, 50, 100)
    count_all: ClassVar[Callable[[Actor, datetime], int | None] | None] = None
    """The number of rows in sight without any filter, from a roll-up; None where not known."""
    export_right: ClassVar[Right | None] = None
    """What one must hold to take the list out as a sheet or on paper; None: it stays here."""
    tells_hidden: ClassVar[bool] = True
    nothing: ClassVar[Words] = ""
    """What to say when there are no rows at all, and how the first one comes to be."""
    lead: ClassVar[Words] = ""
    """One line under the title: what this list is for."""

    def __init__(self, request: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.query: QueryDict = self.request.GET
        self.problems: list[str] = []

    # --- what is asked for ----------------------------------------------------------
    @cached_property
    def chosen_columns(self) -> tuple[Column, ...]:
        wanted = [key for part in self.query.getlist("cols") for key in part.split(",")]
        named = {column.key: column for column in self.columns}
        chosen = tuple(named[key] for key in wanted if key in named)
        return chosen or tuple(column for column in self.columns if column.shown)

    @cached_property
    def sort(self) -> str:
        wanted = self.query.get("sort", "")
        sortable = {column.key for column in self.columns if column.order is not None}
        return wanted if wanted.removeprefix("-") in sortable else ""

    @cached_property
    def order_by(self) -> tuple[str, ...]:
        """What the database sorts by; the key comes last, so that pages never overlap."""
        order = self.ordering
        for column in self.columns:
            if self.sort and column.order is not None and column.key == self.sort.lstrip("-"):
                flip = self.sort.startswith("-") != column.order.startswith("-")
                order = (f"{'-' if flip else ''}{column.order.lstrip('-')}",)
        return order if order[-1] in ("pk", "-pk") else (*order, "pk")

    @cached_property
    def tree(self) -> Sequence[hooks.TreeNode]:
        if not any(isinstance(f, InPlace) for f in self.filters):
            return ()
        return hooks.place_tree(self.actor, self.right.code, self.at)

    @cached_property
    def way(self) -> list[hooks.TreeNode]:
        """From the top of the tree to the place chosen."""
        for wanted in self.filters:
            if isinstance(wanted, InPlace) and (chosen := self.query.get(wanted.name, "")):
                return node_at(self.tree, chosen)
        return []

    def address(self, **changes: str | None) -> str:
        """This list with some parameters changed (None: dropped); the page number starts over."""
        query = self.query.copy()
        query.pop("page", None)
        for name, value in changes.items():
            if value is None:
                query.pop(name, None)
            else:
                query[name] = value
        kept = urlencode([(k, v) for k, values in query.lists() for v in values if v])
        return f"{self.request.path}?{kept}" if kept else self.request.path

    # --- rows -----------------------------------------------------------------------
    def everything(self) -> QuerySet[Any]:
        """The named read, before rights and filters."""
        return type(self).rows(self.actor, self.at)

    def narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Rows that fit the filters; what cannot be read is said, not guessed."""
        for one in self.filters:
            try:
                if not isinstance(one, InPlace):
                    rows = one.narrow(rows, self.query)
                elif self.way:
                    rows = one.narrow_to(rows, self.way[-1])
                elif self.query.get(one.name):
                    raise FilterError(_("所选网格不存在，或不在您的权限范围内，已忽略"))
            except FilterError as problem:
                if str(problem) not in self.problems:
                    self.problems.append(str(problem))
        return rows

    @cached_property
    def found(self) -> QuerySet[Any]:
        """Rows in sight that fit the filters, unsorted."""
        return self.narrowed(self.right.rows(self.everything(), self.actor))

    @cached_property
    def applied(self) -> list[Applied]:
        """The filters at work, for the chips above the table."""
        chips = []
        for one in self.filters:
            if isinstance(one, InPlace):
                if self.way:
                    words = " / ".join(node.title for node in self.way)
                    chips.append(Applied(str(one.label), words, one.parameters))
            elif chip := one.applied(self.query):
                chips.append(chip)
        return chips

    @cached_property
    def paging(self) -> Paging:
        size = self._number("size", self.page_size)
        size = size if size in self.sizes else self.page_size
        number = max(1, self._number("page", 1))
        total, more = self._count(number * size)
        if (number - 1) * size >= total and not more:
            number = max(1, -(-total // size))
        shown = max(0, min(size, total - (number - 1) * size)) if not more else size
        return Paging(number, size, total, more, shown)

    def _number(self, name: str, default: int) -> int:
        value = self.query.get(name, "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 8 else default

    def _count(self, needed: int) -> tuple[int, bool]:
        """(rows, whether it stopped counting). A roll-up answers when no filter is at work."""
        if not self.applied and not self.problems and (counter := type(self).count_all):
            known = counter(self.actor, self.at)
            if known is not None:
                return known, False
        return _capped(self.found, max(COUNT_UP_TO, needed + 10 * self.page_size))

    def page_rows(self) -> list[Any]:
        """The rows of this page, in two steps inside one query.

        The inner query walks the index of the order to the page (at page 1,000 over 50,000
        keys and nothing else); only the rows shown are joined and read.
        """
        paging = self.paging
        start = (paging.number - 1) * paging.size
        keys = self.found.order_by(*self.order_by).values("pk")[start : start + paging.size]
        return list(self.everything().filter(pk__in=keys).order_by(*self.order_by))

    def hidden_count(self) -> tuple[int, bool]:
        """Rows that fit but lie outside this actor's reach: (number, whether it is at least).

        Not told while a word is searched for: the number would answer whether a certain person
        lives in somebody else's grid.
        """
        where = self.right.where
        if not self.tells_hidden or where is None or not where.filter(self.actor, self.right.code):
            return 0, False
        if any(isinstance(one, Search) and one.applied(self.query) for one in self.filters):
            return 0, False
        everything, more = _capped(self.narrowed(self.everything()), 10 * COUNT_UP_TO)
        return max(0, everything - self.paging.total), more

    # --- answers --------------------------------------------------------------------
    def row_address(self, row: Model) -> str:
        return address_of(self.opens, row.pk)

    def get(self) -> HttpResponseBase:
        if form := self.query.get("out"):
            return self.ask_before_export(form)
        partial = self.swaps == "screen"
        answer = self.render(self.screen(), template="ui/list_screen.html" if partial else "")
        if partial:
            page = self.paging.number
            answer["HX-Push-Url"] = self.address(page=str(page) if page > 1 else None)
        return answer

    def screen(self) -> dict[str, Any]:
        """Everything the list's template prints; cells are strings already."""
        columns = self.chosen_columns
        found_nothing = self.paging.total == 0
        rows = [] if found_nothing else self.page_rows()
        look = look_for(columns, self.actor)
        acts = [act for act in self.bulk if act.right.held_by(self.actor)]
        hidden, at_least = self.hidden_count()
        return {
            "head": tables.head(
                columns,
                sort=self.sort,
                address=lambda sort: self.address(sort=sort),
                pick=bool(acts),
            ),
            "body": tables.body(
                rows,
                columns,
                look,
                address=self.row_address if self.opens else None,
                pick=bool(acts),
            ),
            "rows": rows,
            "paging": self.paging,
            "pages": self.page_links(),
            "hidden": hidden,
            "hidden_at_least": at_least,
            "widgets": [(one, one.widget(self.query)) for one in self.filters],
            "chips": [(chip, self.without(chip)) for chip in self.applied],
            "bulk": acts,
            "buttons": [
                (button, address)
                for button in self.buttons
                if button.right.held_by(self.actor) and (address := link(button.to))
            ],
            "views": hooks.saved_views(self.actor, self.name),
            "can_save": hooks.save_view.is_provided,
            "can_export": self.export_right is not None and self.export_right.held_by(self.actor),
            "chosen_keys": {column.key for column in columns},
            "tree_html": self.tree_html() if self.tree else "",
            "kept": self.kept(),
            "has_more_filters": any(not one.first and one.kind != "place" for one in self.filters),
            "more_filters_open": any(
                not one.first and one.applied(self.query) for one in self.filters
            ),
            "xlsx_address": self.address(out="xlsx"),
            "print_address": self.address(out="print"),
        }

    def tree_html(self) -> SafeString:
        name = next(one.name for one in self.filters if isinstance(one, InPlace))
        return tree_html(self.tree, self.way, lambda key: self.address(**{name: str(key)}))

    def kept(self) -> list[tuple[str, str]]:
        """Parameters the query row does not show as inputs, but must not lose."""
        shown = {p for one in self.filters if one.kind != "place" for p in one.parameters}
        shown |= {"page", "out"}
        return [(k, v) for k, vs in self.query.lists() for v in vs if k not in shown and v]

    def without(self, chip: Applied) -> str:
        return self.address(**dict.fromkeys(chip.parameters))

    def page_links(self) -> dict[str, str]:
        number, last = self.paging.number, self.paging.last
        links = {}
        if number > 1:
            links["first"] = self.address(page=None)
            links["before"] = self.address(page=str(number - 1) if number > 2 else None)
        if number < last or self.paging.more:
            links["after"] = self.address(page=str(number + 1))
            if not self.paging.more:
                links["last"] = self.address(page=str(last))
        return links

    def post(self) -> HttpResponseBase:
        """A bulk act, a saved filter, or an export."""
        if name := self.request.POST.get("_bulk"):
            return self.do_bulk(name)
        if self.request.POST.get("_view"):
            return self.keep_view()
        if form := self.request.POST.get("_out"):
            return self.export(form)
        raise Http404

    def back(self) -> HttpResponse:
        return HttpResponseRedirect(self.request.get_full_path())

    def do_bulk(self, name: str) -> HttpResponseBase:
        act = next((act for act in self.bulk if act.name == name), None)
        if act is None:
            raise Http404
        act.right.demand(self.actor)
        keys = self.request.POST.getlist("pick")
        if not keys:
            raise Refusal(_("请先勾选要处理的行"), "pages.nothing_picked")
        rows = list(self.right.rows(self.everything(), self.actor).filter(pk__in=keys))
        if any(not act.right.covers(self.actor, row) for row in rows):
            raise NotAllowed(_("所选的行中有不归您处理的，请取消勾选"), "pages.not_yours")
        if act.act is None:
            return HttpResponseRedirect(f"{link(act.to)}?{urlencode([('pick', k) for k in keys])}")
        if act.ask and "_sure" not in self.request.POST:
            return self.render({"act": act, "rows": rows}, template="ui/bulk_ask.html")
        messages.success(self.request, act.act(rows, self.actor, self.at))
        return self.back()

    def keep_view(self) -> HttpResponseBase:
        if self.request.POST["_view"] == "drop":
            from uuid import UUID

            hooks.drop_view(self.actor, self.name, UUID(self.request.POST["id"]), self.at)
            return self.back()
        title = self.request.POST.get("title", "").strip()[:40]
        if not title:
            raise Refusal(_("请给这组查询条件起个名字"), "pages.view_untitled", field="title")
        hooks.save_view(self.actor, self.name, title, self.query.urlencode(), self.at)
        messages.success(self.request, _("已保存为“%(title)s”") % {"title": title})
        return self.back()

    # --- leaving the platform -------------------------------------------------------
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


def _capped(rows: QuerySet[Any], cap: int) -> tuple[int, bool]:
    """(number of rows, whether counting stopped at `cap`)."""
    number = rows.order_by().values("pk")[: cap + 1].count()
    return (cap, True) if number > cap else (number, False)
