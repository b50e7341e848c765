"""The five themes, named once. A service carries them as labels; menus and colours read them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Theme:
    code: str
    title: str | Promise
    colour: str
    """Name of a Tabler colour."""
    icon: str


THEMES = (
    Theme("party", _("红色"), "red", "flag"),
    Theme("wisdom", _("智慧"), "blue", "bulb"),
    Theme("growth", _("发展"), "orange", "trending-up"),
    Theme("harmony", _("和谐"), "teal", "building-community"),
    Theme("warmth", _("温暖"), "pink", "heart-handshake"),
)
