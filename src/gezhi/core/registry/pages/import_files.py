"""Empty sheets to fill in: the templates, each with its codes on a sheet beside."""

from __future__ import annotations

import tempfile
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse, HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.core.registry import rights
from gezhi.core.registry.pages.import_words import MODELS
from gezhi.core.registry.pages.words import labels_of
from gezhi.core.registry.sheet_templates import TEMPLATES
from gezhi.core.registry.sheets import Template

FILLED_IN = 5_000
"""Rows that offer a list of the codes to choose from."""


def template_workbook(template: Template) -> IO[bytes]:
    """An open temporary xlsx at its start: title, headings (required ones starred), no rows.

    Every column is text, so that numbers of papers and telephones keep all their digits; coded
    columns offer their words.
    """
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the answer closes it when sent
    book = xlsxwriter.Workbook(file)
    text = book.add_format({"num_format": "@"})
    bold = book.add_format({"bold": True, "bg_color": "#eef2f6", "bottom": 1, "text_wrap": True})
    must = book.add_format({"bold": True, "bg_color": "#fdf0d5", "bottom": 1, "text_wrap": True})
    title = book.add_format({"bold": True, "font_size": 14})
    sheet = book.add_worksheet(template.title)
    codes = book.add_worksheet("可选内容")
    sheet.write_string(0, 0, f"{template.title}登记表", title)
    sheet.freeze_panes(2, 0)
    for at, column in enumerate(template.columns):
        heading = column.heading + ("*" if column.required else "")
        sheet.set_column(at, at, max(10, 2 * len(heading) + 4), text)
        sheet.write_string(1, at, heading, must if column.required else bold)
        codes.write_string(0, at, column.heading, bold)
        words = _words_of(template, column.field)
        codes.write_column(1, at, words)
        if words:
            letter = xlsxwriter.utility.xl_col_to_name(at)
            listed = f"=可选内容!${letter}$2:${letter}${len(words) + 1}"
            rule = {"validate": "list", "source": listed, "ignore_blank": True}
            sheet.data_validation(2, at, FILLED_IN, at, {**rule, "error_type": "warning"})
    book.close()
    file.seek(0)
    return file


def _words_of(template: Template, field: str) -> list[str]:
    """What a coded column may say; nothing for others."""
    model: Any = MODELS.get(template.code)
    names = {one.name: one for one in model._meta.concrete_fields} if model is not None else {}
    return [str(words) for words in labels_of(names[field]).values()] if field in names else []


class TemplateSheet(ui.Page):
    """One template to download: `?template=population`."""

    path, name = "imports/template/", "registry.import_template"
    title = _("下载模板")
    right = rights.IMPORT

    def get(self) -> HttpResponseBase:
        template = TEMPLATES.get(self.request.GET.get("template", ""))
        if template is None:
            raise Refusal(gettext("请选择要下载哪一种表格的模板"), "registry.no_such_template")
        file = template_workbook(template)
        return FileResponse(file, as_attachment=True, filename=f"{template.title}模板.xlsx")


pages = (TemplateSheet,)
