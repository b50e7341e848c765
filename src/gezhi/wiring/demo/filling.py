"""Filling the demonstration, step by step; each step does nothing where it is done already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from django_tenants.utils import schema_context

from gezhi.wiring.demo import casework, casting, desks, jobs, structure
from gezhi.wiring.towns import FENGYANG, TOWNS

Step = tuple[str, str, Callable[[], bool]]
"""Name in Chinese and in English, and what to do: True where something was done."""


def first_steps(at: datetime) -> Iterator[Step]:
    """What must be there before the first page is shown."""
    for spec in TOWNS:
        name, key = spec.short_name, spec.key
        yield f"{name}：街道单元", f"{key}: cell", partial(structure.make_cell, spec, at=at)
        yield (
            f"{name}：网格、边界、地址库",
            f"{key}: grids, boundaries, addresses",
            partial(structure.found_town, spec, at=at),
        )
        yield (
            f"{name}：责任单位",
            f"{key}: responsible units",
            partial(desks.open_desks_of, spec, at=at - casework.BEFORE),
        )
    yield "高新区：区级查看", "the district", partial(structure.make_district, at=at)
    yield "演示人员", "the cast", partial(casting.enrol_everybody, at=at - casework.BEFORE)


def ask_for_the_rest() -> None:
    """Leave what takes longer to the worker; a second asking changes nothing."""
    with schema_context(structure.schema_of(FENGYANG)):
        jobs.load_rest.enqueue()
