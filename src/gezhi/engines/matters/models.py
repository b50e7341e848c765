"""What is opened, moved by steps and ended; its steps, clocks, followers and links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gezhi.base.ids import uuid7
from gezhi.base.workdays import Limit, Unit
from gezhi.core.places.models import Place

if TYPE_CHECKING:
    from gezhi.engines.matters.language import Workflow


class Matter(models.Model):
    """One matter of some kind, where it stands, in whose hands, and when it is due.

    The service that declared its kind keeps the facts in a table of its own, one row for each.
    Its title is seen by whoever it is handed to, so it holds no personal data.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("种类"), max_length=30)
    number = models.CharField(_("编号"), max_length=24, unique=True)
    title = models.CharField(_("标题"), max_length=120)
    topic = models.CharField(_("类别"), max_length=12, blank=True)
    """What it is about within its kind: a code of the service's own catalogue."""
    state = models.CharField(_("状态"), max_length=20)
    community = models.ForeignKey(
        Place, models.PROTECT, null=True, related_name="+", verbose_name=_("社区（村）")
    )
    grid = models.ForeignKey(
        Place, models.PROTECT, null=True, related_name="+", verbose_name=_("网格")
    )
    unit_id = models.UUIDField(_("责任单位"), null=True)
    holder_id = models.UUIDField(_("经办账号"), null=True)
    """Whose desk it lies on; None: whoever of the unit, or of the place, takes it up."""
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="children", verbose_name=_("上级事项")
    )
    holds_parent = models.BooleanField(_("上级事项须等待"), default=False)
    """Whether its parent waits for it where the parent's table says so."""
    urgent = models.BooleanField(_("紧急"), default=False)
    opened_at = models.DateTimeField(_("提出时间"))
    opened_by = models.CharField(_("提出人"), max_length=60)
    opened_by_id = models.UUIDField(_("提出账号"), null=True)
    moved_at = models.DateTimeField(_("最近办理"))
    ended_at = models.DateTimeField(_("办结时间"), null=True)
    due_at = models.DateTimeField(_("时限"), null=True)
    """When the first of its running clocks runs out."""
    revision = models.PositiveIntegerField(default=1)
    """Counts its changes: whoever acts on what they saw names it, and is told if it moved."""
    words = ArrayField(models.IntegerField(), default=list, editable=False)
    """Keys of the words it is found by (`base.wording`): no text can be read from them."""

    class Meta:
        verbose_name = _("事项")
        ordering = ("-opened_at", "-id")
        indexes = [
            models.Index(fields=("kind", "-opened_at"), name="matters_of_a_kind"),
            models.Index(fields=("kind", "topic", "-opened_at"), name="matters_about"),
            models.Index(fields=("community", "kind", "-opened_at"), name="matters_of_a_community"),
            models.Index(fields=("grid", "kind", "-opened_at"), name="matters_of_a_grid"),
            models.Index(
                fields=("kind", "state", "due_at"), name="open_matters", condition=Q(ended_at=None)
            ),
            models.Index(
                fields=("holder_id", "due_at"),
                name="matters_on_a_desk",
                condition=Q(ended_at=None, holder_id__isnull=False),
            ),
            models.Index(
                fields=("unit_id", "due_at"),
                name="matters_of_a_unit",
                condition=Q(ended_at=None, unit_id__isnull=False),
            ),
            models.Index(
                fields=("holder_id", "-opened_at"),
                name="matters_ever_on_a_desk",
                condition=Q(holder_id__isnull=False),
            ),
            models.Index(
                fields=("unit_id", "-opened_at"),
                name="matters_ever_of_a_unit",
                condition=Q(unit_id__isnull=False),
            ),
            models.Index(fields=("opened_by_id", "-opened_at"), name="matters_opened_by"),
            # without a list of pending keys, which every search would read from end to end
            GinIndex(fields=("words",), name="matters_by_words", fastupdate=False),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(due_at=None),
                name="what_has_ended_is_not_due",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("opened_at")),
                name="a_matter_does_not_end_before_it_is_opened",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="a_matter_is_not_its_own_parent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def workflow(self) -> Workflow:
        """The table its kind was declared with."""
        from gezhi.engines.matters.language import workflows

        return workflows[self.kind]

    @property
    def state_title(self) -> str:
        return self.workflow.state_title(self.state)


class Taken(models.Model):
    """One step of a matter, as it was taken. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="history")
    number = models.PositiveIntegerField()
    step = models.CharField(_("步骤"), max_length=30)
    """Empty for the opening."""
    came_from = models.CharField(max_length=20, blank=True)
    went_to = models.CharField(max_length=20)
    at = models.DateTimeField(_("时间"))
    by = models.CharField(_("办理人"), max_length=60)
    post = models.CharField(_("岗位"), max_length=120, blank=True)
    account_id = models.UUIDField(null=True)
    said = models.CharField(_("意见"), max_length=500, blank=True)
    journal_line = models.UUIDField()

    class Meta:
        verbose_name = _("办理步骤")
        ordering = ("matter", "number")
        indexes = [models.Index(fields=("account_id", "-at"), name="steps_taken_by")]
        constraints = [
            models.UniqueConstraint(
                fields=("matter", "number"), name="the_steps_of_a_matter_follow_each_other"
            )
        ]


class Running(models.Model):
    """A clock of a matter: from when, how long, until when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="clocks")
    clock = models.CharField(max_length=30)
    started_at = models.DateTimeField()
    amount = models.DecimalField(max_digits=5, decimal_places=1)
    unit = models.CharField(
        max_length=3,
        choices=[
            (Unit.EMERGENCY_HOUR.value, _("紧急工作时")),
            (Unit.WORKING_HOUR.value, _("工作时")),
            (Unit.WORKING_DAY.value, _("工作日")),
            (Unit.CALENDAR_DAY.value, _("天")),
        ],
    )
    extended = models.DecimalField(max_digits=5, decimal_places=1, default=0)
    """What was granted on top, in the same unit."""
    due_at = models.DateTimeField(null=True)
    """None while it stands still, unless it had run out before."""
    stopped_at = models.DateTimeField(null=True)
    warned = models.PositiveSmallIntegerField(default=0)
    """The last mark that was announced, in percent of the limit: 0, 50, 80, 100."""
    warns_at = models.DateTimeField(null=True)
    """When the next mark is reached; None when none is left, or it does not run."""

    class Meta:
        verbose_name = _("时限")
        ordering = ("started_at", "id")
        indexes = [
            models.Index(
                fields=("warns_at",), name="clocks_about_to_warn", condition=Q(stopped_at=None)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("matter", "clock"),
                condition=Q(stopped_at=None),
                name="a_clock_of_a_matter_runs_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="a_limit_is_longer_than_nothing"
            ),
            models.CheckConstraint(
                condition=Q(extended__gte=0), name="an_extension_takes_no_time_away"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None) | Q(warns_at=None),
                name="a_clock_that_has_stopped_warns_nobody",
            ),
        ]

    @property
    def limit(self) -> Limit:
        """What was given in all."""
        return Limit(float(self.amount + self.extended), Unit(self.unit))

    @property
    def is_late(self) -> bool:
        """Whether it stopped after its due moment; for one that runs, ask with the moment."""
        return bool(self.stopped_at and self.due_at and self.stopped_at > self.due_at)


class Pause(models.Model):
    """A stretch of time that a clock does not count."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    running = models.ForeignKey(Running, models.CASCADE, related_name="pauses")
    begins = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("暂停")
        ordering = ("begins",)
        constraints = [
            models.UniqueConstraint(
                fields=("running",), condition=Q(ends=None), name="a_clock_is_paused_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gte=F("begins")),
                name="a_pause_does_not_end_before_it_begins",
            ),
        ]


class Follower(models.Model):
    """Who is told how a matter goes on, without having to do anything."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="followers")
    account_id = models.UUIDField()
    since = models.DateTimeField()
    through_id = models.UUIDField(null=True)
    """The matter merged into this one whose follower it was: it leaves with it again."""
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("抄送")
        indexes = [models.Index(fields=("account_id", "-since"), name="matters_followed_by")]
        constraints = [
            models.UniqueConstraint(
                fields=("matter", "account_id"), name="a_matter_is_followed_once_by_an_account"
            )
        ]


class Comment(models.Model):
    """What somebody wrote about a matter beside its steps. Taken back, it stays as withdrawn."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="comments")
    at = models.DateTimeField(_("时间"))
    by = models.CharField(_("发言人"), max_length=60)
    account_id = models.UUIDField()
    text = models.CharField(_("内容"), max_length=500)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("讨论")
        ordering = ("at", "id")


class LinkKind(models.TextChoices):
    """How one matter has to do with another."""

    ABOUT = "about", _("相关")
    REPEATS = "repeats", _("重复")
    FOLLOWS = "follows", _("由此引起")


class Link(models.Model):
    """That a matter has to do with another: read from both sides."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="links")
    other = models.ForeignKey(Matter, models.CASCADE, related_name="linked_from")
    kind = models.CharField(_("关系"), max_length=10, choices=LinkKind)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("关联")
        constraints = [
            models.UniqueConstraint(
                fields=("matter", "other", "kind"), name="two_matters_are_linked_once_in_a_way"
            ),
            models.CheckConstraint(
                condition=~Q(matter=F("other")), name="a_matter_is_not_linked_to_itself"
            ),
        ]


class Delegation(models.Model):
    """That somebody looks after another's desk from one day to another. Rights stay with posts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account_id = models.UUIDField(_("委托人账号"))
    name = models.CharField(_("委托人"), max_length=60)
    deputy_id = models.UUIDField(_("受托人账号"))
    deputy_name = models.CharField(_("受托人"), max_length=60)
    first = models.DateField(_("自"))
    last = models.DateField(_("至"))
    """Both days included."""
    why = models.CharField(_("事由"), max_length=200)
    made_at = models.DateTimeField(_("设立时间"))
    ended_at = models.DateTimeField(_("提前结束"), null=True)

    class Meta:
        verbose_name = _("委托办理")
        ordering = ("-first", "-made_at")
        indexes = [
            models.Index(fields=("deputy_id", "last"), name="desks_looked_after"),
            models.Index(fields=("account_id", "last"), name="desks_left"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")), name="a_delegation_does_not_end_before_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(account_id=F("deputy_id")), name="nobody_is_their_own_deputy"
            ),
        ]


class Counter(models.Model):
    """The last number given to a prefix and day: locked while the next is taken."""

    prefix = models.CharField(max_length=16, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("编号流水")


# at the end, for it points to Matter
from gezhi.engines.matters.attachments.models import Attachment as Attachment  # noqa: E402
