"""The journal: who did what to what, when and why. Written once, closed day by day."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext as _

from gezhi.base.errors import Refusal
from gezhi.base.ids import uuid7


class WrittenOnce(models.QuerySet[Any]):
    """Rows that refuse to be changed or deleted through the ORM."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise Refusal(_("留痕记录只能新增，不能修改"), "journal.written_once")

    def delete(self) -> NoReturn:
        raise Refusal(_("留痕记录只能新增，不能删除"), "journal.written_once")


class WrittenOnceModel(models.Model):
    """A row that is added and then stays as it is."""

    objects = WrittenOnce.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; refused when it is there already."""
        if not self._state.adding:
            raise Refusal(_("留痕记录只能新增，不能修改"), "journal.written_once")
        super().save(force_insert=True, using=kwargs.get("using"))

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Refusal(_("留痕记录只能新增，不能删除"), "journal.written_once")


class BookLine(WrittenOnceModel):
    """A line of a book that is closed day by day. Every column enters the day's Merkle root.

    What is personal about it lies sealed in a `BookDetail`, of which the line keeps only a salted
    commitment: the detail can be erased, and what remains still proves the line unchanged.
    """

    columns: ClassVar[tuple[str, ...]]
    """All columns but `leaf` itself, in the order `leaf_of` takes their values."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    day = models.DateField("日期", db_index=True)
    """The day it was written, by the platform's clock."""
    commitment = models.BinaryField("个人信息承诺值", max_length=32, null=True)
    leaf = models.BinaryField("叶哈希", max_length=32)
    """RFC 9162 leaf hash of all the other columns, taken as the line is written: an edit shows on
    the line itself, and the day's root shows when somebody edits this as well."""

    class Meta:
        abstract = True


class BookDetail(models.Model):
    """The personal part of a line: sealed, with the salt of its commitment; it may be erased.

    Each has `line`, a one-to-one key to its line with the related name `detail`.
    """

    salt = models.BinaryField("盐", max_length=32)
    sealed = models.BinaryField("内容（加密）")
    subject_id = models.UUIDField("所涉个人", null=True, db_index=True)

    class Meta:
        abstract = True

    @classmethod
    def context(cls) -> bytes:
        """What the personal parts of this book are sealed under."""
        return f"{cls._meta.db_table}.sealed".encode()


class JournalLine(BookLine):
    """One act; nothing in the row is personal."""

    columns = (
        *("id", "day", "at", "account_id", "actor_name", "post", "verb", "subject_kind"),
        *("subject_id", "place_id", "changes", "commitment", "why", "channel", "address"),
        "request_id",
    )

    at = models.DateTimeField("时间")
    account_id = models.UUIDField("账号", null=True)
    actor_name = models.CharField("经办人", max_length=60)
    post = models.CharField("岗位", max_length=120, blank=True)
    verb = models.CharField("动作", max_length=80)
    subject_kind = models.CharField("对象类别", max_length=60, blank=True)
    subject_id = models.UUIDField("对象", null=True)
    place_id = models.UUIDField("地方", null=True)
    changes = models.JSONField("变更", default=dict)
    why = models.CharField("事由", max_length=500, blank=True)
    channel = models.CharField("途径", max_length=20)
    address = models.CharField("来源地址", max_length=45, blank=True)
    request_id = models.CharField("请求号", max_length=36, blank=True)

    class Meta:
        verbose_name = "操作记录"
        indexes = [
            models.Index(fields=("subject_id", "-at"), name="journal_of_a_subject"),
            models.Index(fields=("account_id", "-at"), name="journal_of_an_account"),
            models.Index(fields=("verb", "-at"), name="journal_of_a_verb"),
        ]


class JournalDetail(BookDetail):
    """The personal part of an act."""

    line = models.OneToOneField(
        JournalLine, models.CASCADE, primary_key=True, related_name="detail"
    )

    class Meta:
        verbose_name = "操作记录个人信息"


class JournalDay(WrittenOnceModel):
    """A finished day of a book: how many lines, their Merkle root, the link to the day before."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.CharField("类别", max_length=10)
    """Code of the book (`books.books`)."""
    day = models.DateField("日期")
    lines = models.PositiveBigIntegerField("行数")
    root = models.BinaryField("根哈希", max_length=32)
    chained = models.BinaryField("链接哈希", max_length=32)
    """SHA-256 over the day before's `chained`, this day, its lines and root: no day goes unseen."""
    closed_at = models.DateTimeField("封存时间")

    class Meta:
        verbose_name = "留痕日结"
        constraints = [
            models.UniqueConstraint(fields=("book", "day"), name="a_book_closes_a_day_once")
        ]


class Once(models.Model):
    """A write already done for a client's key: the same key again gets the same answer."""

    key = models.UUIDField(primary_key=True)
    account_id = models.UUIDField(null=True)
    fingerprint = models.BinaryField(max_length=32)
    """SHA-256 of method, path and body: another request under the same key is refused."""
    status = models.PositiveSmallIntegerField(null=True)
    location = models.CharField(max_length=500, blank=True)
    sealed = models.BinaryField(null=True)
    """The body of an API answer, sealed, because it may hold personal data."""
    content_type = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "防重键"
        indexes = [models.Index(fields=("at",), name="once_by_age")]
