"""The towns' houses and people, taken in from sheets as any clerk's: checked, then confirmed.

One sheet of houses and one of people from each community, by the registry clerk of the cast. A
sheet that is confirmed is not taken in again, so a run that was cut short goes on where it
stopped.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from django.utils import timezone
from django_tenants.utils import schema_context

from gezhi.base.actors import Actor, Origin
from gezhi.core.places.models import Place
from gezhi.core.registry.models import ImportBatch
from gezhi.core.registry.models.imports import BatchState
from gezhi.core.registry.sheet_templates import DWELLING, POPULATION
from gezhi.core.staff.models import Account
from gezhi.core.staff.queries import actor_of
from gezhi.wiring.demo.structure import schema_of
from gezhi.wiring.towns import AS_OF, Household, Town, TownSpec, build_town
from gezhi.wiring.towns.cast import CAST
from gezhi.wiring.towns.chance import Dice
from gezhi.wiring.towns.dirt import MENDABLE
from gezhi.wiring.towns.dwelling_rows import dwelling_rows
from gezhi.wiring.towns.people import households_of
from gezhi.wiring.towns.sheets import DIRTY_SHARE, people_rows, spoiled_rows, write_sheet
from gezhi.wiring.towns.town import Community
from gezhi.wiring.towns.town_specs import CommunitySpec
from gezhi.wiring.towns.units import employers_of

CLERK: Final = "registry_clerk"


def load_people(spec: TownSpec) -> bool:
    """Take in every sheet of a town that is not in yet; False if all were."""
    with schema_context(schema_of(spec)):
        confirmed = set(
            ImportBatch.objects.filter(state=BatchState.CONFIRMED).values_list(
                "file_name", flat=True
            )
        )
        waiting = set(sheet_names(spec)) - confirmed
        if not waiting:
            return False
        town = build_town(spec)
        employers = employers_of(town)
        clerk = _clerk(spec)
        with tempfile.TemporaryDirectory() as folder:
            for community in town.communities:
                if waiting.isdisjoint(names_of(community.spec)):
                    continue
                households = list(households_of(town, community, employers))
                for path in _sheets(town, community, households, Path(folder), waiting):
                    _take_in(path, community, clerk)
                    path.unlink()
    return True


def names_of(community: CommunitySpec) -> tuple[str, str]:
    """The files of a community: its houses, its people."""
    return f"{community.name}房屋底数.xlsx", f"{community.name}人口底数.xlsx"


def sheet_names(spec: TownSpec) -> Iterator[str]:
    """The files of a whole town, in the order they are taken in."""
    for community in spec.communities:
        yield from names_of(community)


def _sheets(
    town: Town,
    community: Community,
    households: list[Household],
    folder: Path,
    waiting: Collection[str],
) -> Iterator[Path]:
    """Write those of a community's sheets that are waited for, one by one as they are asked for.

    Rows are dirty as everywhere, but only in ways after which everybody is still let in: the
    town must end with exactly its people.
    """
    dice = Dice(f"{town.spec.drawing.seed}/sheets/{community.index}")
    people = spoiled_rows(people_rows(households), MENDABLE, dice, DIRTY_SHARE, Counter())
    houses, residents = names_of(community.spec)
    for name, template, rows in (
        (houses, DWELLING, dwelling_rows(community, households)),
        (residents, POPULATION, people),
    ):
        if name in waiting:
            title = f"{town.spec.name}{community.name}{template.title}底数"
            write_sheet(folder / name, template, title, rows)
            yield folder / name


def _clerk(spec: TownSpec) -> Actor:
    """The registry clerk of the town's cast, as whom sheets are taken in."""
    member = next(one for one in CAST if one.town == spec.key and one.role == CLERK)
    account = Account.objects.get(username=member.username)
    return actor_of(account, on=timezone.localdate(), origin=Origin(channel="command"))


def _take_in(path: Path, community: Community, by: Actor) -> None:
    """Upload, check and confirm one sheet."""
    from gezhi.core.registry.imports import actions as imports

    place = Place.objects.get(code=community.code)
    with path.open("rb") as content:
        batch = imports.upload_batch(
            name=path.name, content=content, as_of=AS_OF, community=place, by=by, at=timezone.now()
        )
    imports.check_batch(batch.pk, by=by, at=timezone.now())
    imports.confirm_batch(batch.pk, by=by, at=timezone.now())
