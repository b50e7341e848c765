"""Named writes: open a matter, take a step, hand it on, delegate a desk, follow, comment, link."""

from gezhi.engines.matters.actions.company import (
    comment,
    follow,
    link,
    tell_followers,
    unfollow,
    unlink,
    withdraw_comment,
)
from gezhi.engines.matters.actions.desks import (
    delegate,
    end_delegation,
    hand_on,
    hand_over,
    place_in_hands,
)
from gezhi.engines.matters.actions.limits import extend, warn
from gezhi.engines.matters.actions.moving import address_of, enact, open_matter, take
from gezhi.engines.matters.actions.together import Outcome, take_many

__all__ = [
    "Outcome",
    "address_of",
    "comment",
    "delegate",
    "enact",
    "end_delegation",
    "extend",
    "follow",
    "hand_on",
    "hand_over",
    "link",
    "open_matter",
    "place_in_hands",
    "take",
    "take_many",
    "tell_followers",
    "unfollow",
    "unlink",
    "warn",
    "withdraw_comment",
]
