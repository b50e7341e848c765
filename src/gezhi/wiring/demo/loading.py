"""The towns' houses, people and vehicles, taken in from sheets as any clerk's: checked, confirmed.

A sheet that is confirmed is not taken in again, so a run that was cut short goes on where it
stopped.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils import timezone
from django_tenants.utils import schema_context

from gezhi.base.actors import Actor, Origin, system
from gezhi.core.places.models import Place
from gezhi.core.registry.imports import actions as imports
from gezhi.core.registry.models import ImportBatch
from gezhi.core.registry.models.imports import BatchState
from gezhi.core.registry.sheet_templates import DWELLING, POPULATION
from gezhi.core.registry.sheet_templates_vehicles import VEHICLE
from gezhi.core.staff.models import Account
from gezhi.core.staff.queries import actor_of
from gezhi.wiring.demo.structure import schema_of
from gezhi.wiring.towns import AS_OF, Household, Town, TownSpec, build_town
from gezhi.wiring.towns.cast import CAST
from gezhi.wiring.towns.chance import Dice
from gezhi.wiring.towns.dirt import MENDABLE, Row
from gezhi.wiring.towns.dwelling_rows import dwelling_rows
from gezhi.wiring.towns.people import households_of
from gezhi.wiring.towns.sheets import DIRTY_SHARE, people_rows, spoiled_rows, write_sheet
from gezhi.wiring.towns.town import Community
from gezhi.wiring.towns.units import employers_of
from gezhi.wiring.towns.vehicle_rows import vehicle_rows

CLERK: Final = "registry_clerk"
ONE_LOT: Final = 50_000
"""People below which a town's sheets are not parted by community."""
IN_CARE: Final = (
    *POPULATION.required,
    *("id_kind", "birth_date", "head_name", "head_id_no", "unit", "care_labels"),
)
"""Fields of the sheet of people who need care."""
FINISHED: Final = (BatchState.CONFIRMED, BatchState.ROLLED_BACK)
"""What a visitor has taken back is not brought in again behind their back."""
UNDER_WAY: Final = (
    BatchState.UPLOADED,
    BatchState.CHECKING,
    BatchState.CHECKED,
    BatchState.CONFIRMING,
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file: its kind, and the communities it covers."""

    name: str
    kind: str
    """`houses`, `people`, `care` or `vehicles`."""
    communities: tuple[int, ...]


KINDS: Final = (
    ("houses", "房屋底数"),
    ("people", "人口底数"),
    ("care", "重点服务对象"),
    ("vehicles", "车辆底数"),
)


def sheets_of(spec: TownSpec) -> list[Sheet]:
    """The files of a town in the order they are taken in: one lot each for a larger town's
    communities, one lot for the whole of a smaller one.
    """
    everywhere = tuple(range(len(spec.communities)))
    if spec.people < ONE_LOT:
        lots = [(spec.name, everywhere)]
    else:
        lots = [(spec.communities[at].name, (at,)) for at in everywhere]
    return [
        Sheet(f"{label}{title}.xlsx", kind, communities)
        for label, communities in lots
        for kind, title in KINDS
    ]


def load_people(spec: TownSpec) -> bool:
    """Take in every sheet of a town that is not in yet; False if all were."""
    with schema_context(schema_of(spec)):
        finished = ImportBatch.objects.filter(state__in=FINISHED)
        names = set(finished.values_list("file_name", flat=True))
        waiting = [sheet for sheet in sheets_of(spec) if sheet.name not in names]
        if not waiting:
            return False
        lots = _Lots(build_town(spec))
        with tempfile.TemporaryDirectory() as folder:
            for sheet in waiting:
                path = lots.write(sheet, Path(folder))
                _take_in(path, lots.place_of(sheet), _who_brings(sheet, spec))
                path.unlink()
    return True


class _Lots:
    """The sheets of a town, written one after another; the people of a lot are made once."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._employers = employers_of(town)
        self._of: tuple[int, ...] = ()
        self._households: list[tuple[Community, list[Household]]] = []

    def place_of(self, sheet: Sheet) -> Place | None:
        """The community a sheet is about; none for one about the whole town."""
        if len(sheet.communities) > 1:
            return None
        return Place.objects.get(code=self._town.communities[sheet.communities[0]].code)

    def write(self, sheet: Sheet, folder: Path) -> Path:
        if self._of != sheet.communities:
            self._of = sheet.communities
            self._households = [
                (community, list(households_of(self._town, community, self._employers)))
                for community in (self._town.communities[at] for at in sheet.communities)
            ]
        template = {"houses": DWELLING, "vehicles": VEHICLE}.get(sheet.kind, POPULATION)
        title = sheet.name.removesuffix(".xlsx")
        write_sheet(folder / sheet.name, template, title, self._rows(sheet))
        return folder / sheet.name

    def _rows(self, sheet: Sheet) -> Iterator[Row]:
        if sheet.kind == "houses":
            for community, households in self._households:
                yield from dwelling_rows(community, households)
            return
        if sheet.kind == "vehicles":
            for at, (community, households) in zip(
                sheet.communities, self._households, strict=True
            ):
                share = self._town.spec.share + at
                yield from vehicle_rows(share, community.name, households)
            return
        people = people_rows(one for _community, own in self._households for one in own)
        if sheet.kind == "care":
            for row in people:
                if row["care_labels"]:
                    yield {field: row[field] for field in IN_CARE}
            return
        # Dirty as everywhere, but only in ways after which everybody is still let in: the town
        # must end with exactly its people.
        dice = Dice(f"{self._town.spec.drawing.seed}/sheets/{sheet.name}")
        for row in spoiled_rows(people, MENDABLE, dice, DIRTY_SHARE, Counter()):
            yield row | {"care_labels": ""}


def _who_brings(sheet: Sheet, spec: TownSpec) -> Actor:
    """The registry clerk of the town's cast. Who needs care is no business of that post, and no
    other post of the whole subdistrict may write both people and labels, so the platform itself
    brings those sheets.
    """
    if sheet.kind == "care":
        return system("command")
    member = next(one for one in CAST if one.town == spec.key and one.role == CLERK)
    account = Account.objects.get(username=member.username)
    return actor_of(account, on=timezone.localdate(), origin=Origin(channel="command"))


def _take_in(path: Path, place: Place | None, by: Actor) -> None:
    """Upload, check and confirm one sheet, or go on with it where an earlier run was cut short."""
    batch = ImportBatch.objects.filter(file_name=path.name, state__in=UNDER_WAY).first()
    if batch is None:
        with path.open("rb") as file:
            batch = imports.upload_batch(
                file=file,
                name=path.name,
                as_of=AS_OF,
                community=place.pk if place else None,
                by=by,
                at=timezone.now(),
            )
    if batch.state not in (BatchState.CHECKED, BatchState.CONFIRMING):
        batch = imports.run_check(batch, by=by, at=timezone.now())
    if batch.state not in (BatchState.CHECKED, BatchState.CONFIRMING):
        raise RuntimeError(f"{path.name} came back as {batch.state}: {batch.refusal}")
    imports.run_confirm(batch, by=by, at=timezone.now())
