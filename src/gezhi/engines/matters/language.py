"""The words a service declares its kind of work with: states, steps and clocks, in one table.

An invented service that lends out ladders::

    LENDING = Workflow(
        kind="ladders",
        title=_("借梯子"),
        states=State,
        opens_in=State.ASKED,
        ends_in=frozenset({State.BACK, State.DECLINED}),
        sees=rights.SEE,
        steps=(
            step("lend", _("借出"), State.ASKED, State.OUT, rights.LEND, starts=("return",)),
            step("decline", _("不借"), State.ASKED, State.DECLINED, rights.LEND,
                 needs=frozenset({"said"})),
            step("take_back", _("收回"), State.OUT, State.BACK, rights.LEND,
                 not_by=("lend",), stops=("return",)),
        ),
        clocks=(Clock("return", _("归还"), limit=lambda matter: Limit(3, Unit.WORKING_DAY)),),
    )

A table that cannot end, or names a state or clock it does not have, is refused when it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils.functional import Promise

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.rights import Right
from gezhi.base.workdays import Limit

if TYPE_CHECKING:
    from gezhi.engines.matters.models import Matter, Taken

Words = str | Promise
Guard = Callable[["Matter", Actor, datetime], Refusal | None]
"""A rule besides state and right: why the step cannot be taken now, or None."""
Effect = Callable[["Stepping"], None]
"""What a service writes in its own tables when a step is taken, in the step's transaction."""
Onward = Callable[["Stepping"], "Next | None"]
"""What the platform itself does after a step, in the step's transaction; None: nothing."""


@dataclass(frozen=True, slots=True)
class Next:
    """A step the platform takes by itself: its code, and what it is taken with."""

    step: str
    values: Mapping[str, Any] = field(default_factory=dict)
    said: str = ""


@dataclass(frozen=True, slots=True)
class Stepping:
    """A step being taken, as its effects see it."""

    matter: Matter
    step: Step
    taken: Taken
    values: Mapping[str, Any]
    """What the step asked for: cleaned, and every name of its `needs` among it."""
    by: Actor
    at: datetime
    found: dict[str, Any] = field(default_factory=dict)
    """What effects found out that the steps led on to need."""

    @property
    def said(self) -> str:
        """The sentence given with the step."""
        return self.taken.said


def whoever_holds_it(matter: Matter, mark: int) -> Iterable[UUID]:
    """The account on whose desk a matter lies; nobody while it lies on none."""
    holder: UUID | None = matter.holder_id
    return () if holder is None else (holder,)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit that runs while a matter is in somebody's hands."""

    code: str
    title: Words
    limit: Callable[[Matter], Limit | None]
    """How long, asked when it starts; None: this matter has no such limit."""
    _: KW_ONLY
    pauses_in: frozenset[str] = frozenset()
    """States in which it stands still, its due moment unknown."""
    tells: Callable[[Matter, int], Iterable[UUID]] = whoever_holds_it
    """Accounts told when 50, 80 or 100 percent have run: whoever holds it, unless it says more."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One way out of a state: who may go it, what it needs, and what it does."""

    code: str
    title: Words
    leaves: frozenset[str]
    enters: str | None
    """The state it leads to; None: it stays where it is."""
    right: Right
    _: KW_ONLY
    needs: frozenset[str] = frozenset()
    """Names without which it is refused; `said` is the sentence kept with the step itself."""
    not_by: tuple[str, ...] = ()
    """Steps whose last taker may not take this one: nobody checks their own work."""
    guards: tuple[Guard, ...] = ()
    then: tuple[Effect, ...] = ()
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    expected: bool = True
    """Whether a matter in these states waits for it; False: it may be taken, nobody is asked to."""
    by_holder: bool = False
    """Only whoever has it in hand: the account, or somebody of the unit."""
    by_system: bool = False
    """Taken by the platform alone, on from another step or by the clock: it has no button."""
    onward: tuple[Onward, ...] = ()
    after_children: bool = False
    """Not while a child matter that its parent waits for is under way."""
    in_bulk: bool = False
    """May be taken of many matters at once: it asks nothing but a sentence."""

    def leads_on(self, state: str) -> str:
        """The state after it, from one of the states it leaves."""
        return state if self.enters is None else self.enters


def step(
    code: str,
    title: Words,
    leaves: str | Iterable[str],
    enters: str | None,
    right: Right,
    **more: Any,
) -> Step:
    """A step, its states given alone or as several."""
    states = frozenset({leaves}) if isinstance(leaves, str) else frozenset(leaves)
    return Step(code, title, states, enters, right, **more)


workflows: dict[str, Workflow] = {}
"""Every kind of work declared, by its kind."""


@dataclass(frozen=True, slots=True, eq=False)
class Workflow:
    """A kind of work as one table: what states it has and how it moves between them."""

    kind: str
    title: Words
    states: type[TextChoices]
    opens_in: str
    ends_in: frozenset[str]
    steps: tuple[Step, ...]
    _: KW_ONLY
    sees: Right
    """What makes a matter of this kind visible: asked of the matter itself."""
    clocks: tuple[Clock, ...] = ()
    opens_with: tuple[str, ...] = ()
    """Clocks that start when a matter is opened."""
    facts: tuple[str, ...] = ()
    """What a step reads of the service's own rows, as `select_related` names it."""
    frees_parent_in: frozenset[str] = frozenset()
    """States besides its ends in which a matter of this kind no longer holds up its parent."""
    tells_in: frozenset[str] = frozenset()
    """States whose entering is told to whoever follows, and to whoever opened the matter."""
    opens: str = ""
    """URL name of the page that shows a matter of this kind; takes the matter's `pk`."""
    _steps: dict[str, Step] = field(default_factory=dict)
    _clocks: dict[str, Clock] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._steps.update((one.code, one) for one in self.steps)
        self._clocks.update((one.code, one) for one in self.clocks)
        wrong = [*self._unknown(), *self._stuck()]
        if wrong:
            raise ValueError(f"the workflow {self.kind}: {'; '.join(wrong)}")
        if workflows.setdefault(self.kind, self) is not self:
            raise ValueError(f"the workflow {self.kind} is declared twice")

    def step(self, code: str) -> Step:
        """The step with this code; KeyError when there is none."""
        return self._steps[code]

    def clock(self, code: str) -> Clock:
        """The clock with this code; KeyError when there is none."""
        return self._clocks[code]

    def steps_from(self, state: str) -> Iterator[Step]:
        """The steps that leave a state, in the table's order."""
        return (one for one in self.steps if state in one.leaves)

    def state_title(self, state: str) -> str:
        """A state in the reader's language."""
        return str(self.states(state).label)

    def _unknown(self) -> Iterator[str]:
        known = set(self.states.values)
        if len(self._steps) != len(self.steps):
            yield "two steps share a code"
        if len(self._clocks) != len(self.clocks):
            yield "two clocks share a code"
        named = {self.opens_in, *self.ends_in}
        for one in self.steps:
            named |= {*one.leaves, one.leads_on(next(iter(one.leaves), self.opens_in))}
            for code in {*one.not_by} - {*self._steps}:
                yield f"{one.code} names the step {code}, which there is not"
            for code in {*one.starts, *one.stops} - {*self._clocks}:
                yield f"{one.code} names the clock {code}, which there is not"
            if one.in_bulk and one.needs - {"said"}:
                yield f"{one.code} asks more than a sentence, and so not of many at once"
        for clock in self.clocks:
            named |= clock.pauses_in
        named |= {*self.frees_parent_in, *self.tells_in}
        for code in {*self.opens_with} - {*self._clocks}:
            yield f"it opens with the clock {code}, which there is not"
        for state in sorted(str(one) for one in named - known):
            yield f"there is no state {state}"

    def _stuck(self) -> Iterator[str]:
        ways = [(state, one.leads_on(state)) for one in self.steps for state in one.leaves]
        reached = _closure({self.opens_in}, ways)
        ending = _closure(set(self.ends_in), [(after, before) for before, after in ways])
        for state in self.states.values:
            if state not in reached:
                yield f"nothing leads to {state}"
            elif state not in ending:
                yield f"nothing leads from {state} to an end"


def _closure(start: set[str], ways: list[tuple[str, str]]) -> set[str]:
    """Every state reached from some by following ways."""
    found = {str(one) for one in start}
    while more := {str(after) for before, after in ways if before in found} - found:
        found |= more
    return found
