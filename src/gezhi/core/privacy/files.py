"""A person's own file: everything kept about them, each field with who wants it and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db.models import ForeignKey
from django.utils.translation import gettext as _

from gezhi.core.privacy import people
from gezhi.core.privacy.field_classes import CLASSES
from gezhi.core.privacy.masks import masked
from gezhi.core.privacy.opening import plain_field
from gezhi.core.privacy.retention import words_of
from gezhi.core.privacy.wanted import Wanted, fields_of, title_of

ABOUT: Final = (
    "registry.Person",
    "registry.MigrantFacts",
    "registry.OverseasFacts",
    "registry.LeftBehindFacts",
    "registry.CareLabel",
    "registry.Residence",
    "registry.LifeEvent",
    "registry.Vehicle",
)
"""The tables a file is put together from, in its order."""
LEFT_OUT: Final = frozenset({"search"})
"""Search keys are made from the other fields, and say nothing besides."""
MEMBER_FIELDS: Final = ("id_no", "phone")


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a file."""

    key: str
    """`registry.Person.phone`: what a correction names."""
    title: str
    value: str
    wanted: Wanted

    @property
    def sensitive(self) -> str:
        return CLASSES[self.wanted.kind].sensitive

    @property
    def who(self) -> str:
        return _(self.wanted.reason.who)

    @property
    def why(self) -> str:
        return _(self.wanted.reason.why)


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of one row."""

    title: str
    kept: str
    """How long such rows are kept, and what that rests on."""
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the same household: the name, and the rest masked."""

    name: str
    relation: str
    masked: tuple[tuple[str, str], ...]
    is_self: bool
    id: UUID


def file_of(person_id: UUID) -> list[Part]:
    """Everything kept about a person, in full. The caller has logged the reading."""
    parts = []
    for label in ABOUT:
        for row in people.rows_about(label, person_id):
            lines = tuple(line for line in _lines(row) if line.value)
            if lines:
                title = _(str(apps.get_model(label)._meta.verbose_name))
                parts.append(Part(title, words_of(label), lines))
    return parts


def household_of(person_id: UUID) -> list[Member]:
    """The present members of a person's household, themselves first; empty without one."""
    me = people.person(person_id)
    if me is None or me.household_id is None:
        return []
    together = apps.get_model(people.PERSON).objects.filter(
        household_id=me.household_id, state=people.PRESENT
    )
    members = [
        Member(
            name=plain_field(one, "name"),
            relation=plain_field(one, "relation_to_head"),
            masked=tuple((title_of(people.PERSON, f), masked(one, f)) for f in MEMBER_FIELDS),
            is_self=one.pk == person_id,
            id=one.pk,
        )
        for one in together
    ]
    return sorted(members, key=lambda member: not member.is_self)


def correctable() -> list[tuple[str, str]]:
    """The fields a correction may be about: (key, title)."""
    return [
        (f"{found.model}.{found.field}", title_of(found.model, found.field))
        for label in ABOUT[:5]
        for found in fields_of(label)
        if found.kind not in LEFT_OUT
    ]


def _lines(row: Any) -> Iterator[Line]:
    label = row._meta.label
    for found in fields_of(label):
        if found.kind in LEFT_OUT:
            continue
        yield Line(
            f"{label}.{found.field}", title_of(label, found.field), _value(row, found.field), found
        )


def _value(row: Any, name: str) -> str:
    """A field as its owner reads it; others who are named in it stay masked."""
    field = row._meta.get_field(name)
    if not isinstance(field, ForeignKey):
        value = plain_field(row, name)
        return {"True": _("是"), "False": _("否")}.get(value, value)
    other = getattr(row, name)
    if other is None:
        return ""
    target = other._meta.label
    if target == people.PERSON:
        return masked(other, "name")
    if target == "registry.Household":
        return str(other.household_no or _("已编户"))
    return str(other)
