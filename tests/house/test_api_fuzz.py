"""Whatever is sent to the API, it answers as its own description says, and never breaks.

A longer run than the suite's: `GEZHI_EXAMPLES=200`, so many requests for each operation, and all
the boundary values of its description besides.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as promised

from gezhi.base.actors import system
from gezhi.base.api import Operation, all_operations
from gezhi.base.areas import declared_rights
from gezhi.base.ids import uuid7
from gezhi.core.staff.models import Account, Post, Role
from gezhi.core.staff.tests import office
from gezhi.wiring.api import described
from gezhi.wiring.wsgi import application

LONGER = "GEZHI_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("GEZHI_EXAMPLES", "6"))
CHECKS = [
    not_a_server_error,
    promised.content_type_conformance,
    promised.status_code_conformance,
    promised.response_headers_conformance,
    promised.response_schema_conformance,
]
DESK = "house.everything"
OPERATIONS = {one.name: one for one in all_operations()}
bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not LONGER,
    database=None,
    phases=[Phase.explicit, Phase.generate] if LONGER else [Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def _closing(environ: Any, start_response: Any) -> list[bytes]:
    """The application, its answer read to the end and closed, as a server does."""
    answer = application(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


schema = schemathesis.openapi.from_dict(described())
schema.app = _closing
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(world: Any) -> Iterator[dict[str, Any]]:
    """Headers and cookies of somebody who holds every right over the whole cell."""
    role = Role.objects.create(
        code="everything", title="样岗", levels=[1], rights=[r.code for r in declared_rights()]
    )
    account = office.account(DESK, name="孙样")
    Post.objects.create(
        account=account, role=role, place=world.ground.office, valid_from=office.START
    )
    cookies = office.come(account).cookies
    token = "a" * 32
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield {
        "headers": {"X-CSRFToken": token, "Host": "localhost"},
        "cookies": {"sessionid": cookies["sessionid"].value, "csrftoken": token},
    }
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@bounded
def test_whatever_is_sent_is_answered_as_described(case: Case, desk: dict[str, Any]) -> None:
    case.call_and_validate(**desk, checks=CHECKS)


@schema.parametrize()
@bounded
def test_whatever_is_sent_about_what_is_there_is_answered_as_described(
    case: Case, desk: dict[str, Any], world: Any
) -> None:
    about_rows(case, world)
    answer = case.call_and_validate(**desk, checks=CHECKS)
    if "{pk}" in case.path:
        assert answer.status_code != 404, "the row is there, and in sight"


def about_rows(case: Case, world: Any) -> None:
    """Let a request be about rows that exist, seen as they are."""
    operation = OPERATIONS[case.operation.definition.raw["operationId"]]
    if operation.rows is not None:
        case.path_parameters["pk"] = str(_row_of(operation, world).pk)
    if operation.guarded:
        case.headers["If-Match"] = "*"
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid7())
    places = {"place": world.inside.grid.pk}
    for known, key in places.items():
        for sent in (case.query, case.body):
            if isinstance(sent, dict) and known in sent:
                sent[known] = str(key)


def _row_of(operation: Operation, world: Any) -> Any:
    assert operation.rows is not None
    model = operation.rows(system(), world.inside.at).model
    rows, spot = model._default_manager.all(), world.inside
    if any(one.name == "account_id" for one in model._meta.concrete_fields):
        # what is its sender's alone is in sight where it is the desk's own
        account = Account.objects.get(username=DESK)
        rows, spot = rows.filter(account_id=account.pk), replace(spot, account=account)
    found = rows.first()
    return found if found is not None else world.sample(model, spot)
