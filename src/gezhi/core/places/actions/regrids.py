"""The life of a proposed change of grids, up to its approval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.core.journal.actions import action, note
from gezhi.core.places import regridding, rights, tree_rules
from gezhi.core.places.actions.taking_effect import take_effect
from gezhi.core.places.actions.tree import codes_ever_used
from gezhi.core.places.actions.writing import demand, demand_near, locked, worded
from gezhi.core.places.models import (
    Building,
    Level,
    Place,
    Regrid,
    RegridMove,
    RegridNew,
    RegridOld,
    RegridState,
)
from gezhi.core.places.snapshots import changing
from gezhi.core.places.tree_rules import Kind

MOST_COMING = 20


@dataclass(frozen=True, slots=True)
class NewGrid:
    """What a draft says about one coming grid."""

    name: str
    party_group: str
    land_of: tuple[str, ...] = ()


@action("places.draw_regrid", _lazy("草拟网格调整"), right=rights.DRAW)
def draw_regrid(
    *,
    title: str,
    community: Place,
    retiring: Sequence[Place],
    coming: int,
    effective: date,
    reason: str,
    by: Actor,
    at: datetime,
    correction: bool = False,
) -> Regrid:
    """Propose that some grids of a community give way to `coming` new ones from a day on.

    The new grids get their codes here. Where there is only one, it takes every building.
    """
    changing()
    home = locked(community)
    demand(rights.DRAW, by, home)
    if home.level != Level.COMMUNITY:
        raise Refusal(_("请选择社区或村"), "places.wrong_level", field="community")
    if not retiring:
        raise Refusal(_("请选择要调整的网格"), "places.nothing_retires", field="retiring")
    if not 1 <= coming <= MOST_COMING:
        raise Refusal(
            _("新网格应为 1 至 %(most)s 个") % {"most": MOST_COMING},
            "places.too_many_grids",
            field="coming",
        )
    demand_near(effective, at)
    for place in retiring:
        row = locked(place)
        if row.level != Level.GRID or row.community_id != home.pk:
            raise Refusal(
                _("“%(name)s”不是本社区（村）的三级网格") % {"name": row.name},
                "places.strange_grid",
                field="retiring",
            )
    regrid = Regrid.objects.create(
        title=worded(title, "title", _("名称")),
        community=home,
        effective=effective,
        correction=correction,
        reason=reason.strip(),
        drawn_by=by.name,
        drawn_by_id=by.account_id,
        drawn_at=at,
    )
    news = give_way(regrid, retiring, below=home, kinds=[Kind.GRID] * coming)
    if coming == 1:
        _move(regrid, dict.fromkeys(_buildings_of(regrid), news[0].pk))
    return regrid


def give_way(
    regrid: Regrid, retiring: Sequence[Place], *, below: Place, kinds: Sequence[Kind]
) -> list[RegridNew]:
    """Note what a proposal retires and what comes instead, each with the next code never used."""
    RegridOld.objects.bulk_create([RegridOld(regrid=regrid, place=place) for place in retiring])
    used, news = codes_ever_used(), []
    for kind in kinds:
        code = tree_rules.next_code(below.code, kind, used)
        used.add(code)
        news.append(RegridNew(regrid=regrid, code=code))
    changes: dict[str, object] = {"retiring": [place.code for place in retiring]}
    changes |= {"coming": [new.code for new in news], "from": str(regrid.effective)}
    note(regrid, place_id=below.pk, why=regrid.reason, changes=changes)
    return RegridNew.objects.bulk_create(news)


def name_coming(row: Regrid, said: Mapping[UUID, NewGrid]) -> set[UUID]:
    """Write what a draft says about each coming place; the keys of all that come."""
    news = {new.pk: new for new in row.coming.all()}
    for key, words in said.items():
        new = news[key]
        new.name, new.party_group = words.name.strip(), words.party_group.strip()
        new.land_of = list(words.land_of)
        new.save(update_fields=["name", "party_group", "land_of"])
    return set(news)


@action("places.redraw_regrid", _lazy("修改网格调整"), right=rights.DRAW)
def redraw_regrid(
    *,
    regrid: Regrid,
    grids: Mapping[UUID, NewGrid],
    moves: Mapping[UUID, UUID],
    by: Actor,
    at: datetime,
    effective: date | None = None,
    edition: UUID | None = None,
) -> Regrid:
    """Name the coming grids and say which building goes into which (ids); replaces what was said.

    A draft may be unfinished: what is missing is asked for when it is reviewed. `edition` is the
    one somebody looked at; refused as a conflict when buildings have changed since.
    """
    changing(edition)
    row = at_step("redraw", regrid, by, at)
    coming = name_coming(row, grids)
    own = _buildings_of(row)
    if strange := moves.keys() - own:
        raise Refusal(
            _("有 %(n)s 栋楼不在要调整的网格里") % {"n": len(strange)}, "places.strange_building"
        )
    if set(moves.values()) - coming:
        raise Refusal(_("所选的新网格不在这次调整里"), "places.strange_grid")
    if effective is not None:
        demand_near(effective, at)
        row.effective = effective
        row.save(update_fields=["effective"])
    row.moves.all().delete()
    _move(row, moves)
    note(row, place_id=row.community_id, changes={"placed": len(moves), "of": len(own)})
    return row


def _buildings_of(regrid: Regrid) -> set[UUID]:
    """Keys of the buildings in the grids a proposal retires."""
    places = regrid.retiring.values("place")
    return set(Building.objects.filter(grid__in=places).values_list("pk", flat=True))


def _move(regrid: Regrid, moves: Mapping[UUID, UUID]) -> None:
    RegridMove.objects.bulk_create(
        [
            RegridMove(regrid=regrid, building_id=building, enters_id=enters)
            for building, enters in sorted(moves.items(), key=str)
        ]
    )


def at_step(step: str, regrid: Regrid, by: Actor, at: datetime) -> Regrid:
    """The proposal, kept from others, if this step may be taken; else why not is raised."""
    row = Regrid.objects.select_for_update(of=("self",)).select_related("community")
    held = row.get(pk=regrid.pk)
    if why := regridding.refusal(step, held, by, timezone.localdate(at)):
        raise why
    return held


@action("places.review_regrid", _lazy("审核网格调整"), right=rights.REVIEW)
def review_regrid(*, regrid: Regrid, by: Actor, at: datetime) -> Regrid:
    """Find a draft complete and hand it up. No two proposals may retire the same grid."""
    changing()
    row = at_step("review", regrid, by, at)
    other = (
        Regrid.objects.filter(
            state__in=(RegridState.REVIEWING, RegridState.APPROVED),
            retiring__place__in=row.retiring.values("place"),
        )
        .exclude(pk=row.pk)
        .first()
    )
    if other is not None:
        raise Refusal(
            _("“%(title)s”也要调整同一网格，请等它办完") % {"title": other.title},
            "places.grid_under_change",
        )
    if blocked := _under_another(row):
        raise Refusal(
            _("“%(title)s”牵涉同一社区（村），请等它办完") % {"title": blocked.title},
            "places.grid_under_change",
        )
    unnamed = row.coming.filter(name="").count()
    if unnamed:
        raise Refusal(_("还有 %(n)s 个新网格没有名称") % {"n": unnamed}, "places.not_ready")
    row.state, row.sent_back_because = RegridState.REVIEWING, ""
    row.reviewed_by, row.reviewed_by_id, row.reviewed_at = by.name, by.account_id, at
    row.save()
    note(row, place_id=row.community_id)
    return row


def _under_another(row: Regrid) -> Regrid | None:
    """A change under way of the communities whose grids this one changes, or the other way."""
    under_way = Regrid.objects.filter(state__in=(RegridState.REVIEWING, RegridState.APPROVED))
    if row.is_of_communities:
        return under_way.filter(community__in=row.retiring.values("place")).first()
    return under_way.filter(retiring__place=row.community_id).first()


@action("places.send_back_regrid", _lazy("退回网格调整"), right=rights.APPROVE)
def send_back_regrid(*, regrid: Regrid, reason: str, by: Actor, at: datetime) -> Regrid:
    """Back to whoever drew it, with a reason."""
    return _back("send_back", regrid, reason, by, at)


@action("places.recall_regrid", _lazy("撤回网格调整的批准"), right=rights.APPROVE)
def recall_regrid(*, regrid: Regrid, reason: str, by: Actor, at: datetime) -> Regrid:
    """Take an approval back before its day has come."""
    return _back("recall", regrid, reason, by, at)


def _back(step: str, regrid: Regrid, reason: str, by: Actor, at: datetime) -> Regrid:
    row = at_step(step, regrid, by, at)
    row.state, row.sent_back_because = RegridState.DRAFT, worded(reason, "reason", _("事由"))
    row.approved_by, row.approved_by_id, row.approved_at = "", None, None
    row.reviewed_by, row.reviewed_by_id, row.reviewed_at = "", None, None
    row.stuck_because = ""
    row.save()
    note(row, place_id=row.community_id, why=row.sent_back_because)
    return row


@action("places.approve_regrid", _lazy("批准网格调整"), right=rights.APPROVE)
def approve_regrid(*, regrid: Regrid, by: Actor, at: datetime) -> Regrid:
    """Agree, as somebody other than who drew and who reviewed it.

    It takes effect on its day; at once where that has come.
    """
    changing()
    row = at_step("approve", regrid, by, at)
    row.state = RegridState.APPROVED
    row.approved_by, row.approved_by_id, row.approved_at = by.name, by.account_id, at
    row.save()
    note(row, place_id=row.community_id, changes={"from": str(row.effective)})
    if row.effective <= timezone.localdate(at):
        return take_effect(regrid=row, by=by, at=at)
    return row


@action("places.drop_regrid", _lazy("放弃网格调整"), right=rights.DRAW)
def drop_regrid(*, regrid: Regrid, by: Actor, at: datetime) -> None:
    """Throw away a draft. Its codes go with it: nothing was ever called so."""
    row = at_step("redraw", regrid, by, at)
    note(row, place_id=row.community_id, changes={"title": row.title})
    row.delete()
