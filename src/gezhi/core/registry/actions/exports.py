"""Lists leaving the office: asked for with a purpose, agreed by a second person, logged, taken.

No finished file waits anywhere: what was agreed is written anew while it is handed over, from the
rows the asker may still see then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor
from gezhi.base.errors import Conflict, NotAllowed, Refusal
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.notices.actions import done, send
from gezhi.core.privacy import hooks, purposes
from gezhi.core.privacy.actions import record_access
from gezhi.core.privacy.models import AccessKind
from gezhi.core.registry import rights
from gezhi.core.registry.models import ExportRequest

ALONE_UP_TO: Final = 100
"""Rows of unmasked personal data one person may take on their own word."""
KEPT: Final = timedelta(hours=24)
"""How long an agreed list may be taken."""
UNDECIDED: Final = timedelta(days=7)
"""How long a request waits for the second person."""
NOTE_LETTERS: Final = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """A list somebody wants to take out."""

    page: str
    """URL name of the list."""
    query: str
    columns: tuple[str, ...]
    """Keys of the columns, those that leave unmasked with an exclamation mark in front."""
    kinds: frozenset[str]
    """Classes of the fields that leave unmasked."""
    rows: int
    purpose: str
    note: str
    personal: bool
    """Whether anything in it is about a person, masked or not."""


def must_be_agreed(rows: int, kinds: frozenset[str]) -> bool:
    """Whether a second person decides: more than 100 rows with anything personal unmasked."""
    return bool(kinds) and rows > ALONE_UP_TO


@action("registry.ask_export", gettext_noop("申请导出"), right=rights.EXPORT)
def ask_export(*, wish: Wish, by: Actor, at: datetime) -> ExportRequest:
    """Ask to take a list out. What needs no second person is agreed at once."""
    _refuse_purpose(wish, by, at)
    if by.account_id is None:
        raise NotAllowed(_("请登录后再导出"), "registry.export_needs_account")
    alone = not must_be_agreed(wish.rows, wish.kinds)
    post = by.post_for(rights.EXPORT.code)
    request = ExportRequest.objects.create(
        page=wish.page,
        query=_short(wish.query),
        columns=",".join(wish.columns)[:500],
        sensitive=bool(wish.kinds),
        rows=wish.rows,
        purpose=wish.purpose,
        note=wish.note,
        account_id=by.account_id,
        asked_by=by.name,
        post=post.title if post else "",
        asked_at=at,
        state="agreed" if alone else "waiting",
        file_until=at + KEPT if alone else None,
    )
    note(
        request,
        why=wish.note,
        changes={"page": wish.page, "rows": wish.rows, "purpose": wish.purpose, "alone": alone},
    )
    if not alone:
        _ask_others(request, by, at)
    return request


def _short(query: str) -> str:
    if len(query) > 1000:
        raise Refusal(_("筛选条件太长，请减少条件后再导出"), "registry.query_too_long")
    return query


def _refuse_purpose(wish: Wish, by: Actor, at: datetime) -> None:
    if not wish.personal:
        return
    if not wish.purpose:
        raise Refusal(_("请选择用途"), "registry.purpose_missing", field="purpose")
    if len(wish.note.strip()) < NOTE_LETTERS:
        raise Refusal(
            _("请写明事由（至少 4 个字），例如交给谁、用来做什么"),
            "registry.reason_missing",
            field="reason",
        )
    day = timezone.localdate(at)
    chosen = purposes.in_force(day).filter(pk=wish.purpose, offered=True).first()
    if chosen is None or not purposes.open_to(by, chosen):
        raise Refusal(
            _("这个用途不存在，或您的岗位不能使用，请重新选择"),
            "registry.unknown_purpose",
            field="purpose",
        )
    if not purposes.opens(chosen, sorted(wish.kinds)):
        raise Refusal(
            _("“%(purpose)s”不需要这些字段的明文，请改为打码导出、减少列或换一个用途")
            % {"purpose": chosen.title},
            "registry.field_beyond_purpose",
            field="purpose",
        )


def _ask_others(request: ExportRequest, by: Actor, at: datetime) -> None:
    """Put it on the to-do list of everybody who may agree, except the asker."""
    holders = hooks.accounts_holding(rights.AGREE_EXPORT.code, timezone.localdate(at))
    send(
        to=[account for account in holders if account != by.account_id],
        kind="registry.export",
        title=kept("导出申请待审批：%(name)s，%(n)s 行") % {"name": by.name, "n": request.rows},
        body=request.note,
        link=reverse("registry.decide_export", kwargs={"pk": request.pk}),
        todo=True,
        key=f"export/{request.pk}",
        by=by,
        at=at,
    )


@action("registry.decide_export", gettext_noop("审批导出申请"), right=rights.AGREE_EXPORT)
def decide_export(
    *, request: ExportRequest, agreed: bool, opinion: str = "", by: Actor, at: datetime
) -> ExportRequest:
    """Agree or send back; never one's own, and only once."""
    row = ExportRequest.objects.select_for_update().get(pk=request.pk)
    if row.account_id == by.account_id:
        raise NotAllowed(_("不能审批自己的导出申请，请由另一人审批"), "registry.own_export")
    if row.state != "waiting":
        raise Conflict(_("这份申请已处理，请刷新查看结果"), "registry.export_decided")
    if not agreed and not opinion.strip():
        raise Refusal(_("退回时请写明原因"), "registry.opinion_missing", field="opinion")
    row.state = "agreed" if agreed else "refused"
    row.decided_by_id, row.decided_by, row.decided_at = by.account_id, by.name, at
    row.opinion = opinion.strip()[:300]
    row.file_until = at + KEPT if agreed else None
    row.save()
    note(row, why=row.opinion, changes={"state": row.state})
    done(key=f"export/{row.pk}", by=by, at=at)
    send(
        to=[row.account_id],
        kind="registry.export",
        title=kept("导出申请已同意，请在 24 小时内下载") if agreed else kept("导出申请被退回"),
        body=row.opinion,
        link=reverse("registry.export", kwargs={"pk": row.pk}),
        by=by,
        at=at,
    )
    return row


def refusal_to_take(request: ExportRequest, by: Actor, at: datetime) -> Refusal | None:
    """Why a list cannot be taken now; None when it can."""
    if request.account_id != by.account_id:
        return NotAllowed(_("只有申请人本人可以下载"), "registry.not_your_export")
    if request.state == "waiting":
        return Refusal(_("还在等待审批"), "registry.export_waits")
    if request.state == "refused":
        return Refusal(_("申请已被退回"), "registry.export_refused")
    if request.state == "expired" or request.file_until is None or at > request.file_until:
        return Refusal(_("下载期限已过，请重新申请"), "registry.export_expired")
    return None


@action("registry.take_export", gettext_noop("下载导出清单"), right=rights.EXPORT)
def take_export(
    *,
    request: ExportRequest,
    subjects: Sequence[UUID],
    fields: Sequence[str],
    row_kind: str,
    by: Actor,
    at: datetime,
) -> ExportRequest:
    """Note that a list is taken: who is in it gets an entry each, then the watermark is given.

    Refused when there are more rows now than were agreed to.
    """
    row = ExportRequest.objects.select_for_update().get(pk=request.pk)
    if refusal := refusal_to_take(row, by, at):
        raise refusal
    if row.sensitive and len(subjects) > max(row.rows, ALONE_UP_TO):
        raise Refusal(
            _("符合条件的行数比申请时多，请按现在的行数重新申请"), "registry.more_rows_than_agreed"
        )
    row.state, row.made_at, row.taken_at = "made", row.made_at or at, at
    row.watermark = watermark_of(row, at)
    row.save(update_fields=["state", "made_at", "taken_at", "watermark"])
    if subjects:
        record_access(
            AccessKind.EXPORT,
            subjects,
            fields=fields,
            purpose=row.purpose,
            note=row.note,
            row_kind=row_kind,
            within=True,
            by=by,
            at=at,
        )
    note(row, why=row.note, changes={"rows": len(subjects), "fields": list(fields)})
    return row


def watermark_of(request: ExportRequest, at: datetime) -> str:
    """Who took it and when, as it stands on every page of the file."""
    moment = timezone.localtime(at)
    words = f"{request.asked_by} {request.post} {moment:%Y-%m-%d %H:%M}"
    return f"{words[:66]} #{str(request.pk)[-12:]}"


def late_exports(at: datetime) -> QuerySet[ExportRequest]:
    """What was agreed and not taken in time, and what nobody decided in a week."""
    untaken = Q(state__in=["agreed", "made"], file_until__lt=at)
    return ExportRequest.objects.filter(
        untaken | Q(state="waiting", asked_at__lt=at - UNDECIDED)
    ).order_by("pk")


@action("registry.expire_exports", gettext_noop("导出申请过期"))
def expire_exports(*, by: Actor, at: datetime) -> int:
    """Close what is late; who asked and was not answered hears of it."""
    rows = list(late_exports(at).select_for_update())
    for row in rows:
        if row.state != "waiting":
            continue
        done(key=f"export/{row.pk}", by=by, at=at)
        send(
            to=[row.account_id],
            kind="registry.export",
            title=kept("导出申请一周无人审批，已关闭；仍需要请重新申请"),
            link=reverse("registry.export", kwargs={"pk": row.pk}),
            by=by,
            at=at,
        )
    number = ExportRequest.objects.filter(pk__in=[row.pk for row in rows]).update(state="expired")
    note(changes={"expired": number})
    return number
