"""What orders, whistles and the office's settings ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.core.staff.models import Unit
from gezhi.engines.matters.forms import TakeForm
from gezhi.services.cases.forms import open_units
from gezhi.services.cases.models.joint import Called, WhistleKind
from gezhi.services.cases.models.practice import Practice


class OverseeForm(forms.Form):
    order = forms.CharField(
        label=_("督办要求"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    days = forms.IntegerField(label=_("几个工作日内答复"), min_value=1, max_value=30, initial=1)


class BlowForm(forms.Form):
    """Whom a whistle calls, and for what: one department leads, others assist."""

    kind = forms.ChoiceField(label=_("哨种"), choices=WhistleKind.choices)
    request = forms.CharField(
        label=_("需要解决的问题"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    lead = forms.ModelChoiceField(label=_("牵头单位"), queryset=Unit.objects.none())
    assist = forms.ModelMultipleChoiceField(
        label=_("配合单位"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 5}),
    )
    holds = forms.BooleanField(label=_("案件等吹哨办完再反馈"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_units(self, "lead", "assist")


class ScoreForm(TakeForm):
    """One to five for each department that came: was it there, did it help."""

    def __init__(self, *args: Any, called: Sequence[Called] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.called = [one for one in called if one.reported_at is not None]
        for one in self.called:
            for name, label in (("present", _("到场履职")), ("effective", _("处置成效"))):
                self.fields[f"{name}_{one.unit_id}"] = forms.TypedChoiceField(
                    label=f"{one.unit} · {label}",
                    choices=[(str(n), str(n)) for n in range(5, 0, -1)],
                    coerce=int,
                )
        self.order_fields([*(name for name in self.fields if name != "said"), "said"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data["scores"] = {
            str(one.unit_id): {
                name: data.pop(f"{name}_{one.unit_id}", None) for name in ("present", "effective")
            }
            for one in self.called
        }
        return data


class PracticeForm(forms.Form):
    """How an office works its cases, from now on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(forms.models.fields_for_model(Practice, exclude=("id",)))
        open_units(self, "fallback_unit")
        self.fields["fallback_unit"].help_text = str(
            _("推诿一个工作日无人裁定的，由系统派给这个单位")
        )
        self.fields["call_back_percent"].help_text = str(
            _("结案时由系统抽取，经办人不能挑选回访谁")
        )
