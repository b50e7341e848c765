"""Photos of a case: what the steps keep of them, and where there has to be one.

A category that needs photos asks them of whoever stands before the thing with a telephone: a grid
worker who reports it, or says it is done. What comes by hotline or from a desk goes without.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from gezhi.base.errors import Refusal
from gezhi.engines.matters.attachments import Incoming, Stage
from gezhi.engines.matters.attachments.actions import attach_within, keeps
from gezhi.engines.matters.language import Stepping
from gezhi.services.cases import rules
from gezhi.services.cases.models import Category, Source

GRID: Final = 3
"""From this level of place on a post is a grid worker's."""


def photo_of_report(
    category: Category | None, source: str, photos: Sequence[Incoming]
) -> Refusal | None:
    """Why a report cannot go without a photo; None when it can, or there is one."""
    asked = category is not None and category.needs_photo
    if photos or not rules.photo_needed(asked, on_the_ground=source == Source.PATROL):
        return None
    return Refusal(
        _("这类问题网格员上报须附现场照片，请拍一张"), "cases.photo_needed", field="photos"
    )


def keep_after(stepping: Stepping) -> None:
    """Photos of what was done; a grid worker who says so shows it."""
    photos: Sequence[Incoming] = stepping.values.get("photos") or ()
    category = stepping.matter.case.category
    post = stepping.by.post_for(stepping.step.right.code)
    on_the_ground = post is not None and post.level >= GRID
    asked = category is not None and category.needs_photo
    if not photos and rules.photo_needed(asked, on_the_ground=on_the_ground):
        raise Refusal(
            _("这类问题须附办理后的照片，请在同一位置拍一张"),
            "cases.photo_needed",
            field="photos",
        )
    attach_within(stepping.matter, Stage.AFTER, photos, by=stepping.by, at=stepping.at)


keep_site = keeps(Stage.BEFORE)
keep_check = keeps(Stage.CHECK)
keep_evidence = keeps(Stage.OTHER)
