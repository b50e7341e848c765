"""Numbers that name somebody or something in cells of sheets: papers, codes, telephones, plates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from gezhi.base.credit_codes import AS_NUMBER as USCC_AS_NUMBER
from gezhi.base.credit_codes import CreditCode, parse_uscc
from gezhi.base.identifiers import (
    AS_NUMBER,
    ENDS_IN_ZEROS,
    LOST_DIGITS,
    IdNumber,
    PaperKind,
    TravelPaper,
    parse_id_number,
    parse_travel_paper,
)
from gezhi.base.phones import Phone, parse_phones
from gezhi.base.plates import EMPTY as NO_PLATE
from gezhi.base.plates import LETTERS, Plate, parse_plate
from gezhi.base.sentences import Reason, _
from gezhi.base.text import tidy
from gezhi.core.registry.cleaning import NOT_APPLICABLE, TYPING, cell_as_text
from gezhi.core.registry.cleaning_dates import PartialDate
from gezhi.core.registry.findings import Cleaned, Finding, cleaned, refused, warned

RISKY_ENDING: Final = Reason(
    "id_no.zeros", _("身份证号末三位是 000，校验虽通过，仍请对照证件看一眼是否丢了后几位。")
)
GENDER_DISAGREES: Final = Reason(
    "gender_disagrees", _("性别与身份证号不符，已按身份证号改为“%(read)s”。")
)
BIRTH_DISAGREES: Final = Reason(
    "birth_disagrees", _("出生日期与身份证号不符，已按身份证号改为 %(read)s。")
)
PHONES_SPLIT: Final = Reason(
    "phones_split", _("一格里的 %(count)s 个电话已分开，第一个作为联系电话。")
)
PLATE_LETTERS: Final = Reason(
    "plate.letters", _("车牌序号不使用字母 I 和 O；是否为“%(read)s”，请核对后改正。")
)
NO_PHONE: Final = Reason("phone_none", _("这里没有电话号码，请填写号码，没有的留空。"))
PHONE_FORM: Final = Reason("phone_form", _("电话已写成统一格式。"))


def clean_id_no(
    cell: object, field: str, *, today: date | None = None, endings_suspect: bool = False
) -> Cleaned[str]:
    """Rules 1 to 3 for a citizen's number.

    A cell stored as a number lost its last digits and is refused, whatever it looks like; only
    an old number of 15 digits survives being one. Fifteen digits give a proposal.
    """
    before = cell_as_text(cell)
    if before.strip().upper() in NOT_APPLICABLE:
        return Cleaned(None, (), not_applicable=True)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= 1e15:
        return Cleaned(None, (refused(1, field, before, AS_NUMBER),))
    answer = parse_id_number(before, today=today, endings_suspect=endings_suspect)
    if isinstance(answer, Reason):
        if answer.code == "id_no.empty":
            return Cleaned()
        rule = 1 if answer in (AS_NUMBER, LOST_DIGITS) else 3
        return Cleaned(None, (refused(rule, field, before, answer),))
    return Cleaned(answer.number, id_findings(field, before, answer.number))


def id_findings(field: str, before: str, number: str) -> tuple[Finding, ...]:
    """What to say about a valid number: what was cleaned off, and a doubtful ending."""
    findings = []
    if number != before:
        findings.append(cleaned(2, field, before, number, TYPING))
    if number.endswith(ENDS_IN_ZEROS):
        findings.append(warned(1, field, before, number, RISKY_ENDING))
    return tuple(findings)


def clean_paper_no(
    cell: object, field: str, id_kind: str, *, today: date | None = None
) -> Cleaned[str]:
    """The number of the paper a row names (codes of `ID_KIND`); `none` leaves it empty."""
    before = cell_as_text(cell)
    if id_kind in ("id_card", "residence_permit", ""):
        return clean_id_no(cell, field, today=today)
    if id_kind == "none" or not before.strip():
        return Cleaned()
    answer = parse_travel_paper(PaperKind(id_kind), before)
    if not isinstance(answer, TravelPaper):
        return Cleaned(None, (refused(3, field, before, answer),))
    return Cleaned(answer.number, _typing(field, before, answer.number))


def reconcile_with_id(
    number: IdNumber, gender: str | None, birth: PartialDate | None
) -> tuple[str, date, tuple[Finding, ...]]:
    """Rule 4: gender and birth date as the number has them; a warning where the sheet differs."""
    findings = []
    if gender in ("1", "2") and gender != number.gender:
        read = {"1": "男", "2": "女"}
        reason = Reason(
            GENDER_DISAGREES.code, GENDER_DISAGREES.pattern, {"read": read[number.gender]}
        )
        findings.append(warned(4, "gender", read[gender], read[number.gender], reason))
    if birth is not None and not birth.agrees_with(number.birth_date):
        after = number.birth_date.isoformat()
        reason = Reason(BIRTH_DISAGREES.code, BIRTH_DISAGREES.pattern, {"read": after})
        findings.append(warned(4, "birth_date", str(birth), after, reason))
    return number.gender, number.birth_date, tuple(findings)


def clean_phones(cell: object, field: str) -> Cleaned[tuple[str, ...]]:
    """Rule 8: every number of a cell in one form, the first being the main one.

    A bad number beside good ones is left out with a warning; none good is refused.
    """
    before = cell_as_text(cell)
    if tidy(before).upper() in NOT_APPLICABLE:
        return Cleaned(None, (), not_applicable=True)
    phones, reasons = parse_phones(before)
    if not phones:
        if reasons and reasons[0].code == "phone.empty":
            if not tidy(before).lstrip("'"):
                return Cleaned()
            return Cleaned(None, (refused(8, field, before, NO_PHONE),))
        return Cleaned(None, (refused(8, field, before, reasons[0]),))
    numbers = tuple(phone.number for phone in phones)
    findings = [warned(8, field, before, "、".join(numbers), reason) for reason in reasons]
    findings.extend(_phone_form(field, before, phones))
    return Cleaned(numbers, tuple(findings))


def _phone_form(field: str, before: str, phones: tuple[Phone, ...]) -> list[Finding]:
    after = "、".join(phone.number for phone in phones)
    if len(phones) > 1:
        reason = Reason(PHONES_SPLIT.code, PHONES_SPLIT.pattern, {"count": len(phones)})
        return [cleaned(8, field, before, after, reason)]
    return [] if after == before else [cleaned(8, field, before, after, PHONE_FORM)]


def clean_uscc(cell: object, field: str) -> Cleaned[str]:
    """Rule 16: a credit code; O and I for 0 and 1 give a proposal that was checked again."""
    before = cell_as_text(cell)
    if tidy(before).upper() in NOT_APPLICABLE:
        return Cleaned(None, (), not_applicable=True)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= 1e15:
        return Cleaned(None, (refused(16, field, before, USCC_AS_NUMBER),))
    answer = parse_uscc(before)
    if isinstance(answer, CreditCode):
        return Cleaned(answer.number, _typing(field, before, answer.number))
    if answer.code == "uscc.empty":
        return Cleaned()
    return Cleaned(None, (refused(16, field, before, answer),))


def clean_plate(cell: object, field: str) -> Cleaned[str]:
    """A number plate: 豫A·12345, lower case and full width become one form (rule 2).

    O and I for 0 and 1 give a proposal that was checked again (rule 16).
    """
    before = cell_as_text(cell)
    if tidy(before).upper() in NOT_APPLICABLE:
        return Cleaned(None, (), not_applicable=True)
    answer = parse_plate(before)
    if isinstance(answer, Plate):
        return Cleaned(answer.number, _typing(field, before, answer.number))
    if answer is NO_PLATE:
        return Cleaned()
    if answer is LETTERS:
        read = tidy(before).upper()
        again = parse_plate(read[:2] + read[2:].replace("O", "0").replace("I", "1"))
        if isinstance(again, Plate):
            offered = Reason(PLATE_LETTERS.code, PLATE_LETTERS.pattern, {"read": again.number})
            return Cleaned(
                None, (refused(16, field, before, replace(offered, proposal=again.number)),)
            )
    return Cleaned(None, (refused(16, field, before, answer),))


def _typing(field: str, before: str, after: str) -> tuple[Finding, ...]:
    return () if before == after else (cleaned(2, field, before, after, TYPING),)
