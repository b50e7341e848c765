"""What people have asked about their data goes along when the ground they live on is divided anew.

Whoever answers is found by place: a request that stayed with a place that has ended would be out
of everybody's sight while its clock runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gezhi.base.actors import Actor
from gezhi.core.places import rehoming
from gezhi.core.places.models import Level, Place
from gezhi.core.privacy.models import RightsRequest


@rehoming.register_heir
def pass_on(retiring: Place, successors: Sequence[Place], by: Actor, at: datetime) -> None:
    """Put the requests of a retiring place where most of it goes."""
    if not successors:
        return
    heir = successors[0]
    if retiring.level == Level.COMMUNITY:
        RightsRequest.objects.filter(community_id=retiring.pk).update(community_id=heir.pk)
    elif retiring.level == Level.GRID:
        RightsRequest.objects.filter(grid_id=retiring.pk).update(
            grid_id=heir.pk, community_id=heir.community_id
        )
