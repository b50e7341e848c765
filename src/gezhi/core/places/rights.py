"""Who may see and change places.

The names, codes, boundaries and party groups of the tree and the address library hang on notice
boards and hold nothing about a person: whoever may see places sees all of the cell. Changes are
made from the community upwards; nobody redraws grids from inside one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from gezhi.base.actors import Actor
from gezhi.base.rights import Right


@dataclass(frozen=True, slots=True)
class within_community:  # noqa: N801 - reads as a phrase where rights are declared
    """Rows whose `community_id` is a place the actor is posted to; all at level 1, none below 2."""

    def filter(self, actor: Actor, right: str) -> Q:
        posts = list(actor.holdings_with(right))
        if any(post.level == 1 for post in posts):
            return Q()
        return Q(community_id__in=[post.place_id for post in posts if post.level == 2])

    def covers(self, actor: Actor, right: str, row: Model) -> bool:
        target: Any = row
        return any(
            post.level == 1 or (post.level == 2 and target.community_id == post.place_id)
            for post in actor.holdings_with(right)
        )


@dataclass(frozen=True, slots=True)
class on_their_own_level:  # noqa: N801 - reads as a phrase where rights are declared
    """Changes of a community's grids for posts at that community; of communities, for the office.

    So a change of grids is looked through by the chief of the community it is about, and not by
    the office above, which approves it.
    """

    def filter(self, actor: Actor, right: str) -> Q:
        posts = list(actor.holdings_with(right))
        mine = Q(community_id__in=[post.place_id for post in posts if post.level == 2])
        return mine | Q(community_id=None) if any(post.level == 1 for post in posts) else mine

    def covers(self, actor: Actor, right: str, row: Model) -> bool:
        target: Any = row
        return any(
            target.community_id == (None if post.level == 1 else post.place_id)
            for post in actor.holdings_with(right)
        )


HERE: Final = within_community()

SEE: Final = Right("places.see", _("查看网格与地址库"))
DRAW: Final = Right("places.draw", _("划定网格、草拟调整"), where=HERE)
REVIEW: Final = Right("places.review", _("审核网格调整"), where=on_their_own_level())
APPROVE: Final = Right("places.approve", _("批准网格调整"), where=HERE)
ADDRESSES: Final = Right("places.addresses", _("维护小区楼栋、处理待核地址"), where=HERE)
