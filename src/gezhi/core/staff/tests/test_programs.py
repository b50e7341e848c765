"""A program comes in by its token, as itself, for its purpose, until its day; never as a person."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gezhi.base.actors import Actor
from gezhi.base.errors import NotAllowed, TooMany
from gezhi.base.testing import refused
from gezhi.core.journal.models import JournalLine
from gezhi.core.notices.models import Notice
from gezhi.core.places.models import Place
from gezhi.core.privacy.fields import blind_index
from gezhi.core.privacy.models import AccessEntry, Purpose
from gezhi.core.staff import actions, queries, tokens
from gezhi.core.staff.models import Account, Post, Program, Role
from gezhi.core.staff.program_rules import CALLS_A_MINUTE
from gezhi.core.staff.tests.office import Ground, as_actor, come, hire

pytestmark = pytest.mark.django_db
READS = ("registry.see_people", "registry.see_units", "places.see")
REVEALS = (*READS, "privacy.reveal")


@pytest.fixture
def system(ground: Ground) -> Actor:
    return at_desk(hire("sys", "system_administrator", ground.office, name="钱系统"))


@pytest.fixture
def security(ground: Ground) -> Actor:
    return at_desk(hire("sec", "security_administrator", ground.office, name="孙安全"))


@pytest.fixture
def owner(ground: Ground) -> Account:
    return hire("li.shuju", "registry_clerk", ground.office, name="李数据")


def at_desk(person: Account) -> Actor:
    return as_actor(person, at=timezone.now())


def propose(owner: Account, place: Place, by: Actor, **other: Any) -> Program:
    wish: dict[str, Any] = {
        "name": "数据大屏",
        "purpose": "每小时读取人口数，给街道大屏",
        "owner": owner,
        "role": Role.objects.get(code="grid_worker_full"),
        "place": place,
        "to": READS,
        "reveals_for": "",
        "ends_on": timezone.localdate() + timedelta(days=90),
    }
    return actions.propose_program(**{**wish, **other}, by=by, at=timezone.now())


@pytest.fixture
def program(ground: Ground, owner: Account, system: Actor, security: Actor) -> Program:
    """A program for the first grid of 永乐, agreed to."""
    proposed = propose(owner, ground.yongle_1, system)
    return actions.agree_program(program=proposed, by=security, at=timezone.now())


@pytest.fixture
def token(program: Program, system: Actor) -> str:
    return actions.make_token(program=program, by=system, at=timezone.now()).token


def caller(token: str) -> Client:
    return Client(
        headers={"authorization": f"Bearer {token}", "accept-language": "zh-hans"},
        enforce_csrf_checks=True,
    )


@pytest.fixture
def people(ground: Ground) -> dict[str, Any]:
    """Somebody in the program's grid, and somebody in another."""
    source = apps.get_model("registry.Source").objects.create(
        kind="form", title="页面登记", as_of=date(2022, 9, 6), entered_at=timezone.now(),
        entered_by="李数据",
    )  # fmt: skip

    def register(name: str, grid: Place) -> Any:
        return apps.get_model("registry.Person").objects.create(
            name=name, given=name[1:], pinyin="wang", initials="w", phone="13812345678",
            birth_date=date(1962, 3, 7), population_class="hukou", id_no="410102196203070026",
            id_no_index=blind_index(name, context="id_no"), community=grid.community, grid=grid,
            source=source, touched_by=source, as_of=date(2022, 9, 6),
        )  # fmt: skip

    return {
        "王小三": register("王小三", ground.yongle_1),
        "李四海": register("李四海", ground.zilan_1),
    }


# --- how it comes to be ----------------------------------------------------------------


def test_a_program_takes_two_administrators_and_its_owner_is_told(
    ground: Ground, owner: Account, system: Actor, security: Actor
) -> None:
    proposed = propose(owner, ground.yongle_1, system)
    assert security.account_id in Notice.objects.filter(todo=True).values_list(
        "account_id", flat=True
    )
    with refused("staff.program_waits"):
        actions.make_token(program=proposed, by=system, at=timezone.now())
    with pytest.raises(NotAllowed):
        actions.agree_program(program=proposed, by=system, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Program.objects.update(agreed_by_id=system.account_id)

    agreed = actions.agree_program(program=proposed, by=security, at=timezone.now())

    assert agreed.state == "ready"
    assert Notice.objects.get(account_id=owner.pk).title == "程序已同意：数据大屏"


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"to": ()}, "staff.program_without_rights"),
        ({"to": ("registry.import",)}, "staff.program_beyond_role"),
        ({"to": ("staff.own_account",)}, "staff.program_right_not_offered"),
        ({"ends_on": date(2022, 1, 1)}, "staff.program_end_past"),
        ({"ends_on": date(2999, 1, 1)}, "staff.program_end_far"),
        ({"reveals_for": "visit"}, "staff.program_purpose"),
        ({"reveals_for": "audit", "to": REVEALS}, "staff.program_purpose"),
        ({"name": "  "}, "staff.program_name"),
    ],
)
def test_a_program_gets_no_more_than_its_role_and_a_year(
    ground: Ground, owner: Account, system: Actor, wish: dict[str, Any], code: str
) -> None:
    with refused(code):
        propose(owner, ground.yongle_1, system, **wish)
    assert not Program.objects.exists()


def test_a_program_reaches_no_further_than_who_answers_for_it(
    ground: Ground, owner: Account, system: Actor
) -> None:
    elsewhere = hire("sun", "grid_worker_full", ground.zilan_1, name="孙网格")
    outside = hire("zhou", "counter_clerk", ground.office, name="周窗口")
    auditor = hire("aud", "audit_administrator", ground.office, name="郑审计")

    with refused("staff.program_owner_elsewhere"):
        propose(elsewhere, ground.yongle_1, system)
    with refused("staff.program_beyond_owner"):
        propose(outside, ground.yongle_1, system)
    with refused("staff.program_owner_administers"):
        propose(auditor, ground.yongle_1, system, to=("places.see",))
    assert propose(elsewhere, ground.zilan_1, system).owner == elsewhere


def test_a_program_is_not_agreed_to_once_its_owner_has_left(
    ground: Ground, owner: Account, system: Actor, security: Actor
) -> None:
    proposed = propose(owner, ground.yongle_1, system)
    Post.objects.filter(account=owner).update(valid_to=timezone.localdate())

    with refused("staff.program_owner_elsewhere"):
        actions.agree_program(program=proposed, by=security, at=timezone.now())


def test_a_token_loses_what_its_owner_loses(
    owner: Account, token: str, people: dict[str, Any]
) -> None:
    address = f"/api/v1/people/{people['王小三'].pk}"
    assert caller(token).get(address).status_code == 200
    role = Role.objects.get(code="registry_clerk")
    role.rights = sorted(set(role.rights) - {"registry.see_people"})
    role.save()
    assert caller(token).get(address).status_code == 404

    Post.objects.filter(account=owner).update(valid_to=timezone.localdate())

    answer = caller(token).get(address)
    assert (answer.status_code, answer.json()["code"]) == (401, "api.token_without_owner")


def test_no_program_administers(ground: Ground, owner: Account, system: Actor) -> None:
    role = Role.objects.get(code="audit_administrator")
    with refused("staff.program_administers"):
        propose(owner, ground.office, system, role=role, to=("journal.read",))


def test_what_is_offered_to_programs_never_asks_for_a_second_factor() -> None:
    from gezhi.base.rights import right_named

    offered = queries.rights_for_programs()

    assert {"registry.see_people", "privacy.reveal"} <= offered
    assert not any(right_named(code).second_factor for code in offered)


def test_the_token_is_shown_once_and_lies_nowhere(program: Program, token: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(p::text, '') FROM staff_program p")
        stored = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(l::text, '') FROM journal_journalline l")
        told = cursor.fetchone()[0]

    assert token not in stored
    assert token[6:] not in stored + told


# --- what it may -----------------------------------------------------------------------


def test_it_reads_its_grid_masked_and_nothing_else(token: str, people: Any) -> None:
    answer = caller(token).get("/api/v1/people")

    listed = answer.json()["items"]
    assert [one["name"] for one in listed] == ["王*三"]
    assert listed[0]["id_no"] == "410102********0026"
    away = caller(token).get(f"/api/v1/people/{people['李四海'].pk}")
    assert away.status_code == 404


def test_without_a_purpose_in_its_grant_it_reads_nothing_in_full(
    ground: Ground, owner: Account, system: Actor, security: Actor, people: Any
) -> None:
    Purpose.objects.update(valid_from=date(2022, 1, 1))
    masked, clear = (
        actions.make_token(
            program=actions.agree_program(
                program=propose(
                    owner, ground.yongle_1, system, name=purpose or "无", to=REVEALS,
                    reveals_for=purpose,
                ),
                by=security,
                at=timezone.now(),
            ),
            by=system,
            at=timezone.now(),
        ).token
        for purpose in ("", "visit")
    )  # fmt: skip
    address = f"/api/v1/people/{people['王小三'].pk}/reveal"

    def reveal(token: str, purpose: str) -> Any:
        wish = json.dumps({"fields": ["phone"], "purpose": purpose, "note": "核对"})
        return caller(token).post(address, wish, content_type="application/json")

    assert reveal(masked, "visit").status_code == 403
    assert reveal(clear, "case").status_code == 403
    assert not AccessEntry.objects.exists()
    given = reveal(clear, "visit")

    assert "13812345678" in given.content.decode()
    trace = AccessEntry.objects.get()
    read_by = Program.objects.get(reveals_for="visit")
    assert (trace.actor_name, trace.account_id) == ("visit", read_by.pk)
    assert (trace.channel, trace.purpose_id) == ("api", "visit")


def test_what_it_writes_is_journalled_as_the_program_and_needs_no_csrf_token(
    ground: Ground, owner: Account, system: Actor, security: Actor, people: Any
) -> None:
    wish = propose(owner, ground.yongle_1, system, to=(*READS, "registry.change_people"))
    agreed = actions.agree_program(program=wish, by=security, at=timezone.now())
    token = actions.make_token(program=agreed, by=system, at=timezone.now()).token
    person = people["王小三"]

    answer = caller(token).patch(
        f"/api/v1/people/{person.pk}",
        json.dumps({"remark": "周末在家"}),
        content_type="application/json",
        headers={"if-match": "*"},
    )

    assert answer.status_code == 200, answer.content.decode()
    line = JournalLine.objects.order_by("-pk")[0]
    assert (line.actor_name, line.account_id, line.channel) == ("数据大屏", agreed.pk, "api")
    assert line.post == "永乐社区第一网格 专职网格员"


def test_a_right_the_role_loses_the_program_loses(token: str, people: Any) -> None:
    Role.objects.filter(code="grid_worker_full").update(rights=["places.see"])

    assert caller(token).get("/api/v1/people").status_code == 404


def test_no_page_opens_to_a_token_nor_does_a_session_help_it(
    ground: Ground, token: str, people: Any
) -> None:
    assert caller(token).get("/people/").status_code == 404
    browser = come(hire("head", "grid_chief_l1", ground.office))
    away = f"/api/v1/people/{people['李四海'].pk}"
    assert browser.get(away).status_code == 200

    assert browser.get(away, headers={"authorization": f"Bearer {token}"}).status_code == 404


# --- how it ends -----------------------------------------------------------------------


def problem(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_a_wrong_old_revoked_or_expired_token_is_401_and_says_why(
    program: Program, token: str, system: Actor
) -> None:
    assert problem(caller("gezhi_nonsense").get("/api/v1/people")) == (401, "api.token_unknown")
    newer = actions.make_token(program=program, by=system, at=timezone.now()).token
    assert problem(caller(token).get("/api/v1/people")) == (401, "api.token_unknown")
    assert caller(newer).get("/api/v1/people").status_code == 200

    Program.objects.update(ends_on=timezone.localdate())
    answer = caller(newer).get("/api/v1/people")
    assert problem(answer) == (401, "api.token_expired")
    assert "Bearer" in answer["WWW-Authenticate"]
    Program.objects.update(ends_on=timezone.localdate() + timedelta(days=1))
    actions.revoke_program(program=program, reason="停用大屏", by=system, at=timezone.now())
    assert problem(caller(newer).get("/api/v1/people")) == (401, "api.token_revoked")
    with refused("staff.program_over"):
        actions.make_token(program=program, by=system, at=timezone.now())


def test_it_stops_with_the_account_that_answers_for_it(token: str, owner: Account) -> None:
    Account.objects.filter(pk=owner.pk).update(closed_at=timezone.now())

    told = problem(caller(token).get("/api/v1/people"))

    assert told == (401, "api.token_without_owner")


def test_its_calls_are_counted_and_the_next_minute_is_new(
    program: Program, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "CALLS_A_MINUTE", 3)
    noon = timezone.now().replace(hour=4, minute=0, second=20, microsecond=0)
    origin = as_actor(program.owner).origin
    for _call in range(3):
        tokens.admitted(token, origin=origin, at=noon)
    with pytest.raises(TooMany) as limit:
        tokens.admitted(token, origin=origin, at=noon)
    tokens.admitted(token, origin=origin, at=noon + timedelta(minutes=1))

    assert limit.value.retry_after == 40
    program.refresh_from_db()
    assert program.used_at == noon + timedelta(minutes=1)
    assert CALLS_A_MINUTE > 100


def test_a_refused_program_was_never_there(
    ground: Ground, owner: Account, system: Actor, security: Actor
) -> None:
    proposed = propose(owner, ground.yongle_1, system)

    actions.refuse_program(program=proposed, reason="用途不清", by=security, at=timezone.now())

    assert not Program.objects.exists()
    assert Notice.objects.get(kind="staff.refused").body == "用途不清"


# --- on screen -------------------------------------------------------------------------


def test_from_the_form_to_the_token_on_screen(ground: Ground, owner: Account) -> None:
    first = come(hire("sys2", "system_administrator", ground.office))
    second = come(hire("sec2", "security_administrator", ground.office))

    sent = first.post(
        reverse("staff.new_program"),
        {
            "name": "数据大屏", "purpose": "读人口数", "owner": str(owner.pk),
            "role": "grid_worker_full", "place": str(ground.yongle_1.pk),
            "rights": list(READS), "reveals_for": "",
            "ends_on": (timezone.localdate() + timedelta(days=30)).isoformat(),
        },
    )  # fmt: skip
    program = Program.objects.get()
    assert "待复核" in second.get(sent["Location"]).content.decode()
    second.post(reverse("staff.agree_program", kwargs={"pk": program.pk}))
    shown = first.post(reverse("staff.make_token", kwargs={"pk": program.pk})).content.decode()

    found = shown.split("gezhi_", 1)[1].split("<", 1)[0]
    assert caller(f"gezhi_{found}").get("/api/v1/places").status_code == 200
    listed = second.get(reverse("staff.programs")).content.decode()
    assert "数据大屏" in listed
    assert "api-guide" in listed
