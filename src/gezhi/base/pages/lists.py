"""ListPage: a query row, a tree of places, a table and its paging, declared in a few lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.base.pages import hooks, tables
from gezhi.base.pages.columns import ANY_ID, Words, address_of, look_for
from gezhi.base.pages.exports import LeavingList
from gezhi.base.pages.filters import Applied, InPlace
from gezhi.base.pages.layout import link
from gezhi.base.pages.trees import tree_html
from gezhi.base.pages.urls import page_named
from gezhi.base.rights import Right


@dataclass(frozen=True, slots=True)
class Button:
    """A way from a list to another page: 新建, 导入. Shown to whoever holds the right."""

    title: Words
    to: str
    right: Right
    _: KW_ONLY
    icon: str = "plus"
    main: bool = False
    """The list's own first act: offered on the first page as well."""
    order: int = 50
    """Where the first page offers it: the lower, the earlier."""


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


class ListPage(LeavingList):
    """A list of rows. Subclass with `rows` and `columns`; the rest has sensible defaults.

    A list below a row (its path takes arguments) overrides `everything`.
    """

    template = "ui/list.html"
    opens: ClassVar[str] = ""
    """URL name of the page that shows one row; its path takes `pk`."""
    buttons: ClassVar[tuple[Button, ...]] = ()
    bulk: ClassVar[tuple[BulkAct, ...]] = ()
    nothing: ClassVar[Words] = ""
    """What to say when there are no rows at all, and how the first one comes to be."""
    lead: ClassVar[Words] = ""
    """One line under the title: what this list is for."""
    reveals: ClassVar[str] = ""
    """URL name of the page that shows this page's masked columns in full, once a purpose is given;
    it takes the list's own query."""

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
        hidden, more_hidden = self.hidden_count()
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
            "hidden_words": f"{hidden:,}{'+' if more_hidden else ''}",
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
            "reveal_address": self.reveal_address(),
        }

    def reveal_address(self) -> str:
        """The way to this very page of the list in full, for whoever may ask for it."""
        if not self.reveals or not page_named(self.reveals).right.held_by(self.actor):
            return ""
        return f"{link(self.reveals)}?{self.query.urlencode()}"

    def tree_html(self) -> SafeString:
        name = next(one.name for one in self.filters if isinstance(one, InPlace))
        before, after = self.address(**{name: str(ANY_ID)}).split(str(ANY_ID))
        return tree_html(self.tree, self.way, lambda key: f"{before}{key}{after}")

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
        everything = self.everything()
        keys = [key for key in self.request.POST.getlist("pick") if _is_key(everything.model, key)]
        if not keys:
            raise Refusal(_("请先勾选要处理的行"), "pages.nothing_picked")
        rows = list(self.right.rows(everything, self.actor).filter(pk__in=keys))
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
            try:
                view_id = UUID(self.request.POST.get("id", ""))
            except ValueError:
                raise Http404 from None
            hooks.drop_view(self.actor, self.name, view_id, self.at)
            return self.back()
        title = self.request.POST.get("title", "").strip()[:40]
        if not title:
            raise Refusal(_("请给这组查询条件起个名字"), "pages.view_untitled", field="title")
        hooks.save_view(self.actor, self.name, title, self.query.urlencode(), self.at)
        messages.success(self.request, _("已保存为“%(title)s”") % {"title": title})
        return self.back()


def _is_key(model: type[Model], text: str) -> bool:
    """Whether a text can be the key of a row of this model at all."""
    try:
        model._meta.pk.to_python(text)
    except ValidationError:
        return False
    return True
