from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gezhi.base.areas import Area, MenuLine


class PlacesArea(Area):
    name = "gezhi.core.places"
    label = "places"
    title = _("网格与地址")
    verbose_name = title
    themes = ("harmony", "wisdom")

    def ready(self) -> None:
        from gezhi.base.pages import hooks
        from gezhi.core.places import queries

        hooks.place_tree.provide(queries.tree_for)
        hooks.place_names.provide(queries.names)

    def menu(self) -> tuple[MenuLine, ...]:
        from gezhi.core.places import rights

        return (
            MenuLine(_("网格树"), "places.tree", rights.SEE, "hierarchy-2", 10),
            MenuLine(_("网格地图"), "places.map", rights.SEE, "map-2", 11),
            MenuLine(_("小区楼栋"), "places.compounds", rights.SEE, "building-community", 12),
            MenuLine(_("待核地址"), "places.unresolved", rights.ADDRESSES, "map-search", 13),
            MenuLine(_("网格调整"), "places.regrids", rights.SEE, "arrows-split", 14),
            MenuLine(_("边界导入"), "places.boundaries", rights.DRAW, "map", 15),
        )
