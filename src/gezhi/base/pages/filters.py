"""Filters of a list: each reads its part of the address, narrows the rows, says what it did."""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any, Final
from uuid import UUID

from django.db.models import DateTimeField, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.base.pages.columns import Words, choice_labels
from gezhi.base.pages.hooks import TreeNode
from gezhi.base.rights import micro_grid_path

Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Applied:
    """One filter at work: how it reads, and the parameters that would have to go to lift it."""

    label: str
    words: str
    parameters: tuple[str, ...]


class FilterError(ValueError):
    """A value in the query string that cannot be read; the sentence is shown above the list."""


@dataclass(frozen=True, slots=True)
class Filter(ABC):
    """Base of all filters. `name` is its parameter in the address bar."""

    name: str
    label: Words
    _: KW_ONLY
    first: bool = True
    """In the query row; others wait behind 更多条件."""

    kind = "text"

    @property
    def parameters(self) -> tuple[str, ...]:
        return (self.name,)

    @abstractmethod
    def narrow(self, rows: Rows, query: QueryDict) -> Rows:
        """The rows that fit; `FilterError` when the value cannot be read."""

    def applied(self, query: QueryDict) -> Applied | None:
        """How the filter reads when it is at work."""
        words = self.words(query)
        return Applied(str(self.label), words, self.parameters) if words else None

    def words(self, query: QueryDict) -> str:
        return query.get(self.name, "").replace("\0", "").strip()

    def widget(self, query: QueryDict) -> Mapping[str, Any]:
        """What the template needs to draw its input."""
        return {"value": query.get(self.name, "")}


@dataclass(frozen=True, slots=True)
class Search(Filter):
    """A word looked for in several columns, or by a function of (rows, word)."""

    fields: tuple[str, ...] = ()
    find: Callable[[Rows, str], Rows] | None = None
    placeholder: Words = ""

    kind = "search"

    def narrow(self, rows: Rows, query: QueryDict) -> Rows:
        word = self.words(query)
        if not word:
            return rows
        if self.find is not None:
            return self.find(rows, word)
        return rows.filter(
            reduce(operator.or_, (Q(**{f"{f}__icontains": word}) for f in self.fields))
        )

    def widget(self, query: QueryDict) -> Mapping[str, Any]:
        return {"value": query.get(self.name, ""), "placeholder": self.placeholder or self.label}


@dataclass(frozen=True, slots=True)
class Choices(Filter):
    """One or several coded values of a column (`column` defaults to the parameter's name)."""

    choices: Any = ()
    """A `TextChoices` class, pairs, a mapping, or a function giving pairs."""
    column: str = ""
    narrower: Callable[[Rows, list[str]], Rows] | None = None
    """Narrow by something other than equality of a column."""

    kind = "choices"

    def labels(self) -> dict[Any, str]:
        plain = callable(self.choices) and not isinstance(self.choices, type)
        return choice_labels(self.choices() if plain else self.choices)

    def chosen(self, query: QueryDict) -> list[str]:
        return [value for value in query.getlist(self.name) if value]

    def narrow(self, rows: Rows, query: QueryDict) -> Rows:
        chosen = self.chosen(query)
        if not chosen:
            return rows
        known = {str(key): key for key in self.labels()}
        if unknown := [value for value in chosen if value not in known]:
            raise FilterError(
                _("“%(label)s”没有“%(value)s”这一选项，已忽略")
                % {"label": self.label, "value": unknown[0][:20]}
            )
        if self.narrower is not None:
            return self.narrower(rows, chosen)
        return rows.filter(**{f"{self.column or self.name}__in": [known[v] for v in chosen]})

    def words(self, query: QueryDict) -> str:
        chosen = self.chosen(query)
        if not chosen:
            return ""
        labels = {str(key): label for key, label in self.labels().items()}
        return "、".join(labels.get(value, value) for value in chosen)

    def widget(self, query: QueryDict) -> Mapping[str, Any]:
        chosen = set(self.chosen(query))
        options = [(str(k), label, str(k) in chosen) for k, label in self.labels().items()]
        return {"options": options, "many": len(chosen) > 1}


@dataclass(frozen=True, slots=True)
class YesOrNo(Filter):
    """是, 否 or either, of a boolean column; or of a condition (`when`)."""

    column: str = ""
    when: Q | None = None

    kind = "choices"

    def narrow(self, rows: Rows, query: QueryDict) -> Rows:
        value = query.get(self.name, "")
        if value not in ("", "1", "0"):
            raise FilterError(_("“%(label)s”只能选是或否，已忽略") % {"label": self.label})
        if not value:
            return rows
        condition = self.when if self.when is not None else Q(**{self.column or self.name: True})
        return rows.filter(condition if value == "1" else ~condition)

    def words(self, query: QueryDict) -> str:
        return {"1": _("是"), "0": _("否")}.get(query.get(self.name, ""), "")

    def widget(self, query: QueryDict) -> Mapping[str, Any]:
        value = query.get(self.name, "")
        return {"options": [("1", _("是"), value == "1"), ("0", _("否"), value == "0")]}


@dataclass(frozen=True, slots=True)
class Days(Filter):
    """From one day to another, both included. Parameters `<name>_from` and `<name>_to`."""

    column: str = ""

    kind = "days"

    @property
    def parameters(self) -> tuple[str, ...]:
        return (f"{self.name}_from", f"{self.name}_to")

    def _day(self, query: QueryDict, parameter: str) -> date | None:
        value = query.get(parameter, "").strip()
        if not value:
            return None
        try:
            return date.fromisoformat(value.replace("/", "-").replace(".", "-"))
        except ValueError:
            raise FilterError(
                _("“%(label)s”中的“%(value)s”不是日期，请写成 2022-09-13")
                % {"label": self.label, "value": value[:20]}
            ) from None

    def narrow(self, rows: Rows, query: QueryDict) -> Rows:
        start, end = (self._day(query, parameter) for parameter in self.parameters)
        if start and end and start > end:
            raise FilterError(_("“%(label)s”的开始晚于结束，请调换") % {"label": self.label})
        column = self.column or self.name
        if _is_moment(rows, column):
            zone = timezone.get_current_timezone()
            midnight = datetime.min.time()
            if start:
                rows = rows.filter(**{f"{column}__gte": datetime.combine(start, midnight, zone)})
            if end:
                after = datetime.combine(end + timedelta(days=1), midnight, zone)
                rows = rows.filter(**{f"{column}__lt": after})
            return rows
        if start:
            rows = rows.filter(**{f"{column}__gte": start})
        return rows.filter(**{f"{column}__lte": end}) if end else rows

    def words(self, query: QueryDict) -> str:
        start, end = (query.get(parameter, "").strip() for parameter in self.parameters)
        return f"{start or '…'} — {end or '…'}" if start or end else ""

    def widget(self, query: QueryDict) -> Mapping[str, Any]:
        start, end = self.parameters
        return {
            "start_name": start,
            "end_name": end,
            "start": query.get(start, ""),
            "end": query.get(end, ""),
        }


def _is_moment(rows: Rows, column: str) -> bool:
    """Whether a column of these rows is a point in time rather than a day."""
    model: Any = rows.model
    *relations, last = column.split("__")
    if last in rows.query.annotations:
        return isinstance(rows.query.annotations[last].output_field, DateTimeField)
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    return isinstance(model._meta.get_field(last), DateTimeField)


GRID: Final = gettext_lazy("所在网格")


@dataclass(frozen=True, slots=True)
class InPlace(Filter):
    """Rows of one place of the tree beside the list; it draws that tree instead of an input.

    Rows carry `community_id` and `grid_id` (reached through `prefix`, as `within_posting`).
    """

    prefix: str = ""
    name: str = "place"
    label: Words = GRID

    kind = "place"

    def narrow_to(self, rows: Rows, node: TreeNode) -> Rows:
        """The rows of a place; the whole cell at level 1."""
        if node.level == 1:
            return rows
        if node.level == 4:
            path = micro_grid_path(rows.model, self.prefix)
            return rows.filter(**{path: node.id}) if path else rows.none()
        column = "community_id" if node.level == 2 else "grid_id"
        return rows.filter(**{f"{self.prefix}{column}": node.id})

    def narrow(self, rows: Rows, query: QueryDict) -> Rows:
        return rows  # the list narrows by the node, since only it knows the tree in sight


def node_at(tree: Sequence[TreeNode], wanted: str) -> list[TreeNode]:
    """The way from a root of the tree to the place with this id, empty when it is not there."""
    try:
        key = UUID(wanted)
    except ValueError:
        return []

    def walk(nodes: Sequence[TreeNode]) -> list[TreeNode]:
        for node in nodes:
            if node.id == key:
                return [node]
            if below := walk(node.children):
                return [node, *below]
        return []

    return walk(tree)
