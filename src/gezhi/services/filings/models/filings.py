"""A filing beside its matter, and who files for a site."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.base.ids import uuid7
from gezhi.core.privacy.fields import SealedField
from gezhi.core.registry.models import Site
from gezhi.core.staff.models import Account, Unit
from gezhi.engines.matters.models import Matter
from gezhi.services.filings import rules
from gezhi.services.filings.check_rules import SIX
from gezhi.services.filings.models.kinds import FilingKind
from gezhi.services.filings.models.particulars import Particulars


class State(models.TextChoices):
    """Where a filing stands."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待现场核实")
    L3_CHECKED = "l3_checked", _("待二级网格意见")
    L2_AGREED = "l2_agreed", _("待街道确认")
    ACKNOWLEDGED = "acknowledged", _("已报备")
    RETURNED = "returned", _("退回补正")
    REFUSED = "refused", _("不予报备")
    IN_FORCE = "in_force", _("在施")
    SUSPENDED = "suspended", _("预警停工")
    EXPIRED = "expired", _("已到期")
    WITHDRAWN = "withdrawn", _("已撤回")
    CLOSED = "closed", _("已关闭")


VALID: Final = (State.ACKNOWLEDGED, State.IN_FORCE, State.SUSPENDED)
"""What may be shown at the gate."""
UNDER_WAY: Final = (State.SUBMITTED, State.L3_CHECKED, State.L2_AGREED, *VALID)
"""Filed and not over."""


class NoPermit(models.TextChoices):
    """Why no permit is needed."""

    BELOW_LIMIT = "below_limit", _("限额以下工程")
    RESCUE = "rescue", _("抢险抢修")
    OWN_HOUSE = "own_house", _("农民自建低层住宅")
    NO_WORKS = "no_works", _("不属于许可范围")


class Filing(Particulars):
    """The facts of a filing; where it stands is its matter's."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="filing", verbose_name=_("事项")
    )
    kind = models.ForeignKey(
        FilingKind, models.PROTECT, related_name="filings", verbose_name=_("报备类型")
    )
    site = models.ForeignKey(Site, models.PROTECT, related_name="filings", verbose_name=_("工地"))
    repeats = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="repeated", verbose_name=_("照此再报")
    )
    first_day = models.DateField(_("开始日期"), null=True, blank=True)
    last_day = models.DateField(_("结束日期"), null=True, blank=True)
    from_time = models.TimeField(_("每天自"), null=True, blank=True)
    to_time = models.TimeField(
        _("每天至"), null=True, blank=True, help_text=_("早于开始时间表示到次日")
    )
    starts_at = models.DateTimeField(_("开始"), null=True)
    ends_at = models.DateTimeField(_("结束"), null=True)
    emergency = models.BooleanField(
        _("抢险抢修"), default=False, help_text=_("可以先开工，24 小时内补报")
    )
    permit_no = models.CharField(_("许可证编号"), max_length=60, blank=True)
    no_permit_reason = models.CharField(
        _("不需许可的原因"), max_length=12, choices=NoPermit, blank=True
    )
    noise_sensitive = models.BooleanField(_("周边有住宅、学校或医院"), default=True)
    address = models.CharField(_("施工地点"), max_length=160, blank=True)
    lon = models.FloatField(_("经度"), null=True)
    lat = models.FloatField(_("纬度"), null=True)
    unit_name = models.CharField(_("报备单位"), max_length=120, blank=True)
    applicant = SealedField(_("报备人"), null=True)
    applicant_phone = SealedField(_("报备人电话"), null=True)
    workers = models.PositiveIntegerField(_("现场人数"), null=True, blank=True)
    machines = models.CharField(_("机械设备"), max_length=200, blank=True)
    fuel_machines = models.BooleanField(_("使用非电动机械"), default=False)
    risks = models.CharField(_("风险点"), max_length=200, blank=True)
    measures = ArrayField(
        models.CharField(max_length=12, choices=SIX),
        default=list,
        blank=True,
        verbose_name=_("六个百分之百"),
    )
    pledged_at = models.DateTimeField(_("承诺时间"), null=True)
    lacks = ArrayField(
        models.CharField(max_length=30), default=list, blank=True, verbose_name=_("须补正")
    )
    """Names of what whoever returned it wants mended."""
    forwarded_to = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("转办部门")
    )
    begun_at = models.DateTimeField(_("生效时间"), null=True)

    class Meta:
        verbose_name = _("报备")
        indexes = [
            models.Index(fields=("site", "-starts_at"), name="filings_of_a_site"),
            models.Index(fields=("starts_at", "ends_at"), name="filings_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at__gt=F("starts_at")),
                name="a_filing_does_not_end_before_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None) | Q(lon__isnull=False, lat__isnull=False),
                name="a_filed_point_has_both_coordinates",
            ),
        ]

    def __str__(self) -> str:
        return str(self.matter)

    @property
    def plan(self) -> rules.Plan:
        """The filing as the rules see it."""
        names = {one for one in rules.Plan.__dataclass_fields__ if one not in _ELSEWHERE}
        values: dict[str, Any] = {name: getattr(self, name) for name in names}
        area = self.site.area
        return rules.Plan(
            kind=self.kind.code,
            near=frozenset(self.near),
            cost_fen=self.site.cost_fen,
            area=None if area is None else float(area),
            **values,
        )

    def set_times(self) -> None:
        """Reckon its first and last moment from days and hours, where both are filled in."""
        self.starts_at = self.ends_at = None
        days, hours = (self.first_day, self.last_day), (self.from_time, self.to_time)
        if None in days or None in hours or days[0] > days[1]:  # type: ignore[operator]
            return
        begins, ends = rules.begins_and_ends(*days, *hours)  # type: ignore[arg-type]
        zone = timezone.get_default_timezone()
        self.starts_at, self.ends_at = begins.replace(tzinfo=zone), ends.replace(tzinfo=zone)

    def covers(self, at: datetime) -> bool:
        """Whether a moment lies within its first and last moment."""
        return bool(self.starts_at and self.ends_at and self.starts_at <= at < self.ends_at)

    @property
    def community_id(self) -> UUID | None:
        """Where its matter lies: what a right over places asks of the row it is given."""
        return self.matter.community_id

    @property
    def grid_id(self) -> UUID | None:
        return self.matter.grid_id


_ELSEWHERE: Final = frozenset({"kind", "near", "cost_fen", "area"})


class Steward(models.Model):
    """That an account files for a site: a contractor's own, from one day until it is ended."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Site, models.CASCADE, related_name="stewards", verbose_name=_("工地"))
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("账号"))
    since = models.DateTimeField(_("自"))
    named_by = models.CharField(_("指定人"), max_length=60)
    ended_at = models.DateTimeField(_("至"), null=True)
    ended_by = models.CharField(_("解除人"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("工地报备人")
        ordering = ("-since",)
        indexes = [
            models.Index(fields=("account",), name="sites_of_a_steward", condition=Q(ended_at=None))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("site", "account"),
                condition=Q(ended_at=None),
                name="an_account_files_for_a_site_once",
            )
        ]

    def __str__(self) -> str:
        return self.account.name


def days_of(filing: Filing) -> tuple[date, date] | None:
    """The days a filing covers; None for a draft without them."""
    if filing.first_day is None or filing.last_day is None:
        return None
    return filing.first_day, filing.last_day
