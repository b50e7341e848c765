"""Whatever a town's clerks do, in whatever order, the registers agree with themselves.

`GEZHI_ACTS=10000 pytest src/gezhi/core/registry/tests/test_machine.py` runs so many acts.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gezhi.base.errors import Refusal
from gezhi.core.journal.actions import action
from gezhi.core.places.models import Building, Place
from gezhi.core.privacy.fields import Sealed
from gezhi.core.privacy.opening import plain_text
from gezhi.core.registry import beliefs, changes, regrid, tallies
from gezhi.core.registry.actions import (
    care,
    dwellings,
    households,
    merging,
    moving,
    people,
    vehicles,
)
from gezhi.core.registry.actions.household_moves import move_household
from gezhi.core.registry.actions.unmerging import unmerge
from gezhi.core.registry.models import (
    CareLabel,
    Conflict,
    Dwelling,
    Household,
    LifeEvent,
    Merge,
    Person,
    Residence,
    Vehicle,
)
from gezhi.core.registry.models.people import CareKind, ResidenceKind
from gezhi.core.registry.rules import HEAD, Stay, main_homes_clash
from gezhi.core.registry.tests.town import CLERK, NOON, TODAY, Town, build_town, id_number
from gezhi.core.registry.vehicle_stands import Stand

pytestmark = pytest.mark.django_db

ACTS = int(os.environ.get("GEZHI_ACTS", "0"))
NAMES = ("王伟", "王小三", "李娜", "单雄信", "欧阳娜娜", "阿卜杜拉·买买提", "曾丽")


@action("test.regrid", "测试调整网格")
def move_building(*, building: Building, grid: Place, by: Any, at: Any) -> None:
    assert grid.community is not None
    building.grid, building.community = grid, grid.community
    building.save()
    regrid.rehome([building.pk], grid, by, at)


@dataclass
class Clerks:
    """Everything clerks can do to a town, driven by one stream of choices."""

    town: Town
    pick: Random
    serial: int = 0
    done: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    day: date = date(2021, 1, 1)

    def act(self) -> None:
        """One act; a refusal leaves nothing behind and is an answer like any other."""
        name = self.pick.choice(ACTIONS)
        self.day = min(TODAY, self.day + timedelta(days=self.pick.randrange(3)))
        try:
            with transaction.atomic():
                getattr(self, name)()
        except Refusal as refusal:
            self.refused[refusal.code] = self.refused.get(refusal.code, 0) + 1
        else:
            self.done[name] = self.done.get(name, 0) + 1

    # --- choices ---
    def person(self) -> Person:
        keys = list(Person.objects.order_by("pk").values_list("pk", flat=True))
        if not keys:
            raise Refusal("nobody yet", "test.nobody")
        return Person.objects.get(pk=self.pick.choice(keys))

    def dwelling(self) -> Dwelling:
        return Dwelling.objects.get(pk=self.pick.choice(self.town.dwellings).pk)

    def household(self, **where: Any) -> Household | None:
        keys = list(Household.objects.filter(**where).order_by("pk").values_list("pk", flat=True))
        return Household.objects.get(pk=self.pick.choice(keys)) if keys else None

    def on(self) -> date:
        return self.day - timedelta(days=self.pick.choice((0, 0, 0, 30, 400)))

    def relation(self) -> str:
        return self.pick.choice(("", HEAD, "10", "11", "20", "30", "51"))

    def common(self) -> dict[str, Any]:
        return {"by": CLERK, "at": NOON}

    # --- acts ---
    def register(self) -> None:
        dwelling = self.dwelling()
        household = self.household(dwelling=dwelling) if self.pick.random() < 0.6 else None
        values: dict[str, Any] = {
            "name": self.pick.choice(NAMES),
            "population_class": self.pick.choice(("hukou", "migrant", "unregistered")),
            "relation_to_head": self.relation(),
        }
        if self.pick.random() < 0.6:
            self.serial += 1
            born = date(1950 + self.serial % 70, 1, 1 + self.serial % 28)
            values["id_no"] = id_number(self.serial, born, woman=self.serial % 2 == 0)
        else:
            values["birth_date"] = self.pick.choice((None, date(2015, 3, 1), date(2016, 4, 1)))
            values["gender"] = self.pick.choice(("1", "2"))
        if self.pick.random() < 0.5:
            values["phone"] = f"1380000{self.pick.randrange(100):04}"
        people.register_person(
            values=values,
            dwelling=dwelling,
            household=household,
            kind=self.pick.choice((ResidenceKind.OWNED, ResidenceKind.REGISTERED_ONLY)),
            moved_in=self.pick.choice((None, self.on())),
            **self.common(),
        )

    def change(self) -> None:
        values = {
            "name": self.pick.choice(NAMES),
            "phone": self.pick.choice(("13900001111", "", "13900002222")),
            "population_class": self.pick.choice(("hukou", "migrant")),
            "education": self.pick.choice(("", "20", "60")),
            "relation_to_head": self.pick.choice(("20", "30", "99", HEAD)),
            "gender": self.pick.choice(("1", "2")),
        }
        some = {k: values[k] for k in self.pick.sample(sorted(values), self.pick.randrange(1, 4))}
        people.change_person(person=self.person(), values=some, **self.common())

    def number(self) -> None:
        if self.serial and self.pick.random() < 0.3:
            serial = self.pick.randrange(1, self.serial + 1)
        else:
            self.serial += 1
            serial = self.serial
        born = date(1950 + serial % 70, 1, 1 + serial % 28)
        number = id_number(serial, born, woman=serial % 2 == 0)
        people.give_id_number(person=self.person(), id_no=number, **self.common())

    def move_in(self) -> None:
        self._house(moving.move_in)

    def move(self) -> None:
        self._house(moving.move)

    def _house(self, how: Callable[..., Any]) -> None:
        dwelling = self.dwelling()
        household = self.household(dwelling=dwelling) if self.pick.random() < 0.5 else None
        how(
            person=self.person(),
            dwelling=dwelling,
            household=household,
            relation=self.relation(),
            on=self.on(),
            **self.common(),
        )

    def move_out(self) -> None:
        stays = self.pick.random() < 0.4
        moving.move_out(person=self.person(), on=self.on(), hukou_stays=stays, **self.common())

    def birth(self) -> None:
        moving.record_birth(
            mother=self.person(),
            name=self.pick.choice(NAMES),
            gender=self.pick.choice(("1", "2")),
            born_on=self.on(),
            **self.common(),
        )

    def death(self) -> None:
        moving.record_death(person=self.person(), on=self.on(), **self.common())

    def split(self) -> None:
        household = self.household(members__gt=1)
        if household is None:
            raise Refusal("no household", "test.nobody")
        members = list(Person.objects.filter(household=household).order_by("pk"))
        going = self.pick.sample(members, self.pick.randrange(1, len(members) + 1))
        households.split_household(
            household=household,
            members=going,
            head=self.pick.choice(going),
            dwelling=self.pick.choice((None, self.dwelling())),
            on=self.on(),
            **self.common(),
        )

    def move_household(self) -> None:
        household, dwelling = self.household(members__gt=0), self.dwelling()
        if household is None:
            raise Refusal("no household", "test.nobody")
        members = list(Person.objects.filter(household=household).order_by("pk"))
        staying = self.pick.sample(members, self.pick.choice((0, 0, len(members) // 2)))
        joins = self.household(dwelling=dwelling) if self.pick.random() < 0.3 else None
        relations = {member.pk: self.pick.choice(("", "30", "51")) for member in members}
        move_household(
            household=household,
            dwelling=dwelling,
            staying=staying,
            head=self.pick.choice((None, None, *members)),
            joins=joins,
            relations=relations,
            kind=self.pick.choice(("", ResidenceKind.RENTED)),
            on=self.on(),
            **self.common(),
        )

    def head(self) -> None:
        person = self.person()
        if person.household is None:
            raise Refusal("no household", "test.nobody")
        households.change_head(
            household=person.household, head=person, on=self.on(), **self.common()
        )

    def marry(self) -> None:
        one, other = self.person(), self.person()
        joins = self.pick.choice((None, one, other))
        households.record_marriage(one=one, other=other, joins=joins, on=self.on(), **self.common())

    def divorce(self) -> None:
        households.record_divorce(
            one=self.person(), other=self.person(), on=self.on(), **self.common()
        )

    def care(self) -> None:
        kind = self.pick.choice(CareKind.values[:3])
        care.add_care_label(person=self.person(), kind=kind, valid_from=self.on(), **self.common())

    def end_care(self) -> None:
        label = CareLabel.objects.filter(valid_to=None).order_by("pk").first()
        if label is None:
            raise Refusal("no label", "test.nobody")
        care.end_care_label(label=label, on=TODAY, **self.common())

    def restrict(self) -> None:
        how = self.pick.choice((people.restrict_processing, people.lift_restriction))
        how(person=self.person(), why="本人申请", **self.common())

    def change_dwelling(self) -> None:
        state = self.pick.choice(("self", "rented", "vacant"))
        dwellings.change_dwelling(
            dwelling=self.dwelling(), values={"use_state": state}, **self.common()
        )

    def park(self) -> None:
        vehicles.register_vehicle(
            values={"plate": f"豫Z0000{self.pick.randrange(10)}", "kind": "car"},
            holder=self.person(),
            stand=Stand(dwelling=self.dwelling()),
            **self.common(),
        )

    def drive_off(self) -> None:
        vehicle = Vehicle.objects.filter(until=None).order_by("pk").first()
        if vehicle is None:
            raise Refusal("no vehicle", "test.nobody")
        if self.pick.random() < 0.5:
            vehicles.hand_over_vehicle(vehicle=vehicle, holder=self.person(), **self.common())
        else:
            vehicles.end_vehicle(vehicle=vehicle, on=TODAY, reason="sold", **self.common())

    def regrid(self) -> None:
        building = Building.objects.get(pk=self.pick.choice(self.town.buildings).pk)
        grid = self.pick.choice(self.town.grids)
        move_building(building=building, grid=grid, **self.common())

    def merge(self) -> None:
        merging.merge_people(
            kept=self.person(), dropped=self.person(), why="同一人", **self.common()
        )

    def unmerge(self) -> None:
        merge = Merge.objects.filter(undone_at=None).order_by("-pk").first()
        if merge is None:
            raise Refusal("no merge", "test.nobody")
        unmerge(merge=merge, why="不是同一人", **self.common())

    def merge_and_back(self) -> None:
        before = everything()
        merge = merging.merge_people(
            kept=self.person(), dropped=self.person(), why="同一人", **self.common()
        )
        unmerge(merge=merge, why="不是同一人", **self.common())
        assert everything() == before, "taking a merge back is exact"

    def settle(self) -> None:
        conflict = Conflict.objects.filter(settled_at=None).order_by("pk").first()
        if conflict is None:
            raise Refusal("no conflict", "test.nobody")
        outcome = self.pick.choice(merging.OUTCOMES)
        merging.settle_conflict(conflict=conflict, outcome=outcome, why="核对", **self.common())


ACTIONS = (
    *("register",) * 4,
    *("change", "number", "move_in", "move", "move_out", "birth", "death", "split", "head"),
    *(
        "park",
        "drive_off",
        "marry",
        "divorce",
        "care",
        "end_care",
        "restrict",
        "change_dwelling",
        "regrid",
    ),
    *("merge", "unmerge", "merge_and_back", "settle", "move", "move_in", "move_household"),
)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of people and relations, byte for byte, as the database has it."""
    tables = (Person, Household, Residence, CareLabel, LifeEvent, Conflict, Dwelling, Vehicle)
    found = {}
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"SELECT * FROM {model._meta.db_table} ORDER BY id")
            found[model.__name__] = [
                tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
                for row in cursor.fetchall()
            ]
    return found


def check() -> None:
    """What must hold after any act."""
    assert tallies.recount(repair=False) == [], "counts are exact"
    for dwelling in Dwelling.objects.all():
        living = dwelling.residences.filter(moved_out=None, main=True)
        assert dwelling.residents == living.exclude(kind="registered_only").count()
        assert (dwelling.grid_id, dwelling.community_id) == (
            dwelling.building.grid_id,
            dwelling.building.community_id,
        )
    for vehicle in Vehicle.objects.select_related("owner", "dwelling"):
        assert vehicle.owner is not None
        assert vehicle.owner.state != "merged"
        assert vehicle.dwelling is not None
        assert vehicle.grid_id == vehicle.dwelling.grid_id
    for household in Household.objects.select_related("head", "dwelling"):
        members = household.people.filter(state="present")
        assert household.members == members.count()
        assert bool(household.dissolved_on) == (household.members == 0)
        if household.head is not None:
            assert household.head.household_id == household.pk
            assert household.head.state == "present"
            assert household.head.relation_to_head == HEAD
        if household.dwelling is not None:
            assert household.grid_id == household.dwelling.grid_id
    for person in Person.objects.select_related("household", "dwelling").prefetch_related(
        "residences"
    ):
        _check_person(person)
    _check_numbers()


def _check_person(person: Person) -> None:
    stays = list(person.residences.all())
    is_open = [stay for stay in stays if stay.moved_out is None and stay.main]
    assert len(is_open) <= 1
    home = is_open[0].dwelling_id if is_open else None
    assert person.dwelling_id == home, "the row copies the open main stay"
    assert main_homes_clash([Stay(s.moved_in, s.moved_out, s.main) for s in stays]) is None
    if person.state != "present":
        assert person.dwelling_id is None
        assert person.household_id is None
        assert not any(stay.moved_out is None for stay in stays)
    if person.state in ("merged", "deceased"):
        assert not person.care_labels.filter(valid_to=None).exists()
    if person.household is not None:
        assert person.household.dissolved_on is None
        assert person.household.dwelling_id == person.dwelling_id
        if person.relation_to_head == HEAD:
            assert person.household.head_id == person.pk
    else:
        assert person.relation_to_head == ""
    if person.dwelling is not None:
        assert (person.grid_id, person.community_id) == (
            person.dwelling.grid_id,
            person.dwelling.community_id,
        )
    assert (person.id_no is None) == (person.id_no_index is None)
    assert (person.phone is None) == (person.phone_index is None)
    believed = beliefs.belief_on(person, TODAY)
    assert believed is not None
    for name, field_ in changes.tracked(Person).items():
        present = getattr(person, field_.attname)
        value = believed[name].value
        if isinstance(value, Sealed):
            value = plain_text(value)
            present = plain_text(present)
        assert value == present, f"today's belief is the present: {name}"


def _check_numbers() -> None:
    numbers = [
        bytes(index)
        for index in Person.objects.exclude(state="merged")
        .filter(id_no_index__isnull=False)
        .values_list("id_no_index", flat=True)
    ]
    assert len(numbers) == len(set(numbers))


def run(seed: int, acts: int, every: int = 1) -> Clerks:
    clerks = Clerks(build_town(rooms=2), Random(seed))
    for number in range(acts):
        clerks.act()
        if number % every == 0:
            check()
    check()
    return clerks


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_the_registers_agree_after_any_acts(seed: int) -> None:
    point = transaction.atomic()
    point.__enter__()
    try:
        run(seed, acts=25)
    finally:
        transaction.set_rollback(True)
        point.__exit__(None, None, None)


@pytest.mark.skipif(not ACTS, reason="a long run: set GEZHI_ACTS to the number of acts")
def test_a_long_year_of_acts_leaves_no_dangling_relation(
    capsys: pytest.CaptureFixture[str],
) -> None:
    clerks = run(seed=2022, acts=ACTS, every=ACTS // 100 or 1)
    with capsys.disabled():
        print(f"\n{sum(clerks.done.values())} acts done: {clerks.done}\nrefused: {clerks.refused}")  # noqa: T201
