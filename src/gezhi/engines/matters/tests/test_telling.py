"""The history of matters as those outside read it: all of it, once, in order, and no people."""

from __future__ import annotations

from dataclasses import astuple

import pytest

from gezhi.base import happenings
from gezhi.base.happenings import Happening
from gezhi.base.ids import uuid7
from gezhi.base.testing import queries as counted
from gezhi.engines.matters.actions import take
from gezhi.engines.matters.tests.conftest import Shed
from gezhi.engines.matters.tests.test_actions import FRIDAY, asked

pytestmark = pytest.mark.django_db


def told_since(key: object, *kinds: str) -> list[Happening]:
    return list(happenings.between(key, uuid7(), kinds or ("ladders",), part=2))  # type: ignore[arg-type]


def test_opening_moving_and_ending_are_told_in_their_order(shed: Shed) -> None:
    before = uuid7()
    matter = asked(shed)
    take(matter, "lend", by=shed.keeper, at=FRIDAY)
    take(matter, "take_back", values={"rungs": 7}, by=shed.colleague, at=FRIDAY)

    told = told_since(before)

    assert [(one.what, one.state, one.step) for one in told] == [
        ("opened", "asked", ""),
        ("moved", "out", "lend"),
        ("ended", "back", "take_back"),
    ]
    assert [one.sequence for one in told] == sorted(one.sequence for one in told)
    assert {one.subject_id for one in told} == {matter.pk}
    assert {one.place for one in told} == {shed.ground.yongle_1.code}
    assert told_since(told[0].id) == told[1:]


def test_nothing_is_told_of_people_or_of_what_they_wrote(shed: Shed) -> None:
    before = uuid7()
    matter = asked(shed, title="孙样的灯泡")
    take(matter, "lend", said="13812345678", by=shed.keeper, at=FRIDAY)

    told = " ".join(str(value) for one in told_since(before) for value in astuple(one))

    assert "13812345678" not in told
    assert "灯泡" not in told
    assert shed.keeper.name not in told


def test_kinds_nobody_asked_for_are_not_read(shed: Shed) -> None:
    before = uuid7()
    asked(shed)

    assert told_since(before, "cases") == []
    assert "ladders" in happenings.kinds()


def test_a_part_of_the_history_is_one_question(shed: Shed) -> None:
    before = uuid7()
    for _each in range(5):
        asked(shed)

    with counted(1):
        assert len(list(happenings.between(before, uuid7(), ["ladders"]))) == 5
