"""An alarm goes to those who handle alarms today, and to nobody else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from gezhi.core.places.models import Place
from gezhi.core.staff.models import Account, Post, Role
from gezhi.core.staff.reach import accounts_holding

pytestmark = pytest.mark.django_db
TODAY = date(2022, 9, 6)


@pytest.fixture
def places() -> dict[str, Place]:
    made: dict[str, Place] = {}
    for name, level, parent in (("沟赵", 1, None), ("永乐", 2, "沟赵"), ("大里", 2, "沟赵")):
        made[name] = Place.objects.create(
            code=f"41017236{len(made)}", name=name, kind="grid", level=level,
            parent=made.get(parent or ""), path=f"{len(made)}/", valid_from=date(2022, 1, 1),
        )  # fmt: skip
    return made


def post(name: str, place: Place, role: Role, **more: Any) -> Account:
    account = Account.objects.create(username=name, name=name)
    Post.objects.create(
        account=account, role=role, place=place, **{"valid_from": date(2022, 1, 1), **more}
    )
    return account


def test_only_posts_of_the_day_with_the_right_count(places: dict[str, Place]) -> None:
    handler = Role.objects.create(code="h", title="安全", rights=["privacy.handle_alarms"])
    other = Role.objects.create(code="o", title="其他", rights=["places.see"])
    now = post("现任", places["沟赵"], handler)
    post("前任", places["沟赵"], handler, valid_to=TODAY)
    post("下任", places["沟赵"], handler, valid_from=TODAY + timedelta(days=1))
    post("待批", places["沟赵"], handler, waits=True)
    post("别岗", places["沟赵"], other)
    gone = post("离职", places["沟赵"], handler)
    Account.objects.filter(pk=gone.pk).update(closed_at="2022-09-01T00:00:00Z")

    assert accounts_holding("privacy.handle_alarms", TODAY) == [now.pk]


def test_a_request_goes_to_its_own_community_and_the_top(places: dict[str, Place]) -> None:
    chief = Role.objects.create(code="c", title="网格长", rights=["privacy.answer_requests"])
    top, mine = post("街道", places["沟赵"], chief), post("永乐", places["永乐"], chief)
    post("大里", places["大里"], chief)

    found = accounts_holding("privacy.answer_requests", TODAY, [places["永乐"].pk])

    assert set(found) == {top.pk, mine.pk}
