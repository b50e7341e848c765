"""Named writes: attach files to a matter, take one off; and the night's clearing of the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.core.cells.keys import schema_here
from gezhi.core.journal.actions import action, note
from gezhi.engines.matters import refusing
from gezhi.engines.matters import rights as of_matters
from gezhi.engines.matters.attachments import rights
from gezhi.engines.matters.attachments.incoming import Incoming, gone
from gezhi.engines.matters.attachments.models import Attachment
from gezhi.engines.matters.attachments.shelf import Shelf, shelf_here
from gezhi.engines.matters.attachments.stages import Stage
from gezhi.engines.matters.language import Effect, Stepping
from gezhi.engines.matters.models import Matter

MOST: Final = 60
"""Files of one matter, all stages together."""
ORPHANS_KEPT: Final = timedelta(days=1)
"""How long a file that belongs to nothing stays: longer than a form is left open."""
BATCH: Final = 200


@action("matters.attach", _lazy("添加附件"), right=of_matters.INBOX)
def attach(
    *, matter: Matter, stage: str, files: Sequence[Incoming], by: Actor, at: datetime
) -> list[Attachment]:
    """Attach files to a matter that is under way.

    The same content at the same stage is there once, however often it is sent. Refused for a
    matter that has ended, for too many files, and where a file set aside is gone.
    """
    row = Matter.objects.select_for_update(of=("self",)).get(pk=matter.pk)
    if row.ended_at is not None:
        raise refusing.over(row)
    return attach_within(row, stage, files, by=by, at=at)


def attach_within(
    matter: Matter,
    stage: str,
    files: Sequence[Incoming],
    *,
    opened_now: bool = False,
    by: Actor,
    at: datetime,
) -> list[Attachment]:
    """The same within a service's own action, whose matter is locked.

    `opened_now`: it was opened by this very action, so that it has none yet.
    """
    if stage not in Stage.values:
        raise ValueError(f"no stage {stage}")
    if not files:
        return []
    _hold_off_the_clearing(shared=True)
    here = Attachment.objects.filter(matter=matter, removed_at=None)
    there = [] if opened_now else list(here)
    known = {one.sha256: one for one in there if one.stage == stage}
    fresh = {one.sha256: one for one in files if one.sha256 not in known}
    if len(there) + len(fresh) > MOST:
        raise Refusal(
            _("一个事项最多 %(n)d 个附件") % {"n": MOST}, "attachments.too_many", field="files"
        )
    shelf = shelf_here()
    for one in fresh.values():
        _put(shelf, one)
    made = Attachment.objects.bulk_create(
        Attachment(
            matter=matter,
            stage=stage,
            sha256=one.sha256,
            size=one.size,
            media_type=one.media_type,
            width=one.width,
            height=one.height,
            blurred=one.blurred,
            title=one.title,
            taken_at=one.taken_at,
            added_at=at,
            added_by=by.name,
            added_by_id=by.account_id,
        )
        for one in fresh.values()
    )
    known |= {one.sha256: one for one in made}
    note(
        matter,
        place_id=matter.grid_id or matter.community_id,
        changes={"stage": stage, "attached": sorted(fresh)},
    )
    return [known[sha] for sha in dict.fromkeys(one.sha256 for one in files)]


def _put(shelf: Shelf, one: Incoming) -> None:
    if one.content:
        shelf.keep(one.sha256, one.content, one.small)
    elif not shelf.has(one.sha256):
        raise gone()


def keeps(stage: str, name: str = "photos") -> Effect:
    """For a step's `then`: attach what its form gave under a name."""

    def effect(stepping: Stepping) -> None:
        files = stepping.values.get(name) or ()
        attach_within(stepping.matter, stage, files, by=stepping.by, at=stepping.at)

    return effect


@action("matters.take_off", _lazy("撤下附件"), right=of_matters.INBOX)
def take_off(*, attachment: Attachment, why: str, by: Actor, at: datetime) -> Attachment:
    """Take a file off a matter; that it was there stays, what was in it goes the next night.

    One's own until the next step is taken: whoever took that step may have gone by it. Later, and
    others', under a right of its own: a picture may show somebody who should not be in it.
    """
    matter = Matter.objects.select_for_update(of=("self",)).get(pk=attachment.matter_id)
    row = Attachment.objects.select_for_update().get(pk=attachment.pk)
    refusal = take_off_refusal(row, matter, by)
    if refusal is not None:
        raise refusal
    if not why.strip():
        raise Refusal(_("请写明撤下原因"), "attachments.no_reason", field="why")
    row.removed_at, row.removed_by = at, by.name
    row.save(update_fields=["removed_at", "removed_by"])
    note(
        matter,
        place_id=matter.grid_id or matter.community_id,
        why=why.strip(),
        changes={"stage": row.stage, "taken_off": row.sha256},
    )
    return row


def take_off_refusal(row: Attachment, matter: Matter, by: Actor) -> Refusal | None:
    """Why this actor cannot take a file off; the button asks it, and so does the write."""
    if row.removed_at is not None:
        return Refusal(_("这个附件已撤下"), "attachments.removed")
    if rights.TAKE_OFF.covers(by, matter):
        return None
    if by.account_id is None or row.added_by_id != by.account_id:
        return NotAllowed(_("只能撤下自己添加的附件"), "attachments.not_yours")
    if matter.moved_at > row.added_at:
        return NotAllowed(
            _("已进入下一环节，不能自行撤下；涉及个人隐私的，请联系网格办撤下"),
            "attachments.relied_on",
        )
    return None


# --- the night -----------------------------------------------------------------------------


def clear_orphans(at: datetime) -> int:
    """Remove files that belong to nothing any more; returns how many.

    They are those of transactions that came to nothing, of forms never sent, and those taken off.
    While a batch is removed nobody attaches, so that none is removed that is just being taken up.
    """
    shelf = shelf_here()
    old = list(shelf.untouched_since(at - ORPHANS_KEPT))
    removed = 0
    for start in range(0, len(old), BATCH):
        hashes = old[start : start + BATCH]
        with transaction.atomic():
            _hold_off_the_clearing(shared=False)
            kept = set(
                Attachment.objects.filter(sha256__in=hashes, removed_at=None).values_list(
                    "sha256", flat=True
                )
            )
            for one in hashes:
                if one not in kept:
                    shelf.drop(one)
                    removed += 1
    return removed


def _hold_off_the_clearing(*, shared: bool) -> None:
    """Many attach at once, or the night clears: never both, in one cell, until the commit."""
    kind = "_shared" if shared else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{kind}(%s)", [clearing_key()])


def clearing_key() -> int:
    """What those who attach and the night hold against each other, in the present cell."""
    digest = sha256(f"{schema_here()}/attachments".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)
