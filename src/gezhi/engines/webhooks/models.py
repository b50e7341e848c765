"""Who is told of what, and every event that is on its way, arrived or given up."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.base.ids import uuid7


class Subscription(models.Model):
    """That a system outside is told of kinds of things. Its secret is derived, kept nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("名称"), max_length=60)
    url = models.CharField(_("接收地址"), max_length=500)
    kinds = ArrayField(models.CharField(max_length=30), verbose_name=_("事项种类"))
    whats = ArrayField(models.CharField(max_length=10), verbose_name=_("事件"))
    salt = models.UUIDField(default=uuid7, editable=False)
    """Goes into the secret: a new one makes a new secret."""
    made_at = models.DateTimeField(_("登记时间"))
    made_by = models.CharField(_("登记人"), max_length=60)
    read_until = models.DateTimeField()
    """Up to when the histories were read for it."""
    failures = models.PositiveSmallIntegerField(_("连续失败"), default=0)
    arrived_at = models.DateTimeField(_("最近送达"), null=True)
    stopped_at = models.DateTimeField(_("停用时间"), null=True)
    stopped_why = models.CharField(_("停用原因"), max_length=200, blank=True)
    ended_at = models.DateTimeField(_("撤销时间"), null=True)

    class Meta:
        verbose_name = _("推送订阅")
        ordering = ("-made_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("name",),
                condition=Q(ended_at=None),
                name="subscriptions_are_told_apart_by_name",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """`ended`, `stopped` or `active`."""
        if self.ended_at is not None:
            return "ended"
        return "active" if self.stopped_at is None else "stopped"


class Standing(models.TextChoices):
    """What became of an event for one receiver."""

    WAITING = "waiting", _("待送")
    ARRIVED = "arrived", _("已送达")
    DEAD = "dead", _("送不到")


class Delivery(models.Model):
    """One event for one subscription: the same id and text however often it is sent."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subscription = models.ForeignKey(
        Subscription, models.CASCADE, related_name="deliveries", verbose_name=_("推送订阅")
    )
    event_id = models.UUIDField(_("事件编号"))
    subject_id = models.UUIDField(_("事项"))
    sequence = models.PositiveIntegerField(_("第几步"))
    type = models.CharField(_("事件类型"), max_length=60)
    number = models.CharField(_("编号"), max_length=24, blank=True)
    body = models.TextField(_("内容"))
    happened_at = models.DateTimeField(_("发生时间"))
    made_at = models.DateTimeField(_("登记时间"))
    standing = models.CharField(_("状态"), max_length=8, choices=Standing, default=Standing.WAITING)
    tries = models.PositiveSmallIntegerField(_("已试次数"), default=0)
    next_at = models.DateTimeField(_("下次再试"), null=True)
    tried_at = models.DateTimeField(_("最近一次"), null=True)
    status = models.PositiveSmallIntegerField(_("回答"), null=True)
    """HTTP status of the last try; None where there was no answer."""
    fault = models.CharField(_("失败原因"), max_length=20, blank=True)
    milliseconds = models.PositiveIntegerField(_("用时"), null=True)

    class Meta:
        verbose_name = _("推送记录")
        ordering = ("-happened_at", "-id")
        indexes = [
            models.Index(
                fields=("subscription", "subject_id", "sequence"),
                name="events_on_their_way",
                condition=Q(standing="waiting"),
            ),
            models.Index(fields=("-happened_at",), name="events_by_time"),
            models.Index(fields=("made_at",), name="events_by_age"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("subscription", "event_id"), name="an_event_is_kept_once_for_a_receiver"
            ),
            models.CheckConstraint(
                condition=Q(next_at=None) ^ Q(standing="waiting"),
                name="only_what_waits_is_tried_again",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.number}".strip()
