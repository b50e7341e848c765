"""Named writes on subscriptions: make, change, stop, resume, end; and have events sent again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.happenings import Happening
from gezhi.base.ids import uuid7
from gezhi.base.sentences import _ as kept
from gezhi.core.cells.queries import cell_here
from gezhi.core.journal.actions import action, note
from gezhi.core.notices.actions import send
from gezhi.core.staff.models import Post
from gezhi.engines.webhooks import queries, rights, rules
from gezhi.engines.webhooks.actions import sending
from gezhi.engines.webhooks.models import Delivery, Subscription

LONGEST = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class MadeSecret:
    """A fresh secret in the clear: shown once, stored nowhere."""

    subscription: Subscription
    secret: str = field(repr=False)


@action("webhooks.subscribe", _lazy("登记推送订阅"), right=rights.MANAGE)
def subscribe(
    *,
    name: str,
    url: str,
    kinds: Collection[str],
    whats: Collection[str],
    by: Actor,
    at: datetime,
) -> MadeSecret:
    """Tell a system outside of what happens from now on."""
    _check(url)
    row = Subscription(
        name=name.strip(),
        url=url.strip(),
        kinds=sorted(kinds),
        whats=sorted(whats),
        made_at=at,
        made_by=by.name,
        read_until=at,
    )
    _save(row)
    note(row, changes={"name": row.name, "url": row.url, "kinds": row.kinds})
    return MadeSecret(row, rules.secret_shown(queries.secret_of(row)))


@action("webhooks.change", _lazy("变更推送订阅"), right=rights.MANAGE)
def change(
    *,
    subscription: Subscription,
    name: str,
    url: str,
    kinds: Collection[str],
    whats: Collection[str],
    by: Actor,
    at: datetime,
) -> Subscription:
    """Change where events go, and which."""
    _check(url)
    row = _locked(subscription)
    row.name, row.url = name.strip(), url.strip()
    row.kinds, row.whats = sorted(kinds), sorted(whats)
    _save(row)
    note(row, changes={"name": row.name, "url": row.url, "kinds": row.kinds})
    return row


def _check(url: str) -> None:
    if rules.address_wrong(url.strip()):
        raise Refusal(
            _("接收地址须是 https:// 开头的完整网址，不带用户名和密码"),
            "webhooks.wrong_address",
            field="url",
        )


def _save(row: Subscription) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refusal(
            _("已有同名订阅，请换一个名称"), "webhooks.name_taken", field="name"
        ) from None


@action("webhooks.renew_secret", _lazy("换签名密钥"), right=rights.MANAGE)
def renew_secret(*, subscription: Subscription, by: Actor, at: datetime) -> MadeSecret:
    """A new secret, shown once; what is sent from now on is signed with it."""
    row = _locked(subscription)
    row.salt = uuid7()
    row.save(update_fields=["salt"])
    note(row)
    return MadeSecret(row, rules.secret_shown(queries.secret_of(row)))


@action("webhooks.stop", _lazy("停用推送"))
def stop(
    *,
    subscription: Subscription,
    reason: str = "",
    by_itself: bool = False,
    by: Actor,
    at: datetime,
) -> None:
    """Send nothing more until somebody resumes it; nothing that happens meanwhile is lost.

    `by_itself`: the receiver failed too often, or wants no more; whoever manages is told.
    """
    if not by_itself:
        rights.MANAGE.demand(by)
    row = _locked(subscription)
    if refusal := stop_refusal(row, by):
        if by_itself:
            return
        raise refusal
    row.stopped_at = at
    row.stopped_why = kept("连续送不到，已自动停用") if by_itself else reason[:200]
    row.save(update_fields=["stopped_at", "stopped_why"])
    if by_itself:
        send(
            to=_managers(at),
            kind="webhooks.stopped",
            title=kept("推送“%(name)s”连续送不到，已停用") % {"name": row.name},
            body=kept("修好接收方以后点“恢复”，期间的事件会补送"),
            link=reverse("webhooks.subscription", kwargs={"pk": row.pk}),
            by=by,
            at=at,
        )
    note(row, why=reason)


def _managers(at: datetime) -> set[UUID]:
    posts = Post.objects.held(on=timezone.localdate(at)).filter(
        role__rights__contains=[rights.MANAGE.code], account__closed_at=None
    )
    return set(posts.values_list("account_id", flat=True))


@action("webhooks.resume", _lazy("恢复推送"), right=rights.MANAGE)
def resume(*, subscription: Subscription, by: Actor, at: datetime) -> None:
    """Go on, with all that happened meanwhile."""
    row = _locked(subscription)
    if refusal := resume_refusal(row, by):
        raise refusal
    row.stopped_at, row.stopped_why, row.failures = None, "", 0
    row.save(update_fields=["stopped_at", "stopped_why", "failures"])
    Delivery.objects.filter(subscription=row, standing="waiting").update(next_at=at)
    note(row)


@action("webhooks.end", _lazy("撤销推送订阅"), right=rights.MANAGE)
def end(*, subscription: Subscription, reason: str, by: Actor, at: datetime) -> None:
    """End a subscription for good; its log stays as long as logs do."""
    row = _locked(subscription)
    if refusal := over_refusal(row, by):
        raise refusal
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    note(row, why=reason)


@action("webhooks.try_out", _lazy("试推送"), right=rights.MANAGE)
def try_out(*, subscription: Subscription, by: Actor, at: datetime) -> Delivery:
    """Send an event that tells of nothing, to see whether the way is open."""
    row = _locked(subscription)
    if refusal := send_refusal(row, by):
        raise refusal
    key = uuid7()
    event = rules.trial(key=str(key), subject=str(row.pk), at=at, cell=cell_here().code)
    # each trial is a subject of its own: one that failed holds up no other
    happening = Happening(key, key, "webhooks", "trial", "", "", "", 1, "", at)
    made = sending.delivery(row, event, happening, at)
    made.save()
    note(row)
    _send_soon(row)
    return made


@action("webhooks.send_again", _lazy("重新推送"), right=rights.MANAGE)
def send_again(*, rows: Iterable[Delivery], by: Actor, at: datetime) -> int:
    """Send these events again, with the ids they had; returns how many."""
    chosen = Delivery.objects.filter(pk__in=[one.pk for one in rows], subscription__ended_at=None)
    for subscription in Subscription.objects.filter(deliveries__in=chosen).distinct():
        _send_soon(subscription)
    number = sending.renew(chosen, at)
    note(changes={"number": number})
    return number


@action("webhooks.send_period_again", _lazy("按时间重新推送"), right=rights.MANAGE)
def send_period_again(
    *, subscription: Subscription, since: datetime, until: datetime, by: Actor, at: datetime
) -> int:
    """Send all that happened in a stretch of time again, with the ids they had."""
    row = _locked(subscription)
    if refusal := send_refusal(row, by):
        raise refusal
    if not since < until:
        raise Refusal(_("开始时间须早于结束时间"), "webhooks.no_period", field="until")
    if until - since > LONGEST:
        raise Refusal(_("一次最多重送 90 天"), "webhooks.long_period", field="since")
    number = sending.again(row, since, until, at)
    note(row, changes={"number": number})
    _send_soon(row)
    return number


def _send_soon(row: Subscription) -> None:
    from gezhi.engines.webhooks import jobs

    jobs.send_events.enqueue(lock=f"webhooks/{row.pk}", subscription=str(row.pk))


def _locked(subscription: Subscription) -> Subscription:
    return Subscription.objects.select_for_update().get(pk=subscription.pk)


# --- what guards buttons and writes alike ------------------------------------------------------


def over_refusal(row: Subscription, by: Actor) -> Refusal | None:
    """Why nothing can be done with it any more."""
    if row.state == "ended":
        return Refusal(_("订阅已撤销，需要时请重新登记"), "webhooks.over")
    return None


def stop_refusal(row: Subscription, by: Actor) -> Refusal | None:
    """Why it cannot be stopped."""
    if row.state == "stopped":
        return Refusal(_("已经停用"), "webhooks.stopped")
    return over_refusal(row, by)


def resume_refusal(row: Subscription, by: Actor) -> Refusal | None:
    """Why it cannot be resumed."""
    if row.state == "active":
        return Refusal(_("没有停用，不用恢复"), "webhooks.running")
    return over_refusal(row, by)


def send_refusal(row: Subscription, by: Actor) -> Refusal | None:
    """Why nothing can be sent."""
    if row.state == "stopped":
        return Refusal(_("推送已停用，请先恢复"), "webhooks.stopped")
    return over_refusal(row, by)
