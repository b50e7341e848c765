"""The registries as a program meets them: parts, tags, keys, masks, refusals."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from gezhi.core.journal.models import JournalLine
from gezhi.core.privacy.models import AccessEntry, AccessKind
from gezhi.core.registry.actions.people import change_person
from gezhi.core.registry.models import Person, Shop, Site
from gezhi.core.registry.tests.program import Program, code_of
from gezhi.core.registry.tests.town import CLERK, NOON, Town, build_town, id_number, settled
from gezhi.core.staff.tests import office

pytestmark = pytest.mark.django_db
NUMBER = id_number(7)
PHONE = "13812345678"


@pytest.fixture
def town() -> Town:
    return build_town()


@pytest.fixture
def program(town: Town) -> Program:
    """A full-time worker of the first grid."""
    worker = office.hire("api.worker", "grid_worker_full", town.grids[0], name="李网格")
    return Program(office.come(worker))


@pytest.fixture
def wang(town: Town) -> Person:
    return settled(town.dwellings[0], "王小三", id_no=NUMBER, phone=PHONE)


# --- reading ---------------------------------------------------------------------------------


def test_a_list_is_read_in_parts_that_neither_overlap_nor_leave_out(
    town: Town, program: Program
) -> None:
    people = [settled(town.dwellings[0], f"王小{n}") for n in "一二三四五"]

    first = program.get("people?limit=2")
    found = [one["id"] for one in first.json()["items"]]
    following = first.json()["next"]
    assert f"cursor={following}" in first["Link"]
    while following:
        part = program.get(f"people?limit=2&cursor={following}").json()
        found += [one["id"] for one in part["items"]]
        following = part["next"]

    assert found == sorted(str(person.pk) for person in people)


def test_a_list_narrows_by_typed_parameters(town: Town, program: Program, wang: Person) -> None:
    settled(town.dwellings[1], "赵来客", population_class="migrant")

    def ids(query: str) -> list[str]:
        return [one["id"] for one in program.get(f"people?{query}").json()["items"]]

    assert ids("class=hukou") == [str(wang.pk)]
    assert ids("q=wangxiao") == [str(wang.pk)]
    assert ids(f"dwelling={wang.dwelling_id}&head=true") == [str(wang.pk)]
    assert ids("number=false") != ids("number=true") == [str(wang.pk)]
    assert len(ids("class=hukou&class=migrant")) == 2
    assert len(ids(f"place={town.grids[0].pk}")) == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("class=nobody", "class"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("cursor=short", "cursor"),
        ("head=1", "head"),
        ("verified_from=2022-13-01", "verified_from"),
        ("verified_from=20220901", "verified_from"),
        ("place=nowhere", "place"),
        ("place=00000000-0000-0000-0000-000000000000", "place"),
        ("q=%00", "q"),
        ("colour=red", "colour"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(program: Program, query: str, field: str) -> None:
    answer = program.get(f"people?{query}")

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_nothing_leaves_unmasked_and_looking_is_logged(program: Program, wang: Person) -> None:
    answers = [
        program.get("people"),
        program.get(f"people/{wang.pk}"),
        program.get(f"households/{wang.household_id}"),
        program.send("POST", "search", {"text": "王小"}),
    ]

    for answer in answers:
        told = answer.content.decode()
        assert answer.status_code == 200
        assert "王*三" in told
        assert not any(secret in told for secret in ("王小三", NUMBER, PHONE, "1980-01-01"))
    seen = AccessEntry.objects.get()
    assert (seen.kind, seen.subject_id, seen.channel) == (AccessKind.VIEW, wang.pk, "api")


def test_what_is_known_already_is_not_sent_again(program: Program, wang: Person) -> None:
    tag = program.get(f"people/{wang.pk}")["ETag"]

    again = program.get(f"people/{wang.pk}", If_None_Match=f'"other", {tag}')

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    change_person(person=wang, values={"remark": "周末在家"}, by=CLERK, at=NOON)
    assert program.get(f"people/{wang.pk}", If_None_Match=tag).status_code == 200


def test_personal_fields_in_full_need_a_purpose_and_leave_a_trace(
    program: Program, wang: Person
) -> None:
    asked = {"fields": ["name", "phone"], "purpose": "visit"}

    answer = program.send("POST", f"people/{wang.pk}/reveal", asked)

    assert answer.json()["values"] == {"name": "王小三", "phone": PHONE}
    trace = AccessEntry.objects.get()
    assert (trace.kind, trace.fields, trace.purpose_id) == ("reveal", ["name", "phone"], "visit")


def test_a_purpose_does_not_open_what_it_has_no_need_of(program: Program, wang: Person) -> None:
    answer = program.send(
        "POST", f"people/{wang.pk}/reveal", {"fields": ["id_no"], "purpose": "visit"}
    )

    assert (answer.status_code, code_of(answer)) == (422, "privacy.field_beyond_purpose")
    assert not AccessEntry.objects.exists()


def test_a_reading_takes_no_key(program: Program, wang: Person) -> None:
    asked = {"fields": ["name"], "purpose": "visit"}

    answer = program.send("POST", f"people/{wang.pk}/reveal", asked, Idempotency_Key=str(uuid4()))

    assert (answer.status_code, code_of(answer)) == (422, "api.no_key_here")


def test_a_cap_says_when_to_come_again(
    program: Program, town: Town, wang: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gezhi.core.privacy.actions.reading.OVERALL_CAP", 0)

    answer = program.send("POST", "search", {"text": NUMBER})

    assert (answer.status_code, code_of(answer)) == (429, "privacy.daily_cap")
    assert int(answer["Retry-After"]) > 0


# --- writing ---------------------------------------------------------------------------------


def test_somebody_registered_is_where_the_answer_says(program: Program, town: Town) -> None:
    body = {
        "name": "赵来客",
        "population_class": "migrant",
        "id_no": NUMBER,
        "dwelling": str(town.dwellings[0].pk),
        "kind": "rented",
        "moved_in": "2022-09-01",
    }

    answer = program.send("POST", "people", body)

    assert answer.status_code == 201
    person = program.client.get(answer["Location"]).json()
    assert (person["name"], person["gender"], person["population_class"]) == (
        "赵*客",
        "1",
        "migrant",
    )
    line = JournalLine.objects.get(verb="registry.register_person")
    assert (line.channel, line.actor_name) == ("api", "李网格")
    twice = program.send("POST", "people", body)
    assert (twice.status_code, twice.json()["errors"][0]["field"]) == (422, "id_no")


def test_a_write_sent_twice_is_done_once(program: Program, town: Town) -> None:
    body = {"name": "赵来客", "population_class": "hukou", "dwelling": str(town.dwellings[0].pk)}
    key = str(uuid4())

    answers = [program.send("POST", "people", body, Idempotency_Key=key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Person.objects.count() == 1
    other = program.send("POST", "people", {**body, "name": "钱"}, Idempotency_Key=key)
    assert (other.status_code, code_of(other)) == (409, "journal.key_reused")
    wrong = program.send("POST", "people", body, Idempotency_Key="mine")
    assert (wrong.status_code, code_of(wrong)) == (422, "api.wrong_key")


def test_a_change_is_made_on_the_sight_of_the_present_state(program: Program, wang: Person) -> None:
    path = f"people/{wang.pk}"
    tag = program.get(path)["ETag"]

    assert program.send("PATCH", path, {"remark": "一"}).status_code == 428
    done = program.send("PATCH", path, {"remark": "一"}, If_Match=tag)
    late = program.send("PATCH", path, {"remark": "二"}, If_Match=tag)

    assert (done.status_code, done.json()["changed"]) == (200, ["remark"])
    assert (late.status_code, code_of(late)) == (412, "api.changed_meanwhile")
    assert Person.objects.get().remark == "一"
    again = program.send("PATCH", path, {"remark": ""}, If_Match=f'"{done.json()["revision"]}"')
    assert (again.status_code, Person.objects.get().remark) == (200, "")
    assert program.send("PATCH", path, {"remark": "三"}, If_Match=f"W/{tag}").status_code == 412


def test_somebody_moves_within_out_and_back_in(program: Program, town: Town, wang: Person) -> None:
    path, new = f"people/{wang.pk}", town.dwellings[2]

    steps = [
        ("move", {"dwelling": str(new.pk), "on": "2022-09-13"}),
        ("move-out", {"on": "2022-09-20", "to_text": "开封市"}),
        ("move-in", {"dwelling": str(new.pk), "on": "2022-10-01", "kind": "rented"}),
    ]
    for verb, body in steps:
        revision = Person.objects.get().revision
        answer = program.send("POST", f"{path}/{verb}", body, If_Match=f'"{revision}"')
        assert answer.status_code == 200, answer.content.decode()
        assert answer.json()["revision"] == Person.objects.get().revision

    stays = program.get(f"{path}/stays").json()["items"]
    assert [(one["moved_in"], one["moved_out"]) for one in stays] == [
        ("2022-10-01", None),
        ("2022-09-13", "2022-09-20"),
        ("2020-05-01", "2022-09-13"),
    ]


def test_a_move_that_cannot_be_says_why_at_its_field(
    program: Program, town: Town, wang: Person
) -> None:
    here = {"dwelling": str(wang.dwelling_id), "on": "2022-09-13"}

    answer = program.send("POST", f"people/{wang.pk}/move", here, If_Match="*")

    assert (answer.status_code, code_of(answer)) == (422, "registry.lives_there")
    assert answer.json()["errors"][0]["field"] == "dwelling"


def test_homes_and_units_are_registered_and_changed(program: Program, town: Town) -> None:
    place, building = str(town.grids[0].pk), str(town.buildings[0].pk)
    contact = {"contact": "李样", "phone": "13800005679", "place": place}
    made = {
        "dwellings": {"building": building, "unit": 1, "room": "601", "area": 88.6},
        "enterprises": {"name": "样例机械", "address": "瑞达路", "kind": "company", **contact},
        "shops": {"name": "烩面", "address": "紫兰路", "trade": "catering", **contact},
        "sites": {
            "name": "三期",
            "address": "科学大道",
            "developer": "样例置业",
            "contractor": "样例建工",
            "manager": "赵样",
            "phone": "13800005680",
            "stage": "main",
            "place": place,
        },
    }
    for path, body in made.items():
        answer = program.send("POST", path, body)
        assert answer.status_code == 201, answer.content.decode()
        row = program.client.get(answer["Location"])
        assert row.json()["grid_id"] == place
        changed = program.send(
            "PATCH", f"{path}/{row.json()['id']}", {"remark": "查过"}, If_Match=row["ETag"]
        )
        assert changed.json()["changed"] == ["remark"], changed.content.decode()
    assert program.get("dwellings?building=" + building).json()["items"][-1]["area"] == 88.6
    assert (Shop.objects.get().remark, Site.objects.get().remark) == ("查过", "查过")


def test_out_of_sight_is_404_and_what_is_not_ones_own_403(
    town: Town, program: Program, wang: Person
) -> None:
    abroad = settled(town.dwellings[-1], "钱远方")
    reader = office.hire("api.reader", "counter_clerk", town.communities[0], name="阅读者")
    readers = Program(office.come(reader))

    assert program.get(f"people/{abroad.pk}").status_code == 404
    assert program.get(f"people/{uuid4()}").status_code == 404
    assert readers.get(f"people/{wang.pk}").status_code == 200
    change = readers.send("PATCH", f"people/{wang.pk}", {"remark": "x"}, If_Match="*")
    assert (change.status_code, code_of(change)) == (403, "rights.not_held")
    stranger = Program(Client())
    assert stranger.get(f"people/{wang.pk}").status_code == 404
    assert stranger.get("openapi.json").status_code == 404


# --- what cannot be read ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ("{", 400),
        (b"\xff\xfe", 400),
        ('{"text": "\\u0000"}', 400),
        ('{"text": "\\ud800"}', 400),
        ('{"text": "a", "most": NaN}', 400),
        ('{"text": "a", "most": ' + "9" * 5000 + "}", 400),
        ("[" * 100_000, 400),
        ('{"text": "a", "most": 99999999999999999999}', 422),
        ('{"text": "a", "most": "8"}', 200),
        ('{"text": "a", "most": 1.5}', 422),
        ('{"text": 7}', 422),
        ('{"text": "a", "colour": "red"}', 422),
        ("[]", 422),
        ("null", 422),
    ],
    ids=range(14),
)
def test_what_cannot_be_read_is_a_problem_and_no_fault(
    program: Program, content: str | bytes, status: int
) -> None:
    answer = program.send("POST", "search", content)

    assert answer.status_code == status
    if status >= 400:
        assert answer["Content-Type"] == "application/problem+json"
        assert {"type", "title", "status", "detail", "code"} <= set(answer.json())


def test_the_wrong_kind_of_content_is_refused(program: Program) -> None:
    as_form = program.client.post("/api/v1/search", {"text": "王"})
    no_boundary = program.client.generic("POST", "/api/v1/imports", b"x", "multipart/form-data")

    assert (as_form.status_code, code_of(as_form)) == (415, "api.wrong_content_type")
    assert no_boundary.status_code in (400, 404)
    assert no_boundary["Content-Type"] == "application/problem+json"


def test_an_address_that_is_none_and_a_method_that_is_none_are_problems(program: Program) -> None:
    nowhere, method = program.get("people/xyz"), program.send("DELETE", "people")

    assert (nowhere.status_code, nowhere["Content-Type"]) == (404, "application/problem+json")
    assert (method.status_code, method["Allow"]) == (405, "GET, POST")
    assert program.client.head("/api/v1/people").status_code == 200


def test_a_write_from_another_site_is_refused(program: Program, town: Town, wang: Person) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = program.client.cookies

    answer = Program(browser).send("POST", f"people/{wang.pk}/verify", If_Match="*")

    assert (answer.status_code, code_of(answer)) == (403, "api.csrf")
    browser.cookies["csrftoken"] = "a" * 32
    let_in = Program(browser).send(
        "POST", f"people/{wang.pk}/verify", If_Match="*", X_CSRFToken="a" * 32
    )
    assert let_in.status_code == 200


def test_a_session_that_is_over_is_told_in_json(program: Program) -> None:
    program.client.cookies["sessionid"] = "gone"

    answer = program.get("people")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
