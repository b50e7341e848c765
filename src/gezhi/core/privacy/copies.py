"""A resident's own file to take away (Personal Information Protection Law, article 45)."""

from __future__ import annotations

import io
import json

import xlsxwriter
from django.utils.translation import gettext as _

from gezhi.core.privacy.files import Part


def as_data(parts: list[Part]) -> tuple[bytes, str]:
    """For a program: (JSON, its content type)."""
    document = [
        {
            "title": part.title,
            "kept": part.kept,
            "fields": [
                {"field": one.key, "title": one.title, "value": one.value, "why": one.why}
                for one in part.lines
            ],
        }
        for part in parts
    ]
    return json.dumps(document, ensure_ascii=False, indent=1).encode(), "application/json"


def as_sheet(parts: list[Part]) -> tuple[bytes, str]:
    """For a person: (a workbook with a line for each field, its content type)."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet(_("我的信息"))
    bold = book.add_format({"bold": True})
    for column, (head, width) in enumerate(
        ((_("类别"), 16), (_("字段"), 18), (_("内容"), 32), (_("谁需要"), 28), (_("为什么"), 60))
    ):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, head, bold)
    row = 0
    for part in parts:
        for line in part.lines:
            row += 1
            for column, text in enumerate((part.title, line.title, line.value, line.who, line.why)):
                sheet.write_string(row, column, text)
    book.close()
    return (
        out.getvalue(),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
