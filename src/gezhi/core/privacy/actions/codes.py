"""One-time codes from the counter, by which a resident opens their own page without an account."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor, system
from gezhi.base.errors import NotAllowed, Refusal, TooMany
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.privacy import rights
from gezhi.core.privacy.actions.alarms import raise_alarm
from gezhi.core.privacy.committed import committed_first
from gezhi.core.privacy.fields import blind_index
from gezhi.core.privacy.models import AlarmKind, CodeAttempt, ResidentCode

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which paper and eyes confuse."""
LETTERS: Final = 10
"""50 bits: at the rates below a guess takes millions of years."""
VALID_FOR: Final = timedelta(hours=72)
WINDOW: Final = timedelta(minutes=15)
TRIES_PER_ADDRESS: Final = 5
TRIES_OVERALL: Final = 100
"""Wrong codes within the window from one address, and from everywhere."""
_CONTEXT: Final = "resident_code"


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A fresh code in the clear: shown and printed once, stored nowhere."""

    code: str
    row: ResidentCode

    def __repr__(self) -> str:
        return f"IssuedCode({self.row.pk})"


@action("privacy.issue_code", gettext_noop("发放本人查询码"), right=rights.ISSUE_CODES)
def issue_code(person: Any, *, proof: str, by: Actor, at: datetime) -> IssuedCode:
    """A one-time code for a person whose identity was checked; earlier unused ones end.

    `proof` says how: which paper was seen, or which guardian or agent came with what.
    """
    if not rights.ISSUE_CODES.covers(by, person):
        raise NotAllowed(_("此人不在您的办理范围内"), "privacy.out_of_reach")
    if not proof.strip():
        raise Refusal(_("请写明核验了什么证件"), "privacy.proof_missing", field="proof")
    ResidentCode.objects.filter(subject_id=person.pk, used_at=None, expires_at__gt=at).update(
        expires_at=at
    )
    code = "".join(secrets.choice(ALPHABET) for _letter in range(LETTERS))
    row = ResidentCode.objects.create(
        subject_id=person.pk,
        index=blind_index(code, context=_CONTEXT),
        issued_at=at,
        issued_by=by.name,
        issued_by_id=by.account_id,
        expires_at=at + VALID_FOR,
        proof=proof.strip()[:60],
    )
    note(row, person_id=person.pk, changes={"proof": row.proof})
    return IssuedCode(f"{code[:5]}-{code[5:]}", row)


def enter_with_code(code: str, *, address: str, at: datetime) -> ResidentCode:
    """Use up a code; refused when it is wrong, used or over, and when too many were wrong.

    Each try is committed before the answer, so a refused one counts as well.
    """
    found: ResidentCode | None = None
    with committed_first():
        limited = _limited(address, at)
        if limited is None:
            found = _take(code, at)
            CodeAttempt.objects.create(at=at, address=address[:45], good=found is not None)
    if limited is not None:
        raise limited
    if found is None:
        raise Refusal(
            _("查询码不正确、已用过或已过期；请核对后重输，或到窗口重新领取"),
            "privacy.wrong_code",
            field="code",
        )
    return found


def _take(code: str, at: datetime) -> ResidentCode | None:
    """Mark a code as used, once whoever comes first; None where it does not open anything."""
    letters = re.sub(r"[\s\-－—]", "", code).upper()
    if len(letters) != LETTERS or not set(letters) <= set(ALPHABET):
        return None
    index = blind_index(letters, context=_CONTEXT)
    valid = ResidentCode.objects.filter(index=index, used_at=None, expires_at__gt=at)
    if not valid.update(used_at=at):
        return None
    row = ResidentCode.objects.get(index=index)
    _used(row, by=system("web"), at=at)
    return row


@action("privacy.use_code", gettext_noop("使用本人查询码"))
def _used(row: ResidentCode, *, by: Actor, at: datetime) -> None:
    note(row, person_id=row.subject_id)


def _limited(address: str, at: datetime) -> TooMany | None:
    wrong = CodeAttempt.objects.filter(good=False, at__gt=at - WINDOW)
    here = wrong.filter(address=address[:45]).count()
    if here < TRIES_PER_ADDRESS and wrong.count() < TRIES_OVERALL:
        return None
    raise_alarm(
        AlarmKind.CODES,
        key=f"codes/{address[:45] if here >= TRIES_PER_ADDRESS else ''}/{timezone.localdate(at)}",
        account_id=None,
        actor_name=_("居民入口"),
        sentence=kept("居民入口 15 分钟内多次输错查询码，已暂停受理"),
        at=at,
    )
    return TooMany(
        _("输错次数过多，请 15 分钟后再试，或到窗口办理"),
        "privacy.too_many_codes",
        retry_after=int(WINDOW.total_seconds()),
    )
