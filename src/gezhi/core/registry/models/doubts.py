"""Who is who: conflicts that wait for a human, and rows found to be one person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gezhi.base.ids import uuid7
from gezhi.core.privacy.fields import BlindIndexField
from gezhi.core.registry.models.people import Person
from gezhi.core.registry.models.provenance import Source


class Conflict(models.Model):
    """Two beliefs that no rule may settle: a human decides."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(
        "类别",
        max_length=20,
        choices=[
            ("same_id_other_name", "同一证件号，姓名不同"),
            ("same_name_and_birth", "同名同生日，无证件号"),
            ("same_phone_and_name", "同名同电话，无证件号"),
            ("same_id_two_rows", "两条记录为同一证件号"),
        ],
    )
    person = models.ForeignKey(Person, models.CASCADE, related_name="conflicts")
    other = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    incoming = models.BinaryField("来报内容（加密）", null=True)
    """The row as the sheet had it, where it was not let in."""
    incoming_key = BlindIndexField("来报内容索引")
    """Index of what differs (the other name), so that the same sheet again asks only once."""
    community_id = models.UUIDField("社区", null=True)
    grid_id = models.UUIDField("网格", null=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    found_at = models.DateTimeField("发现时间")
    settled_at = models.DateTimeField("处理时间", null=True)
    settled_by = models.CharField("处理人", max_length=60, blank=True)
    outcome = models.CharField("处理结果", max_length=20, blank=True)

    in_micro_grid = "person__dwelling__building__micro_grid_id"

    class Meta:
        verbose_name = "待核冲突"
        indexes = [
            models.Index(
                fields=("found_at",), name="conflicts_waiting", condition=Q(settled_at=None)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("person", "kind", "other", "incoming_key"),
                condition=Q(settled_at=None),
                nulls_distinct=False,
                name="a_conflict_waits_once",
            )
        ]


class Merge(models.Model):
    """Two rows found to be one person; holds what is needed to take it back exactly."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kept = models.ForeignKey(Person, models.PROTECT, related_name="absorbed")
    dropped = models.ForeignKey(Person, models.PROTECT, related_name="+")
    memory = models.BinaryField("合并前状态（加密）")
    merged_at = models.DateTimeField("合并时间")
    merged_by = models.CharField("经办人", max_length=60)
    why = models.CharField("合并理由", max_length=200, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True)
    undone_by = models.CharField("撤销人", max_length=60, blank=True)

    class Meta:
        verbose_name = "人员合并"
        constraints = [
            models.UniqueConstraint(
                fields=("dropped",),
                condition=Q(undone_at=None),
                name="a_person_is_merged_once_at_a_time",
            )
        ]
