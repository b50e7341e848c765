"""What the screens of the office's calendar ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.base.small_sheets import is_workbook, lines_of

BIGGEST = 100_000
"""Bytes of a list: a year of days is a few thousand."""


def _text_of(raw: bytes) -> str | None:
    """What a list says, line by line, whether it came as a workbook or as text."""
    if is_workbook(raw):
        lines = lines_of(raw)
        return None if lines is None else "\n".join(lines)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


class YearForm(forms.Form):
    year = forms.IntegerField(label=_("年份"), min_value=2000, max_value=2100)
    source = forms.CharField(
        label=_("依据文件"), max_length=120, help_text=_("如 国办发明电〔2025〕7号")
    )
    text = forms.CharField(
        label=_("放假和调休上班的日期"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("每行一天，后面写“休”或“班”，如 2027-02-10 休；可从表格粘贴"),
    )
    file = forms.FileField(
        label=_("或上传表格"),
        required=False,
        help_text=_("xlsx、xls 或 csv，两列：日期和“休”或“班”；不超过 100 KB"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        file = data.pop("file", None)
        if file is not None:
            if file.size > BIGGEST:
                self.add_error("file", _("文件超过 100 KB，不是一年的日期表"))
                return data
            text = _text_of(file.read())
            if text is None:
                self.add_error("file", _("文件打不开：请去掉密码，另存为 xlsx 或 csv 再传"))
            else:
                data["text"] = text
        elif not data.get("text", "").strip():
            self.add_error("text", _("请填写日期或上传文件"))
        return data


class DayForm(forms.Form):
    day = forms.DateField(label=_("日期"))
    works = forms.TypedChoiceField(
        label=_("改为"),
        choices=[("work", _("上班")), ("off", _("休息"))],
        coerce=lambda word: word == "work",
    )
    reason = forms.CharField(
        label=_("事由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class HoursForm(forms.Form):
    """Two seasons, as most offices have; the second may stay empty."""

    opens = forms.TimeField(label=_("上午上班"), initial="08:30")
    noon = forms.TimeField(label=_("上午下班"), initial="12:00")
    resumes = forms.TimeField(label=_("下午上班"), initial="14:00")
    closes = forms.TimeField(label=_("下午下班"), initial="18:00")
    summer_first = forms.IntegerField(
        label=_("夏令自（月日）"), required=False, min_value=101, max_value=1231,
        help_text=_("如 0601；没有夏令时间就不填"),
    )  # fmt: skip
    summer_last = forms.IntegerField(
        label=_("夏令至（月日）"), required=False, min_value=101, max_value=1231,
        help_text=_("如 0930，当天仍按夏令"),
    )  # fmt: skip
    summer_resumes = forms.TimeField(label=_("夏令下午上班"), required=False)
    summer_closes = forms.TimeField(label=_("夏令下午下班"), required=False)
    source = forms.CharField(label=_("依据文件"), max_length=120)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        summer = ("summer_first", "summer_last", "summer_resumes", "summer_closes")
        given = [name for name in summer if data.get(name) is not None]
        if given and len(given) < len(summer):
            self.add_error("summer_first", _("夏令的起止日期和下午时间须一起填写"))
        return data
