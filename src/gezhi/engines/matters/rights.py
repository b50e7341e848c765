"""Who has an inbox. What may be done to a matter is the right of its step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from gezhi.base.actors import Actor
from gezhi.base.rights import Right, Scope, own
from gezhi.engines.matters import desks
from gezhi.engines.matters.language import workflows
from gezhi.engines.matters.models import Matter


@dataclass(frozen=True, slots=True)
class in_hand:  # noqa: N801 - reads as a phrase where rights are declared
    """Matters that lie with the actor: on their desk or one they look after, or with their unit.

    `prefix` reaches the matter from a service's own row (`"matter__"`).
    """

    prefix: str = ""

    def filter(self, actor: Actor, right: str) -> Q:
        mine = Q(**{f"{self.prefix}holder_id": actor.account_id})
        if actor.account_id is not None and (others := desks.desks_of(actor.account_id)):
            mine |= Q(**{f"{self.prefix}holder_id__in": others})
        units = [h.unit_id for h in actor.holdings_with(right) if h.unit_id is not None]
        return mine | Q(**{f"{self.prefix}unit_id__in": units}) if units else mine

    def covers(self, actor: Actor, right: str, row: Model) -> bool:
        matter: Any = row
        for name in self.prefix.split("__"):
            matter = getattr(matter, name) if name else matter
        if matter.holder_id is not None and matter.holder_id == actor.account_id:
            return True
        units = {h.unit_id for h in actor.holdings_with(right)} - {None}
        return matter.unit_id in units or desks.looks_after(actor.account_id, matter)


@dataclass(frozen=True, slots=True)
class any_of:  # noqa: N801 - reads as a phrase where rights are declared
    """Rows that any of several scopes reaches."""

    scopes: tuple[Scope, ...]

    def filter(self, actor: Actor, right: str) -> Q:
        found = Q(pk__in=[])
        for scope in self.scopes:
            one = scope.filter(actor, right)
            if not one:
                return one  # everything: an empty Q would vanish beside others
            found |= one
        return found

    def covers(self, actor: Actor, right: str, row: Model) -> bool:
        return any(scope.covers(actor, right, row) for scope in self.scopes)


@dataclass(frozen=True, slots=True)
class for_holders:  # noqa: N801 - reads as a phrase where rights are declared
    """Rows that another right's scope reaches, for whoever holds that right as well."""

    right: str
    scope: Scope

    def filter(self, actor: Actor, right: str) -> Q:
        return self.scope.filter(actor, self.right) if actor.holds(self.right) else Q(pk__in=[])

    def covers(self, actor: Actor, right: str, row: Model) -> bool:
        return actor.holds(self.right) and self.scope.covers(actor, self.right, row)


@dataclass(frozen=True, slots=True)
class as_its_kind_says:  # noqa: N801 - reads as a phrase where rights are declared
    """Matters that are visible under the right their own kind of work names."""

    def filter(self, actor: Actor, right: str) -> Q:
        seen = Q(pk__in=[])
        for workflow in workflows.values():
            sees = workflow.sees
            if sees.held_by(actor):
                where = Q() if sees.where is None else sees.where.filter(actor, sees.code)
                seen |= Q(kind=workflow.kind) & where
        return seen

    def covers(self, actor: Actor, right: str, row: Model) -> bool:
        matter: Any = row
        return workflows[matter.kind].sees.covers(actor, matter)


@dataclass(frozen=True, slots=True)
class by_its_matter:  # noqa: N801 - reads as a phrase where rights are declared
    """Links whose matter is visible."""

    def filter(self, actor: Actor, right: str) -> Q:
        seen = as_its_kind_says().filter(actor, right)
        return Q(matter__in=Matter.objects.filter(seen))

    def covers(self, actor: Actor, right: str, row: Model) -> bool:
        link: Any = row
        return as_its_kind_says().covers(actor, right, link.matter)


INBOX = Right("matters.inbox", _("使用事项中心"), where=as_its_kind_says())


@dataclass(frozen=True, slots=True)
class of_my_desk:  # noqa: N801 - reads as a phrase where rights are declared
    """Delegations one gave or was given."""

    def filter(self, actor: Actor, right: str) -> Q:
        return Q(account_id=actor.account_id) | Q(deputy_id=actor.account_id)

    def covers(self, actor: Actor, right: str, row: Model) -> bool:
        found: Any = row
        return actor.account_id in (found.account_id, found.deputy_id)


DESKS = Right("matters.delegate", _("委托同事办理事项"), where=of_my_desk())
LINKS = Right("matters.link", _("关联事项"), where=by_its_matter())
COMMENTS = Right("matters.comment", _("撤回自己的意见"), where=own())
