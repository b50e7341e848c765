"""The HTML of a table, written in Python: template loops cost five times as much."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gezhi.base.pages.columns import Column, Look

DRAWER = "drawer-body"


def head(
    columns: Sequence[Column], *, sort: str, address: Callable[[str], str], pick: bool
) -> SafeString:
    """The row of headings; those that sort are links that work without JavaScript.

    `sort` is the key sorted by, with a minus when descending; `address(sort)` is the list's
    address sorted another way.
    """
    cells = []
    if pick:
        label = escape(_("全选本页"))
        cells.append(
            '<th class="pick" scope="col"><input type="checkbox" class="form-check-input" '
            f'data-pick-all aria-label="{label}"></th>'
        )
    for column in columns:
        label = escape(str(column.label))
        if column.order is None:
            cells.append(f'<th scope="col" class="{column.css}">{label}</th>')
            continue
        down = sort == f"-{column.key}"
        up = sort == column.key
        state = ' aria-sort="descending"' if down else ' aria-sort="ascending"' if up else ""
        href = escape(address(column.key if not up else f"-{column.key}"))
        cells.append(
            f'<th scope="col" class="{column.css}"{state}>'
            f'<a class="sort" href="{href}" hx-get="{href}">{label}</a></th>'
        )
    return mark_safe("<tr>" + "".join(cells) + "</tr>")


def body(
    rows: Sequence[Any],
    columns: Sequence[Column],
    look: Look,
    *,
    address: Callable[[Any], str] | None = None,
    pick: bool = False,
    beside: bool = True,
) -> SafeString:
    """The rows. The first column opens the row (`address(row)`): in the drawer where htmx runs,
    or, not `beside`, in place of the page, as the rows on one row's own page do.
    """
    lines = []
    plan = [
        (column.html, f'<td class="{css}" data-label="{escape(str(column.label))}">')
        for column, css in zip(columns, _classes(columns), strict=True)
    ]
    pick_words = _("选择 %(row)s")
    for row in rows:
        cells = ["<tr data-row>"]
        if pick:
            name = escape(pick_words % {"row": columns[0].text(row, look)})
            cells.append(
                '<td class="pick"><input type="checkbox" class="form-check-input" name="pick" '
                f'form="bulk" value="{row.pk}" aria-label="{name}"></td>'
            )
        for number, (html, opening) in enumerate(plan):
            cell = html(row, look)
            if number == 0 and address is not None:
                href = escape(address(row))
                drawn = f' hx-get="{href}"' if beside else ""
                cell = f'<a class="opens" href="{href}"{drawn}>{cell}</a>'
            cells.append(f"{opening}{cell}</td>")
        cells.append("</tr>")
        lines.append("".join(cells))
    return mark_safe("".join(lines))


def _classes(columns: Sequence[Column]) -> list[str]:
    """The first column heads the card that a row becomes on a phone."""
    return [column.css if number else f"lead {column.css}" for number, column in enumerate(columns)]
