"""Whoever is read, asks or is refused is told the article it stands on."""

from __future__ import annotations

import pytest

from gezhi.core.privacy.grounds import READING, REFUSALS, REQUESTS, refusals_for

GROUNDS = [*READING.values(), *REQUESTS.values(), *REFUSALS.values()]


def test_every_ground_names_a_text_and_says_a_whole_sentence() -> None:
    for ground in GROUNDS:
        assert ground.article.startswith(("《个人信息保护法》第", "GB/T 35273-2020 第"))
        assert ground.sentence.endswith("。")
        assert len(ground.sentence) <= 60


def test_the_seven_bases_of_article_13_are_all_there() -> None:
    items = [ground.article[-2:] for ground in READING.values()]

    assert items == [f"{numeral}项" for numeral in "一二三四五六七"]


def test_each_ground_of_refusal_is_for_requests_that_exist() -> None:
    for ground in REFUSALS.values():
        assert ground.kinds
        assert ground.kinds <= set(REQUESTS)


@pytest.mark.parametrize("kind", sorted(set(REQUESTS) - {"explain"}))
def test_each_request_can_be_refused_to_a_stranger(kind: str) -> None:
    assert "identity" in refusals_for(kind)


def test_an_explanation_of_the_rules_is_never_refused() -> None:
    assert refusals_for("explain") == {}


def test_keeping_by_law_is_no_ground_to_refuse_sight() -> None:
    assert "must_be_kept" in refusals_for("delete")
    assert "must_be_kept" not in refusals_for("view")
