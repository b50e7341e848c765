"""Why a step cannot be taken: the same answer greys the button and guards the write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.base.actors import Actor, ActorKind
from gezhi.base.errors import Conflict, FieldRefusal, NotAllowed, Refusal
from gezhi.engines.matters import queries
from gezhi.engines.matters.language import Step
from gezhi.engines.matters.models import Matter, Taken
from gezhi.engines.matters.rights import in_hand


def refusal(matter: Matter, step: Step, actor: Actor, at: datetime) -> Refusal | None:
    """What stands against taking a step now, whatever is filled in; None when nothing does."""
    if matter.state not in step.leaves:
        return moved_on(matter)
    if step.by_system and actor.kind is not ActorKind.SYSTEM:
        return NotAllowed(_("“%(step)s”由系统自动办理") % {"step": step.title}, "matters.by_itself")
    if not step.right.held_by(actor):
        return NotAllowed(
            _("办理“%(step)s”需要“%(right)s”权限")
            % {"step": step.title, "right": step.right.title},
            "matters.not_yours",
        )
    if actor.kind is not ActorKind.SYSTEM:
        if not step.right.covers(actor, matter):
            return NotAllowed(_("此事项不在您岗位的网格或单位范围内"), "matters.out_of_reach")
        if step.by_holder and not in_hand().covers(actor, step.right.code, matter):
            return not_in_hand()
        if _took_before(matter, step, actor):
            return NotAllowed(
                _("前一环节由您办理，“%(step)s”须由其他人办理") % {"step": step.title},
                "matters.own_work",
            )
    for guard in step.guards:
        found = guard(matter, actor, at)
        if found is not None:
            return found
    return _held_up(matter) if step.after_children else None


def _held_up(matter: Matter) -> Refusal | None:
    """A child matter that has to be done with first."""
    child = queries.waited_for(matter)
    if child is None:
        return None
    return Refusal(
        _("须先办完 %(child)s（%(state)s）") % {"child": child, "state": child.state_title},
        "matters.children_first",
    )


def _took_before(matter: Matter, step: Step, actor: Actor) -> bool:
    """Whether the actor was the last to take one of the steps whose taker is barred."""
    if not step.not_by or actor.account_id is None:
        return False
    last: dict[str, UUID | None] = {}
    for one in _history(matter):
        last[one.step] = one.account_id
    return any(last.get(code) == actor.account_id for code in step.not_by)


def _history(matter: Matter) -> Iterable[Taken]:
    """Its steps in order: read already where a page shows them, or now."""
    return sorted(matter.history.all(), key=lambda one: one.number)


def missing(step: Step, said: str, values: Mapping[str, Any]) -> Refusal | None:
    """What the step needs and was not given, each by its field."""
    names = sorted(_lacking(step, said, values))
    if not names:
        return None
    sentence = _("请补全后再提交")
    return Refusal(
        sentence,
        "matters.incomplete",
        fields=[FieldRefusal(name, _("请填写此项")) for name in names],
    )


def _lacking(step: Step, said: str, values: Mapping[str, Any]) -> Iterator[str]:
    for name in step.needs:
        value = said if name == "said" else values.get(name)
        if value is None or value == "" or value == []:
            yield name


def moved_on(matter: Matter) -> Conflict:
    """Somebody was quicker: the answer says where the matter stands now."""
    return Conflict(
        _("此事项现在是“%(state)s”，请刷新后再办理") % {"state": matter.state_title},
        "matters.moved_on",
    )


def over(matter: Matter) -> Conflict:
    """It has ended already."""
    return Conflict(
        _("此事项已“%(state)s”，不能再办理") % {"state": matter.state_title}, "matters.over"
    )


def not_in_hand() -> NotAllowed:
    """It lies on another desk."""
    return NotAllowed(_("此事项不在您或您单位手上"), "matters.not_in_hand")


def not_yours() -> NotAllowed:
    """It was written by another."""
    return NotAllowed(_("只能撤回自己的意见"), "matters.not_yours")
