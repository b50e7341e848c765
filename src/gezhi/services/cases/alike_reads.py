"""Which cases say much the same as one: found through the index of words, then compared."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from gezhi.engines.matters.models import Matter
from gezhi.services.cases import likeness

ASKED: Final = 24
"""Keys that candidates are found by: whoever shares half of the words has one of them."""
LOOKED_AT: Final = 3_000
MOST: Final = 20


def alike(matter: Matter, rows: QuerySet[Matter]) -> dict[UUID, float]:
    """Of these cases, the likest of the same month with how much they share; at most twenty."""
    keys = matter.words
    if len(keys) < likeness.FEWEST:
        return {}
    some = keys[:: max(1, len(keys) // ASKED)]
    near = (
        rows.filter(words__overlap=some, opened_at__range=likeness.window(matter.opened_at))
        .exclude(pk=matter.pk)
        .order_by("-opened_at")
        .values_list("pk", "words")[:LOOKED_AT]
    )
    shares = {pk: likeness.share(keys, words) for pk, words in near}
    likest = sorted(shares.items(), key=lambda pair: (-pair[1], str(pair[0])))[:MOST]
    return {pk: share for pk, share in likest if share >= likeness.SHARED}
