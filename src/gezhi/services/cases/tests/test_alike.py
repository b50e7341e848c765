"""Reports that say much the same are offered to whoever files, and nothing is decided."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base.wording import keys_of
from gezhi.core.staff.tests.office import NOON
from gezhi.engines.matters.models import Matter
from gezhi.services.cases import likeness
from gezhi.services.cases.alike_reads import alike
from gezhi.services.cases.tests.conftest import Centre

BRIDGE = "五一桥要拆了建商业廊桥，附近居民都不同意，请政府先听听我们的意见"
AGAIN = "附近居民都不同意拆五一桥，五一桥要拆了建商业廊桥，请先听听我们的意见"
LAMP = "幸福路的路灯坏了三盏，晚上走路看不见，请尽快派人来修理一下"


def test_the_same_in_other_words_is_offered_and_another_matter_is_not() -> None:
    day = timedelta(days=1)

    assert likeness.may_be_same(keys_of(BRIDGE), keys_of(AGAIN), day)
    assert not likeness.may_be_same(keys_of(BRIDGE), keys_of(LAMP), day)


def test_what_was_said_long_before_is_not_offered() -> None:
    assert not likeness.may_be_same(keys_of(BRIDGE), keys_of(BRIDGE), timedelta(days=31))


def test_a_few_words_in_common_are_chance() -> None:
    assert likeness.share(keys_of("路灯坏了"), keys_of("路灯坏了")) == 0


KEYS = st.sets(st.integers(0, 60))


@given(KEYS, KEYS)
def test_likeness_is_a_share_and_the_same_from_both_sides(one: set[int], other: set[int]) -> None:
    assert 0 <= likeness.share(one, other) <= 1
    assert likeness.share(one, other) == likeness.share(other, one)


@pytest.mark.django_db
def test_the_likest_case_in_sight_comes_first(centre: Centre) -> None:
    case = centre.report(None, description=BRIDGE)
    same = centre.report(None, description=BRIDGE, at=NOON - timedelta(days=3))
    like = centre.report(None, description=AGAIN, at=NOON - timedelta(days=2))
    centre.report(None, description=LAMP)
    centre.report(None, description=BRIDGE, at=NOON - timedelta(days=40))

    found = alike(Matter.objects.get(pk=case.matter.pk), Matter.objects.all())

    assert list(found) == [same.matter.pk, like.matter.pk]
    assert alike(Matter.objects.get(pk=case.matter.pk), Matter.objects.none()) == {}
