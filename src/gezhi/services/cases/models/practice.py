"""How an office works its cases: one row of settings."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.core.staff.models import Unit


class Dispatching(models.TextChoices):
    """Which cases the platform hands out by itself, where the rule finds a unit without doubt."""

    NONE = "none", _("全部由派遣员派遣")
    MARKED = "marked", _("目录中标明“自动派遣”的类别")
    ALL = "all", _("规则能确定责任单位的全部案件")


class Practice(models.Model):
    """What an office settles for all its cases. There is one row, made when it is first needed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    dispatching = models.CharField(
        _("自动派遣"), max_length=6, choices=Dispatching, default=Dispatching.MARKED
    )
    fallback_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("兜底单位"),
    )
    """Takes a disputed case when nobody decided within a working day."""
    call_back_percent = models.PositiveSmallIntegerField(_("回访抽取比例（%）"), default=50)
    call_back_tries = models.PositiveSmallIntegerField(_("回访最多次数"), default=3)
    late_tells_head = models.BooleanField(_("超期时告知单位负责人"), default=True)
    late_tells_chief = models.BooleanField(_("超期时告知一级网格长"), default=True)

    class Meta:
        verbose_name = _("案件办理设置")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="an_office_has_one_practice"),
            models.CheckConstraint(
                condition=Q(call_back_percent__lte=100), name="at_most_all_cases_are_called_back"
            ),
            models.CheckConstraint(
                condition=Q(call_back_tries__gte=1, call_back_tries__lte=9),
                name="a_call_back_is_tried_one_to_nine_times",
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
