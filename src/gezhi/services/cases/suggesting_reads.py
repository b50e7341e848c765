"""What is learnt from and what is suggested: examples for the night, chips for the forms."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Final
from uuid import UUID

from gezhi.base.tenancy import here
from gezhi.services.cases import queries, rules
from gezhi.services.cases.models import Case, Category, Learnt, State
from gezhi.services.cases.suggesting import MOST, Model, from_bytes
from gezhi.services.cases.suggesting_lessons import Example

FROM_EACH: Final = 200
"""Cases of a category that are learnt from, the latest: the common ones teach no more."""
LOOKED_AT: Final = 40_000
_loaded: dict[str, tuple[UUID, Model]] = {}
"""By cell: the model in use and the key of what it was made of."""


def examples() -> list[Example]:
    """The latest closed cases with what they were filed under, in the order of their numbers."""
    rows = (
        Case.objects.filter(matter__kind=queries.KIND, matter__state=State.CLOSED)
        .exclude(matter__topic="")
        .order_by("-matter__opened_at", "-pk")
        .values_list("matter__number", "description", "matter__topic")[:LOOKED_AT]
    )
    taken: Counter[str] = Counter()
    kept = []
    for number, text, topic in rows:
        taken[topic] += 1
        if taken[topic] <= FROM_EACH:
            kept.append((number, text, topic))
    return [(text, topic) for _number, text, topic in sorted(kept)]


def latest() -> Learnt | None:
    """What was learnt last, without its weights."""
    return Learnt.objects.defer("weights").order_by("-at").first()


def model_here() -> Model | None:
    """The model of this cell, read once for each night's learning; None before the first."""
    found = Learnt.objects.order_by("-at").values_list("pk", flat=True).first()
    if found is None:
        return None
    cell = here().schema_name
    known = _loaded.get(cell)
    if known is None or known[0] != found:
        weights = Learnt.objects.values_list("weights", flat=True).get(pk=found)
        known = _loaded[cell] = (found, from_bytes(bytes(weights)))
    return known[1]


def suggested(text: str, day: date) -> list[Category]:
    """At most three categories in force that a text may be about, the likeliest first.

    Before there is a model, the categories whose own name stands in the text.
    """
    if not text.strip():
        return []
    known = {queries.topic_of(one): one for one in queries.categories_on(day)}
    model = model_here()
    if model is not None:
        topics = model.suggest(text, MOST + 3)
    else:
        named = [(topic, one.name) for topic, one in known.items()]
        topics = []
        while len(topics) < MOST and (guess := rules.first_guess(text, named)):
            topics.append(guess)
            named = [pair for pair in named if pair[0] != guess]
    return [known[topic] for topic in topics if topic in known][:MOST]


def has_news(since: datetime | None) -> bool:
    """Whether a case was closed since something was learnt last."""
    rows = Case.objects.filter(matter__kind=queries.KIND, matter__state=State.CLOSED)
    return rows.filter(closed_at__gte=since).exists() if since else rows.exists()
