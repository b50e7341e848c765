"""Cells and what the district keeps about them. All of it lies in `public`, coordinator-local."""

from __future__ import annotations

from typing import Any

from django.db import models
from django_tenants.models import DomainMixin, TenantMixin

from gezhi.base.ids import uuid7


class Cell(TenantMixin):  # type: ignore[misc]  # django-tenants is untyped
    """A subdistrict's own schema; the row with schema `public` is the district itself."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField("区划代码", max_length=9, unique=True)
    name = models.CharField("名称", max_length=60)
    short_name = models.CharField("简称", max_length=20)
    created_on = models.DateField("建立日期", auto_now_add=True)

    auto_create_schema = False
    auto_drop_schema = False

    class Meta:
        verbose_name = "街道单元"

    def __str__(self) -> str:
        return self.name

    @property
    def is_district(self) -> bool:
        return bool(self.schema_name == "public")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row only: the schema is made by `actions.create_cell`, in one transaction."""
        models.Model.save(self, *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise NotImplementedError("a cell is closed by the district, never deleted as a row")


class Host(DomainMixin):  # type: ignore[misc]  # django-tenants is untyped
    """A host name that opens a cell."""

    class Meta:
        verbose_name = "域名"


class RollUp(models.Model):
    """A number about a cell, as the cell itself reported it: all the district ever sees."""

    cell = models.ForeignKey(Cell, models.PROTECT)
    day = models.DateField("日期")
    metric = models.CharField("指标", max_length=60)
    place = models.CharField("地方代码", max_length=18)
    place_name = models.CharField("地方", max_length=60)
    value = models.BigIntegerField("数值")
    reported_at = models.DateTimeField("上报时间")

    class Meta:
        verbose_name = "汇总数"
        constraints = [
            models.UniqueConstraint(
                fields=("cell", "day", "metric", "place"),
                name="one_value_for_a_cell_day_metric_and_place",
            )
        ]


class Exchange(models.Model):
    """Something one cell hands to another: written in the sender's transaction, copied by a job."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sender = models.ForeignKey(Cell, models.PROTECT, related_name="sent")
    receiver = models.ForeignKey(Cell, models.PROTECT, related_name="received")
    kind = models.CharField("种类", max_length=60)
    sealed = models.BinaryField("内容（加密）")
    sent_at = models.DateTimeField("发出时间")
    taken_at = models.DateTimeField("接收时间", null=True)

    class Meta:
        verbose_name = "交换件"
        indexes = [
            models.Index(
                fields=("receiver", "sent_at"),
                name="exchange_waiting",
                condition=models.Q(taken_at=None),
            )
        ]
