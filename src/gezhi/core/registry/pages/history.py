"""History of every field of a row, and the whole row as it was believed on a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.pages import hooks
from gezhi.core.privacy import masks
from gezhi.core.privacy.fields import Sealed
from gezhi.core.privacy.wanted import all_wanted
from gezhi.core.registry import beliefs, changes
from gezhi.core.registry.models import Dwelling, Household, Person
from gezhi.core.registry.models.provenance import Sourced
from gezhi.core.registry.pages.words import labels_of, words_for

AT_MOST = 200


class HistoryPage(ui.RowPage):
    """What changed, who changed it and from which source; with `?on=` what was believed then."""

    title = _("变更历史")
    template = "registry/history.html"
    above: ClassVar[str] = ""
    """URL name of the row's own page."""

    def row_title(self) -> str:
        return str(self.row)

    def heading(self) -> str:
        return gettext("%(row)s 的变更历史") % {"row": self.row_title()}

    def get(self) -> HttpResponseBase:
        today = timezone.localdate(self.at)
        asked = self.request.GET.get("on", "")
        try:
            day = parse_date(asked) if asked else None
        except ValueError:
            day = None
        problem = gettext("日期应写成 2022-09-13") if asked and day is None else ""
        more = {
            "row": self.row,
            "row_title": self.row_title(),
            "above": reverse(self.above, kwargs={"pk": self.row.pk}),
            "day": min(day, today) if day else None,
            "today": today,
            "problem": problem,
            "lines": list(self.lines()) if day is None else [],
            "beliefs": self.beliefs(min(day, today)) if day else None,
        }
        return self.render(more)

    def lines(self) -> Iterator[dict[str, Any]]:
        """One line a change, newest first."""
        model = type(self.row)
        history: Any = changes.HISTORY[model]
        fields = beliefs.described(model)
        rows = history._default_manager.filter(subject_id=self.row.pk).select_related("source")
        for change in rows[:AT_MOST]:
            field = fields.get(change.field)
            if field is None:
                continue
            before = kept(model, field, change.old, change.old_sealed)
            after = kept(model, field, change.new, change.new_sealed)
            yield {
                "at": timezone.localtime(change.changed_at).strftime("%Y-%m-%d %H:%M"),
                "field": words_for(field),
                "before": shown(model, field, before),
                "after": shown(model, field, after),
                "by": change.changed_by,
                "source": change.source.named,
            }

    def beliefs(self, day: date) -> list[dict[str, Any]] | None:
        """Every field as believed at the end of a day; None where the row was not yet known."""
        model = type(self.row)
        found = beliefs.belief_on(self.row, day)
        if found is None:
            return None
        fields = beliefs.described(model)
        return [
            {
                "field": words_for(fields[name]),
                "value": shown(model, fields[name], belief.value),
                "since": timezone.localtime(belief.since).strftime("%Y-%m-%d %H:%M"),
                "by": belief.by,
                "source": belief.source.named,
            }
            for name, belief in found.items()
            if belief.value not in (None, "")
        ]


def kept(model: type[Sourced], field: models.Field[Any, Any], text: str | None, sealed: Any) -> Any:
    """A value as the history holds it: still sealed, or read from its text."""
    if sealed is not None:
        return Sealed(bytes(sealed), changes.context_of(field.model, field))
    return changes.value_of(field, text)


def shown(model: type[Sourced], field: models.Field[Any, Any], value: Any) -> str:
    """A former or present value of a field as staff may see it: masked, coded values in words."""
    if value is None or value == "":
        return ""
    if isinstance(field, models.ForeignKey):
        return related_words(field, value)
    wanted = all_wanted().get((field.model._meta.label, field.name))
    if isinstance(value, Sealed) or wanted is not None:
        kind = wanted.kind if wanted is not None else "search"
        text = masks.of(kind)(value)
        return coded(field, text)
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    return coded(field, str(value))


def coded(field: models.Field[Any, Any], text: str) -> str:
    """A code in words."""
    return str(labels_of(field).get(text, text))


def related_words(field: models.ForeignKey[Any, Any], key: Any) -> str:
    """What a relation pointed to: an address, a grid, a household's or person's short number."""
    names = hooks.place_names()
    if key in names:
        return names[key]
    model = field.related_model
    if model is Dwelling:
        return str(Dwelling.objects.filter(pk=key).values_list("address", flat=True).first() or "")
    if model in (Person, Household):
        return f"#{str(key)[-8:]}"
    return str(model._default_manager.filter(pk=key).first() or "")
