"""The tree of any day, and one place with its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.pages import tables
from gezhi.base.pages.columns import address_of, look_for
from gezhi.core.places import counts, holders, queries, rights, snapshots
from gezhi.core.places.actions import what_hangs_on
from gezhi.core.places.models import Level, Place, PlaceKind, PlacePeriod
from gezhi.core.places.pictures import draw_boundaries
from gezhi.core.places.snapshots import boundaries_on, polygon
from gezhi.core.places.tree_rules import Depth, party_coverage


class TreeName(ui.Text):
    """A name set in by its level."""

    def html(self, row: Any, look: Any) -> str:
        return f'<span class="set-in set-in-{row.level}">{escape(row.name)}</span>'


@dataclass(frozen=True, slots=True)
class CountColumn(ui.Number):
    """A number of each place, looked up by its id."""

    numbers: Mapping[UUID, int] = field(default_factory=dict)

    def value(self, row: Any) -> Any:
        return self.numbers.get(row.id, 0)


class Tree(ui.Page):
    """The tree as it is, or was on any past day."""

    path, name = "places/", "places.tree"
    title = _lazy("网格树")
    right = rights.SEE
    template = "places/tree.html"

    def get(self) -> HttpResponseBase:
        today = timezone.localdate(self.at)
        day, problem = read_day(self.request.GET.get("day", ""), today)
        rows = queries.places_on(day)
        held = holders.holders_at([row.id for row in rows], day)
        shown = list(counts.counts_for(self.actor)) if day == today else []
        parents = {row.id: row.parent_id for row in rows}
        numbers = {one.name: counts.rolled_up(one.of(self.at), parents) for one in shown}
        columns = (
            TreeName("name", _("名称")),
            ui.Text("code", _("编码")),
            ui.Choice("kind", _("类别"), choices=PlaceKind),
            ui.Text("party_group", _("党小组")),
            ui.Computed("chief", _("网格长"), give=lambda row: chiefs(held.get(row.id, ()))),
            ui.Computed("has_boundary", _("边界"), give=boundary_words),
            *(CountColumn("id", one.title, numbers=numbers[one.name]) for one in shown),
        )
        grids = [row for row in rows if row.level == Depth.GRID]
        coverage = party_coverage([row.party_group for row in grids])
        more = {
            "day": day,
            "today": today,
            "problem": problem,
            "rows": rows,
            "head": tables.head(columns, sort="", address=str, pick=False),
            "body": tables.body(rows, columns, look_for((), self.actor), address=_address),
            "levels": [
                (level.label, sum(row.level == level for row in rows))
                for level in Level
                if level <= Level.GRID or any(row.level == level for row in rows)
            ],
            "coverage": None if coverage is None else f"{coverage * 100:.1f}".removesuffix(".0"),
            "with_group": sum(bool(row.party_group) for row in grids),
            "grids": len(grids),
        }
        return self.render(more)


def boundary_words(row: queries.PlaceThen) -> str:
    """Whether a place is drawn on the map, and by whom."""
    if not row.has_boundary:
        return "—"
    return _("待核定") if row.estimated else _("有")


def _address(row: Any) -> str:
    return address_of("places.place", row.id)


def read_day(text: str, today: date) -> tuple[date, str]:
    """The day asked for and what was wrong with it; today where none can be read."""
    if not text:
        return today, ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today, _("日期请写成 2022-09-13")
    return (today, _("这一天还没有到")) if day > today else (day, "")


def chiefs(held: Any) -> str:
    """The chiefs among the holders of a place, in words."""
    return "、".join(
        f"{one.name}（{_('代')}）" if one.acting else one.name for one in held if one.is_chief
    )


def predecessors(place: Place) -> str:
    """The grids a place came from, by name where known."""
    known = dict(Place.objects.filter(code__in=place.predecessors).values_list("code", "name"))
    return "、".join(f"{known.get(code, '')}（{code}）" for code in place.predecessors)


def successors(place: Place) -> str:
    """The grids that came from a place."""
    rows = Place.objects.filter(predecessors__contains=[place.code])
    return "、".join(f"{row.name}（{row.code}）" for row in rows)


def retire_refusal(place: Place, actor: Actor) -> Refusal | None:
    """Why a place cannot be retired now."""
    if place.level == Level.SUBDISTRICT:
        return Refusal(_("街道一级网格不能停用"), "places.top_stays")
    why = what_hangs_on(place, timezone.now())
    return ended_refusal(place, actor) or (
        Refusal("；".join(why), "places.still_used") if why else None
    )


def ended_refusal(place: Place, actor: Actor) -> Refusal | None:
    """A retired place stays as it was."""
    if place.valid_to is None:
        return None
    return Refusal(_("“%(name)s”已停用") % {"name": place.name}, "places.retired")


def below_refusal(place: Place, actor: Actor) -> Refusal | None:
    """What lies at the lowest level has nothing below it."""
    if place.level == Level.MICRO_GRID:
        return Refusal(_("微网格之下不再设网格"), "places.wrong_level")
    return ended_refusal(place, actor)


def regrid_refusal(place: Place, actor: Actor) -> Refusal | None:
    """Grids are changed community by community."""
    if place.level != Level.COMMUNITY:
        return Refusal(_("请在所属社区（村）的页面办理"), "places.wrong_level")
    return ended_refusal(place, actor)


def accept_refusal(place: Place, actor: Actor) -> Refusal | None:
    """Boundaries are accepted community by community, where any waits for it."""
    if place.level != Level.COMMUNITY:
        return Refusal(_("请在所属社区（村）的页面办理"), "places.wrong_level")
    if not queries.estimated_grids(place).exists():
        return Refusal(_("没有待核定的边界"), "places.nothing_estimated")
    return ended_refusal(place, actor)


PERIOD_COLUMNS = (
    ui.Date("valid_from", _lazy("自")),
    ui.Date("valid_to", _lazy("至（不含）")),
    ui.Text("name", _lazy("名称")),
    ui.Text("parent.name", _lazy("上级")),
    ui.Text("party_group", _lazy("党小组")),
)
CHILD_COLUMNS = (
    ui.Text("name", _lazy("名称")),
    ui.Text("code", _lazy("编码")),
    ui.Choice("kind", _lazy("类别"), choices=PlaceKind),
    ui.Text("party_group", _lazy("党小组")),
    ui.Date("valid_from", _lazy("自")),
)
COMPOUND_COLUMNS = (
    ui.Text("name", _lazy("小区/自然村")),
    ui.Text("road", _lazy("道路门牌")),
    ui.Number("building_count", _lazy("楼栋")),
)


class PlacePage(ui.DetailPage):
    """One place: what it is, what it was, who leads it, how far it reaches."""

    path, name = "places/<uuid:pk>/", "places.place"
    title = _lazy("网格")
    right = rights.SEE
    rows = queries.places
    crumbs = ("places.tree",)
    template = "places/place.html"
    sections = (
        ui.Section(
            _lazy("基本信息"),
            (
                ui.Text("code", _lazy("编码")),
                ui.Choice("level", _lazy("层级"), choices=Level),
                ui.Choice("kind", _lazy("类别"), choices=PlaceKind),
                ui.Link("parent.name", _lazy("上级"), to="places.place", key_source="parent_id"),
                ui.Text("party_group", _lazy("党小组")),
                ui.Computed("holders", _lazy("网格长"), give=lambda row: _chiefs_now(row)),
                ui.Date("valid_from", _lazy("启用")),
                ui.Date("valid_to", _lazy("停用")),
                ui.Text("urban_rural", _lazy("城乡分类")),
            ),
        ),
        ui.Section(
            _lazy("前身与后继"),
            (
                ui.Computed("predecessors", _lazy("由哪些网格划出"), give=predecessors),
                ui.Computed("successors", _lazy("划入哪些网格"), give=successors),
            ),
            when=lambda row: bool(row.predecessors) or row.valid_to is not None,
        ),
    )
    related = (
        ui.Related(
            _lazy("下级网格"),
            queries.children_of,
            CHILD_COLUMNS,
            rights.SEE,
            opens="places.place",
            at_most=200,
            nothing=_lazy("没有下级网格"),
        ),
        ui.Related(
            _lazy("小区与自然村"),
            queries.compounds_in,
            COMPOUND_COLUMNS,
            rights.SEE,
            opens="places.compound",
            all_in="places.compounds",
            all_query=lambda row: f"place={row.pk}",
            nothing=_lazy("还没有登记小区"),
        ),
        ui.Related(
            _lazy("沿革"),
            queries.periods_of,
            PERIOD_COLUMNS,
            rights.SEE,
            at_most=100,
        ),
    )
    acts = (
        ui.Act(
            _lazy("增设下级"), "places.add", rights.DRAW, refusal=below_refusal, icon="circle-plus"
        ),
        ui.Act(
            _lazy("网格调整"),
            "places.regrid_draw",
            rights.DRAW,
            refusal=regrid_refusal,
            icon="arrows-split",
        ),
        ui.Act(
            _lazy("核定边界"),
            "places.boundaries_accept",
            rights.DRAW,
            refusal=accept_refusal,
            icon="circle-check",
        ),
        ui.Act(_lazy("改名"), "places.rename", rights.DRAW, refusal=ended_refusal, icon="edit"),
        ui.Act(
            _lazy("党小组"), "places.party_group", rights.DRAW, refusal=ended_refusal, icon="star"
        ),
        ui.Act(
            _lazy("停用"),
            "places.retire",
            rights.APPROVE,
            refusal=retire_refusal,
            icon="archive",
            danger=True,
        ),
    )

    def marks(self) -> list[ui.Mark]:
        place = self.row
        found = [ui.Mark(str(Level(place.level).label), "info")]
        if place.valid_to is not None:
            found.append(ui.Mark(_("已停用")))
        elif place.level == Level.GRID and not place.party_group:
            found.append(ui.Mark(_("没有党小组"), "warn"))
        if place.valid_to is None and queries.estimated_grids(place).exists():
            found.append(ui.Mark(_("边界待核定"), "warn"))
        return found

    def extra(self) -> dict[str, Any]:
        today = timezone.localdate(self.at)
        place = self.row
        day = today if place.valid_to is None else place.valid_from
        numbers = []
        if place.valid_to is None:
            known = snapshots.current().in_force(today)
            parents = {one.id: one.parent_id for one in known}
            for one in counts.counts_for(self.actor):
                total = counts.rolled_up(one.of(self.at), parents).get(place.pk, 0)
                numbers.append((one.title, f"{total:,}"))
        return {
            "held": holders.holders_at([place.pk], day).get(place.pk, []),
            "knows_holders": holders.is_known(),
            "numbers": numbers,
            "picture": self.picture(day),
        }

    def picture(self, day: date) -> str:
        """Its boundary with the parts below it; empty where it has none."""
        period = PlacePeriod.objects.filter(place=self.row).exclude(boundary__isnull=True).last()
        if period is None:
            return ""
        own = polygon(period.boundary)
        below = {
            code: shape
            for code, shape in boundaries_on(self.row.level + 1, day).items()
            if code.startswith(self.row.code)
        }
        names = {place.code: place.name for place in snapshots.current().places.values()}
        picture = draw_boundaries(
            below or {self.row.code: own},
            parent=own if below else None,
            labels=names,
            title=_("%(name)s边界") % {"name": self.row.name},
            width=640,
            prefix="place",
        )
        return mark_safe(picture)


def _chiefs_now(place: Place) -> str:
    return chiefs(holders.holders_at([place.pk], timezone.localdate()).get(place.pk, ()))


pages: tuple[type[ui.Page], ...] = (Tree, PlacePage)
