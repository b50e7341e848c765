"""The catalogue out and in again as a sheet: looked at first, taken when confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core import signing
from django.http import FileResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.base.pages.columns import look_for
from gezhi.base.pages.exports import workbook
from gezhi.base.pages.forms import blame
from gezhi.core.registry.imports import gates, reading
from gezhi.core.staff.models import Unit
from gezhi.services.cases import actions, queries, rights
from gezhi.services.cases.catalogue_sheet import (
    HEADINGS,
    NATURES,
    RULES,
    UNITS,
    Change,
    differences,
    read_sheet,
)
from gezhi.services.cases.models import Category

LIMITS: Final = gates.Limits(megabytes=2, rows=2_000, reader_megabytes=200, unpacked_megabytes=40)
KEPT_FOR: Final = timedelta(hours=2)
"""How long what was looked at may be confirmed."""
SALT: Final = "cases.catalogue"
WORDS: Final[Mapping[str, Mapping[Any, str]]] = {
    "nature": {value: word for word, value in NATURES.items()},
    "unit": {value: word for word, value in UNITS.items()},
    "unit_rule": {value: word for word, value in RULES.items()},
}


def _cell(name: str) -> Any:
    """How a category's setting stands in the sheet."""

    def give(category: Category) -> str:
        value = getattr(category, name)
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, Decimal):
            return f"{value.normalize():f}"
        if name in WORDS:
            return WORDS[name][value]
        return "" if value is None else str(value)

    return give


SHEET: Final = tuple(
    ui.Computed(name, heading, give=_cell(name)) for name, heading in HEADINGS.items()
)


class TakeCatalogue(ui.Page):
    """The catalogue in force today as an xlsx sheet that can be brought back."""

    path, name = "cases/categories/sheet/", "cases.take_catalogue"
    title = _("导出目录")
    right = rights.CATALOGUE

    def get(self) -> HttpResponseBase:
        today = timezone.localdate(self.at)
        rows = queries.categories_on(today).select_related("responsible")
        file = workbook(
            rows.order_by("nature", "code"),
            SHEET,
            look_for(SHEET, self.actor),
            title=_now("案件目录"),
            watermark=f"{self.actor.name} {today}",
        )
        return FileResponse(file, as_attachment=True, filename=f"案件目录{today:%Y%m%d}.xlsx")


class SheetForm(forms.Form):
    file = forms.FileField(
        label=_("目录表"), help_text=_("先“导出目录”，改好后导入；只有改动的行成为新版本")
    )


class TakeForm(forms.Form):
    """What was looked at, signed, and the day it holds from."""

    since = forms.DateField(label=_("自"), help_text=_("最早从明天起；已立案的不变"))
    seen = forms.CharField(widget=forms.HiddenInput)


class BringCatalogue(ui.FormPage):
    """First what the sheet says otherwise; then, confirmed, new versions from a day on."""

    path, name = "cases/categories/bring/", "cases.bring_catalogue"
    title = _("导入目录")
    lead = _("先核对差异，确认后才生效；表里没有的类别保持不变")
    right = rights.CATALOGUE
    crumbs = ("cases.categories",)
    form = SheetForm
    button = _("核对")
    template = "cases/bring_catalogue.html"

    def post(self) -> HttpResponseBase:
        return self._confirm() if "seen" in self.request.POST else self._look()

    def act(self, data: dict[str, Any]) -> Any:
        raise NotImplementedError("a sheet is looked at, then confirmed, in post")

    def _look(self) -> HttpResponseBase:
        form = self.bound()
        if not form.is_valid():
            return self.show(form, status=422)
        upload = form.cleaned_data["file"]
        try:
            accepted = gates.examine(upload, upload.name, LIMITS)
            upload.seek(0)
            book = reading.read(upload.chunks(), accepted, LIMITS)
        except Refusal as refusal:
            blame(form, refusal)
            return self.show(form, status=422)
        rows = book.sheets[0].head(LIMITS.rows)
        units = {one.name: str(one.pk) for one in Unit.objects.filter(closed_at=None)}
        sheet = read_sheet(rows, units)
        changes = list(differences(sheet, _present(timezone.localdate(self.at))))
        tomorrow = timezone.localdate(self.at) + timedelta(days=1)
        confirm = TakeForm(initial={"since": tomorrow, "seen": _signed(changes)})
        names = {key: name for name, key in units.items()}
        more = {
            "form": confirm,
            "faults": sheet.faults,
            "changes": [(one, _told(one, names)) for one in changes],
            "rows": len(sheet.entries),
            "looked": True,
        }
        return self.render(more)

    def _confirm(self) -> HttpResponseBase:
        form = TakeForm(self.request.POST)
        if not form.is_valid():
            return self.render({"form": form, "looked": True}, status=422)
        try:
            changes = _unsigned(form.cleaned_data["seen"])
            since: date = form.cleaned_data["since"]
            actions.bring_catalogue(changes=changes, since=since, by=self.actor, at=self.at)
        except Refusal as refusal:
            blame(form, refusal)
            return self.render({"form": form, "looked": True}, status=422)
        return self.go(reverse("cases.categories"))


def _present(day: date) -> dict[tuple[str, str], dict[str, Any]]:
    """What is in force, as the sheet would say it."""
    return {
        (one.nature, one.code): {
            **{name: getattr(one, name) for name in (*Category.SETTABLE, "name")},
            "responsible": str(one.responsible_id) if one.responsible_id else None,
        }
        for one in queries.categories_on(day)
    }


def _told(change: Change, units: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What would change: heading, what was, what will be."""
    return [
        (HEADINGS[name], _word(name, change.was.get(name), units), _word(name, value, units))
        for name, value in change.values.items()
    ]


def _word(name: str, value: Any, units: Mapping[str, str]) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _now("是") if value else _now("否")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if name == "responsible":
        return units.get(value, str(value))
    return str(WORDS.get(name, {}).get(value, value))


def _signed(changes: list[Change]) -> str:
    plain = [
        [*one.key, one.name, one.is_new, {k: _plain(v) for k, v in one.values.items()}]
        for one in changes
    ]
    return signing.dumps(plain, salt=SALT, compress=True)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _unsigned(text: str) -> list[Change]:
    try:
        plain = signing.loads(text, salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        raise Refusal(
            _now("核对的结果已过期，请重新上传"), "cases.sheet_expired", field="seen"
        ) from None
    return [
        Change(
            (nature, code),
            name,
            is_new,
            {k: Decimal(v) if k == "amount" else v for k, v in values.items()},
        )
        for nature, code, name, is_new, values in plain
    ]


pages: tuple[type[ui.Page], ...] = (TakeCatalogue, BringCatalogue)
