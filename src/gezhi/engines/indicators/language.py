"""The words in which an area declares what is counted of it, and what ratios that makes.

An invented service that lends out ladders::

    BOARD = Board(
        code="ladders",
        title=_("梯子借用"),
        dimensions=(dimensions.COMMUNITY, dimensions.GRID),
        counts=(
            Happening("lent", _("借出"), lambda: Loan.objects.all(), "lent_at"),
            Happening("back", _("按时归还"), queries.back_in_time, "lent_at"),
        ),
        ratios=(
            Ratio("on_time", _("按时归还率"), ("back",), ("lent",), said=_("按时归还 ÷ 借出")),
        ),
        rows="ladders.list",
    )

A happening is a set of rows and the moment each fell in; the same rows stand behind the figure.
A ratio names counts only, so no figure is made in two ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db.models import QuerySet
from django.utils.functional import Promise

from gezhi.engines.indicators.rules import Period

Words = str | Promise
Numbers = Mapping[str, Mapping[str, int]]
"""By the key of a dimension (empty: not known), what each count comes to."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number that ratios are made of; how it comes about, the board's source knows."""

    code: str
    title: Words


@dataclass(frozen=True, slots=True)
class Happening(Count):
    """Rows that are counted, each once, on the day something happened to it."""

    rows: Callable[[], QuerySet[Any]]
    when: str
    """The column, a moment, that says in which period a row falls."""
    _: KW_ONLY
    via: str = ""
    """Reaches from a counted row to the one that carries place, unit and topic: `matter__`."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """An indicator: one sum of counts over another, in percent."""

    code: str
    title: Words
    over: tuple[str, ...]
    under: tuple[str, ...]
    """Codes of counts; `-code` is taken away."""
    _: KW_ONLY
    said: Words
    """The formula as people read it."""
    better: str = "more"
    """Which way is good: `more`, `less`, or empty where neither is."""
    group: str = ""
    """Code of the group it is shown with; the first where it is empty."""

    @property
    def terms(self) -> Iterator[str]:
        return (term.removeprefix("-") for term in (*self.over, *self.under))


@dataclass(frozen=True, slots=True)
class Dimension:
    """By what figures are broken down."""

    code: str
    title: Words
    column: str
    """On the row that carries it; its value as text is the key."""
    names: Callable[[Iterable[str]], Mapping[str, str]]
    """Keys to what people read; one left out is shown as not known."""
    by_id: bool = True
    """Whether keys are ids; False: they are codes."""


class Source(Protocol):
    """Where a board's numbers come from, if not from the engine's own table."""

    def numbers(self, dimension: str, period: Period) -> Numbers: ...

    def as_of(self) -> datetime | None: ...


boards: dict[str, Board] = {}
"""Every board declared, by its code."""


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """What is counted of one kind of thing, by what, and what ratios it makes."""

    code: str
    title: Words
    dimensions: tuple[Dimension, ...]
    counts: tuple[Count, ...]
    ratios: tuple[Ratio, ...]
    _: KW_ONLY
    groups: Mapping[str, Words] = field(default_factory=dict)
    """Groups of ratios by code, in order: a table of twenty columns is read by nobody."""
    rows: str = ""
    """URL name of the list that shows the rows behind a figure (its filters have `Behind`)."""
    source: Source | None = None
    """None: every count is a happening, kept by day and month and brought up to date as they move.
    """
    moved: Callable[[], datetime | None] = lambda: None
    """When something last happened that changes a count."""
    _counts: dict[str, Count] = field(default_factory=dict)
    _dimensions: dict[str, Dimension] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._counts.update((one.code, one) for one in self.counts)
        self._dimensions.update((one.code, one) for one in self.dimensions)
        unknown = {term for ratio in self.ratios for term in ratio.terms} - {*self._counts}
        if unknown:
            raise ValueError(f"the board {self.code} has no count {', '.join(sorted(unknown))}")
        if len(self._counts) != len(self.counts):
            raise ValueError(f"two counts of the board {self.code} share a code")
        if boards.setdefault(self.code, self) is not self:
            raise ValueError(f"the board {self.code} is declared twice")

    def count(self, code: str) -> Count:
        """The count with this code; KeyError when there is none."""
        return self._counts[code]

    @property
    def happenings(self) -> Iterator[Happening]:
        """The counts the engine keeps itself."""
        return (one for one in self.counts if isinstance(one, Happening))

    def ratios_of(self, group: str) -> tuple[Ratio, ...]:
        """The ratios of a group; all where there are no groups."""
        first = next(iter(self.groups), "")
        return tuple(one for one in self.ratios if (one.group or first) == group)

    def dimension(self, code: str) -> Dimension:
        """The dimension with this code; KeyError when there is none."""
        return self._dimensions[code]
