"""Every operation of the API names a right, and lets in whom it should."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone

from gezhi.base.actors import Actor, ActorKind, Holding
from gezhi.base.api import Operation, all_operations
from gezhi.base.areas import declared_rights
from gezhi.base.rights import Right, own, within_posting
from gezhi.base.samples import Spot
from gezhi.core.registry.tests.samples import stands_in_a_building
from gezhi.wiring.api import ROOT, described

OPERATIONS = list(all_operations())
SIZE: Counter[str] = Counter()
by_name = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)


@dataclass(frozen=True)
class Asked:
    """How an operation is asked at a spot: about which row, where, with what."""

    address: str
    row: Any = None
    """Whose place decides; None where an operation is about no place."""
    query: Mapping[str, Any] | None = None


def somebody(operation: Operation, world: Any) -> Actor:
    """Somebody at the top of the cell who holds what an operation needs."""
    needed = {operation.right.code, *([operation.sees.code] if operation.sees else [])}
    office = world.ground.office
    post = Holding(uuid4(), "any", "any", office.pk, 1, office.path, "", frozenset(needed))
    account_id = world.inside.account.pk
    now = timezone.now()
    return Actor(ActorKind.STAFF, "孙样", account_id, holdings=(post,), second_factor_at=now)


def asked(operation: Operation, world: Any, spot: Spot) -> Asked:
    address = ROOT + operation.path
    if operation.rows is not None:
        model = operation.rows(somebody(operation, world), spot.at).model
        row = world.sample(model, spot)
        return Asked(address.replace("{uuid:pk}", str(row.pk)), row)
    members = operation.query.model_fields if operation.query else {}
    if "place" in members and "cursor" not in members:
        query = {"place": str(spot.grid.pk)}
        if "metric" in members:
            query["metric"] = members["metric"].annotation.__args__[0]
        return Asked(address, spot.grid, query)
    return Asked(address)


def status_of(
    operation: Operation,
    actor: Any,
    asking: Asked,
    *,
    headers: Mapping[str, str] | None = None,
    body: Any = None,
) -> int:
    """Ask as an actor; whatever it wrote is taken back."""
    factory = RequestFactory(headers={"accept-language": "zh-hans", **(headers or {})})
    request: Any
    if operation.form is not None:
        request = factory.post(asking.address, body or {})
    elif operation.writes:
        request = factory.generic(
            operation.method, asking.address, json.dumps(body or {}), "application/json"
        )
    else:
        request = factory.get(asking.address, dict(asking.query or {}))
    request.actor, request.request_id = actor, "r-1"
    request.resolver_match = match = resolve(asking.address)
    request._dont_enforce_csrf_checks = True
    with transaction.atomic():
        answer = match.func(request, **match.kwargs)
        transaction.set_rollback(True)
    return int(answer.status_code)


def reaches(right: Right, seat: Any, spot: Spot, inside: Spot, row: Any, actor: Any) -> bool:
    """Whether a right held in a seat reaches a row, from where both lie."""
    if right.code not in seat.rights:
        return False
    if right.where is None or row is None:
        return True
    if isinstance(right.where, within_posting):
        here = seat.level <= 3 or stands_in_a_building(row)
        return seat.level == 1 or (here and spot is inside)
    if isinstance(right.where, own):
        return spot is inside
    return right.where.covers(actor, right.code, row)


def seat_holds(operation: Operation, seat: Any) -> bool:
    return (operation.sees or operation.right).code in seat.rights


def verdict(operation: Operation, seat: Any, spot: Spot, inside: Spot, row: Any, actor: Any) -> str:
    """What must come of it: out of sight (404), not yours (403), or let in."""
    can_act = reaches(operation.right, seat, spot, inside, row, actor)
    # a named read may leave rows out by itself: other people's imports
    reads = operation.rows if seat_holds(operation, seat) else None
    if reads is not None and not reads(actor, inside.at).filter(pk=row.pk).exists():
        return "404"
    if operation.sees is None:
        if operation.right.code in seat.rights and operation.rows is None and row is None:
            return "in"
        return "in" if can_act else "404"
    if not reaches(operation.sees, seat, spot, inside, row, actor):
        return "404"
    return "in" if can_act else "403"


def came(status: int) -> str:
    return str(status) if status in (403, 404) or status >= 500 else "in"


@by_name
def test_every_operation_names_a_declared_right(operation: Operation) -> None:
    assert operation.right in declared_rights()
    assert operation.sees is None or operation.sees in declared_rights()


@pytest.mark.django_db
def test_a_stranger_gets_404_from_every_operation(world: Any) -> None:
    stranger = Client()
    for operation in OPERATIONS:
        address = asked(operation, world, world.inside).address
        answer = stranger.generic(operation.method, address, "{}", "application/json")
        assert answer.status_code == 404, operation.name
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
@by_name
def test_an_operation_lets_in_whom_it_should(
    operation: Operation, world: Any, api_seats: Any
) -> None:
    wrong = []
    for spot in (world.inside, world.outside):
        asking = asked(operation, world, spot)
        if asking.row is None and spot is world.outside:
            continue
        where = "inside" if spot is world.inside else "outside"
        for seat in api_seats:
            actor = world.actor(seat)
            expected = verdict(operation, seat, spot, world.inside, asking.row, actor)
            found = came(status_of(operation, actor, asking, headers={"if-match": "*"}))
            SIZE["operation"] += 1
            if found != expected:
                wrong.append(f"{operation.name} {seat} {where}: {found}, not {expected}")
    assert not wrong, "\n".join(wrong)


GUARDED = [one for one in OPERATIONS if one.guarded]


@pytest.mark.django_db
@pytest.mark.parametrize("operation", GUARDED, ids=lambda one: one.name)
def test_a_change_is_held_against_what_was_seen(operation: Operation, world: Any) -> None:
    asking = asked(operation, world, world.inside)
    actor = somebody(operation, world)

    assert status_of(operation, actor, asking) == 428
    assert status_of(operation, actor, asking, headers={"if-match": '"99"'}) == 412
    seen = {"if-match": f'"{asking.row.revision}"'}
    assert status_of(operation, actor, asking, headers=seen) in (200, 422)


@pytest.mark.django_db
@by_name
def test_an_unknown_parameter_is_refused_by_name(operation: Operation, world: Any) -> None:
    asking = asked(operation, world, world.inside)
    actor = somebody(operation, world)
    strange = replace(asking, address=f"{asking.address}?colour=red")

    kind = "application/json" if operation.form is None else "multipart/form-data; boundary=x"
    request: Any = RequestFactory().generic(
        operation.method, strange.address, "{}", kind, headers={"if-match": "*"}
    )
    request.actor, request._dont_enforce_csrf_checks = actor, True
    request.resolver_match = match = resolve(asking.address)
    answer = match.func(request, **match.kwargs)

    assert answer.status_code == 422
    told = json.loads(answer.content)
    assert (told["code"], told["errors"][0]["field"]) == ("api.unknown_parameter", "colour")


# --- what it costs --------------------------------------------------------------------------

LISTS = [one for one in OPERATIONS if one.lists is not None]


@pytest.mark.django_db
@pytest.mark.parametrize("operation", LISTS, ids=lambda one: one.name)
def test_a_list_costs_the_same_for_one_row_or_fifty(operation: Operation, world: Any) -> None:
    actor = somebody(operation, world)
    assert operation.lists is not None
    model = operation.lists(actor, timezone.now()).model
    found = []
    for more in (1, 49):
        for number in range(more):
            spot = world.inside if number % 2 else world.outside
            world.sample(model, replace(spot, person_id=uuid4()))
        asking = Asked(ROOT + operation.path)
        status_of(operation, actor, asking)  # what is read once into memory
        with CaptureQueriesContext(connection) as queries:
            assert status_of(operation, actor, asking) == 200
        found.append([q["sql"] for q in queries if q["sql"].startswith("SELECT")])
    assert len(found[0]) == len(found[1]) == 1, found


# --- what is said about it ------------------------------------------------------------------


@by_name
def test_an_example_is_what_it_is_an_example_of(operation: Operation) -> None:
    from pydantic import TypeAdapter

    if operation.example is not None:
        assert operation.body is not None
        operation.body.model_validate(operation.example)
    if operation.shown is not None:
        text = json.dumps(operation.shown)
        TypeAdapter(operation.answer).validate_json(text, strict=False)


def test_every_operation_is_described_with_its_right_and_its_refusals() -> None:
    paths = described()["paths"]
    told = {
        operation["operationId"]: operation
        for methods in paths.values()
        for operation in methods.values()
    }

    assert set(told) == {operation.name for operation in OPERATIONS}
    for operation in OPERATIONS:
        found = told[operation.name]
        assert found["x-right"] == operation.right.code
        assert {"404", "422", str(operation.status)} <= set(found["responses"])


def test_every_reference_in_the_description_leads_somewhere() -> None:
    document = described()

    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            if isinstance(found := value.get("$ref"), str):
                yield found
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    for reference in set(references(document)):
        here: Any = document
        for step in reference.removeprefix("#/").split("/"):
            here = here[step]


def test_the_size_of_the_matrix(seats: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(  # noqa: T201 - the matrix prints its size
            f"\nmatrix: {len(OPERATIONS)} operations x {len(seats)} seats, in and out of scope: "
            f"{SIZE['operation']} answers in this process"
        )
