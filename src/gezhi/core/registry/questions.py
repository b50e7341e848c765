"""What somebody typed into the search box: a number, a plate, a code, letters, a name, a place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from gezhi.base.credit_codes import CreditCode, parse_uscc
from gezhi.base.identifiers import (
    IdNumber,
    PaperKind,
    TravelPaper,
    parse_id_number,
    parse_travel_paper,
)
from gezhi.base.phones import Phone, PhoneKind, parse_phone
from gezhi.base.plates import Plate, parse_plate
from gezhi.base.text import tidy


class Kind(StrEnum):
    """How a text is looked for."""

    EMPTY = "empty"
    NUMBER = "number"
    """The whole number of a paper: exact, logged."""
    PHONE = "phone"
    """A whole telephone number: exact, logged."""
    PLATE = "plate"
    """A whole number plate: exact, logged."""
    CODE = "code"
    """A credit code: exact."""
    LETTERS = "letters"
    """Pinyin or initials."""
    NAME = "name"
    ADDRESS = "address"
    """Chinese with digits: an address first, then a name with a number in it."""
    PART = "part"
    """Digits that are no whole number: nothing is looked for by a part of a number."""


@dataclass(frozen=True, slots=True)
class Question:
    """A text as it is looked for. It stays out of `repr`: it may be a number."""

    kind: Kind
    text: str = field(repr=False)
    """In the one form in which it is stored."""


LONGEST: Final = 60
_LETTERS: Final = re.compile(r"[A-Za-z' ]{2,}")
_HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def read_question(text: str) -> Question:
    """What to look for. A part of an ID or telephone number finds nobody, on purpose."""
    text = tidy(text)[:LONGEST]
    if not text:
        return Question(Kind.EMPTY, "")
    plate = parse_plate(text)
    if isinstance(plate, Plate):
        return Question(Kind.PLATE, plate.number)
    if _HAN.search(text):
        kind = Kind.ADDRESS if re.search(r"[0-9]", text) else Kind.NAME
        return Question(kind, text)
    if _LETTERS.fullmatch(text):
        return Question(Kind.LETTERS, re.sub(r"[' ]", "", text).lower())
    number = parse_id_number(text)
    if isinstance(number, IdNumber):
        return Question(Kind.NUMBER, number.number)
    code = parse_uscc(text)
    if isinstance(code, CreditCode):
        return Question(Kind.CODE, code.number)
    phone = parse_phone(text)
    if isinstance(phone, Phone) and phone.kind is not PhoneKind.SERVICE:
        return Question(Kind.PHONE, phone.number)
    for paper in (PaperKind.HK_MACAU_PERMIT, PaperKind.PASSPORT):
        read = parse_travel_paper(paper, text)
        if isinstance(read, TravelPaper) and re.match(r"[A-Za-z]", text):
            return Question(Kind.NUMBER, read.number)
    return Question(Kind.PART, text)
