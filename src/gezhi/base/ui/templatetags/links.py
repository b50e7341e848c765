"""`{% page_link "todo" as todo %}`: the address of a page this installation may not have."""

from __future__ import annotations

from django import template

from gezhi.base.pages.layout import link

register = template.Library()


@register.simple_tag
def page_link(name: str) -> str:
    return link(name)
