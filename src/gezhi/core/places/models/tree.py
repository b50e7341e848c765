"""The tree of places as it is today, and every period it went through."""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from gezhi.base.ids import uuid7
from gezhi.core.places.tree_rules import Depth, Kind


class Level(models.IntegerChoices):
    """Depth from the top, with what each level is called on screen."""

    SUBDISTRICT = Depth.SUBDISTRICT, _("一级网格")
    COMMUNITY = Depth.COMMUNITY, _("二级网格")
    GRID = Depth.GRID, _("三级网格")
    MICRO_GRID = Depth.MICRO_GRID, _("微网格")


class PlaceKind(models.TextChoices):
    """What a place is, with its name on screen."""

    SUBDISTRICT = Kind.SUBDISTRICT, _("街道办事处")
    COMMUNITY = Kind.COMMUNITY, _("社区")
    VILLAGE = Kind.VILLAGE, _("村")
    GRID = Kind.GRID, _("网格")
    DEDICATED_GRID = Kind.DEDICATED_GRID, _("专属网格")
    MICRO_GRID = Kind.MICRO_GRID, _("微网格")


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
    estimated = models.BooleanField("边界待核定", default=False)
    """Nobody drew it, but the buildings' places gave it; or the ground around it changed since."""
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


class Edition(models.Model):
    """The one row that changes with every change of tree or address library.

    What processes keep in memory is good as long as the token is the same. Whoever changes
    places locks this row first, so that such changes come one after another.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.UUIDField("版本")

    class Meta:
        verbose_name = "网格版本"


class BoundaryDraft(models.Model):
    """Boundaries read from a file and waiting for somebody to look at them and confirm."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    parent = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    """The place whose parts the file draws; none for the subdistrict's own outline."""
    level = models.PositiveSmallIntegerField("层级", choices=Level)
    frame = models.CharField("坐标系", max_length=20)
    file_name = models.CharField("文件名", max_length=120)
    document = models.JSONField("边界（WGS84 GeoJSON）", default=dict)
    """Geometry by code."""
    faults = models.JSONField("读取问题", default=list)
    """What was wrong with the file itself, as sentences; how it tiles is looked at anew."""
    community = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    brought_by = models.CharField("上传人", max_length=60)
    brought_by_id = models.UUIDField(null=True)
    brought_at = models.DateTimeField("上传时间")
    confirmed_at = models.DateTimeField("启用时间", null=True)

    class Meta:
        verbose_name = "待启用边界"
        ordering = ("-brought_at",)

    @property
    def grid_id(self) -> UUID | None:
        """A file is never about the inside of one grid alone."""
        return None
