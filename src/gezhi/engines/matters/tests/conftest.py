from __future__ import annotations

from dataclasses import dataclass

import pytest

from gezhi.base.actors import Actor
from gezhi.core.staff.models import Role
from gezhi.core.staff.tests import office

OWN = ("matters.inbox", "matters.delegate", "matters.link", "matters.comment")


@dataclass(frozen=True)
class Shed:
    """A shed of ladders at 永乐社区: its keeper, a colleague, a neighbour and an outsider."""

    ground: office.Ground
    keeper: Actor
    colleague: Actor
    neighbour: Actor
    outsider: Actor


@pytest.fixture
def shed(db: None) -> Shed:
    ground = office.ground()
    rights = {
        "ladder_keeper": ["ladders.ask", "ladders.lend", *OWN],
        "ladder_user": ["ladders.ask", *OWN],
    }
    for code, held in rights.items():
        Role.objects.create(code=code, title=code, rights=held, levels=[2, 3])

    def one(name: str, role: str, place: object) -> Actor:
        return office.as_actor(office.hire(name, role, place))  # type: ignore[arg-type]

    return Shed(
        ground,
        keeper=one("keeper", "ladder_keeper", ground.yongle),
        colleague=one("colleague", "ladder_keeper", ground.yongle),
        neighbour=one("neighbour", "ladder_user", ground.yongle_1),
        outsider=one("outsider", "ladder_keeper", ground.zilan),
    )
