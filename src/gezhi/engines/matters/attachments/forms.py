"""What adding a file, and taking one off, ask for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.engines.matters.attachments.fields import PapersField, PhotosField
from gezhi.engines.matters.attachments.stages import Stage


class AttachForm(forms.Form):
    """Photos, papers or both, and what they show."""

    photos = PhotosField()
    papers = PapersField()
    title = forms.CharField(
        label=_("说明"),
        max_length=60,
        required=False,
        help_text=_("是什么，如“施工许可证”；不要写居民的个人信息"),
    )
    stage = forms.ChoiceField(label=_("环节"), choices=Stage.choices, initial=Stage.OTHER)
    field_order = ("photos", "papers", "title", "stage")
