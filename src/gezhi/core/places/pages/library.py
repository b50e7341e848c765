"""The address library: compounds with their aliases and buildings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.pages.columns import address_of
from gezhi.base.pages.hooks import TreeNode
from gezhi.base.pages.urls import page_named
from gezhi.core.places import actions, dwellings, forms, queries, rights
from gezhi.core.places.models import (
    AliasKind,
    Building,
    BuildingGrid,
    Compound,
    CompoundAlias,
    CompoundKind,
    Level,
    Place,
)
from gezhi.core.places.rooms import RoomPlan, plan_rooms, read_floors


@dataclass(frozen=True, slots=True)
class InPlaceByBuildings(ui.InPlace):
    """Compounds of a community, or those with a building in a grid."""

    def narrow_to(self, rows: QuerySet[Any], node: TreeNode) -> QuerySet[Any]:
        if node.level == 1:
            return rows
        if node.level == 2:
            return rows.filter(community_id=node.id)
        column = "grid" if node.level == 3 else "micro_grid"
        return rows.filter(pk__in=Building.objects.filter(**{column: node.id}).values("compound"))


def named(rows: QuerySet[Any], word: str) -> QuerySet[Any]:
    """Compounds whose name, alias or road holds a word."""
    aliases = CompoundAlias.objects.filter(alias__icontains=word).values("compound")
    return rows.filter(Q(name__icontains=word) | Q(road__icontains=word) | Q(pk__in=aliases))


COLUMNS = (
    ui.Text("name", _lazy("名称"), order="name"),
    ui.Choice("kind", _lazy("类别"), choices=CompoundKind),
    ui.Place("community_id", _lazy("社区（村）"), order="community__code"),
    ui.Text("road", _lazy("道路门牌")),
    ui.Number("building_count", _lazy("楼栋"), order="building_count"),
)
BUILDING_COLUMNS = (
    ui.Text("name", _lazy("楼栋")),
    ui.Text("grid.name", _lazy("网格")),
    ui.Number("units", _lazy("单元")),
    ui.Number("floors_above", _lazy("地上层数")),
    ui.Number("floors_below", _lazy("地下层数"), shown=False),
)


class CompoundList(ui.ListPage):
    path, name = "compounds/", "places.compounds"
    title = _lazy("小区楼栋")
    lead = _lazy("标准地址库：小区、院落、自然村和园区，连同别名；导入时按这里认地址")
    right = rights.SEE
    rows = queries.compounds
    opens = "places.compound"
    columns = COLUMNS
    filters = (
        InPlaceByBuildings(),
        ui.Search("q", _lazy("名称、别名或道路"), find=named),
        ui.Choices("kind", _lazy("类别"), choices=CompoundKind),
    )
    ordering = ("name",)
    buttons = (ui.Button(_lazy("登记小区"), "places.compound_add", rights.ADDRESSES, main=True),)
    nothing = _lazy("还没有小区，点“登记小区”添加第一个")


class CompoundPage(ui.DetailPage):
    path, name = "compounds/<uuid:pk>/", "places.compound"
    title = _lazy("小区")
    right = rights.SEE
    rows = queries.compounds
    crumbs = ("places.compounds",)
    sections = (
        ui.Section(
            _lazy("基本信息"),
            (
                *COLUMNS[1:],
                ui.Number("number", _lazy("序号"), hint=_lazy("房屋编码中的四位")),
                ui.Number("lon", _lazy("经度"), places=6),
                ui.Number("lat", _lazy("纬度"), places=6),
            ),
        ),
    )
    related = (
        ui.Related(
            _lazy("别名"),
            queries.aliases_of,
            (
                ui.Text("alias", _lazy("别名")),
                ui.Choice("kind", _lazy("类别"), choices=AliasKind),
            ),
            rights.SEE,
            nothing=_lazy("没有别名"),
            in_drawer=True,
        ),
        ui.Related(
            _lazy("楼栋"),
            queries.buildings_of,
            BUILDING_COLUMNS,
            rights.SEE,
            opens="places.building",
            at_most=200,
            nothing=_lazy("还没有登记楼栋"),
        ),
    )
    acts = (
        ui.Act(
            _lazy("登记楼栋"), "places.building_add", rights.ADDRESSES, icon="building", main=True
        ),
        ui.Act(_lazy("登记别名"), "places.alias_add", rights.ADDRESSES, icon="tag"),
        ui.Act(_lazy("删除别名"), "places.alias_remove", rights.ADDRESSES, icon="x"),
        ui.Act(_lazy("修改"), "places.compound_edit", rights.ADDRESSES, icon="edit"),
    )


def communities_of(actor: Actor) -> QuerySet[Place]:
    """Communities and villages where an actor may keep the address library."""
    rows = Place.objects.filter(level=Level.COMMUNITY, valid_to=None)
    return rights.ADDRESSES.rows(rows, actor)


class AddCompound(ui.FormPage):
    path, name = "compounds/add/", "places.compound_add"
    title = _lazy("登记小区")
    right = rights.ADDRESSES
    crumbs = ("places.compounds",)
    form = forms.AddCompoundForm
    done = "places.compound"
    said = _lazy("已登记")

    def form_arguments(self) -> dict[str, Any]:
        return {"communities": communities_of(self.actor)}

    def act(self, data: dict[str, Any]) -> Compound:
        return actions.add_compound(**data, by=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        return address_of(self.done, result.pk)


class _CompoundForm(ui.FormPage):
    """A form about one compound."""

    sees = rights.SEE
    right = rights.ADDRESSES
    rows = queries.compounds
    crumbs = ("places.compounds",)
    done = "places.compound"

    def after(self, result: Any) -> str:
        return address_of(self.done, self.row.pk)


class EditCompound(_CompoundForm):
    path, name = "compounds/<uuid:pk>/edit/", "places.compound_edit"
    title = _lazy("修改小区")
    lead = _lazy("改名后，原名自动记为别名，旧表格仍能对上")
    form = forms.CompoundForm

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.row, name) for name in ("name", "kind", "road", "lon", "lat")}

    def act(self, data: dict[str, Any]) -> Compound:
        return actions.alter_compound(compound=self.row, **data, by=self.actor, at=self.at)


class AddAlias(_CompoundForm):
    path, name = "compounds/<uuid:pk>/alias/", "places.alias_add"
    title = _lazy("登记别名")
    lead = _lazy("推广名、老名、地块名、安置区名：表格里写别名也能认出是这个小区")
    form = forms.AliasForm

    def act(self, data: dict[str, Any]) -> CompoundAlias:
        return actions.add_alias(compound=self.row, **data, by=self.actor, at=self.at)


class RemoveAlias(_CompoundForm):
    path, name = "compounds/<uuid:pk>/alias/remove/", "places.alias_remove"
    title = _lazy("删除别名")
    form = forms.RemoveAliasForm
    button = _lazy("删除")
    said = _lazy("已删除")

    def form_arguments(self) -> dict[str, Any]:
        return {"aliases": queries.aliases_of(self.row)}

    def act(self, data: dict[str, Any]) -> None:
        actions.remove_alias(alias=data["alias"], by=self.actor, at=self.at)


def grid_periods(building: Building) -> QuerySet[BuildingGrid]:
    """Which grids a building lay in, latest first."""
    rows = BuildingGrid.objects.filter(building=building).select_related("grid")
    return rows.order_by("-valid_from")


class BuildingPage(ui.DetailPage):
    """A building of the address library; its picture by floors belongs to the registry."""

    path, name = "compounds/buildings/<uuid:pk>/", "places.building"
    title = _lazy("楼栋")
    right = rights.SEE
    rows = queries.buildings
    crumbs = ("places.compounds",)
    sections = (
        ui.Section(
            _lazy("基本信息"),
            (
                ui.Link(
                    "compound.name", _lazy("小区"), to="places.compound", key_source="compound_id"
                ),
                ui.Text("community.name", _lazy("社区（村）")),
                ui.Link("grid.name", _lazy("网格"), to="places.place", key_source="grid_id"),
                ui.Text("micro_grid.name", _lazy("微网格")),
                ui.Number("units", _lazy("单元数"), hint=_lazy("0 表示没有单元")),
                ui.Number("floors_above", _lazy("地上层数")),
                ui.Number("floors_below", _lazy("地下层数")),
                ui.Text("built_year", _lazy("建成年份")),
                ui.Number("lon", _lazy("经度"), places=6),
                ui.Number("lat", _lazy("纬度"), places=6),
            ),
        ),
    )
    related = (
        ui.Related(
            _lazy("所在网格沿革"),
            grid_periods,
            (
                ui.Date("valid_from", _lazy("自")),
                ui.Date("valid_to", _lazy("至（不含）")),
                ui.Text("grid.name", _lazy("网格")),
                ui.Text("grid.code", _lazy("编码")),
            ),
            rights.SEE,
        ),
    )
    acts = (ui.Act(_lazy("修改"), "places.building_edit", rights.ADDRESSES, icon="edit"),)
    template = "places/building.html"

    def heading(self) -> str:
        return f"{self.row.compound.name} {self.row.name}"

    def extra(self) -> dict[str, Any]:
        registry = address_of("registry.building", self.row.pk) if _has_registry() else ""
        return {"registry": registry, "rooms": dwellings.number_of_rooms(self.row)}


def _has_registry() -> bool:
    """Whether this installation has the picture of a building by floors."""
    try:
        return page_named("registry.building") is not None
    except KeyError:
        return False


def rooms_asked(data: dict[str, Any]) -> list[RoomPlan]:
    """The rooms a building form asks for."""
    if not data["on_a_floor"]:
        return []
    skipped = read_floors(data["skipped"])
    return plan_rooms(
        data["units"],
        data["floors_above"],
        data["on_a_floor"],
        below=0,
        skipped=skipped,
    )


def plan_asked(data: dict[str, Any]) -> actions.BuildingPlan:
    """The building a building form describes."""
    columns = actions.BuildingPlan.__dataclass_fields__
    return actions.BuildingPlan(**{name: data[name] for name in columns})


class AddBuilding(_CompoundForm):
    path, name = "compounds/<uuid:pk>/building/", "places.building_add"
    title = _lazy("登记楼栋")
    form = forms.AddBuildingForm
    said = _lazy("已登记")

    def form_arguments(self) -> dict[str, Any]:
        rows = Place.objects.filter(
            level=Level.GRID, community=self.row.community_id, valid_to=None
        )
        return {"grids": rows}

    def act(self, data: dict[str, Any]) -> Building:
        return actions.add_building(
            compound=self.row,
            name=data["name"],
            grid=data["grid"],
            plan=plan_asked(data),
            rooms=rooms_asked(data),
            by=self.actor,
            at=self.at,
        )


class EditBuilding(ui.FormPage):
    path, name = "compounds/buildings/<uuid:pk>/edit/", "places.building_edit"
    title = _lazy("修改楼栋")
    lead = _lazy("所在网格由“网格调整”变更，不在这里改")
    sees = rights.SEE
    right = rights.ADDRESSES
    rows = queries.buildings
    crumbs = ("places.compounds",)
    form = forms.BuildingForm
    done = "places.building"

    def initial(self) -> dict[str, Any]:
        columns = ("name", *actions.BuildingPlan.__dataclass_fields__)
        return {name: getattr(self.row, name) for name in columns}

    def act(self, data: dict[str, Any]) -> Building:
        return actions.alter_building(
            building=self.row,
            name=data["name"],
            plan=plan_asked(data),
            rooms=rooms_asked(data),
            by=self.actor,
            at=self.at,
        )


pages: tuple[type[ui.Page], ...] = (
    CompoundList,
    AddCompound,
    CompoundPage,
    EditCompound,
    AddAlias,
    RemoveAlias,
    AddBuilding,
    BuildingPage,
    EditBuilding,
)
