"""What happened to ladders arrives outside: at least once, in order, signed, and nowhere else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gezhi.base import happenings
from gezhi.base.actors import Actor, ActorKind
from gezhi.base.happenings import Happening
from gezhi.base.ids import least_at, uuid7
from gezhi.base.testing import refused
from gezhi.core.notices.models import Notice
from gezhi.core.staff.models import Role
from gezhi.core.staff.tests import office
from gezhi.engines.webhooks import actions, jobs, outside, queries, rules
from gezhi.engines.webhooks.models import Delivery, Standing, Subscription
from gezhi.engines.webhooks.tests.receiver import Receiver, receiving

pytestmark = pytest.mark.django_db


class Ladders:
    """A history of ladders that are lent out, for these tests."""

    def __init__(self) -> None:
        self.lines: list[Happening] = []

    def kinds(self) -> dict[str, Any]:
        return {"ladders": "借梯子"}

    def between(self, after: UUID, until: UUID, kinds: Any, most: int) -> list[Happening]:
        if "ladders" not in kinds:
            return []
        found = [one for one in self.lines if after < one.id <= until]
        return sorted(found, key=lambda one: one.id)[:most]

    def step(self, subject: UUID, what: str = "moved", *, at: datetime | None = None) -> Happening:
        number = 1 + sum(one.subject_id == subject for one in self.lines)
        line = Happening(
            *(uuid7(), subject, "ladders", what, f"TZ{number}", "out", "lend", number),
            place="410172360001",
            at=at or timezone.now(),
        )
        self.lines.append(line)
        return line


@pytest.fixture
def ladders(monkeypatch: pytest.MonkeyPatch) -> Ladders:
    found = Ladders()
    monkeypatch.setattr(happenings, "_sources", [found])
    return found


@pytest.fixture
def manager(db: None) -> Actor:
    ground = office.ground()
    role = Role.objects.get(code="system_administrator")
    person = office.hire("sys", role.code, ground.office, name="钱系统")
    return office.as_actor(person, at=timezone.now())


@pytest.fixture
def receiver(tmp_path: Path, settings: Any) -> Iterator[Receiver]:
    with receiving(tmp_path) as (found, trusted):
        settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
        settings.WEBHOOK_CA = str(trusted)
        yield found


@pytest.fixture
def subscription(manager: Actor, receiver: Receiver, ladders: Ladders) -> Subscription:
    return subscribe(manager, receiver.url)


def subscribe(manager: Actor, url: str, **more: Any) -> Subscription:
    asked = {"name": "市平台", "kinds": ["ladders"], "whats": happenings.WHATS, **more}
    at = timezone.now() - timedelta(minutes=1)
    return actions.subscribe(url=url, **asked, by=manager, at=at).subscription


def run(subscription: Subscription) -> None:
    """A minute of the clock: read, and send what is due."""
    actions.gather(subscription, timezone.now() + timedelta(seconds=1))
    Delivery.objects.filter(standing=Standing.WAITING).update(next_at=timezone.now())
    actions.send_due(subscription)


def sent(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(body) for _headers, body in receiver.came]


def test_a_step_arrives_as_a_signed_cloud_event(
    subscription: Subscription, receiver: Receiver, ladders: Ladders
) -> None:
    line = ladders.step(uuid7(), "opened")

    run(subscription)

    ((headers, body),) = receiver.came
    told = json.loads(body)
    assert headers["content-type"].startswith("application/cloudevents+json")
    assert {*told} == {
        *("specversion", "id", "source", "type", "subject", "time"),
        *("datacontenttype", "sequence", "data"),
    }
    assert (told["specversion"], told["type"]) == ("1.0", "gezhi.ladders.opened")
    assert (told["id"], headers["webhook-id"]) == (str(line.id), str(line.id))
    assert told["source"] == "urn:gezhi:410172360"
    assert {*told["data"]} == {"kind", "number", "state", "step", "place"}
    secret = rules.secret_shown(queries.secret_of(subscription)).removeprefix("whsec_")
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(base64.b64decode(secret), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert Delivery.objects.get().standing == Standing.ARRIVED


def test_what_is_read_twice_is_sent_once(
    subscription: Subscription, receiver: Receiver, ladders: Ladders
) -> None:
    ladders.step(uuid7())

    for _minute in range(3):
        run(subscription)

    assert len(receiver.came) == 1


def test_a_line_whose_act_ended_late_is_still_told(
    subscription: Subscription, receiver: Receiver, ladders: Ladders
) -> None:
    late = ladders.step(uuid7())
    ladders.lines.remove(late)
    ladders.step(uuid7())
    run(subscription)

    ladders.lines.append(late)
    run(subscription)

    assert str(late.id) in {one["id"] for one in sent(receiver)}


def test_only_what_was_asked_for_is_told(
    manager: Actor, receiver: Receiver, ladders: Ladders
) -> None:
    found = subscribe(manager, receiver.url, whats=["ended"])
    ladders.step(uuid7(), "opened")
    ladders.step(uuid7(), "ended")
    ladders.step(uuid7(), "ended", at=timezone.now() - timedelta(days=400))

    run(found)

    assert [one["type"] for one in sent(receiver)] == ["gezhi.ladders.ended"]


def test_a_receiver_that_fails_is_tried_again_with_the_same_id_and_text(
    subscription: Subscription, receiver: Receiver, ladders: Ladders
) -> None:
    ladders.step(uuid7())
    receiver.answers = lambda number: 500 if number == 1 else 200

    run(subscription)
    waiting = Delivery.objects.get()
    assert (waiting.standing, waiting.tries, waiting.status) == (Standing.WAITING, 1, 500)
    assert waiting.next_at is not None
    assert waiting.next_at > timezone.now() + timedelta(seconds=50)
    run(subscription)

    first, again = receiver.came
    assert first[1] == again[1]
    assert first[0]["webhook-id"] == again[0]["webhook-id"]
    assert Delivery.objects.get().standing == Standing.ARRIVED


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 10**6), moves=st.lists(st.integers(0, 3), min_size=1, max_size=10))
def test_all_arrives_in_order_of_each_subject_however_the_receiver_fails(
    seed: int,
    moves: list[int],
    manager: Actor,
    receiver: Receiver,
    ladders: Ladders,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = random.Random(seed)
    receiver.came.clear()
    ladders.lines.clear()
    Subscription.objects.all().delete()
    monkeypatch.setattr(rules, "STOPS_AFTER", 10_000)
    monkeypatch.setattr(rules, "TRIES", 10_000)
    monkeypatch.setattr(rules, "_WAITS", [0] * 10_000)
    statuses: dict[int, int] = {}
    receiver.answers = lambda number: statuses.setdefault(number, chance.choice((200, 503)))
    found = subscribe(manager, receiver.url)
    subjects = [uuid7() for _each in range(4)]
    for move in moves:
        ladders.step(subjects[move])
        if chance.random() < 0.5:
            run(found)
    for _minute in range(60):
        run(found)
        if not Delivery.objects.exclude(standing=Standing.ARRIVED).exists():
            break

    arrived = [told for number, told in enumerate(sent(receiver), 1) if statuses[number] == 200]
    assert sorted(one["id"] for one in arrived) == sorted(str(one.id) for one in ladders.lines)
    for subject in subjects:
        mine = [one["sequence"] for one in arrived if one["subject"] == str(subject)]
        assert mine == sorted(mine)


def test_a_subject_that_fails_holds_up_itself_alone(
    subscription: Subscription, receiver: Receiver, ladders: Ladders
) -> None:
    stuck, free = uuid7(), uuid7()
    ladders.step(stuck)
    ladders.step(stuck)
    ladders.step(free)
    receiver.answers = lambda number: 500 if number == 1 else 200

    run(subscription)

    assert [one["subject"] for one in sent(receiver)] == [str(stuck), str(free)]
    run(subscription)
    told = [one["sequence"] for one in sent(receiver) if one["subject"] == str(stuck)]
    assert told == ["000001", "000001", "000002"]


def test_what_never_arrives_is_dead_until_it_is_sent_again(
    subscription: Subscription, receiver: Receiver, ladders: Ladders, manager: Actor
) -> None:
    line = ladders.step(uuid7())
    receiver.answers = lambda _number: 500
    for _try in range(rules.TRIES):
        run(subscription)
    dead = Delivery.objects.get()
    assert (dead.standing, dead.next_at) == (Standing.DEAD, None)

    receiver.answers = lambda _number: 200
    assert actions.send_again(rows=[dead], by=manager, at=timezone.now()) == 1
    run(subscription)

    assert Delivery.objects.get().standing == Standing.ARRIVED
    assert {headers["webhook-id"] for headers, _body in receiver.came} == {str(line.id)}


def test_a_stretch_of_time_is_sent_again_with_the_ids_it_had(
    subscription: Subscription, receiver: Receiver, ladders: Ladders, manager: Actor
) -> None:
    lines = [ladders.step(uuid7()) for _each in range(3)]
    run(subscription)
    now = timezone.now()

    number = actions.send_period_again(
        subscription=subscription,
        since=now - timedelta(hours=1),
        until=now + timedelta(seconds=1),
        by=manager,
        at=now,
    )
    run(subscription)

    assert number == 3
    ids = [one["id"] for one in sent(receiver)]
    assert sorted(ids) == sorted(2 * [str(one.id) for one in lines])


def test_a_receiver_that_fails_too_often_is_stopped_and_somebody_told(
    subscription: Subscription, receiver: Receiver, ladders: Ladders, manager: Actor
) -> None:
    receiver.answers = lambda _number: 500
    Subscription.objects.update(failures=rules.STOPS_AFTER - 1)
    subscription.refresh_from_db()
    ladders.step(uuid7())

    run(subscription)

    row = Subscription.objects.get()
    assert row.state == "stopped"
    told = Notice.objects.filter(kind="webhooks.stopped").values_list("account_id", flat=True)
    assert manager.account_id in told
    ladders.step(uuid7())
    jobs.send_events.run(subscription=str(row.pk))
    assert len(receiver.came) == 1
    receiver.answers = lambda _number: 200
    actions.resume(subscription=row, by=manager, at=timezone.now())
    run(Subscription.objects.get())
    assert Delivery.objects.filter(standing=Standing.ARRIVED).count() == 2


def test_a_receiver_that_wants_no_more_is_stopped_at_once(
    subscription: Subscription, receiver: Receiver, ladders: Ladders
) -> None:
    receiver.answers = lambda _number: rules.GONE
    ladders.step(uuid7())

    run(subscription)

    assert Subscription.objects.get().state == "stopped"


def test_a_redirect_leads_nowhere(
    subscription: Subscription, receiver: Receiver, ladders: Ladders
) -> None:
    receiver.answers = lambda _number: 302
    ladders.step(uuid7())

    run(subscription)

    assert len(receiver.came) == 1
    assert Delivery.objects.get().fault == "redirect"


def test_an_address_of_our_own_network_is_never_called(
    manager: Actor, receiver: Receiver, ladders: Ladders, settings: Any
) -> None:
    settings.WEBHOOK_NETWORKS = []
    ladders.step(uuid7())

    run(subscribe(manager, receiver.url))

    assert receiver.came == []
    assert Delivery.objects.get().fault == "closed"


def test_a_name_that_turns_inwards_is_never_called(
    manager: Actor, receiver: Receiver, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOK_NETWORKS = []
    monkeypatch.setattr(outside, "looked_up", lambda host, port: ["127.0.0.1"])

    found = outside.send(f"https://city.example.org:{receiver.port}/", "{}", {})

    assert (found.fault, found.status, receiver.came) == ("closed", None, [])


def test_a_certificate_of_another_is_not_believed(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "looked_up", lambda host, port: ["127.0.0.1"])

    found = outside.send(f"https://city.example.org:{receiver.port}/", "{}", {})

    assert (found.fault, receiver.came) == ("unreachable", [])


def test_a_secret_is_renewed_and_stored_nowhere(subscription: Subscription, manager: Actor) -> None:
    before = queries.secret_of(subscription)

    made = actions.renew_secret(subscription=subscription, by=manager, at=timezone.now())

    assert len(base64.b64decode(made.secret.removeprefix("whsec_"))) == 32
    assert queries.secret_of(made.subscription) != before
    assert made.secret not in repr(made)


@pytest.mark.parametrize("url", ["http://city.example.org/", "https://a:b@city.example.org/"])
def test_a_subscription_goes_to_https_alone(url: str, manager: Actor, ladders: Ladders) -> None:
    with refused("webhooks.wrong_address"):
        subscribe(manager, url)


def test_subscribing_is_for_whoever_manages(ladders: Ladders) -> None:
    with refused("rights.not_held"):
        stranger = Actor(ActorKind.STAFF, "孙样", uuid7())
        subscribe(stranger, "https://city.example.org/")


def test_a_trial_shows_whether_the_way_is_open(
    subscription: Subscription, receiver: Receiver, manager: Actor
) -> None:
    actions.try_out(subscription=subscription, by=manager, at=timezone.now())

    run(subscription)

    assert [one["type"] for one in sent(receiver)] == ["gezhi.webhooks.trial"]
    assert Delivery.objects.get().standing == Standing.ARRIVED


def test_the_smallest_key_of_a_moment_comes_before_all_keys_made_then() -> None:
    before = timezone.now()

    assert least_at(before) <= uuid7() < least_at(before + timedelta(seconds=5))
