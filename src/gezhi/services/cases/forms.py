"""What reporting and the steps of a case ask for."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.core.staff.models import Unit
from gezhi.engines.matters.attachments.fields import PhotosField
from gezhi.engines.matters.forms import TakeForm
from gezhi.services.cases import actions, queries
from gezhi.services.cases.models import Case, Category, Source

VOID_REASONS: Final = (
    ("untrue", _("核实不属实")),
    ("outside", _("不在辖区")),
    ("unfit", _("不符合立案条件")),
    ("lawful", _("属诉讼、信访等法定途径")),
)
ENDED_UNFILED: Final = (*VOID_REASONS, ("duplicate", _("重复反映")))
"""All a voided case may say: a repeated one is merged, not just voided."""
SUSPENDED_FOR: Final = (
    ("season", _("季节原因不能施工")),
    ("works", _("需列入工程计划")),
    ("lacking", _("暂不具备条件")),
)


class CategoryChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not at run time
    """A category in force today, major by major."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Category.objects.none(), **kwargs)
        self.label = kwargs.get("label", _("类别"))

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.major}·{obj.name}"


def _in_force(form: forms.Form, name: str = "category") -> None:
    field: Any = form.fields[name]
    field.queryset = queries.categories_on(timezone.localdate()).order_by("nature", "code")


class CategoryForm(TakeForm):
    category = CategoryChoice(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_force(self)


class HandleHereForm(CategoryForm):
    photos = PhotosField(label=_("办理后照片"), help_text=_("在上报时的同一位置拍"))


class SiteForm(TakeForm):
    photos = PhotosField(label=_("现场照片"))


class DoneForm(TakeForm):
    photos = PhotosField(label=_("办理后照片"), help_text=_("在上报时的同一位置拍，便于对比"))


class CheckForm(TakeForm):
    photos = PhotosField(label=_("核查照片"))


class EvidenceForm(TakeForm):
    photos = PhotosField(label=_("佐证照片"), help_text=_("如权属牌、界桩；没有可以不传"))


class VoidForm(TakeForm):
    void_reason = forms.ChoiceField(
        label=_("原因"), choices=[("", _("请选择")), *VOID_REASONS], required=False
    )


def open_units(form: forms.Form, *names: str) -> None:
    """Let fields choose among the units work may be handed to."""
    for name in names:
        field: Any = form.fields[name]
        field.queryset = Unit.objects.filter(closed_at=None)


class UnitForm(TakeForm):
    unit = forms.ModelChoiceField(label=_("责任单位"), queryset=Unit.objects.none(), required=False)
    cc = forms.ModelMultipleChoiceField(
        label=_("抄送单位"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 4}),
        help_text=_("这些单位的人员能在“抄送我的”里看到进展，不用办理"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_units(self, "unit", "cc")


class MergeForm(TakeForm):
    """The living case is named by its number, as it stands on its page."""

    duplicate_of = forms.CharField(
        label=_("并入的案件编号"), max_length=24, required=False, help_text=_("如 GZ2022091300012")
    )

    def clean_duplicate_of(self) -> Any:
        number = self.cleaned_data["duplicate_of"].strip().upper()
        found = Case.objects.select_related("matter").filter(matter__number=number).first()
        if number and found is None:
            raise forms.ValidationError(_("没有这个编号的案件"))
        return found


class PlanForm(TakeForm):
    plan_on = forms.DateField(label=_("计划恢复日期"), required=False)


class SuspendForm(PlanForm):
    suspended_for = forms.ChoiceField(
        label=_("挂账原因"), choices=[("", _("请选择")), *SUSPENDED_FOR], required=False
    )


class DaysForm(TakeForm):
    days = forms.IntegerField(
        label=_("延长几个工作日"), min_value=1, max_value=actions.MOST_DAYS, required=False
    )


class CallBackForm(TakeForm):
    answered = forms.TypedChoiceField(
        label=_("是否接通"),
        choices=(("", _("请选择")), ("yes", _("接通")), ("no", _("未接通"))),
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
    )
    solved = forms.NullBooleanField(label=_("是否解决"), required=False)
    satisfied = forms.NullBooleanField(label=_("是否满意"), required=False)


class UnsolvedForm(TakeForm):
    satisfied = forms.NullBooleanField(label=_("是否满意"), required=False)


STEP_FORMS: Final[dict[str, type[TakeForm]]] = {
    "merge": MergeForm,
    "ask_time": DaysForm,
    "ask_to_suspend": SuspendForm,
    "keep_suspended": PlanForm,
    "called_unsolved": UnsolvedForm,
    "file": CategoryForm,
    "handle_here": HandleHereForm,
    **dict.fromkeys(("confirm", "deny"), SiteForm),
    **dict.fromkeys(("pass_check", "fail_check"), CheckForm),
    **dict.fromkeys(("give_back", "dispute"), EvidenceForm),
    "feed_back": DoneForm,
    "void": VoidForm,
    "dispatch": UnitForm,
    "redirect": UnitForm,
    "decide": UnitForm,
    "grant_time": DaysForm,
    "call_back": CallBackForm,
}


class ReportForm(forms.Form):
    """What a report asks, in the order one thinks of it: what, where, and who if they like."""

    description = forms.CharField(
        label=_("什么问题"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("一两句话就行，如：3号楼西侧垃圾堆了两天"),
    )
    photos = PhotosField(label=_("现场照片"), offers_place=True)
    category = CategoryChoice(required=False, help_text=_("不确定可以不选，受理人员会定"))
    address = forms.CharField(
        label=_("在哪里"), max_length=160, required=False, help_text=_("如：紫兰苑3号楼门口")
    )
    lon = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=73, max_value=136)
    lat = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=3, max_value=54)
    source = forms.ChoiceField(label=_("来源"), choices=Source.choices, initial=Source.PATROL)
    reporter = forms.CharField(label=_("反映人"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("反映人电话"),
        max_length=20,
        required=False,
        help_text=_("只给回访用；处置单位看到的是打码的号码"),
    )
    confidential = forms.BooleanField(label=_("要求保密"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_force(self)

    def clean(self) -> dict[str, Any]:
        """Where the photos were taken, if the sender uses that, stands in for a point not given."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("lon") is None and data.get("lat") is None:
            taken = next((one.place for one in data.get("photos", ()) if one.place), None)
            if taken is not None and 73 <= taken[0] <= 136 and 3 <= taken[1] <= 54:
                data["lon"], data["lat"] = taken
        return data


class ChangeCategoryForm(forms.Form):
    """What an office may set for itself; code and name stay, so that years compare."""

    since = forms.DateField(label=_("自"), help_text=_("最早从明天起；已立案的不变"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(forms.models.fields_for_model(Category, fields=Category.SETTABLE))
        self.fields["responsible"].required = False
