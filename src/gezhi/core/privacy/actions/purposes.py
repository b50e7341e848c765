"""Purposes as the security administrator keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor
from gezhi.base.errors import FieldRefusal, Refusal
from gezhi.core.journal.actions import action, note
from gezhi.core.privacy import rights
from gezhi.core.privacy.field_classes import CLASSES
from gezhi.core.privacy.grounds import READING
from gezhi.core.privacy.models import Purpose
from gezhi.core.privacy.purposes import EVERYTHING
from gezhi.core.privacy.rules import OVERALL_CAP

ADJUSTABLE = (
    "title",
    "explanation",
    "basis",
    "law",
    "fields",
    "roles",
    "needs_note",
    "daily_cap",
)


PLATFORM_CAP = 2_000_000
"""The most that a purpose of the platform itself may count a day (a whole cell exported)."""


@action("privacy.set_purpose", gettext_noop("维护使用目的"), right=rights.SET_PURPOSES)
def set_purpose(
    *,
    code: str,
    title: str,
    explanation: str,
    basis: str,
    law: str,
    fields: Sequence[str],
    roles: Sequence[str] = (),
    needs_note: bool = False,
    daily_cap: int = 100,
    by: Actor,
    at: datetime,
) -> Purpose:
    """Add a purpose that staff may give, or adjust one; its former terms stay in the journal."""
    values: dict[str, Any] = {
        "title": title.strip(),
        "explanation": explanation.strip(),
        "basis": basis,
        "law": law.strip(),
        "fields": sorted(set(fields)),
        "roles": sorted(set(roles)),
        "needs_note": needs_note,
        "daily_cap": daily_cap,
    }
    wrong = [
        FieldRefusal(name, _("请填写"))
        for name in ("title", "explanation", "law")
        if not values[name]
    ]
    if basis not in READING:
        wrong.append(FieldRefusal("basis", _("请选择《个人信息保护法》第十三条中的一项")))
    if not fields or not set(fields) <= {*CLASSES, EVERYTHING}:
        wrong.append(FieldRefusal("fields", _("请选择这个目的确实需要的字段")))
    if wrong:
        raise Refusal(_("使用目的填写不完整"), "privacy.purpose_incomplete", fields=wrong)
    known = Purpose.objects.select_for_update().filter(pk=code).first()
    limit = OVERALL_CAP if known is None or known.offered else PLATFORM_CAP
    if not 0 <= daily_cap <= limit:
        raise Refusal(
            _("每日上限应在 0 到 %(most)s 之间") % {"most": limit},
            "privacy.cap_out_of_range",
            field="daily_cap",
        )
    purpose = known or Purpose(
        code=code, right=rights.REVEAL.code, offered=True, valid_from=timezone.localdate(at)
    )
    before = {name: getattr(purpose, name) for name in ADJUSTABLE}
    for name, value in values.items():
        setattr(purpose, name, value)
    purpose.save()
    changed = {
        name: [before[name] if known else None, value]
        for name, value in values.items()
        if known is None or before[name] != value
    }
    note(purpose, changes={"purpose": code, **changed})
    return purpose


@action("privacy.end_purpose", gettext_noop("停用使用目的"), right=rights.SET_PURPOSES)
def end_purpose(purpose: Purpose, *, on: date, why: str, by: Actor, at: datetime) -> Purpose:
    """Let a purpose end on a day; what was read under it keeps naming it."""
    if not purpose.offered:
        raise Refusal(_("平台自身使用的目的不能停用"), "privacy.purpose_of_the_platform")
    if on < timezone.localdate(at):
        raise Refusal(_("停用日期不能早于今天"), "privacy.ends_in_the_past", field="on")
    purpose.valid_to = on
    purpose.save(update_fields=["valid_to"])
    note(purpose, why=why, changes={"purpose": purpose.code, "valid_to": on})
    return purpose
