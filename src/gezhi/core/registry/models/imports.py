"""A sheet on its way in: batch, findings, remembered mapping, and what a rollback needs."""

from __future__ import annotations

from django.db import models

from gezhi.base.ids import uuid7
from gezhi.core.privacy.fields import SealedField
from gezhi.core.registry.models.provenance import Source


class BatchState(models.TextChoices):
    UPLOADED = "uploaded", "已上传"
    CHECKING = "checking", "检查中"
    MAPPING = "mapping", "待核对列"
    CHECKED = "checked", "待确认"
    CONFIRMING = "confirming", "写入中"
    CONFIRMED = "confirmed", "已入库"
    CANCELLED = "cancelled", "已取消"
    REFUSED = "refused", "不能读取"
    ROLLED_BACK = "rolled_back", "已撤回"


class SheetBatch(models.Model):
    """One file of one clerk: uploaded, checked, confirmed; all of it or nothing.

    What every area that takes sheets in keeps of one; `imports.running` works on it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    file_name = models.CharField("文件名", max_length=200)
    file_hash = models.BinaryField("文件哈希", max_length=32)
    """HMAC of the bytes: the same file again is recognised; the hash alone tells nothing."""
    file_size = models.BigIntegerField("文件大小")
    state = models.CharField("状态", max_length=12, choices=BatchState, default="uploaded")
    refusal = models.CharField("不能读取的原因", max_length=300, blank=True)
    mapping = models.JSONField("列对应", default=dict)
    """`imports.mapping.SheetsMapping` as JSON: headings and fields, no cells."""
    counts = models.JSONField("计数", default=dict)
    """Rows: `new`, `changed`, `unchanged`, `refused`, `decided_anew`; cells and rows told of:
    `warned`, `cleaned`, `proposal`, `skipped`, `told_refused`."""
    done = models.BigIntegerField("已处理", default=0)
    total = models.BigIntegerField("总数", default=0)
    step = models.CharField("步骤", max_length=40, blank=True)
    step_began_at = models.DateTimeField("本步开始", null=True)
    cancel_asked = models.BooleanField("请求取消", default=False)
    actor = models.JSONField("经办人岗位", default=dict)
    """Whoever asked for the step under way, with their posts, for the job that does it."""
    account_id = models.UUIDField("账号", null=True)
    uploaded_by = models.CharField("上传人", max_length=60)
    uploaded_at = models.DateTimeField("上传时间")
    checked_at = models.DateTimeField("检查时间", null=True)
    confirmed_at = models.DateTimeField("入库时间", null=True)
    rolled_back_at = models.DateTimeField("撤回时间", null=True)
    files_until = models.DateField("文件保留至")

    class Meta:
        abstract = True


class ImportBatch(SheetBatch):
    """A sheet for the registry."""

    template = models.CharField("模板", max_length=20, blank=True)
    as_of = models.DateField("数据截至")
    community_id = models.UUIDField("所属社区", null=True)
    source = models.OneToOneField(Source, models.PROTECT, null=True, related_name="batch")

    class Meta:
        verbose_name = "导入批次"
        ordering = ("-uploaded_at",)
        indexes = [models.Index(fields=("file_hash",), name="batches_by_file")]


class ImportFinding(models.Model):
    """One thing said about a cell of the sheet: cleaned, warned or refused; nothing is silent.

    Cells cleaned alike are told once, with how many they are and where the first one is.
    """

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="findings")
    sheet = models.CharField("工作表", max_length=60)
    row = models.PositiveIntegerField("行")
    """As the clerk's own program numbers it, from 1."""
    times = models.PositiveIntegerField("次数", default=1)
    field = models.CharField("字段", max_length=40, blank=True)
    rule = models.PositiveSmallIntegerField("规则")
    kind = models.CharField("处理", max_length=8)
    """cleaned, warned, proposal, refused, skipped."""
    code = models.CharField("代码", max_length=40, blank=True)
    before = SealedField("原值", null=True)
    after = SealedField("结果", null=True)
    sentence = SealedField("说明")
    """Sealed as well: it may quote the cell."""

    class Meta:
        verbose_name = "导入检查结果"
        indexes = [models.Index(fields=("batch", "kind", "row"), name="findings_of_a_batch")]


class ImportMapping(models.Model):
    """How a clerk matched a heading last time."""

    template = models.CharField("模板", max_length=20)
    heading = models.CharField("表头", max_length=120)
    field = models.CharField("字段", max_length=40)
    """Empty: this column is left out on purpose."""
    account_id = models.UUIDField("账号", null=True)
    remembered_at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = "表头对应"
        constraints = [
            models.UniqueConstraint(
                fields=("template", "heading"), name="a_heading_means_one_field_in_a_template"
            )
        ]


class ImportUndo(models.Model):
    """What a batch did to a row that was there before: enough to put it back exactly.

    An empty `memory` says that the batch made the row.
    """

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="undo")
    table = models.CharField("表", max_length=40)
    row_id = models.UUIDField("行")
    revision = models.PositiveIntegerField("写入后修订号")
    """Tells whether anybody has touched the row since; of queue entries, how often they came."""
    memory = models.BinaryField("写入前状态（加密）")

    class Meta:
        verbose_name = "导入撤回信息"
        indexes = [models.Index(fields=("batch",), name="undo_of_a_batch")]
