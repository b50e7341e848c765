"""What the actions on places share: who may, which day, and a new period for what changes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.base.ids import uuid7
from gezhi.base.rights import Right
from gezhi.base.text import tidy
from gezhi.core.places.datums import WGS84, convert
from gezhi.core.places.models import Place, PlacePeriod


def demand(right: Right, by: Actor, row: Model) -> None:
    """Raise `NotAllowed` unless the right reaches this row."""
    if not right.covers(by, row):
        raise NotAllowed(_("这里不归您办理"), "places.not_yours")


def worded(text: str, field: str, what: str) -> str:
    """A name without stray spaces; refused when empty."""
    words = tidy(text)
    if not words:
        raise Refusal(_("请填写%(what)s") % {"what": what}, "places.nameless", field=field)
    return words


def demand_day(on: date, at: datetime, *, correction: bool) -> None:
    """A change holds from today, or from an earlier day if it mends what was wrong all along."""
    today = timezone.localdate(at)
    if on > today:
        raise Refusal(
            _("%(day)s 还没有到，请在当天办理；网格调整可以预先批准") % {"day": on},
            "places.day_ahead",
            field="on",
        )
    if on < today and not correction:
        raise Refusal(
            _("日期早于今天；如是更正过去的记录，请勾选“更正”"), "places.day_past", field="on"
        )


def demand_near(effective: date, at: datetime) -> None:
    """A change of grids is agreed for a day in sight; further off is a slip of the pen."""
    last = timezone.localdate(at) + timedelta(days=settings.REGRID_DAYS_AHEAD)
    if effective > last:
        raise Refusal(
            _("启用日期 %(day)s 太远，最晚到 %(last)s；请核对年份，或到时再草拟")
            % {"day": effective, "last": last},
            "places.day_too_far",
            field="effective",
        )


def locked(place: Place) -> Place:
    """The place as it is now, kept from others until the action is over; refused if retired."""
    row = Place.objects.select_for_update().get(pk=place.pk)
    if row.valid_to is not None:
        raise Refusal(_("“%(name)s”已停用") % {"name": row.name}, "places.retired")
    return row


def first_period(
    place: Place, boundary: dict[str, Any] | None = None, *, estimated: bool = False
) -> PlacePeriod:
    """Begin the history of a place that was just made; `estimated`: nobody drew its boundary."""
    return PlacePeriod.objects.create(
        place=place,
        name=place.name,
        parent_id=place.parent_id,
        path=place.path,
        party_group=place.party_group,
        boundary=boundary,
        estimated=estimated,
        valid_from=place.valid_from,
    )


def alter(place: Place, on: date, **changes: Any) -> PlacePeriod:
    """From a day on, this is what the place is; what it was before stays in its history.

    Refused for a day before its present period: that day's tree has been reported from.
    """
    period = PlacePeriod.objects.select_for_update().get(place=place, valid_to=None)
    if on < period.valid_from:
        raise Refusal(
            _("“%(name)s”自 %(day)s 起才是现在的样子，不能从更早的日期改起")
            % {"name": place.name, "day": period.valid_from},
            "places.before_present_period",
            field="on",
        )
    if on > period.valid_from:
        period.valid_to = on
        period.save(update_fields=["valid_to"])
        period.pk, period.valid_from, period.valid_to = uuid7(), on, None
        period._state.adding = True
    for name, value in changes.items():
        setattr(period, name, value)
    period.save()
    return period


def close(place: Place, on: date) -> None:
    """The place no longer holds from a day on."""
    period = PlacePeriod.objects.select_for_update().get(place=place, valid_to=None)
    if on <= period.valid_from:
        raise Refusal(
            _("“%(name)s”自 %(day)s 起才是现在的样子，停用日期须在其后")
            % {"name": place.name, "day": period.valid_from},
            "places.before_present_period",
            field="on",
        )
    period.valid_to = place.valid_to = on
    period.save(update_fields=["valid_to"])
    place.save(update_fields=["valid_to"])


def demand_point(lon: float | None, lat: float | None) -> None:
    """Both or neither, and in China (WGS84): else the axes or the frame are wrong."""
    if (lon is None) != (lat is None):
        raise Refusal(_("经度和纬度须同时填写"), "places.half_a_point", field="lon")
    if lon is not None and lat is not None:
        convert(np.array([[lon, lat]]), WGS84, WGS84)
