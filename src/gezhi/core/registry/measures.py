"""Data quality, measure by measure: which rows it is about, and which of them fall short."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from gezhi.base.rights import Right
from gezhi.base.sentences import _
from gezhi.core.registry import rights, rules
from gezhi.core.registry.models import (
    CareLabel,
    Conflict,
    Dwelling,
    Enterprise,
    Household,
    Person,
    Shop,
    Site,
    Vehicle,
)
from gezhi.core.registry.rules import Interval
from gezhi.core.registry.vehicle_reads import GONE, UNREACHABLE

Intervals = Mapping[str, Interval]
Short = Callable[[datetime, Intervals], Q]


class Dimension(StrEnum):
    """The five sides of quality."""

    COMPLETENESS = "completeness"
    VALIDITY = "validity"
    UNIQUENESS = "uniqueness"
    CONSISTENCY = "consistency"
    FRESHNESS = "freshness"


@dataclass(frozen=True, slots=True)
class Measure:
    """A share of rows that are as they should be."""

    code: str
    title: str
    dimension: Dimension
    model: type[models.Model]
    right: Right
    whole: Q
    """The rows it is about."""
    short: Short
    """Of these, the rows behind the figure: those that fall short at a moment."""


def _empty(model: type[models.Model], names: Iterable[str]) -> Q:
    """Rows in which any of these fields is unknown."""
    found = Q(pk__in=[])
    for name in names:
        field: Any = model._meta.get_field(name)
        if field.null:
            found |= Q(**{f"{name}__isnull": True})
        if isinstance(field, models.CharField):
            found |= Q(**{name: ""})
    return found


def _incomplete_people(_at: datetime, _intervals: Intervals) -> Q:
    classes = ("hukou", "migrant", "overseas", "unregistered")
    found = Q(gender="0")
    for kind in classes:
        found |= Q(population_class=kind) & _empty(Person, rules.expected_of(kind))
    return found


def _open_conflict(_at: datetime, _intervals: Intervals) -> Q:
    waiting = Conflict.objects.filter(settled_at=None)
    return Q(Exists(waiting.filter(person=OuterRef("pk")))) | Q(
        Exists(waiting.filter(other=OuterRef("pk")))
    )


def _impossible_birth(at: datetime, _intervals: Intervals) -> Q:
    oldest = at.date().replace(year=at.year - 120, day=1)
    return Q(birth_date__gt=at.date()) | Q(birth_date__lt=oldest)


def _displaced(_at: datetime, _intervals: Intervals) -> Q:
    """Person, household, dwelling and grid that do not fit each other."""
    nowhere = Q(dwelling=None) & ~Q(consistency__in=("3", "4"))
    other_grid = Q(dwelling__isnull=False) & ~Q(grid=F("dwelling__grid"))
    other_home = Q(household__isnull=False) & ~Q(household__dwelling=F("dwelling"))
    return nowhere | other_grid | other_home


def _headless(_at: datetime, _intervals: Intervals) -> Q:
    is_head = Q(head__household=F("pk"), head__relation_to_head=rules.HEAD)
    return Q(head=None) | ~is_head


def _used_otherwise(_at: datetime, _intervals: Intervals) -> Q:
    return Q(use_state="vacant", residents__gt=0) | Q(use_state="self", residents=0)


def stale(at: datetime, interval: Interval) -> Q:
    """Rows not verified within an interval and its grace, or never."""
    oldest = at - timedelta(days=interval.days + interval.grace)
    return Q(verified_at=None) | Q(verified_at__lt=oldest)


def stale_people(at: datetime, intervals: Intervals) -> Q:
    """By the shortest interval that holds for somebody; see `rules.person_interval`."""
    return stale(at, intervals["household"]) | stale_when_cared_for(at, intervals)


def stale_when_cared_for(at: datetime, intervals: Intervals) -> Q:
    """Those to be seen again because of a care label; see `rules.person_interval`."""
    labels = CareLabel.objects.filter(person=OuterRef("pk"), valid_to=None)
    key = Q(Exists(labels.filter(kind__in=rules.KEY_CARE)))
    assisted = Q(Exists(labels.filter(kind__in=rules.ASSISTED)))
    return (key & stale(at, intervals["key_care"])) | (
        assisted & stale(at, intervals["assistance"])
    )


def stale_dwellings(at: datetime, intervals: Intervals) -> Q:
    """By use; see `rules.dwelling_interval`."""
    rented = Q(use_state="rented")
    groups = rented & Q(group_rental=True)
    others = ~rented & ~Q(use_state="vacant")
    return (
        (groups & stale(at, intervals["group_rental"]))
        | (rented & ~Q(group_rental=True) & stale(at, intervals["rental"]))
        | (Q(use_state="vacant") & stale(at, intervals["vacant"]))
        | (others & stale(at, intervals["household"]))
    )


def _fields(model: type[models.Model], *names: str) -> Short:
    return lambda _at, _intervals: _empty(model, names)


def _older_than(code: str) -> Short:
    return lambda at, intervals: stale(at, intervals[code])


def _unnumbered(_at: datetime, _intervals: Intervals) -> Q:
    return Q(id_no=None, id_no_raw__isnull=False)


_PRESENT: Final = Q(state="present")
_OPEN: Final = Q(state__in=("open", "suspended"))
_WORKING: Final = ~Q(stage__in=("planned", "stopped", "finished"))
_D = Dimension
_PEOPLE, _HOMES, _UNITS = rights.SEE_PEOPLE, rights.SEE_DWELLINGS, rights.SEE_UNITS

MEASURES: Final = (
    Measure(
        "people.complete",
        _("人口信息完整"),
        _D.COMPLETENESS,
        Person,
        _PEOPLE,
        _PRESENT,
        _incomplete_people,
    ),
    Measure(
        "people.numbers",
        _("证件号码有效"),
        _D.VALIDITY,
        Person,
        _PEOPLE,
        _PRESENT & (Q(id_no__isnull=False) | Q(id_no_raw__isnull=False)),
        _unnumbered,
    ),
    Measure(
        "people.births",
        _("出生日期合理"),
        _D.VALIDITY,
        Person,
        _PEOPLE,
        _PRESENT & Q(birth_date__isnull=False),
        _impossible_birth,
    ),
    Measure(
        "people.unique", _("人员不重复"), _D.UNIQUENESS, Person, _PEOPLE, _PRESENT, _open_conflict
    ),
    Measure(
        "people.placed",
        _("人、户、房、网格一致"),
        _D.CONSISTENCY,
        Person,
        _PEOPLE,
        _PRESENT,
        _displaced,
    ),
    Measure(
        "people.fresh", _("按期核实人员"), _D.FRESHNESS, Person, _PEOPLE, _PRESENT, stale_people
    ),
    Measure(
        "households.headed",
        _("户主明确"),
        _D.COMPLETENESS,
        Household,
        _PEOPLE,
        Q(dissolved_on=None),
        _headless,
    ),
    Measure(
        "dwellings.complete",
        _("房屋信息完整"),
        _D.COMPLETENESS,
        Dwelling,
        _HOMES,
        Q(),
        lambda _a, _i: Q(use_state="unknown") | Q(area=None),
    ),
    Measure(
        "dwellings.used",
        _("使用状态与住人情况一致"),
        _D.CONSISTENCY,
        Dwelling,
        _HOMES,
        ~Q(use_state="unknown"),
        _used_otherwise,
    ),
    Measure(
        "dwellings.fresh", _("按期核实房屋"), _D.FRESHNESS, Dwelling, _HOMES, Q(), stale_dwellings
    ),
    Measure(
        "enterprises.complete",
        _("企业信息完整"),
        _D.COMPLETENESS,
        Enterprise,
        _UNITS,
        _OPEN,
        _fields(Enterprise, "uscc", "contact", "phone", "staff_count"),
    ),
    Measure(
        "enterprises.fresh",
        _("按期核实企业"),
        _D.FRESHNESS,
        Enterprise,
        _UNITS,
        _OPEN,
        _older_than("enterprise"),
    ),
    Measure(
        "shops.complete",
        _("门店信息完整"),
        _D.COMPLETENESS,
        Shop,
        _UNITS,
        _OPEN,
        _fields(Shop, "trade", "contact", "phone", "sleepers"),
    ),
    Measure(
        "shops.fresh", _("按期核实门店"), _D.FRESHNESS, Shop, _UNITS, _OPEN, _older_than("shop")
    ),
    Measure(
        "sites.complete",
        _("工地信息完整"),
        _D.COMPLETENESS,
        Site,
        _UNITS,
        Q(),
        lambda _a, _i: (
            _empty(Site, ("manager", "phone", "starts_on", "workers"))
            | (Q(permit_no="") & Q(below_limit=False))
        ),
    ),
    Measure(
        "sites.fresh",
        _("在建工地每日核实"),
        _D.FRESHNESS,
        Site,
        _UNITS,
        _WORKING,
        _older_than("site"),
    ),
    Measure(
        "vehicles.reachable",
        _("能联系到挪车的人"),
        _D.COMPLETENESS,
        Vehicle,
        rights.SEE_VEHICLES,
        Q(until=None),
        lambda _a, _i: UNREACHABLE,
    ),
    Measure(
        "vehicles.owned",
        _("车主仍在册"),
        _D.CONSISTENCY,
        Vehicle,
        rights.SEE_VEHICLES,
        Q(until=None, owner__isnull=False),
        lambda _a, _i: GONE,
    ),
)
BY_CODE: Final = {measure.code: measure for measure in MEASURES}
