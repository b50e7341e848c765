"""How the cases of a town went: which steps, when, and what was said, drawn from chance.

The names of steps are those of the workflow of cases; who takes each is the demonstration's
matter, so that its cast and its staff act as they would.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from gezhi.base.workdays import Limit, OfficeCalendar, Unit, deadline
from gezhi.wiring.towns import troubles
from gezhi.wiring.towns.chance import Dice, Weighted
from gezhi.wiring.towns.troubles import Trouble

JOIN: Final = "join"
"""Not a step: one more who reports the same."""
DAY_HOURS: Final = 7.5


@dataclass(frozen=True, slots=True)
class Turn:
    """A step taken. Of `values`, `unit` is the code of a unit, and `topic` that of a category."""

    step: str
    at: datetime
    said: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a plot needs to know of its case."""

    trouble: Trouble
    limit: Limit
    unit: str
    """Code of the unit that is right."""
    wrong_units: tuple[str, ...]
    public: bool
    """Whether it is verified on site before it is filed."""
    by_worker: bool
    """Whether a grid worker saw it."""


STRAIGHT, LATE, HERE, REDONE, VOID, RETURNED, DISPUTED, EXTENDED, SUSPENDED, REOPENED = range(10)
_PLOTS: Final = Weighted(
    {
        STRAIGHT: 50.0, LATE: 7.0, HERE: 22.0, REDONE: 6.0, VOID: 6.0, RETURNED: 4.0,
        DISPUTED: 1.5, EXTENDED: 3.5, SUSPENDED: 2.0, REOPENED: 1.5,
    }
)  # fmt: skip
STANDS_AFTER: Final = (
    (STRAIGHT, "accept"), (RETURNED, "give_back"), (STRAIGHT, "file"), (EXTENDED, "ask_time"),
    (STRAIGHT, "feed_back"), (DISPUTED, "dispute"), (STRAIGHT, "dispatch"), (REDONE, "fail_check"),
    (SUSPENDED, "ask_to_suspend"), (STRAIGHT, "ask_to_verify"), (STRAIGHT, "accept"),
    (STRAIGHT, "pass_check"), (STRAIGHT, ""), (HERE, "handle_here"), (STRAIGHT, "confirm"),
    (SUSPENDED, "suspend"), (STRAIGHT, "accept"), (STRAIGHT, "file"), (STRAIGHT, "accept"),
)  # fmt: skip
"""How cases lie that nobody has gone on with, in turns: the plot, and the step it stands after."""
_REASONS: Final = Weighted(
    {
        ("outside", "不在本街道辖区，已告知反映人向所在街道反映"): 3.0,
        ("unfit", "属商家自主经营事项，不符合立案条件，已向反映人说明"): 2.0,
        ("lawful", "双方已起诉，由法院处理，已告知反映人"): 1.0,
    }
)


class Plot:
    """The turns of one case, as they are written down: each some office time after the last."""

    def __init__(self, setting: Setting, opened: datetime, calendar: OfficeCalendar, dice: Dice):
        self._here = setting
        self._calendar = calendar
        self._dice = dice
        self._now = opened
        self._turns: list[Turn] = []

    def turns(self) -> list[Turn]:
        """Everything that happens to the case after its report, whenever that is."""
        self._play(self._dice.of(_PLOTS))
        return sorted([*self._turns, *self._joins()], key=lambda turn: turn.at)

    def turns_until_it_stands(self, plot: int, last: str) -> list[Turn]:
        """The same for a case that lies somewhere, one of `STANDS_AFTER`."""
        self._play(plot)
        steps = [turn.step for turn in self._turns]
        return self._turns[: steps.index(last) + 1 if last in steps else 0]

    def _play(self, plot: int) -> None:
        here = self._here
        if plot == HERE and here.by_worker and here.trouble.is_small:
            self._add("handle_here", 0.2, 0.9, self._mended(), topic=here.trouble.topic)
            self._add("close", 0.1, 1.5)
            return
        if not self._found_true(plot):
            return
        if plot == VOID and not here.public:
            reason, said = self._dice.of(_REASONS)
            self._add("void", 0.1, 0.6, said, void_reason=reason)
            return
        self._add("file", 0.05, 0.55, topic=here.trouble.topic)
        self._dispatched(plot)
        self._add("accept", 0.1, 2.4)
        self._exceptions(plot)
        if plot == SUSPENDED:
            return
        self._finished(plot)

    def _found_true(self, plot: int) -> bool:
        if not self._here.public:
            return True
        self._add("ask_to_verify", 0.05, 0.5)
        if plot == VOID:
            said = self._dice.pick(troubles.NOT_TRUE)
            self._add("deny", 0.3, 2.3, said)
            self._add("void", 0.1, 0.8, f"核实不属实：{said}", void_reason="untrue")
            return False
        self._add("confirm", 0.3, 2.3, self._dice.pick(troubles.CONFIRMED))
        return True

    def _dispatched(self, plot: int) -> None:
        here, dice = self._here, self._dice
        if plot not in (RETURNED, DISPUTED):
            self._add("dispatch", 0.05, 0.6, unit=here.unit)
            return
        why = dice.pick(troubles.NOT_OURS)
        first, second = here.wrong_units[:2]
        self._add("dispatch", 0.05, 0.6, unit=first)
        self._add("give_back", 0.3, 1.8, why)
        if plot == RETURNED:
            self._add("redirect", 0.1, 0.8, "退回理由成立，改派", unit=here.unit)
            return
        self._add("redirect", 0.1, 0.8, "请再核权属", unit=second)
        self._add("dispute", 0.5, 1.9, "两家都认为不归自己管，请裁定")
        self._add("decide", 1.0, 7.0, "按属地由这一单位兜底办理", unit=here.unit)

    def _exceptions(self, plot: int) -> None:
        dice, is_long = self._dice, self._here.limit.unit is Unit.WORKING_DAY
        if plot == EXTENDED and is_long:
            days = dice.between(2, 5)
            self._add("ask_time", 1.0, 5.0, dice.pick(troubles.WAITING_FOR), days=days)
            if dice.comes(0.75):
                self._add("grant_time", 0.5, 4.0, "同意", days=days)
            else:
                self._add("refuse_time", 0.5, 4.0, "时限内可以办完，不予延期")
        elif plot == SUSPENDED:
            self._ask_to_suspend()
            self._add("suspend", 1.0, 7.0, "同意挂账，每月复核一次")
            if dice.comes(0.35):
                self._add("resume", 60.0, 150.0, "条件已具备，恢复处置")
                self._finished(STRAIGHT)

    def _ask_to_suspend(self) -> None:
        dice = self._dice
        self._wait(0.5 + 3.5 * dice.roll())
        values = {
            "suspended_for": dice.pick(("season", "works", "lacking")),
            "plan_on": self._now.date() + timedelta(days=dice.between(60, 150)),
        }
        self._turns.append(Turn("ask_to_suspend", self._now, dice.pick(troubles.HELD_UP), values))

    def _finished(self, plot: int) -> None:
        dice = self._dice
        self._fed_back(late=plot == LATE)
        if plot == REDONE:
            for _time in range(dice.between(1, 2)):
                self._add("fail_check", 0.3, 2.2, dice.pick(troubles.NOT_SOLVED))
                self._add("feed_back", 0.5, 3.5, f"{self._mended()}，已复查")
        self._add("pass_check", 0.2, 2.2, "现场复查，问题已解决")
        self._add("close", 0.05, 0.5)
        if plot == REOPENED:
            self._add("reopen", 7.0, 22.0, "反映人来电说同一处又出现")
            self._done_again()
        if self._here.public:
            self._called_back()

    def _done_again(self) -> None:
        self._add("accept", 0.2, 1.8)
        self._add("feed_back", 1.0, 4.0, f"再次处置：{self._mended()}")
        self._add("pass_check", 0.2, 2.2, "复查通过")
        self._add("close", 0.05, 0.5)

    def _fed_back(self, *, late: bool) -> None:
        limit = self._here.limit
        share = 1.1 + self._dice.roll() if late else 0.25 + self._dice.roll() * 0.6
        if limit.unit is Unit.WORKING_DAY:
            self._wait(limit.amount * DAY_HOURS * share)
        elif limit.unit is Unit.EMERGENCY_HOUR:
            self._wait(limit.amount * share, Unit.EMERGENCY_HOUR)
        else:
            self._wait(limit.amount * share)
        self._turns.append(Turn("feed_back", self._now, self._mended()))

    def _called_back(self) -> None:
        """Called, where the platform draws the case: else their story ends."""
        if not self._dice.comes(0.85):
            self._add("call_back", 3.0, 15.0, "无人接听", answered=False)
            return
        if not self._dice.comes(0.92):
            self._add("called_unsolved", 3.0, 15.0, "反映人认为没有彻底解决", satisfied=False)
            self._done_again()
            return
        told = {"answered": True, "solved": True, "satisfied": self._dice.comes(0.95)}
        self._add("call_back", 3.0, 15.0, "反映人表示已解决", **told)

    def _joins(self) -> Iterator[Turn]:
        """Others who report the same, while it is open and not voided."""
        if len(self._turns) < 4 or not self._dice.comes(0.09):
            return
        first, last = self._turns[0].at, self._turns[-3].at
        for _more in range(self._dice.between(1, 3)):
            yield Turn(JOIN, first + (last - first) * self._dice.roll())

    def _add(self, step: str, low: float, high: float, said: str = "", **values: Any) -> None:
        self._wait(low + (high - low) * self._dice.roll())
        self._turns.append(Turn(step, self._now, said, values))

    def _wait(self, hours: float, unit: Unit = Unit.WORKING_HOUR) -> None:
        moment = deadline(self._calendar, self._now, Limit(max(hours, 0.05), unit))
        assert moment is not None, "without pauses a limit ends"
        self._now = moment.replace(microsecond=0)

    def _mended(self) -> str:
        return self._dice.pick(self._here.trouble.mended)
