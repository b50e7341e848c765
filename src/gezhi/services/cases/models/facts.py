"""The catalogue of what is taken up, and the facts of a case beside its matter."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from gezhi.base.ids import uuid7
from gezhi.base.workdays import Limit, Unit
from gezhi.core.places.models import Building
from gezhi.core.privacy.fields import SealedField
from gezhi.core.staff.models import Unit as StaffUnit
from gezhi.engines.matters.models import Matter
from gezhi.services.cases.rules import UnitRule


class State(models.TextChoices):
    """Where a case stands."""

    REPORTED = "reported", _("待受理")
    VERIFYING = "verifying", _("现场核实中")
    VOIDED = "voided", _("不予立案")
    FILED = "filed", _("待派遣")
    DISPATCHED = "dispatched", _("待接收")
    RETURNED = "returned", _("已退回")
    DISPUTED = "disputed", _("推诿待裁定")
    HANDLING = "handling", _("处置中")
    EXTENSION_PENDING = "extension_pending", _("延期待批")
    SUSPENSION_PENDING = "suspension_pending", _("挂账待批")
    SUSPENDED = "suspended", _("已挂账")
    CHECKING = "checking", _("待核查")
    REWORK = "rework", _("返工中")
    PASSED = "passed", _("待结案")
    CLOSED = "closed", _("已结案")


class Source(models.TextChoices):
    """Who told of it."""

    PATROL = "patrol", _("网格巡查")
    RESIDENT = "resident", _("居民上报")
    HOTLINE = "hotline", _("12345 热线")
    COUNTER = "counter", _("窗口")
    LEADER = "leader", _("领导交办")
    UPPER = "upper", _("上级转办")
    MODULE = "module", _("平台转来")
    PROGRAM = "program", _("其他系统")


PUBLIC: frozenset[str] = frozenset({Source.RESIDENT, Source.HOTLINE})
"""Sources whose reports are verified on site before they are filed."""


class Nature(models.TextChoices):
    """部件 is a facility somebody owns, 事件 something that happens."""

    EVENT = "event", _("事件")
    COMPONENT = "component", _("部件")


class Category(models.Model):
    """One line of the catalogue in one version: what it is, how fast, and whose it is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    nature = models.CharField(_("类型"), max_length=9, choices=Nature)
    code = models.CharField(_("代码"), max_length=4)
    major = models.CharField(_("大类"), max_length=20)
    name = models.CharField(_("小类"), max_length=40)
    filing_condition = models.CharField(_("立案条件"), max_length=200)
    closing_condition = models.CharField(_("结案条件"), max_length=200)
    amount = models.DecimalField(_("时限"), max_digits=4, decimal_places=1)
    unit = models.CharField(
        _("单位"),
        max_length=3,
        choices=[
            (Unit.EMERGENCY_HOUR.value, _("紧急工作时")),
            (Unit.WORKING_HOUR.value, _("工作时")),
            (Unit.WORKING_DAY.value, _("工作日")),
        ],
    )
    urgent = models.BooleanField(_("紧急"), default=False)
    unit_rule = models.CharField(
        _("派遣规则"),
        max_length=5,
        choices=[
            (UnitRule.PLACE.value, _("先属地")),
            (UnitRule.OWNER.value, _("先属主")),
            (UnitRule.FIXED.value, _("固定单位")),
        ],
    )
    responsible = models.ForeignKey(
        StaffUnit, models.PROTECT, null=True, related_name="+", verbose_name=_("责任单位")
    )
    may_extend = models.BooleanField(_("可延期"), default=False)
    needs_photo = models.BooleanField(_("须附照片"), default=True)
    auto_dispatch = models.BooleanField(_("自动派遣"), default=False)
    """Whether filing leads straight on to the unit the rule finds, where the office allows it."""
    valid_from = models.DateField(_("自"))
    valid_to = models.DateField(_("至"), null=True)
    """First day it no longer holds; cases filed before keep it."""

    SETTABLE: ClassVar = (
        *("filing_condition", "closing_condition", "amount", "unit", "urgent", "unit_rule"),
        *("responsible", "auto_dispatch", "may_extend", "needs_photo"),
    )
    """What an office sets for itself; nature, code and names stay, so that years compare."""

    class Meta:
        verbose_name = _("案件类别")
        ordering = ("nature", "code", "-valid_from")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_category_gives_some_time"),
            ExclusionConstraint(
                name="a_category_has_one_version_on_any_day",
                expressions=[
                    ("nature", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def limit(self) -> Limit:
        """How long a unit has."""
        return Limit(float(self.amount), Unit(self.unit))

    def holds_on(self, day: date) -> bool:
        """Whether this version is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Case(models.Model):
    """The facts of a case; where it stands is its matter's."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="case", verbose_name=_("事项")
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, related_name="cases", verbose_name=_("类别")
    )
    source = models.CharField(_("来源"), max_length=8, choices=Source)
    source_number = models.CharField(_("来源编号"), max_length=40, blank=True)
    description = models.CharField(_("问题描述"), max_length=4000)
    address = models.CharField(_("地点"), max_length=160)
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, related_name="+", verbose_name=_("楼栋")
    )
    lon = models.FloatField(_("经度"), null=True)
    lat = models.FloatField(_("纬度"), null=True)
    reporter = SealedField(_("反映人"), null=True)
    reporter_phone = SealedField(_("反映人电话"), null=True)
    confidential = models.BooleanField(_("要求保密"), default=False)
    verified = models.BooleanField(_("现场核实"), null=True)
    """What the grid worker found on site; None before anybody went."""
    filed_at = models.DateTimeField(_("立案时间"), null=True)
    dispatched_at = models.DateTimeField(_("派遣时间"), null=True)
    fed_back_at = models.DateTimeField(_("反馈时间"), null=True)
    closed_at = models.DateTimeField(_("结案时间"), null=True)
    first_unit_id = models.UUIDField(null=True)
    returns = models.PositiveSmallIntegerField(_("退回次数"), default=0)
    reworks = models.PositiveSmallIntegerField(_("返工次数"), default=0)
    extensions = models.PositiveSmallIntegerField(_("延期次数"), default=0)
    reopened = models.PositiveSmallIntegerField(_("重开次数"), default=0)
    self_handled = models.BooleanField(_("自办自结"), default=False)
    joined = models.PositiveSmallIntegerField(_("同诉人数"), default=0)
    """How many more reported the same and were joined to this case."""
    void_reason = models.CharField(_("不予立案原因"), max_length=12, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged", verbose_name=_("并入案件")
    )
    """The living case this one repeats; its reporters are told of that one."""
    asked_days = models.PositiveSmallIntegerField(_("申请延长工作日"), null=True)
    suspended_for = models.CharField(_("挂账原因"), max_length=12, blank=True)
    plan_on = models.DateField(_("计划恢复"), null=True)
    review_on = models.DateField(_("下次复查"), null=True)
    """The day a suspended case is looked at again, every thirty days."""
    result = models.CharField(_("处置结果"), max_length=10_000, blank=True)
    """What was done; an official answer taken over from a list stands here whole."""
    call_back_drawn = models.BooleanField(_("抽中回访"), default=False)
    """Drawn by the platform when it was closed: nobody chooses who is asked."""
    call_back_tries = models.PositiveSmallIntegerField(_("回访次数"), default=0)
    call_again_at = models.DateTimeField(_("再次回访"), null=True)
    """Not before this; None while it was not tried, or when it is over."""
    called_back_at = models.DateTimeField(_("回访时间"), null=True)
    answered = models.BooleanField(_("接通"), null=True)
    solved = models.BooleanField(_("已解决"), null=True)
    satisfied = models.BooleanField(_("满意"), null=True)

    class Meta:
        verbose_name = _("案件")
        indexes = [
            models.Index(fields=("category", "matter"), name="cases_of_a_category"),
            models.Index(fields=("lat", "lon"), name="cases_on_the_map"),
            models.Index(
                fields=("closed_at",),
                name="cases_to_call_back",
                condition=Q(call_back_drawn=True, answered=None),
            ),
            models.Index(
                fields=("closed_at",),
                name="cases_closed_lately",
                condition=Q(closed_at__isnull=False),
            ),
            models.Index(
                fields=("review_on",),
                name="cases_to_review",
                condition=Q(review_on__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(lon=None, lat=None) | Q(lon__isnull=False, lat__isnull=False),
                name="a_point_has_both_coordinates",
            ),
            models.CheckConstraint(
                condition=Q(filed_at=None) | Q(category__isnull=False),
                name="a_filed_case_has_a_category",
            ),
            models.CheckConstraint(
                condition=Q(satisfied=None) | Q(answered=True),
                name="only_who_answered_is_satisfied_or_not",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("matter")),
                name="a_case_is_not_merged_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return str(self.matter)

    @property
    def community_id(self) -> UUID | None:
        """Where its matter lies: what a right over places asks of the row it is given."""
        return self.matter.community_id

    @property
    def grid_id(self) -> UUID | None:
        return self.matter.grid_id


class Joiner(models.Model):
    """One more who reported the same and was joined to an open case; sealed as the first is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="joiners")
    at = models.DateTimeField(_("反映时间"))
    source = models.CharField(_("来源"), max_length=8, choices=Source)
    words = models.CharField(_("描述"), max_length=1000, blank=True)
    reporter = SealedField(_("反映人"), null=True)
    reporter_phone = SealedField(_("反映人电话"), null=True)
    confidential = models.BooleanField(_("要求保密"), default=False)
    account_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("同诉人")
        ordering = ("at", "id")

    @property
    def community_id(self) -> UUID | None:
        """Where the case lies they joined."""
        return self.case.community_id

    @property
    def grid_id(self) -> UUID | None:
        return self.case.grid_id
