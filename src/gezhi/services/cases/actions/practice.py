"""What an office settles for its cases: read often, changed seldom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.remembering import Remembered
from gezhi.core.journal.actions import action, note
from gezhi.services.cases import rights
from gezhi.services.cases.models import Practice


def _practice() -> Practice:
    """The settings of this office; the first ones where it never settled any."""
    return Practice.objects.select_related("fallback_unit").first() or Practice()


practice_here: Final = Remembered(_practice)
"""The same, read once a minute: filing and closing ask it."""


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
    practice_here.forget()
    note(changes={"changed": sorted(changed)})
    return row
