"""Messages to staff and residents, as they stand in the platform itself."""

from __future__ import annotations

from django.db import models

from gezhi.base.ids import uuid7


class Notice(models.Model):
    """One message to one receiver; says what happened and where to go, never personal data."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account_id = models.UUIDField("接收账号")
    kind = models.CharField("类别", max_length=40)
    title = models.CharField("标题", max_length=120)
    body = models.CharField("内容", max_length=500, blank=True)
    link = models.CharField("链接", max_length=300, blank=True)
    todo = models.BooleanField("待办", default=False)
    """Whether something is expected of the receiver; done when `done_at` is set."""
    key = models.CharField("去重键", max_length=120, blank=True)
    sent_at = models.DateTimeField("发出时间")
    read_at = models.DateTimeField("阅读时间", null=True)
    done_at = models.DateTimeField("办结时间", null=True)

    class Meta:
        verbose_name = "消息"
        indexes = [
            models.Index(fields=("account_id", "-sent_at"), name="notices_of_an_account"),
            models.Index(
                fields=("account_id",),
                name="todos_of_an_account",
                condition=models.Q(todo=True, done_at=None),
            ),
            models.Index(
                fields=("key",),
                name="todos_by_key",
                condition=models.Q(todo=True, done_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("account_id", "key"),
                condition=~models.Q(key=""),
                name="a_notice_is_sent_once_for_its_key",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_read(self) -> bool:
        return self.read_at is not None
