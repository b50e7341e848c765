"""Purposes, the access log, caps and alarms, break-glass, people's requests, erasure reports."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from gezhi.base.ids import uuid7


class Basis(models.TextChoices):
    """Legal bases of the Personal Information Protection Law, article 13."""

    CONSENT = "consent", "取得个人同意"
    CONTRACT = "contract", "订立或履行合同、人力资源管理所必需"
    DUTY = "duty", "履行法定职责或法定义务所必需"
    EMERGENCY = "emergency", "应对突发公共卫生事件或保护生命健康财产安全所必需"
    NEWS = "news", "公共利益新闻报道、舆论监督"
    PUBLIC = "public", "个人自行公开或已合法公开"
    LAW = "law", "法律、行政法规规定的其他情形"


class Purpose(models.Model):
    """Why personal data may be read: with its legal basis, its fields and the rights it needs."""

    code = models.CharField("代码", max_length=40, primary_key=True)
    title = models.CharField("目的", max_length=60)
    explanation = models.CharField("说明（给本人看）", max_length=300)
    basis = models.CharField("法律依据类别", max_length=12, choices=Basis)
    law = models.CharField("依据条款", max_length=200)
    fields = ArrayField(models.CharField(max_length=60), default=list)
    """Field classes it opens: `name`, `id_no`, `phone`, `address`, `care`, …; `*` for all."""
    right = models.CharField("所需权限", max_length=60)
    needs_note = models.BooleanField("须写明事由", default=False)
    daily_cap = models.PositiveIntegerField("每日上限（人次）", default=200)
    valid_from = models.DateField("启用日期")
    valid_to = models.DateField("停用日期", null=True)

    class Meta:
        verbose_name = "使用目的"
        ordering = ("code",)


class AccessKind(models.TextChoices):
    REVEAL = "reveal", "查看明文"
    VIEW = "view", "查看脱敏档案"
    SEARCH = "search", "按证件号或电话精确查找"
    EXPORT = "export", "导出"
    OWN = "own", "本人查看"
    BREAK_GLASS = "break_glass", "紧急查看"
    JOB = "job", "系统任务"


class AccessEntry(models.Model):
    """One reading of one person's data. Written before the answer leaves; shown to that person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField("时间")
    subject_id = models.UUIDField("被查看人", null=True)
    """Person in the registry; null when the look-up found nobody."""
    kind = models.CharField("方式", max_length=12, choices=AccessKind)
    account_id = models.UUIDField("账号", null=True)
    actor_name = models.CharField("查看人", max_length=60)
    post = models.CharField("岗位", max_length=120)
    role = models.CharField("角色", max_length=40, blank=True)
    fields = ArrayField(models.CharField(max_length=60))
    purpose = models.ForeignKey(Purpose, models.PROTECT, db_constraint=True)
    ground = models.CharField("依据", max_length=200)
    note = models.CharField("事由", max_length=300, blank=True)
    channel = models.CharField("途径", max_length=20)
    request_id = models.CharField("请求号", max_length=36, blank=True)

    class Meta:
        verbose_name = "查阅记录"
        indexes = [
            models.Index(fields=("subject_id", "-at"), name="who_looked_at_a_person"),
            models.Index(fields=("account_id", "-at"), name="what_an_account_looked_at"),
            models.Index(fields=("-at",), name="latest_access"),
        ]


class AccessTally(models.Model):
    """How many people an account read on a day under a purpose: what caps and alarms look at."""

    account_id = models.UUIDField("账号")
    role = models.CharField("角色", max_length=40)
    purpose = models.ForeignKey(Purpose, models.PROTECT)
    day = models.DateField("日期")
    people = models.PositiveIntegerField("人次", default=0)

    class Meta:
        verbose_name = "查阅计数"
        constraints = [
            models.UniqueConstraint(
                fields=("account_id", "purpose", "day"),
                name="one_tally_for_an_account_purpose_and_day",
            )
        ]


class Alarm(models.Model):
    """Something the security administrator must look at."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField("时间")
    kind = models.CharField("类别", max_length=40)
    account_id = models.UUIDField("账号", null=True)
    actor_name = models.CharField("相关人员", max_length=60)
    sentence = models.CharField("情况", max_length=300)
    handled_at = models.DateTimeField("处理时间", null=True)
    handled_by = models.CharField("处理人", max_length=60, blank=True)
    outcome = models.CharField("处理结果", max_length=300, blank=True)

    class Meta:
        verbose_name = "告警"
        indexes = [
            models.Index(
                fields=("-at",), name="alarms_waiting", condition=Q(handled_at=None)
            )
        ]


class BreakGlass(models.Model):
    """Emergency sight beyond one's scope: opened at once, reviewed afterwards by somebody else."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account_id = models.UUIDField("账号")
    actor_name = models.CharField("使用人", max_length=60)
    post = models.CharField("岗位", max_length=120)
    subject_id = models.UUIDField("被查看人")
    reason = models.CharField("紧急情况", max_length=300)
    opened_at = models.DateTimeField("启用时间")
    closes_at = models.DateTimeField("失效时间")
    reviewed_at = models.DateTimeField("复核时间", null=True)
    reviewer_id = models.UUIDField("复核人", null=True)
    reviewer_name = models.CharField("复核人", max_length=60, blank=True)
    justified = models.BooleanField("是否正当", null=True)
    review = models.CharField("复核意见", max_length=300, blank=True)

    class Meta:
        verbose_name = "紧急查看"
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewer_id=None) | ~Q(reviewer_id=models.F("account_id")),
                name="nobody_reviews_their_own_break_glass",
            )
        ]


class RequestKind(models.TextChoices):
    VIEW = "view", "查阅"
    COPY = "copy", "复制"
    CORRECT = "correct", "更正"
    DELETE = "delete", "删除"
    RESTRICT = "restrict", "限制处理"
    EXPLAIN = "explain", "解释说明"
    WITHDRAW = "withdraw", "撤回同意"
    ASK = "ask", "询问一次查阅"


class RightsRequest(models.Model):
    """What a person asks about their own data, with its clock."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField("编号", max_length=20, unique=True)
    kind = models.CharField("种类", max_length=10, choices=RequestKind)
    subject_id = models.UUIDField("本人")
    community_id = models.UUIDField("社区", null=True)
    grid_id = models.UUIDField("网格", null=True)
    entry = models.ForeignKey(AccessEntry, models.PROTECT, null=True, related_name="questions")
    sealed = models.BinaryField("内容（加密）")
    field = models.CharField("字段", max_length=60, blank=True)
    filed_at = models.DateTimeField("提出时间")
    filed_through = models.CharField("途径", max_length=20)
    due_at = models.DateTimeField("办理期限")
    state = models.CharField(
        "状态",
        max_length=10,
        choices=[("open", "办理中"), ("granted", "已办"), ("refused", "不予办理"), ("withdrawn", "已撤回")],
        default="open",
    )
    decided_at = models.DateTimeField("办结时间", null=True)
    decided_by = models.CharField("经办人", max_length=60, blank=True)
    answer = models.CharField("答复", max_length=500, blank=True)

    class Meta:
        verbose_name = "个人信息权利申请"
        indexes = [
            models.Index(fields=("state", "due_at"), name="rights_requests_by_due"),
            models.Index(fields=("subject_id", "-filed_at"), name="rights_requests_of_a_person"),
        ]


class ResidentCode(models.Model):
    """A one-time code from the counter, by which a resident opens their own page."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_id = models.UUIDField("本人")
    index = models.BinaryField("码索引", max_length=16, unique=True)
    issued_at = models.DateTimeField("发放时间")
    issued_by = models.CharField("发放人", max_length=60)
    expires_at = models.DateTimeField("失效时间")
    used_at = models.DateTimeField("使用时间", null=True)
    proof = models.CharField("身份核验方式", max_length=60)

    class Meta:
        verbose_name = "一次性查询码"


class ErasureReport(models.Model):
    """What a nightly deletion removed: counts by table and rule, never the data."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField("时间")
    counts = models.JSONField("数量")
    held = models.JSONField("依法暂留", default=dict)
    digest = models.BinaryField("摘要", max_length=32)

    class Meta:
        verbose_name = "到期删除报告"
