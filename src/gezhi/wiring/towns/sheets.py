"""The sheets of a town: the people, and its units, as clerks would hand them in.

The big sheet has a title row and the headings of the template handed out; a small share of its
rows is spoiled as sheets are. `messy_sheets` writes a folder of the other sort.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gezhi.core.registry.sheet_templates import ENTERPRISE, POPULATION, SHOP, SITE
from gezhi.core.registry.sheets import Template
from gezhi.wiring.towns.chance import Dice
from gezhi.wiring.towns.dirt import EVERY_KIND, Dirt, Row, spoil
from gezhi.wiring.towns.habitats import HAMLET
from gezhi.wiring.towns.people import people_of
from gezhi.wiring.towns.persons import Household
from gezhi.wiring.towns.quick_workbook import as_rows, write_workbook
from gezhi.wiring.towns.town import Town
from gezhi.wiring.towns.town_specs import AS_OF
from gezhi.wiring.towns.units import Units

DIRTY_SHARE: Final = 0.012


@dataclass(slots=True)
class Written:
    """What a sheet holds: its rows of data, and how many were spoiled in which way."""

    path: Path
    rows: int = 0
    spoiled: Counter[str] = field(default_factory=Counter)


def people_rows(households: Iterable[Household]) -> Iterator[Row]:
    """A row for each person by the field names of the population template, clean, unnumbered."""
    for household in households:
        room, compound = household.room, household.compound
        head = household.head
        shared = {
            "head_name": head.name,
            "head_id_no": head.id_no if head.id_kind == "居民身份证" else "",
            "compound": compound.name,
            "building": household.building.name,
            "unit": str(room.unit) if room.unit else "",
            "room": f"{room.name}号" if compound.habitat is HAMLET else room.name,
        }
        for person in household.members:
            yield {
                "name": person.name,
                "id_kind": person.id_kind,
                "id_no": person.id_no,
                "gender": "男" if person.male else "女",
                "ethnicity": person.ethnicity,
                "birth_date": person.birth.isoformat(),
                "phone": person.phone,
                "relation_to_head": person.relation,
                "population_class": person.population_class,
                "consistency": person.consistency,
                "hukou_address": person.hukou_address,
                "residence_kind": person.stay,
                "moved_in": person.moved_in.isoformat() if person.moved_in else "",
                "political_status": person.political,
                "education": person.education,
                "marital_status": person.marital,
                "workplace": person.workplace,
                "care_labels": "、".join(person.care),
                "vaccine_doses": person.doses,
                "remark": person.remark,
                **shared,
            }


def spoiled_rows(
    rows: Iterable[Row], kinds: tuple[Dirt, ...], dice: Dice, share: float, tally: Counter[str]
) -> Iterator[Row]:
    """The rows, a share of them spoiled; `tally` counts the kinds."""
    for row in rows:
        if kinds and dice.comes(share):
            tally[spoil(row, kinds, dice).name] += 1
        yield row


def write_people(
    town: Town,
    path: Path,
    *,
    kinds: tuple[Dirt, ...] = EVERY_KIND,
    share: float = DIRTY_SHARE,
    households: Iterable[Household] | None = None,
) -> Written:
    """All people of a town (or the households given) in one sheet, in constant memory."""
    written = Written(path)
    dice = Dice(f"{town.spec.drawing.seed}/dirt")
    rows = people_rows(people_of(town) if households is None else households)
    title = f"{town.spec.name}实有人口信息登记表（截至{AS_OF.year}年{AS_OF.month}月{AS_OF.day}日）"
    written.rows = write_sheet(
        path, POPULATION, title, spoiled_rows(rows, kinds, dice, share, written.spoiled)
    )
    return written


def write_sheet(path: Path, template: Template, title: str, rows: Iterable[Row]) -> int:
    """One sheet of a template: title row over all columns, headings, numbered rows; their count.

    The same rows give the same bytes.
    """
    fields = [column.field for column in template.columns]
    headings = [column.heading for column in template.columns]
    return write_workbook(path, template.title, title, headings, as_rows(rows, fields))


def enterprise_rows(units: Units) -> Iterator[Row]:
    """A row for each enterprise and public unit."""
    for one in units.enterprises:
        yield {
            "name": one.name,
            "uscc": one.uscc,
            "kind": one.kind,
            "industry": one.industry,
            "registered_address": f"郑州高新区{one.spot.address}",
            "address": one.spot.address,
            "legal_rep": one.legal_rep,
            "contact": one.contact,
            "phone": one.phone,
            "staff_count": str(one.staff_count),
            "party_members": str(one.party_members),
            "party_org": "是" if one.party_members >= 3 else "否",
            "state": one.state,
        }


def shop_rows(units: Units) -> Iterator[Row]:
    """A row for each shop."""
    for one in units.shops:
        yield {
            "name": one.name,
            "licence_name": one.licence_name,
            "uscc": one.uscc,
            "trade": one.trade,
            "address": one.spot.address,
            "contact": one.operator,
            "phone": one.phone,
            "staff_count": str(one.staff_count),
            "sleepers": "是" if one.sleepers else "否",
            "gas": one.gas,
            "extinguishers": str(one.extinguishers),
        }


def site_rows(units: Units) -> Iterator[Row]:
    """A row for each construction site."""
    for one in units.sites:
        yield {
            "name": one.name,
            "address": one.spot.address,
            "developer": one.developer,
            "contractor": one.contractor,
            "supervisor": one.supervisor,
            "manager": one.manager,
            "phone": one.phone,
            "safety_officer": one.safety_officer,
            "stage": one.stage,
            "permit_no": one.permit_no,
            "starts_on": one.starts_on.isoformat(),
            "ends_on": one.ends_on.isoformat(),
            "workers": str(one.workers),
            "video": "是" if one.video else "否",
        }


UNIT_SHEETS: Final = (
    (ENTERPRISE, enterprise_rows),
    (SHOP, shop_rows),
    (SITE, site_rows),
)
