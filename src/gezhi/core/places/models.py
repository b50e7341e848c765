"""The tree of places, versioned in time, and the address library below it."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from gezhi.base.ids import uuid7


class Level(models.IntegerChoices):
    """Depth from the top; what a level is called on screen is a setting of the cell."""

    SUBDISTRICT = 1, "一级网格"
    COMMUNITY = 2, "二级网格"
    GRID = 3, "三级网格"
    MICRO_GRID = 4, "微网格"


class PlaceKind(models.TextChoices):
    SUBDISTRICT = "subdistrict", "街道办事处"
    COMMUNITY = "community", "社区"
    VILLAGE = "village", "村"
    GRID = "grid", "网格"
    DEDICATED_GRID = "dedicated_grid", "专属网格"
    MICRO_GRID = "micro_grid", "微网格"


class Place(models.Model):
    """A place as it is today. Codes are never reused; a split or merge makes new places."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField("编码", max_length=18, unique=True)
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类别", max_length=20, choices=PlaceKind)
    level = models.PositiveSmallIntegerField("层级", choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField("路径", max_length=40)
    """Codes of each level's own part, each with a slash: `410172360/001/003/`."""
    community = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    """The level-2 place it lies in (itself for level 2): what hot lists filter by."""
    grid = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    """The level-3 place it lies in (itself for level 3)."""
    urban_rural = models.CharField("城乡分类", max_length=3, blank=True)
    party_group = models.CharField("党小组", max_length=60, blank=True)
    valid_from = models.DateField("启用日期")
    valid_to = models.DateField("停用日期", null=True)
    """First day it no longer holds."""
    predecessors = ArrayField(models.CharField(max_length=18), default=list, blank=True)
    centre_lon = models.FloatField("中心经度", null=True)
    centre_lat = models.FloatField("中心纬度", null=True)

    class Meta:
        verbose_name = "网格"
        ordering = ("code",)
        indexes = [
            models.Index(fields=("path",), name="place_by_path", opclasses=("text_pattern_ops",)),
            models.Index(fields=("parent", "code"), name="place_children"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="a_place_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(level=1, parent=None) | Q(level__gt=1, parent__isnull=False),
                name="only_the_subdistrict_has_no_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlacePeriod(models.Model):
    """What a place was called, where it hung and how far it reached, during one period."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Place, models.PROTECT, related_name="periods")
    name = models.CharField("名称", max_length=60)
    parent = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    path = models.CharField("路径", max_length=40)
    party_group = models.CharField("党小组", max_length=60, blank=True)
    boundary = models.JSONField("边界（WGS84 GeoJSON）", null=True)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True)

    class Meta:
        verbose_name = "网格沿革"
        ordering = ("place", "valid_from")
        constraints = [
            ExclusionConstraint(
                name="a_place_has_one_version_on_any_day",
                expressions=[
                    ("place", RangeOperators.EQUAL),
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
        choices=[("estate", "小区"), ("courtyard", "院落"), ("hamlet", "自然村"), ("park", "园区")],
        default="estate",
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
        choices=[
            ("marketed", "推广名"),
            ("former", "老名"),
            ("plot", "地块名"),
            ("resettled", "安置区名"),
            ("other", "其他"),
        ],
        default="other",
    )

    class Meta:
        verbose_name = "小区别名"
        constraints = [
            models.UniqueConstraint(fields=("compound", "alias"), name="an_alias_is_listed_once")
        ]


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
