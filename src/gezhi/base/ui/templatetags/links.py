"""`{% page_link "todo" as todo %}`: the address of a page, where there is one for this visitor."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import template
from django.urls import get_urlconf, resolve

from gezhi.base.pages.layout import link

register = template.Library()


@cache
def _page_at(address: str, urlconf: str | None) -> Any:
    """The page at an address, looked up once: the frame asks for eight on every answer."""
    return getattr(resolve(address, urlconf).func, "page_class", None)


@register.simple_tag(takes_context=True)
def page_link(context: dict[str, Any], name: str) -> str:
    """Address of a page; empty where this installation has none, or it is not for the visitor."""
    address = link(name)
    if not address:
        return ""
    page = _page_at(address, get_urlconf())
    if page is None or page.public:
        return address
    actor = context.get("actor")
    return address if actor is not None and page.right.held_by(actor) else ""
