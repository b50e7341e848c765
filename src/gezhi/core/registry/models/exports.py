"""An export of personal data: asked with a purpose, agreed by a second person, watermarked."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gezhi.base.ids import uuid7


class ExportRequest(models.Model):
    """What was asked for, by whom and why; who agreed; when the file was made and taken."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    page = models.CharField("清单", max_length=60)
    query = models.CharField("条件", max_length=1000, blank=True)
    columns = models.CharField("列", max_length=500)
    sensitive = models.BooleanField("含敏感信息")
    rows = models.PositiveIntegerField("行数")
    purpose = models.CharField("目的", max_length=40)
    note = models.CharField("事由", max_length=300)
    account_id = models.UUIDField("申请账号")
    asked_by = models.CharField("申请人", max_length=60)
    post = models.CharField("岗位", max_length=120)
    asked_at = models.DateTimeField("申请时间")
    state = models.CharField(
        "状态",
        max_length=10,
        choices=[
            ("waiting", "待审批"),
            ("agreed", "已同意"),
            ("refused", "已退回"),
            ("made", "已生成"),
            ("expired", "已过期"),
        ],
        default="waiting",
    )
    decided_by_id = models.UUIDField("审批账号", null=True)
    decided_by = models.CharField("审批人", max_length=60, blank=True)
    decided_at = models.DateTimeField("审批时间", null=True)
    opinion = models.CharField("审批意见", max_length=300, blank=True)
    made_at = models.DateTimeField("生成时间", null=True)
    watermark = models.CharField("水印", max_length=80, blank=True)
    taken_at = models.DateTimeField("下载时间", null=True)
    file_until = models.DateTimeField("文件保留至", null=True)

    class Meta:
        verbose_name = "导出申请"
        ordering = ("-asked_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by_id=None) | ~Q(decided_by_id=F("account_id")),
                name="nobody_agrees_to_their_own_export",
            )
        ]
