"""The row of ways to look at cases, above each of them."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from gezhi.base.actors import Actor
from gezhi.base.pages import page_named
from gezhi.base.pages.layout import link

TABS: Final = (
    ("cases.list", _("列表"), "list"),
    ("cases.map", _("地图"), "map"),
    ("cases.board", _("看板"), "columns-3"),
    ("cases.calendar", _("时限日历"), "calendar"),
    ("cases.hot", _("高发点位"), "flame"),
)


def tabs(actor: Actor) -> list[tuple[str, object, str]]:
    """(address, title, icon) of each that this actor may open."""
    return [
        (link(name), title, icon)
        for name, title, icon in TABS
        if page_named(name).right.held_by(actor)
    ]
