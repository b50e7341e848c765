"""Who holds a right, and what roles there are: what areas below ask of staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q

from gezhi.core.staff.models import Post, Role


def accounts_holding(right: str, on: date, places: Sequence[UUID] = ()) -> list[UUID]:
    """Open accounts with a post that gives a right on a day; with `places`, one at these places
    or over the whole subdistrict."""
    posts = Post.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on),
        valid_from__lte=on,
        waits=False,
        role__rights__contains=[right],
        account__closed_at=None,
    )
    if places:
        posts = posts.filter(Q(place__in=places) | Q(place__level=1))
    return sorted(set(posts.values_list("account_id", flat=True)))


def role_titles() -> dict[str, str]:
    """Every role by code, in the office's order, in the reader's language."""
    return {role.code: role.named for role in Role.objects.only("code", "title", "title_en")}
