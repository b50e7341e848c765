"""The limits of a case: how long each has, when it stands still, and who is told it runs out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext_lazy as _

from gezhi.base.workdays import Limit
from gezhi.engines.matters.language import Clock
from gezhi.engines.matters.models import Matter
from gezhi.engines.matters.rules import halved
from gezhi.services.cases import rights, rules, telling
from gezhi.services.cases.models import State


def handling_limit(matter: Matter) -> Limit | None:
    """What the category gives, from dispatch on."""
    category = matter.case.category
    return None if category is None else category.limit


def rework_limit(matter: Matter) -> Limit | None:
    """Half of it for another try."""
    limit = handling_limit(matter)
    return None if limit is None else halved(limit)


def within(hours: float) -> Callable[[Matter], Limit | None]:
    """A limit of the office's own desks."""
    return lambda matter: rules.hours(hours, urgent=matter.urgent)


SUSPENDED: Final = frozenset({State.SUSPENDED})
CLOCKS: Final = (
    Clock(
        "filing",
        _("受理立案"),
        within(rules.DESK_HOURS),
        pauses_in=frozenset({State.VERIFYING}),
        tells=telling.those_with(rights.FILE),
    ),
    Clock(
        "verify",
        _("现场核实"),
        within(rules.VERIFY_HOURS),
        tells=telling.those_with(rights.VERIFY),
    ),
    Clock(
        "dispatch",
        _("派遣"),
        within(rules.DESK_HOURS),
        tells=telling.those_with(rights.DISPATCH),
    ),
    Clock("accept", _("接收"), within(rules.ACCEPT_HOURS), tells=telling.the_unit),
    Clock(
        "decide",
        _("裁定推诿"),
        lambda matter: rules.DECIDE,
        tells=telling.those_with(rights.DECIDE),
    ),
    Clock("handling", _("处置"), handling_limit, pauses_in=SUSPENDED, tells=telling.the_unit),
    Clock("rework", _("返工"), rework_limit, pauses_in=SUSPENDED, tells=telling.the_unit),
    Clock("check", _("核查"), within(rules.CHECK_HOURS), tells=telling.those_with(rights.CHECK)),
    Clock("closing", _("结案"), within(rules.DESK_HOURS), tells=telling.those_with(rights.FILE)),
)
