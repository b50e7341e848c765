"""A figure, what bounds it from below, and how both are printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import east_asian_width


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement. `floor` is the least it could be here; `bar` the most it may be."""

    what: str
    value: float
    unit: str
    floor: float | None = None
    bar: float | None = None
    """In the figure's unit, or as a multiple of the floor where there is one."""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None

    @property
    def held(self) -> bool | None:
        """Whether the bar is held; None where there is none."""
        if self.bar is None:
            return None
        return (self.ratio if self.ratio is not None else self.value) <= self.bar


def table(title: str, figures: Iterable[Figure]) -> str:
    """Figures as lines of text."""
    rows = [("", "value", "floor", "ratio", "bar", "")]
    for one in figures:
        ratio = f"{one.ratio:.2f}x" if one.ratio is not None else ""
        times = "x" if one.floor else f" {one.unit}"
        bar = "" if one.bar is None else f"{'<=' if one.held else 'MISSED'} {one.bar:g}{times}"
        floor = f"{one.floor:,.2f} {one.unit}" if one.floor is not None else ""
        rows.append((one.what, f"{one.value:,.2f} {one.unit}", floor, ratio, bar, one.note))
    widths = [max(_width(row[at]) for row in rows) for at in range(6)]
    lines = [
        "  ".join(_padded(cell, widths[at], left=at in (0, 5)) for at, cell in enumerate(row))
        for row in rows
    ]
    return "\n".join([title, "-" * _width(title), *(line.rstrip() for line in lines), ""])


def _width(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, width: int, *, left: bool) -> str:
    space = " " * (width - _width(text))
    return text + space if left else space + text
