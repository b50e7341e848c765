"""What any step asks for; services extend it with what theirs need besides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.engines.matters.language import Step


class TakeForm(forms.Form):
    """A sentence, and the revision that was seen. Required is what the step needs."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    said = forms.CharField(
        label=_("意见"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in step.needs & {*self.fields}:
            self.fields[name].required = True
        # what is asked for first stands first; the sentence comes last
        self.order_fields([*(name for name in self.fields if name != "said"), "said"])


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("内容"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class HandOnForm(forms.Form):
    to = forms.ChoiceField(label=_("转交给"))
    why = forms.CharField(label=_("原因"), max_length=200)

    def __init__(self, *args: Any, colleagues: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", _("请选择")), *colleagues]  # type: ignore[attr-defined]


class LinkForm(forms.Form):
    other = forms.CharField(label=_("事项编号"), max_length=24, help_text=_("如 GZ2022091300012"))
