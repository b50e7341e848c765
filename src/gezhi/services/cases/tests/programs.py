"""A program with a token, for the tests of what programs are answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from gezhi.core.privacy.fields import blind_index
from gezhi.core.staff.actions.programs import TOKEN_CONTEXT
from gezhi.core.staff.models import Post, Program, Role
from gezhi.core.staff.tests import office
from gezhi.services.cases.tests.conftest import Centre

EVERYTHING = (
    *("cases.see", "cases.see_here", "cases.report", "cases.file", "cases.dispatch"),
    *("cases.handle", "cases.check", "cases.figures"),
)


def token_of(centre: Centre, place: Any, rights: tuple[str, ...] = EVERYTHING) -> str:
    """The token of a program with these rights at a place."""
    role = Role.objects.create(
        code=f"for_{place.code}_{len(rights)}",
        title="平台对接",
        rights=list(rights),
        levels=[1, 2, 3],
    )
    owner = office.account(f"owner.{role.code}")
    Post.objects.create(account=owner, role=role, place=place, valid_from=office.START)
    token = f"gezhi_{role.code}"
    Program.objects.create(
        name=role.code,
        purpose="市平台对接",
        owner=owner,
        role=role,
        place=place,
        rights=list(rights),
        waits=False,
        token_index=blind_index(token, context=TOKEN_CONTEXT),
        ends_on=timezone.localdate() + timedelta(days=90),
        proposed_at=timezone.now(),
        proposed_by="样例",
    )
    return token


def caller(token: str) -> Client:
    """Something that brings a token."""
    return Client(headers={"authorization": f"Bearer {token}", "accept-language": "zh-hans"})
