"""Tables of cases: the catalogue and the facts, joint work, lists of hotlines, what is learnt."""

from gezhi.services.cases.models.facts import (
    PUBLIC,
    Case,
    Category,
    Joiner,
    Nature,
    Source,
    State,
)
from gezhi.services.cases.models.hotline import HotlineBatch, HotlineLine
from gezhi.services.cases.models.joint import Called, Oversight, Whistle
from gezhi.services.cases.models.practice import Practice
from gezhi.services.cases.models.suggesting import Learnt
from gezhi.services.cases.overview.models import Heap
from gezhi.services.cases.public.models import Own, Reply, Shown, Tally

__all__ = [
    "PUBLIC",
    "Called",
    "Case",
    "Category",
    "Heap",
    "HotlineBatch",
    "HotlineLine",
    "Joiner",
    "Learnt",
    "Nature",
    "Oversight",
    "Own",
    "Practice",
    "Reply",
    "Shown",
    "Source",
    "State",
    "Tally",
    "Whistle",
]
