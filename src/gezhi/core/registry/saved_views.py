"""Saved filters of lists: the hooks every list page asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from gezhi.base.actors import Actor
from gezhi.base.pages import hooks
from gezhi.core.registry.actions.saved_views import MOST, drop_view, save_view
from gezhi.core.registry.models import SavedView


def saved_views(actor: Actor, page: str) -> Sequence[hooks.SavedView]:
    """The actor's own saved filters of a list and those others share; their rights count."""
    rows = SavedView.objects.filter(
        Q(account_id=actor.account_id) | Q(shared=True), page=page
    ).order_by("title")
    return [
        hooks.SavedView(row.pk, row.title, row.query, row.account_id != actor.account_id)
        for row in rows[:MOST]
    ]


def save(actor: Actor, page: str, title: str, query: str, at: datetime) -> None:
    """`pages.hooks.save_view`."""
    save_view(page=page, title=title, query=query, by=actor, at=at)


def drop(actor: Actor, page: str, view_id: UUID, at: datetime) -> None:
    """`pages.hooks.drop_view`."""
    drop_view(view_id=view_id, by=actor, at=at)
