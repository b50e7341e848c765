"""What the public side keeps: tallies of how often, answers shown, replies, whose report it is."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gezhi.base.ids import uuid7
from gezhi.core.registry.models import Person


class Tally(models.Model):
    """How often something came in a window of time. The key is a keyed hash: it tells of nobody."""

    key = models.UUIDField(primary_key=True)
    count = models.PositiveIntegerField(default=1)
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("网上反映频次")
        indexes = [models.Index(fields=("until",), name="tallies_that_are_over")]


class Shown(models.Model):
    """What the office settled that the public page of a case says and shows."""

    case = models.OneToOneField(
        "cases.Case", models.CASCADE, primary_key=True, related_name="shown"
    )
    words = models.CharField(_("公开答复"), max_length=500, blank=True)
    """In place of the unit's own answer; empty: that one."""
    withheld = models.BooleanField(_("不公开单位的答复"), default=False)
    photos = ArrayField(models.UUIDField(), default=list, verbose_name=_("公开的照片"))
    at = models.DateTimeField(_("时间"))
    by = models.CharField(_("经办人"), max_length=60)

    class Meta:
        verbose_name = _("公开答复")


class Reply(models.Model):
    """What a reporter says on the public page of a closed case: solved or not, content or not."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="replies")
    joiner = models.ForeignKey("cases.Joiner", models.CASCADE, null=True, related_name="+")
    """Whose code was used; None: that of the first reporter."""
    through = models.ForeignKey("cases.Case", models.CASCADE, null=True, related_name="+")
    """The case merged into this one whose reporter it is; None: the case itself."""
    at = models.DateTimeField(_("时间"))
    solved = models.BooleanField(_("已解决"))
    satisfied = models.BooleanField(_("满意"), null=True)
    words = models.CharField(_("还有什么没解决"), max_length=300, blank=True)
    counted = models.BooleanField(_("计入回访"), default=False)
    """Whether it stands for the call-back: only where the platform had drawn the case."""
    answer = models.CharField(_("答复"), max_length=300, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answered_by = models.CharField(_("答复人"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("反映人追评")
        ordering = ("-at", "-id")
        indexes = [
            models.Index(
                fields=("at",),
                name="replies_to_look_at",
                condition=Q(solved=False, answered_at=None),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answered_at__gte=F("at")),
                name="a_reply_is_answered_after_it_came",
            )
        ]


class Own(models.Model):
    """A report of somebody who was signed in: so that they find it again in their own pages."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    joiner = models.ForeignKey("cases.Joiner", models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField(_("反映时间"))

    class Meta:
        verbose_name = _("本人反映的问题")
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=("person", "-at"), name="reports_of_a_person")]
