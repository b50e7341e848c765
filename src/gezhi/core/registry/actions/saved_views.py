"""Saved filters of lists: kept under a name, and forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.core.journal.actions import action, note
from gezhi.core.registry.models import SavedView

MOST: Final = 30
"""So many of one list has one account."""


@action("registry.save_view", gettext_noop("保存常用查询"))
def save_view(*, page: str, title: str, query: str, by: Actor, at: datetime) -> None:
    """Keep a list's query under a name; the same name again replaces it."""
    if by.account_id is None:
        raise Refusal(_("请登录后再保存"), "registry.no_account")
    if len(query) > 1000:
        raise Refusal(_("筛选条件太长，请减少后再保存"), "registry.query_too_long")
    mine = SavedView.objects.filter(account_id=by.account_id, page=page)
    if mine.exclude(title=title).count() >= MOST:
        raise Refusal(_("这个清单最多保存 %(n)s 组条件") % {"n": MOST}, "registry.many_views")
    row, _made = SavedView.objects.update_or_create(
        account_id=by.account_id,
        page=page,
        title=title,
        defaults={"query": query, "saved_at": at},
    )
    note(row, changes={"page": page})


@action("registry.drop_view", gettext_noop("删除常用查询"))
def drop_view(*, view_id: UUID, by: Actor, at: datetime) -> None:
    """Forget one of one's own saved queries."""
    SavedView.objects.filter(Q(account_id=by.account_id), pk=view_id).delete()
    note(changes={"dropped": str(view_id)})
