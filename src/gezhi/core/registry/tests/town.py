"""A small town for the tests: one subdistrict, two communities, three grids, four buildings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from gezhi.base.actors import Actor, ActorKind, Holding, system
from gezhi.base.identifiers import check_character
from gezhi.core.places.models import Building, Compound, Place
from gezhi.core.registry.actions.dwellings import register_dwelling
from gezhi.core.registry.actions.people import register_person
from gezhi.core.registry.models import Dwelling, Household, Person

NOON = datetime(2022, 9, 13, 4, 0, tzinfo=UTC)
TODAY = date(2022, 9, 13)
CLERK = replace(system("web"), name="测试员")


def id_number(serial: int, birth: date = date(1980, 1, 1), *, woman: bool = False) -> str:
    """A valid number that belongs to nobody: region 410172 is a statistical code, not in use."""
    body = f"410172{birth:%Y%m%d}{serial * 2 % 1000 // 2 * 2 + (0 if woman else 1):03}"
    return body + check_character(body)


@dataclass(frozen=True)
class Town:
    subdistrict: Place
    communities: tuple[Place, ...]
    grids: tuple[Place, ...]
    buildings: tuple[Building, ...]
    dwellings: tuple[Dwelling, ...]


def build_town(rooms: int = 3) -> Town:
    """Two communities; the first has two grids, the second one. Two buildings in the first grid."""
    top = Place.objects.filter(level=1).first() or _place("410172360", "沟赵", "subdistrict", 1)
    communities = tuple(
        _place(f"410172360{n:03}", name, "community", 2, top)
        for n, name in ((101, "紫兰社区"), (102, "瑞达社区"))
    )
    grids = tuple(
        _place(f"{community.code}{n:03}", f"{community.name}第{n}网格", "grid", 3, community)
        for community, n in ((communities[0], 1), (communities[0], 2), (communities[1], 1))
    )
    buildings = []
    for number, grid in enumerate((grids[0], grids[0], grids[1], grids[2]), 1):
        assert grid.community is not None
        compound, _made = Compound.objects.get_or_create(
            community=grid.community,
            number=1,
            defaults={"name": "紫兰苑" if grid.community == communities[0] else "瑞达苑"},
        )
        buildings.append(
            Building.objects.create(
                compound=compound,
                name=f"{number}号楼",
                number=number,
                community=grid.community,
                grid=grid,
                units=1,
                floors_above=6,
            )
        )
    dwellings = tuple(
        register_dwelling(
            building=building,
            unit=1,
            room=f"{floor}01",
            values={"use": "residential"},
            by=CLERK,
            at=NOON,
        )
        for building in buildings
        for floor in range(1, rooms + 1)
    )
    return Town(top, communities, grids, tuple(buildings), dwellings)


def _place(code: str, name: str, kind: str, level: int, parent: Place | None = None) -> Place:
    place = Place(
        code=code,
        name=name,
        kind=kind,
        level=level,
        parent=parent,
        path=f"{parent.path if parent else ''}{code[-3:] if parent else code}/",
        valid_from=date(2022, 1, 1),
    )
    place.save()
    if level == 2:
        place.community = place
    elif level == 3:
        place.community, place.grid = parent, place
    place.save()
    return place


def settled(
    dwelling: Dwelling,
    name: str = "王小三",
    *,
    household: Household | None = None,
    relation: str = "",
    moved_in: date | None = date(2020, 5, 1),
    by: Actor = CLERK,
    at: datetime = NOON,
    **values: Any,
) -> Person:
    """A person registered at a dwelling; reloaded, as the next reader would find them."""
    values.setdefault("population_class", "hukou")
    person = register_person(
        values={"name": name, "relation_to_head": relation, **values},
        dwelling=dwelling,
        household=household,
        moved_in=moved_in,
        by=by,
        at=at,
    )
    return Person.objects.get(pk=person.pk)


def posted(place: Place, *rights: str, name: str = "李网格") -> Actor:
    """A member of staff with these rights at a place."""
    holding = Holding(
        post_id=uuid4(),
        role="grid_worker_full",
        role_title="专职网格员",
        place_id=place.pk,
        level=place.level,
        path=place.path,
        place_name=place.name,
        rights=frozenset(rights),
    )
    return Actor(kind=ActorKind.STAFF, name=name, account_id=uuid4(), holdings=(holding,))
