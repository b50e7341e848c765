"""Responsible units: what work is handed to, and people are posted in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from gezhi.base.ids import uuid7
from gezhi.core.places.models import Place


class UnitKind(models.TextChoices):
    """What a unit is to the subdistrict."""

    OFFICE = "office", _("街道科室")
    COMMUNITY = "community", _("村（社区）")
    DISTRICT = "district", _("区级部门")
    COMPANY = "company", _("专业公司")
    PROPERTY = "property", _("物业企业")


class Unit(models.Model):
    """责任单位: an office, department or company that work is handed to. Never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField("代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类别", max_length=10, choices=UnitKind)
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="units", verbose_name="所在网格"
    )
    """The community or village whose own unit it is; None: it serves the whole subdistrict."""
    closed_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        verbose_name = "责任单位"
        ordering = ("kind", "code")

    def __str__(self) -> str:
        return self.name
