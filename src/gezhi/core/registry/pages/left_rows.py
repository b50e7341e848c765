"""Rows that an undoing left as they are, as staff know them: a masked name, an address, a link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.utils.translation import gettext

from gezhi.base.pages.columns import address_of
from gezhi.core.registry.pages.columns import person_title

JOINED: Final[dict[str, tuple[str, ...]]] = {
    "registry.Person": ("dwelling",),
    "registry.Household": ("dwelling",),
    "registry.Residence": ("person", "dwelling"),
    "registry.CareLabel": ("person",),
}
"""What a row's words take from others, by model label."""


@dataclass(frozen=True, slots=True)
class LeftRow:
    """One line of the page: its kind, what it is called, and its page if it has one."""

    kind: str
    name: str
    address: str


def left_rows(left: Iterable[tuple[str, UUID]]) -> list[LeftRow]:
    """The rows in words, kind by kind; one query for each kind."""
    keys: dict[str, list[UUID]] = defaultdict(list)
    for label, key in left:
        keys[label].append(key)
    return [line for label, some in keys.items() for line in _of_kind(label, some)]


def _of_kind(label: str, keys: list[UUID]) -> list[LeftRow]:
    model = apps.get_model(label)
    kind = gettext(str(model._meta.verbose_name))
    rows = model._default_manager.select_related(*JOINED.get(label, ())).in_bulk(keys)
    return [
        LeftRow(kind, _name(row), _page(row)) if row is not None else LeftRow(kind, "—", "")
        for row in map(rows.get, keys)
    ]


def _name(row: Any) -> str:
    """What staff call it: whom it is about, and where."""
    label = row._meta.label
    if label == "registry.Person":
        return _joined(person_title(row), row.dwelling)
    if label == "registry.Household":
        return _joined(row.household_no or "", row.dwelling)
    person = getattr(row, "person", None)
    if person is not None:
        return _joined(person_title(person), getattr(row, "dwelling", None))
    return str(row)


def _joined(name: str, dwelling: Any) -> str:
    return f"{name} {dwelling.address if dwelling is not None else ''}".strip() or "—"


def _page(row: Any) -> str:
    """The page of the row, or of the person it is about; empty where neither has one."""
    person_id = getattr(row, "person_id", None)
    if person_id is not None:
        return address_of("registry.person", person_id)
    name = f"registry.{row._meta.model_name}"
    own = {"person", "household", "dwelling", "enterprise", "shop", "site", "vehicle"}
    return address_of(name, row.pk) if row._meta.model_name in own else ""
