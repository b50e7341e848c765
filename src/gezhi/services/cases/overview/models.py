"""What has ended, counted by squares of the map: read where counting each case took too long."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heap(models.Model):
    """Ended cases of one square, place, class of categories and urgency.

    Made anew every hour from the cases themselves; nothing is known here that is not known there.
    """

    level = models.PositiveSmallIntegerField()
    """How wide the square is: see `rules.Square`."""
    x = models.IntegerField()
    y = models.IntegerField()
    community_id = models.UUIDField(null=True)
    grid_id = models.UUIDField(null=True)
    major = models.CharField(_("大类"), max_length=3)
    """The beginning of a matter's topic: `e01`."""
    urgent = models.BooleanField(_("紧急"))
    number = models.PositiveIntegerField(_("件数"))
    counted_at = models.DateTimeField(_("统计时间"))

    class Meta:
        verbose_name = _("已办结案件的分布")
        indexes = [models.Index(fields=("level", "x", "y"), name="heaps_of_a_piece_of_map")]
        constraints = [
            models.CheckConstraint(condition=models.Q(number__gt=0), name="a_heap_holds_some_case")
        ]
