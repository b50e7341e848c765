"""The search box: people and units by name, pinyin, number or telephone, homes by address.

Every part is one indexed query with its own small limit, narrowed by the right to see what it
finds. Names come back masked. Exact numbers are looked up by their blind index, and each such
look-up is in the access log before its answer leaves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import F, IntegerField, Model, Q, QuerySet, Value
from django.utils.translation import gettext

from gezhi.base.actors import Actor
from gezhi.base.masking import mask_name, mask_plate
from gezhi.base.rights import Right
from gezhi.core.places.addresses import Address, unit_number
from gezhi.core.places.models import Building, Compound
from gezhi.core.places.queries import names, resolve
from gezhi.core.privacy.actions.reading import record_access
from gezhi.core.privacy.fields import blind_index
from gezhi.core.privacy.models import AccessKind
from gezhi.core.privacy.purposes import SEARCH
from gezhi.core.registry import rights
from gezhi.core.registry.models import Dwelling, Enterprise, Person, Shop, Site, Vehicle
from gezhi.core.registry.models.people import PersonState
from gezhi.core.registry.questions import Kind, Question, read_question

MOST: Final = 8
"""Of each kind; who has more is found by writing more."""
LONGEST_INITIALS: Final = 8
_UNITS: Final[tuple[tuple[str, type[Enterprise | Shop | Site]], ...]] = (
    ("enterprise", Enterprise),
    ("shop", Shop),
    ("site", Site),
)


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the answer."""

    kind: str
    """person, dwelling, building, enterprise, shop, site, vehicle."""
    id: UUID
    title: str
    """A masked name, an address, the name of a unit."""
    detail: str = ""
    """Where that is, or in which state."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, kind by kind."""

    hits: tuple[Hit, ...] = ()
    more: bool = False
    """Whether some kind had more than fit."""
    logged: bool = False
    """Whether this was an exact look-up of a number, which is in the access log."""
    part: bool = False
    """Whether digits were given that are no whole number: people are not found by parts."""


def search(text: str, *, by: Actor, at: datetime, most: int = MOST) -> Answer:
    """Find what a text means, at most `most` of each kind."""
    question = read_question(text)
    if question.kind is Kind.EMPTY:
        return Answer()
    if question.kind is Kind.PART:
        return Answer(part=True)
    if question.kind in (Kind.NUMBER, Kind.PHONE):
        return _by_number(question, by, at, most)
    if question.kind is Kind.PLATE:
        return _by_plate(question.text, by, at, most)
    found: list[Hit] = []
    if question.kind is Kind.CODE:
        found += _units(lambda _model: Q(uscc=question.text), by, most, kinds=(Enterprise, Shop))
    elif question.kind is Kind.LETTERS:
        found += _people(_by_letters(question.text), by, most)
        found += _units(_units_by_letters(question.text), by, most)
    else:
        if question.kind is Kind.ADDRESS:
            found += _by_address(question.text, by, most)
        else:
            found += _people(_by_name(question.text), by, most)
            found += _buildings(question.text, by, most)
        found += _units(_units_by_name(question.text), by, most)
    return _answer(found, most)


def _answer(found: Iterable[Hit], most: int, *, logged: bool = False) -> Answer:
    seen: dict[tuple[str, UUID], Hit] = {}
    numbers: dict[str, int] = {}
    more = False
    for hit in found:
        if (hit.kind, hit.id) in seen:
            continue
        numbers[hit.kind] = numbers.get(hit.kind, 0) + 1
        if numbers[hit.kind] > most:
            more = True
        else:
            seen[hit.kind, hit.id] = hit
    return Answer(tuple(seen.values()), more, logged)


# --- people ----------------------------------------------------------------------------------

_COLUMNS: Final = ("pk", "name", "state", "community_id", "grid_id", "dwelling__address", "rank")


def _by_name(text: str) -> list[Q]:
    """The whole name, then names that begin so, then given names that do; best first."""
    bare = re.sub(r"\s", "", text)
    return [Q(name=bare), Q(name__startswith=bare), Q(given__startswith=bare)]


def _by_letters(letters: str) -> list[Q]:
    asked = [Q(pinyin__startswith=letters)]
    if len(letters) <= LONGEST_INITIALS:
        asked.insert(0, Q(initials=letters))
        asked.append(Q(initials__startswith=letters))
    return asked


def _people(asked: Sequence[Q], by: Actor, most: int) -> Iterator[Hit]:
    """People by several questions, best first, in one statement of separately limited parts."""
    parts = []
    for rank, question in enumerate(asked):
        rows = _seen(Person.objects.exclude(state=PersonState.MERGED), rights.SEE_PEOPLE, by)
        rows = rows.filter(question).order_by().annotate(rank=Value(rank, IntegerField()))
        parts.append(rows.values_list(*_COLUMNS)[: most + 1])
    found = list(parts[0].union(*parts[1:], all=True)) if len(parts) > 1 else list(parts[0])
    found.sort(key=lambda row: (row[6], row[2] != PersonState.PRESENT))
    where = names()
    for pk, name, state, community, grid, address, _rank in found:
        place = where.get(grid or community, "")
        yield Hit("person", pk, mask_name(name), address or _gone(state) or place)


def _gone(state: str) -> str:
    return "" if state == PersonState.PRESENT else gettext(str(PersonState(state).label))


def _by_number(question: Question, by: Actor, at: datetime, most: int) -> Answer:
    """Whose number this is. In the log before the answer, also when nobody was found."""
    context = "id_no" if question.kind is Kind.NUMBER else "phone"
    index = blind_index(question.text, context=context)
    found = list(_people([Q(**{f"{context}_index": index})], by, most))
    if rights.SEE_PEOPLE.held_by(by):
        record_access(
            AccessKind.SEARCH,
            [hit.id for hit in found] or [None],
            fields=[context],
            purpose=SEARCH,
            by=by,
            at=at,
        )
    if question.kind is Kind.PHONE:
        found += _units(lambda _model: Q(phone_index=index), by, most)
    return _answer(found, most, logged=True)


def _by_plate(plate: str, by: Actor, at: datetime, most: int) -> Answer:
    """Vehicles under a plate, those kept here first. Logged as a look-up of whom they are of."""
    rows = _seen(Vehicle.objects.all(), rights.SEE_VEHICLES, by)
    rows = rows.filter(plate_index=blind_index(plate, context="plate"))
    rows = rows.select_related("dwelling", "building__compound", "compound")
    found = list(rows.order_by(F("until").desc(nulls_first=True), "-id")[: most + 1])
    if rights.SEE_VEHICLES.held_by(by):
        record_access(
            AccessKind.SEARCH,
            sorted({one.owner_id for one in found if one.owner_id}) or [None],
            fields=["plate"],
            purpose=SEARCH,
            by=by,
            at=at,
        )
    where = names()
    hits = [
        Hit(
            "vehicle",
            one.pk,
            mask_plate(plate),
            gettext("登记已结束")
            if one.until
            else one.stands_at or where.get(one.grid_id or one.community_id, ""),
        )
        for one in found
    ]
    return _answer(hits, most, logged=True)


def _seen(rows: QuerySet[Any], right: Right, by: Actor) -> QuerySet[Any]:
    return right.rows(rows, by)


# --- homes -----------------------------------------------------------------------------------


def _by_address(text: str, by: Actor, most: int) -> Iterator[Hit]:
    """The rooms an address means, or the building as far as it could be read."""
    read = resolve(text)
    if read.building is None:
        compound = read.compound.name if read.compound is not None else _words(text)
        yield from _buildings(compound, by, most)
        return
    rows = _seen(Dwelling.objects.filter(building_id=read.building.id), rights.SEE_DWELLINGS, by)
    rooms = (
        rows.filter(rooms_named(read.addresses)) if any(a.room for a in read.addresses) else None
    )
    if rooms is not None:
        found = rooms.order_by().values_list("pk", "address", "use_state")[: most + 1]
        for pk, address, use_state in found:
            yield Hit("dwelling", pk, address, gettext(str(dict(USE_STATES)[use_state])))
    buildings = Building.objects.filter(pk=read.building.id)
    yield from _building_hits(_seen(buildings, rights.SEE_DWELLINGS, by), most)


USE_STATES: Final = Dwelling._meta.get_field("use_state").choices or ()


def rooms_named(addresses: Iterable[Address]) -> Q:
    """The dwellings of a building that addresses name by unit and room."""
    asked = Q(pk__in=[])
    for address in addresses:
        asked |= Q(unit=unit_number(address.unit), room=address.room)
    return asked


def _words(text: str) -> str:
    """What is left of a text in front of its first digit: 紫兰苑 of 紫兰苑3."""
    return re.split(r"[0-9]", text, maxsplit=1)[0].strip()


def _buildings(name: str, by: Actor, most: int) -> Iterator[Hit]:
    """Buildings of compounds whose name or other name has this in it."""
    if len(name) < 2:
        return
    compounds = Compound.objects.filter(Q(name__contains=name) | Q(aliases__alias__contains=name))
    rows = Building.objects.filter(compound__in=compounds.values("pk"))
    yield from _building_hits(_seen(rows, rights.SEE_DWELLINGS, by), most)


def _building_hits(rows: QuerySet[Building], most: int) -> Iterator[Hit]:
    where = names()
    found = rows.order_by("compound__name", "number").values_list(
        "pk", F("compound__name"), "name", "grid_id"
    )
    for pk, compound, name, grid in found[: most + 1]:
        yield Hit("building", pk, f"{compound} {name}", where.get(grid, ""))


# --- units -----------------------------------------------------------------------------------


Asked = Callable[[type[Model]], Q]
"""What is asked of each kind of unit: only shops have the name of their licence."""


def _units_by_name(text: str) -> Asked:
    """A part of the name, or of what the licence says beside the sign."""

    def asked(model: type[Model]) -> Q:
        found = Q(name__contains=text)
        return found | Q(licence_name__contains=text) if model is Shop else found

    return asked


def _units_by_letters(letters: str) -> Asked:
    """The beginning of the pinyin or of the initials."""

    def asked(model: type[Model]) -> Q:
        found = Q(pinyin__startswith=letters) | Q(initials__startswith=letters)
        if model is not Shop:
            return found
        licence = Q(licence_pinyin__startswith=letters)
        return found | licence | Q(licence_initials__startswith=letters)

    return asked


def _units(
    asked: Asked,
    by: Actor,
    most: int,
    kinds: tuple[type[Enterprise | Shop | Site], ...] = (Enterprise, Shop, Site),
) -> Iterator[Hit]:
    """Enterprises, shops and sites; one query for all three."""
    parts = []
    for kind, model in _UNITS:
        if model in kinds:
            rows = _seen(
                model._default_manager.filter(asked(model)), rights.SEE_UNITS, by
            ).order_by()
            rows = rows.annotate(kind_of=Value(kind))
            parts.append(rows.values_list("pk", "kind_of", "name", "address")[: most + 1])
    for pk, kind, name, address in parts[0].union(*parts[1:], all=True):
        yield Hit(kind, pk, name, address)
