"""Heavy pollution and wind alerts, and which filings they stopped."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gezhi.base.ids import uuid7
from gezhi.engines.matters.models import Matter
from gezhi.services.filings.alert_rules import Cause, Notice


class Alert(models.Model):
    """One alert, from its beginning until it is lifted. The rows are the register."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cause = models.CharField(
        _("预警"),
        max_length=9,
        choices=[(Cause.POLLUTION.value, _("重污染天气")), (Cause.WIND.value, _("大风"))],
    )
    level = models.PositiveSmallIntegerField(
        _("级别"), help_text=_("重污染填 3（黄）、2（橙）、1（红）；大风填预报风力级数")
    )
    document = models.CharField(_("文号或来源"), max_length=80)
    begins = models.DateTimeField(_("开始"))
    ends = models.DateTimeField(_("解除"), null=True)
    entered_at = models.DateTimeField(_("录入时间"))
    entered_by = models.CharField(_("录入人"), max_length=60)
    lifted_by = models.CharField(_("解除人"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("停工预警")
        ordering = ("-begins", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gte=F("begins")),
                name="an_alert_does_not_end_before_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(cause=Cause.POLLUTION.value) | Q(level__in=(1, 2, 3)),
                name="a_pollution_alert_has_one_of_three_levels",
            ),
            models.CheckConstraint(
                condition=~Q(cause=Cause.WIND.value) | Q(level__range=(4, 17)),
                name="a_wind_alert_names_a_wind_of_force_four_or_more",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} {self.level_words}"

    @property
    def level_words(self) -> str:
        """The level as it is announced: `Ⅱ级（橙色）`, `6 级`."""
        from gezhi.services.filings.models.kinds import AlertLevel

        if self.cause == Cause.POLLUTION:
            return str(AlertLevel(self.level).label)
        return str(_("%(force)d 级")) % {"force": self.level}

    @property
    def warning(self) -> Notice:
        """The alert as the rules see it."""
        return Notice(Cause(self.cause), self.level, self.begins, self.ends)

    def holds_at(self, at: datetime) -> bool:
        return self.warning.holds_at(at)


class Stopped(models.Model):
    """That an alert stopped a filing, and when work was let go on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    alert = models.ForeignKey(Alert, models.PROTECT, related_name="stopped")
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="stops", verbose_name=_("报备"))
    at = models.DateTimeField(_("停工时间"))
    resumed_at = models.DateTimeField(_("恢复时间"), null=True)

    class Meta:
        verbose_name = _("预警停工")
        ordering = ("-at",)
        constraints = [
            models.UniqueConstraint(
                fields=("matter",),
                condition=Q(resumed_at=None),
                name="a_filing_is_stopped_once_at_a_time",
            )
        ]
