"""Search and counts over 142,190 people, and over ten times as many.

Search: ten kinds of question by a clerk of the whole subdistrict and by a grid worker. Its floor is
the barest query that could answer: one index range over names in the same table. Counts: read from
the roll-up; their floor is the roll-up's rows read bare. The live count they replace is printed
beside them.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from bench import ground
from bench.bench_lists import CODE, fill
from bench.figures import Figure

TITLE = "搜索与汇总 search and counts"
LARGE = "410172562"
TIMES = 10
"""Copies of the town in the large cell."""
ROUNDS = 30


def run() -> Iterator[Figure]:
    """First the town, then ten towns in one cell."""
    from django_tenants.utils import schema_context

    small = ground.town_cell(CODE)
    with schema_context(small):
        fill()
        yield from figures("142,190")
    large = ground.town_cell(LARGE)
    with schema_context(large):
        multiply(small, large)
        yield from figures("1,421,900")


def multiply(small: str, large: str) -> None:
    """The town ten times over: people, homes and counts under new keys, the same indexes."""
    from django.db import connection, transaction

    from gezhi.core.registry.models import Person

    if Person.objects.exists():
        return
    ground.empty_registry(large)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{large}".registry_source SELECT * FROM "{small}".registry_source'
        )
        for copy in range(TIMES):
            _copy(cursor, "registry_person", small, large, copy)
        cursor.execute(
            f'INSERT INTO "{large}".registry_tally (metric, place_id, category, value) '
            f"SELECT metric, {_there('registry_tally.place_id', small, large)}, category, "
            f'value * {TIMES} FROM "{small}".registry_tally'
        )
        cursor.execute(f'ANALYZE "{large}".registry_person')


def _copy(cursor: Any, table: str, small: str, large: str, copy: int) -> None:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = %s "
        "AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [small, table],
    )
    columns = [name for (name,) in cursor.fetchall()]
    changed = {
        "id": "uuidv7()",
        "id_no_index": f"decode(md5(id_no_index || '\\x{copy:02x}'::bytea), 'hex')",
        "provisional_key": f"decode(md5(provisional_key || '\\x{copy:02x}'::bytea), 'hex')",
        "phone_index": f"decode(md5(phone_index || '\\x{copy:02x}'::bytea), 'hex')",
        "community_id": _there(f"{table}.community_id", small, large),
        "grid_id": _there(f"{table}.grid_id", small, large),
        "dwelling_id": "NULL",
        "household_id": "NULL",
    }
    into = ", ".join(f'"{name}"' for name in columns)
    what = ", ".join(changed.get(name, f'"{name}"') for name in columns)
    cursor.execute(f'INSERT INTO "{large}".{table} ({into}) SELECT {what} FROM "{small}".{table}')


def _there(column: str, small: str, large: str) -> str:
    """SQL for the place of the same code in the large cell, whose keys are its own."""
    return (
        f'(SELECT b.id FROM "{small}".places_place a JOIN "{large}".places_place b USING (code) '
        f"WHERE a.id = {column})"
    )


def figures(size: str) -> Iterator[Figure]:
    """Search p95 beside its floor, and counts beside theirs, at one size."""
    from django.db import connection

    clerk, worker = actors()
    asked = questions()
    taken = [ms(lambda text=text, by=by: ask(text, by)) for text in asked for by in (clerk, worker)]
    with connection.cursor() as cursor:
        bare = [ms(lambda text=text: names_like(cursor, text)) for text in asked]
    p95, floor = percentile(taken), percentile(bare)
    yield Figure(
        f"search p95 at {size}",
        p95,
        "ms",
        bar=50,
        note=f"median {statistics.median(taken):.1f} ms, worst {max(taken):.1f} ms, "
        f"bare name range {floor:.2f} ms, {len(taken)} questions",
    )
    yield from counting(size)


def counting(size: str) -> Iterator[Figure]:
    """Counts of every grid by class: from the roll-up, bare, and counted live."""
    from django.db import connection

    from gezhi.core.registry.tallies import counts_by_grid

    kept = percentile([ms(lambda: counts_by_grid("people.class")) for _ in range(ROUNDS)])
    with connection.cursor() as cursor:

        def bare() -> None:
            cursor.execute(
                "SELECT place_id, category, value FROM registry_tally WHERE metric = 'people.class'"
            )
            cursor.fetchall()

        def live() -> None:
            cursor.execute(
                "SELECT grid_id, population_class, count(*) FROM registry_person GROUP BY 1, 2"
            )
            cursor.fetchall()

        floor = percentile([ms(bare) for _ in range(ROUNDS)])
        counted = statistics.median(ms(live) for _ in range(3))
    yield Figure(
        f"counts by grid and class, p95 at {size}",
        kept,
        "ms",
        bar=10,
        note=f"roll-up read bare {floor:.2f} ms, counted live {counted:.0f} ms",
    )


def actors() -> tuple[Any, Any]:
    """A clerk of the whole subdistrict, and a worker of its most peopled grid."""
    from gezhi.base.actors import Actor, ActorKind, Holding
    from gezhi.base.rights import all_rights
    from gezhi.core.places.models import Place
    from gezhi.core.registry.tallies import counts_by_grid

    rights = frozenset(r.code for r in all_rights() if r.code.startswith(("registry.", "places.")))
    people = counts_by_grid("people")
    grid = max(people, key=lambda pk: people[pk])

    def at(place: Any) -> Actor:
        post = Holding(
            uuid4(), "bench", "压测", place.pk, place.level, place.path, place.name, rights
        )
        return Actor(kind=ActorKind.STAFF, name="压测", account_id=uuid4(), holdings=(post,))

    return at(Place.objects.get(level=1)), at(Place.objects.get(pk=grid))


def questions() -> list[str]:
    """What people type, drawn from the town itself so that most of it finds something."""
    from gezhi.core.places.models import Compound
    from gezhi.core.registry.models import Person

    draw = random.Random(20260901)  # the same questions every time
    some = list(Person.objects.order_by("id_no_index")[:4000].values("name", "pinyin", "initials"))
    compounds = list(Compound.objects.order_by("pk").values_list("name", flat=True))
    asked: list[str] = []
    for person in draw.sample(some, ROUNDS):
        asked += [
            person["name"],
            person["name"][:2],
            person["name"][1:],
            person["name"][:1],
            person["pinyin"],
            person["pinyin"][:5],
            person["initials"],
            f"1{draw.randrange(30, 99)}{draw.randrange(10**8):08d}",
            f"{draw.choice(compounds)}{draw.randrange(1, 9)}-{draw.randrange(1, 4)}-501",
            draw.choice(compounds)[:2],
        ]
    return [text for text in asked if text]


def ask(text: str, by: Any) -> None:
    from gezhi.base.errors import Refusal
    from gezhi.core.registry.search import search

    try:
        search(text, by=by, at=ground.AT)
    except Refusal:  # the account's cap on exact look-ups is reached: that is an answer, too
        return


def names_like(cursor: Any, text: str) -> None:
    cursor.execute(
        "SELECT id, name FROM registry_person WHERE name LIKE %s ORDER BY name LIMIT 8",
        [text.replace("%", "") + "%"],
    )
    cursor.fetchall()


def ms(work: Callable[[], object]) -> float:
    """Milliseconds on the clock of one run."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def percentile(taken: list[float], share: float = 0.95) -> float:
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * share))]
