"""Learning which words speak for which category, and measuring how often that is right.

The same cases give the same model, bit for bit. Only the night's job comes here: what asks a model
needs none of these libraries.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from gezhi.services.cases.suggesting import MOST, Model, as_rows, words_of

LEAST: Final = 20
"""Cases a category needs to be learnt: from fewer one learns the cases and not the category."""
LEAST_CATEGORIES: Final = 2
FOLDS: Final = 5

Example = tuple[str, str]
"""A text and the topic it was filed under."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How a model did on cases it had not seen, each left out once."""

    cases: int
    categories: int
    accuracy: float
    within_three: float
    """Share of cases whose category is among the suggestions made."""
    macro_f1: float
    """F1 of each category, averaged: the rare ones count as much as the common."""


def fit_to_learn(examples: Sequence[Example], *, least: int = LEAST) -> list[Example]:
    """The examples of categories that have enough of them; none where that leaves no choice."""
    times = Counter(topic for _text, topic in examples)
    kept = [one for one in examples if times[one[1]] >= least]
    return kept if len({topic for _text, topic in kept}) >= LEAST_CATEGORIES else []


def learn(examples: Sequence[Example]) -> Model:
    """A model of these examples; ValueError where there is no choice between categories."""
    texts = [text for text, _topic in examples]
    topics = [topic for _text, topic in examples]
    if len(set(topics)) < LEAST_CATEGORIES:
        raise ValueError("one category teaches nothing")
    words = words_of(texts)
    fitted = _fitted(as_rows(words, texts), topics)
    weights, starts = np.atleast_2d(fitted.coef_), np.atleast_1d(fitted.intercept_)
    if len(weights) == 1:
        # of two categories the library keeps what speaks for the second
        weights, starts = np.vstack([-weights, weights]), np.concatenate([-starts, starts])
    return Model(
        words,
        tuple(str(topic) for topic in fitted.classes_),
        # as exactly as it is stored: kept or fresh, it suggests the same
        weights.astype(np.float16).astype(np.float32),
        starts.astype(np.float32),
    )


def _fitted(rows: Any, topics: Sequence[str]) -> Any:
    from sklearn.linear_model import RidgeClassifier

    model = RidgeClassifier(class_weight="balanced", solver="sparse_cg", tol=1e-4)
    with warnings.catch_warnings():
        # categories of a few cases each look to the library like numbers to be predicted
        warnings.simplefilter("ignore", UserWarning)
        return model.fit(rows, list(topics))


def measure(examples: Sequence[Example], *, folds: int = FOLDS) -> Quality:
    """Quality by stratified cross-validation; the parts are learnt anew in each fold."""
    from sklearn.metrics import f1_score
    from sklearn.model_selection import StratifiedKFold

    texts = np.array([text for text, _topic in examples], dtype=object)
    topics = np.array([topic for _text, topic in examples])
    first = np.empty(len(topics), dtype=topics.dtype)
    within = 0
    for seen, left in StratifiedKFold(folds, shuffle=True, random_state=0).split(texts, topics):
        model = learn(list(zip(texts[seen], topics[seen].tolist(), strict=True)))
        for at in left:
            offered = model.suggest(texts[at], MOST) or list(model.topics[:1])
            first[at] = offered[0]
            within += topics[at] in offered
    return Quality(
        cases=len(topics),
        categories=len(set(topics.tolist())),
        accuracy=float((first == topics).mean()),
        within_three=within / len(topics),
        macro_f1=float(f1_score(topics, first, average="macro")),
    )
