"""The history of matters as happenings, for those outside who follow it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from gezhi.base.happenings import ENDED, MOVED, OPENED, Happening
from gezhi.engines.matters.language import workflows
from gezhi.engines.matters.models import Taken


class OfMatters:
    """Every opening and step of every kind."""

    def kinds(self) -> Mapping[str, Any]:
        return {kind: workflow.title for kind, workflow in workflows.items()}

    def between(
        self, after: UUID, until: UUID, kinds: Collection[str], most: int
    ) -> Sequence[Happening]:
        rows = (
            Taken.objects.filter(pk__gt=after, pk__lte=until, matter__kind__in=list(kinds))
            .select_related("matter__grid", "matter__community")
            .defer("matter__words")
            .order_by("pk")
        )
        return [_happening(one) for one in rows[:most]]


def _happening(taken: Taken) -> Happening:
    matter = taken.matter
    place = matter.grid or matter.community
    ends = workflows[matter.kind].ends_in
    ended = taken.went_to in ends and taken.came_from not in ends
    return Happening(
        id=taken.pk,
        subject_id=matter.pk,
        kind=matter.kind,
        what=ENDED if ended else MOVED if taken.step else OPENED,
        number=matter.number,
        state=taken.went_to,
        step=taken.step,
        sequence=taken.number,
        place=place.code if place is not None else "",
        at=taken.at,
    )
