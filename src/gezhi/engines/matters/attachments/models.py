"""A picture or paper of a matter. What is in it lies sealed in the store, by its hash."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.base.ids import uuid7
from gezhi.engines.matters.attachments.kinds import extension_of
from gezhi.engines.matters.attachments.stages import Stage


class Attachment(models.Model):
    """One file of a matter. Taken off, the row stays to say so; the file goes the next night."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    matter = models.ForeignKey("matters.Matter", models.PROTECT, related_name="attachments")
    stage = models.CharField(_("环节"), max_length=6, choices=Stage)
    sha256 = models.CharField(_("校验值"), max_length=64)
    """Of what is kept, which for a picture is not what was sent: it was drawn anew."""
    size = models.PositiveIntegerField(_("大小（字节）"))
    media_type = models.CharField(_("格式"), max_length=80)
    width = models.PositiveIntegerField(_("宽"), null=True)
    height = models.PositiveIntegerField(_("高"), null=True)
    """Both for a picture, neither for a paper."""
    blurred = models.BooleanField(_("已打码"), default=False)
    title = models.CharField(_("说明"), max_length=60, blank=True)
    """What it is. A file's own name is not kept: it often is somebody's."""
    taken_at = models.DateTimeField(_("拍摄时间"), null=True)
    added_at = models.DateTimeField(_("添加时间"))
    added_by = models.CharField(_("添加人"), max_length=60)
    added_by_id = models.UUIDField(null=True)
    removed_at = models.DateTimeField(_("撤下时间"), null=True)
    removed_by = models.CharField(_("撤下人"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("附件")
        ordering = ("added_at", "id")
        indexes = [
            models.Index(fields=("sha256",), name="attachments_by_content"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("matter", "stage", "sha256"),
                condition=Q(removed_at=None),
                name="a_file_is_attached_once_to_a_stage_of_a_matter",
            ),
            models.CheckConstraint(
                condition=Q(width=None, height=None) | Q(width__gt=0, height__gt=0),
                name="a_picture_has_width_and_height",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="an_attachment_is_known_by_its_sha256",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.get_stage_display())

    @property
    def is_picture(self) -> bool:
        """Whether it may be shown: only what was drawn anew here is."""
        return self.width is not None

    @property
    def extension(self) -> str:
        """What the file's name ends in when it is saved, with the dot."""
        return extension_of(self.media_type)
