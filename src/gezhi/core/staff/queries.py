"""Named reads of accounts and posts."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from gezhi.base.actors import Actor, ActorKind, Holding, Origin
from gezhi.core.staff.models import Account, Post


def posts_held(account: Account, *, on: date) -> QuerySet[Post]:
    """The posts an account holds on a day, with role and place."""
    return (
        Post.objects.filter(account=account, valid_from__lte=on)
        .filter(Q(valid_to=None) | Q(valid_to__gt=on))
        .select_related("role", "place", "acting_for__account")
        .order_by("place__level", "place__code", "role__order")
    )


def actor_of(account: Account, *, on: date, origin: Origin) -> Actor:
    """Who an account acts as on a day: one query."""
    return Actor(
        kind=ActorKind.STAFF,
        name=account.name,
        account_id=account.pk,
        person_id=account.person_id,
        holdings=tuple(
            Holding(
                post_id=post.pk,
                role=post.role_id,
                role_title=post.role.title,
                place_id=post.place_id,
                level=post.place.level,
                path=post.place.path,
                place_name=post.place.name,
                rights=frozenset(post.role.rights),
                acting_for=post.acting_for.account.name if post.acting_for else "",
            )
            for post in posts_held(account, on=on)
        ),
        origin=origin,
    )
