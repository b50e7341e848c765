"""Area: an AppConfig with a Chinese name, themes and menu lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import ClassVar

from django.apps import AppConfig, apps
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

from gezhi.base.rights import Right, all_rights


@dataclass(frozen=True, slots=True)
class MenuLine:
    """One line of the left menu: shown to whoever holds `right`."""

    title: str | Promise
    url_name: str
    right: Right
    icon: str
    """Name of a Tabler icon."""
    order: int = 50


class Area(AppConfig):
    """A folder of the house as Django app. Subclass it in `apps.py`."""

    title: ClassVar[str | Promise] = ""
    themes: ClassVar[tuple[str, ...]] = ()
    """Codes from `wiring/themes.py`: party, wisdom, growth, harmony, warmth."""
    default = False
    """Django takes the one config of `apps.py`; this class, imported there, must not count."""

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        cls.default = True

    def menu(self) -> tuple[MenuLine, ...]:
        """Menu lines; a method, because it may import `pages`, which need loaded apps."""
        return ()

    def furnish(self, at: datetime) -> None:
        """Write the rows a new office starts from (roles, purposes); again changes nothing."""


def areas() -> Iterator[Area]:
    return (config for config in apps.get_app_configs() if isinstance(config, Area))


@cache
def _load_rights() -> None:
    for area in areas():
        if area.module is not None and module_has_submodule(area.module, "rights"):
            import_module(f"{area.name}.rights")


def declared_rights() -> list[Right]:
    """Every right of every installed area, by code, whether or not its pages are loaded yet."""
    _load_rights()
    return list(all_rights())
