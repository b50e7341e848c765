"""Accounts of one cell, the posts they hold, roles as bundles of rights, sessions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.base.ids import uuid7
from gezhi.base.retelling import in_readers_language
from gezhi.core.places.models import Place
from gezhi.core.privacy.fields import SealedField
from gezhi.core.staff import rules
from gezhi.core.staff.models.units import Unit
from gezhi.core.staff.rules import RoleFacts, Term


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=username)


class Account(AbstractBaseUser):
    """Who signs in. Rights come from posts, never from the account itself."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField("用户名", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=60)
    phone = SealedField("手机", null=True)
    home_unit = models.CharField("所在单位", max_length=80, blank=True)
    password_set_at = models.DateTimeField("密码设置时间", null=True)
    totp_secret = SealedField("动态口令密钥", null=True)
    totp_pending = SealedField("待确认的动态口令密钥", null=True)
    """Set up but not yet proven by a code; the one in force stays until then."""
    totp_since = models.DateTimeField("动态口令启用时间", null=True)
    totp_last_step = models.BigIntegerField("最近用过的动态口令", null=True)
    """A code is good once: steps up to this one are refused."""
    closed_at = models.DateTimeField("停用时间", null=True)
    person_id = models.UUIDField("本人档案", null=True)
    is_demo = models.BooleanField("演示账号", default=False)

    USERNAME_FIELD = "username"
    objects = AccountManager()

    class Meta:
        verbose_name = "账号"
        ordering = ("username",)

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.closed_at is None


class FormerPassword(models.Model):
    """The last few password hashes, which may not be used again."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="former_passwords")
    password = models.CharField(max_length=128)
    replaced_at = models.DateTimeField()

    class Meta:
        verbose_name = "历史密码"


class Role(models.Model):
    """A named bundle of rights: data, because offices adjust it."""

    code = models.CharField("代码", max_length=40, primary_key=True)
    title = models.CharField("名称", max_length=40)
    title_en = models.CharField("英文名称", max_length=80, blank=True)
    """Of a role an office made; the first roles are in the catalogue."""
    rights = ArrayField(models.CharField(max_length=60), default=list, verbose_name="权限")
    duties = models.CharField("职责", max_length=300, blank=True)
    levels = ArrayField(models.PositiveSmallIntegerField(), default=list, verbose_name="适用层级")
    administrator = models.CharField(
        "三员",
        max_length=10,
        blank=True,
        choices=[("system", "系统管理员"), ("security", "安全管理员"), ("audit", "审计管理员")],
    )
    order = models.PositiveSmallIntegerField(default=50)

    class Meta:
        verbose_name = "角色"
        ordering = ("order", "code")

    def __str__(self) -> str:
        return self.named

    @property
    def named(self) -> str:
        """What it is called, in the reader's language."""
        return in_readers_language(self.title, self.title_en)

    @property
    def facts(self) -> RoleFacts:
        """The role as the rules see it."""
        return RoleFacts(
            self.code, self.title, tuple(self.levels), frozenset(self.rights), self.administrator
        )


class RoleChange(models.Model):
    """Other rights for a role, or a new role: without effect until a second person agrees."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    role = models.ForeignKey(
        Role, models.PROTECT, related_name="changes", verbose_name="角色", null=True
    )
    """None for a new role, until it is agreed to."""
    copy_of = models.ForeignKey(
        Role, models.PROTECT, related_name="+", verbose_name="复制自", null=True
    )
    title = models.CharField("名称", max_length=40)
    title_en = models.CharField("英文名称", max_length=80, blank=True)
    duties = models.CharField("职责", max_length=300, blank=True)
    was = ArrayField(models.CharField(max_length=60), default=list, verbose_name="原有权限")
    rights = ArrayField(models.CharField(max_length=60), default=list, verbose_name="权限")
    reason = models.CharField("事由", max_length=200)
    proposed_at = models.DateTimeField("提出时间")
    proposed_by = models.CharField("提出人", max_length=60)
    proposed_by_id = models.UUIDField("提出人账号", null=True)
    agreed = models.BooleanField("是否同意", null=True)
    """None while it waits."""
    decided_at = models.DateTimeField("复核时间", null=True)
    decided_by = models.CharField("复核人", max_length=60, blank=True)
    decided_by_id = models.UUIDField("复核人账号", null=True)
    answer = models.CharField("复核意见", max_length=200, blank=True)

    class Meta:
        verbose_name = "角色变更"
        ordering = ("-proposed_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("role",),
                condition=Q(agreed=None),
                name="a_role_has_one_change_waiting",
            ),
            models.CheckConstraint(
                condition=Q(agreed=None)
                | Q(proposed_by_id=None)
                | ~Q(decided_by_id=F("proposed_by_id")),
                name="a_role_change_takes_two_people",
            ),
        ]

    def __str__(self) -> str:
        return self.named

    @property
    def named(self) -> str:
        """What the role is called, in the reader's language."""
        return in_readers_language(self.title, self.title_en)

    @property
    def state(self) -> str:
        """waits, agreed, refused."""
        return "waits" if self.agreed is None else "agreed" if self.agreed else "refused"


class PostQuerySet(models.QuerySet["Post"]):
    def held(self, *, on: date) -> PostQuerySet:
        """Posts that give their rights on a day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on, waits=False)

    def not_over(self, *, on: date) -> PostQuerySet:
        """Posts held on a day or later, agreed to or not yet."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=on))


class Post(models.Model):
    """Who holds which role at which place, from when to when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="posts", verbose_name="账号")
    role = models.ForeignKey(Role, models.PROTECT, related_name="posts", verbose_name="角色")
    place = models.ForeignKey(Place, models.PROTECT, related_name="posts", verbose_name="网格")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="posts", verbose_name="责任单位"
    )
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True)
    """First day it is no longer held."""
    acting_for = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="acted", verbose_name="代行岗位"
    )
    granted_by = models.CharField("任命人", max_length=60, blank=True)
    granted_by_id = models.UUIDField("任命人账号", null=True)
    waits = models.BooleanField("待复核", default=False)
    """Proposed, and without effect until a second person agrees."""
    agreed_by = models.CharField("复核人", max_length=60, blank=True)
    ended_reason = models.CharField("离任原因", max_length=100, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位"
        indexes = [models.Index(fields=("place", "role"), name="posts_at_a_place")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="a_post_does_not_end_before_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(acting_for=None) | Q(valid_to__isnull=False),
                name="an_acting_post_expires",
            ),
            ExclusionConstraint(
                name="a_post_is_held_once_by_a_person_on_any_day",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
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

    def __str__(self) -> str:
        return f"{self.place.name} {self.role.named} {self.account.name}"

    @property
    def state(self) -> str:
        """Where it stands today: held, waits, coming, over."""
        today = timezone.localdate()
        if self.valid_to is not None and self.valid_to <= today:
            return "over"
        if self.waits:
            return "waits"
        return "held" if self.valid_from <= today else "coming"

    @property
    def term(self) -> Term:
        """The days it is held, as the rules see them."""
        return Term(self.valid_from, self.valid_to)


class Program(models.Model):
    """A program that reads and writes through the API: no person, and answered for by one.

    Its rights are some of a role's, at one place, until a day. It comes in with a token that is
    shown once and kept as a blind index.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField("名称", max_length=60, unique=True)
    purpose = models.CharField("用途", max_length=200)
    owner = models.ForeignKey(
        Account, models.PROTECT, related_name="programs", verbose_name="责任人"
    )
    role = models.ForeignKey(Role, models.PROTECT, related_name="+", verbose_name="角色")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="网格")
    rights = ArrayField(models.CharField(max_length=60), default=list, verbose_name="权限")
    reveals_for = models.CharField("查看明文的目的", max_length=40, blank=True)
    """Code of the one purpose it may read personal fields in full for; empty: masked only."""
    ends_on = models.DateField("截止日期")
    """First day it is no longer let in."""
    proposed_at = models.DateTimeField("登记时间")
    proposed_by = models.CharField("登记人", max_length=60)
    proposed_by_id = models.UUIDField("登记人账号", null=True)
    waits = models.BooleanField("待复核", default=True)
    agreed_by = models.CharField("复核人", max_length=60, blank=True)
    agreed_by_id = models.UUIDField("复核人账号", null=True)
    token_index = models.BinaryField("令牌索引", max_length=16, null=True, unique=True)
    token_made_at = models.DateTimeField("令牌生成时间", null=True)
    revoked_at = models.DateTimeField("吊销时间", null=True)
    revoked_by = models.CharField("吊销人", max_length=60, blank=True)
    revoked_reason = models.CharField("吊销原因", max_length=200, blank=True)
    used_at = models.DateTimeField("最近使用", null=True)
    minute = models.DateTimeField("计数分钟", null=True)
    calls = models.PositiveIntegerField("本分钟次数", default=0)

    class Meta:
        verbose_name = "程序"
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by_id=None)
                | Q(proposed_by_id=None)
                | ~Q(agreed_by_id=F("proposed_by_id")),
                name="a_program_takes_two_people",
            ),
            models.CheckConstraint(
                condition=Q(waits=False) | Q(token_index=None),
                name="a_program_that_waits_has_no_token",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """Where it stands today: waits, ready (agreed, no token yet), held, over, revoked."""
        if self.revoked_at is not None:
            return "revoked"
        if self.ends_on <= timezone.localdate():
            return "over"
        if self.waits:
            return "waits"
        return "ready" if self.token_index is None else "held"


class Session(AbstractBaseSession):
    """A signed-in browser: listed to its owner, who can end it."""

    account_id = models.UUIDField(null=True, db_index=True)
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    address = models.CharField("来源地址", max_length=45, blank=True)
    device = models.CharField("设备", max_length=120, blank=True)

    @classmethod
    def get_session_store_class(cls) -> Any:
        from gezhi.core.staff.sessions import SessionStore

        return SessionStore

    class Meta:
        verbose_name = "登录会话"


class Outcome(models.TextChoices):
    """How a try to sign in, or to show the second factor, came out."""

    GOOD = rules.GOOD, _("登录成功")
    BAD = rules.BAD, _("用户名或密码不正确")
    LOCKED = rules.LOCKED, _("锁定期间尝试")
    LIMITED = rules.LIMITED, _("过于频繁")
    CLOSED = rules.CLOSED, _("账号已停用")
    SHOWN = rules.SHOWN, _("动态口令正确")
    WRONG_CODE = rules.WRONG_CODE, _("动态口令不正确")
    LIFTED = rules.LIFTED, _("解除锁定")


class SignInAttempt(models.Model):
    """A try to sign in, good or bad: what locks, rate limits and the security administrator see.

    A name that no account has is kept as a keyed digest: people type passwords into that field.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField("时间")
    username = models.CharField("用户名", max_length=40)
    address = models.CharField("来源地址", max_length=45)
    outcome = models.CharField("结果", max_length=12, choices=Outcome)

    class Meta:
        verbose_name = "登录尝试"
        ordering = ("-at",)
        indexes = [
            models.Index(fields=("username", "-at"), name="attempts_on_an_account"),
            models.Index(fields=("address", "-at"), name="attempts_from_an_address"),
        ]


class OneTimeLink(models.Model):
    """A link that lets its holder set a password once: first run, new account, reset."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="links")
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "一次性链接"
