"""Locks and limits; who may hold, grant, agree to and stand in for which post."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.core.staff import rules
from gezhi.core.staff.roles import FIRST_ROLES
from gezhi.core.staff.rules import Attempt, Limit, RoleFacts, Term

T = datetime(2022, 9, 13, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
outcomes = st.sampled_from(
    [rules.GOOD, rules.BAD, rules.LOCKED, rules.LIMITED, rules.CLOSED, rules.LIFTED, rules.SHOWN]
)
tries = st.lists(
    st.builds(Attempt, st.integers(0, 26 * 60).map(lambda minutes: T + minutes * MINUTE), outcomes),
    max_size=40,
)
ROLES = [role.facts for role in FIRST_ROLES]
roles = st.sampled_from(ROLES)
days = st.integers(0, 60).map(lambda n: date(2022, 9, 1) + timedelta(days=n))
terms = st.builds(
    lambda first, length: Term(first, first + timedelta(days=length) if length else None),
    days,
    st.integers(0, 30),
)


def bad(*minutes: int) -> list[Attempt]:
    return [Attempt(T + minute * MINUTE, rules.BAD) for minute in minutes]


# --- locks -----------------------------------------------------------------------------


def test_the_fifth_failure_in_a_row_locks_for_thirty_minutes() -> None:
    attempts = bad(0, 1, 2, 3, 4)

    assert rules.locked_until(attempts[:4], T + 5 * MINUTE, rules.PASSWORD) is None
    assert rules.locked_until(attempts, T + 5 * MINUTE, rules.PASSWORD) == T + 34 * MINUTE
    assert rules.locked_until(attempts, T + 34 * MINUTE, rules.PASSWORD) is None


def test_a_good_sign_in_between_starts_the_count_again() -> None:
    attempts = [*bad(0, 1, 2, 3), Attempt(T + 4 * MINUTE, rules.GOOD), *bad(5, 6, 7, 8)]

    assert rules.locked_until(attempts, T + 9 * MINUTE, rules.PASSWORD) is None


def test_trying_on_during_a_lock_does_not_prolong_it() -> None:
    attempts = [*bad(0, 1, 2, 3, 4), *bad(10, 11, 12, 13, 14, 33)]

    assert rules.locked_until(attempts, T + 33 * MINUTE, rules.PASSWORD) == T + 34 * MINUTE
    assert rules.locked_until(attempts, T + 35 * MINUTE, rules.PASSWORD) is None


def test_failures_of_yesterday_are_forgotten() -> None:
    attempts = [*bad(0, 1, 2, 3), *bad(24 * 60 + 4)]

    assert rules.locked_until(attempts, T + (24 * 60 + 5) * MINUTE, rules.PASSWORD) is None


def test_the_security_administrator_lifts_a_lock_at_once() -> None:
    attempts = [*bad(0, 1, 2, 3, 4), Attempt(T + 6 * MINUTE, rules.LIFTED)]

    assert rules.locked_until(attempts, T + 7 * MINUTE, rules.PASSWORD) is None


def test_signing_in_again_does_not_clear_wrong_codes() -> None:
    wrong = [Attempt(T + n * MINUTE, rules.WRONG_CODE) for n in range(4)]
    attempts = [
        *wrong,
        Attempt(T + 4 * MINUTE, rules.GOOD),
        Attempt(T + 5 * MINUTE, rules.WRONG_CODE),
    ]

    assert rules.locked_until(attempts, T + 6 * MINUTE, rules.SECOND_FACTOR) is not None
    assert rules.locked_until(attempts, T + 6 * MINUTE, rules.PASSWORD) is None


@given(tries, st.integers(0, 27 * 60))
def test_a_lock_always_ends_within_thirty_minutes(attempts: list[Attempt], minute: int) -> None:
    at = T + minute * MINUTE

    until = rules.locked_until(attempts, at, rules.PASSWORD)

    assert until is None or at < until <= at + rules.LOCKED_FOR


@given(tries, st.integers(0, 27 * 60))
def test_nobody_is_locked_by_fewer_than_five_failures(attempts: list[Attempt], minute: int) -> None:
    at = T + minute * MINUTE
    failed = [one for one in attempts if one.outcome in rules.PASSWORD.wrong and one.at <= at]

    if len(failed) < 5:
        assert rules.locked_until(attempts, at, rules.PASSWORD) is None


@given(tries, st.integers(0, 27 * 60))
def test_tries_after_a_moment_do_not_change_what_held_then(
    attempts: list[Attempt], minute: int
) -> None:
    at = T + minute * MINUTE
    known = [one for one in attempts if one.at <= at]

    assert rules.locked_until(attempts, at, rules.PASSWORD) == rules.locked_until(
        known, at, rules.PASSWORD
    )


@given(
    st.lists(st.integers(0, 1200), max_size=60),
    st.integers(0, 1300),
    st.integers(1, 10),
)
def test_a_limit_lets_no_more_through_and_opens_when_it_says(
    seconds: list[int], now: int, most: int
) -> None:
    limit = Limit(most, timedelta(minutes=10))
    moments = [T + timedelta(seconds=second) for second in seconds]
    at = T + timedelta(seconds=now)

    wait = rules.retry_after(moments, at, limit)

    recent = [one for one in moments if at - limit.within < one <= at]
    assert (wait > 0) == (len(recent) >= most)
    past = [one for one in moments if one <= at]
    assert rules.retry_after(past, at + timedelta(seconds=wait), limit) == 0


def test_a_session_left_alone_for_more_than_half_an_hour_is_idle() -> None:
    assert not rules.is_idle(T, T + 30 * MINUTE, minutes=30)
    assert rules.is_idle(T, T + 30 * MINUTE + timedelta(seconds=1), minutes=30)


def test_the_second_factor_is_fresh_for_fifteen_minutes() -> None:
    assert rules.is_second_factor_fresh(T, T + 15 * MINUTE)
    assert not rules.is_second_factor_fresh(T, T + 16 * MINUTE)
    assert not rules.is_second_factor_fresh(None, T)
    assert not rules.is_second_factor_fresh(T + MINUTE, T)


# --- the three administrators ----------------------------------------------------------


@given(roles, st.lists(roles, max_size=4))
def test_an_administrator_holds_nothing_else(role: RoleFacts, held: list[RoleFacts]) -> None:
    if rules.together_reason(role, held) is None:
        others = {one.code for one in held} - {role.code}
        assert not (role.administrator and others)
        assert not any(one.administrator for one in held if one.code != role.code)


@given(st.sampled_from([role for role in ROLES if role.administrator]), roles)
def test_no_role_goes_with_one_of_the_three_whichever_came_first(
    administrator: RoleFacts, other: RoleFacts
) -> None:
    refused = administrator.code != other.code

    assert (rules.together_reason(administrator, [other]) is not None) == refused
    assert (rules.together_reason(other, [administrator]) is not None) == refused


@given(st.sampled_from(["", "system", "security", "audit"]), st.data())
def test_reserved_rights_stay_with_their_one_administrator(
    administrator: str, data: st.DataObject
) -> None:
    every = sorted(
        {"registry.see_people", *rules.COMMON_RIGHTS}.union(*rules.ADMINISTRATOR_RIGHTS.values())
    )
    wanted = set(data.draw(st.lists(st.sampled_from(every), unique=True)))

    if rules.role_rights_reason(administrator, wanted) is None:
        for kind, reserved in rules.ADMINISTRATOR_RIGHTS.items():
            assert kind == administrator or not wanted & reserved
        assert not administrator or "registry.see_people" not in wanted


@pytest.mark.parametrize("role", FIRST_ROLES, ids=lambda role: role.code)
def test_every_first_role_keeps_to_what_may_stand_together(role: object) -> None:
    facts = role.facts  # type: ignore[attr-defined]

    assert rules.role_rights_reason(facts.administrator, facts.rights) is None


# --- posts -----------------------------------------------------------------------------

WORKER, CLERK, SYSTEM = (
    next(role for role in ROLES if role.code == code)
    for code in ("grid_worker_full", "registry_clerk", "system_administrator")
)


def test_nobody_grants_a_post_to_themselves() -> None:
    reason = rules.grant_reason(WORKER, place_level=3, to_oneself=True, held=())

    assert reason is not None
    assert reason.code == "staff.grant_to_oneself"


def test_a_grid_worker_works_in_a_grid_and_not_in_a_community() -> None:
    assert rules.grant_reason(WORKER, place_level=3, to_oneself=False, held=()) is None
    reason = rules.grant_reason(WORKER, place_level=2, to_oneself=False, held=())
    assert reason is not None
    assert reason.code == "staff.wrong_level"


def test_a_second_person_agrees_where_a_role_exports_or_administers() -> None:
    sensitive = {"registry.export"}

    assert rules.needs_second_person(CLERK, sensitive)
    assert rules.needs_second_person(SYSTEM, sensitive)
    assert not rules.needs_second_person(WORKER, sensitive)


def test_whoever_proposes_or_receives_a_post_does_not_agree_to_it() -> None:
    proposer, receiver, third = uuid4(), uuid4(), uuid4()

    for agreer, code in ((proposer, "staff.own_proposal"), (receiver, "staff.agree_to_oneself")):
        reason = rules.second_person_reason(proposer=proposer, decider=agreer, receiver=receiver)
        assert reason is not None
        assert reason.code == code
    for decider in (third, None):
        assert (
            rules.second_person_reason(proposer=proposer, decider=decider, receiver=receiver)
            is None
        )


@given(terms, terms)
def test_two_terms_overlap_when_some_day_lies_in_both(one: Term, other: Term) -> None:
    start = date(2022, 9, 1)
    shared = any(
        one.holds_on(day) and other.holds_on(day)
        for day in (start + timedelta(days=n) for n in range(100))
    )

    assert one.overlaps(other) == other.overlaps(one) == shared


@given(terms, terms, st.booleans(), st.booleans())
def test_an_acting_post_ends_and_lies_within_the_post_it_stands_in_for(
    term: Term, acted_for: Term, same: bool, is_acting: bool
) -> None:
    holder, deputy = uuid4(), uuid4()

    reason = rules.acting_reason(
        term,
        acted_for=acted_for,
        holder=holder,
        deputy=holder if same else deputy,
        is_acting=is_acting,
    )

    if reason is None:
        assert not same
        assert not is_acting
        assert term.end is not None
        for n in range(100):
            day = date(2022, 9, 1) + timedelta(days=n)
            assert not term.holds_on(day) or acted_for.holds_on(day)


@pytest.mark.parametrize(
    ("waiting", "unmovable", "successor", "others", "code"),
    [
        (0, 0, False, False, ""),
        (3, 0, True, False, ""),
        (3, 0, False, True, ""),
        (3, 0, False, False, "staff.handover_needs_successor"),
        (3, 1, True, False, "staff.handover_unfinished"),
    ],
)
def test_the_last_post_is_left_only_once_work_is_handed_over(
    waiting: int, unmovable: int, successor: bool, others: bool, code: str
) -> None:
    reason = rules.leaving_reason(
        waiting=waiting, unmovable=unmovable, has_successor=successor, has_other_posts=others
    )

    assert (reason.code if reason else "") == code
