"""Programs read, report and move cases, as far as their rights reach."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from gezhi.core.privacy.opening import plain_field
from gezhi.engines.matters.models import Matter
from gezhi.services.cases.models import Case, Source
from gezhi.services.cases.tests.conftest import Centre
from gezhi.services.cases.tests.programs import caller, token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(centre: Centre) -> Client:
    return caller(token_of(centre, centre.ground.office))


def send(program: Client, path: str, body: Any, **headers: str) -> Any:
    return program.post(
        f"/api/v1/{path}",
        json.dumps(body),
        "application/json",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


REPORT = {
    "description": "路灯不亮，联系 13812345678",
    "address": "紫兰苑 3号楼",
    "category": "e0102",
    "reporter": "孙样",
    "phone": "13812345678",
}


def test_a_report_by_a_program_opens_a_case(program: Client) -> None:
    answer = send(program, "cases", REPORT)

    assert answer.status_code == 201, answer.content
    case = Case.objects.select_related("matter").get(matter__number=answer.json()["number"])
    assert (case.source, case.matter.topic) == (Source.PROGRAM, "e0102")
    assert plain_field(case, "reporter_phone") == "13812345678"
    assert answer["Location"] == f"/api/v1/cases/{case.pk}"


def test_a_report_sent_again_with_its_key_is_one_case(program: Client) -> None:
    key = str(uuid4())

    first = send(program, "cases", REPORT, idempotency_key=key)
    again = send(program, "cases", REPORT, idempotency_key=key)

    assert first.json() == again.json()
    assert Case.objects.count() == 1


def test_a_report_without_a_place_or_of_no_category_is_refused_by_field(program: Client) -> None:
    nowhere = send(program, "cases", {"description": "脏"})
    unknown = send(program, "cases", {**REPORT, "category": "e9999"})

    assert (nowhere.status_code, nowhere.json()["errors"][0]["field"]) == (422, "address")
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "category")


def test_what_a_reporter_wrote_leaves_masked_and_who_they_are_not_at_all(program: Client) -> None:
    made = send(program, "cases", REPORT).json()

    told = program.get(f"/api/v1/cases/{made['id']}")

    assert "13812345678" not in told.content.decode()
    assert "孙样" not in told.content.decode()
    assert told.json()["number"] == made["number"]


def test_a_case_that_did_not_move_is_not_sent_again(program: Client, centre: Centre) -> None:
    case = centre.report()
    first = program.get(f"/api/v1/cases/{case.pk}")

    again = program.get(f"/api/v1/cases/{case.pk}", headers={"if-none-match": first["ETag"]})

    assert first["ETag"].startswith('"1.')
    assert again.status_code == 304


def test_a_program_in_one_grid_does_not_see_another(centre: Centre) -> None:
    case = centre.report()
    elsewhere = caller(token_of(centre, centre.ground.zilan_1))

    assert elsewhere.get(f"/api/v1/cases/{case.pk}").status_code == 404
    assert elsewhere.get("/api/v1/cases").json()["items"] == []


def test_a_list_comes_in_parts_that_follow_each_other(program: Client, centre: Centre) -> None:
    numbers = [centre.report().matter.number for _each in range(5)]

    first = program.get("/api/v1/cases?limit=3")
    second = program.get(first["Link"].partition(">")[0].removeprefix("<"))

    told = [one["number"] for answer in (first, second) for one in answer.json()["items"]]
    assert told == numbers
    assert second.json()["next"] is None


def test_a_list_is_narrowed_by_state_and_by_the_day_of_the_last_step(
    program: Client, centre: Centre
) -> None:
    centre.report()
    tomorrow = timezone.localdate() + timedelta(days=1)

    assert len(program.get("/api/v1/cases?state=reported").json()["items"]) == 1
    assert program.get("/api/v1/cases?state=closed").json()["items"] == []
    assert program.get(f"/api/v1/cases?moved_from={tomorrow}").status_code in (200, 422)


def test_a_step_needs_the_revision_that_was_seen(program: Client, centre: Centre) -> None:
    case = centre.report()
    step = {"step": "file", "values": {"category": str(case.category_id)}}

    assert send(program, f"cases/{case.pk}/steps", step).status_code == 428
    assert send(program, f"cases/{case.pk}/steps", step, if_match='"7"').status_code == 412
    answer = send(program, f"cases/{case.pk}/steps", step, if_match='"1"')

    assert answer.status_code == 200, answer.content
    now = Matter.objects.get(pk=case.pk)
    assert (answer.json()["state"], answer.json()["revision"]) == (now.state, now.revision)
    assert now.revision > 1


def test_a_case_that_stands_elsewhere_answers_where(program: Client, centre: Centre) -> None:
    case = centre.report()

    answer = send(program, f"cases/{case.pk}/steps", {"step": "accept"}, if_match="*")

    assert answer.status_code == 409
    assert answer.json()["errors"] == [{"field": "state", "detail": "reported"}]


def test_a_step_whose_values_are_wrong_names_them(program: Client, centre: Centre) -> None:
    case = centre.report()
    step = {"step": "file", "values": {"category": "no", "colour": "red"}}

    answer = send(program, f"cases/{case.pk}/steps", step, if_match="*")

    assert answer.status_code == 422
    named = {one["field"] for one in answer.json()["errors"]}
    assert named == {"values.category", "values.colour"}
    assert Matter.objects.get(pk=case.pk).revision == 1


def test_a_step_is_for_programs_that_hold_its_right(centre: Centre) -> None:
    case = centre.report()
    reader = caller(token_of(centre, centre.ground.office, ("cases.see", "cases.see_here")))
    step = {"step": "file", "values": {"category": str(case.category_id)}}

    assert send(reader, f"cases/{case.pk}/steps", step, if_match="*").status_code == 403


def test_the_history_tells_posts_and_no_names(program: Client, centre: Centre) -> None:
    case = centre.report()
    send(
        program,
        f"cases/{case.pk}/steps",
        {"step": "file", "values": {"category": str(case.category_id)}},
        if_match="*",
    )

    items = program.get(f"/api/v1/cases/{case.pk}/history").json()["items"]

    assert [one["step"] for one in items][:2] == ["", "file"]
    assert "by" not in items[0]


def test_the_catalogue_is_told_with_the_codes_a_report_takes(program: Client) -> None:
    answer = program.get("/api/v1/cases/categories?limit=200&nature=event")

    assert "e0102" in {one["category"] for one in answer.json()["items"]}


def test_figures_are_told_within_the_posts_of_who_asks(centre: Centre) -> None:
    office = caller(token_of(centre, centre.ground.office))
    grid = caller(token_of(centre, centre.ground.yongle_1))

    whole = office.get("/api/v1/cases/figures?period=year&day=2022-09-13").json()
    assert whole["lines"][0]["figures"][0]["code"]
    assert (whole["first"], whole["last"]) == ("2022-01-01", "2022-12-31")
    assert grid.get("/api/v1/cases/figures").status_code == 422
    inside = grid.get("/api/v1/cases/figures?by=grid").json()["lines"]
    assert [one["key"] for one in inside] == [str(centre.ground.yongle_1.pk)]
