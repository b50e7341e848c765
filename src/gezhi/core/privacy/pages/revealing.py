"""The screens that show personal fields in full: declared by the area whose rows they are.

For one row, named by its masked columns (`ui.Masked(..., reveal="registry.reveal_person")`)::

    class RevealPerson(RevealPage):
        path, name = "people/<uuid:pk>/reveal/", "registry.reveal_person"
        rows = queries.people
        sees = rights.SEE_PEOPLE
        fields = ("name", "birth_date", "id_no", "phone")

For the rows a list shows just now, named by the list (`reveal = "registry.reveal_people"`)::

    class RevealPeople(RevealListPage):
        path, name = "people/reveal/", "registry.reveal_people"
        of = PersonList
        fields = ("name",)

The values come in answer to a POST, are never kept in the address or the browser's history,
carry the reader's name behind them, hide themselves after a while and do not print. A form of
these pages carries no once-only key: a reading commits before its answer (`actions.reading`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.db.models import Model
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.pages import tables
from gezhi.base.pages.columns import Column, Look, look_for
from gezhi.base.pages.forms import blame
from gezhi.core.privacy import actions, purposes, rights
from gezhi.core.privacy.wanted import title_of

SECONDS: int = 90
"""How long values stay on the screen; `privacy.css` hides them."""
REMEMBERED = "privacy_purpose"


class PurposeForm(forms.Form):
    """What is shown, why, and the note some purposes need."""

    fields_wanted = forms.MultipleChoiceField(
        label=gettext_lazy("显示哪些"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请至少选一项")},
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("目的"), error_messages={"required": gettext_lazy("请选择查看目的")}
    )
    note = forms.CharField(
        label=gettext_lazy("事由"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("部分目的须写明，例如事件编号；本人能看到"),
    )

    def __init__(self, *args: Any, offered: Sequence[tuple[str, str]], choices: Any, **kw: Any):
        super().__init__(*args, **kw)
        wanted_field: Any = self.fields["fields_wanted"]
        wanted_field.choices = choices
        purpose: Any = self.fields["purpose"]
        purpose.choices = [("", _("请选择")), *offered]


class _Revealing(ui.Page, ABC):
    """What both kinds share: the form, the remembered purpose, the refusal in its place."""

    right = rights.REVEAL
    title = gettext_lazy("查看明文")
    template = "privacy/reveal.html"
    fields: ClassVar[tuple[str, ...]]

    @abstractmethod
    def model(self) -> type[Model]:
        """The table whose fields are read."""

    def chosen_first(self) -> list[str]:
        """Which fields are ticked when the form opens: those asked for, or the only one."""
        asked = [name for name in self.request.GET.getlist("field") if name in self.fields]
        return asked or list(self.fields[:1] if len(self.fields) == 1 else ())

    def form(self, data: Any = None) -> PurposeForm:
        label = self.model()._meta.label
        choices = [(name, title_of(label, name)) for name in self.fields]
        today = timezone.localdate(self.at)
        offered = [(one.code, one.named) for one in purposes.offered_to(self.actor, today)]
        known = self.request.session.get(REMEMBERED, {})
        initial = {**known, "fields_wanted": self.chosen_first()}
        return PurposeForm(data, offered=offered, choices=choices, initial=initial)

    def get(self) -> HttpResponseBase:
        return self.show(self.form())

    def post(self) -> HttpResponseBase:
        form = self.form(self.request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        data = form.cleaned_data
        try:
            shown = self.reveal(data["fields_wanted"], data["purpose"], data["note"])
        except Refusal as refusal:
            if refusal.status == 429:
                raise
            blame(form, refusal)
            return self.show(form, status=refusal.status)
        # For the rest of the session the same purpose is offered first; each reading is logged.
        self.request.session[REMEMBERED] = {"purpose": data["purpose"], "note": data["note"]}
        return self.draw("privacy/revealed.html", {**shown, **self.frame()})

    @abstractmethod
    def reveal(self, fields: Sequence[str], purpose: str, note: str) -> dict[str, Any]:
        """Read and return what the template shows."""

    def frame(self) -> dict[str, Any]:
        return {"mark": watermark(self.actor, self.at), "seconds": SECONDS}

    def show(self, form: PurposeForm, *, status: int = 200) -> HttpResponseBase:
        return self.draw("privacy/reveal.html", {"form": form}, status=status)

    def draw(self, template: str, more: dict[str, Any], *, status: int = 200) -> HttpResponseBase:
        """The whole page, or its content alone where it opens as a dialog."""
        if self.swaps == "dialog":
            template = template.replace(".html", "_dialog.html")
        return self.render({**more, "back": self.back()}, template=template, status=status)

    def back(self) -> str:
        """Where "back" leads without JavaScript."""
        return ""


class RevealPage(_Revealing, ui.RowPage):
    """One row's fields in full."""

    def admit(self) -> HttpResponseBase | None:
        first = super().admit()
        if first is None:
            self.row  # noqa: B018 - out of sight is 404 before anything is asked
        return first

    def model(self) -> type[Model]:
        return type(self.row)

    def reveal(self, fields: Sequence[str], purpose: str, note: str) -> dict[str, Any]:
        values = actions.reveal(
            self.row, fields, purpose=purpose, note=note, by=self.actor, at=self.at
        )
        label = self.row._meta.label
        return {"values": [(title_of(label, name), value) for name, value in values.items()]}


class RevealListPage(_Revealing):
    """The rows of a list's page in full: the list's own address says which."""

    of: ClassVar[type[ui.ListPage]]
    title = gettext_lazy("显示本页明文")

    _listing: ui.ListPage | None = None

    @property
    def listing(self) -> ui.ListPage:
        """The list as it was asked for, with the same rights, filters and page."""
        if self._listing is None:
            self._listing = self.of(self.request)
            refused = self._listing.admit()
            if refused is not None:
                raise Refusal(_("请先完成二次验证再查看"), "privacy.second_factor_first")
        return self._listing

    def model(self) -> type[Model]:
        model: type[Model] = self.listing.everything().model
        return model

    def back(self) -> str:
        from gezhi.base.pages.layout import link

        query = self.request.GET.urlencode()
        return f"{link(self.of.name)}{'?' if query else ''}{query}"

    def reveal(self, fields: Sequence[str], purpose: str, note: str) -> dict[str, Any]:
        listing = self.listing
        rows = listing.page_rows() if listing.paging.total else []
        found = actions.reveal_many(
            rows, fields, purpose=purpose, note=note, by=self.actor, at=self.at
        )
        plain = {row.pk: values for row, values in zip(rows, found, strict=True)}
        columns = [_plain(column, plain, fields) for column in listing.chosen_columns]
        look = look_for(columns, self.actor)
        return {
            "head": [(column.label, column.css) for column in columns],
            "body": tables.body(rows, columns, look),
            "number": len(rows),
        }


@dataclass(frozen=True, slots=True)
class Shown(Column):
    """A column whose values were read in full for this answer."""

    plain: Mapping[UUID, Mapping[str, str]] = field(default_factory=dict, repr=False)

    def text(self, row: Any, look: Look) -> str:
        return self.plain[row.pk].get(self.source, "")


def _plain(column: Column, plain: dict[UUID, dict[str, str]], fields: Sequence[str]) -> Column:
    """The column itself, or its values in full where they were read."""
    return Shown(column.source, column.label, plain=plain) if column.source in fields else column


def watermark(actor: Actor, at: Any) -> str:
    """Who reads, when: written all over the values, so that a photograph names its source."""
    return f"{actor.name} {timezone.localtime(at):%Y-%m-%d %H:%M}  " * 40
