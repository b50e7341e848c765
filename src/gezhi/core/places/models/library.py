"""The address library below the tree: compounds, aliases, buildings, addresses nobody knew."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from gezhi.base.ids import uuid7
from gezhi.core.places.models.tree import Place


class CompoundKind(models.TextChoices):
    ESTATE = "estate", _("小区")
    COURTYARD = "courtyard", _("院落")
    HAMLET = "hamlet", _("自然村")
    PARK = "park", _("园区")


class AliasKind(models.TextChoices):
    MARKETED = "marketed", _("推广名")
    FORMER = "former", _("老名")
    PLOT = "plot", _("地块名")
    RESETTLED = "resettled", _("安置区名")
    OTHER = "other", _("其他")


class Compound(models.Model):
    """小区、院落或自然村."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField("名称", max_length=60)
    number = models.PositiveSmallIntegerField("序号")
    """Four digits of the house code, within the community."""
    community = models.ForeignKey(Place, models.PROTECT, related_name="+")
    kind = models.CharField(
        "类别",
        max_length=10,
        choices=CompoundKind,
        default=CompoundKind.ESTATE,
    )
    road = models.CharField("道路门牌", max_length=80, blank=True)
    lon = models.FloatField("经度", null=True)
    lat = models.FloatField("纬度", null=True)

    class Meta:
        verbose_name = "小区/自然村"
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=("community", "number"), name="a_compound_number_is_unique_in_its_community"
            ),
            models.UniqueConstraint(
                fields=("community", "name"), name="a_compound_name_is_unique_in_its_community"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CompoundAlias(models.Model):
    """Another name people use: 推广名, 老名, 地块名, 安置区名."""

    compound = models.ForeignKey(Compound, models.CASCADE, related_name="aliases")
    alias = models.CharField("别名", max_length=60, db_index=True)
    kind = models.CharField(
        "类别",
        max_length=10,
        choices=AliasKind,
        default=AliasKind.OTHER,
    )

    class Meta:
        verbose_name = "小区别名"
        constraints = [
            models.UniqueConstraint(fields=("compound", "alias"), name="an_alias_is_listed_once")
        ]

    def __str__(self) -> str:
        return self.alias


class Building(models.Model):
    """楼栋, or a villagers' group's row of courtyards; in exactly one leaf grid."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    compound = models.ForeignKey(Compound, models.PROTECT, related_name="buildings")
    name = models.CharField("楼栋", max_length=30)
    """Normalised: `3号楼`, `A座`, `2组`."""
    number = models.PositiveSmallIntegerField("序号")
    """Three digits of the house code, within the compound."""
    community = models.ForeignKey(Place, models.PROTECT, related_name="+")
    grid = models.ForeignKey(Place, models.PROTECT, related_name="+")
    micro_grid = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    units = models.PositiveSmallIntegerField("单元数", default=1)
    floors_above = models.PositiveSmallIntegerField("地上层数", default=1)
    floors_below = models.PositiveSmallIntegerField("地下层数", default=0)
    built_year = models.PositiveSmallIntegerField("建成年份", null=True)
    lon = models.FloatField("经度", null=True)
    lat = models.FloatField("纬度", null=True)

    in_micro_grid = "micro_grid_id"

    class Meta:
        verbose_name = "楼栋"
        indexes = [models.Index(fields=("grid", "id"), name="buildings_of_a_grid")]
        constraints = [
            models.UniqueConstraint(
                fields=("compound", "number"), name="a_building_number_is_unique_in_its_compound"
            ),
            models.UniqueConstraint(
                fields=("compound", "name"), name="a_building_name_is_unique_in_its_compound"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BuildingGrid(models.Model):
    """Which grid a building lay in, and when: what a re-gridding moves."""

    building = models.ForeignKey(Building, models.CASCADE, related_name="grid_periods")
    grid = models.ForeignKey(Place, models.PROTECT, related_name="+")
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True)

    class Meta:
        verbose_name = "楼栋网格沿革"
        constraints = [
            ExclusionConstraint(
                name="a_building_lies_in_one_grid_on_any_day",
                expressions=[
                    ("building", RangeOperators.EQUAL),
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


class UnresolvedAddress(models.Model):
    """An address text no rule could place: waits for a person to name the dwelling or an alias."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    text = models.CharField("地址原文", max_length=200)
    community = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    grid = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    reason = models.CharField("原因", max_length=200)
    times = models.PositiveIntegerField("出现次数", default=1)
    first_seen_at = models.DateTimeField("首次出现")
    building = models.ForeignKey(Building, models.PROTECT, null=True, related_name="+")
    """The building it was resolved to."""
    resolved_at = models.DateTimeField("处理时间", null=True)

    class Meta:
        verbose_name = "待核地址"
        constraints = [
            models.UniqueConstraint(
                fields=("text",),
                condition=Q(resolved_at=None),
                name="an_unresolved_address_waits_once",
            )
        ]
