"""Credit codes, telephone numbers and plates as they turn up in a subdistrict's sheets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base.credit_codes import (
    KINDS,
    CreditCode,
    organisation_check,
    parse_organisation_code,
    parse_uscc,
)
from gezhi.base.phones import Phone, PhoneKind, parse_phone, parse_phones
from gezhi.base.plates import Plate, parse_plate
from gezhi.base.sentences import Reason

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("91410172MA0000007R", "91"),
        ("92410172ma0000007n", "92"),
        ("统一社会信用代码：９１４１０１７２MA0000007R", "91"),
        (" '91410172 MA000000-7R", "91"),
    ],
)
def test_a_valid_credit_code_is_taken(typed: str, kind: str) -> None:
    answer = parse_uscc(typed)
    assert isinstance(answer, CreditCode)
    assert (answer.kind, answer.region, answer.organisation) == (kind, "410172", "MA0000007")
    assert kind in KINDS


@pytest.mark.parametrize(
    ("typed", "code", "proposal"),
    [
        ("", "uscc.empty", ""),
        ("9.1410172E+17", "uscc.as_number", ""),
        ("9141O172MA0000007R", "uscc.letters", "91410172MA0000007R"),
        ("9I41OI72MAOOOOOO7R", "uscc.letters", "91410172MA0000007R"),
        ("9141O172MA0000007T", "uscc.characters", ""),
        ("91410172MA000000SR", "uscc.characters", ""),
        ("91410172MA0000007T", "uscc.check", ""),
        ("410199000012345", "uscc.old_licence", ""),
        ("MA000000-7", "uscc.organisation_only", ""),
        ("91410172MA00007R", "uscc.length", ""),
    ],
)
def test_a_wrong_credit_code_is_refused(typed: str, code: str, proposal: str) -> None:
    answer = parse_uscc(typed)
    assert isinstance(answer, Reason)
    assert (answer.code, answer.proposal) == (code, proposal)
    assert answer.sentence.endswith("。")


@given(st.integers(0, 16), st.sampled_from(ALPHABET))
def test_no_single_wrong_character_passes(place: int, other: str) -> None:
    number = "91410172MA0000007R"
    wrong = number[:place] + other + number[place + 1 :]
    assert isinstance(parse_uscc(wrong), CreditCode) == (wrong == number)


@given(st.text(ALPHABET, min_size=8, max_size=8))
def test_an_organisation_code_is_taken_with_its_check_and_no_other(body: str) -> None:
    check = organisation_check(body)
    assert parse_organisation_code(f"{body}-{check}") == body + check
    wrong = "1" if check == "0" else "0"
    assert isinstance(parse_organisation_code(body + wrong), Reason)


@pytest.mark.parametrize(
    ("typed", "number", "kind"),
    [
        ("13812345678", "13812345678", PhoneKind.MOBILE),
        ("138 1234 5678", "13812345678", PhoneKind.MOBILE),
        ("138-1234-5678", "13812345678", PhoneKind.MOBILE),
        ("+86 13812345678", "13812345678", PhoneKind.MOBILE),
        ("008613812345678", "13812345678", PhoneKind.MOBILE),
        ("013812345678", "13812345678", PhoneKind.MOBILE),
        ("13812345678.0", "13812345678", PhoneKind.MOBILE),
        ("１３８１２３４５６７８", "13812345678", PhoneKind.MOBILE),
        ("0371-67981234", "0371-67981234", PhoneKind.LANDLINE),
        ("(0371)67981234", "0371-67981234", PhoneKind.LANDLINE),
        ("037167981234", "0371-67981234", PhoneKind.LANDLINE),
        ("03736798123", "0373-6798123", PhoneKind.LANDLINE),
        ("010-65551234", "010-65551234", PhoneKind.LANDLINE),
        ("0371-67981234转801", "0371-67981234-801", PhoneKind.LANDLINE),
        ("67981234", "67981234", PhoneKind.LANDLINE),
        ("400-123-4567", "4001234567", PhoneKind.SERVICE),
    ],
)
def test_a_number_comes_out_in_one_form(typed: str, number: str, kind: PhoneKind) -> None:
    answer = parse_phone(typed)
    assert isinstance(answer, Phone)
    assert (answer.number, answer.kind) == (number, kind)


def test_whose_number_it_is_stays_with_it() -> None:
    answer = parse_phone("13812345678（儿子）")
    assert isinstance(answer, Phone)
    assert (answer.number, answer.remark) == ("13812345678", "儿子")
    assert "13812345678" not in repr(answer)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "phone.empty"),
        ("无", "phone.empty"),
        ("1.38E+10", "phone.as_number"),
        ("138****5678", "phone.masked"),
        ("1381234567", "phone.mobile_length"),
        ("138123456789", "phone.mobile_length"),
        ("12345", "phone.shape"),
    ],
)
def test_what_is_no_number_is_refused(typed: str, code: str) -> None:
    answer = parse_phone(typed)
    assert isinstance(answer, Reason)
    assert answer.code == code


@pytest.mark.parametrize(
    "cell",
    [
        "13812345678/0371-67981234",
        "13812345678、037167981234",
        "13812345678；0371-67981234",
        "13812345678,(0371)67981234",
        "13812345678 0371-67981234",
        "138 1234 5678 / 0371 6798 1234",
        "13812345678\n0371-67981234",
        "13812345678/13812345678/0371-67981234",
    ],
)
def test_two_numbers_in_a_cell_are_both_kept(cell: str) -> None:
    phones, reasons = parse_phones(cell)
    assert [phone.number for phone in phones] == ["13812345678", "0371-67981234"]
    assert reasons == ()


def test_a_good_number_beside_a_bad_one_is_kept_and_the_bad_one_named() -> None:
    phones, reasons = parse_phones("13812345678、1391234567")
    assert [phone.number for phone in phones] == ["13812345678"]
    assert [reason.code for reason in reasons] == ["phone.mobile_length"]


@given(st.text(max_size=40))
def test_no_cell_of_phones_raises(cell: str) -> None:
    phones, reasons = parse_phones(cell)
    assert phones or reasons


@pytest.mark.parametrize(
    ("typed", "number", "new_energy"),
    [
        ("豫A12345", "豫A12345", False),
        ("豫a·12345", "豫A12345", False),
        ("豫A 1234挂", "豫A1234挂", False),
        ("豫AD12345", "豫AD12345", True),
        ("豫AF1234５", "豫AF12345", True),
        ("豫A12345D", "豫A12345D", True),
    ],
)
def test_plates_of_seven_and_eight(typed: str, number: str, new_energy: bool) -> None:
    assert parse_plate(typed) == Plate(number, new_energy)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "plate.empty"),
        ("豫AO2345", "plate.letters"),
        ("A12345", "plate.shape"),
        ("豫AZ12345", "plate.shape"),
        ("豫A1234567", "plate.shape"),
    ],
)
def test_other_plates_are_refused(typed: str, code: str) -> None:
    answer = parse_plate(typed)
    assert isinstance(answer, Reason)
    assert answer.code == code
