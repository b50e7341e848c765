"""Right: one rule, asked of a list (`rows`) or of a row (`covers`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext

from gezhi.base.actors import Actor, ActorKind
from gezhi.base.errors import NotAllowed

M = TypeVar("M", bound=Model)

_all: dict[str, Right] = {}


class Scope(Protocol):
    """Which rows a right reaches for an actor: as a filter, and as a question of one row."""

    def filter(self, actor: Actor, right: str) -> Q: ...

    def covers(self, actor: Actor, right: str, row: Model) -> bool: ...


@dataclass(frozen=True, slots=True)
class within_posting:  # noqa: N801 - reads as a phrase where rights are declared
    """Rows whose place lies in a place the actor is posted to with this right.

    Rows carry `community_id` and `grid_id` beside each other, because equality on an indexed
    column keeps "latest 50" fast where a path prefix cannot. `prefix` reaches them through a
    relation (`"dwelling__"`). A post at level 1 sees the whole cell.

    A post at a micro-grid (level 4) reaches the rows of models that say how one of their rows
    is known to lie in one; see `micro_grid_path`.
    """

    prefix: str = ""

    def filter(self, actor: Actor, right: str) -> Q:
        communities: list[UUID] = []
        grids: list[UUID] = []
        for holding in actor.holdings_with(right):
            if holding.level == 1:
                return Q()
            if holding.level < 4:
                (communities if holding.level == 2 else grids).append(holding.place_id)
        q = Q(pk__in=[])
        if communities:
            q |= Q(**{f"{self.prefix}community_id__in": communities})
        if grids:
            q |= Q(**{f"{self.prefix}grid_id__in": grids})
        return q

    def in_micro_grids(self, actor: Actor, right: str, model: type[Model]) -> Q:
        """The rows of a model reached by posts at micro-grids, whatever other posts reach."""
        path = micro_grid_path(model, self.prefix)
        mine = [h.place_id for h in actor.holdings_with(right) if h.level == 4]
        return Q(**{f"{path}__in": mine}) if path and mine else Q(pk__in=[])

    def covers(self, actor: Actor, right: str, row: Model) -> bool:
        target: Any = row
        for step in self.prefix.split("__"):
            target = getattr(target, step) if step else target
        return any(
            h.level == 1
            or (h.level == 2 and target.community_id == h.place_id)
            or (h.level == 3 and target.grid_id == h.place_id)
            or (h.level == 4 and micro_grid_of(target) == h.place_id)
            for h in actor.holdings_with(right)
        )


def micro_grid_path(model: type[Model], prefix: str = "") -> str | None:
    """The lookup from rows of a model to the key of their micro-grid; None where there is none.

    A model says it in a class attribute: `in_micro_grid = "building__micro_grid_id"`.
    """
    for step in filter(None, prefix.split("__")):
        related: Any = model._meta.get_field(step).related_model
        model = related
    path = getattr(model, "in_micro_grid", None)
    return f"{prefix}{path}" if path else None


def micro_grid_of(row: Model) -> UUID | None:
    """The key of the micro-grid a row is known to lie in."""
    path = micro_grid_path(type(row))
    found: Any = row
    for step in path.split("__") if path else ():
        found = getattr(found, step, None)
    return found if path else None


@dataclass(frozen=True, slots=True)
class own:  # noqa: N801 - reads as a phrase where rights are declared
    """Rows that belong to the actor: `column` holds their account (or, for residents, person)."""

    column: str = "account_id"

    def _mine(self, actor: Actor) -> Any:
        return actor.person_id if actor.kind is ActorKind.RESIDENT else actor.account_id

    def filter(self, actor: Actor, right: str) -> Q:
        return Q(**{self.column: self._mine(actor)})

    def covers(self, actor: Actor, right: str, row: Model) -> bool:
        return bool(getattr(row, self.column) == self._mine(actor))


@dataclass(frozen=True, slots=True, eq=False)
class Right:
    """A named permission. Code knows rights; roles, which are data, bundle them."""

    code: str
    title: str | Promise
    where: Scope | None = None
    """Which rows it reaches; None for rights that are not about rows of a place."""
    second_factor: bool = False
    """Whether a second factor shown in this session is demanded besides."""

    def __post_init__(self) -> None:
        if _all.setdefault(self.code, self) is not self:
            raise ValueError(f"the right {self.code} is declared twice")

    def held_by(self, actor: Actor) -> bool:
        return actor.holds(self.code)

    def demand(self, actor: Actor) -> None:
        """Raise `NotAllowed` unless the actor holds this right somewhere."""
        if not self.held_by(actor):
            raise NotAllowed(
                gettext("您的岗位没有“%(right)s”权限，如工作需要请联系系统管理员")
                % {"right": self.title},
                "rights.not_held",
            )

    def rows(self, rows: QuerySet[M], actor: Actor) -> QuerySet[M]:
        """The rows of a list that this actor may see under this right."""
        if actor.kind is ActorKind.SYSTEM:
            return rows
        if not self.held_by(actor):
            return rows.none()
        if self.where is None:
            return rows
        reached = self.where.filter(actor, self.code)
        if reached and isinstance(self.where, within_posting):
            reached |= self.where.in_micro_grids(actor, self.code, rows.model)
        return rows.filter(reached)

    def covers(self, actor: Actor, row: Model) -> bool:
        """The same rule asked of one row."""
        if actor.kind is ActorKind.SYSTEM:
            return True
        if not self.held_by(actor):
            return False
        return self.where is None or self.where.covers(actor, self.code, row)


def all_rights() -> Iterator[Right]:
    """Every right declared by loaded areas, in the order of their codes."""
    return iter(sorted(_all.values(), key=lambda right: right.code))


def right_named(code: str) -> Right:
    """The right with this code; KeyError when no loaded area declares it."""
    return _all[code]
