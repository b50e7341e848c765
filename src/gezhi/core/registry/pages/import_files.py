"""Sheets handed out: empty templates, and a clerk's own rows back with what is wrong with each."""

from __future__ import annotations

from django.http import FileResponse, HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.core.registry import rights
from gezhi.core.registry.imports.given_back import handed_back
from gezhi.core.registry.imports.workbooks import template_workbook
from gezhi.core.registry.pages.import_reads import own_batches
from gezhi.core.registry.sheet_templates import TEMPLATES


class TemplateSheet(ui.Page):
    """One template to download: `?template=population`."""

    path, name = "imports/template/", "registry.import_template"
    title = _("下载模板")
    right = rights.IMPORT

    def get(self) -> HttpResponseBase:
        template = TEMPLATES.get(self.request.GET.get("template", ""))
        if template is None:
            raise Refusal(gettext("请选择要下载哪一种表格的模板"), "registry.no_such_template")
        name = f"{template.title}模板.xlsx"
        return FileResponse(template_workbook(template.code), as_attachment=True, filename=name)


class ErrorsSheet(ui.RowPage):
    """The clerk's own sheet with the reasons, for the clerk who sent it: it holds what they wrote.

    `?rows=held` gives the rows to mend only.
    """

    path, name = "imports/<uuid:pk>/errors/", "registry.import_errors"
    title = _("下载问题表")
    right = rights.IMPORT
    rows = own_batches

    def get(self) -> HttpResponseBase:
        file, name = handed_back(self.row, held_only=self.request.GET.get("rows") == "held")
        return FileResponse(file, as_attachment=True, filename=name)


pages = (TemplateSheet, ErrorsSheet)
