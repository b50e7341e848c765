"""Purposes, the access log, caps and alarms, break-glass, people's requests, erasure reports."""

from __future__ import annotations

import json
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.base.ids import uuid7
from gezhi.base.retelling import in_readers_language
from gezhi.core.cells.keys import keys_here
from gezhi.core.journal.models import BookDetail, BookLine, WrittenOnce
from gezhi.core.privacy.fields import SealedField


class Basis(models.TextChoices):
    """Legal bases of the Personal Information Protection Law, article 13."""

    CONSENT = "consent", _("取得个人同意")
    CONTRACT = "contract", _("订立或履行合同、人力资源管理所必需")
    DUTY = "duty", _("履行法定职责或法定义务所必需")
    EMERGENCY = "emergency", _("应对突发公共卫生事件或保护生命健康财产安全所必需")
    NEWS = "news", _("公共利益新闻报道、舆论监督")
    PUBLIC = "public", _("个人自行公开或已合法公开")
    LAW = "law", _("法律、行政法规规定的其他情形")


class Purpose(models.Model):
    """Why personal data may be read: with its legal basis, its fields and the rights it needs."""

    code = models.CharField("代码", max_length=40, primary_key=True)
    title = models.CharField("目的", max_length=60)
    explanation = models.CharField("说明（给本人看）", max_length=300)
    basis = models.CharField("法律依据类别", max_length=12, choices=Basis)
    law = models.CharField("依据条款", max_length=200)
    fields = ArrayField(models.CharField(max_length=60), default=list, verbose_name="可看字段")
    """Classes of field it opens: `name`, `id_no`, `phone`, `address`, `care`, …; `*` for all."""
    roles = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name="限于角色"
    )
    """Codes of the roles it is for; empty: every role with the right."""
    right = models.CharField("所需权限", max_length=60)
    offered = models.BooleanField("可供选择", default=True)
    """Whether somebody may give it; the others are given by the platform itself."""
    needs_note = models.BooleanField("须写明事由", default=False)
    daily_cap = models.PositiveIntegerField("每日上限（人次）", default=200)
    valid_from = models.DateField("启用日期")
    valid_to = models.DateField("停用日期", null=True)

    class Meta:
        verbose_name = "使用目的"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.named

    @property
    def named(self) -> str:
        """Its title in the reader's language; what an office wrote itself stays as written."""
        return in_readers_language(self.title)

    @property
    def explained(self) -> str:
        """Its explanation in the reader's language."""
        return in_readers_language(self.explanation)

    @property
    def rests_on(self) -> str:
        """The clause it rests on, in the reader's language."""
        return in_readers_language(self.law)


class AccessKind(models.TextChoices):
    REVEAL = "reveal", _("查看明文")
    VIEW = "view", _("查看脱敏档案")
    SEARCH = "search", _("按证件号或电话精确查找")
    EXPORT = "export", _("导出")
    OWN = "own", _("本人查看")
    BREAK_GLASS = "break_glass", _("紧急查看")
    JOB = "job", _("系统任务")


class AccessEntry(BookLine):
    """One reading of one person's data. Written before the answer leaves; shown to that person."""

    columns = (
        *("id", "day", "at", "subject_id", "row_kind", "row_id", "kind", "account_id"),
        *("actor_name", "post", "role", "fields", "purpose_id", "ground", "commitment"),
        *("channel", "request_id"),
    )

    at = models.DateTimeField("时间")
    subject_id = models.UUIDField("被查看人", null=True)
    """Person in the registry; null when the look-up found nobody, or the row is about no person."""
    row_kind = models.CharField("对象类别", max_length=60, blank=True)
    """Label of the table read: `registry.Person`."""
    row_id = models.UUIDField("对象", null=True)
    kind = models.CharField("方式", max_length=12, choices=AccessKind)
    account_id = models.UUIDField("账号", null=True)
    actor_name = models.CharField("查看人", max_length=60)
    post = models.CharField("岗位", max_length=120)
    role = models.CharField("角色", max_length=40, blank=True)
    fields = ArrayField(models.CharField(max_length=60))
    purpose = models.ForeignKey(Purpose, models.PROTECT, verbose_name="目的", related_name="+")
    ground = models.CharField("依据", max_length=200)
    channel = models.CharField("途径", max_length=20)
    request_id = models.CharField("请求号", max_length=36, blank=True)

    objects: ClassVar[models.Manager[AccessEntry]] = WrittenOnce.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "查阅记录"
        indexes = [
            models.Index(fields=("subject_id", "-at"), name="who_looked_at_a_person"),
            models.Index(fields=("account_id", "-at"), name="what_an_account_looked_at"),
            models.Index(fields=("-at",), name="latest_access"),
        ]

    @property
    def note(self) -> str:
        """What the reader wrote as the occasion; empty where nothing was, or it is erased."""
        detail: AccessNote | None = getattr(self, "detail", None)
        return "" if detail is None else detail.text


class AccessNote(BookDetail):
    """The occasion of a reading in the reader's words, which may name people."""

    line = models.OneToOneField(
        AccessEntry, models.CASCADE, primary_key=True, related_name="detail"
    )

    class Meta:
        verbose_name = "查阅事由"

    @property
    def text(self) -> str:
        """The words."""
        said = json.loads(keys_here().open(self.sealed, context=self.context()))
        return str(said["note"])


class AccessTally(models.Model):
    """How many people an account read on a day: what caps and alarms look at.

    One row a purpose, and one without a purpose for the whole day, which is also the row that
    concurrent readings of one account queue at.
    """

    account_id = models.UUIDField("账号")
    role = models.CharField("角色", max_length=40)
    purpose = models.ForeignKey(Purpose, models.PROTECT, null=True, related_name="+")
    day = models.DateField("日期")
    people = models.PositiveIntegerField("人次", default=0)
    exported = models.PositiveIntegerField("导出人次", default=0)
    """People in exports, kept on the row of the whole day: part of the habit, not of the caps."""

    class Meta:
        verbose_name = "查阅计数"
        constraints = [
            models.UniqueConstraint(
                fields=("account_id", "day", "purpose"),
                nulls_distinct=False,
                name="one_tally_for_an_account_day_and_purpose",
            )
        ]
        indexes = [
            models.Index(fields=("role", "day"), name="habit_of_a_role", condition=Q(purpose=None))
        ]

    @property
    def met(self) -> int:
        """How many people came into sight that day, read or exported."""
        return self.people + self.exported


class AlarmKind(models.TextChoices):
    CAP = "cap", _("超出每日上限")
    HABIT = "habit", _("远超岗位平常")
    BREAK_GLASS = "break_glass", _("紧急查看")
    CODES = "codes", _("查询码连续输错")


class Alarm(models.Model):
    """Something the security administrator must look at."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField("时间")
    kind = models.CharField("类别", max_length=40, choices=AlarmKind)
    account_id = models.UUIDField("账号", null=True)
    actor_name = models.CharField("相关人员", max_length=60)
    key = models.CharField("归并键", max_length=80)
    """What happens again under the same key is counted, not raised anew."""
    sentence = models.CharField("情况", max_length=300)
    times = models.PositiveIntegerField("次数", default=1)
    latest_at = models.DateTimeField("最近一次")
    handled_at = models.DateTimeField("处理时间", null=True)
    handled_by = models.CharField("处理人", max_length=60, blank=True)
    handled_by_id = models.UUIDField("处理账号", null=True)
    outcome = models.CharField("处理结果", max_length=300, blank=True)

    class Meta:
        verbose_name = "告警"
        indexes = [
            models.Index(fields=("-at",), name="alarms_waiting", condition=Q(handled_at=None))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("key",),
                condition=Q(handled_at=None),
                name="an_alarm_waits_once_for_its_key",
            ),
            models.CheckConstraint(
                condition=Q(handled_by_id=None)
                | Q(account_id=None)
                | ~Q(handled_by_id=models.F("account_id")),
                name="nobody_handles_an_alarm_about_themselves",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence


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
        indexes = [
            models.Index(fields=("account_id", "closes_at"), name="break_glass_of_an_account"),
            models.Index(
                fields=("opened_at",),
                name="break_glass_to_review",
                condition=Q(reviewed_at=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewer_id=None) | ~Q(reviewer_id=models.F("account_id")),
                name="nobody_reviews_their_own_break_glass",
            )
        ]


class RequestKind(models.TextChoices):
    VIEW = "view", _("查阅")
    COPY = "copy", _("复制")
    CORRECT = "correct", _("更正")
    DELETE = "delete", _("删除")
    RESTRICT = "restrict", _("限制处理")
    EXPLAIN = "explain", _("解释说明")
    WITHDRAW = "withdraw", _("撤回同意")
    ASK = "ask", _("询问一次查阅")


class RequestState(models.TextChoices):
    OPEN = "open", _("办理中")
    GRANTED = "granted", _("已办")
    REFUSED = "refused", _("不予办理")
    WITHDRAWN = "withdrawn", _("已撤回")


class RightsRequest(models.Model):
    """What a person asks about their own data, with its clock."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField("编号", max_length=20, unique=True)
    kind = models.CharField("种类", max_length=10, choices=RequestKind)
    subject_id = models.UUIDField("本人")
    community_id = models.UUIDField("社区", null=True)
    grid_id = models.UUIDField("网格", null=True)
    entry = models.ForeignKey(AccessEntry, models.PROTECT, null=True, related_name="questions")
    content = SealedField("内容", null=True)
    field = models.CharField("字段", max_length=60, blank=True)
    """Key of the field a correction is about: `registry.Person.phone`."""
    filed_at = models.DateTimeField("提出时间")
    filed_through = models.CharField("途径", max_length=20)
    due_at = models.DateTimeField("办理期限")
    legal_limit = models.DateField("法定最后期限")
    state = models.CharField(
        "状态",
        max_length=10,
        choices=RequestState,
        default="open",
    )
    decided_at = models.DateTimeField("办结时间", null=True)
    decided_by = models.CharField("经办人", max_length=60, blank=True)
    decided_by_id = models.UUIDField("经办账号", null=True)
    refused_on = models.CharField("不予办理的依据", max_length=20, blank=True)
    """Code of a ground of refusal (`grounds.REFUSALS`)."""
    answer = models.CharField("答复", max_length=500, blank=True)

    class Meta:
        verbose_name = "个人信息权利申请"
        indexes = [
            models.Index(fields=("state", "due_at"), name="rights_requests_by_due"),
            models.Index(fields=("subject_id", "-filed_at"), name="rights_requests_of_a_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refused_on=""),
                name="a_refusal_names_its_ground",
            ),
            models.UniqueConstraint(
                fields=("entry",),
                condition=Q(state="open"),
                name="an_access_is_asked_about_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ResidentCode(models.Model):
    """A one-time code from the counter, by which a resident opens their own page."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_id = models.UUIDField("本人")
    index = models.BinaryField("码索引", max_length=16, unique=True)
    issued_at = models.DateTimeField("发放时间")
    issued_by = models.CharField("发放人", max_length=60)
    issued_by_id = models.UUIDField("发放账号", null=True)
    expires_at = models.DateTimeField("失效时间")
    used_at = models.DateTimeField("使用时间", null=True)
    proof = models.CharField("身份核验方式", max_length=60)

    class Meta:
        verbose_name = "一次性查询码"


class CodeAttempt(models.Model):
    """A try to open a resident's page with a code: what the rate limit counts."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField("时间")
    address = models.CharField("来源地址", max_length=45)
    good = models.BooleanField("成功")

    class Meta:
        verbose_name = "查询码尝试"
        indexes = [models.Index(fields=("address", "-at"), name="code_attempts_from_an_address")]


class ErasureReport(models.Model):
    """What a nightly deletion removed: counts by table and rule, never the data."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField("时间")
    counts = models.JSONField("数量")
    held = models.JSONField("依法暂留", default=dict)
    digest = models.BinaryField("摘要", max_length=32)

    class Meta:
        verbose_name = "到期删除报告"
