"""Posts: granted, agreed to by a second person where it matters, stood in for, and left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base import handover
from gezhi.base.actors import Actor, ActorKind
from gezhi.base.errors import Refusal
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.notices import actions as notices
from gezhi.core.places.models import Place
from gezhi.core.staff import queries, rights, rules
from gezhi.core.staff.actions.refusing import demand_second_factor, refuse
from gezhi.core.staff.actions.second_person import ask_second_person, deciding_refusal
from gezhi.core.staff.models import Account, Post, Role, Unit
from gezhi.core.staff.rules import Term


@action("staff.grant_post", _lazy("任命岗位"), right=rights.GRANT_POSTS)
def grant_post(
    *,
    account: Account,
    role: Role,
    place: Place,
    valid_from: date,
    valid_to: date | None = None,
    unit: Unit | None = None,
    by: Actor,
    at: datetime,
) -> Post:
    """Give somebody a role at a place, from a day on, up to and without another.

    With `unit` the post belongs to a responsible unit: what is handed to it lies with them too.
    Where the role reaches far it waits until a second person agrees (`Post.waits`).
    """
    demand_second_factor(by, at)
    term = Term(valid_from, valid_to)
    return _grant(account, role, place, term, None, unit=unit, by=by, at=at)


@action("staff.grant_acting_post", _lazy("任命代行岗位"), right=rights.GRANT_POSTS)
def grant_acting_post(
    *, post: Post, deputy: Account, valid_from: date, valid_to: date, by: Actor, at: datetime
) -> Post:
    """Let somebody stand in for the holder of a post: both are named, and it ends by itself."""
    demand_second_factor(by, at)
    term = Term(valid_from, valid_to)
    refuse(
        rules.acting_reason(
            term,
            acted_for=post.term,
            holder=post.account_id,
            deputy=deputy.pk,
            is_acting=post.acting_for_id is not None,
        ),
        field="valid_to",
    )
    if post.waits:
        raise Refusal(_("原岗位尚待复核，不能由他人代行"), "staff.acting_for_waiting")
    return _grant(deputy, post.role, post.place, term, post, unit=post.unit, by=by, at=at)


def _grant(
    account: Account,
    role: Role,
    place: Place,
    term: Term,
    acted_for: Post | None,
    *,
    unit: Unit | None,
    by: Actor,
    at: datetime,
) -> Post:
    today = timezone.localdate(at)
    # One grant to a person at a time: two at once could together break what each keeps.
    account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if account.closed_at is not None:
        raise Refusal(_("账号已停用，不能任命"), "staff.account_closed", field="account")
    if place.valid_to is not None and place.valid_to <= today:
        raise Refusal(_("该网格已停用，请选择现有网格"), "staff.place_closed", field="place")
    if unit is not None and unit.closed_at is not None:
        raise Refusal(_("该单位已停用，请另选单位"), "staff.unit_closed", field="unit")
    refuse(rules.term_reason(term), field="valid_to")
    if term.first < today:
        raise Refusal(
            _("任职日期不能早于今天：过去的权限不能补发"), "staff.term_past", field="valid_from"
        )
    facts = role.facts
    refuse(
        rules.grant_reason(
            facts,
            place_level=place.level,
            to_oneself=account.pk == by.account_id,
            held=queries.roles_beside(account, term),
        ),
        field="role",
    )
    waits = by.kind is not ActorKind.SYSTEM and rules.needs_second_person(
        facts, queries.sensitive_rights()
    )
    post = Post(
        account=account,
        role=role,
        place=place,
        unit=unit,
        valid_from=term.first,
        valid_to=term.end,
        acting_for=acted_for,
        granted_by=by.name,
        granted_by_id=by.account_id,
        waits=waits,
    )
    try:
        with transaction.atomic():
            post.save(force_insert=True)
    except IntegrityError:
        raise Refusal(
            _("该人员在这段时间已有同一岗位，请核对日期"), "staff.post_twice", field="valid_from"
        ) from None
    note(
        post,
        place_id=place.pk,
        changes={
            "account": account.pk,
            "role": role.pk,
            "from": term.first,
            "to": term.end,
            "acting_for": acted_for.pk if acted_for else None,
            "waits": waits,
        },
    )
    if waits:
        _ask_second_person(post, by=by, at=at)
    else:
        _tell(post, by=by, at=at)
    return post


# --- the second person -----------------------------------------------------------------


def _key(post: Post) -> str:
    return f"staff.agree:{post.pk}"


def _ask_second_person(post: Post, *, by: Actor, at: datetime) -> None:
    ask_second_person(
        rights.AGREE_POSTS,
        but={post.account_id},
        title=kept("岗位任命待复核：%(role)s（%(place)s）")
        % {"role": post.role.title, "place": post.place.name},
        body=kept("提出人：%(name)s") % {"name": by.name},
        link=reverse("staff.post", kwargs={"pk": post.pk}),
        key=_key(post),
        by=by,
        at=at,
    )


def _tell(post: Post, *, by: Actor, at: datetime) -> None:
    """Tell the holder of the post."""
    notices.send(
        to=[post.account_id],
        kind="staff.post",
        title=kept("您已任职：%(place)s %(role)s")
        % {"place": post.place.name, "role": post.role.title},
        link=reverse("staff.account"),
        by=by,
        at=at,
    )


@action("staff.agree_post", _lazy("复核同意任命"), right=rights.AGREE_POSTS)
def agree_post(*, post: Post, by: Actor, at: datetime) -> Post:
    """Agree to a proposed post: it counts from now on, or from its first day if that is later."""
    demand_second_factor(by, at)
    Account.objects.select_for_update(no_key=True).get(pk=post.account_id)
    post = _locked(post)
    if refusal := agree_refusal(post, by):
        raise refusal
    # What the person holds may have changed since it was proposed.
    others = (
        other.role.facts
        for other in queries.posts_of(post.account).filter(waits=False)
        if other.term.overlaps(post.term)
    )
    refuse(rules.together_reason(post.role.facts, others))
    post.waits, post.agreed_by = False, by.name
    post.save(update_fields=["waits", "agreed_by"])
    notices.done(key=_key(post), by=by, at=at)
    _tell(post, by=by, at=at)
    note(post, place_id=post.place_id, changes={"agreed": True})
    return post


@action("staff.refuse_post", _lazy("复核退回任命"), right=rights.AGREE_POSTS)
def refuse_post(*, post: Post, reason: str, by: Actor, at: datetime) -> None:
    """Decline a proposed post; it was never held, and goes."""
    demand_second_factor(by, at)
    if refusal := agree_refusal(post, by):
        raise refusal
    note(
        post,
        place_id=post.place_id,
        why=reason,
        changes={"agreed": False, "account": post.account_id, "role": post.role_id},
    )
    notices.done(key=_key(post), by=by, at=at)
    if post.granted_by_id is not None:
        notices.send(
            to=[post.granted_by_id],
            kind="staff.refused",
            title=kept("岗位任命被退回：%(role)s（%(place)s）")
            % {"role": post.role.title, "place": post.place.name},
            body=reason,
            by=by,
            at=at,
        )
    post.delete()


def _locked(post: Post) -> Post:
    """The post as it stands now, held until the transaction ends."""
    rows = Post.objects.select_for_update(of=("self",))
    return rows.select_related("role", "place", "account").get(pk=post.pk)


def agree_refusal(post: Post, by: Actor) -> Refusal | None:
    """Why this person may not decide on a proposal; guards the buttons and the writes."""
    return deciding_refusal(
        by, waits=post.waits, proposer=post.granted_by_id, receiver=post.account_id
    )


# --- leaving ---------------------------------------------------------------------------


@action("staff.end_post", _lazy("办理离任"), right=rights.GRANT_POSTS)
def end_post(
    *,
    post: Post,
    on: date,
    reason: str,
    successor: Account | None = None,
    by: Actor,
    at: datetime,
) -> Post:
    """End a post: `on` is the first day it is no longer held, today at the earliest.

    Whoever leaves their last post hands over what waits for them; what can be moved at a stroke
    goes to the successor. Those who stand in for the post stop with it.
    """
    demand_second_factor(by, at)
    today = timezone.localdate(at)
    post = _locked(post)
    if refusal := end_refusal(post, by, today=today):
        raise refusal
    end = max(on, post.valid_from)
    if on < today:
        raise Refusal(_("离任日期不能早于今天"), "staff.end_past", field="on")
    if post.valid_to is not None and end > post.valid_to:
        raise Refusal(_("离任日期不能晚于原定的截止日期"), "staff.end_after_term", field="on")
    if successor is not None and (successor.pk == post.account_id or successor.closed_at):
        raise Refusal(
            _("接手人须是另一位在用账号的人员"), "staff.wrong_successor", field="successor"
        )
    waiting = handover.handover_list(post.account_id)
    others = Post.objects.not_over(on=end).filter(account_id=post.account_id).exclude(pk=post.pk)
    has_others = others.exists()
    refuse(
        rules.leaving_reason(
            waiting=sum(one.number for one in waiting),
            unmovable=sum(one.number for one in waiting if not one.movable),
            has_successor=successor is not None,
            has_other_posts=has_others,
        ),
        field="successor",
    )
    moved = 0
    if successor is not None and not has_others:
        moved = handover.move_all(post.account_id, successor.pk, by, at)
    _end([post], end=end, reason=reason)
    acting = list(Post.objects.not_over(on=end).filter(acting_for=post))
    _end(acting, end=end, reason=_("原岗位离任"))
    note(
        post,
        place_id=post.place_id,
        why=reason,
        changes={
            "account": post.account_id,
            "role": post.role_id,
            "to": end,
            "acting_ended": len(acting),
            "handed_over": moved,
        },
    )
    return post


def _end(posts: Iterable[Post], *, end: date, reason: str) -> None:
    for post in posts:
        post.valid_to = max(end, post.valid_from)
        post.ended_reason = reason[:100]
        post.save(update_fields=["valid_to", "ended_reason"])


def end_refusal(post: Post, by: Actor, *, today: date) -> Refusal | None:
    """Why a post cannot be ended; guards the button and the write."""
    if post.valid_to is not None and post.valid_to <= today:
        return Refusal(_("这个岗位已经离任"), "staff.post_over")
    if post.account_id == by.account_id:
        return Refusal(_("不能办理自己的离任，请由另一位管理员办理"), "staff.end_own_post")
    return None
