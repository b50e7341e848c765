"""Rows of this area for the house tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from gezhi.base.ids import uuid7
from gezhi.base.samples import Sample, Spot, Visit, Visiting
from gezhi.core.places.models import Building
from gezhi.core.places.tests.samples import building
from gezhi.core.registry import rights
from gezhi.core.registry.models import (
    CareLabel,
    Conflict,
    Dwelling,
    Enterprise,
    ExportRequest,
    Household,
    ImportBatch,
    LifeEvent,
    Merge,
    Person,
    Residence,
    Shop,
    Site,
    Source,
    Vehicle,
)

AS_OF: Final = date(2022, 9, 1)


def _source(spot: Spot) -> Source:
    return Source.objects.create(
        kind="form", title="页面登记", as_of=AS_OF, entered_at=spot.at, entered_by="孙样"
    )


def _sourced(spot: Spot) -> dict[str, Any]:
    source = _source(spot)
    return {
        "community": spot.grid.community,
        "grid": spot.grid,
        "source": source,
        "touched_by": source,
        "as_of": AS_OF,
    }


def _dwelling(spot: Spot) -> Dwelling:
    where = building(spot)
    return Dwelling.objects.create(
        **_sourced(spot),
        building=where,
        unit=2,
        floor=5,
        room="501",
        house_code=f"{where.pk.hex[:24]}",
        address=f"{where.compound.name}3号楼2单元501室",
    )


def _person(spot: Spot) -> Person:
    dwelling = _dwelling(spot)
    household = Household.objects.create(**_sourced(spot), dwelling=dwelling, members=1)
    person = Person.objects.create(
        **_sourced(spot),
        name="王小三",
        given="小三",
        pinyin="wangxiaosan",
        initials="wxs",
        gender="1",
        birth_date=date(1962, 3, 7),
        population_class="hukou",
        dwelling=dwelling,
        household=household,
        relation_to_head="02",
    )
    household.head = person
    household.save()
    Residence.objects.create(
        person=person, dwelling=dwelling, household=household, source=_source(spot)
    )
    return person


def _household(spot: Spot) -> Household:
    household = _person(spot).household
    assert household is not None
    return household


def _care(spot: Spot) -> CareLabel:
    return CareLabel.objects.create(
        person=_person(spot), kind="living_alone", valid_from=AS_OF, source=_source(spot)
    )


def _event(spot: Spot) -> LifeEvent:
    return LifeEvent.objects.create(
        kind="move_in",
        person=_person(spot),
        happened_on=AS_OF,
        recorded_at=spot.at,
        source=_source(spot),
    )


def _conflict(spot: Spot) -> Conflict:
    return Conflict.objects.create(
        kind="same_name_and_birth",
        person=_person(spot),
        other=_person(spot),
        community_id=spot.grid.community_id,
        grid_id=spot.grid.pk,
        source=_source(spot),
        found_at=spot.at,
    )


def _enterprise(spot: Spot) -> Enterprise:
    return Enterprise.objects.create(
        **_sourced(spot), name="鑫源商贸", address="紫兰路18号", public_unit="market"
    )


def _shop(spot: Spot) -> Shop:
    return Shop.objects.create(
        **_sourced(spot), name="老王烩面", address="紫兰路20号", trade="餐饮"
    )


def _site(spot: Spot) -> Site:
    return Site.objects.create(
        **_sourced(spot), name="紫兰苑二期", address="紫兰路北", stage="main"
    )


def _vehicle(spot: Spot) -> Vehicle:
    dwelling = _dwelling(spot)
    return Vehicle.objects.create(
        **_sourced(spot),
        plate="豫Z12345",
        plate_index=uuid7().bytes,
        plate_kind="02",
        dwelling=dwelling,
        building=dwelling.building,
        compound=dwelling.building.compound,
    )


def _batch(spot: Spot) -> ImportBatch:
    return ImportBatch.objects.create(
        file_name="人口.xlsx",
        file_hash=b"\0" * 32,
        file_size=1,
        as_of=AS_OF,
        account_id=spot.account.pk,
        uploaded_by="孙样",
        uploaded_at=spot.at,
        files_until=AS_OF + timedelta(days=30),
    )


def _export(spot: Spot) -> ExportRequest:
    return ExportRequest.objects.create(
        page="registry.people",
        columns="name",
        sensitive=True,
        rows=150,
        purpose="visit",
        note="核对名册",
        account_id=spot.account.pk,
        asked_by="孙样",
        post="永乐社区 数据员",
        asked_at=spot.at,
    )


def _merge(spot: Spot) -> Merge:
    return Merge.objects.create(
        kept=_person(spot),
        dropped=_person(spot),
        memory=b"\0",
        merged_at=spot.at,
        merged_by="孙样",
    )


SAMPLES: Final[dict[type, Sample]] = {
    Person: _person,
    Household: _household,
    Dwelling: _dwelling,
    CareLabel: _care,
    LifeEvent: _event,
    Conflict: _conflict,
    Enterprise: _enterprise,
    Shop: _shop,
    Site: _site,
    Vehicle: _vehicle,
    ImportBatch: _batch,
    ExportRequest: _export,
    Merge: _merge,
}


def stands_in_a_building(row: Any) -> bool:
    """Whether a sample row lies in a building, and so in the micro-grid the building is in."""
    kinds = (
        *(Building, Dwelling, Person, Household, Residence, CareLabel, LifeEvent, Conflict),
        Vehicle,
    )
    return isinstance(row, kinds)


def _compare(spot: Spot) -> Visit:
    one, other = _person(spot), _person(spot)
    return Visit(row=one, query={"pick": [one.pk, other.pk]}, also=(rights.SEE_PEOPLE,))


def _others_export(spot: Spot) -> Visit:
    """A request of a third person: nobody decides on their own."""
    row = _export(spot)
    ExportRequest.objects.filter(pk=row.pk).update(account_id=uuid7())
    return Visit(row=row, kwargs={"pk": row.pk})


def _own_export(spot: Spot) -> Visit:
    row = _export(spot)
    return Visit(row=row, kwargs={"pk": row.pk}, owned=True)


def _own_batch(spot: Spot) -> Visit:
    """A clerk's own sheet; who may take sheets back opens everybody's."""
    row = _batch(spot)
    return Visit(row=row, kwargs={"pk": row.pk}, owned=True, unless=rights.ROLLBACK_IMPORT)


VISITS: Final[dict[str, Visiting]] = {
    "registry.compare": _compare,
    **dict.fromkeys(
        (
            "registry.import",
            "registry.import_progress",
            "registry.map_import",
            "registry.roll_back",
        ),
        _own_batch,
    ),
    "registry.import_errors": lambda spot: replace(_own_batch(spot), unless=None),
    "registry.import_template": lambda spot: Visit(query={"template": "population"}),
    "registry.decide_export": _others_export,
    "registry.export": _own_export,
    "registry.quality_rows": lambda spot: Visit(
        row=spot.grid, kwargs={"measure": "people.complete", "pk": spot.grid.pk}
    ),
}
