"""`{% page_link "todo" as todo %}`: the address of a page, where there is one for this visitor."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import resolve

from gezhi.base.pages.layout import link

register = template.Library()


@register.simple_tag(takes_context=True)
def page_link(context: dict[str, Any], name: str) -> str:
    """Address of a page; empty where this installation has none, or it is not for the visitor."""
    address = link(name)
    if not address:
        return ""
    page = getattr(resolve(address).func, "page_class", None)
    if page is None or page.public:
        return address
    actor = context.get("actor")
    return address if actor is not None and page.right.held_by(actor) else ""
