"""The map of cases at 20,000, 200,000 and 1,000,000; the board, the calendar, what repeats.

Whole requests, as in `bench_cases`: processor time of the application and the database together,
beside the same questions put to the bare driver. The points of copied cases are strewn over half
a kilometre, or a million cases would lie on a few hundred spots.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench import ground
from bench.bench_cases import CODE, SIZES, browser, read
from bench.case_rows import grow, seed
from bench.figures import Figure

TITLE = "案件地图 case map"
ANSWER, PAGE, KILOBYTES = 20.0, 25.0, 60.0
STREWN = """
UPDATE cases_case SET
    lon = lon + (hashtext(matter_id::text) %% 1000) * %(step)s,
    lat = lat + (hashtext(reverse(matter_id::text)) %% 1000) * %(step)s
 WHERE lon IS NOT NULL
"""
STEP_DEGREES = 5e-6
VIEWS = {"the town": 0.12, "a quarter": 0.02, "a street": 0.004}
"""Pieces of map by their width in degrees: some 11 km, 2 km, 400 m."""


def run() -> Iterator[Figure]:
    """Each size in turn, in the same cell; the growth from the smallest to the largest."""
    from django.core.management import call_command
    from django_tenants.utils import schema_context

    schema = ground.town_cell(CODE)
    call_command("collectstatic", interactive=False, verbosity=0)
    first: dict[str, float] = {}
    with schema_context(schema):
        seed()
        for size in SIZES:
            grow(schema, size)
            _strew()
            yield _counting(size)
            for name, figure in _figures(size):
                yield figure
                first.setdefault(name, figure.value)
                if size != SIZES[0]:
                    what = f"  beside {SIZES[0]:,} cases"
                    yield Figure(what, figure.value / first[name], "times")


def _figures(size: int) -> Iterator[tuple[str, Figure]]:
    """The requests at one size, and the largest answer."""
    operator, worker = browser("pan.shouli"), browser("ye.xun")
    here = f"at {size:,} cases"
    most = 0
    for name, client, address in _answers(operator, worker):
        yield from read(name, here, ANSWER, client, address)
        most = max(most, len(client.get(address).content))
    yield "largest", Figure(f"largest answer {here}", most / 1024, "KB", bar=KILOBYTES)
    pages = {
        "map page": "/cases/map/",
        "board": "/cases/board/",
        "calendar": "/cases/calendar/?month=2026-09",
    }
    for name, address in pages.items():
        yield from read(name, here, PAGE, operator, address)
    yield from read("what repeats in 30 days", here, 1000.0, operator, "/cases/hot/")


def _answers(operator: Any, worker: Any) -> Iterator[tuple[str, Any, str]]:
    lon, lat = _middle()
    for view, wide in VIEWS.items():
        sides = (lon - wide / 2, lat - wide / 4, lon + wide / 2, lat + wide / 4)
        asked = f"/cases/map.json?bbox={','.join(f'{one:.5f}' for one in sides)}"
        yield f"{view}, open", operator, asked
        yield f"{view}, with what has ended", operator, f"{asked}&show=all"
        if view == "the town":
            yield f"{view}, open, a class, late", operator, f"{asked}&major=e01&late=1"
            yield f"{view}, all, by a grid worker", worker, f"{asked}&show=all"


def _counting(size: int) -> Figure:
    """What the hourly counting of ended cases costs."""
    from bench.clock import measured
    from gezhi.services.cases.overview.actions import count_ended

    with measured() as cost:
        count_ended(ground.AT)
    _vacuum("cases_heap")
    return Figure(f"counting what has ended at {size:,} cases", cost.cpu, "s CPU", bar=60.0)


def _strew() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(STREWN, {"step": STEP_DEGREES})
    _vacuum("cases_case")


def _vacuum(table: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {table}")


def _middle() -> tuple[float, float]:
    """Where most cases lie."""
    from django.db.models import Avg

    from gezhi.services.cases.models import Case

    found = Case.objects.aggregate(lon=Avg("lon"), lat=Avg("lat"))
    return found["lon"], found["lat"]
