"""A proposed change of grids or of communities: what retires, what comes, what goes where."""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gezhi.base.ids import uuid7
from gezhi.core.places.models.library import Building
from gezhi.core.places.models.tree import Place
from gezhi.core.places.tree_rules import State


class RegridState(models.TextChoices):
    """How far a proposal has come; the steps between are `tree_rules.LIFE`."""

    DRAFT = State.DRAFT, _("草拟")
    REVIEWING = State.REVIEWING, _("待批准")
    APPROVED = State.APPROVED, _("已批准，待启用")
    ACTIVE = State.ACTIVE, _("已启用")


class Regrid(models.Model):
    """Split, merge, renumbering or any mix of them: of one community's grids, or of communities."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField("名称", max_length=60)
    community = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    """Whose grids it changes; none where it changes communities and villages themselves."""
    state = models.CharField("状态", max_length=10, choices=RegridState, default=RegridState.DRAFT)
    effective = models.DateField("启用日期")
    correction = models.BooleanField("更正", default=False)
    """Whether it mends what was wrong all along: only then may the day lie in the past."""
    reason = models.CharField("事由", max_length=200)
    drawn_by = models.CharField("草拟人", max_length=60)
    drawn_by_id = models.UUIDField(null=True)
    drawn_at = models.DateTimeField("草拟时间")
    reviewed_by = models.CharField("审核人", max_length=60, blank=True)
    reviewed_by_id = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField("审核时间", null=True)
    approved_by = models.CharField("批准人", max_length=60, blank=True)
    approved_by_id = models.UUIDField(null=True)
    approved_at = models.DateTimeField("批准时间", null=True)
    took_effect_at = models.DateTimeField("启用时间", null=True)
    sent_back_because = models.CharField("退回原因", max_length=200, blank=True)
    stuck_because = models.CharField("未能启用的原因", max_length=300, blank=True)
    """Why the calendar could not carry it out; empty unless it tried in vain."""

    class Meta:
        verbose_name = "网格调整"
        ordering = ("-drawn_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by_id=None)
                | Q(drawn_by_id=None)
                | ~Q(approved_by_id=F("drawn_by_id")),
                name="whoever_draws_a_change_does_not_approve_it",
            ),
            models.CheckConstraint(
                condition=Q(approved_by_id=None)
                | Q(reviewed_by_id=None)
                | ~Q(approved_by_id=F("reviewed_by_id")),
                name="whoever_reviews_a_change_does_not_approve_it",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by_id=None)
                | Q(drawn_by_id=None)
                | ~Q(reviewed_by_id=F("drawn_by_id")),
                name="whoever_draws_a_change_does_not_review_it",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def grid_id(self) -> UUID | None:
        """A change is about grids of a community, never inside one grid alone."""
        return None

    @property
    def is_of_communities(self) -> bool:
        """Whether communities and villages themselves are split or merged."""
        return self.community_id is None


class RegridOld(models.Model):
    """A grid, or a community, that a change retires."""

    regrid = models.ForeignKey(Regrid, models.CASCADE, related_name="retiring")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "原网格"
        ordering = ("place__code",)
        constraints = [
            models.UniqueConstraint(fields=("regrid", "place"), name="a_change_retires_a_grid_once")
        ]


class RegridNew(models.Model):
    """A grid or community that a change brings; a place from the day the change takes effect."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    regrid = models.ForeignKey(Regrid, models.CASCADE, related_name="coming")
    code = models.CharField("编码", max_length=18, unique=True)
    """Never given to two proposals, so that it is still free when one of them takes effect."""
    name = models.CharField("名称", max_length=60, blank=True)
    party_group = models.CharField("党小组", max_length=60, blank=True)
    land_of = ArrayField(models.CharField(max_length=18), default=list, blank=True)
    """Codes of retiring grids of which it takes land without buildings."""

    class Meta:
        verbose_name = "新网格"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name or self.code


class RegridMove(models.Model):
    """Where one building goes."""

    regrid = models.ForeignKey(Regrid, models.CASCADE, related_name="moves")
    building = models.ForeignKey(Building, models.PROTECT, related_name="+")
    enters = models.ForeignKey(RegridNew, models.CASCADE, related_name="buildings")

    class Meta:
        verbose_name = "楼栋去向"
        constraints = [
            models.UniqueConstraint(
                fields=("regrid", "building"), name="a_change_moves_a_building_once"
            )
        ]


class RegridGridMove(models.Model):
    """Into which coming community a grid goes, whole, with all that lies in it."""

    regrid = models.ForeignKey(Regrid, models.CASCADE, related_name="grid_moves")
    grid = models.ForeignKey(Place, models.PROTECT, related_name="+")
    enters = models.ForeignKey(RegridNew, models.CASCADE, related_name="grids")

    class Meta:
        verbose_name = "网格去向"
        constraints = [
            models.UniqueConstraint(fields=("regrid", "grid"), name="a_change_moves_a_grid_once")
        ]
