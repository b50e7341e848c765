"""What a resident is asked: what, where, and only if they like, who they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base.phones import Phone, parse_phone
from gezhi.engines.matters.attachments.fields import PhotosField
from gezhi.services.cases import queries
from gezhi.services.cases.forms import CategoryChoice
from gezhi.services.cases.public import rules

SALT: Final = "gezhi.cases.public"
OPEN_FOR: Final = 12 * 3600
"""Seconds a form may stay open: a report is written on the way home."""


def begun(at: datetime) -> str:
    """A word that says when a form was opened, signed."""
    return signing.dumps(int(at.timestamp()), salt=SALT)


class PublicReportForm(forms.Form):
    """The report of somebody who need not sign in. Errors say what to do, and where to call."""

    description = forms.CharField(
        label=_("什么问题"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("一两句话就行，如：3号楼西侧垃圾堆了两天。请不要写别人的姓名、电话"),
        error_messages={"required": _("请写一句是什么问题")},
    )
    category = CategoryChoice(required=False, help_text=_("不确定可以不选，受理人员会定"))
    address = forms.CharField(
        label=_("在哪里"),
        max_length=160,
        required=False,
        help_text=_("写小区、楼号或路口，如：紫兰苑3号楼门口；也可以在下面的地图上点一下"),
    )
    lon = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=73, max_value=136)
    lat = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=3, max_value=54)
    photos = PhotosField(
        label=_("照片"), required=False, help_text=_("可以不传；照片里的位置信息会自动去掉")
    )
    reporter = forms.CharField(
        label=_("您怎么称呼"),
        max_length=60,
        required=False,
        help_text=_("可以不填，不填就是匿名反映，一样受理"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("联系电话"),
        max_length=20,
        required=False,
        help_text=_("可以不填；填了只用来核实和回访，加密保存"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    confidential = forms.BooleanField(
        label=_("要求保密：处置单位看不到是谁反映的，也看不到打码的姓名和电话"), required=False
    )
    website = forms.CharField(label=_("请留空，填了就不能提交"), required=False, max_length=200)
    """Bait for programs that fill in everything; out of sight of people."""
    begun = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["category"]
        field.queryset = queries.categories_on(timezone.localdate()).order_by("nature", "code")
        self.fields["website"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(
                _now("这一栏请留空再提交；不行就请打 12345 反映，一样受理"), code="bait"
            )
        return ""

    def clean_phone(self) -> str:
        text: str = self.cleaned_data["phone"].strip()
        if not text:
            return ""
        found = parse_phone(text)
        if not isinstance(found, Phone):
            raise forms.ValidationError(found.sentence)
        return found.number

    def clean_begun(self) -> str:
        """Nobody writes a report within a few seconds; and a form left open for a day is stale."""
        word = self.cleaned_data["begun"]
        try:
            opened = signing.loads(word, salt=SALT, max_age=OPEN_FOR)
        except signing.BadSignature:
            raise forms.ValidationError(
                _now("页面打开太久了，填写的内容还在，请再点一次提交"), code="stale"
            ) from None
        if timezone.now().timestamp() - opened < settings.PUBLIC_FILL_SECONDS:
            raise forms.ValidationError(
                _now("提交得太快了，请检查一下内容，再点一次提交"), code="quick"
            )
        return str(word)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if (data.get("lon") is None) != (data.get("lat") is None):
            data["lon"] = data["lat"] = None
        address = str(data.get("address") or "").strip()
        if not address and data.get("lon") is None and "address" not in self.errors:
            self.add_error("address", _now("请写明地点，或在地图上点一下"))
        return data


class LookUpForm(forms.Form):
    number = forms.CharField(
        label=_("编号"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("请输入回执上的编号")},
    )
    code = forms.CharField(
        label=_("查询码"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("请输入回执上的查询码")},
    )

    def clean_number(self) -> str:
        return rules.as_written(self.cleaned_data["number"])

    def clean_code(self) -> str:
        return rules.as_written(self.cleaned_data["code"])


class ReplyForm(forms.Form):
    solved = forms.TypedChoiceField(
        label=_("问题解决了吗"),
        choices=(("yes", _("解决了")), ("no", _("还没解决"))),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项")},
    )
    satisfied = forms.TypedChoiceField(
        label=_("您对办理满意吗"),
        choices=(("yes", _("满意")), ("no", _("不满意"))),
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("还有什么没解决"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("可以不写；请不要写姓名、电话"),
    )


class ShownForm(forms.Form):
    """What the public page of a case says and shows."""

    words = forms.CharField(
        label=_("公开答复"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("留空就用单位反馈的内容；号码、房间号和工作人员姓名会自动打码"),
    )
    withheld = forms.BooleanField(label=_("不公开单位反馈的内容"), required=False)
    photos = forms.MultipleChoiceField(
        label=_("公开的照片"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("默认都不公开；公开前请看清没有人脸、车牌和门牌"),
    )

    def __init__(self, *args: Any, photos: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["photos"]
        field.choices = photos
        if not photos:
            del self.fields["photos"]


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("答复"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("反映人在查询页上看得到，请不要写姓名、电话"),
        error_messages={"required": _("请写明答复")},
    )
