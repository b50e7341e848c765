"""Passwords: long and mixed enough, not the name, not what everybody tries, not a former one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.core.staff import password_rules as rules

SET = datetime(2022, 6, 1, 8, tzinfo=UTC)
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=140)


def codes(password: str, username: str = "wangwei") -> set[str]:
    return {reason.code for reason in rules.password_reasons(password, username=username)}


@pytest.mark.parametrize("password", ["Yellow7Bicycle", "雨天-带伞3把Yz", "tK4&uv9wmQ"])
def test_a_long_mixed_password_that_says_nothing_is_taken(password: str) -> None:
    assert codes(password) == set()


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("Kq7&xme", "password.short"),
        ("Q7" + "m&" * 64, "password.long"),
        ("yellow7bicycle", "password.kinds"),
        ("YELLOW-BICYCLE", "password.kinds"),
        ("X1wangwei&", "password.username"),
        ("X1iewgnaw&", "password.username"),
        ("WANGWEI88aK", "password.username"),
    ],
)
def test_what_is_wrong_with_a_password_is_named(password: str, reason: str) -> None:
    assert reason in codes(password)


@pytest.mark.parametrize(
    "password",
    [
        "P@ssw0rd1",
        "Admin@123",
        "Abc12345",
        "Qwer1234",
        "Aa123456",
        "Gezhi2022!",
        "1qaz@WSX",
        "Zz111111&&&",
    ],
)
def test_a_password_that_everybody_tries_is_refused(password: str) -> None:
    assert "password.common" in codes(password)


@given(words, st.text("abcdefgh", min_size=3, max_size=10))
def test_a_password_without_reasons_keeps_every_rule(password: str, username: str) -> None:
    if not rules.password_reasons(password, username=username):
        assert 8 <= len(password) <= 128
        assert rules.kinds_in(password) >= 3
        assert username not in password.casefold()


@given(words, words)
def test_the_username_anywhere_in_it_is_always_found(before: str, after: str) -> None:
    assert rules.holds_username(f"{before}WangWei{after}", "wangwei")


@given(st.text("abc123Z&", max_size=30), st.integers(1, 20))
def test_repeating_the_last_character_adds_one_step_at_most(text: str, times: int) -> None:
    longer = rules.steps(text + text[-1:] * times)

    assert rules.steps(text) <= len(text)
    assert rules.steps(text) <= longer <= rules.steps(text) + 1


@given(st.lists(st.integers(0, 40), max_size=12, unique=True), st.integers(0, 40))
def test_exactly_the_last_five_passwords_are_barred(used: list[int], wanted: int) -> None:
    hashes = [str(one) for one in used]

    barred = rules.is_former(str(wanted), hashes, lambda raw, kept: raw == kept)

    assert barred == (wanted in used[:5])


def test_a_password_is_good_for_ninety_days() -> None:
    assert not rules.must_change(SET, SET + timedelta(days=90, seconds=-1))
    assert rules.must_change(SET, SET + timedelta(days=90))
    assert rules.must_change(None, SET)


def test_the_last_week_of_a_password_is_announced() -> None:
    assert rules.days_left(SET, SET + timedelta(days=80)) is None
    assert rules.days_left(SET, SET + timedelta(days=85)) == 5
    assert rules.days_left(SET, SET + timedelta(days=100)) == 0
