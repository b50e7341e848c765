"""GeoReport v2 as a client of its own reads it, in both formats; what strangers are not told."""

from __future__ import annotations

import json
import string
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gezhi.core.privacy.opening import plain_field
from gezhi.engines.matters.models import Matter
from gezhi.services.cases.models import Case, State
from gezhi.services.cases.open311 import formats, rules
from gezhi.services.cases.tests.conftest import Centre
from gezhi.services.cases.tests.programs import caller, token_of

SERVICE = {
    *("service_code", "service_name", "description", "metadata"),
    *("type", "keywords", "group"),
}
REQUEST = {
    *("service_request_id", "status", "status_notes", "service_name", "service_code"),
    *("description", "agency_responsible", "service_notice", "requested_datetime"),
    *("updated_datetime", "expected_datetime", "address", "address_id", "zipcode"),
    *("lat", "long", "media_url"),
}
BOTH = pytest.mark.parametrize("how", ["json", "xml"])
database = pytest.mark.django_db


class Reader:
    """A client that knows the standard and nothing of us: rows of plain texts from either."""

    def __init__(self, client: Client, how: str) -> None:
        self.client, self.how = client, how

    def rows(self, path: str, root: str, item: str, **query: Any) -> list[dict[str, str | None]]:
        answer = self.client.get(f"/open311/v2/{path}.{self.how}", query)
        assert answer.status_code == 200, answer.content
        return self.read(answer, root, item)

    def read(self, answer: Any, root: str, item: str) -> list[dict[str, str | None]]:
        if self.how == "json":
            assert answer["Content-Type"] == "application/json; charset=utf-8"
            found = json.loads(answer.content)
            assert isinstance(found, list)
            return [{name: self.plain(value) for name, value in one.items()} for one in found]
        assert answer["Content-Type"] == "text/xml; charset=utf-8"
        assert answer.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
        top = ElementTree.fromstring(answer.content)
        assert top.tag == root
        assert {one.tag for one in top} <= {item}
        return [{inner.tag: inner.text for inner in one} for one in top]

    def plain(self, value: Any) -> str | None:
        if isinstance(value, bool):
            return str(value).lower()
        return None if value is None else str(value)

    def requests(self, **query: Any) -> list[dict[str, str | None]]:
        return self.rows("requests", "service_requests", "request", **query)


def stranger(how: str = "json") -> Reader:
    return Reader(Client(headers={"accept-language": "zh-hans"}), how)


@pytest.fixture
def case(centre: Centre) -> Case:
    """Rubbish that was filed today, seen on site, at a point."""
    found = centre.report(at=timezone.now(), lon=113.541234, lat=34.801234)
    Matter.objects.filter(pk=found.pk).update(state=State.HANDLING)
    return found


@database
@BOTH
def test_discovery_names_the_endpoint_and_its_formats(how: str, centre: Centre) -> None:
    answer = Client().get(f"/open311/discovery.{how}")

    if how == "json":
        endpoint = answer.json()["endpoints"][0]
        url, kinds = endpoint["url"], endpoint["formats"]
    else:
        top = ElementTree.fromstring(answer.content)
        assert top.tag == "discovery"
        url = top.findtext("endpoints/endpoint/url")
        kinds = [one.text for one in top.findall("endpoints/endpoint/formats/format")]
    assert url == "http://testserver/open311/v2"
    assert kinds == ["text/xml", "application/json"]


@database
@BOTH
def test_services_have_the_members_of_the_standard(how: str, centre: Centre) -> None:
    found = stranger(how).rows("services", "services", "service")

    assert all({*one} == SERVICE for one in found)
    assert {one["type"] for one in found} <= {"realtime", "batch", "blackbox"}
    assert {one["metadata"] for one in found} == {"false"}
    assert "e0102" in {one["service_code"] for one in found}


@database
def test_services_that_could_tell_of_a_person_are_for_programs(centre: Centre) -> None:
    program = Reader(caller(token_of(centre, centre.ground.office)), "json")

    public = {one["service_code"] for one in stranger().rows("services", "", "")}
    known = {one["service_code"] for one in program.rows("services", "", "")}

    assert public < known
    assert not [one for one in public if str(one).startswith("e21")]


@database
@BOTH
def test_a_service_asks_nothing_more(how: str, centre: Centre) -> None:
    answer = Client().get(f"/open311/v2/services/e0102.{how}")

    if how == "json":
        assert answer.json() == {"service_code": "e0102", "attributes": []}
    else:
        top = ElementTree.fromstring(answer.content)
        assert (top.tag, top.findtext("service_code")) == ("service_definition", "e0102")
    assert Client().get(f"/open311/v2/services/x9.{how}").status_code == 404


@database
@BOTH
def test_requests_have_the_members_of_the_standard(how: str, case: Case) -> None:
    (found,) = stranger(how).requests()

    assert {*found} == REQUEST
    assert found["service_request_id"] == case.matter.number
    assert (found["status"], found["service_code"]) == ("open", "e0102")
    for name in ("requested_datetime", "updated_datetime"):
        assert datetime.fromisoformat(str(found[name])).tzinfo is not None
    (one,) = stranger(how).rows(f"requests/{case.matter.number}", "service_requests", "request")
    assert one == found


@database
def test_strangers_read_no_words_and_no_point(case: Case) -> None:
    (found,) = stranger().requests()

    assert found["description"] is None
    assert "3号楼" not in str(found["address"])
    assert (float(str(found["long"])), float(str(found["lat"]))) == rules.coarse(
        113.541234, 34.801234
    )
    assert float(str(found["lat"])) != 34.801234


@database
@pytest.mark.parametrize("state", [State.REPORTED, State.VERIFYING, State.VOIDED])
def test_strangers_do_not_read_what_nobody_has_found_true(case: Case, state: str) -> None:
    Matter.objects.filter(pk=case.pk).update(state=state)

    assert stranger().requests() == []
    answer = Client().get(f"/open311/v2/requests/{case.matter.number}.xml")
    assert answer.status_code == 404


@database
def test_a_program_reads_what_its_rights_reach_in_full(case: Case, centre: Centre) -> None:
    near = Reader(caller(token_of(centre, centre.ground.yongle_1)), "json")
    far = Reader(caller(token_of(centre, centre.ground.zilan_1)), "json")

    (found,) = near.requests()

    assert (found["lat"], found["description"]) == ("34.801234", "楼下垃圾没人清")
    assert far.requests() == []


@database
def test_requests_are_asked_for_by_number_service_time_and_status(case: Case) -> None:
    read, now = stranger(), timezone.now()
    yesterday = (now - timedelta(days=1)).astimezone(UTC).isoformat(timespec="seconds")
    old = {"end_date": "2015-01-01T00:00:00Z", "start_date": "2014-12-01T00:00:00Z"}

    assert len(read.requests(service_request_id=case.matter.number, **old)) == 1
    assert len(read.requests(service_code="e0101,e0102", status="open")) == 1
    assert len(read.requests(start_date=yesterday)) == 1
    assert read.requests(**old) == []
    assert read.requests(status="closed") == []
    assert read.requests(service_code="e0101") == []
    assert read.requests(page_size=1, page=2) == []


@database
def test_a_closed_case_is_a_closed_request_that_expects_nothing(case: Case) -> None:
    Matter.objects.filter(pk=case.pk).update(
        state=State.CLOSED, ended_at=timezone.now(), due_at=None
    )

    (found,) = stranger().requests(status="closed")

    assert (found["status"], found["expected_datetime"]) == ("closed", None)
    assert "已办结" in str(found["status_notes"])


@database
def test_a_list_of_many_costs_what_a_list_of_one_costs(case: Case, centre: Centre) -> None:
    read, found = stranger(), []
    read.requests()  # what is read once into memory
    for more in (0, 12):
        for _each in range(more):
            centre.report(at=timezone.now())
        Matter.objects.update(state=State.HANDLING, unit_id=centre.cleaning.pk)
        with CaptureQueriesContext(connection) as queries:
            number = len(read.requests())
        found.append([one["sql"] for one in queries if one["sql"].startswith("SELECT")])

    assert number == 13
    assert len(found[0]) == len(found[1]) == 3, found


WRONG = [
    ("requests.{}", {"status": "new"}, 400),
    ("requests.{}", {"start_date": "yesterday"}, 400),
    ("requests.{}", {"page_size": "1001"}, 400),
    ("requests.{}", {"api_key": "gezhi_x"}, 400),
    ("requests.{}", {"jurisdiction_id": "chicago"}, 404),
    (
        "requests.{}",
        {"start_date": "2022-01-01T00:00:00Z", "end_date": "2022-09-01T00:00:00Z"},
        400,
    ),
    ("requests/GZ1.{}", {}, 404),
    ("tokens/abc.{}", {}, 404),
]


@database
@BOTH
@pytest.mark.parametrize(("path", "query", "status"), WRONG)
def test_errors_are_the_standards_list(
    path: str, query: dict[str, str], status: int, how: str, centre: Centre
) -> None:
    answer = Client().get(f"/open311/v2/{path.format(how)}", query)

    assert answer.status_code == status
    (error,) = Reader(Client(), how).read(answer, "errors", "error")
    assert error["code"] == str(status)
    assert error["description"]


@database
@BOTH
def test_a_wrong_token_is_403_in_both_formats(how: str, centre: Centre) -> None:
    reading = Client(headers={"authorization": "Bearer gezhi_no"}).get(
        f"/open311/v2/services.{how}"
    )
    writing = Client().post(f"/open311/v2/requests.{how}", {"service_code": "e0102"})

    assert (reading.status_code, writing.status_code) == (403, 403)
    assert Reader(Client(), how).read(writing, "errors", "error")[0]["code"] == "403"


SENT = {
    "service_code": "e0102",
    "lat": "34.80",
    "long": "113.54",
    "address_string": "紫兰苑 3号楼",
    "description": "垃圾 <堆> & 13812345678",
    "first_name": "样",
    "last_name": "孙",
    "phone": "13812345678",
    "email": "sun@example.org",
    "media_url": "http://10.0.0.1/secret.jpg",
}


@database
@BOTH
def test_a_request_is_reported_and_its_reporter_sealed(how: str, centre: Centre) -> None:
    token = token_of(centre, centre.ground.office)

    answer = Client(enforce_csrf_checks=True).post(
        f"/open311/v2/requests.{how}", {**SENT, "api_key": token}
    )

    assert answer.status_code == 201, answer.content
    (made,) = Reader(Client(), how).read(answer, "service_requests", "request")
    assert {*made} == {"service_request_id", "service_notice", "account_id"}
    case = Case.objects.select_related("matter").get(matter__number=str(made["service_request_id"]))
    assert (case.source, case.lat) == ("program", 34.8)
    assert plain_field(case, "reporter_phone") == "13812345678"
    assert "孙样" in plain_field(case, "reporter")
    assert "http://10.0.0.1/secret.jpg" in case.description
    (read,) = Reader(caller(token), how).rows(
        f"requests/{case.matter.number}", "service_requests", "request"
    )
    assert "13812345678" not in str(read["description"])
    assert "<堆> &" in str(read["description"])
    (token_row,) = Reader(caller(token), how).rows(
        f"tokens/{case.pk}", "service_requests", "request"
    )
    assert token_row["service_request_id"] == case.matter.number


@database
@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"service_code": ""}, 400),
        ({"service_code": "e9999"}, 404),
        ({"lat": "", "long": "", "address_string": ""}, 400),
        ({"lat": ""}, 400),
        ({"lat": "nan"}, 400),
        ({"lat": "-34"}, 400),
        ({"description": "\0"}, 201),
    ],
)
def test_what_is_wrong_with_a_report_is_said(
    changed: dict[str, str], status: int, centre: Centre
) -> None:
    sent = {**SENT, "api_key": token_of(centre, centre.ground.office), **changed}

    assert Client().post("/open311/v2/requests.json", sent).status_code == status


@database
def test_a_reader_without_the_right_does_not_report(centre: Centre) -> None:
    token = token_of(centre, centre.ground.office, ("cases.see", "cases.see_here"))

    assert Client().post("/open311/v2/requests.json", {**SENT, "api_key": token}).status_code == 403
    assert Case.objects.count() == 0


# --- rules ---------------------------------------------------------------------------------


def texts() -> st.SearchStrategy[str]:
    return st.text(st.one_of(st.characters(), st.sampled_from(string.printable + "\0\x0b\ufffe")))


@given(texts())
def test_whatever_people_write_is_well_formed_xml(text: str) -> None:
    answer = formats.answer("xml", "service_requests", "request", [{"description": text}])

    (found,) = ElementTree.fromstring(answer.content).iter("description")
    assert len(found.text or "") == len(text.replace("\r\n", "\n"))


MAYBE = st.none() | st.datetimes(timezones=st.just(UTC))


@given(MAYBE, MAYBE)
def test_a_window_is_never_wider_than_90_days(start: Any, end: Any) -> None:
    found = rules.window(start, end, datetime(2022, 9, 13, tzinfo=UTC))

    if found is None:
        return
    assert found.until - found.since <= rules.LONGEST
    assert start is None or found.since == start
    assert end is None or found.until == end


@given(st.floats(73, 136), st.floats(3, 54))
def test_a_coarse_point_is_the_same_for_its_whole_cell(lon: float, lat: float) -> None:
    east, north = rules.coarse(lon, lat)

    assert abs(east - lon) < 0.0004
    assert abs(north - lat) < 0.0003
    assert rules.coarse(east, north) == (east, north)
