"""What an office settles for its cases: read often, changed seldom."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.tenancy import here
from gezhi.core.journal.actions import action, note
from gezhi.services.cases import rights
from gezhi.services.cases.models import Practice

REMEMBERED_SECONDS: Final = 60
"""How long a process works by the settings it read; a change tells only the process it is in."""
_read: dict[str, tuple[float, Practice]] = {}


def practice_here() -> Practice:
    """The settings of this office; the first ones where it never settled any."""
    known = _read.get(here().schema_name)
    if known is not None and time.monotonic() - known[0] < REMEMBERED_SECONDS:
        return known[1]
    fresh = Practice.objects.select_related("fallback_unit").first() or Practice()
    _read[here().schema_name] = time.monotonic(), fresh
    return fresh


def forget() -> None:
    """Read the settings anew when next asked."""
    _read.pop(here().schema_name, None)


@action("cases.set_practice", _lazy("修改案件办理设置"), right=rights.CATALOGUE)
def set_practice(*, values: Mapping[str, Any], by: Actor, at: datetime) -> Practice:
    """Settle how cases are worked from now on; what is under way keeps its deadlines."""
    row, _made = Practice.objects.select_for_update().get_or_create(pk=1)
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        raise Refusal(_("没有任何改动"), "cases.nothing_changed")
    unit = changed.get("fallback_unit")
    if unit is not None and unit.closed_at is not None:
        raise Refusal(_("这个单位已停用，请另选"), "cases.closed_unit", field="fallback_unit")
    for name, value in changed.items():
        setattr(row, name, value)
    row.save()
    forget()
    note(changes={"changed": sorted(changed)})
    return row
