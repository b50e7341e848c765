"""What is kept as a sentence is told to each reader in their own language."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext_lazy

from gezhi.base.identifiers import CHECK
from gezhi.base.retelling import retold, to_keep


def test_a_kept_sentence_is_told_in_english_with_its_values() -> None:
    with translation.override("en"):
        said = retold("出生日期与身份证号不符，已按身份证号改为 1949-10-01。")

    assert said.endswith("changed after it to 1949-10-01.")


def test_numbered_places_are_filled_in_order() -> None:
    with translation.override("en"):
        said = retold("与第 7 行是同一对象，以第 9 行为准，本行没有采用。")

    assert said == "The same object as row 7; row 9 counts and this one was not taken."


def test_known_words_within_a_sentence_are_translated_too() -> None:
    with translation.override("en"):
        said = retold("地址已读作“紫兰苑3号楼”：房号前面多余的 0 已去掉；分隔符已统一。")

    assert said.startswith("The address was read as “紫兰苑3号楼”: ")
    assert said.endswith("Zeros before the room number taken out; Separators made uniform.")


def test_a_reader_of_chinese_and_an_unknown_sentence_get_it_as_it_stands() -> None:
    assert retold("只有数量") == "只有数量"
    with translation.override("en"):
        assert retold("这句话谁也没有翻译过") == "这句话谁也没有翻译过"


def test_what_a_rule_says_follows_its_reader() -> None:
    with translation.override("en"):
        assert CHECK.sentence.startswith("The last character of the ID number")
    assert CHECK.sentence.startswith("身份证号末位校验码不对")


def test_what_is_written_down_does_not_depend_on_who_writes_it() -> None:
    with translation.override("en"):
        assert to_keep(gettext_lazy("已读")) == "已读"
        assert str(gettext_lazy("已读")) == "Read"
