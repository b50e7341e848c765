"""Sheets exported from a hotline or a message board: the batch, and which line is which case."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from gezhi.base.ids import uuid7
from gezhi.core.registry.models.imports import SheetBatch


class Origin(models.TextChoices):
    """Whose list it is: numbers are unique within one, and each names its columns its own way."""

    HOTLINE = "12345", _("12345 热线")
    BOARD = "board", _("网上留言板")
    UPPER = "upper", _("上级平台转办")


class HotlineBatch(SheetBatch):
    """One exported sheet of one list."""

    origin = models.CharField(_("来源"), max_length=8, choices=Origin)

    class Meta:
        verbose_name = _("热线工单导入批次")
        ordering = ("-uploaded_at",)
        indexes = [models.Index(fields=("file_hash",), name="hotline_batches_by_file")]

    def __str__(self) -> str:
        return self.file_name


class HotlineLine(models.Model):
    """That a line of somebody else's list is a case here: the same line again changes nothing."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    origin = models.CharField(_("来源"), max_length=8, choices=Origin)
    number = models.CharField(_("来源编号"), max_length=40)
    case = models.OneToOneField("cases.Case", models.CASCADE, related_name="line")
    batch = models.ForeignKey(HotlineBatch, models.PROTECT, related_name="lines")
    revision = models.PositiveIntegerField()
    """Of the matter as the batch wrote it: tells whether anybody has touched it since."""

    class Meta:
        verbose_name = _("热线工单")
        constraints = [
            models.UniqueConstraint(
                fields=("origin", "number"), name="a_line_of_a_list_is_one_case"
            )
        ]
