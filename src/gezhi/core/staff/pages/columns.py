"""Columns that several pages of posts share."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.masking import mask_name
from gezhi.core.staff.models import Post

STATES = (
    ("held", _("在任")),
    ("waits", _("待复核")),
    ("coming", _("未到任")),
    ("over", _("已离任")),
)
TONES = {"held": "good", "waits": "warn", "coming": "info"}


def name_of(row: Any) -> str:
    """The name of a colleague; a resident who holds no post is masked as in any list."""
    if row.person_id is None or row.posts_held:
        return str(row.name)
    return mask_name(row.name)


def _acted(post: Post) -> str:
    return post.acting_for.account.name if post.acting_for else ""


POST_COLUMNS = (
    ui.Text("account.name", _("姓名"), order="account__name"),
    ui.Text("role.named", _("角色"), order="role__order"),
    ui.Text("place.name", _("网格"), order="place__code"),
    ui.Computed("acting", _("代行"), give=_acted),
    ui.Date("valid_from", _("任职日期"), order="-valid_from"),
    ui.Date("valid_to", _("截止日期"), order="valid_to"),
    ui.Badge("state", _("状态"), choices=STATES, tones=TONES),
)
