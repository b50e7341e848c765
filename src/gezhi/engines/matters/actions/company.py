"""Named writes beside the steps: who is told, what is said, what has to do with what."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.notices.actions import send
from gezhi.engines.matters import refusing, rights
from gezhi.engines.matters.actions.moving import address_of
from gezhi.engines.matters.models import Comment, Follower, Link, LinkKind, Matter


@action("matters.follow", _lazy("关注事项"), right=rights.INBOX)
def follow(*, matter: Matter, accounts: list[UUID], by: Actor, at: datetime) -> int:
    """Have accounts told how a matter goes on; returns how many are new."""
    known = set(matter.followers.values_list("account_id", flat=True))
    fresh = sorted(set(accounts) - known)
    rows = [Follower(matter=matter, account_id=one, since=at) for one in fresh]
    Follower.objects.bulk_create(rows, ignore_conflicts=True)
    note(matter, changes={"followers": fresh})
    return len(fresh)


@action("matters.unfollow", _lazy("取消关注"), right=rights.INBOX)
def unfollow(*, matter: Matter, by: Actor, at: datetime) -> None:
    """Stop following; nothing happens to whoever does not."""
    if by.account_id is not None:
        matter.followers.filter(account_id=by.account_id).delete()
    note(matter)


@action("matters.comment", _lazy("发表意见"), right=rights.INBOX)
def comment(*, matter: Matter, text: str, by: Actor, at: datetime) -> Comment:
    """Write something about a matter beside its steps."""
    if by.account_id is None:
        raise ValueError("a comment is somebody's")
    if not text.strip():
        raise Refusal(_("请填写内容"), "matters.nothing_said", field="text")
    if len(text.strip()) > 500:
        raise Refusal(_("内容最多 500 字"), "matters.too_long", field="text")
    row = Comment.objects.create(
        matter=matter, at=at, by=by.name, account_id=by.account_id, text=text.strip()
    )
    note(matter, changes={"comment": row.pk})
    return row


@action("matters.withdraw_comment", _lazy("撤回意见"), right=rights.INBOX)
def withdraw_comment(*, comment: Comment, by: Actor, at: datetime) -> None:
    """Take back one's own comment; that there was one stays."""
    row = Comment.objects.select_for_update().get(pk=comment.pk)
    if row.account_id != by.account_id:
        raise refusing.not_yours()
    if row.withdrawn_at is None:
        row.text, row.withdrawn_at = "", at
        row.save(update_fields=["text", "withdrawn_at"])
    note(row.matter, changes={"comment": row.pk})


@action("matters.link", _lazy("关联事项"), right=rights.INBOX)
def link(*, matter: Matter, other: Matter, kind: str, by: Actor, at: datetime) -> Link:
    """Say that two matters have to do with each other; twice is once."""
    if matter.pk == other.pk:
        raise Refusal(_("不能与自己关联"), "matters.linked_to_itself", field="other")
    if kind not in LinkKind.values:
        raise Refusal(_("请选择关联方式"), "matters.no_such_link", field="kind")
    row, _made = Link.objects.get_or_create(
        matter=matter, other=other, kind=kind, defaults={"made_at": at, "made_by": by.name}
    )
    note(matter, changes={"other": other.number, "kind": kind})
    return row


@action("matters.unlink", _lazy("取消关联"), right=rights.INBOX)
def unlink(*, link: Link, by: Actor, at: datetime) -> None:
    """Take a link of two matters back; what the platform made by a step stays with that step."""
    row = Link.objects.select_for_update(of=("self",)).select_related("matter", "other")
    found = row.get(pk=link.pk)
    if found.kind != LinkKind.ABOUT:
        raise Refusal(_("这是办理步骤建立的关联，不能单独取消"), "matters.link_of_a_step")
    found.delete()
    note(found.matter, changes={"other": found.other.number, "kind": found.kind})


@action("matters.tell_followers", _lazy("告知关注人"))
def tell_followers(*, matter: Matter, revision: int, but: str, by: Actor, at: datetime) -> int:
    """Tell whoever follows a matter, and whoever opened it, where a revision of it led.

    `but` is the account that took the step, as text: it knows already.
    """
    step = matter.history.get(number=revision)
    to = set(matter.followers.values_list("account_id", flat=True))
    if matter.opened_by_id is not None:
        to.add(matter.opened_by_id)
    return send(
        to=[one for one in to if str(one) != but],
        kind="matters.moved",
        title=kept("%(matter)s：%(state)s")
        % {"matter": matter, "state": matter.workflow.state_title(step.went_to)},
        link=address_of(matter),
        key=f"matters.moved/{matter.pk}/{revision}",
        by=by,
        at=at,
    )
