"""English, the second language: the frame speaks it whole, and every translation fits its slot."""

from __future__ import annotations

import re

from django.test import RequestFactory
from django.utils import translation
from scripts.messages import ENGLISH, SOURCE, gather, in_python, in_template
from scripts.translations import read_po

from gezhi.base.pages import refusals

SLOT = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def test_everything_the_frame_says_is_said_in_english_too() -> None:
    known = read_po(ENGLISH)
    said = gather(SOURCE / "base")

    assert len(said) > 100
    assert not [sentence for sentence in said if sentence not in known]


def test_a_translation_has_the_slots_of_its_sentence() -> None:
    for sentence, english in read_po(ENGLISH).items():
        if sentence:
            wanted = set(SLOT.findall(sentence.partition("\0")[0]))
            for form in english.split("\0"):
                assert set(SLOT.findall(form)) == wanted, sentence


def test_no_chinese_is_left_in_a_translation_but_what_it_quotes() -> None:
    for sentence, english in read_po(ENGLISH).items():
        own_words = re.sub("“[^”]*”", "", english)
        assert not re.search("[\u4e00-\u9fff]", own_words), sentence


def test_sentences_are_found_by_whatever_name_they_are_marked() -> None:
    python = (
        "from django.utils.translation import gettext as _now, ngettext\n"
        "x = _now('甲' '乙'), ngettext('丙', '丁', 2), print('戊')\n"
    )
    template = '{% load i18n %}{% translate "己" %}{% include "x" with a=_("庚") %}'

    assert list(in_python(python)) == ["甲乙", "丙\0丁"]
    assert list(in_template(template)) == ["己", "庚"]


def test_a_reader_of_english_is_refused_in_english() -> None:
    with translation.override("en"):
        page = refusals.broken(RequestFactory().get("/")).content.decode()

    assert "Something went wrong" in page
