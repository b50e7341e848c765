"""Numbers of papers, credit codes, phones and plates as they turn up in a subdistrict's sheets."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base.identifier_columns import check_id_numbers, endings_suspect
from gezhi.base.identifiers import (
    PROVINCES,
    Holder,
    IdNumber,
    PaperKind,
    TravelPaper,
    check_character,
    parse_id_number,
    parse_travel_paper,
    plausible_birth,
    tidy_id_number,
)
from gezhi.base.sentences import Reason

VECTORS = ("410172190001010010", "410102194901310026", "410172202002290013", "11010519491231002X")


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    """A valid 18-character number of an invented person."""
    region = draw(st.sampled_from(sorted(PROVINCES))) + f"{draw(st.integers(0, 9999)):04}"
    born = draw(st.dates(date(1880, 1, 1), date(2030, 12, 31)))
    body = f"{region}{born:%Y%m%d}{draw(st.integers(1, 999)):03}"
    return body + check_character(body)


@st.composite
def typed_numbers(draw: st.DrawFn) -> str:
    """A number as somebody might have typed it, right or wrong."""
    number = draw(id_numbers())
    mutation = draw(st.integers(0, 8))
    place = draw(st.integers(0, 17))
    other = draw(st.sampled_from("0123456789Xx* -OI'Ａ９ｘⅩ"))
    return [
        number,
        number.lower(),
        f" '{number} ",
        f"身份证号：{number}",
        number[:place] + other + number[place + 1 :],
        number[:place] + other + number[place:],
        number[:15] + "000",
        number[:6] + number[8:17],
        number[:place],
    ][mutation]


@pytest.mark.parametrize("number", VECTORS)
def test_a_valid_number_is_taken_as_it_stands(number: str) -> None:
    answer = parse_id_number(number)
    assert isinstance(answer, IdNumber)
    assert answer.number == number
    assert answer.birth_date == date.fromisoformat(
        f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    )
    assert answer.holder is Holder.CITIZEN


def test_gender_is_the_parity_of_the_serial() -> None:
    man, woman = parse_id_number("410172190001010010"), parse_id_number("410102194901310026")
    assert isinstance(man, IdNumber)
    assert isinstance(woman, IdNumber)
    assert (man.gender, woman.gender) == ("1", "2")


@given(st.integers(0, 9999))
def test_an_abolished_county_stays_valid_in_the_numbers_it_gave_out(county: int) -> None:
    body = f"41{county:04}19500101001"
    assert isinstance(parse_id_number(body + check_character(body)), IdNumber)


@pytest.mark.parametrize(
    ("region", "holder"),
    [
        ("810000", Holder.HONG_KONG),
        ("820000", Holder.MACAU),
        ("830000", Holder.TAIWAN),
        ("941156", Holder.FOREIGNER),
    ],
)
def test_residence_permits_have_the_same_build(region: str, holder: Holder) -> None:
    body = f"{region}19850315002"
    answer = parse_id_number(body + check_character(body))
    assert isinstance(answer, IdNumber)
    assert answer.holder is holder


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        "'11010519491231002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "身份证号:11010519491231002X",
        "公民身份号码：11010519491231002X",
        "110105 19491231 002X",
        "110105-19491231-002Ⅹ",
        "\ufeff11010519491231002X\u00a0",
    ],
)
def test_what_typing_left_on_a_number_is_cleaned(typed: str) -> None:
    answer = parse_id_number(typed)
    assert isinstance(answer, IdNumber)
    assert answer.number == "11010519491231002X"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "id_no.empty"),
        ("身份证号：", "id_no.empty"),
        ("4.10102E+17", "id_no.as_number"),
        ("410102194901310000.0", "id_no.as_number"),
        ("410102194901310000", "id_no.lost_digits"),
        ("4101**********0026", "id_no.masked"),
        ("41010219490131002", "id_no.length"),
        ("4101021949013100266", "id_no.length"),
        ("41010219490131O026", "id_no.characters"),
        ("990102194901310026", "id_no.region"),
        ("810001194901310026", "id_no.region"),
        ("410102194902300026", "id_no.birth"),
        ("410102000101010026", "id_no.birth"),
        ("410172202102290013", "id_no.birth"),
        ("410102194901310027", "id_no.check"),
    ],
)
def test_a_wrong_number_is_refused_with_its_reason(typed: str, code: str) -> None:
    answer = parse_id_number(typed)
    assert isinstance(answer, Reason)
    assert answer.code == code
    assert answer.sentence.endswith("。")


def test_an_unborn_person_is_refused_on_the_day_of_the_check() -> None:
    answer = parse_id_number("410172202002290013", today=date(2020, 2, 28))
    assert isinstance(answer, Reason)
    assert answer.code == "id_no.future"
    assert isinstance(parse_id_number("410172202002290013", today=date(2020, 2, 29)), IdNumber)


def test_nobody_listed_is_older_than_anybody_has_lived() -> None:
    today = date(2026, 11, 23)
    assert plausible_birth(date(1900, 1, 1), today)
    assert not plausible_birth(date(1899, 12, 31), today)
    assert not plausible_birth(date(1900, 1, 1), date(2031, 1, 1))


def test_a_number_of_somebody_born_before_living_memory_is_refused() -> None:
    number = "41017218991231001"
    answer = parse_id_number(number + check_character(number), today=date(2026, 11, 23))
    assert isinstance(answer, Reason)
    assert answer.code == "id_no.too_old"
    assert isinstance(parse_id_number(number + check_character(number)), IdNumber)


def test_a_fifteen_digit_number_is_refused_with_a_checked_proposal() -> None:
    answer = parse_id_number("110105491231002")
    assert isinstance(answer, Reason)
    assert answer.code == "id_no.fifteen_digits"
    assert answer.proposal == "11010519491231002X"
    assert "11010519491231002X" in answer.sentence


def test_the_old_serials_of_centenarians_get_no_proposal() -> None:
    answer = parse_id_number("110105901231998")
    assert isinstance(answer, Reason)
    assert (answer.code, answer.proposal) == ("id_no.old_centenarian", "")


def test_a_number_never_shows_in_a_repr() -> None:
    assert "1949" not in repr(parse_id_number("11010519491231002X"))
    assert "1949" not in repr(parse_id_number("110105491231002"))


@given(id_numbers(), st.integers(0, 17), st.integers(1, 9))
def test_no_single_wrong_digit_passes(number: str, place: int, step: int) -> None:
    if number[place] == "X":
        wrong = number[:17] + str(step)
    else:
        wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert isinstance(parse_id_number(wrong), Reason)


@given(st.text())
def test_tidying_is_done_once(text: str) -> None:
    assert parse_id_number(text) is not None
    assert tidy_id_number(tidy_id_number(text)).replace(" ", "") is not None


@given(
    st.lists(st.one_of(typed_numbers(), st.none(), st.text(max_size=20)), max_size=12),
    st.none() | st.dates(date(1950, 1, 1), date(2045, 1, 1)),
)
def test_a_column_is_judged_as_its_cells_are(texts: list[str | None], today: date | None) -> None:
    column = pl.Series("id_no", texts, dtype=pl.String)
    suspect = endings_suspect(column.fill_null(""))
    rows = check_id_numbers(column, today=today).to_dicts()
    assert len(rows) == len(texts)
    for text, row in zip(texts, rows, strict=True):
        answer = parse_id_number(text or "", today=today, endings_suspect=suspect)
        expected: tuple[object, ...]
        if isinstance(answer, IdNumber):
            expected = (answer.number, True, None, answer.birth_date, answer.gender, answer.prefix)
        else:
            expected = (tidy_id_number(text or ""), False, answer.code, None, None, None)
            assert row["proposal"] == answer.proposal
        assert (
            row["cleaned"], row["ok"], row["reason"],
            row["birth_date"], row["gender"], row["prefix"],
        ) == expected  # fmt: skip


def test_a_column_that_lost_its_last_digits_is_refused_even_where_the_check_agrees() -> None:
    lost = []
    for offset in range(40):
        body = f"410172{date(1960, 1, 1) + timedelta(days=offset):%Y%m%d}100"
        lost.append(body[:15] + "000")
    true = [
        f"{body}{check_character(body)}" for body in (f"41017219800101{n:03}" for n in range(1, 9))
    ]
    answer = check_id_numbers(pl.Series(lost + true))
    assert endings_suspect(pl.Series(lost + true))
    assert set(answer["reason"][:40]) == {"id_no.lost_digits"}
    assert answer["ok"][40:].all()


def test_one_true_number_ending_in_zeros_is_taken() -> None:
    bodies = (f"41017219500101{serial:03}" for serial in range(100, 1000, 100))
    number = next(body + "0" for body in bodies if check_character(body) == "0")
    assert isinstance(parse_id_number(number), IdNumber)
    assert check_id_numbers(pl.Series([number, *VECTORS]))["ok"].all()


@pytest.mark.parametrize(
    ("kind", "typed", "number"),
    [
        (PaperKind.PASSPORT, "e12345678", "E12345678"),
        (PaperKind.PASSPORT, "EA1234567", "EA1234567"),
        (PaperKind.HK_MACAU_PERMIT, "Ｈ12345678", "H12345678"),
        (PaperKind.HK_MACAU_PERMIT, "M1234567801", "M1234567801"),
        (PaperKind.TAIWAN_PERMIT, "0123 4567", "01234567"),
        (PaperKind.TAIWAN_PERMIT, "0012345601(B)", "0012345601B"),
    ],
)
def test_travel_papers_are_taken_by_their_pattern(kind: PaperKind, typed: str, number: str) -> None:
    answer = parse_travel_paper(kind, typed)
    assert isinstance(answer, TravelPaper)
    assert answer.number == number


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (PaperKind.PASSPORT, "护照"),
        (PaperKind.PASSPORT, "E1"),
        (PaperKind.HK_MACAU_PERMIT, "K12345678"),
        (PaperKind.TAIWAN_PERMIT, "1234567"),
    ],
)
def test_other_shapes_of_travel_papers_are_refused(kind: PaperKind, typed: str) -> None:
    answer = parse_travel_paper(kind, typed)
    assert isinstance(answer, Reason)
    assert answer.code == f"paper.{kind}"
