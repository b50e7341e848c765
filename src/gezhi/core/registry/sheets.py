"""What a sheet's template is made of, and how one cell is read by its column.

A column has the heading of the template we hand out, the other headings it goes by in sheets
that grew by themselves, and the cleaner of its cells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from gezhi.core.registry.findings import Cleaned, Finding, Treatment

Cleaner = Callable[[object, str], Cleaned[Any]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a template."""

    field: str
    """Field name in the registry; several columns may feed one address."""
    heading: str
    clean: Cleaner | None
    """None: an address part, read with its neighbours by `places.addresses`, or not kept."""
    required: bool = False
    soft: bool = False
    """A bad cell is left out with a warning instead of holding the row back."""
    kept: bool = True
    """False: known, but not the registry's business (row number, vaccination)."""
    offered: bool = True
    """Stands in the template we hand out; False: only known where a clerk's own sheet has it."""
    aliases: tuple[str, ...] = ()
    plain: str = ""
    """Cells matching this are known to come out of the cleaner as they went in, without a word:
    they need not go through it one by one. A property test holds each column to it."""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.heading, *self.aliases)


@dataclass(frozen=True, slots=True)
class Template:
    """One sheet: its columns in the order we hand it out."""

    code: str
    title: str
    columns: tuple[Column, ...]

    def column(self, field: str) -> Column:
        """The column that feeds a field; raises `KeyError` for one it does not have."""
        for column in self.columns:
            if column.field == field:
                return column
        raise KeyError(field)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.field for column in self.columns if column.required)


BESIDE: Final[dict[str, Template]] = {}
"""Sheets of other areas by code: read with the same means, not offered among the registry's own."""


def read_beside(template: Template) -> Template:
    """Have another area's sheet known by its code."""
    return BESIDE.setdefault(template.code, template)


def clean_cell(column: Column, cell: object) -> Cleaned[Any]:
    """A cell by its column's cleaner; in soft columns what would be refused is left out."""
    if column.clean is None:
        raise ValueError(f"the column {column.field} is not cleaned by itself")
    answer = column.clean(cell, column.field)
    if not column.soft or not answer.refused:
        return answer
    return replace(answer, findings=tuple(map(_left_out, answer.findings)))


def _left_out(finding: Finding) -> Finding:
    if finding.kind in (Treatment.REFUSED, Treatment.PROPOSAL):
        return replace(finding, kind=Treatment.WARNED, after="")
    return finding
