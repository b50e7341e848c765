"""Making a cell: the whole action beside the bare replay of the same script."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench import ground
from bench.figures import Figure

TITLE = "新建街道单元 making a cell"
TIMES = 3


def run() -> Iterator[Figure]:
    """Make cells and drop them again; the template's dump is warm, as on a running installation."""
    from django.db import connection, transaction

    from gezhi.core.cells.actions import create_cell
    from gezhi.core.cells.models import Cell, Host
    from gezhi.core.cells.template import script_for

    script_for("warm")
    made, bare = [], []
    for number in range(TIMES):
        code = f"41999900{number}"
        begun = time.perf_counter()
        cell = create_cell(
            code=code, name="压测街道", hosts=[f"bench{code}.localhost"], at=ground.AT
        )
        made.append(time.perf_counter() - begun)
        with connection.cursor() as cursor:
            cursor.execute(f'DROP SCHEMA "{cell.schema_name}" CASCADE')
        Host.objects.filter(tenant=cell).delete()
        Cell.objects.filter(pk=cell.pk)._raw_delete(Cell.objects.db)  # type: ignore[attr-defined]  # rows of a bench
        script = script_for("bench_bare")
        begun = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(script)
        bare.append(time.perf_counter() - begun)
        with connection.cursor() as cursor:
            cursor.execute('DROP SCHEMA "bench_bare" CASCADE')
    best, floor = min(made), min(bare)
    yield Figure(
        "a cell", best, "s", note=f"bare replay {floor:.2f} s, ratio {best / floor:.2f}", bar=1.0
    )
