"""Empty templates to fill in."""

from __future__ import annotations

import tempfile
from typing import IO, Final

import xlsxwriter

from gezhi.core.registry.sheet_templates import TEMPLATES

_WIDTH: Final = 14


def template_workbook(code: str) -> IO[bytes]:
    """The empty sheet of a template, required headings marked; numbers are kept as text."""
    template = TEMPLATES[code]
    out = tempfile.SpooledTemporaryFile(max_size=1 << 20)  # noqa: SIM115 - the caller closes it
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(template.title)
        text = book.add_format({"num_format": "@"})
        head = book.add_format({"bold": True, "border": 1, "bg_color": "#DDEBF7"})
        needed = book.add_format({"bold": True, "border": 1, "bg_color": "#FCE4D6"})
        columns = [column for column in template.columns if column.offered]
        sheet.set_column(0, len(columns) - 1, _WIDTH, text)
        for at, column in enumerate(columns):
            star = "*" if column.required else ""
            sheet.write_string(
                0, at, f"{column.heading}{star}", needed if column.required else head
            )
        sheet.freeze_panes(1, 0)
    out.seek(0)
    return out
