"""What an office sets: kinds, quiet times, limits, and who files for a site."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.core.journal.actions import action, note
from gezhi.core.registry.models import Site
from gezhi.core.staff.models import Account
from gezhi.services.filings import queries, rights
from gezhi.services.filings.models import FilingKind, LocalLimits, QuietTime, Steward
from gezhi.services.filings.models.particulars import ASKED

SETTABLE: Final = (
    *("title", "lead_amount", "lead_unit", "longest_days", "asks", "decides", "noisy"),
    *("stops_at", "wind_from", "copies", "closes_others"),
)


@action("filings.change_kind", _lazy("修改报备类型"), right=rights.SET_UP)
def change_kind(
    *, kind: FilingKind, values: Mapping[str, Any], by: Actor, at: datetime
) -> FilingKind:
    """Set lead time, what is asked, who decides and what stops a kind of work, from now on."""
    row = FilingKind.objects.select_for_update().get(pk=kind.pk)
    if set(values.get("asks", ())) - set(ASKED):
        raise Refusal(_("报备没有这些内容"), "filings.no_such_field", field="asks")
    changed = {
        name: [getattr(row, name), value]
        for name, value in values.items()
        if name in SETTABLE and getattr(row, name) != value
    }
    if not changed:
        raise Refusal(_("没有任何改动"), "filings.nothing_changed")
    for name, (_was, value) in changed.items():
        setattr(row, name, value)
    row.save()
    note(row, changes={"code": row.code, "changed": sorted(changed)})
    return row


@action("filings.add_quiet_time", _lazy("登记考试或活动日期"), right=rights.SET_UP)
def add_quiet_time(
    *, name: str, first: date, last: date, is_exam: bool, by: Actor, at: datetime
) -> QuietTime:
    """List days of quiet, as this year's notice says."""
    if last < first:
        raise Refusal(_("结束日期早于开始日期"), "filings.ends_first", field="last")
    row, made = QuietTime.objects.get_or_create(
        name=name.strip(), first=first, defaults={"last": last, "is_exam": is_exam}
    )
    if not made:
        raise Refusal(_("已有同名同日的记录"), "filings.listed", field="first")
    note(row, changes={"name": row.name, "since": first, "until": last})
    return row


@action("filings.drop_quiet_time", _lazy("删除考试或活动日期"), right=rights.SET_UP)
def drop_quiet_time(*, quiet: QuietTime, by: Actor, at: datetime) -> None:
    """Take days of quiet off the list; filings made under them stand."""
    row = QuietTime.objects.select_for_update().get(pk=quiet.pk)
    note(row, changes={"name": row.name, "since": row.first, "until": row.last})
    row.delete()


@action("filings.set_limits", _lazy("设置本地限额"), right=rights.SET_UP)
def set_limits(*, values: Mapping[str, Any], by: Actor, at: datetime) -> LocalLimits:
    """What the city sets as night, and the province as the limit below which no permit is due."""
    row = LocalLimits.objects.select_for_update().first() or LocalLimits()
    for name, value in values.items():
        setattr(row, name, value)
    begins, ends = row.night_from, row.night_to
    span = (ends.hour * 60 + ends.minute - begins.hour * 60 - begins.minute) % 1440
    if span != EIGHT_HOURS:
        raise Refusal(_("夜间时段须为八小时"), "filings.night_is_eight_hours", field="night_to")
    row.save()
    note(row, changes={"changed": sorted(values)})
    return row


EIGHT_HOURS: Final = 8 * 60
"""《噪声污染防治法》第八十八条：夜间时段长度为八小时."""


@action("filings.name_steward", _lazy("指定工地报备人"), right=rights.NAME_STEWARDS)
def name_steward(*, site: Site, account: Account, by: Actor, at: datetime) -> Steward:
    """Let an account file for a site. It holds a steward's post already, granted by staff."""
    if not rights.NAME_STEWARDS.covers(by, site):
        raise NotAllowed(_("此工地不在您岗位的网格范围内"), "filings.out_of_reach")
    if not queries.could_file(site, at).filter(pk=account.pk).exists():
        raise Refusal(
            _("这个账号没有“工地专管员”岗位，或已经是本工地报备人"),
            "filings.no_steward",
            field="account",
        )
    row = Steward.objects.create(site=site, account=account, since=at, named_by=by.name)
    note(site, place_id=site.grid_id or site.community_id, changes={"account": account.pk})
    return row


@action("filings.end_steward", _lazy("解除工地报备人"), right=rights.NAME_STEWARDS_HERE)
def end_steward(*, steward: Steward, by: Actor, at: datetime) -> Steward:
    """From now on an account files for this site no more; what it filed stands."""
    row = Steward.objects.select_for_update().select_related("site").get(pk=steward.pk)
    if not rights.NAME_STEWARDS_HERE.covers(by, row):
        raise NotAllowed(_("此工地不在您岗位的网格范围内"), "filings.out_of_reach")
    if row.ended_at is not None:
        raise Refusal(_("已经解除"), "filings.steward_over")
    row.ended_at, row.ended_by = at, by.name
    row.save(update_fields=["ended_at", "ended_by"])
    site = row.site
    note(site, place_id=site.grid_id or site.community_id, changes={"account": row.account_id})
    return row
