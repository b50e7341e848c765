"""Boundaries from a file: brought, looked at, confirmed."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Conflict, NotAllowed, Refusal
from gezhi.core.journal.actions import action, note
from gezhi.core.places import rights
from gezhi.core.places.actions.tree import centre_of
from gezhi.core.places.actions.writing import alter, demand, demand_day, locked
from gezhi.core.places.boundaries import ProblemKind
from gezhi.core.places.boundary_files import parse_boundaries
from gezhi.core.places.boundary_review import Review, review, standing_problems
from gezhi.core.places.datums import frame_named
from gezhi.core.places.models import BoundaryDraft, Level, Place, PlacePeriod
from gezhi.core.places.snapshots import changing, geojson


@action("places.bring_boundaries", _lazy("上传网格边界"), right=rights.DRAW)
def bring_boundaries(
    *,
    data: bytes,
    file_name: str,
    frame: str,
    parent: Place | None,
    level: int,
    by: Actor,
    at: datetime,
) -> BoundaryDraft:
    """Read a GeoJSON file in its stated frame and keep it, in WGS84, for a look.

    `parent` is the place whose parts of `level` it draws; None with level 1 for the outline of
    the subdistrict. Refused only if nothing can be read from it: everything else is shown.
    """
    stated = frame_named(frame)
    _demand_scope(parent, level, by)
    parsed = parse_boundaries(data, stated)
    unreadable = [p for p in parsed.problems if p.kind is ProblemKind.UNREADABLE]
    if unreadable or not parsed.boundaries:
        why = (unreadable or parsed.problems)[0].sentence
        raise Refusal(why, "places.unreadable_boundaries", field="file")
    draft = BoundaryDraft.objects.create(
        parent=parent,
        level=level,
        frame=stated.key,
        file_name=file_name[-120:],
        document={code: geojson(shape) for code, shape in parsed.boundaries.items()},
        faults=[
            {"kind": problem.kind.value, "code": problem.code, "sentence": problem.sentence}
            for problem in parsed.problems
        ],
        community_id=parent.community_id if parent is not None else None,
        brought_by=by.name,
        brought_by_id=by.account_id,
        brought_at=at,
    )
    changes = {"level": level, "frame": stated.key, "boundaries": len(parsed.boundaries)}
    note(draft, place_id=parent.pk if parent else None, changes=changes)
    return draft


def _demand_scope(parent: Place | None, level: int, by: Actor) -> None:
    if parent is None:
        if level != Level.SUBDISTRICT:
            raise Refusal(_("请选择所属上级"), "places.parent_needed", field="parent")
        if not any(post.level == 1 for post in by.holdings_with(rights.DRAW.code)) and (
            by.account_id is not None
        ):
            raise NotAllowed(_("这里不归您办理"), "places.not_yours")
        return
    demand(rights.DRAW, by, parent)
    if not parent.level < level <= Level.MICRO_GRID:
        raise Refusal(_("层级应在所选上级之下"), "places.wrong_level", field="level")


@action("places.confirm_boundaries", _lazy("启用网格边界"), right=rights.DRAW)
def confirm_boundaries(
    *, draft: BoundaryDraft, on: date, by: Actor, at: datetime, correction: bool = False
) -> int:
    """Put boundaries into force from a day on; returns how many places changed.

    Looked at anew: refused while anything in them stands in the way. Earlier days keep theirs.
    """
    changing()
    row = BoundaryDraft.objects.select_for_update(of=("self",)).select_related("parent")
    held = row.get(pk=draft.pk)
    demand(rights.DRAW, by, held)
    if held.confirmed_at is not None:
        raise Conflict(_("这份边界已经启用"), "places.confirmed_already")
    demand_day(on, at, correction=correction)
    found = review(held, on)
    if found.refused:
        count = sum(problem.blocks for problem in found.problems)
        raise Refusal(
            _("还有 %(n)s 个问题必须改正，请改好文件后重新上传") % {"n": count},
            "places.boundaries_do_not_tile",
        )
    present = dict(
        PlacePeriod.objects.filter(place__in=found.places.values(), valid_to=None).values_list(
            "place__code", "boundary"
        )
    )
    changed = [code for code, drawn in held.document.items() if present.get(code) != drawn]
    for code in sorted(changed):
        place, drawn = found.places[code], held.document[code]
        alter(place, on, boundary=drawn, estimated=False)
        place.centre_lon, place.centre_lat = centre_of(drawn)
        place.save(update_fields=["centre_lon", "centre_lat"])
    _settle(found, changed)
    unfit = found.unfit
    for place in Place.objects.filter(code__in=unfit, valid_to=None).order_by("code"):
        alter(place, on, estimated=True)
    held.confirmed_at = at
    held.save(update_fields=["confirmed_at"])
    changes = {"changed": sorted(changed), "unfit": unfit, "from": str(on)}
    note(held, place_id=held.parent_id, changes=changes)
    return len(changed)


def _settle(found: Review, changed: list[str]) -> None:
    """What a file draws just as it is in force is settled by it as well."""
    same = [place for code, place in found.places.items() if code in found.boundaries]
    PlacePeriod.objects.filter(
        place__in=[place for place in same if place.code not in changed],
        valid_to=None,
        estimated=True,
    ).update(estimated=False)


@action("places.accept_boundaries", _lazy("核定网格边界"), right=rights.DRAW)
def accept_boundaries(*, community: Place, by: Actor, at: datetime) -> list[str]:
    """Take the estimated boundaries of a community's grids as drawn; returns their codes.

    Refused while they leave gaps, overlap, or do not fit the community's own boundary.
    """
    changing()
    home = locked(community)
    demand(rights.DRAW, by, home)
    if home.level != Level.COMMUNITY:
        raise Refusal(_("请选择社区或村"), "places.wrong_level", field="community")
    waiting = PlacePeriod.objects.filter(
        place__parent=home, place__level=Level.GRID, valid_to=None, estimated=True
    )
    codes = sorted(waiting.values_list("place__code", flat=True))
    if not codes:
        raise Refusal(_("没有待核定的边界"), "places.nothing_estimated")
    wrong = [one for one in standing_problems(home, timezone.localdate(at)) if one.blocks]
    if wrong:
        raise Refusal("；".join(one.sentence for one in wrong[:3]), "places.boundaries_do_not_tile")
    waiting.update(estimated=False)
    note(home, place_id=home.pk, changes={"accepted": codes})
    return codes


@action("places.drop_boundaries", _lazy("放弃网格边界"), right=rights.DRAW)
def drop_boundaries(*, draft: BoundaryDraft, by: Actor, at: datetime) -> None:
    """Throw away boundaries that were not put into force."""
    demand(rights.DRAW, by, draft)
    note(draft, place_id=draft.parent_id, changes={"file": draft.file_name})
    BoundaryDraft.objects.filter(pk=draft.pk, confirmed_at=None).delete()
