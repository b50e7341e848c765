"""From page declarations to URL patterns, and a walk over all of them for the house tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from types import ModuleType

from django.urls import URLPattern, path
from django.utils.module_loading import module_has_submodule

from gezhi.base.areas import areas
from gezhi.base.pages.requests import Page


def pages_of(module: ModuleType) -> tuple[type[Page], ...]:
    """The pages a `pages.py` declares in its `pages` tuple, each checked for what it must say."""
    declared: tuple[type[Page], ...] = module.pages
    for page in declared:
        if "public" in vars(page) and page.public:
            continue
        if page.public:
            raise TypeError(f"{page.__name__} inherits `public`; it must be said on the page")
        if getattr(page, "right", None) is None:
            raise TypeError(f"{page.__name__} names no right")
    return declared


def urlpatterns_of(modules: Iterable[ModuleType]) -> list[URLPattern]:
    """URL patterns of the pages in these modules; a name declared twice is a mistake."""
    seen: dict[str, type[Page]] = {}
    patterns = []
    for module in modules:
        for page in pages_of(module):
            if seen.setdefault(page.name, page) is not page:
                raise TypeError(f"two pages are named {page.name}")
            patterns.append(path(page.path, page.view(), name=page.name))
    return patterns


def page_modules() -> Iterator[ModuleType]:
    """The `pages` module of each installed area that has one."""
    for area in areas():
        if area.module is not None and module_has_submodule(area.module, "pages"):
            yield import_module(f"{area.name}.pages")


@cache
def _by_name() -> dict[str, type[Page]]:
    return {page.name: page for module in page_modules() for page in pages_of(module)}


def all_pages() -> Iterator[type[Page]]:
    """Every page of every installed area, for the house tests' walks."""
    return iter(_by_name().values())


def page_named(name: str) -> type[Page]:
    """The page with this URL name; KeyError when no installed area declares it."""
    return _by_name()[name]
