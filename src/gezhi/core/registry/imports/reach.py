"""How far the clerk who brought a sheet may write: as the posts were when they asked for it.

And which batches somebody sees: their own, and those of the community they may take back in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import polars as pl
from django.db.models import Q, QuerySet

from gezhi.base.actors import Actor, ActorKind, Holding, Origin
from gezhi.base.rights import Right
from gezhi.core.places.models import Place
from gezhi.core.registry import rights
from gezhi.core.registry.models import ImportBatch


def actor_as_json(actor: Actor) -> dict[str, Any]:
    """An actor for the job that goes on in their name; no personal data of residents."""
    return {
        "kind": actor.kind.value,
        "name": actor.name,
        "account_id": str(actor.account_id) if actor.account_id else None,
        "holdings": [
            asdict(one)
            | {
                "post_id": str(one.post_id),
                "place_id": str(one.place_id),
                "rights": sorted(one.rights),
            }
            for one in actor.holdings
        ],
        "second_factor_at": actor.second_factor_at.isoformat() if actor.second_factor_at else None,
        "origin": asdict(actor.origin),
    }


def actor_from_json(stored: Mapping[str, Any]) -> Actor:
    """What `actor_as_json` made."""
    shown = stored["second_factor_at"]
    return Actor(
        kind=ActorKind(stored["kind"]),
        name=stored["name"],
        account_id=UUID(stored["account_id"]) if stored["account_id"] else None,
        holdings=tuple(
            Holding(
                **{
                    **one,
                    "post_id": UUID(one["post_id"]),
                    "place_id": UUID(one["place_id"]),
                    "rights": frozenset(one["rights"]),
                }
            )
            for one in stored["holdings"]
        ),
        second_factor_at=datetime.fromisoformat(shown) if shown else None,
        origin=Origin(**stored["origin"]),
    )


def within_reach(actor: Actor, right: Right, prefix: str = "") -> pl.Expr:
    """Whether a row with `community_id` and `grid_id` (text) lies where the actor may write.

    `prefix` stands before the names of these two columns.
    """
    if reaches_everywhere(actor, right):
        return pl.lit(value=True)
    communities: list[str] = []
    grids: list[str] = []
    for holding in actor.holdings_with(right.code):
        (communities if holding.level == 2 else grids).append(str(holding.place_id))
    return (
        pl.col(f"{prefix}community_id").is_in(communities) | pl.col(f"{prefix}grid_id").is_in(grids)
    ).fill_null(value=False)


def reaches_everywhere(actor: Actor, right: Right) -> bool:
    """Whether the actor may write in the whole subdistrict."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    return any(holding.level == 1 for holding in actor.holdings_with(right.code))


def community_of(actor: Actor) -> UUID | None:
    """The one community that all posts of a clerk who may import lie in; None where several."""
    posts = list(actor.holdings_with(rights.IMPORT.code))
    if any(post.level == 1 for post in posts):
        return None
    found = {post.place_id for post in posts if post.level == 2}
    deeper = [post.place_id for post in posts if post.level > 2]
    if deeper:
        found |= set(Place.objects.filter(pk__in=deeper).values_list("community_id", flat=True))
    return found.pop() if len(found) == 1 else None


def batches_of(actor: Actor) -> QuerySet[ImportBatch]:
    """The batches somebody sees, and may take back if they hold that right.

    One's own; for who takes batches back in the whole subdistrict, everybody's; for who does so
    in a community, those brought for it by people who reach no further than it.
    """
    if actor.kind is ActorKind.SYSTEM:
        return ImportBatch.objects.all()
    posts = list(actor.holdings_with(rights.ROLLBACK_IMPORT.code))
    if any(post.level == 1 for post in posts):
        return ImportBatch.objects.all()
    seen = Q(account_id=actor.account_id)
    if communities := [post.place_id for post in posts if post.level == 2]:
        seen |= Q(community_id__in=communities, actor__kind=ActorKind.STAFF.value) & ~Q(
            actor__holdings__contains=[{"level": 1}]
        )
    return ImportBatch.objects.filter(seen)
