"""How many real messages are offered as the same matter, and how many of those are.

The list is looked for in the folder that `GEZHI_REAL_DATA` names. Every second pair from likeness
0.30 on was read and judged by eye; `judged_pairs.csv` keeps the numbers and the verdicts only.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.bench_hotline import FILE, real_file
from bench.figures import Figure

TITLE = "重复提示 offers of the same matter"
JUDGED = Path(__file__).with_name("judged_pairs.csv")


def run() -> Iterator[Figure]:
    """Pairs offered, and the share of judged pairs that are one matter, at two thresholds."""
    from gezhi.services.cases import likeness

    file = real_file(FILE)
    if file is None:
        print(f"skipped: GEZHI_REAL_DATA names no folder with {FILE}")
        return
    with JUDGED.open(encoding="utf-8") as stream:
        judged = {(row["one"], row["other"]): row["same"] == "1" for row in csv.DictReader(stream)}
    begun = time.perf_counter()
    shares = dict(alike(messages(file)))
    spent = time.perf_counter() - begun
    for least in (likeness.SHARED, 0.30):
        offered = {pair for pair, share in shares.items() if share >= least}
        seen = [same for pair, same in judged.items() if pair in offered]
        precision = 100 * sum(seen) / len(seen) if seen else 0.0
        note = f"{len(offered)} pairs offered, {len(seen)} judged by eye"
        yield Figure(f"same matter, likeness from {least}", precision, "%", note=note)
    yield Figure("comparing every pair of a month", spent, "s")


def messages(file: Path) -> list[tuple[str, datetime, frozenset[int]]]:
    """Number, time and keys of every message, oldest first."""
    from python_calamine import CalamineWorkbook

    from gezhi.base.text import tidy_prose
    from gezhi.base.wording import keys_of
    from gezhi.services.cases.hotline.rules import clean_moment, clean_number

    sheet: Any = CalamineWorkbook.from_path(file).get_sheet_by_index(0)
    found = []
    for row in sheet.to_python()[1:]:
        number = clean_number(row[0], "number").value
        moment = clean_moment(row[3], "reported_at").value
        if number is not None and moment is not None:
            keys = frozenset(keys_of(tidy_prose(str(row[2])), tidy_prose(str(row[4]))))
            found.append((number, moment.at, keys))
    return sorted(found, key=lambda one: one[1])


def alike(
    rows: list[tuple[str, datetime, frozenset[int]]],
) -> Iterator[tuple[tuple[str, str], float]]:
    """Each pair of one month with how much it shares, from 0.30 on."""
    from gezhi.services.cases import likeness

    for at, (number, when, keys) in enumerate(rows):
        for other, later, theirs in rows[at + 1 :]:
            if later - when >= timedelta(days=likeness.DAYS):
                break
            shared = likeness.share(keys, theirs)
            if shared >= 0.30:
                yield (min(number, other), max(number, other)), shared
