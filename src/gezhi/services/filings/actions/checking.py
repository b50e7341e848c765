"""Rounds of a site, what follows a fault, and work found without a filing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import FieldRefusal, NotAllowed, Refusal
from gezhi.core.journal.actions import action, note
from gezhi.core.registry.models import Site
from gezhi.engines.matters.actions import open_matter, take
from gezhi.engines.matters.attachments import Incoming, Stage
from gezhi.engines.matters.attachments.actions import attach_within
from gezhi.engines.matters.language import Stepping
from gezhi.engines.matters.models import Matter
from gezhi.engines.matters.openers import Asked, ask_for
from gezhi.services.filings import check_rules, queries, rights
from gezhi.services.filings.actions.steps import tell, write_answers
from gezhi.services.filings.models import FilingKind, SiteCheck, State
from gezhi.services.filings.rules import is_night

PREFIX: Final = "JC"
"""检查."""
MOST_DAYS: Final = 15
CASES: Final = "cases"
"""The kind of matter that work without a filing, and faults not mended, become."""


@action("filings.begin_check", _lazy("检查工地"), right=rights.INSPECT_SITE)
def begin_check(
    *,
    site: Site,
    answers: Mapping[str, str],
    photos: Sequence[Incoming] = (),
    days: int | None = None,
    said: str = "",
    by: Actor,
    at: datetime,
) -> SiteCheck:
    """A round of a site, every item answered: in order, or a fault to be mended within days.

    A fault is shown in a photo.
    """
    if not rights.INSPECT_SITE.covers(by, site):
        raise NotAllowed(_("此工地不在您岗位的网格范围内"), "filings.out_of_reach")
    _complete(answers)
    bad = check_rules.failed(answers)
    if bad and not (days and 1 <= days <= MOST_DAYS):
        raise Refusal(
            _("有不合格项，请定整改期限（1 至 %(most)d 个工作日）") % {"most": MOST_DAYS},
            "filings.no_deadline",
            field="days",
        )
    if bad and not photos:
        raise Refusal(_("不合格的请拍照"), "filings.no_photo", field="photos")
    matter = open_matter(
        queries.CHECK_KIND,
        title=_("工地检查 %(site)s") % {"site": site.name},
        prefix=PREFIX,
        place=site.grid or site.community,
        topic="dust",
        by=by,
        at=at,
    )
    check = SiteCheck.objects.create(
        matter=matter, site=site, failed=bad, days=days if bad else None, faults=1 if bad else 0
    )
    write_answers(matter, answers, number=1)
    attach_within(matter, Stage.BEFORE, photos, opened_now=True, by=by, at=at)
    if bad:
        take(matter, "demand", said=said or in_words(bad), by=by, at=at)
    else:
        take(matter, "find_in_order", said=said, by=by, at=at)
    return check


def _complete(answers: Mapping[str, str]) -> None:
    blank = check_rules.unanswered(check_rules.DUST, answers)
    if blank:
        raise Refusal(
            _("请逐项选择检查结果"),
            "filings.unanswered",
            fields=[FieldRefusal(code, _("请选择")) for code in blank],
        )


def in_words(codes: list[str]) -> str:
    """Items of a round by name."""
    titles = dict(check_rules.DUST)
    return "、".join(_(titles[code]) for code in codes if code in titles)


@action("filings.report_unfiled", _lazy("上报未报备施工"), right=rights.INSPECT_SITE)
def report_unfiled(*, site: Site, kind: FilingKind, said: str, by: Actor, at: datetime) -> Matter:
    """Work found on patrol that no filing covers: it becomes a case, night work one of its own.

    Refused where a filing of the kind is in force at this moment, which is named.
    """
    if not rights.INSPECT_SITE.covers(by, site):
        raise NotAllowed(_("此工地不在您岗位的网格范围内"), "filings.out_of_reach")
    valid = Matter.objects.filter(
        kind=queries.KIND,
        filing__site=site,
        filing__kind=kind,
        state=State.IN_FORCE,
        filing__starts_at__lte=at,
        filing__ends_at__gt=at,
    ).first()
    if valid is not None:
        raise Refusal(
            _("这里有有效报备 %(number)s，不是未报备施工；要检查请用“检查工地”")
            % {"number": valid.number},
            "filings.is_filed",
            field="kind",
        )
    by_night = kind.noisy and is_night(timezone.localtime(at).time(), queries.limits())
    topic = check_rules.patrol_case(kind.code, by_night=by_night)
    found = _("夜间违规施工") if topic == check_rules.NIGHT_CASE else _("未报备施工")
    return ask_for(
        CASES,
        Asked(
            topic=topic,
            words=f"{found}：{site.name}，{kind.title}。{said.strip()}",
            address=site.address,
            place=site.grid or site.community,
            lon=site.lon,
            lat=site.lat,
        ),
        by=by,
        at=at,
    )


# --- what the steps of a check do ----------------------------------------------------------------


def tell_to_mend(stepping: Stepping) -> None:
    """The site is told what is wrong and by when."""
    tell(
        stepping,
        queries.steward_accounts(stepping.matter.site_check.site_id),
        _lazy("请整改：%(matter)s"),
        body=stepping.said,
    )


def count_look_back(stepping: Stepping) -> None:
    """One look-back more that found it in order."""
    check = stepping.matter.site_check
    check.look_backs += 1
    check.save(update_fields=["look_backs"])


def hand_over(stepping: Stepping) -> None:
    """The second fault: a case for enforcement, linked to the check."""
    check = stepping.matter.site_check
    check.faults += 1
    check.save(update_fields=["faults"])
    site = check.site
    case = ask_for(
        CASES,
        Asked(
            topic=check_rules.case_of(check.failed),
            words=_("工地检查两次不合格，移交执法：%(site)s，%(items)s")
            % {"site": site.name, "items": in_words(check.failed)},
            address=site.address,
            place=site.grid or site.community,
            lon=site.lon,
            lat=site.lat,
            follows=stepping.matter,
        ),
        by=stepping.by,
        at=stepping.at,
    )
    note(changes={"case": case.number})
    tell(
        stepping,
        queries.steward_accounts(site.pk),
        _lazy("两次不合格，已移交执法：%(matter)s"),
        body=stepping.said,
    )
