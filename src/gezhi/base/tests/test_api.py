"""What the door for programs promises whatever stands behind it."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from ninja.errors import ValidationError
from pydantic import ValidationError as WrongShape

from gezhi.base import pages as ui
from gezhi.base.api import Changed, Day, Operation, Shape, YesNo
from gezhi.base.api.admission import Admission
from gezhi.base.api.filters import query_of
from gezhi.base.api.listing import cursor_of, key_of
from gezhi.base.api.mounting import SoundJson, mounted, patterns_of
from gezhi.base.api.operations import named
from gezhi.base.api.problems import MEDIA_TYPE, of_status, problem, refused
from gezhi.base.api.shapes import Key, Whole
from gezhi.base.api.tags import is_known, revision_asked, tag_of
from gezhi.base.errors import FieldRefusal, NotAllowed, Refusal, TooMany
from gezhi.base.tests import ladders
from gezhi.base.tests.ladders import BULK_EXPORT, EDIT, SEE, staff

FACTORY = RequestFactory()


def operation(name: str = "lend", **more: Any) -> Operation:
    said: dict[str, Any] = {"right": EDIT, "act": lambda ask: {}, "answer": Shape, **more}
    return Operation(name, said.pop("method", "POST"), said.pop("path", name), "借出", **said)


# --- tags and cursors ------------------------------------------------------------------------


@given(st.binary(), st.integers(0, 10**9 - 1))
def test_a_tag_is_recognised_and_says_which_revision(content: bytes, revision: int) -> None:
    tag = tag_of(content, revision)

    for header in (tag, f'"other", {tag}', "*", f"W/{tag}"):
        assert is_known(FACTORY.get("/", headers={"if-none-match": header}), tag)
    request = FACTORY.get("/", headers={"if-match": f'"none", {tag}'})
    assert revision_asked(request, revision) == revision
    assert revision_asked(FACTORY.get("/", headers={"if-match": "*"}), revision) is None


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40))
def test_whatever_is_held_up_as_a_tag_is_a_match_or_a_refusal(header: str) -> None:
    request = FACTORY.get("/", headers={"if-match": header})

    try:
        found = revision_asked(request, 12)
    except Refusal as refusal:
        found = refusal.status
    assert found in (12, 412, 428) or header.strip() == "*"


@pytest.mark.parametrize(
    "header", ['W/"12"', '"13"', '"12.xyz"', "12", '"1e1"', '"' + "9" * 40 + '"']
)
def test_a_weak_or_foreign_tag_is_no_match(header: str) -> None:
    with pytest.raises(Refusal) as refusal:
        revision_asked(FACTORY.get("/", headers={"if-match": header}), 12)
    assert refusal.value.status == 412


@given(st.uuids())
def test_a_cursor_is_a_key_and_back(key: UUID) -> None:
    assert key_of(cursor_of(key)) == key


@given(
    st.text(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", min_size=22, max_size=22
    )
)
def test_whatever_has_the_form_of_a_cursor_is_one(cursor: str) -> None:
    assert isinstance(key_of(cursor), UUID)


# --- what is sent ----------------------------------------------------------------------------


class Lending(Shape):
    to: str
    on: Day
    ladder: Key
    deposit: YesNo = False
    days: Whole = 1


GOOD: dict[str, Any] = {"to": "王", "on": "2022-09-13", "ladder": str(UUID(int=7))}


def test_a_body_means_one_thing_only() -> None:
    lending = Lending.model_validate(GOOD)

    assert (lending.on, lending.ladder, lending.days) == (date(2022, 9, 13), UUID(int=7), 1)
    assert set(lending.given()) == {"to", "on", "ladder"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"on": "20220913"},
        {"on": "2022-9-13"},
        {"on": "2022-02-30"},
        {"on": 1663027200},
        {"on": None},
        {"ladder": "7"},
        {"ladder": 7},
        {"ladder": "{" + str(UUID(int=7))[1:]},
        {"deposit": 1},
        {"deposit": "yes"},
        {"days": "１"},
        {"days": "1_0"},
        {"days": 1.5},
        {"days": True},
        {"to": 7},
        {"colour": "red"},
    ],
    ids=str,
)
def test_what_only_looks_like_it_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(WrongShape):
        Lending.model_validate(GOOD | wrong)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(json_values)
def test_json_is_read_unless_a_text_in_it_cannot_be_stored(value: Any) -> None:
    request = FACTORY.post("/", json.dumps(value), "application/json")

    def storable(one: Any) -> bool:
        if isinstance(one, str):
            return "\0" not in one and not any("\ud800" <= sign <= "\udfff" for sign in one)
        if isinstance(one, dict):
            return all(storable(k) and storable(v) for k, v in one.items())
        return all(map(storable, one)) if isinstance(one, list) else True

    if storable(value):
        assert SoundJson().parse_body(request) == value
    else:
        with pytest.raises(ValueError, match=r"NUL|surrogates"):
            SoundJson().parse_body(request)


@given(st.binary(max_size=60))
def test_bytes_that_are_no_json_are_a_value_error(content: bytes) -> None:
    request = FACTORY.post("/", content, "application/json")

    with contextlib.suppress(ValueError):
        SoundJson().parse_body(request)


def test_a_lists_parameters_are_its_filters_with_their_types() -> None:
    query = query_of("Ladder", ladders.LadderList.filters)

    found = query.model_json_schema()["properties"]
    assert set(found) == {
        *("limit", "cursor", "place", "q", "state", "tall"),
        *("bought_from", "bought_to", "lent_from", "lent_to"),
    }
    assert found["place"]["format"] == "uuid"
    assert found["bought_to"]["format"] == "date"
    assert found["tall"]["type"] == "boolean"
    assert found["state"]["items"]["enum"] == ["free", "lent"]


# --- refusing --------------------------------------------------------------------------------


def test_a_refusal_is_a_problem_with_its_code_and_fields() -> None:
    fields = [FieldRefusal("to", "请填写借给谁"), FieldRefusal("on", "请填写日期")]
    answer = refused(FACTORY.get("/api/"), Refusal("请补全", "ladders.incomplete", fields=fields))

    assert (answer.status_code, answer["Content-Type"]) == (422, MEDIA_TYPE)
    assert json.loads(answer.content) == {
        "type": "urn:gezhi:problem:ladders.incomplete",
        "title": "没有办成",
        "status": 422,
        "detail": "请补全",
        "code": "ladders.incomplete",
        "errors": [
            {"field": "to", "detail": "请填写借给谁"},
            {"field": "on", "detail": "请填写日期"},
        ],
    }


def test_too_many_says_when_to_come_again() -> None:
    answer = refused(FACTORY.get("/api/"), TooMany("明天再来", "ladders.cap", retry_after=60))

    assert (answer.status_code, answer["Retry-After"]) == (429, "60")


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 412, 413, 415, 418, 428, 500, 503])
def test_every_status_has_a_title(status: int) -> None:
    told = json.loads(of_status(FACTORY.get("/api/"), status).content)

    assert told["status"] == status
    assert told["title"]


def test_a_sentence_that_cannot_be_written_is_still_answered() -> None:
    answer = problem(FACTORY.get("/api/"), 422, "x.y", "半个字 \ud800")

    assert json.loads(answer.content)["detail"].startswith("半个字")


# --- who is let in ---------------------------------------------------------------------------


def ask(one: Operation, actor: Any, **headers: str) -> Any:
    request: Any = FACTORY.generic(
        one.method, "/api/v1/x", "{}", "application/json", headers=headers
    )
    request._dont_enforce_csrf_checks = True
    if actor is not None:
        request.actor = actor
    return Admission(one)(request)


def test_a_stranger_finds_nothing() -> None:
    with pytest.raises(Http404):
        ask(operation(), None)


def test_whoever_does_not_see_finds_nothing_and_whoever_only_sees_may_not() -> None:
    lend = operation(sees=SEE)

    with pytest.raises(Http404):
        ask(lend, staff(ladders.TOWN, 1, EDIT))
    with pytest.raises(NotAllowed):
        ask(lend, staff(ladders.TOWN, 1, SEE))
    assert ask(lend, staff()).actor.origin.channel == "api"


def test_a_right_that_wants_the_second_factor_wants_it_lately() -> None:
    export = operation("export", right=BULK_EXPORT)
    now = timezone.now()

    for shown in (None, now - timedelta(minutes=16)):
        with pytest.raises(NotAllowed) as refusal:
            ask(export, staff(factor_at=shown))
        assert refusal.value.code == "api.second_factor_first"
    assert ask(export, staff(factor_at=now - timedelta(minutes=1))).at >= now


def test_a_key_that_is_none_is_refused_not_passed_over() -> None:
    with pytest.raises(Refusal) as refusal:
        ask(operation(), staff(), **{"idempotency-key": "mine"})
    assert refusal.value.fields[0].field == "Idempotency-Key"


# --- declaring -------------------------------------------------------------------------------


def test_two_operations_neither_share_a_name_nor_an_address() -> None:
    one = operation()

    for twin in (replace(one, path="other"), replace(one, name="other")):
        with pytest.raises(ValueError, match="declared twice"):
            named([one, twin])


def test_what_is_guarded_is_a_row_and_methods_are_few() -> None:
    with pytest.raises(ValueError, match="guarded"):
        operation(guarded=True)
    with pytest.raises(ValueError, match="no method"):
        operation(method="PUT")


def test_operations_become_addresses_of_their_own_names() -> None:
    lend = operation(path="ladders/{uuid:pk}/lend", body=Lending, answer=Changed)

    (found,) = patterns_of(mounted([lend], title="梯子", version="1", about=""))

    assert found.name == "api.lend"
    assert str(found.pattern) == "ladders/<uuidstr:pk>/lend"


def test_wrong_members_are_named_where_they_are() -> None:
    from gezhi.base.api.mounting import _wrong

    wrong = ValidationError(
        [
            {"loc": ("body", "body", "to"), "type": "missing"},
            {"loc": ("body", "body", "items", 0, "on"), "type": "day"},
            {"loc": ("query", "state", 1), "type": "literal_error"},
            {"loc": ("body", "body"), "type": "model_attributes_type"},
        ]
    )

    told = json.loads(_wrong(FACTORY.get("/api/"), wrong).content)

    assert [one["field"] for one in told["errors"]] == ["to", "items.0.on", "state", "body"]
    assert told["errors"][1]["detail"] == "不是日期，请写成 2022-09-13"


def test_a_shape_is_made_in_the_words_of_the_source_whoever_asks_first() -> None:
    """It is made once; documents tell each reader in their own language."""

    def told() -> list[str | None]:
        shape = query_of("Ladders", [ui.YesOrNo("lent", _lazy("状态"))])
        return [field.description for field in shape.model_fields.values()]

    with override("en"):
        first = told()

    assert first == told()
    assert "状态" in first
