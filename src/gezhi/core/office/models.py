"""The days an office works and its hours, as it keeps them itself."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from gezhi.base.ids import uuid7
from gezhi.base.workdays import Season, YearDays


class WorkYear(models.Model):
    """What the announcement of one year changes in the plain week, and the paper it is from."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    year = models.PositiveSmallIntegerField("年份", unique=True)
    days_off = ArrayField(models.DateField(), verbose_name="放假的工作日")
    days_worked = ArrayField(
        models.DateField(), verbose_name="上班的周末", default=list, blank=True
    )
    source = models.CharField("依据文件", max_length=120)
    entered_by = models.CharField("录入人", max_length=60)
    entered_at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = "年度工作日历"
        ordering = ("-year",)

    def __str__(self) -> str:
        return str(self.year)

    @property
    def days(self) -> YearDays:
        return YearDays(frozenset(self.days_off), frozenset(self.days_worked))


class OfficeHours(models.Model):
    """Office hours of one season of every year; both ends are MMDD and included."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    first = models.PositiveSmallIntegerField("自（月日）")
    last = models.PositiveSmallIntegerField("至（月日）")
    opens = models.TimeField("上午上班")
    noon = models.TimeField("上午下班")
    resumes = models.TimeField("下午上班")
    closes = models.TimeField("下午下班")
    source = models.CharField("依据文件", max_length=120, blank=True)

    class Meta:
        verbose_name = "办公时间"
        # a season of part of the year goes before that of the whole, which begins on its first day
        ordering = ("-first", "last")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens__lt=models.F("noon"))
                & Q(noon__lt=models.F("resumes"))
                & Q(resumes__lt=models.F("closes")),
                name="office_hours_follow_one_another",
            )
        ]

    @property
    def season(self) -> Season:
        """The same as the reckoning of deadlines takes it."""
        return Season(
            divmod(self.first, 100),
            divmod(self.last, 100),
            ((self.opens, self.noon), (self.resumes, self.closes)),
        )
