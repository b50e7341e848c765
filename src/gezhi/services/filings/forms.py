"""What filing, its steps and an office's settings ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.core.privacy import masks
from gezhi.core.registry.models import Site
from gezhi.core.staff.models import Account, Role, Unit
from gezhi.engines.matters.attachments.fields import PhotosField
from gezhi.engines.matters.forms import TakeForm
from gezhi.engines.matters.models import Matter
from gezhi.services.filings import reviewing
from gezhi.services.filings.alert_rules import Cause
from gezhi.services.filings.check_rules import DUST, SIX, Mark, items_on_site
from gezhi.services.filings.models import Filing, FilingKind, LocalLimits
from gezhi.services.filings.models.particulars import ASKED, SEALED
from gezhi.services.filings.road_rules import ZONES

TIME: Final = ("first_day", "last_day", "from_time", "to_time", "emergency")
PAPERS: Final = ("permit_no", "no_permit_reason", "noise_sensitive")
GROUND: Final = (
    *("address", "unit_name", "applicant", "applicant_phone", "workers", "machines"),
    *("fuel_machines", "risks", "measures"),
)
PARTS: Final = (("time", _("时间")), ("papers", _("手续")), ("ground", _("现场")))
"""The steps of filling in, in the order one thinks of them."""
CHOICES: Final = {"measures": SIX, "near": ZONES}
NARROW: Final = {
    "permit_no": _("没有许可证的，在下一项选原因；报备不能代替许可"),
    "risks": _("如：深基坑、高支模、临近燃气管线"),
    "plates": _("用顿号分开，如：豫A12345、豫A67890"),
    "near": _("严格控制占用的路段；不在的不用选"),
    "measures": _("勾选已经做到的"),
}


def names_of(filing: Filing, part: str) -> list[str]:
    """The fields of one step of filling in, for a kind of work."""
    if part == "time":
        return list(TIME)
    if part == "papers":
        return [*PAPERS, *filing.kind.asks]
    return [one for one in GROUND if one != "measures" or "measures" in reviewing.asked(filing)]


def part_of(filing: Filing, name: str) -> str:
    """The step of filling in on which a field is."""
    return next((part for part, _t in PARTS if name in names_of(filing, part)), PARTS[-1][0])


class FillForm(forms.Form):
    """One step of a filing. Nothing is required: what is there is kept."""

    def __init__(self, *args: Any, filing: Filing, part: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = names_of(filing, part)
        plain = [one for one in names if one not in SEALED and one not in CHOICES]
        made = forms.models.fields_for_model(Filing, fields=plain)
        for name in names:
            field = made.get(name) or _special(filing, name)
            field.required = False
            field.help_text = NARROW.get(name, field.help_text)
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        """Boxes and texts that were left alone come back empty, not as nothing."""
        return {
            name: "" if value is None and isinstance(self.fields[name], forms.CharField) else value
            for name, value in self.cleaned_data.items()
        }


def _special(filing: Filing, name: str) -> Any:
    """Fields a model form does not make: several choices, and what is sealed."""
    label = reviewing.label(name)
    if name in CHOICES:
        return forms.MultipleChoiceField(
            label=label, choices=CHOICES[name], widget=forms.CheckboxSelectMultiple
        )
    shown = masks.masked(filing, name) if getattr(filing, name) else ""
    field = forms.CharField(label=label, max_length=60)
    if shown:
        field.help_text = _now("已填 %(value)s；不改就留空") % {"value": shown}
    return field


class BeginForm(forms.Form):
    """Which site, which kind of work: the rest is filled in from what is known."""

    site = forms.ModelChoiceField(label=_("工地"), queryset=Site.objects.none())
    kind = forms.ModelChoiceField(
        label=_("报备什么"),
        queryset=FilingKind.objects.all(),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]


class KindOfWorkForm(forms.Form):
    """Which kind of work, where the site is known."""

    kind = forms.ModelChoiceField(
        label=_("报备什么"),
        queryset=FilingKind.objects.all(),
        widget=forms.RadioSelect,
        empty_label=None,
    )


PLEDGE: Final = _("所填属实；取得全部许可后施工；遵守六个百分之百和夜间、预警停工规定")


class SubmitForm(TakeForm):
    pledge = forms.BooleanField(label=PLEDGE, required=False)
    signature = forms.CharField(
        label=_("签名"), max_length=60, required=False, help_text=_("写您登录账号的姓名")
    )

    def __init__(self, *args: Any, matter: Matter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["said"]


class RepeatForm(forms.Form):
    """The days, and the pledge: everything else is as last time."""

    AGAIN: Final = ("first_day", "last_day", "from_time", "to_time", "notice_on")

    def __init__(self, *args: Any, filing: Filing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = {*TIME, *filing.kind.asks}
        names = [one for one in self.AGAIN if one in asked]
        self.fields.update(forms.models.fields_for_model(Filing, fields=names))
        for name in ("first_day", "last_day", "from_time", "to_time"):
            self.fields[name].required = True
        self.fields["pledge"] = forms.BooleanField(label=PLEDGE, required=True)
        self.fields["signature"] = forms.CharField(
            label=_("签名"), max_length=60, help_text=_("写您登录账号的姓名")
        )


MARKS: Final = (
    (Mark.PASS.value, _("合格")),
    (Mark.FAIL.value, _("不合格")),
    (Mark.NA.value, _("不适用")),
)


def add_items(form: forms.Form, items: Iterable[tuple[str, str]]) -> None:
    """One choice for each item of a check list."""
    for code, title in items:
        form.fields[code] = forms.ChoiceField(
            label=_now(title), choices=MARKS, widget=forms.RadioSelect, required=False
        )


class OnSiteForm(TakeForm):
    """The check list of a filing's kind; `answers` is what it comes to."""

    photos = PhotosField(label=_("现场照片"), help_text=_("拍到门口、围挡和作业位置"))

    def __init__(self, *args: Any, matter: Matter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items_on_site(matter.filing.kind.code)
        add_items(self, self.items)
        self.order_fields([*(code for code, _title in self.items), "photos", "said"])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        answers = {code: data.pop(code) for code, _title in self.items if data.get(code)}
        return {**data, "answers": answers or None}


class ReturnForm(TakeForm):
    """What has to be mended, by name, and in words."""

    lacks = forms.MultipleChoiceField(
        label=_("要补正的内容"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, matter: Matter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = reviewing.asked(matter.filing)
        choices = [(name, reviewing.label(name)) for name in names]
        self.fields["lacks"].choices = choices  # type: ignore[attr-defined]


class ForwardForm(TakeForm):
    unit = forms.ModelChoiceField(label=_("部门"), queryset=Unit.objects.none(), required=False)

    def __init__(self, *args: Any, matter: Matter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(closed_at=None)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class PlainForm(TakeForm):
    """A sentence, where the step asks for no more."""

    def __init__(self, *args: Any, matter: Matter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


STEP_FORMS: Final[dict[str, type[TakeForm]]] = {
    "submit": SubmitForm,
    "check": OnSiteForm,
    "send_back": ReturnForm,
    "agree_not": ReturnForm,
    "acknowledge_not": ReturnForm,
    "forward": ForwardForm,
}


class MendedForm(TakeForm):
    photos = PhotosField(label=_("整改后照片"), help_text=_("在检查时的同一位置拍"))


class LookBackForm(TakeForm):
    photos = PhotosField(label=_("现场照片"))


CHECK_FORMS: Final[dict[str, type[TakeForm]]] = {
    "mended": MendedForm,
    "look_back": LookBackForm,
    "look_back_last": LookBackForm,
    "hand_over": LookBackForm,
}


class SiteCheckForm(forms.Form):
    """六个百分之百, 三员 and the boards, one answer each."""

    photos = PhotosField(label=_("现场照片"), help_text=_("有不合格项时须拍照"))
    days = forms.IntegerField(
        label=_("整改期限（工作日）"),
        min_value=1,
        max_value=15,
        required=False,
        help_text=_("有不合格项时填写"),
    )
    said = forms.CharField(
        label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_items(self, DUST)
        self.order_fields([*(code for code, _title in DUST), "photos", "days", "said"])


class UnfiledForm(forms.Form):
    kind = forms.ModelChoiceField(label=_("在做什么"), queryset=FilingKind.objects.all())
    said = forms.CharField(
        label=_("现场情况"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("不要写个人信息"),
    )


class AlertForm(forms.Form):
    cause = forms.ChoiceField(
        label=_("预警"),
        choices=((Cause.POLLUTION.value, _("重污染天气")), (Cause.WIND.value, _("大风"))),
    )
    level = forms.IntegerField(
        label=_("级别"),
        min_value=1,
        max_value=17,
        help_text=_("重污染填 3（黄）、2（橙）、1（红）；大风填预报风力级数"),
    )
    document = forms.CharField(
        label=_("文号或来源"), max_length=80, help_text=_("如：市环境攻坚办〔2022〕18 号")
    )
    begins = forms.DateTimeField(label=_("开始"), widget=forms.DateTimeInput)
    ends = forms.DateTimeField(
        label=_("预计解除"),
        widget=forms.DateTimeInput,
        required=False,
        help_text=_("不确定可以空着，解除时再点“解除”"),
    )


class KindForm(forms.Form):
    """What an office may set of a kind; its code stays, so that years compare."""

    SETTABLE: Final = (
        *("title", "lead_amount", "lead_unit", "longest_days", "decides", "noisy"),
        *("stops_at", "wind_from", "closes_others", "asks", "copies"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain = [name for name in self.SETTABLE if name not in ("asks", "copies")]
        self.fields.update(forms.models.fields_for_model(FilingKind, fields=plain))
        several = {
            "asks": (_("另填内容"), [(name, reviewing.label(name)) for name in ASKED]),
            "copies": (_("抄送岗位"), [(one.code, one.named) for one in Role.objects.all()]),
        }
        for name, (label, choices) in several.items():
            self.fields[name] = forms.MultipleChoiceField(
                label=label, choices=choices, widget=forms.CheckboxSelectMultiple, required=False
            )


class QuietForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=40, help_text=_("如：高考、绿博会"))
    first = forms.DateField(label=_("自"))
    last = forms.DateField(label=_("至"))
    is_exam = forms.BooleanField(
        label=_("是考试（禁止夜间施工）；不勾选为重大活动（前后不得掘路）"), required=False
    )


class LimitsForm(forms.Form):
    """The night of this city, and the limit of this province."""

    SETTABLE: Final = ("night_from", "night_to", "below_fen", "below_area")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(forms.models.fields_for_model(LocalLimits, fields=self.SETTABLE))


class StewardForm(forms.Form):
    account = forms.ModelChoiceField(
        label=_("账号"),
        queryset=Account.objects.none(),
        help_text=_("先由系统管理员建账号并设“工地专管员”岗位"),
    )

    def __init__(self, *args: Any, accounts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = accounts  # type: ignore[attr-defined]
