"""Where a value came from, what it was before, and the counts kept beside the rows."""

from __future__ import annotations

from django.db import models

from gezhi.base.ids import uuid7
from gezhi.base.retelling import retold
from gezhi.core.places.models import Place


class SourceKind(models.TextChoices):
    SHEET = "sheet", "表格导入"
    FORM = "form", "页面登记"
    VISIT = "visit", "入户走访"
    RESIDENT = "resident", "本人申请"
    EXCHANGE = "exchange", "数据共享"
    MERGE = "merge", "合并与拆分"


class Source(models.Model):
    """One occasion on which facts entered: a sheet, a form, a visit; with the day they held."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField("来源类别", max_length=10, choices=SourceKind)
    title = models.CharField("来源", max_length=200)
    as_of = models.DateField("数据截至")
    entered_at = models.DateTimeField("录入时间")
    entered_by = models.CharField("录入人", max_length=60)
    journal_line = models.UUIDField("操作记录", null=True)

    class Meta:
        verbose_name = "来源"

    @property
    def named(self) -> str:
        """Its title in the reader's language; the name of a file stays as it is."""
        return retold(self.title)


class Sourced(models.Model):
    """What every registry row carries: its place, where it came from, and how fresh it is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(
        Place, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="社区/村"
    )
    grid = models.ForeignKey(
        Place, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="网格"
    )
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="+", db_index=False, verbose_name="最初来源"
    )
    touched_by = models.ForeignKey(
        Source, models.PROTECT, related_name="+", db_index=False, verbose_name="最近来源"
    )
    as_of = models.DateField("数据截至")
    verified_at = models.DateTimeField("核实时间", null=True)
    revision = models.PositiveIntegerField("修订号", default=1)

    class Meta:
        abstract = True


class FieldChange(models.Model):
    """What a field was until it changed: with the row's present state, any past day's belief.

    `old` holds the former value as text when the field is not personal; `old_sealed` when it is.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    field = models.CharField("字段", max_length=40)
    old = models.TextField("原值", null=True)
    old_sealed = models.BinaryField("原值（加密）", null=True)
    new = models.TextField("新值", null=True)
    new_sealed = models.BinaryField("新值（加密）", null=True)
    changed_at = models.DateTimeField("变更时间")
    changed_by = models.CharField("变更人", max_length=60)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name="来源")
    former_source = models.ForeignKey(
        Source, models.PROTECT, related_name="+", db_index=False, verbose_name="原来源"
    )

    class Meta:
        abstract = True
        ordering = ("-changed_at", "-id")


class Tally(models.Model):
    """How many rows of a category lie in a place: kept by the write itself, always exact."""

    metric = models.CharField("口径", max_length=40)
    """`people`, `people.class`, `people.care`, `dwellings.use_state`, …"""
    place = models.ForeignKey(Place, models.CASCADE, null=True, related_name="+", db_index=False)
    """The smallest place the row is known to lie in, so that a write locks one counter and not
    three; what lies above is added up on reading. Null: not placed yet."""
    category = models.CharField("分类", max_length=40, default="")
    value = models.BigIntegerField("数量", default=0)

    class Meta:
        verbose_name = "底数汇总"
        constraints = [
            models.UniqueConstraint(
                fields=("metric", "category", "place"),
                nulls_distinct=False,
                name="one_tally_for_a_metric_category_and_place",
            )
        ]


class VisitInterval(models.Model):
    """How often a kind of row is to be seen again: what freshness is measured against."""

    code = models.CharField("代码", max_length=20, primary_key=True)
    title = models.CharField("对象", max_length=40)
    days = models.PositiveSmallIntegerField("间隔（天）")
    grace = models.PositiveSmallIntegerField("宽限（天）", default=0)

    class Meta:
        verbose_name = "走访间隔"
        ordering = ("days", "code")


class QualityFigure(models.Model):
    """How many rows a measure of data quality is about in a place, and how many fall short."""

    measure = models.CharField("指标", max_length=40)
    place = models.ForeignKey(Place, models.CASCADE, null=True, related_name="+", db_index=False)
    whole = models.PositiveIntegerField("总数")
    short = models.PositiveIntegerField("不达标数")
    counted_at = models.DateTimeField("统计时间")

    class Meta:
        verbose_name = "数据质量"
        constraints = [
            models.UniqueConstraint(
                fields=("measure", "place"),
                nulls_distinct=False,
                name="one_figure_for_a_measure_and_place",
            )
        ]


class SavedView(models.Model):
    """A list's filters, columns and order under a name; a link to it is re-checked for rights."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account_id = models.UUIDField("账号")
    page = models.CharField("页面", max_length=60)
    title = models.CharField("名称", max_length=60)
    query = models.CharField("条件", max_length=1000)
    shared = models.BooleanField("共享", default=False)
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = "常用查询"
        constraints = [
            models.UniqueConstraint(
                fields=("account_id", "page", "title"),
                name="a_saved_view_has_one_name_for_its_owner",
            )
        ]
