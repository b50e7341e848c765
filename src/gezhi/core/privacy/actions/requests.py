"""What a person asks about their own data, and the office's answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor, ActorKind
from gezhi.base.errors import Conflict, NotAllowed, Refusal
from gezhi.base.retelling import to_keep
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.notices.actions import done, send
from gezhi.core.privacy import hooks, people, rights
from gezhi.core.privacy.clocks import clock_of, due_at
from gezhi.core.privacy.grounds import refusals_for
from gezhi.core.privacy.models import AccessEntry, RequestKind, RequestState, RightsRequest
from gezhi.core.privacy.retention import erase_person
from gezhi.core.privacy.wanted import all_wanted

CONTENT_LETTERS: Final = 4
ANSWER_LETTERS: Final = 2
NUMBER_TRIES: Final = 20


@action("privacy.file_request", gettext_noop("提出个人信息权利申请"))
def file_request(
    *,
    kind: str,
    subject_id: UUID,
    content: str,
    field: str = "",
    entry: AccessEntry | None = None,
    through: str = "web",
    by: Actor,
    at: datetime,
) -> RightsRequest:
    """Take in what a person asks, from themselves or at the counter; its clock runs from now.

    `field` is the key of the field a correction is about (`registry.Person.phone`), `entry` the
    reading a question is about.
    """
    person = people.person(subject_id)
    if person is None or not _may_file(person, by):
        raise NotAllowed(_("只能为本人，或在窗口为到场的本人提出申请"), "privacy.not_ones_own")
    if kind not in RequestKind.values:
        raise Refusal(_("请选择申请的种类"), "privacy.unknown_kind", field="kind")
    if kind == RequestKind.ASK and (entry is None or entry.subject_id != subject_id):
        raise Refusal(_("请从“谁看过我的信息”中选择要询问的一次查阅"), "privacy.nothing_asked")
    if field and tuple(field.rsplit(".", 1)) not in all_wanted():
        raise Refusal(_("没有这项信息"), "privacy.unknown_field", field="field")
    if kind == RequestKind.CORRECT and not field:
        raise Refusal(_("请选择要更正哪一项"), "privacy.field_missing", field="field")
    if kind in NEEDS_WORDS and len(content.strip()) < CONTENT_LETTERS:
        raise Refusal(
            _("请简单写明情况（至少 4 个字），方便尽快办理"),
            "privacy.content_missing",
            field="content",
        )
    if entry is not None and entry.questions.filter(state=RequestState.OPEN).exists():
        raise Conflict(_("这次查阅您已经询问过，正在办理"), "privacy.asked_already")
    clock = clock_of(timezone.localdate(at))
    request = _numbered(
        RightsRequest(
            kind=kind,
            subject_id=subject_id,
            community_id=person.community_id,
            grid_id=person.grid_id,
            entry=entry,
            content=content.strip()[:1000],
            field=field,
            filed_at=at,
            filed_through=through,
            due_at=due_at(clock),
            legal_limit=clock.legal_limit,
        ),
        at,
    )
    answering = hooks.accounts_holding(
        rights.ANSWER_REQUESTS.code,
        timezone.localdate(at),
        [one for one in (person.community_id, person.grid_id) if one],
    )
    asked_about = entry.account_id if entry is not None else None
    send(
        to=[one for one in answering if one != asked_about],
        kind="privacy.request",
        title=kept("个人信息申请 %(number)s：%(kind)s")
        % {"number": request.number, "kind": to_keep(RequestKind(kind).label)},
        body=kept("应在 %(day)s 前答复")
        % {"day": f"{timezone.localtime(request.due_at):%Y-%m-%d}"},
        link=f"/privacy/requests/{request.pk}/",
        todo=True,
        key=f"privacy.request/{request.pk}",
        by=by,
        at=at,
    )
    note(request, person_id=subject_id, changes={"kind": kind, "number": request.number})
    return request


NEEDS_WORDS: Final = frozenset(
    {RequestKind.CORRECT, RequestKind.DELETE, RequestKind.RESTRICT, RequestKind.ASK}
)
"""Kinds that cannot be answered without knowing what is meant."""


@action("privacy.withdraw_request", gettext_noop("撤回个人信息权利申请"))
def withdraw_request(request: RightsRequest, *, by: Actor, at: datetime) -> RightsRequest:
    """Take back one's own open request."""
    locked = _open(request)
    if by.person_id != locked.subject_id:
        raise NotAllowed(_("只能撤回自己的申请"), "privacy.not_ones_own")
    locked.state, locked.decided_at = RequestState.WITHDRAWN, at
    locked.save(update_fields=["state", "decided_at"])
    done(key=f"privacy.request/{locked.pk}", by=by, at=at)
    note(locked, person_id=locked.subject_id)
    return locked


@action(
    "privacy.answer_request", gettext_noop("答复个人信息权利申请"), right=rights.ANSWER_REQUESTS
)
def answer_request(
    request: RightsRequest,
    *,
    granted: bool,
    answer: str,
    ground: str = "",
    value: Any = None,
    by: Actor,
    at: datetime,
) -> RightsRequest:
    """Answer an open request: granted, or refused on a ground that the law knows for its kind.

    Not by the one whose reading is asked about. What is granted is done in the same transaction:
    a correction writes `value` into the register, where the field takes one; a deletion empties
    the field, or erases somebody who no longer lives here; a restriction blocks the data at once.
    """
    locked = _open(request)
    if not rights.ANSWER_REQUESTS.covers(by, locked):
        raise NotAllowed(_("这份申请不归您办理"), "privacy.not_yours")
    if locked.entry is not None and locked.entry.account_id == by.account_id:
        raise NotAllowed(_("询问的正是您的查阅，须由另一人答复"), "privacy.asked_about_oneself")
    if by.person_id is not None and by.person_id == locked.subject_id:
        raise NotAllowed(_("不能答复自己的申请"), "privacy.own_request")
    if len(answer.strip()) < ANSWER_LETTERS:
        raise Refusal(
            _("请写明答复内容（至少 2 个字），本人会看到"), "privacy.answer_missing", field="answer"
        )
    if granted:
        _carry_out(locked, value, by, at)
    elif ground not in refusals_for(locked.kind):
        raise Refusal(
            _("不予办理须说明法律依据；这类申请没有依据就不能拒绝"),
            "privacy.ground_missing",
            field="ground",
        )
    locked.state = RequestState.GRANTED if granted else RequestState.REFUSED
    locked.refused_on = "" if granted else ground
    locked.decided_at, locked.decided_by, locked.decided_by_id = at, by.name, by.account_id
    locked.answer = answer.strip()[:500]
    locked.save()
    done(key=f"privacy.request/{locked.pk}", by=by, at=at)
    note(
        locked,
        person_id=locked.subject_id,
        changes={"kind": locked.kind, "state": locked.state, "ground": ground},
    )
    return locked


def _carry_out(request: RightsRequest, value: Any, by: Actor, at: datetime) -> None:
    """What follows from granting a request, done by whoever keeps the registers."""
    about: dict[str, Any] = {
        "person_id": request.subject_id,
        "number": request.number,
        "by": by,
        "at": at,
    }
    if request.kind == RequestKind.RESTRICT:
        hooks.restrict(**about)
    elif request.kind == RequestKind.CORRECT:
        if hooks.correction_input(request.field) is None:
            return  # made in the register beforehand: it is no single value
        if value in (None, ""):
            raise Refusal(_("请填写更正后的内容"), "privacy.value_missing", field="value")
        hooks.correct(field=request.field, value=value, **about)
    elif request.kind == RequestKind.DELETE and request.field:
        hooks.delete_field(field=request.field, **about)
    elif request.kind == RequestKind.DELETE:
        person = people.person(request.subject_id)
        if person is not None and person.state == people.PRESENT:
            raise Refusal(
                _("本人仍在册居住，不能整份删除；可先登记迁出，或指明删除哪一项"),
                "privacy.still_lives_here",
            )
        if person is not None:
            erase_person(request.subject_id)


def _may_file(person: Any, by: Actor) -> bool:
    if by.kind is ActorKind.STAFF and rights.ISSUE_CODES.covers(by, person):
        return True
    return by.person_id is not None and by.person_id == person.pk


def _open(request: RightsRequest) -> RightsRequest:
    locked: RightsRequest = RightsRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if locked.state != RequestState.OPEN:
        raise Conflict(
            _("这份申请已办结：%(state)s") % {"state": locked.get_state_display()},
            "privacy.request_closed",
        )
    return locked


def _numbered(request: RightsRequest, at: datetime) -> RightsRequest:
    """Save under the day's next number: `GR20220901-003`."""
    stem = f"GR{timezone.localdate(at):%Y%m%d}-"
    taken = RightsRequest.objects.filter(number__startswith=stem).count()
    for number in range(taken + 1, taken + NUMBER_TRIES):
        request.number = f"{stem}{number:03}"
        try:
            with transaction.atomic():
                request.save(force_insert=True)
        except IntegrityError:
            if not RightsRequest.objects.filter(number=request.number).exists():
                raise
            continue  # somebody else filed at the same moment
        return request
    raise Conflict(_("同时提出的申请太多，请稍后再试"), "privacy.number_taken")
