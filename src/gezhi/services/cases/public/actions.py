"""Named writes of people who are not signed in, and what the office answers them in public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor, ActorKind, Holding, Origin, system
from gezhi.base.errors import Conflict, Refusal
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.notices.actions import send
from gezhi.engines.matters.actions import take
from gezhi.engines.matters.attachments import Incoming, Stage
from gezhi.engines.matters.attachments.actions import attach_within
from gezhi.engines.matters.models import Matter
from gezhi.services.cases import actions, rights, rules, telling
from gezhi.services.cases.models import Case, Joiner, State
from gezhi.services.cases.public import queries, tallies
from gezhi.services.cases.public.models import Own, Reply, Shown
from gezhi.services.cases.public.rules import may_reply

NOWHERE: Final = UUID(int=0)
MAY: Final = frozenset({rights.REPORT.code, rights.JOIN.code})


def somebody(request_id: str = "", person_id: UUID | None = None) -> Actor:
    """Whoever reports without an account: may report and join, and leaves no address behind.

    The journal names the request, never the address it came from: a report may be anonymous.
    """
    post = Holding(
        post_id=NOWHERE,
        role=ActorKind.RESIDENT.value,
        role_title=kept("网上反映"),
        place_id=NOWHERE,
        level=9,
        path="",
        place_name=kept("居民"),
        rights=MAY,
    )
    return Actor(
        ActorKind.RESIDENT,
        kept("居民"),
        person_id=person_id,
        holdings=(post,),
        origin=Origin("web", "", request_id),
    )


@action("cases.report_publicly", _lazy("居民网上反映"))
def report_publicly(
    told: actions.Report,
    *,
    photos: Sequence[Incoming] = (),
    counted: tallies.Counted = (),
    keep_for: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """Open a case from the public form; verified on site before it is filed.

    Refused (429) where too much came from one address, browser, number or place; then nothing is
    written. `keep_for`: the person in whose own pages it is listed.
    """
    tallies.count(counted, at)
    case = actions.report(told, by=by, at=at)
    if photos:
        attach_within(case.matter, Stage.BEFORE, photos, by=by, at=at)
    if keep_for is not None:
        Own.objects.create(person_id=keep_for, case=case, at=at)
    return case


@action("cases.join_publicly", _lazy("居民加入已有案件"))
def join_publicly(
    case: Case,
    told: actions.Joining,
    *,
    photos: Sequence[Incoming] = (),
    counted: tallies.Counted = (),
    keep_for: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Joiner:
    """Join an open case that was offered; returns the joiner, whose key has a code of its own."""
    tallies.count(counted, at)
    row = actions.join(case=case, told=told, by=by, at=at)
    joiner = row.joiners.order_by("at", "id").last()
    if joiner is None:
        raise RuntimeError("who joined is kept")
    if photos:
        attach_within(row.matter, Stage.BEFORE, photos, by=by, at=at)
    if keep_for is not None:
        Own.objects.create(person_id=keep_for, case=row, joiner=joiner, at=at)
    return joiner


@dataclass(frozen=True, slots=True)
class Said:
    """What a reporter answers once a case is closed."""

    solved: bool
    satisfied: bool | None = None
    words: str = ""


@action("cases.reply", _lazy("反映人追评"))
def reply(found: queries.Found, said: Said, *, by: Actor, at: datetime) -> Reply:
    """Keep what a reporter says of a closed case, once for each code and closing.

    Not solved: the case centre is told, and decides whether to open it again; nothing reopens by
    itself, because whoever holds a code is not known. Solved, and the platform had drawn the case
    for call-back, and nobody was reached yet: it stands for the call-back. Of a case that was not
    drawn it is kept and read, but counts in no rate: those who answer by themselves are no sample.
    """
    matter = Matter.objects.select_for_update().get(pk=found.living.pk)
    case = Case.objects.select_related("category").get(pk=matter.pk)
    case.matter = matter
    _refuse_reply(case, found, at)
    stands = said.solved and said.satisfied is not None and _waits_for_a_call(case, at)
    row = Reply.objects.create(
        case=case,
        joiner=found.joiner,
        through_id=found.through,
        at=at,
        solved=said.solved,
        satisfied=said.satisfied,
        words=said.words.strip()[:300],
        counted=stands,
    )
    if stands:
        values = {"answered": True, "solved": True, "satisfied": said.satisfied}
        by_itself = system(by.origin.channel)
        words = str(_("反映人在查询页上答复"))
        take(matter, "call_back", said=words, values=values, by=by_itself, at=at)
    if not said.solved:
        send(
            to=telling.those_with(rights.FILE)(matter, 0),
            kind="cases.reply",
            title=kept("%(number)s：反映人说还没解决") % {"number": matter.number},
            link=reverse("cases.case", kwargs={"pk": matter.pk}),
            by=by,
            at=at,
        )
    note(
        matter,
        place_id=matter.grid_id or matter.community_id,
        changes={"solved": said.solved, "satisfied": said.satisfied},
    )
    return row


def _waits_for_a_call(case: Case, at: datetime) -> bool:
    waits = case.call_back_drawn and case.answered is None
    return waits and (case.call_again_at is None or at >= case.call_again_at)


def _refuse_reply(case: Case, found: queries.Found, at: datetime) -> None:
    if case.matter.state != State.CLOSED or case.closed_at is None:
        raise Conflict(_("这件事现在不是已办结，请刷新看最新进展"), "cases.not_closed")
    if not may_reply(case.closed_at, at, days=rules.REOPEN_DAYS):
        raise Refusal(
            _("结案已超过 %(days)d 天，请重新反映，或打 12345") % {"days": rules.REOPEN_DAYS},
            "cases.window_over",
        )
    if queries.replies_of(found).filter(at__gte=case.closed_at).exists():
        raise Conflict(_("您已经答复过了，请等待回音；急事请打 12345"), "cases.replied")


@action("cases.answer_reply", _lazy("答复追评"), right=rights.FILE)
def answer_replies(matter: Matter, *, answer: str, by: Actor, at: datetime) -> int:
    """Answer all who said that a closed case is not solved; they read it on their page."""
    rows = Reply.objects.filter(case_id=matter.pk, solved=False, answered_at=None)
    number = rows.update(answer=answer.strip()[:300], answered_at=at, answered_by=by.name)
    if not number:
        raise Conflict(_("没有等待答复的追评，可能已有人答复"), "cases.nothing_to_answer")
    note(matter, place_id=matter.grid_id or matter.community_id, changes={"number": number})
    return number


@action("cases.show", _lazy("设置公开答复"), right=rights.FILE)
def show(
    matter: Matter,
    *,
    words: str,
    withheld: bool,
    photos: Sequence[str],
    by: Actor,
    at: datetime,
) -> Shown:
    """Settle what the public page of a case says, and which photos it shows: none at first."""
    known = {str(one.pk) for one in matter.attachments.filter(removed_at=None, width__isnull=False)}
    chosen = [UUID(one) for one in photos if one in known]
    row, _made = Shown.objects.update_or_create(
        case_id=matter.pk,
        defaults={
            "words": words.strip()[:500],
            "withheld": withheld,
            "photos": chosen,
            "at": at,
            "by": by.name,
        },
    )
    note(
        matter,
        place_id=matter.grid_id or matter.community_id,
        changes={"withheld": withheld, "photos": len(chosen), "own_words": bool(row.words)},
    )
    return row


__all__ = [
    "Said",
    "answer_replies",
    "join_publicly",
    "reply",
    "report_publicly",
    "show",
    "somebody",
]
