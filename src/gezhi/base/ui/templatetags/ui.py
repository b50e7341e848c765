"""Template tags of the house: icons, the once-only key, form fields, buttons that refuse."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from gezhi.base.ids import uuid7

register = template.Library()


@cache
def _sprite() -> str:
    """Where the drawing of all icons lies: asked fifty times a page, and always the same."""
    return static("vendor/icons.svg")


@register.simple_tag
def icon(name: str, words: str = "") -> SafeString:
    """A Tabler icon from the sprite; with `words` it is read aloud, else it is decoration."""
    address = f"{_sprite()}#{escape(name)}"
    label = f'role="img" aria-label="{escape(words)}"' if words else 'aria-hidden="true"'
    return mark_safe(f'<svg class="icon" {label}><use href="{address}"/></svg>')


@register.simple_tag
def once() -> SafeString:
    """A hidden key: a form sent twice by an impatient hand is done once."""
    return format_html('<input type="hidden" name="_once" value="{}">', uuid7())


@register.filter
def refused(acts: Iterable[Any]) -> list[Any]:
    """Of the acts shown on a detail, those that cannot be done now: they come last, with why."""
    return [one for one in acts if one.why_not]


@register.filter
def kind(field: BoundField) -> str:
    """How a field is drawn: check, radios, checks, file, area or line."""
    widget = field.field.widget
    for found, name in (
        (forms.CheckboxSelectMultiple, "group"),
        (forms.RadioSelect, "group"),
        (forms.CheckboxInput, "check"),
        (forms.FileInput, "file"),
        (forms.Select, "select"),
        (forms.Textarea, "area"),
    ):
        if isinstance(widget, found):
            return name
    return "line"


_CLASSES = {"select": "form-select", "check": "form-check-input", "group": "form-check-input"}
_TYPES = {forms.DateInput: "date", forms.DateTimeInput: "datetime-local", forms.TimeInput: "time"}


def _say_choose(widget: forms.Select) -> None:
    """Let a choice not made yet say so, where Django would draw dashes or nothing at all."""
    choices = list(widget.choices)
    if choices and choices[0][0] in ("", None) and str(choices[0][1]).strip("-") == "":
        widget.choices = [("", gettext("请选择")), *choices[1:]]


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The input of a form field, with the classes of the house and its errors tied to it."""
    attributes: dict[str, Any] = {"class": _CLASSES.get(kind(field), "form-control")}
    described = []
    if field.help_text:
        described.append(f"{field.auto_id}_help")
    if field.errors:
        attributes["class"] += " is-invalid"
        attributes["aria-invalid"] = "true"
        described.append(f"{field.auto_id}_error")
    if described:
        attributes["aria-describedby"] = " ".join(described)
    widget = field.field.widget
    for found, html_type in _TYPES.items():
        if type(widget) is found:
            widget.input_type = html_type
            widget.format = {"date": "%Y-%m-%d", "datetime-local": "%Y-%m-%dT%H:%M"}.get(
                html_type, "%H:%M"
            )
    if isinstance(widget, forms.Select) and not widget.allow_multiple_selected:
        _say_choose(widget)
    own = widget.attrs.get("class")
    if own:
        attributes["class"] += f" {own}"
    return field.as_widget(attrs=attributes)
