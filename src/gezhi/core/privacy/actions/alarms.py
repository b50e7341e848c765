"""Alarms: raised by the platform, told to those who handle them, handled by somebody else."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor, system
from gezhi.base.errors import Conflict, NotAllowed, Refusal
from gezhi.base.retelling import to_keep
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.notices.actions import done, send
from gezhi.core.privacy import hooks, rights
from gezhi.core.privacy.models import Alarm, AlarmKind

LINK = "/privacy/alarms/"


def raise_alarm(
    kind: AlarmKind,
    *,
    key: str,
    account_id: UUID | None,
    actor_name: str,
    sentence: str,
    at: datetime,
) -> Alarm:
    """Raise an alarm, or count it where the same one waits already; told once to its handlers."""
    waiting = Alarm.objects.filter(key=key, handled_at=None)
    if waiting.update(times=F("times") + 1, latest_at=at, sentence=sentence[:300]):
        return waiting.get()
    alarm, is_new = Alarm.objects.get_or_create(
        key=key,
        handled_at=None,
        defaults={
            "at": at,
            "latest_at": at,
            "kind": kind,
            "account_id": account_id,
            "actor_name": actor_name,
            "sentence": sentence[:300],
        },
    )
    if is_new:
        handlers = hooks.accounts_holding(rights.HANDLE_ALARMS.code, timezone.localdate(at))
        send(
            to=[one for one in handlers if one != account_id],
            kind="privacy.alarm",
            title=kept("个人信息告警：%(kind)s") % {"kind": to_keep(AlarmKind(kind).label)},
            body=alarm.sentence,
            link=LINK,
            todo=True,
            key=f"privacy.alarm/{alarm.pk}",
            by=system("privacy"),
            at=at,
        )
    return alarm


@action("privacy.handle_alarm", gettext_noop("处理个人信息告警"), right=rights.HANDLE_ALARMS)
def handle_alarm(alarm: Alarm, *, outcome: str, by: Actor, at: datetime) -> Alarm:
    """Say what an alarm was about and what was done; not by the one it is about."""
    locked: Alarm = Alarm.objects.select_for_update().get(pk=alarm.pk)
    if locked.handled_at is not None:
        raise Conflict(
            _("这条告警已由 %(who)s 处理") % {"who": locked.handled_by}, "privacy.handled"
        )
    if locked.account_id is not None and locked.account_id == by.account_id:
        raise NotAllowed(_("告警与您本人有关，须由另一人处理"), "privacy.alarm_about_oneself")
    if len(outcome.strip()) < 4:
        raise Refusal(
            _("请写明核实情况和处理结果（至少 4 个字）"), "privacy.outcome_missing", field="outcome"
        )
    locked.handled_at, locked.handled_by, locked.handled_by_id = at, by.name, by.account_id
    locked.outcome = outcome.strip()[:300]
    locked.save(update_fields=["handled_at", "handled_by", "handled_by_id", "outcome"])
    done(key=f"privacy.alarm/{locked.pk}", by=by, at=at)
    note(locked, why=locked.outcome, changes={"kind": locked.kind, "times": locked.times})
    return locked
