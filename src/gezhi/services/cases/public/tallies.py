"""How often something came lately: counted under keyed hashes that change with each window.

No address, browser or telephone is kept. A row is an HMAC of what was counted, a count and an
end; without the cell's key it tells nothing, and the night after its window it is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from gezhi.base.errors import TooMany
from gezhi.core.cells.keys import keys_here
from gezhi.services.cases.public import rules
from gezhi.services.cases.public.models import Tally

HOUR: Final = 3600
DAY: Final = 24 * HOUR
QUARTER: Final = 900
CONTEXT: Final = b"cases.public_tallies"
Counted = Sequence[tuple[rules.Limit, str]]
"""Limits, each with what is counted under it: an address, a browser, a place, a number."""

ADD: Final = (
    "INSERT INTO {table} AS t (key, count, until) VALUES {rows}"
    " ON CONFLICT (key) DO UPDATE SET count = t.count + 1 RETURNING key, count"
)


def reporting(
    *, address: str, device: str, place: str = "", phone: str = "", joining: bool = False
) -> Counted:
    """What a report counts towards. Who joins a case says nothing new of the place."""
    found = [
        (rules.Limit("address", settings.PUBLIC_PER_ADDRESS, HOUR), address),
        (rules.Limit("device", settings.PUBLIC_PER_DEVICE, DAY), device),
        (rules.Limit("phone", settings.PUBLIC_PER_PHONE, DAY), phone),
    ]
    if not joining:
        found.append((rules.Limit("place", settings.PUBLIC_PER_PLACE, HOUR), place))
    return [(limit, value) for limit, value in found if value]


def looking(*, address: str) -> Counted:
    """What an upload counts towards, before the files are opened."""
    return [(rules.Limit("upload", 4 * settings.PUBLIC_PER_ADDRESS, HOUR), address)]


def guessing(*, address: str, number: str) -> Counted:
    """What a wrong code counts towards: whoever tries, and the case that is tried."""
    return [
        (rules.Limit("code", settings.PUBLIC_WRONG_CODES, QUARTER), address),
        (rules.Limit("number", 4 * settings.PUBLIC_WRONG_CODES, QUARTER), number),
    ]


def count(counted: Counted, at: datetime) -> None:
    """Count what came; refused where a limit is passed, in which case nothing has been counted."""
    if not counted:
        return
    keys = [_key(limit, value, at) for limit, value in counted]
    until = {
        key: datetime.fromtimestamp(
            (rules.window_of(at, limit.seconds) + 1) * limit.seconds, tz=UTC
        )
        for key, (limit, _value) in zip(keys, counted, strict=True)
    }
    rows = sorted(until)  # in one order everywhere, or two at a time would wait for each other
    values = [one for key in rows for one in (key, 1, until[key])]
    sql = ADD.format(table=Tally._meta.db_table, rows=", ".join(["(%s, %s, %s)"] * len(rows)))
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        counts = dict(cursor.fetchall())
    _refuse(counted, [counts[key] for key in keys], at)


def demand_free(counted: Counted, at: datetime) -> None:
    """Refuse where a limit was reached already; counts nothing."""
    keys = [_key(limit, value, at) for limit, value in counted]
    known = dict(Tally.objects.filter(pk__in=keys).values_list("pk", "count"))
    _refuse(counted, [known.get(key, 0) + 1 for key in keys], at)


def _key(limit: rules.Limit, value: str, at: datetime) -> UUID:
    said = f"{limit.kind}|{limit.seconds}|{rules.window_of(at, limit.seconds)}|{value}"
    return UUID(bytes=keys_here().blind_index(said, context=CONTEXT))


def _refuse(counted: Counted, counts: Sequence[int], at: datetime) -> None:
    over = rules.first_over([limit for limit, _value in counted], counts)
    if over is None:
        return
    sentences = {
        "address": _(
            "您所在的网络这一小时提交得太多，请过一会儿再试；急事请打 12345，有危险请打 110、119"
        ),
        "upload": _("您所在的网络上传得太多，请过一会儿再试，或不带照片提交；急事请打 12345"),
        "device": _("这台设备今天提交的次数已满，请明天再来；还有问题请打 12345，一样受理"),
        "phone": _("这个电话今天反映的次数已满，请明天再来；还有问题请打 12345，一样受理"),
        "place": _(
            "这一片刚收到许多反映，已在核实，请过一会儿再试；急事请打 12345，有危险请打 110、119"
        ),
        "code": _("查询码输错次数过多，请 15 分钟后再试，或打 12345 查询"),
        "number": _("查询码输错次数过多，请 15 分钟后再试，或打 12345 查询"),
    }
    raise TooMany(
        sentences[over.kind],
        f"cases.too_many_{over.kind}",
        retry_after=rules.opens_again(at, over.seconds),
    )
