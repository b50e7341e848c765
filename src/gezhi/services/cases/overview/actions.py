"""Counting what has ended, for the map."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from gezhi.core.places.models import Building
from gezhi.engines.matters.models import Matter
from gezhi.services.cases import queries
from gezhi.services.cases.models import Case
from gezhi.services.cases.overview import rules
from gezhi.services.cases.overview.models import Heap

FINEST: Final = """
INSERT INTO {heaps}
       (level, x, y, community_id, grid_id, major, urgent, number, counted_at)
SELECT 0, floor(coalesce(c.lon, b.lon) / %(east)s)::integer,
       floor(coalesce(c.lat, b.lat) / %(north)s)::integer,
       m.community_id, m.grid_id, left(m.topic, 3), m.urgent, count(*), %(at)s
  FROM {matters} m
  JOIN {cases} c ON c.matter_id = m.id
  LEFT JOIN {buildings} b ON b.id = c.building_id
 WHERE m.kind = %(kind)s AND m.ended_at IS NOT NULL AND coalesce(c.lon, b.lon) IS NOT NULL
 GROUP BY 2, 3, 4, 5, 6, 7
"""
COARSER: Final = """
INSERT INTO {heaps}
       (level, x, y, community_id, grid_id, major, urgent, number, counted_at)
SELECT level + 1, x >> 1, y >> 1, community_id, grid_id, major, urgent, sum(number), %(at)s
  FROM {heaps}
 WHERE level = %(level)s
 GROUP BY level, x >> 1, y >> 1, community_id, grid_id, major, urgent
"""


def count_ended(at: datetime) -> None:
    """Count ended cases by squares anew: once over the cases, then level upon level.

    Readers see the old numbers until the new ones stand.
    """
    values: dict[str, Any] = {
        "east": rules.EAST,
        "north": rules.NORTH,
        "kind": queries.KIND,
        "at": at,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        Heap.objects.all().delete()
        cursor.execute(_named(FINEST), values)
        for level in range(rules.LEVELS - 1):
            cursor.execute(_named(COARSER), {"level": level, "at": at})


def _named(sql: str) -> str:
    return sql.format(
        heaps=Heap._meta.db_table,
        matters=Matter._meta.db_table,
        cases=Case._meta.db_table,
        buildings=Building._meta.db_table,
    )
