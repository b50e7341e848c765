"""Posts as places know them: who holds which, and that they pass on when grids change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.pages.columns import address_of
from gezhi.core.journal.actions import note
from gezhi.core.places.holders import Holder
from gezhi.core.places.models import Level, Place
from gezhi.core.staff.models import Post


def holders_at(places: Collection[UUID], day: date) -> Mapping[UUID, Sequence[Holder]]:
    """The posts held at each place on a day, in the order of the roles; one query."""
    found: dict[UUID, list[Holder]] = {}
    rows = (
        Post.objects.held(on=day)
        .filter(place__in=places)
        .select_related("role", "account")
        .order_by("role__order", "valid_from")
    )
    for post in rows:
        holder = Holder(
            post.role_id,
            post.role.named,
            post.account.name,
            post.acting_for_id is not None,
            post.account_id,
            address_of("staff.account_detail", post.account_id),
        )
        found.setdefault(post.place_id, []).append(holder)
    return found


def pass_on_posts(retiring: Place, successors: Sequence[Place], by: Actor, at: datetime) -> None:
    """Whoever holds a post at a retiring grid holds it at each of its successors from then on.

    So nobody loses sight of a home they look after; who keeps which new grid is settled by the
    office afterwards. A post that had not begun yet begins at the successors instead. Posts at a
    community end with it: a merger leaves more of them than there are to fill, so the office
    appoints anew, from the list on the page of the change.
    """
    on = successors[0].valid_from
    # principals first: an acting post refers to the one it stands in for
    posts = Post.objects.select_for_update().filter(place=retiring).not_over(on=on)
    rows = sorted(posts, key=lambda post: post.acting_for_id is not None)
    made: dict[tuple[UUID, UUID], Post] = {}
    ends = retiring.level == Level.COMMUNITY
    for post in () if ends else rows:
        for place in successors:
            if new := _at(place, post, max(on, post.valid_from), made):
                made[post.pk, place.pk] = new
    for post in rows:
        post.valid_to = max(on, post.valid_from)
        post.ended_reason = _("村（社区）撤并") if ends else _("网格调整")
        post.save(update_fields=["valid_to", "ended_reason"])
    note(changes={f"posts_of_{retiring.code}": len(rows)})


def _at(
    place: Place, post: Post, first: date, made: Mapping[tuple[UUID, UUID], Post]
) -> Post | None:
    """The same post at another place; None where the person holds it there already."""
    same = Post.objects.filter(account=post.account_id, role=post.role_id, place=place)
    if same.not_over(on=first).exists():
        return None
    acted_for = made.get((post.acting_for_id, place.pk)) if post.acting_for_id else None
    if post.acting_for_id and acted_for is None:
        return None
    new = Post(
        account_id=post.account_id,
        role_id=post.role_id,
        place=place,
        valid_from=first,
        valid_to=post.valid_to,
        acting_for=acted_for,
        granted_by=post.granted_by,
        granted_by_id=post.granted_by_id,
        waits=post.waits,
        agreed_by=post.agreed_by,
    )
    new.save(force_insert=True)
    return new


def posts_left(places: Collection[UUID], at: datetime) -> int:
    """How many posts at these places are not over."""
    rows = Post.objects.filter(place__in=places).exclude(valid_to__lte=F("valid_from"))
    return rows.not_over(on=timezone.localdate(at)).count()
