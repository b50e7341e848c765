"""What the steps of a filing do to its facts, and whom they tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import system
from gezhi.base.errors import FieldRefusal, Refusal
from gezhi.base.retelling import to_keep
from gezhi.core.notices.actions import send
from gezhi.core.staff.models import Unit
from gezhi.engines.matters.actions import address_of, place_in_hands, take
from gezhi.engines.matters.language import Stepping
from gezhi.engines.matters.models import Follower, Matter
from gezhi.services.filings import queries
from gezhi.services.filings.check_rules import failed, items_on_site, unanswered
from gezhi.services.filings.models import Alert, Answer, State, Stopped


def sign(stepping: Stepping) -> None:
    """The pledge stands under the name of whoever is signed in and files."""
    filing = stepping.matter.filing
    if not stepping.values["pledge"]:
        raise Refusal(_("请勾选承诺"), "filings.no_pledge", field="pledge")
    signature = "".join(str(stepping.values["signature"]).split())
    if signature != "".join(stepping.by.name.split()):
        raise Refusal(_("请写您登录账号的姓名"), "filings.other_signature", field="signature")
    filing.pledged_at, filing.lacks = stepping.at, []
    filing.save(update_fields=["pledged_at", "lacks"])


def look_over(stepping: Stepping) -> None:
    """What the grid worker found on the ground, every item; a fault sends it back instead."""
    items = items_on_site(stepping.matter.filing.kind.code)
    answers: Mapping[str, str] = stepping.values["answers"]
    open_items = unanswered(items, answers)
    if open_items:
        raise Refusal(
            _("请逐项选择核实结果"),
            "filings.unanswered",
            fields=[FieldRefusal(code, _("请选择")) for code in open_items],
        )
    bad = failed(answers)
    if bad:
        raise Refusal(
            _("有不合格项，请用“退回补正”，并写明要补什么"),
            "filings.not_in_order",
            fields=[FieldRefusal(code, _("不合格的不能通过")) for code in bad],
        )
    write_answers(stepping.matter, answers, number=stepping.taken.number)


def write_answers(matter: Matter, answers: Mapping[str, str], *, number: int) -> None:
    """Keep what was found of each item, once a round."""
    Answer.objects.bulk_create(
        Answer(matter=matter, round=number, item=code, result=result)
        for code, result in answers.items()
    )


def list_lacks(stepping: Stepping) -> None:
    """What has to be mended, by the names of the fields."""
    filing = stepping.matter.filing
    filing.lacks = list(stepping.values.get("lacks") or ())
    filing.save(update_fields=["lacks"])
    tell(
        stepping,
        queries.steward_accounts(filing.site_id),
        _lazy("报备被退回，请补正：%(matter)s"),
        body=stepping.said,
    )


def tell_refused(stepping: Stepping) -> None:
    """Whoever files is told that it was not taken, and why."""
    site_id = stepping.matter.filing.site_id
    tell(
        stepping,
        queries.steward_accounts(site_id),
        _lazy("不予报备：%(matter)s"),
        body=stepping.said,
    )


def forward(stepping: Stepping) -> None:
    """Another department is asked: it sees the filing, the decision stays where it is."""
    unit: Unit = stepping.values["unit"]
    if unit.closed_at is not None:
        raise Refusal(_("这个单位已停用，请另选"), "filings.closed_unit", field="unit")
    filing = stepping.matter.filing
    filing.forwarded_to = unit
    filing.save(update_fields=["forwarded_to"])
    place_in_hands(stepping.matter, unit_id=unit.pk, holder_id=None)


def announce(stepping: Stepping) -> None:
    """Acknowledged: the grid knows before the first truck, and whoever gets a copy follows it."""
    matter, filing = stepping.matter, stepping.matter.filing
    when = {"at": f"{filing.starts_at.astimezone():%m-%d %H:%M}"} if filing.starts_at else {}
    tell(
        stepping,
        queries.steward_accounts(filing.site_id),
        _lazy("已报备：%(matter)s，%(at)s 起可以施工"),
        **when,
    )
    tell(
        stepping,
        queries.grid_posts(matter, stepping.at),
        _lazy("本网格将有施工：%(matter)s，%(at)s 起"),
        **when,
    )
    copies = queries.posts_in_roles(matter, filing.kind.copies, stepping.at)
    Follower.objects.bulk_create(
        [Follower(matter=matter, account_id=one, since=stepping.at) for one in copies],
        ignore_conflicts=True,
    )


def begin(stepping: Stepping) -> None:
    """In force: and where this ends work, every other filing of the site is closed."""
    filing = stepping.matter.filing
    filing.begun_at = filing.begun_at or stepping.at
    filing.save(update_fields=["begun_at"])
    tell(
        stepping,
        queries.grid_posts(stepping.matter, stepping.at),
        _lazy("今天开始施工：%(matter)s"),
    )
    if not filing.kind.closes_others:
        return
    others = Matter.objects.filter(
        kind=queries.KIND,
        filing__site_id=filing.site_id,
        state__in=(State.ACKNOWLEDGED, State.IN_FORCE, State.SUSPENDED),
    ).exclude(pk=stepping.matter.pk)
    for other in others.order_by("pk"):
        take(
            other,
            "close",
            said=_("%(site)s已报%(kind)s") % {"site": filing.site.name, "kind": filing.kind.title},
            by=system(stepping.by.origin.channel),
            at=stepping.at,
        )


def stop(stepping: Stepping) -> None:
    """Stopped by an alert, which is kept with it, or by the office: everybody concerned is told."""
    alert: Alert | None = stepping.values.get("alert")
    if alert is not None:
        Stopped.objects.create(alert=alert, matter=stepping.matter, at=stepping.at)
    tell(
        stepping,
        _everybody(stepping),
        _lazy("立即停工：%(matter)s"),
        body=stepping.said,
    )


def let_go_on(stepping: Stepping) -> None:
    """Work may go on."""
    Stopped.objects.filter(matter=stepping.matter, resumed_at=None).update(resumed_at=stepping.at)
    tell(stepping, _everybody(stepping), _lazy("可以复工：%(matter)s"), body=stepping.said)


def tell_over(stepping: Stepping) -> None:
    """It ended before its time: whoever expected it there is told, and no stop is left open."""
    Stopped.objects.filter(matter=stepping.matter, resumed_at=None).update(resumed_at=stepping.at)
    if stepping.taken.came_from in (State.ACKNOWLEDGED, State.IN_FORCE, State.SUSPENDED):
        tell(stepping, _everybody(stepping), _lazy("报备已结束：%(matter)s"), body=stepping.said)


def end_stops(stepping: Stepping) -> None:
    """Its time is over; a stop that was still open ends with it."""
    Stopped.objects.filter(matter=stepping.matter, resumed_at=None).update(resumed_at=stepping.at)


def _everybody(stepping: Stepping) -> list[UUID]:
    site_id = stepping.matter.filing.site_id
    grid = queries.grid_posts(stepping.matter, stepping.at)
    return sorted({*queries.steward_accounts(site_id), *grid})


def tell(
    stepping: Stepping,
    accounts: Iterable[UUID],
    sentence: Promise,
    *,
    body: str = "",
    **values: object,
) -> None:
    """Send a notice that leads to the matter; once for each step taken."""
    matter = stepping.matter
    send(
        to=accounts,
        kind=f"{matter.kind}.{stepping.step.code}",
        title=to_keep(sentence) % {"matter": matter.title, "at": "", **values},
        body=body,
        link=address_of(matter),
        key=f"{matter.kind}.{stepping.step.code}/{matter.pk}/{stepping.taken.number}",
        by=stepping.by,
        at=stepping.at,
    )
