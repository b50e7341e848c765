"""What the platform learnt of an office's own closed cases: weights of words, as plain numbers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from gezhi.base.ids import uuid7


class Learnt(models.Model):
    """One night's learning: which words speak for which category, and how often it was right."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(_("训练时间"))
    cases = models.PositiveIntegerField(_("训练案件"))
    categories = models.PositiveSmallIntegerField(_("类别数"))
    accuracy = models.FloatField(_("第一个建议即对"))
    within_three = models.FloatField(_("前三个建议中有"))
    macro_f1 = models.FloatField(_("各类平均 F1"))
    weights = models.BinaryField()
    """Arrays of numbers and short texts (NPZ without objects): nothing in it can be run."""

    class Meta:
        verbose_name = _("类别建议模型")
        ordering = ("-at",)
