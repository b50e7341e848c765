"""Refusals of this area, from the reasons its rules give."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from gezhi.base.actors import Actor, ActorKind
from gezhi.base.errors import FieldRefusal, NotAllowed, Refusal
from gezhi.base.sentences import Reason
from gezhi.core.staff.rules import is_second_factor_fresh


def sentence(reason: Reason) -> str:
    """A reason in the reader's language, filled in."""
    return _(reason.pattern) % reason.values if reason.values else _(reason.pattern)


def refusal_of(reason: Reason | None, *, field: str = "") -> Refusal | None:
    """The refusal of a reason, if there is one."""
    return None if reason is None else Refusal(sentence(reason), reason.code, field=field)


def refuse(reason: Reason | None, *, field: str = "") -> None:
    """Raise the refusal of a reason, if there is one."""
    if (refusal := refusal_of(reason, field=field)) is not None:
        raise refusal


def refuse_all(reasons: list[Reason], *, field: str) -> None:
    """Raise one refusal with everything that is wrong with a field."""
    if reasons:
        said = [FieldRefusal(field, sentence(reason)) for reason in reasons]
        raise Refusal("；".join(one.sentence for one in said), reasons[0].code, fields=said)


def demand_second_factor(by: Actor, at: datetime) -> None:
    """Raise `NotAllowed` unless the second factor was shown within the last minutes."""
    if by.kind is not ActorKind.SYSTEM and not is_second_factor_fresh(by.second_factor_at, at):
        raise NotAllowed(_("请先验证动态口令再办理"), "staff.second_factor_needed")
