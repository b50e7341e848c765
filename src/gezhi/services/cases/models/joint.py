"""Facts of what hangs on a case: a whistle with the departments it calls, an order to answer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.base.ids import uuid7
from gezhi.core.staff.models import Unit
from gezhi.engines.matters.models import Matter


class WhistleState(models.TextChoices):
    """Where a whistle stands."""

    PROPOSED = "proposed", _("待审批")
    APPROVED = "approved", _("待吹哨")
    BLOWN = "blown", _("待报到")
    REPORTED_IN = "reported_in", _("已报到")
    HANDLING = "handling", _("联合处置中")
    DONE = "done", _("待评分")
    SCORED = "scored", _("已评分")
    REFUSED = "refused", _("未成哨")


class WhistleKind(models.TextChoices):
    """街道吹哨、部门报到: what the departments are called for."""

    JOINT = "joint", _("综合执法哨")
    KEY = "key", _("重点工作哨")
    EMERGENCY = "emergency", _("应急处置哨")


class Whistle(models.Model):
    """What departments are called together for; one leads, others assist."""

    matter = models.OneToOneField(
        Matter, models.CASCADE, primary_key=True, related_name="whistle", editable=False
    )
    kind = models.CharField(_("哨种"), max_length=9, choices=WhistleKind)
    request = models.CharField(_("需要解决的问题"), max_length=500)
    blown_at = models.DateTimeField(_("吹哨时间"), null=True)
    plan = models.CharField(_("联合处置方案"), max_length=500, blank=True)
    result = models.CharField(_("处置结果"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("吹哨")

    def __str__(self) -> str:
        return str(self.matter)


class Called(models.Model):
    """A department called by a whistle: when it came, or why not, and how it did."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    whistle = models.ForeignKey(Whistle, models.CASCADE, related_name="called")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("单位"))
    leads = models.BooleanField(_("牵头"), default=False)
    reported_at = models.DateTimeField(_("报到时间"), null=True)
    on_time = models.BooleanField(_("按时报到"), null=True)
    declined = models.CharField(_("不到场的法定理由"), max_length=300, blank=True)
    present = models.PositiveSmallIntegerField(_("到场履职"), null=True)
    effective = models.PositiveSmallIntegerField(_("处置成效"), null=True)
    """Scores of one to five, given by the subdistrict when it is done."""

    class Meta:
        verbose_name = _("报到单位")
        ordering = ("-leads", "unit__code")
        constraints = [
            models.UniqueConstraint(fields=("whistle", "unit"), name="a_whistle_calls_a_unit_once"),
            models.UniqueConstraint(
                fields=("whistle",), condition=Q(leads=True), name="one_department_leads"
            ),
            models.CheckConstraint(
                condition=Q(reported_at=None) | Q(declined=""),
                name="a_department_comes_or_declines",
            ),
            models.CheckConstraint(
                condition=(Q(present=None) | Q(present__range=(1, 5)))
                & (Q(effective=None) | Q(effective__range=(1, 5))),
                name="scores_are_one_to_five",
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit)

    @property
    def has_answered(self) -> bool:
        """Whether it came, or said why not."""
        return self.reported_at is not None or bool(self.declined)


class OversightState(models.TextChoices):
    """Where a leader's order stands."""

    ISSUED = "issued", _("待答复")
    ANSWERED = "answered", _("已答复待审阅")
    DONE = "done", _("已办结")
    WITHDRAWN = "withdrawn", _("已撤销")


class Oversight(models.Model):
    """督办: a leader's order on an open case, to be answered by a day."""

    matter = models.OneToOneField(
        Matter, models.CASCADE, primary_key=True, related_name="oversight", editable=False
    )
    order = models.CharField(_("督办要求"), max_length=500)
    days = models.PositiveSmallIntegerField(_("几个工作日内答复"))
    answer = models.CharField(_("答复"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("督办")
        constraints = [
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=30), name="an_order_gives_one_to_thirty_days"
            )
        ]

    def __str__(self) -> str:
        return str(self.matter)
