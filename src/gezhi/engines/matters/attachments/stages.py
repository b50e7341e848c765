"""What a picture or paper is there to show."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Stage(TextChoices):
    """At which point of a matter it was taken."""

    BEFORE = "before", _("办理前")
    AFTER = "after", _("办理后")
    CHECK = "check", _("核查")
    OTHER = "other", _("补充")
