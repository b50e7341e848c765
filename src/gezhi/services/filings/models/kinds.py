"""What an office asks of each kind of work, when there is to be quiet, and its own limits."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gezhi.base.ids import uuid7
from gezhi.base.retelling import in_readers_language
from gezhi.base.workdays import Limit, Unit
from gezhi.services.filings import rules

_LAW = rules.Limits()


class Decider(models.IntegerChoices):
    """The grid level whose word is the last on a filing."""

    GRID = 3, _("三级网格现场核实后生效")
    COMMUNITY = 2, _("二级网格同意后生效")
    OFFICE = 1, _("一级网格（城建办）确认后生效")


class AlertLevel(models.IntegerChoices):
    """重污染天气预警."""

    YELLOW = 3, _("Ⅲ级（黄色）")
    ORANGE = 2, _("Ⅱ级（橙色）")
    RED = 1, _("Ⅰ级（红色）")


class FilingKind(models.Model):
    """A kind of work that is filed: lead time, what it asks, who decides, what stops it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(_("代码"), max_length=12, unique=True)
    title = models.CharField(_("名称"), max_length=30)
    lead_amount = models.PositiveSmallIntegerField(
        _("提前"), default=0, help_text=_("0 表示开工前报即可")
    )
    lead_unit = models.CharField(
        _("单位"),
        max_length=3,
        choices=[
            (Unit.EMERGENCY_HOUR.value, _("小时")),
            (Unit.WORKING_DAY.value, _("工作日")),
            (Unit.CALENDAR_DAY.value, _("天")),
        ],
        default=Unit.WORKING_DAY.value,
    )
    longest_days = models.PositiveSmallIntegerField(_("一次最多几天"), default=30)
    asks = ArrayField(
        models.CharField(max_length=30), default=list, blank=True, verbose_name=_("另填内容")
    )
    """Names of the particulars asked besides what every filing says."""
    decides = models.PositiveSmallIntegerField(
        _("由谁决定"), choices=Decider, default=Decider.OFFICE
    )
    noisy = models.BooleanField(_("产生噪声"), default=True)
    stops_at = models.PositiveSmallIntegerField(
        _("污染预警停工级别"), choices=AlertLevel, null=True, blank=True
    )
    wind_from = models.PositiveSmallIntegerField(
        _("停工风力（级）"), null=True, blank=True, help_text=_("留空表示大风不停工")
    )
    copies = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("抄送岗位")
    )
    """Codes of roles whose holders on the ground are told when it is acknowledged."""
    closes_others = models.BooleanField(_("生效后关闭本工地其他报备"), default=False)
    order = models.PositiveSmallIntegerField(_("顺序"), default=50)

    class Meta:
        verbose_name = _("报备类型")
        ordering = ("order", "code")
        constraints = [
            models.CheckConstraint(
                condition=Q(longest_days__gt=0), name="a_filing_covers_at_least_a_day"
            ),
        ]

    def __str__(self) -> str:
        return in_readers_language(self.title)

    @property
    def terms(self) -> rules.Terms:
        """The kind as the rules see it."""
        lead = Limit(self.lead_amount, Unit(self.lead_unit)) if self.lead_amount else None
        return rules.Terms(
            self.code, lead, self.longest_days, self.noisy, self.stops_at, self.wind_from
        )


class QuietTime(models.Model):
    """Days of quiet: examinations ban noise at night, large events ban digging around them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("名称"), max_length=40)
    first = models.DateField(_("自"))
    last = models.DateField(_("至"))
    is_exam = models.BooleanField(_("考试"), default=True, help_text=_("不勾选为重大活动"))

    class Meta:
        verbose_name = _("静音与活动日期")
        ordering = ("-first", "name")
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")), name="a_quiet_time_does_not_end_before_it_begins"
            ),
            models.UniqueConstraint(fields=("name", "first"), name="a_quiet_time_is_listed_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def quiet(self) -> rules.Quiet:
        return rules.Quiet(self.name, self.first, self.last, self.is_exam)


class LocalLimits(models.Model):
    """What the city or province sets otherwise than the law's own figures; at most one row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    one = models.BooleanField(default=True, unique=True, editable=False)
    night_from = models.TimeField(_("夜间自"), default=_LAW.night_from)
    night_to = models.TimeField(_("夜间至"), default=_LAW.night_to)
    below_fen = models.BigIntegerField(_("限额（分）"), default=_LAW.below_fen)
    below_area = models.FloatField(_("限额（平方米）"), default=_LAW.below_area)

    class Meta:
        verbose_name = _("本地限额")
        constraints = [
            models.CheckConstraint(condition=Q(one=True), name="an_office_has_one_set_of_limits"),
        ]

    @property
    def limits(self) -> rules.Limits:
        return rules.Limits(
            night_from=self.night_from,
            night_to=self.night_to,
            below_fen=self.below_fen,
            below_area=self.below_area,
        )
