"""A line of the journal is told in words: no codes where a person reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from gezhi.base.actors import ActorKind
from gezhi.base.testing import ROOT
from gezhi.core.journal.words import ACTORS, KEYS, changes_in_words, kind_in_words


def noted(path: Path) -> Iterator[str]:
    """The keys a file gives to `note(changes={…})`."""
    for call in ast.walk(ast.parse(path.read_text())):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "note":
            for given in call.keywords:
                if given.arg == "changes" and isinstance(given.value, ast.Dict):
                    for key in given.value.keys:
                        if isinstance(key, ast.Constant):
                            yield str(key.value)


def test_every_key_an_action_notes_has_words() -> None:
    files = [one for one in (ROOT / "src").rglob("*.py") if "tests" not in one.parts]

    found = {key for one in files for key in noted(one)}

    assert len(found) > 50
    assert found - set(KEYS) == set()


def test_every_kind_of_actor_has_words() -> None:
    assert set(ACTORS) == set(ActorKind)


def test_a_table_is_called_by_its_name() -> None:
    assert kind_in_words("registry.person") == "人员"
    with override("en"):
        assert kind_in_words("registry.person") == "Person"
    assert kind_in_words("") == ""
    assert kind_in_words("retired.table") == "retired.table"


@pytest.mark.parametrize(
    ("label", "changes", "words"),
    [
        ("registry.person", {"fields": ["phone", "name"]}, "字段：联系电话、姓名"),
        ("registry.person", {"fields": ["migrant.permit_no"]}, "字段：证件号码"),
        ("registry.person", {"fields": [], "kept": ["gender"]}, "字段：无；保留的：性别"),
        ("privacy.purpose", {"daily_cap": [100, 40]}, "每日上限（人次）：100 → 40"),
        ("privacy.purpose", {"fields": [["name", "phone"], ["name"]]}, "字段：name、phone → name"),
        ("registry.person", {"state": "left"}, "状态：已迁出"),
        ("staff.rolechange", {"added": ["registry.see_people"]}, "增加的权限：查看人口底数"),
        ("staff.post", {"agreed": True, "to": None}, "同意：是；至：无"),
        ("", {"counts": {"registry.Person": 2}}, "数量：人员 2"),
        ("", {"left": ["registry.Person 12"]}, "未撤回的记录：人员 12"),
        ("", {"something_new": "as it is"}, "something_new：as it is"),
    ],
)
def test_what_was_changed_is_told_in_words(label: str, changes: Any, words: str) -> None:
    assert changes_in_words(changes, label) == words
