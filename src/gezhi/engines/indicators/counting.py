"""Counting a board's rows into the kept counts: one statement for each count and span of days."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import CharField, DateField, F, QuerySet
from django.db.models.functions import Cast, TruncDate
from django.utils import timezone

from gezhi.engines.indicators.language import Board, Happening
from gezhi.engines.indicators.models import Kept, Reckoning
from gezhi.engines.indicators.rules import Period, month_end

KEEP: Final = """
INSERT INTO {table} (board, count, dimension, key, is_month, starts, number)
SELECT %s, %s, {dimension}, {key}, GROUPING(on_day) = 1,
       CASE WHEN GROUPING(on_day) = 0 THEN on_day ELSE on_month END, count(*)
FROM (SELECT counted.*, date_trunc('month', on_day)::date AS on_month FROM ({rows}) counted) dated
GROUP BY GROUPING SETS ({sets})
"""


def recount(board: Board, period: Period | None, at: datetime) -> None:
    """Count a board anew for every month a period touches, or altogether; replaces what was kept.

    One transaction: a reader sees the old figures or the new ones. Two recounts of one board wait
    for each other at the board's `Reckoning`.
    """
    whole = period and Period(period.first.replace(day=1), month_end(period.last))
    with transaction.atomic():
        Reckoning.objects.get_or_create(board=board.code, defaults={"at": at})
        Reckoning.objects.select_for_update().get(board=board.code)
        kept = Kept.objects.filter(board=board.code)
        if whole is not None:
            kept = kept.filter(starts__gte=whole.first, starts__lte=whole.last)
        kept.delete()
        for count in board.happenings:
            _keep(board, count, whole)
        Reckoning.objects.filter(board=board.code).update(at=at)


def _keep(board: Board, count: Happening, period: Period | None) -> None:
    zone = timezone.get_current_timezone()
    named: dict[str, Any] = {
        f"by_{one.code}": Cast(F(f"{count.via}{one.column}"), CharField())
        for one in board.dimensions
    }
    on_day = TruncDate(count.when, tzinfo=zone, output_field=DateField())
    rows = happened(count, period).order_by().annotate(on_day=on_day, **named)
    inner, params = rows.values("on_day", *named).query.sql_with_params()
    statement = KEEP.format(
        table=Kept._meta.db_table,
        dimension=_which({name: f"'{name.removeprefix('by_')}'" for name in named}),
        key=_which({name: f"coalesce({name}, '')" for name in named}),
        rows=inner,
        sets=", ".join(
            f"({', '.join((span, *by))})"
            for span in ("on_day", "on_month")
            for by in [(), *((name,) for name in named)]
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [board.code, count.code, *params])


def _which(said: dict[str, str]) -> str:
    """What to say of the one column a line is grouped by; nothing for the whole."""
    cases = "".join(f" WHEN GROUPING({name}) = 0 THEN {words}" for name, words in said.items())
    return f"CASE{cases} ELSE '' END" if cases else "''"


def happened(count: Happening, period: Period | None) -> QuerySet[Any]:
    """The rows of a count that fall in a period, both its days included; without one, all."""
    if period is None:
        return count.rows().filter(**{f"{count.when}__isnull": False})
    zone = timezone.get_current_timezone()
    begin = datetime.combine(period.first, time.min, zone)
    end = datetime.combine(period.last + timedelta(days=1), time.min, zone)
    return count.rows().filter(**{f"{count.when}__gte": begin, f"{count.when}__lt": end})
