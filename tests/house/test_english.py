"""English, the second language: everything people read is said in it, and fits its slots."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module

import pytest
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.utils import translation
from scripts.messages import (
    ENGLISH,
    SOURCE,
    gather,
    in_code_tables,
    in_models,
    in_python,
    in_template,
)
from scripts.translations import read_po

from gezhi.base.areas import areas
from gezhi.base.pages import refusals
from gezhi.base.rights import all_rights
from gezhi.core.journal.actions import verbs

MARKED = re.compile(
    r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|{%\s*blocktrans.*?endblocktrans\w*\s*%}"
    r"|{%\s*trans(?:late)?\s.*?%}|_\((?:\"[^\"]*\"|'[^']*')\)",
    re.DOTALL,
)
IN_THE_OPEN = re.compile("[^<>%{}\"'\n]*[\u4e00-\u9fff][^<>%{}\"'\n]*")
SLOT = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def in_the_open(template: str) -> Iterator[str]:
    """Chinese words of a template that no tag marks for translation."""
    return (found[0].strip() for found in IN_THE_OPEN.finditer(MARKED.sub("", template)))


def test_everything_people_read_is_said_in_english_too() -> None:
    known = read_po(ENGLISH)
    said = gather(SOURCE)

    assert len(said) > 2000
    assert not [sentence for sentence in said if sentence not in known]


def test_nothing_is_written_into_a_page_without_being_marked() -> None:
    pages = sorted(SOURCE.rglob("*.html"))
    bare = {
        (path.name, words)
        for path in pages
        for words in in_the_open(path.read_text())
        if "tests" not in path.parts
    }

    assert len(pages) > 50
    assert bare == {("preferences.html", "中文")}  # the one name said in its own language


def test_words_in_the_open_are_told_from_marked_ones() -> None:
    template = (
        '{% load i18n %}{# 甲 #}{% translate "乙" %}{% include "x" with a=_("丙") %}'
        "{% blocktranslate trimmed %}丁{{ n }}{% endblocktranslate %}<b title='戊'>己 2</b>"
    )

    assert list(in_the_open(template)) == ["戊", "己 2"]


def test_titles_of_what_is_done_and_may_be_done_are_marked() -> None:
    import_module(settings.ROOT_URLCONF)  # with it every action and right is declared
    known = read_po(ENGLISH)
    ours = tuple(f"{area.label}." for area in areas())  # tests declare some of their own
    titles = [str(verb.title) for verb in verbs.values() if verb.code.startswith(ours)]
    titles += [str(right.title) for right in all_rights() if right.code.startswith(ours)]
    titles += [str(area.title) for area in areas()]

    assert len(titles) > 100
    assert not [title for title in titles if title not in known]


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
    codes = 'AGE = code_table(\'GB\', _(\'丑\'), """\n    1 寅 = 卯 辰\n    2 巳 =\n""")\n'
    rules = "from gezhi.base.sentences import _\nWHY = Reason('x', _('子'))\n"
    template = '{% load i18n %}{% translate "己" %}{% include "x" with a=_("庚") %}'

    models = (
        "class Kind(models.TextChoices):\n    ONE = 'one', '辛'\n"
        "class Thing(models.Model):\n    kind = models.CharField('壬', choices=Kind)\n"
        "    class Meta:\n        verbose_name = '癸'\n"
    )

    assert list(in_python(python)) == ["甲乙", "丙\0丁"]
    assert list(in_python(rules)) == ["子"]
    assert list(in_code_tables(codes)) == ["寅", "巳"]
    assert set(in_models(models)) == {"辛", "壬", "癸"}
    assert list(in_template(template)) == ["己", "庚"]


def test_a_reader_of_english_is_refused_in_english() -> None:
    with translation.override("en"):
        page = refusals.broken(RequestFactory().get("/")).content.decode()

    assert "Something went wrong" in page


def test_the_menu_names_lists_in_the_plural_and_their_rows_in_the_singular() -> None:
    lines = [line.title for area in areas() for line in area.menu()]

    with translation.override("en"):
        titles = {str(title) for title in lines}
        assert titles >= {"Posts", "Accounts", "Roles", "Buildings"}
        assert translation.gettext("账号") == "Account"
    with translation.override("zh-hans"):
        assert {str(title) for title in lines} >= {"岗位", "账号", "角色", "楼栋"}


def test_what_is_too_long_is_said_in_our_own_words_in_both_languages() -> None:
    said = {}
    for language in ("zh-hans", "en"):
        with translation.override(language), pytest.raises(ValidationError) as refused:
            forms.CharField(max_length=3).clean("四个字啊")
        with translation.override(language):
            said[language] = refused.value.messages

    assert said == {
        "zh-hans": ["最多 3 个字，现在有 4 个，请删减"],
        "en": ["Ensure this value has at most 3 characters (it has 4)."],
    }
