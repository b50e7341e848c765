"""The check: every row read, held against the lines that are here already; nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import polars as pl

from gezhi.base.sentences import _
from gezhi.core.places import queries as places
from gezhi.core.registry.findings import Cleaned, Finding, Treatment, refused
from gezhi.core.registry.imports import gates
from gezhi.core.registry.imports.decision import ROWS, Outcome
from gezhi.core.registry.imports.mapping import SheetsMapping
from gezhi.core.registry.imports.progress import Progress
from gezhi.core.registry.imports.reading import Workbook, value_of
from gezhi.core.registry.imports.rows import SHEET_LEFT_OUT, data_rows, finding_of
from gezhi.core.registry.imports.told import Told
from gezhi.services.cases.hotline import rules
from gezhi.services.cases.hotline.sheet import TEMPLATES
from gezhi.services.cases.models import Category, HotlineLine, State

READING: Final = _("检查工单")
LINES: Final[dict[str, Any]] = {
    "sheet": pl.UInt16(),
    "row": pl.UInt32(),
    "number": pl.String(),
    "reported_at": pl.Datetime("us", "UTC"),
    "text": pl.String(),
    "reporter": pl.String(),
    "phone": pl.String(),
    "address": pl.String(),
    "category": pl.String(),
    "reply": pl.String(),
    "replied_at": pl.Datetime("us", "UTC"),
}
"""Rows that may be written, as the batch keeps them sealed."""
AT_ONCE: Final = 5_000


@dataclass(slots=True)
class Checked:
    """What a check found."""

    lines: pl.DataFrame
    outcomes: pl.DataFrame
    told: pl.DataFrame


def check(
    book: Workbook, mapping: SheetsMapping, origin: str, *, now: datetime, progress: Progress
) -> Checked:
    """Read every data row; `Refusal` where there is none."""
    told = Told()
    frames = []
    for sheet in mapping.sheets:
        if sheet.used:
            frames.append(data_rows(book.sheets[sheet.sheet], sheet, TEMPLATES[origin], told))
        else:
            reason = SHEET_LEFT_OUT[sheet.why_not]
            left_out = finding_of(14, Treatment.SKIPPED, "", reason, name=sheet.name[:40])
            told.say(sheet.sheet, 0, left_out)
    if not any(map(len, frames)):
        raise gates.refusal_of(gates.NO_ROWS)
    rows = pl.concat(frames, how="diagonal")
    lines = list(_read(rows, told, now, progress))
    standing = Standing(origin, [line["number"] for line in lines])
    outcomes = [(one["sheet"], one["row"], standing.outcome(one), None) for one in lines]
    taken = {(one["sheet"], one["row"]) for one in lines}
    every = rows.select("sheet", "row").iter_rows()
    outcomes += [(*at, Outcome.REFUSED.value, None) for at in every if at not in taken]
    return Checked(
        pl.DataFrame(lines, schema=LINES, orient="row"),
        pl.DataFrame(outcomes, schema=ROWS, orient="row").sort("sheet", "row"),
        told.frame(),
    )


def _read(
    rows: pl.DataFrame, told: Told, now: datetime, progress: Progress
) -> Iterator[dict[str, Any]]:
    """The rows that nothing holds back; what is said of each goes into `told`."""
    seen: dict[str, int] = {}
    unknown: Counter[str] = Counter()
    first: dict[str, tuple[int, int]] = {}
    categories = {name for pair in _categories() for name in pair}
    for count, cells in enumerate(rows.iter_rows(named=True)):
        if not count % 500:
            progress.tell(READING, count, len(rows))
        line, said = read_row(cells, now)
        number = line["number"]
        if number in seen:
            twice = rules.finding(
                Treatment.REFUSED, rules.NUMBER, "number", rules.TWICE, row=seen[number]
            )
            said.append(twice)
        elif number:
            seen[number] = cells["row"]
        for finding in said:
            told.say(cells["sheet"], cells["row"], finding)
        category = line["category"]
        if category and category not in categories:
            unknown[category] += 1
            first.setdefault(category, (cells["sheet"], cells["row"]))
            line["category"] = ""
        if not any(one.kind is Treatment.REFUSED for one in said):
            yield line
    for name, times in unknown.items():
        missing = rules.finding(
            Treatment.WARNED, rules.CATEGORY, "category", rules.UNKNOWN_CATEGORY, name=name[:40]
        )
        told.say(*first[name], missing, times)


def read_row(cells: dict[str, Any], now: datetime) -> tuple[dict[str, Any], list[Finding]]:
    """One row read by itself, and what is said about it."""
    said: list[Finding] = []

    def taken(answer: Cleaned[Any]) -> Any:
        said.extend(answer.findings)
        return answer.value

    def words(name: str) -> str:
        return taken(rules.clean_words(value_of(cells.get(name)), name)) or ""

    number = taken(rules.clean_number(value_of(cells.get("number")), "number"))
    reported = taken(rules.clean_moment(value_of(cells.get("reported_at")), "reported_at"))
    replied = taken(
        rules.clean_moment(value_of(cells.get("replied_at")), "replied_at", end_of_day=True)
    )
    text = rules.whole_text(words("subject"), words("detail"))
    reply = words("reply")
    fields = {one.field for one in said if one.kind is Treatment.REFUSED}
    if reported is None and "reported_at" not in fields:
        said.append(refused(rules.MOMENT, "reported_at", "", rules.NO_TIME))
    if not text and "detail" not in fields:
        said.append(refused(rules.TEXT, "detail", "", rules.EMPTY))
    if "replied_at" not in fields and "reply" not in fields:
        said += rules.doubt_about_times(reported, replied, has_reply=bool(reply), now=now)
    if rules.has_personal_numbers(text):
        told = rules.finding(Treatment.CLEANED, rules.PERSONAL, "detail", rules.HAS_NUMBERS)
        said.append(told)
    line = {
        "sheet": cells["sheet"],
        "row": cells["row"],
        "number": number,
        "reported_at": reported and reported.at,
        "text": text,
        "reporter": words("reporter"),
        "phone": words("phone")[:60],
        "address": words("address"),
        "category": words("category"),
        "reply": reply,
        "replied_at": replied.at if replied and reply else None,
    }
    return line, said


def _categories() -> list[tuple[str, str]]:
    """Code and name of every category in force."""
    return list(Category.objects.filter(valid_to=None).values_list("code", "name"))


class Standing:
    """Which lines of a list are cases here already, and which of these nobody has taken up yet."""

    def __init__(self, origin: str, numbers: list[str]) -> None:
        self.open: dict[str, UUID] = {}
        self.known: set[str] = set()
        for start in range(0, len(numbers), AT_ONCE):
            some = numbers[start : start + AT_ONCE]
            rows = HotlineLine.objects.filter(origin=origin, number__in=some)
            for number, case, state in rows.values_list("number", "case", "case__matter__state"):
                self.known.add(number)
                if state == State.REPORTED:
                    self.open[number] = case

    def outcome(self, line: dict[str, Any]) -> str:
        """New; changed where an open case has its answer now; else nothing to do."""
        if line["number"] not in self.known:
            return Outcome.NEW.value
        answered = line["reply"] and line["number"] in self.open
        return Outcome.CHANGED.value if answered else Outcome.UNCHANGED.value


def placed(addresses: set[str]) -> dict[str, tuple[UUID | None, UUID | None]]:
    """The grid and building each address names, as far as the address library knows."""
    found: dict[str, tuple[UUID | None, UUID | None]] = {}
    for address in sorted(addresses - {""}):
        building = places.resolve(address).building
        found[address] = (building.grid_id, building.id) if building else (None, None)
    return found
