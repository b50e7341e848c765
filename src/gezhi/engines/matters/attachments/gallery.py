"""The pictures and papers of a matter as its page shows them, in the order of the work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.engines.matters.attachments.actions import take_off_refusal
from gezhi.engines.matters.attachments.models import Attachment
from gezhi.engines.matters.attachments.stages import Stage
from gezhi.engines.matters.models import Matter


@dataclass(frozen=True, slots=True)
class Shown:
    """One file: where it is, where its small picture is, and what to say of it."""

    row: Attachment
    address: str
    small: str
    words: str
    """`办理前 2022-09-13 08:15`: read aloud for the picture, and its caption."""
    take_off: str
    """Where it is taken off; empty for whoever may not."""


@dataclass(frozen=True, slots=True)
class Gallery:
    """What there is, by stage; and two pictures to lay over each other, where there are both."""

    stages: list[tuple[str, list[Shown]]]
    papers: list[Shown]
    before: Shown | None
    after: Shown | None

    def __bool__(self) -> bool:
        return bool(self.stages or self.papers)


def gallery_of(matter: Matter, attachments: Iterable[Attachment], actor: Actor) -> Gallery:
    """The live files of a matter. Asks the database nothing."""
    live = [one for one in attachments if one.removed_at is None]
    shown = [_shown(matter, one, actor) for one in live]
    pictures = [one for one in shown if one.row.is_picture]
    by_stage: dict[str, list[Shown]] = {stage: [] for stage in Stage.values}
    for one in pictures:
        by_stage[one.row.stage].append(one)
    before, after = by_stage[Stage.BEFORE], by_stage[Stage.AFTER]
    both = bool(before and after)
    return Gallery(
        stages=[(str(Stage(code).label), found) for code, found in by_stage.items() if found],
        papers=[one for one in shown if not one.row.is_picture],
        before=before[0] if both else None,
        after=after[-1] if both else None,
    )


def _shown(matter: Matter, row: Attachment, actor: Actor) -> Shown:
    keys = {"pk": matter.pk, "file": row.pk}
    address = reverse("matters.file", kwargs=keys)
    may = take_off_refusal(row, matter, actor) is None
    return Shown(
        row=row,
        address=address,
        small=f"{address}?small=1",
        words=_words(row),
        take_off=reverse("matters.take_off", kwargs=keys) if may else "",
    )


def _words(row: Attachment) -> str:
    moment: Any = timezone.localtime(row.taken_at or row.added_at)
    when = f"{moment:%Y-%m-%d %H:%M}"
    said = row.title or str(row.get_stage_display())
    if row.taken_at is not None:
        when = _("%(when)s 拍摄") % {"when": when}
    return f"{said} {when}"
