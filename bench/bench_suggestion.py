"""How often a suggested category is right: messages labelled by hand, by cross-validation.

The sheet is looked for in the folder that `GEZHI_REAL_DATA` names; without it there is nothing to
measure, and the bench says so. Nothing learnt of it is kept.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator

from bench.bench_hotline import real_file
from bench.figures import Figure

TITLE = "类别建议 category suggestion, stratified five-fold cross-validation"
FILE = "citizen-messages-labelled.csv"


def run() -> Iterator[Figure]:
    """Accuracy, share within three and macro F1; what learning and asking cost."""
    from gezhi.services.cases.suggesting import from_bytes, to_bytes
    from gezhi.services.cases.suggesting_lessons import fit_to_learn, learn, measure

    file = real_file(FILE)
    if file is None:
        print(f"skipped: GEZHI_REAL_DATA names no folder with {FILE}")
        return
    rows = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig")))
    examples = fit_to_learn(
        [(f"{row['留言主题']}\n{row['留言详情']}", row["一级分类"]) for row in rows]
    )
    quality = measure(examples)
    note = f"{quality.cases} messages, {quality.categories} categories"
    yield Figure("first suggestion right", 100 * quality.accuracy, "%", note=note)
    yield Figure("right one among three", 100 * quality.within_three, "%")
    yield Figure("macro F1", quality.macro_f1, "")
    begun = time.perf_counter()
    stored = to_bytes(learn(examples))
    yield Figure("learning", time.perf_counter() - begun, "s", note=f"{len(stored):,} bytes kept")
    begun = time.perf_counter()
    model = from_bytes(stored)
    yield Figure("loading", 1000 * (time.perf_counter() - begun), "ms", note="once a night")
    begun = time.perf_counter()
    for text, _topic in examples:
        model.suggest(text)
    each = 1000 * (time.perf_counter() - begun) / len(examples)
    yield Figure("suggesting for one text", each, "ms", bar=10)
