"""Rows of this area for the house tests."""

from __future__ import annotations

from datetime import date
from typing import Final

from gezhi.base.ids import uuid7
from gezhi.base.samples import Sample, Spot
from gezhi.core.staff.models import (
    Account,
    Post,
    Program,
    Role,
    RoleChange,
    Session,
    SignInAttempt,
    Unit,
)


def _account(spot: Spot) -> Account:
    username = f"sample-{uuid7().hex[-12:]}"
    return Account.objects.create(username=username, name="孙样", password="!", totp_since=spot.at)


def _post(spot: Spot) -> Post:
    return Post.objects.create(
        account=_account(spot),
        role=Role.objects.get(code="grid_worker_full"),
        place=spot.grid,
        valid_from=date(2022, 1, 1),
    )


def _session(spot: Spot) -> Session:
    return Session.objects.create(
        session_key=uuid7().hex,
        session_data="",
        expire_date=spot.at.replace(year=spot.at.year + 1),
        account_id=spot.account.pk,
        started_at=spot.at,
        seen_at=spot.at,
    )


def _change(spot: Spot) -> RoleChange:
    role = Role.objects.get(code="volunteer")
    made: RoleChange = RoleChange.objects.create(
        copy_of=role,
        title=f"样例角色{uuid7().hex[-8:]}",
        rights=role.rights,
        reason="样例",
        proposed_at=spot.at,
        proposed_by="孙样",
    )
    return made


def _program(spot: Spot) -> Program:
    made: Program = Program.objects.create(
        name=f"样例程序{uuid7().hex[-8:]}",
        purpose="样例",
        owner=_account(spot),
        role=Role.objects.get(code="grid_worker_full"),
        place=spot.grid,
        rights=["registry.see_units"],
        ends_on=date(2999, 1, 1),
        proposed_at=spot.at,
        proposed_by="孙样",
    )
    return made


SAMPLES: Final[dict[type, Sample]] = {
    Account: _account,
    Post: _post,
    Program: _program,
    RoleChange: _change,
    Role: lambda spot: Role.objects.get(code="volunteer"),
    Session: _session,
    Unit: lambda spot: Unit.objects.create(
        code=uuid7().hex[-12:], name="环卫队", kind="community", place=spot.grid.community
    ),
    SignInAttempt: lambda spot: SignInAttempt.objects.create(
        at=spot.at, username="wangwei", address="10.1.2.3", outcome="bad"
    ),
}
