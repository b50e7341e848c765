"""Decisions about people, stays and sources, as plain functions of plain values."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from gezhi.base.text import tidy

# --- who is who ------------------------------------------------------------------------------

_NAME_NOISE: Final = re.compile(r"[\s·•‧・.]+")


def plain_name(name: str) -> str:
    """A name as two sheets would agree on it: one width, no spaces or dots."""
    return _NAME_NOISE.sub("", tidy(name)).upper()


_IN_NAMES: Final = frozenset("·•‧・∙.-'’ 〇")


def is_name(text: str) -> bool:
    """Whether a person may be called so: letters of any script, `·`, `-`, `'`, `.` and spaces.

    Rare characters that old office fonts put into Unicode's private use are letters, too.
    """
    kinds = [unicodedata.category(sign) for sign in text if sign not in _IN_NAMES]
    lettered = any(kind[0] == "L" or kind == "Co" for kind in kinds) or "〇" in text
    return lettered and all(kind[0] in "LM" or kind == "Co" for kind in kinds)


def provisional_key_text(
    name: str, birth_date: date | None, head_index: bytes | None
) -> str | None:
    """What stands for somebody without an ID number: name, birth date and the head's number.

    The head's number comes as its blind index, so that nothing has to be opened to make the key.
    None when any of them is unknown: two of three would take two cousins for one child. (Rule 7
    of the office's import rules.)
    """
    if not (plain_name(name) and birth_date and head_index):
        return None
    return f"{plain_name(name)}|{birth_date:%Y%m%d}|{head_index.hex()}"


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one person from another. Numbers appear as blind indexes only."""

    name: str
    birth_date: date | None = None
    id_no: bytes | None = None
    key: bytes | None = None
    """Index of the provisional key."""
    phone: bytes | None = None


class Verdict(StrEnum):
    """What an incoming row is to those already listed."""

    NEW = "new"
    SAME = "same"
    GAINS_NUMBER = "gains_number"
    """Listed without a number under the same provisional key: the number completes it."""
    SAME_ID_OTHER_NAME = "same_id_other_name"
    SAME_NAME_AND_BIRTH = "same_name_and_birth"
    SAME_PHONE_AND_NAME = "same_phone_and_name"


@dataclass(frozen=True, slots=True)
class Match:
    """The verdict, and which listed person it speaks of."""

    verdict: Verdict
    index: int | None = None
    """Position among the candidates."""

    @property
    def is_conflict(self) -> bool:
        """Whether a human decides."""
        return self.verdict in (
            Verdict.SAME_ID_OTHER_NAME,
            Verdict.SAME_NAME_AND_BIRTH,
            Verdict.SAME_PHONE_AND_NAME,
        )


def match(incoming: Identity, candidates: Sequence[Identity]) -> Match:
    """Whom an incoming row is about; rules 5, 6 and 7 of the office's import rules.

    A number decides: the same number and name is the same person, the same number under another
    name is for a human. Two different numbers are two people, whatever else agrees. Without a
    number on one side the provisional key decides; name with birth date, or name with telephone,
    only raise the question.
    """
    name = plain_name(incoming.name)
    if incoming.id_no is not None:
        for at, listed in enumerate(candidates):
            if listed.id_no == incoming.id_no:
                same = plain_name(listed.name) == name
                return Match(Verdict.SAME if same else Verdict.SAME_ID_OTHER_NAME, at)
    open_to = [
        (at, listed)
        for at, listed in enumerate(candidates)
        if plain_name(listed.name) == name and (incoming.id_no is None or listed.id_no is None)
    ]
    if incoming.key is not None:
        for at, listed in open_to:
            if listed.key == incoming.key and listed.id_no is None:
                return Match(Verdict.SAME if incoming.id_no is None else Verdict.GAINS_NUMBER, at)
    for at, listed in open_to:
        if incoming.birth_date and listed.birth_date == incoming.birth_date:
            return Match(Verdict.SAME_NAME_AND_BIRTH, at)
    for at, listed in open_to:
        # Birth dates that contradict each other are a parent and a child of one name.
        apart = incoming.birth_date and listed.birth_date
        if incoming.phone is not None and listed.phone == incoming.phone and not apart:
            return Match(Verdict.SAME_PHONE_AND_NAME, at)
    return Match(Verdict.NEW)


# --- stays -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stay:
    """A period at one home, from the day of moving in to the day of moving out, that day free."""

    moved_in: date | None = None
    """None: since before records."""
    moved_out: date | None = None
    """None: still there."""
    main: bool = True


def overlap(a: Stay, b: Stay) -> bool:
    """Whether two stays share a day. Moving out and in on one day do not overlap."""
    a_begins, b_begins = a.moved_in or date.min, b.moved_in or date.min
    a_ends, b_ends = a.moved_out or date.max, b.moved_out or date.max
    return a_begins < b_ends and b_begins < a_ends


def main_homes_clash(stays: Sequence[Stay]) -> tuple[int, int] | None:
    """The first two stays that are both a main home on some day; None when there are none."""
    mains = [(at, stay) for at, stay in enumerate(stays) if stay.main]
    for place, (i, one) in enumerate(mains):
        for j, other in mains[place + 1 :]:
            if overlap(one, other):
                return i, j
    return None


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it has none of that number."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


USUAL_MONTHS: Final = 6


def is_usual_resident(
    *, population_class: str, consistency: str, moved_in: date | None, lives_here: bool, on: date
) -> bool:
    """常住人口: registered and living here, or living here for six months or more.

    An unknown day of moving in means since before records, and counts.
    """
    if not lives_here or consistency in ("3", "4"):
        return False
    if population_class == "hukou":
        return True
    return moved_in is None or months_after(moved_in, USUAL_MONTHS) <= on


# --- relations to the head (GB/T 4761-2008) --------------------------------------------------

HEAD: Final = "02"
SPOUSES: Final = ("10", "11", "12")
_CHILDREN: Final = ("2", "3")


def spouse_code(gender: str) -> str:
    """夫, 妻 or 配偶, for somebody of this gender (GB/T 2261.1)."""
    return {"1": "11", "2": "12"}.get(gender, "10")


def relation_under_new_head(relation: str, *, new_head_was: str, gender: str) -> str:
    """A member's relation once another member is the head; empty where it must be asked.

    Where husband or wife takes over, children stay children and the former head becomes the
    spouse. Everything else depends on facts the register does not have.
    """
    if new_head_was in SPOUSES:
        if relation == HEAD:
            return spouse_code(gender)
        if relation.startswith(_CHILDREN):
            return relation
    return ""


def child_relation(mother_relation: str, gender: str) -> str:
    """A newborn's relation to the head, from the mother's; empty where it must be asked."""
    daughter = gender == "2"
    if mother_relation == HEAD or mother_relation in SPOUSES:
        return "30" if daughter else "20"
    return ""


# --- marriage (GB/T 2261.2) ------------------------------------------------------------------

MARRIAGE_AGE: Final[Mapping[str, int]] = {"1": 22, "2": 20}
"""Civil Code art. 1047: men from 22, women from 20."""
DIVORCED: Final = "40"
WIDOWED: Final = "30"


def is_married(marital_status: str) -> bool:
    """20 married, 21 first, 22 second marriage, 23 remarried to the same person."""
    return marital_status.startswith("2")


def married_status(marital_status: str) -> str:
    """What somebody of this status is after marrying: once widowed or divorced, 22."""
    return "22" if marital_status in (DIVORCED, WIDOWED) else "20"


# --- completeness ----------------------------------------------------------------------------

_ALWAYS: Final = ("name", "gender", "birth_date", "population_class", "consistency")
_BY_CLASS: Final[Mapping[str, tuple[str, ...]]] = {
    "hukou": ("id_no", "hukou_address", "relation_to_head"),
    "migrant": ("id_no", "hukou_region", "dwelling", "phone"),
    "overseas": ("id_no", "dwelling", "phone"),
    "unregistered": ("dwelling",),
}


def expected_of(population_class: str) -> tuple[str, ...]:
    """The fields a complete person of this class has filled in."""
    return (*_ALWAYS, *_BY_CLASS.get(population_class, ()))


def missing_fields(population_class: str, filled: Collection[str]) -> tuple[str, ...]:
    """Which expected fields are empty."""
    return tuple(f for f in expected_of(population_class) if f not in filled)


# --- which source wins -----------------------------------------------------------------------

VERIFYING: Final = frozenset({"visit", "resident", "exchange"})
"""Source kinds in which somebody met the person, or an authority vouches for the value."""


@dataclass(frozen=True, slots=True, order=True)
class Standing:
    """How good a value is: the newer, then the verified one (rule 18)."""

    as_of: date
    verified: bool = False


def displaces(incoming: Standing, held: Standing) -> bool:
    """Whether an incoming value takes a field over: newer wins; of one day, verified wins.

    Of equals the later entry wins, so that a clerk can mend a typing error the same day.
    """
    return incoming >= held


# --- freshness -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Interval:
    """How often something is to be seen again, in days, with days of grace."""

    days: int
    grace: int = 0


DEFAULT_INTERVALS: Final[Mapping[str, tuple[str, Interval]]] = {
    "key_care": ("独居空巢、重度残疾、困境儿童", Interval(7, 1)),
    "assistance": ("低保、特困", Interval(30, 3)),
    "rental": ("出租房", Interval(30, 3)),
    "group_rental": ("群租房", Interval(7, 3)),
    "shop": ("门店、小场所", Interval(30, 5)),
    "site": ("在建工地", Interval(1, 0)),
    "household": ("一般住户", Interval(180, 15)),
    "vacant": ("空置房", Interval(90, 10)),
    "enterprise": ("企业、单位", Interval(180, 15)),
}
"""What a new office starts from; it adjusts them in its own table."""

KEY_CARE: Final = frozenset(
    {"living_alone", "empty_nest", "disabled_elderly", "disability", "child_in_difficulty"}
)
ASSISTED: Final = frozenset({"minimum_living", "extreme_hardship"})


def person_interval(care: Iterable[str]) -> str:
    """Which interval holds for a person with these care labels: the shortest."""
    labels = frozenset(care)
    if labels & KEY_CARE:
        return "key_care"
    return "assistance" if labels & ASSISTED else "household"


def dwelling_interval(use_state: str, group_rental: bool | None) -> str:
    """Which interval holds for a dwelling."""
    if use_state == "rented":
        return "group_rental" if group_rental else "rental"
    return "vacant" if use_state == "vacant" else "household"


def is_fresh(verified_on: date | None, interval: Interval, on: date) -> bool:
    """Whether it was verified within its interval and grace; never verified is not fresh."""
    return verified_on is not None and (on - verified_on).days <= interval.days + interval.grace


def share(part: int, whole: int) -> float | None:
    """A rate from 0 to 1; of nothing there is no data, which is not zero."""
    return part / whole if whole else None
