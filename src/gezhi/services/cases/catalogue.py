"""The catalogue a new office starts from, and its change from a day on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.utils import timezone

from gezhi.base.workdays import Unit
from gezhi.services.cases.catalogue_components import CLOSING, COMPONENTS, FILING
from gezhi.services.cases.catalogue_events import EVENTS
from gezhi.services.cases.models import Category, Nature
from gezhi.services.cases.rules import UnitRule

START: Final = date(2022, 1, 1)
LIMIT: Final = re.compile(r"(\d+(?:\.\d)?)(wh|eh|wd)")
EXTENDED: Final = frozenset({Unit.WORKING_DAY})
"""Only what is given days may be given more: hours are for what cannot wait."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the catalogue as written down."""

    nature: str
    code: str
    major: str
    name: str
    amount: Decimal
    unit: Unit
    filing: str
    closing: str


def first_lines() -> Iterator[Line]:
    """Every category a new office has, in the order of their codes."""
    for (major, title), text in EVENTS.items():
        for written in text.strip().splitlines():
            minor, name, limit, filing, closing = written.split()
            yield _line(Nature.EVENT, major + minor, title, name, limit, filing, closing)
    for (major, title), text in COMPONENTS.items():
        for written in text.strip().splitlines():
            minor, name, limit = written.split()
            yield _line(Nature.COMPONENT, major + minor, title, name, limit, FILING, CLOSING)


def _line(
    nature: str, code: str, major: str, name: str, limit: str, filing: str, closing: str
) -> Line:
    found = LIMIT.fullmatch(limit)
    if found is None:
        raise ValueError(f"{code}: no limit {limit}")
    return Line(nature, code, major, name, Decimal(found[1]), Unit(found[2]), filing, closing)


def furnish_catalogue(at: datetime) -> None:
    """Give an office its first catalogue; one that has a catalogue keeps its own."""
    if Category.objects.exists():
        return
    since = min(START, timezone.localdate(at))
    Category.objects.bulk_create(
        Category(
            nature=line.nature,
            code=line.code,
            major=line.major,
            name=line.name,
            filing_condition=line.filing,
            closing_condition=line.closing,
            amount=line.amount,
            unit=line.unit.value,
            urgent=line.unit is Unit.EMERGENCY_HOUR,
            unit_rule=(UnitRule.OWNER if line.nature == Nature.COMPONENT else UnitRule.PLACE).value,
            may_extend=line.unit in EXTENDED,
            needs_photo=line.code[:2] not in ("21", "23", "24", "26"),
            valid_from=since,
        )
        for line in first_lines()
    )
