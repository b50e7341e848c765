"""Named writes on the catalogue: another version of a category from a day on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.ids import uuid7
from gezhi.core.journal.actions import action, note
from gezhi.core.staff.models import Unit
from gezhi.services.cases import rights
from gezhi.services.cases.catalogue_sheet import Change
from gezhi.services.cases.models import Category


@action("cases.change_category", _lazy("修改案件目录"), right=rights.CATALOGUE)
def change_category(
    *, category: Category, values: Mapping[str, Any], since: date, by: Actor, at: datetime
) -> Category:
    """Give a category a new version from a day on; cases filed before keep the old one."""
    if since <= timezone.localdate(at):
        raise Refusal(_("新的规定最早从明天起"), "cases.not_backwards", field="since")
    row = Category.objects.select_for_update().get(pk=category.pk)
    if row.valid_to is not None:
        raise Refusal(_("这是旧版本，请在现行版本上修改"), "cases.old_version")
    if row.valid_from >= since:
        raise Refusal(
            _("已有一个从 %(day)s 起的版本，请选更晚的日期") % {"day": row.valid_from},
            "cases.later_version",
            field="since",
        )
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        raise Refusal(_("没有任何改动"), "cases.nothing_changed")
    row.valid_to = since
    row.save(update_fields=["valid_to"])
    fresh = copy(row)
    fresh.pk, fresh.valid_from, fresh.valid_to = uuid7(), since, None
    for name, value in changed.items():
        setattr(fresh, name, value)
    fresh.save(force_insert=True)
    note(fresh, changes={"code": row.code, "since": since, "changed": sorted(changed)})
    return fresh


@action("cases.bring_catalogue", _lazy("导入案件目录"), right=rights.CATALOGUE)
def bring_catalogue(
    *, changes: Sequence[Change], since: date, by: Actor, at: datetime
) -> tuple[int, int]:
    """Take in what a sheet says otherwise: new versions from a day on, and new categories.

    Returns how many categories changed and how many are new. Nothing is taken where one cannot be.
    """
    if since <= timezone.localdate(at):
        raise Refusal(_("新的规定最早从明天起"), "cases.not_backwards", field="since")
    changed = added = 0
    for one in changes:
        nature, code = one.key
        values = _with_unit(one.values)
        present = Category.objects.filter(nature=nature, code=code, valid_to=None).first()
        if present is not None:
            change_category(category=present, values=values, since=since, by=by, at=at)
            changed += 1
        elif one.is_new:
            Category.objects.create(nature=nature, code=code, valid_from=since, **values)
            added += 1
        else:
            raise Refusal(
                _("目录在核对之后又变了，请重新导入"), "cases.catalogue_moved", field="since"
            )
    if not changed + added:
        raise Refusal(_("没有任何改动"), "cases.nothing_changed")
    note(changes={"changed": changed, "added": added, "since": since})
    return changed, added


def _with_unit(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the model takes them: the unit itself for its key."""
    taken = dict(values)
    if "responsible" in taken:
        key = taken["responsible"]
        taken["responsible"] = Unit.objects.get(pk=key) if key else None
    return taken
