"""Named reads behind the screens: what a list shows, what belongs to a row, how many there are.

Rows that carry no place of their own (events, stays, care labels) get the place of the person
they are about as `community_id` and `grid_id`, so that one right narrows them all alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, TypeVar, cast
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Coalesce, TruncYear

from gezhi.base.actors import Actor, ActorKind
from gezhi.base.rights import Right
from gezhi.core.places.models import Building, Level
from gezhi.core.registry import rights
from gezhi.core.registry.metrics import METRICS, Key, counted_rows
from gezhi.core.registry.models import (
    CareLabel,
    Conflict,
    Dwelling,
    Enterprise,
    Household,
    LifeEvent,
    Merge,
    Person,
    Residence,
    Shop,
    Site,
    Tally,
)
from gezhi.core.registry.models.people import LifeEventKind, PersonState

M = TypeVar("M", bound=Model)

_PERSON_COLUMNS: Final = (
    *("name", "gender", "birth_date", "id_kind", "id_no", "phone", "population_class"),
    *("consistency", "relation_to_head", "state", "ended_on", "verified_at", "as_of", "blocked"),
    *("community_id", "grid_id", "household_id", "education", "marital_status", "ethnicity"),
    *("dwelling__address", "revision"),
)


def placed(rows: QuerySet[M], by: str) -> QuerySet[M]:
    """The rows with the place of what `by` leads to (`person__`)."""
    return cast(
        "QuerySet[M]",
        rows.annotate(community_id=F(f"{by}community_id"), grid_id=F(f"{by}grid_id")),
    )


# --- people -----------------------------------------------------------------------------------


def people(actor: Actor, at: datetime) -> QuerySet[Person]:
    """Everybody listed and present, with their address."""
    rows = Person.objects.filter(state=PersonState.PRESENT)
    return rows.select_related("dwelling").only(*_PERSON_COLUMNS)


def former_people(actor: Actor, at: datetime) -> QuerySet[Person]:
    """Who has left, died or was merged into another row."""
    rows = Person.objects.exclude(state=PersonState.PRESENT)
    return rows.select_related("dwelling").only(*_PERSON_COLUMNS)


def any_person(actor: Actor, at: datetime) -> QuerySet[Person]:
    """Every person ever listed, with home and household, for what is done to them."""
    conflicts = Conflict.objects.filter(
        Q(person=OuterRef("pk")) | Q(other=OuterRef("pk")), settled_at=None
    )
    return Person.objects.select_related(
        "dwelling", "household", "source", "touched_by", "merged_into", "migrant", "overseas"
    ).annotate(in_conflict=Exists(conflicts))


def person_files(actor: Actor, at: datetime) -> QuerySet[Person]:
    """Every person ever listed, with no more around them than their own page shows."""
    bare = any_person(actor, at).select_related(None)
    return bare.select_related("dwelling", "source", "touched_by", "migrant")


def cared_for(actor: Actor, at: datetime) -> QuerySet[Person]:
    """Present people with an open care label, each with the kinds of theirs."""
    open_labels = CareLabel.objects.filter(person=OuterRef("pk"), valid_to=None)
    return (
        people(actor, at)
        .filter(Exists(open_labels))
        .annotate(kinds=ArraySubquery(open_labels.order_by("kind").values("kind")))
    )


def labels(actor: Actor, at: datetime) -> QuerySet[CareLabel]:
    """Every care label, with the person."""
    return placed(CareLabel.objects.select_related("person"), "person__")


def labels_of(person: Person) -> QuerySet[CareLabel]:
    """Somebody's care labels, open ones first."""
    rows = CareLabel.objects.filter(person=person).order_by(
        F("valid_to").desc(nulls_first=True), "-valid_from"
    )
    return placed(rows, "person__")


def stays_of(person: Person) -> QuerySet[Residence]:
    """Where somebody lives and has lived, present homes first."""
    rows = Residence.objects.filter(person=person).select_related("dwelling", "person")
    rows = rows.order_by(F("moved_out").desc(nulls_first=True), "-moved_in", "-id")
    return placed(rows, "person__")


def housemates_of(person: Person) -> QuerySet[Person]:
    """The members of somebody's household, the head first."""
    if person.household_id is None:
        return Person.objects.none()
    return members(person.household_id)


def members(household_id: UUID) -> QuerySet[Person]:
    """Present members of a household, the head first."""
    rows = Person.objects.filter(household_id=household_id, state=PersonState.PRESENT)
    return (
        rows.select_related("dwelling")
        .only(*_PERSON_COLUMNS)
        .order_by("relation_to_head", "birth_date", "pk")
    )


def events_of(person: Person) -> QuerySet[LifeEvent]:
    """What happened to somebody, newest first."""
    rows = LifeEvent.objects.filter(Q(person=person) | Q(other=person))
    return rows.select_related("source").order_by("-happened_on", "-id")


def events(actor: Actor, at: datetime) -> QuerySet[LifeEvent]:
    """Everything that happened to anybody, with the person.

    `sorted_on` is the day, of a birth the first of its year: neither order nor filter tells a
    birthday that the list does not show.
    """
    birth = When(kind=LifeEventKind.BIRTH, then=TruncYear("happened_on"))
    day = Case(birth, default="happened_on", output_field=DateField())
    rows = LifeEvent.objects.annotate(sorted_on=day).select_related("person", "source")
    return placed(rows, "person__")


def conflicts(actor: Actor, at: datetime) -> QuerySet[Conflict]:
    """Two beliefs that a human has to settle, and those settled."""
    return Conflict.objects.select_related(
        "person__dwelling", "person__source", "other__dwelling", "other__source", "source"
    )


def merge_of(person: Person) -> Merge | None:
    """The merge that stands by which somebody's row went into another."""
    return Merge.objects.filter(dropped=person, undone_at=None).first()


# --- households and dwellings -----------------------------------------------------------------


def households(actor: Actor, at: datetime) -> QuerySet[Household]:
    """Households that exist, with head and address."""
    rows = Household.objects.filter(dissolved_on=None)
    return rows.select_related("head", "dwelling")


def any_household(actor: Actor, at: datetime) -> QuerySet[Household]:
    """Every household, dissolved ones too."""
    return Household.objects.select_related("head", "dwelling", "source", "touched_by")


def stays_in_household(household: Household) -> QuerySet[Residence]:
    """Who belonged to a household before and does no longer."""
    rows = Residence.objects.filter(household=household, moved_out__isnull=False)
    rows = rows.select_related("person").order_by("-moved_out", "-id")
    return placed(rows, "household__")


def events_of_household(household: Household) -> QuerySet[LifeEvent]:
    """What happened in a household, newest first."""
    return LifeEvent.objects.filter(household=household).select_related("person", "source")


def dwellings(actor: Actor, at: datetime) -> QuerySet[Dwelling]:
    """Every dwelling."""
    return Dwelling.objects.all()


def any_dwelling(actor: Actor, at: datetime) -> QuerySet[Dwelling]:
    """Every dwelling with its building and sources, for its own page."""
    return Dwelling.objects.select_related("building__compound", "source", "touched_by")


def living_in(dwelling: Dwelling) -> QuerySet[Residence]:
    """Open stays in a dwelling, with the person."""
    rows = Residence.objects.filter(dwelling=dwelling, moved_out=None).select_related("person")
    return placed(rows.order_by("-main", "person__relation_to_head", "id"), "dwelling__")


def lived_in(dwelling: Dwelling) -> QuerySet[Residence]:
    """Stays in a dwelling that are over, the latest first."""
    rows = Residence.objects.filter(dwelling=dwelling, moved_out__isnull=False)
    rows = rows.select_related("person").order_by("-moved_out", "-id")
    return placed(rows, "dwelling__")


def households_at(dwelling: Dwelling) -> QuerySet[Household]:
    """Households that exist at a dwelling."""
    return Household.objects.filter(dwelling=dwelling, dissolved_on=None).select_related("head")


def only_household(dwelling: Dwelling) -> Household | None:
    """The one household at a dwelling; None where there is none or several."""
    found = list(households_at(dwelling)[:2])
    return found[0] if len(found) == 1 else None


def buildings(actor: Actor, at: datetime) -> QuerySet[Building]:
    """Every building, with its numbers of dwellings and of people living there."""
    rooms = Dwelling.objects.filter(building=OuterRef("pk")).order_by().values("building")
    count = rooms.annotate(n=Count("pk")).values("n")
    inside = rooms.annotate(n=Sum("residents")).values("n")
    return Building.objects.select_related("compound").annotate(
        rooms=Coalesce(Subquery(count, output_field=IntegerField()), 0),
        living=Coalesce(Subquery(inside, output_field=IntegerField()), 0),
    )


def rooms_of(building: Building) -> QuerySet[Dwelling]:
    """The dwellings of a building, as the picture of it needs them."""
    rows = Dwelling.objects.filter(building=building)
    return rows.only("unit", "floor", "room", "use_state", "residents", "hazard", "address")


# --- enterprises, shops, sites ----------------------------------------------------------------


def enterprises(actor: Actor, at: datetime) -> QuerySet[Enterprise]:
    """Every enterprise and public unit."""
    return Enterprise.objects.all()


def shops(actor: Actor, at: datetime) -> QuerySet[Shop]:
    """Every shop."""
    return Shop.objects.all()


def sites(actor: Actor, at: datetime) -> QuerySet[Site]:
    """Every construction site."""
    return Site.objects.all()


def with_sources(rows: QuerySet[M]) -> QuerySet[M]:
    """Rows with where they came from."""
    return rows.select_related("source", "touched_by")


# --- how many ---------------------------------------------------------------------------------


def _tallies_in_reach(right: Right, actor: Actor) -> QuerySet[Tally]:
    """The counters of places within the actor's reach under a right."""
    posts = list(actor.holdings_with(right.code))
    if actor.kind is ActorKind.SYSTEM or any(post.level == 1 for post in posts):
        return Tally.objects.all()
    return Tally.objects.filter(
        Q(place__community_id__in=[post.place_id for post in posts if post.level == 2])
        | Q(place__grid_id__in=[post.place_id for post in posts if post.level == 3])
    )


def tallied(metrics: Sequence[str], right: Right, actor: Actor) -> dict[str, int]:
    """How many rows of each metric lie in the actor's reach under a right; one query.

    Nothing is tallied below grids: what posts at micro-grids reach is counted from the rows.
    """
    rows = _tallies_in_reach(right, actor).filter(metric__in=metrics).order_by()
    found = {metric: int(n) for metric, n in rows.values_list("metric").annotate(n=Sum("value"))}
    if any(post.level == Level.MICRO_GRID for post in actor.holdings_with(right.code)):
        for (metric, _category, _place), number in _counted_in_micro_grids(metrics, right, actor):
            found[metric] = found.get(metric, 0) + number
    return {metric: found.get(metric, 0) for metric in metrics}


def _counted_in_micro_grids(
    metrics: Sequence[str], right: Right, actor: Actor
) -> Iterator[tuple[Key, int]]:
    """What only posts at micro-grids reach."""
    reached = rights.HERE.filter(actor, right.code)
    if not reached:
        return  # the whole subdistrict
    for model in {metric.model for metric in METRICS if metric.code in metrics}:
        below = rights.HERE.in_micro_grids(actor, right.code, model)
        yield from counted_rows(model, below & ~reached, metrics)


def tallied_whole(metric: str) -> int:
    """How many rows of a metric there are in the whole subdistrict."""
    return int(Tally.objects.filter(metric=metric).aggregate(n=Sum("value"))["n"] or 0)
