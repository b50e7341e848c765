"""Which categories a report speaks of: learnt weights of words, asked of a text. No database.

A model is numbers and short texts only. It weighs single signs and pairs of signs by how rare they
are (TF-IDF) and adds up what each says for each category; nothing of it decides.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gezhi.base.text import tidy

MOST: Final = 3
"""Suggestions made."""
_SIGNS: Final = re.compile(r"[^\W_]+")
_DIGITS: Final = re.compile(r"\d+")

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


def parts_of(text: str) -> Counter[str]:
    """How often each sign and pair of signs stands in a text; its first line, the subject, twice.

    Numbers are alike: a house number says nothing of the matter, and a telephone number is
    nobody's to learn.
    """
    first, _break, rest = text.partition("\n")
    found: Counter[str] = Counter()
    for line in (first, first, rest) if rest else (first,):
        for run in _SIGNS.findall(_DIGITS.sub("0", tidy(line).lower())):
            found.update(run)
            found.update(run[at : at + 2] for at in range(len(run) - 1))
    return found


@dataclass(frozen=True, slots=True)
class Words:
    """The parts a model knows, and how rare each is."""

    index: Mapping[str, int]
    rarity: Floats

    def weigh(self, text: str) -> tuple[Ints, Floats]:
        """Positions and weights of a text's parts, their length one; none for strange ones."""
        known = sorted(
            (self.index[part], times)
            for part, times in parts_of(text).items()
            if part in self.index
        )
        at = np.array([where for where, _times in known], dtype=np.int32)
        times = np.array([times for _where, times in known], dtype=np.float32)
        weights = (1 + np.log(times)) * self.rarity[at]
        length = float(np.linalg.norm(weights))
        return at, (weights / length).astype(np.float32) if length else weights


@dataclass(frozen=True, slots=True)
class Model:
    """What was learnt: for each category, how much each part speaks for it."""

    words: Words
    topics: tuple[str, ...]
    weights: Floats
    """One row a category, one column a part."""
    starts: Floats
    """What each category begins with."""

    def suggest(self, text: str, most: int = MOST) -> list[str]:
        """Topics a text may be about, the likeliest first; none for a text of strange parts."""
        at, weights = self.words.weigh(text)
        if not len(at):
            return []
        scores = self.weights[:, at] @ weights + self.starts
        return [self.topics[one] for one in np.argsort(-scores, kind="stable")[:most]]


def to_bytes(model: Model) -> bytes:
    """A model as it is stored: arrays of numbers and short texts, compressed."""
    out = io.BytesIO()
    np.savez_compressed(
        out,
        parts=np.array(sorted(model.words.index, key=lambda part: model.words.index[part])),
        rarity=model.words.rarity.astype(np.float32),
        topics=np.array(model.topics),
        weights=model.weights.astype(np.float16),
        starts=model.starts.astype(np.float32),
    )
    return out.getvalue()


def from_bytes(stored: bytes) -> Model:
    """What `to_bytes` made. Objects are refused: what is stored can be read, never run."""
    with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
        index = {str(part): at for at, part in enumerate(arrays["parts"])}
        return Model(
            Words(index, arrays["rarity"]),
            tuple(str(topic) for topic in arrays["topics"]),
            arrays["weights"].astype(np.float32),
            arrays["starts"],
        )


def words_of(texts: Iterable[str], *, fewest: int = 2, most: int = 30_000) -> Words:
    """The parts that at least `fewest` texts have, the commonest first, and their rarity.

    What one text alone says is nobody's business, and teaches nothing.
    """
    seen: Counter[str] = Counter()
    count = 0
    for text in texts:
        count += 1
        seen.update(parts_of(text).keys())
    kept = sorted((-times, part) for part, times in seen.items() if times >= fewest)[:most]
    times = np.array([-negative for negative, _part in kept], dtype=np.float32)
    rarity = np.log((1 + count) / (1 + times)) + 1
    return Words({part: at for at, (_times, part) in enumerate(kept)}, rarity.astype(np.float32))


def as_rows(words: Words, texts: Sequence[str]) -> Any:
    """Texts as a sparse matrix, one row each."""
    from scipy.sparse import csr_array

    found = [words.weigh(text) for text in texts]
    ends = np.cumsum([0, *(len(at) for at, _weights in found)])
    at = np.concatenate([at for at, _weights in found]) if found else np.array([], np.int32)
    weights = np.concatenate([w for _at, w in found]) if found else np.array([], np.float32)
    return csr_array((weights, at, ends), shape=(len(texts), len(words.index)))
