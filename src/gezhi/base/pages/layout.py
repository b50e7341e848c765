"""What the frame around every page shows: cell, menu by themes, counts, preferences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.areas import MenuLine, areas
from gezhi.base.ids import uuid7
from gezhi.base.pages import hooks

THEMES = ("light", "dark", "auto")


@dataclass(slots=True)
class MenuGroup:
    """Lines of one theme in the left menu."""

    code: str
    title: str
    colour: str
    icon: str
    lines: list[tuple[str, str, str]] = field(default_factory=list)
    """(title, address, icon)"""


class Theme(Protocol):
    """One of the themes services are labelled with; `GEZHI_THEMES` lists them in order."""

    @property
    def code(self) -> str: ...
    @property
    def title(self) -> object: ...
    @property
    def colour(self) -> str: ...
    @property
    def icon(self) -> str: ...


@cache
def _reverse(name: str, urlconf: str | None) -> str:
    return reverse(name, urlconf)


def link(name: str) -> str:
    """Address of a page the frame links to; empty when this installation has no such page.

    `GEZHI_LINKS` maps the frame's own words (search, todo, sign_out, second_factor, account,
    home) to URL names; any other word is itself a URL name.
    """
    target = getattr(settings, "GEZHI_LINKS", {}).get(name, name)
    try:
        return _reverse(target, get_urlconf())
    except NoReverseMatch:
        return ""


def _lines() -> Iterator[tuple[str, MenuLine]]:
    for area in areas():
        for line in area.menu():
            yield (area.themes[0] if area.themes else ""), line


@cache
def _menu() -> tuple[tuple[str, MenuLine], ...]:
    return tuple(sorted(_lines(), key=lambda pair: pair[1].order))


def menu_of(actor: Actor) -> list[MenuGroup]:
    """The left menu as this actor sees it: groups in the order of the themes, then the rest."""
    themes: Sequence[Theme] = getattr(settings, "GEZHI_THEMES", ())
    groups = {t.code: MenuGroup(t.code, str(t.title), t.colour, t.icon) for t in themes}
    groups[""] = MenuGroup("", _("基础"), "secondary", "settings")
    held = actor.rights
    for theme, line in _menu():
        if line.right.code in held:
            address = link(line.url_name)
            if address:
                groups.get(theme, groups[""]).lines.append((str(line.title), address, line.icon))
    return [group for group in groups.values() if group.lines]


def preferences(request: HttpRequest) -> dict[str, str]:
    """Look chosen by the visitor, from cookies: theme, and elder mode (`on` or empty)."""
    theme = request.COOKIES.get("gezhi_theme", "light")
    return {
        "theme": theme if theme in THEMES else "light",
        "elder": "on" if request.COOKIES.get("gezhi_elder") == "on" else "",
    }


def layout_context(request: HttpRequest) -> dict[str, Any]:
    """Everything the layout templates read; for strangers only the parts that are public."""
    actor: Actor | None = getattr(request, "actor", None)
    context: dict[str, Any] = {
        "actor": actor,
        "cell": getattr(request, "cell", None),
        "preferences": preferences(request),
        "once": str(uuid7()),
        "here": request.get_full_path(),
        "debug": settings.DEBUG,
    }
    htmx = getattr(request, "htmx", None)
    if actor is not None and not (htmx and htmx.target and not htmx.boosted):
        at = timezone.now()
        context["menu"] = menu_of(actor)
        context["todo_count"] = hooks.todo_count(actor, at)
        context["notices_count"] = hooks.notices_count(actor, at)
    return context
