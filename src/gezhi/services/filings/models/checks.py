"""A round of a site by its grid worker, and what was found of each item."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from gezhi.base.ids import uuid7
from gezhi.core.registry.models import Site
from gezhi.engines.matters.models import Matter
from gezhi.services.filings.check_rules import Mark


class CheckState(models.TextChoices):
    """Where a check stands."""

    OPEN = "open", _("检查中")
    RECTIFYING = "rectifying", _("整改中")
    WATCHING = "watching", _("待回头看")
    PASSED = "passed", _("合格")
    HANDED_OVER = "handed_over", _("已移交执法")


class SiteCheck(models.Model):
    """The facts of a check; where it stands is its matter's."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="site_check", verbose_name=_("事项")
    )
    site = models.ForeignKey(Site, models.PROTECT, related_name="checks", verbose_name=_("工地"))
    failed = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("不合格项")
    )
    days = models.PositiveSmallIntegerField(_("整改期限（工作日）"), null=True)
    look_backs = models.PositiveSmallIntegerField(_("已回头看次数"), default=0)
    faults = models.PositiveSmallIntegerField(_("不合格次数"), default=0)

    class Meta:
        verbose_name = _("工地检查")
        indexes = [models.Index(fields=("site",), name="checks_of_a_site")]

    def __str__(self) -> str:
        return str(self.matter)


class Answer(models.Model):
    """What was found of one item, on a filing's ground or a round of the site. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="answers")
    round = models.PositiveSmallIntegerField(_("第几次"), default=1)
    item = models.CharField(_("项目"), max_length=20)
    result = models.CharField(
        _("结果"),
        max_length=4,
        choices=[
            (Mark.PASS.value, _("合格")),
            (Mark.FAIL.value, _("不合格")),
            (Mark.NA.value, _("不适用")),
        ],
    )

    class Meta:
        verbose_name = _("检查结果")
        ordering = ("matter", "-round", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("matter", "round", "item"), name="an_item_is_answered_once_a_round"
            )
        ]
