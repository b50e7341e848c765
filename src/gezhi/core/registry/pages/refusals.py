"""Why an act on a row cannot be done now: greys the button; the action itself refuses the same."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.core.registry import reads
from gezhi.core.registry.actions.moving import AWAY
from gezhi.core.registry.holding import refuse_blocked, refuse_closed
from gezhi.core.registry.models import Dwelling, Household, Person
from gezhi.core.registry.models.people import PersonState


def closed(person: Person, by: Actor) -> Refusal | None:
    """Dead, merged away, or only to be stored."""
    try:
        refuse_closed(person)
    except Refusal as refusal:
        return refusal
    return None


def gone(person: Person, by: Actor) -> Refusal | None:
    """Merged away, or only to be stored; what is known of the dead may still be mended."""
    try:
        if person.state == PersonState.MERGED:
            refuse_closed(person)
        refuse_blocked(person)
    except Refusal as refusal:
        return refusal
    return None


def closed_or_absent(person: Person, by: Actor) -> Refusal | None:
    """As `closed`, or has left."""
    if person.state == PersonState.LEFT:
        return Refusal(_("此人已登记迁出"), "registry.left")
    return closed(person, by)


def closed_or_numbered(person: Person, by: Actor) -> Refusal | None:
    """As `closed`, or has a number already."""
    if person.id_no_index is not None:
        return Refusal(_("此人已有证件号码"), "registry.has_number")
    return closed(person, by)


def homeless(person: Person, by: Actor) -> Refusal | None:
    """As `closed`, or no dwelling is on record that one could move from."""
    if person.dwelling_id is None:
        return closed(person, by) or Refusal(
            _("此人没有登记现住房屋，请用“迁入”办理"), "registry.lives_nowhere"
        )
    return closed(person, by)


def settled_here(person: Person, by: Actor) -> Refusal | None:
    """As `closed`, or lives in a dwelling here already."""
    if person.dwelling_id is not None and person.consistency not in AWAY:
        return Refusal(_("此人登记有现住房屋；换住处请用“搬迁”办理"), "registry.lives_elsewhere")
    return closed(person, by)


def dissolved(household: Household, by: Actor) -> Refusal | None:
    """The household exists no longer."""
    if household.dissolved_on is not None:
        return Refusal(_("该户已撤销"), "registry.dissolved")
    return None


def without_household(person: Person, by: Actor) -> Refusal | None:
    """As `homeless`, or belongs to no household that could move."""
    if person.household_id is None:
        return homeless(person, by) or Refusal(_("此人不在任何户内"), "registry.no_household")
    return homeless(person, by)


def not_one_household(dwelling: Dwelling, by: Actor) -> Refusal | None:
    """Nobody lives there, or several households do, and it must be said which."""
    if reads.only_household(dwelling) is None:
        return Refusal(
            _("这套房屋没有户或有几户；有几户时，请打开要搬的那一户办理"),
            "registry.which_household",
        )
    return None


def too_small(household: Household, by: Actor) -> Refusal | None:
    """Nobody can leave a household of one."""
    if household.members < 2:
        return dissolved(household, by) or Refusal(
            _("该户只有一人，不能分户"), "registry.nobody_left"
        )
    return dissolved(household, by)
