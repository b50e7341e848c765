"""A real list of messages and answers, brought in end to end: what was cleaned, and what it took.

The list is looked for in the folder that `GEZHI_REAL_DATA` names; without it there is nothing to
measure, and the bench says so. Nothing of it is kept in the project.
"""

from __future__ import annotations

import io
import os
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench import clock, ground
from bench.figures import Figure

TITLE = "热线工单导入 a real list of messages, answers and times"
FILE = "citizen-replies-2816.xlsx"
CODE = "410172563"
LIMITS = (1, 3, 5, 10, 13, 15, 30)
"""Working days after which an answer would be late, by one office's rules or another's."""
WORDS = (
    *("垃圾", "噪音", "物业", "停车", "小区", "施工", "学校", "公积金", "路灯", "扰民", "油烟"),
    *("井盖", "拆迁", "医院", "公交", "地铁", "污水"),
)
AT = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


def real_file(name: str) -> Path | None:
    """A file of the folder with real data; None where there is none."""
    folder = os.environ.get("GEZHI_REAL_DATA", "")
    found = Path(folder) / name
    return found if folder and found.is_file() else None


def run() -> Iterator[Figure]:
    """Check, write, write again, search, take back."""
    file = real_file(FILE)
    if file is None:
        print(f"skipped: GEZHI_REAL_DATA names no folder with {FILE}")
        return
    from django_tenants.utils import schema_context

    with schema_context(ground.town_cell(CODE)):
        yield from figures(file)


def figures(file: Path) -> Iterator[Figure]:
    from gezhi.core.registry.imports.progress import Silent
    from gezhi.services.cases.hotline import actions
    from gezhi.services.cases.hotline.rules import TITLES
    from gezhi.services.cases.models import HotlineBatch

    clerk = actor()
    for old in HotlineBatch.objects.filter(state="confirmed"):
        actions.roll_back(batch=old, by=clerk, at=AT)
    content = file.read_bytes()

    def sent() -> Any:
        return actions.upload(
            file=io.BytesIO(content), name=file.name, origin="board", by=clerk, at=AT
        )

    batch = sent()
    with clock.measured() as checking:
        batch = actions.run_check(batch, at=AT, progress=Silent())
    counts = dict(batch.counts)
    print("checked:", counts)
    told = actions.checked_of(batch).told
    for (kind, rule, code), rows in sorted(told.group_by("kind", "rule", "code")):
        times = rows["times"].sum()
        print(f"  {kind:8} {TITLES.get(rule, str(rule)):10} {code:28} {times:6,}")
    with clock.measured() as writing:
        batch = actions.run_confirm(batch, at=AT, progress=Silent())
    yield Figure("rows", counts["total"], "rows", note=f"{counts['new']:,} new cases")
    yield Figure("check", checking.wall, "s", note=f"cpu {checking.cpu:.1f} s")
    yield Figure("write", writing.wall, "s", note=f"cpu {writing.cpu:.1f} s")
    again = actions.run_confirm(
        actions.run_check(sent(), at=AT, progress=Silent()), at=AT, progress=Silent()
    )
    yield Figure("cases made by the same list again", again.counts["new"], "cases", bar=0)
    yield from answered_within()
    yield from found()
    with clock.measured() as undoing:
        removed, left = actions.roll_back(batch=batch, by=clerk, at=AT)
    yield Figure("taken back", removed, "cases", note=f"{undoing.wall:.1f} s, {len(left)} left")


def answered_within() -> Iterator[Figure]:
    """Share of answers within so many working days of the office's calendar."""
    from gezhi.base.workdays import Limit, Unit, deadline
    from gezhi.core.office.queries import calendar
    from gezhi.engines.matters.models import Matter

    days = calendar()
    rows = Matter.objects.filter(kind="cases", ended_at__isnull=False)
    times = list(rows.values_list("opened_at", "ended_at"))
    years = {opened.year for opened, _ended in times} | {ended.year for _opened, ended in times}
    missing = sorted(
        year for year in years if not days.covers(datetime(year, 6, 1, tzinfo=UTC).date())
    )
    print("years:", min(years), "to", max(years), "- not in the calendar:", missing or "none")
    for limit in LIMITS:
        kept = sum(
            ended <= (deadline(days, opened, Limit(limit, Unit.WORKING_DAY)) or ended)
            for opened, ended in times
        )
        share = 100 * kept / len(times)
        yield Figure(f"answered within {limit} working days", share, "%", note=f"{kept:,}")


def found() -> Iterator[Figure]:
    """Words of two signs and more, looked for in reports and answers."""
    from gezhi.engines.matters.models import Matter
    from gezhi.engines.matters.queries import with_words

    taken, hits, plain = [], 0, 0
    for word in WORDS:
        begun = time.perf_counter()
        rows = with_words(Matter.objects.filter(kind="cases"), word)
        list(rows.order_by("-opened_at", "-pk").values("pk")[:50])
        taken.append((time.perf_counter() - begun) * 1000)
        hits += rows.count()
        plain += Matter.objects.filter(kind="cases", case__description__contains=word).count()
    note = f"{hits:,} found; {plain:,} of the descriptions hold the word, the others its answer"
    yield Figure("search for 50 rows, median", statistics.median(taken), "ms", bar=25, note=note)


def actor() -> Any:
    """A clerk of the whole office with every right over cases."""
    from gezhi.base.actors import Actor, ActorKind, Holding
    from gezhi.base.rights import all_rights
    from gezhi.core.places.models import Place

    rights = frozenset(one.code for one in all_rights() if one.code.startswith("cases."))
    place = Place.objects.get(level=1)
    post = Holding(uuid4(), "bench", "压测", place.pk, place.level, place.path, place.name, rights)
    return Actor(kind=ActorKind.STAFF, name="压测", account_id=uuid4(), holdings=(post,))
