"""Categories are suggested from what an office's own cases taught, and never decided."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base.testing import queries as counted
from gezhi.core.staff.tests.office import NOON
from gezhi.services.cases import jobs
from gezhi.services.cases.models import Case, Learnt
from gezhi.services.cases.suggesting import Model, from_bytes, parts_of, to_bytes
from gezhi.services.cases.suggesting_lessons import LEAST, fit_to_learn, learn, measure
from gezhi.services.cases.suggesting_reads import examples, suggested
from gezhi.services.cases.tests.conftest import Centre

PLACES = ("东门", "西门", "南门", "北门", "广场")
RUBBISH = [f"{at}垃圾{n}堆没人清运，臭味大" for at in PLACES for n in range(5)]
NOISE = [f"{at}烧烤店音响扰民，半夜{n}点" for at in PLACES for n in range(5)]
LAMPS = [f"{at}第{n}盏路灯不亮" for at in PLACES for n in range(5)]
EXAMPLES = [
    *((text, "e0102") for text in RUBBISH),
    *((text, "e0508") for text in NOISE),
    *((text, "c0118") for text in LAMPS),
]


@pytest.fixture(scope="module")
def model() -> Model:
    return learn(EXAMPLES)


def test_what_was_learnt_is_suggested_for_what_was_never_seen(model: Model) -> None:
    assert model.suggest("小区门口垃圾成堆，没人清")[0] == "e0102"
    assert model.suggest("楼下音响太吵")[0] == "e0508"
    assert model.suggest("路灯坏了不亮") == ["c0118", *model.suggest("路灯坏了不亮")[1:]]


def test_three_are_suggested_and_none_for_signs_never_seen(model: Model) -> None:
    assert len(model.suggest("垃圾")) == 3
    assert model.suggest("qwerty") == []


def test_the_same_cases_teach_the_same_model_bit_for_bit(model: Model) -> None:
    assert to_bytes(learn(EXAMPLES)) == to_bytes(model)


def test_a_stored_model_suggests_what_it_did(model: Model) -> None:
    again = from_bytes(to_bytes(model))

    for text, _topic in EXAMPLES:
        assert again.suggest(text) == model.suggest(text)


def test_a_stored_model_holds_nothing_that_can_be_run() -> None:
    hostile = io.BytesIO()
    np.savez(hostile, parts=np.array([object()], dtype=object))

    with pytest.raises(ValueError, match="allow_pickle"):
        from_bytes(hostile.getvalue())


def test_too_few_cases_teach_nothing() -> None:
    assert fit_to_learn(EXAMPLES[: LEAST - 1]) == []
    assert fit_to_learn(EXAMPLES[:LEAST]) == [], "one category leaves no choice"
    assert fit_to_learn([*EXAMPLES, ("孤例", "e0101")]) == EXAMPLES


def test_quality_is_measured_on_cases_left_out() -> None:
    good = measure(EXAMPLES)
    # the same texts under names that say nothing of them
    shuffled = [(text, f"e{at % 3}") for at, (text, _topic) in enumerate(EXAMPLES)]

    assert (good.cases, good.categories, good.accuracy) == (75, 3, 1.0)
    assert measure(shuffled).accuracy < 0.7


@given(st.text())
def test_a_number_is_a_number_to_the_model(text: str) -> None:
    assert parts_of("13812345678" + text) == parts_of("1" + text)


def closed(centre: Centre, code: str, text: str) -> None:
    case = centre.report(code, description=text)
    Case.objects.filter(pk=case.pk).update(closed_at=NOON)
    type(case.matter).objects.filter(pk=case.matter.pk).update(
        state="closed", ended_at=NOON, due_at=None
    )


@pytest.mark.django_db
def test_before_anything_was_learnt_a_category_s_own_name_is_found(centre: Centre) -> None:
    found = suggested("门口有暴露垃圾，还有店外经营", NOON.date())

    assert {one.code for one in found} == {"0102", "0504"}


@pytest.mark.django_db
def test_the_night_learns_from_closed_cases_and_the_form_asks_little(centre: Centre) -> None:
    for text in RUBBISH:
        closed(centre, "0102", text)
    for text in NOISE:
        closed(centre, "0508", text)
    jobs.learn_categories(NOON)
    suggested("垃圾", NOON.date())

    with counted(2):
        found = suggested("垃圾堆了三天没人清", NOON.date())

    assert found[0].code == "0102"
    assert Learnt.objects.get().cases == len(RUBBISH) + len(NOISE)


@pytest.mark.django_db
def test_a_night_without_news_learns_nothing_anew(centre: Centre) -> None:
    for text in RUBBISH:
        closed(centre, "0102", text)
    jobs.learn_categories(NOON)
    assert not Learnt.objects.exists(), "one category leaves no choice"
    for text in NOISE:
        closed(centre, "0508", text)
    jobs.learn_categories(NOON)
    first = Learnt.objects.get()

    Case.objects.update(closed_at=NOON.replace(year=2021))
    jobs.learn_categories(NOON)

    assert Learnt.objects.get() == first


@pytest.mark.django_db
def test_open_cases_and_those_without_a_category_teach_nothing(centre: Centre) -> None:
    centre.report("0102", description="垃圾")
    closed(centre, "0508", "音响扰民")

    assert examples() == [("音响扰民", "e0508")]
