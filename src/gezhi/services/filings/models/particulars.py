"""What the kinds of work ask besides what every filing says: one column for each thing."""

from __future__ import annotations

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from gezhi.core.privacy.fields import SealedField
from gezhi.services.filings.road_rules import ZONES


class Process(models.TextChoices):
    """Why work goes on at night."""

    CONTINUOUS = "continuous", _("因工艺须连续作业")
    RESCUE = "rescue", _("抢修、抢险")
    OTHER = "other", _("其他原因")


class HotLevel(models.IntegerChoices):
    """动火级别."""

    FIRST = 1, _("一级（1 天内有效）")
    SECOND = 2, _("二级（3 天内有效）")
    THIRD = 3, _("三级（7 天内有效）")


class Particulars(models.Model):
    """Columns that one kind or another asks for; empty where it does not."""

    # start, restart
    contract_no = models.CharField(_("施工合同编号"), max_length=60, blank=True)
    safety_officer = SealedField(_("安全员"), null=True)
    insurance_no = models.CharField(_("工伤保险或安责险单号"), max_length=60, blank=True)
    acceptance_no = models.CharField(_("开复工验收表编号"), max_length=60, blank=True)
    # night
    process = models.CharField(_("夜间施工原因"), max_length=10, choices=Process, blank=True)
    certificate_no = models.CharField(
        _("夜间施工证明编号"), max_length=60, blank=True, help_text=_("住建或生态环境部门出具")
    )
    notice_on = models.DateField(_("公告居民日期"), null=True, blank=True)
    noise_monitor = models.CharField(_("噪声监测设备号"), max_length=40, blank=True)
    # earthwork, spoil
    volume_m3 = models.PositiveIntegerField(_("方量（立方米）"), null=True, blank=True)
    disposal_no = models.CharField(_("渣土处置核准号"), max_length=60, blank=True)
    haulier = models.CharField(_("运输企业"), max_length=120, blank=True)
    plates = models.CharField(_("运输车牌"), max_length=300, blank=True, help_text=_("用顿号分开"))
    route = models.CharField(_("运输路线"), max_length=200, blank=True)
    dump_site = models.CharField(_("消纳场"), max_length=120, blank=True)
    transport_only = models.BooleanField(_("只运输、不开挖"), default=False)
    special_pass = models.CharField(_("预警期间特别通行证号"), max_length=60, blank=True)
    # demolition, lifting
    plan_no = models.CharField(_("专项方案编号"), max_length=60, blank=True)
    utilities_cut = models.BooleanField(_("水电气已断开"), default=False)
    dust_plan = models.BooleanField(_("已有扬尘防治方案"), default=False)
    # hot work
    hot_level = models.PositiveSmallIntegerField(
        _("动火级别"), choices=HotLevel, null=True, blank=True
    )
    work_spot = models.CharField(_("动火部位"), max_length=80, blank=True)
    outdoors = models.BooleanField(_("露天作业"), default=False)
    welder_certificate = models.CharField(_("焊工证号"), max_length=40, blank=True)
    watcher = SealedField(_("看火人"), null=True)
    extinguishers = models.PositiveSmallIntegerField(_("灭火器（具）"), null=True, blank=True)
    # road
    digs = models.BooleanField(_("开挖路面"), default=False)
    area_m2 = models.PositiveIntegerField(_("占用面积（平方米）"), null=True, blank=True)
    near = ArrayField(
        models.CharField(max_length=20, choices=ZONES),
        default=list,
        blank=True,
        verbose_name=_("是否位于"),
    )
    police_consent = models.CharField(_("交警同意文号"), max_length=60, blank=True)
    road_opened_on = models.DateField(_("道路建成日期"), null=True, blank=True)
    road_repaired_on = models.DateField(_("上次大修日期"), null=True, blank=True)
    fence_plan = models.CharField(_("围挡与导行方案"), max_length=200, blank=True)
    # lifting
    machine_no = models.CharField(_("起重机械备案号"), max_length=60, blank=True)
    operator_certificates = models.CharField(_("持证人员证号"), max_length=200, blank=True)
    # stop, finish
    covered = models.BooleanField(_("裸土、物料已覆盖"), default=False)
    fenced = models.BooleanField(_("围挡完好、出入口已封"), default=False)
    wages_paid = models.BooleanField(_("工人工资已结清"), default=False)
    # epidemic
    workers_listed = models.PositiveIntegerField(_("已登记工人数"), null=True, blank=True)
    closed_loop = models.BooleanField(_("实行闭环管理"), default=False)
    tests = models.CharField(_("检测安排"), max_length=120, blank=True)
    policy_version = models.CharField(_("所依据的防控方案"), max_length=60, blank=True)
    # small works
    flat = models.CharField(_("房号"), max_length=60, blank=True)
    firm = models.CharField(_("装修单位"), max_length=120, blank=True)
    deposit_yuan = models.PositiveIntegerField(_("装修押金（元）"), null=True, blank=True)
    walls_untouched = models.BooleanField(_("不动承重墙"), default=False)

    class Meta:
        abstract = True


ASKED: Final = tuple(field.name for field in Particulars._meta.fields)
"""Names an office may put on the list of what a kind of work asks."""
SEALED: Final = frozenset({"safety_officer", "watcher", "applicant", "applicant_phone"})
MAY_BE_EMPTY: Final = frozenset(
    {
        *("special_pass", "noise_monitor", "near", "police_consent", "road_opened_on"),
        *("road_repaired_on", "certificate_no", "notice_on", "transport_only", "outdoors", "digs"),
        *("noise_sensitive", "fuel_machines", "emergency"),
    }
)
"""Asked, but no filing is incomplete for want of it: the rules say when it is needed."""
