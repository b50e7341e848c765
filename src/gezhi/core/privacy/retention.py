"""How long each table is kept, and the nightly run that ends it.

Every table of the house is listed here, as personal with its rule or as not personal with the
reason; a house test asserts it. The periods and what they rest on stand beside each other, are
drawn into `docs/reference`, and a nightly run deletes what is over, in batches, with a report of
counts that never holds the data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import DateField, DateTimeField, ForeignObjectRel, Model, Q
from django.utils import timezone

from gezhi.base.actors import Actor, system
from gezhi.base.sentences import _, translated
from gezhi.core.journal.actions import action, note
from gezhi.core.journal.books import KEPT_YEARS, Book, book_of, books_here
from gezhi.core.journal.closing import drop_lines_before
from gezhi.core.journal.leaves import canonical
from gezhi.core.privacy import people
from gezhi.core.privacy.keeping import declared
from gezhi.core.privacy.models import ErasureReport, RightsRequest
from gezhi.core.privacy.rotation import tables_here
from gezhi.core.privacy.rules import THREE_YEARS, Retention, expired_by
from gezhi.core.privacy.wanted import SUBJECT_OF

BATCH: Final = 1_000
LAW_56: Final = _("《个人信息保护法》第五十六条：处理情况记录至少保存三年")
LOGS: Final = _("《网络安全法》：网络日志留存不少于六个月；本平台保存十二个月")
SHORTEST: Final = _("《个人信息保护法》第十九条：实现目的所必要的最短时间")


@dataclass(frozen=True, slots=True)
class After:
    """Kept for a period from a date of its own on; rows without that date are still in use."""

    column: str
    period: Retention
    why: str
    only: Q = field(default_factory=Q)
    """Which rows the period is for; the others are still in use."""


@dataclass(frozen=True, slots=True)
class With:
    """Goes when the row it belongs to goes."""

    label: str


@dataclass(frozen=True, slots=True)
class WhileInUse:
    """Kept as long as what it describes stands; its personal fields are overwritten or emptied."""

    why: str


@dataclass(frozen=True, slots=True)
class NotPersonal:
    """Holds nothing about a person."""

    why: str = ""


Rule = After | With | WhileInUse | NotPersonal

GROUND: Final = NotPersonal(_("地方与地址库，不含住户"))
TABLES: Final[Mapping[str, Rule]] = {
    # --- the frame
    "contenttypes.ContentType": NotPersonal(),
    "auth.Permission": NotPersonal(),
    "auth.Group": NotPersonal(),
    "cells.Cell": NotPersonal(),
    "cells.Host": NotPersonal(),
    "cells.RollUp": NotPersonal(_("只有汇总数")),
    "cells.Exchange": After("taken_at", Retention(days=30), SHORTEST),
    **{
        f"procrastinate.Procrastinate{name}": NotPersonal(_("任务队列，只有编号"))
        for name in ("Worker", "Job", "Event", "PeriodicDefer")
    },
    # --- journal
    "journal.JournalLine": After(
        "day", Retention(years=KEPT_YEARS), _("与普通事项档案同期（十年）；只含工作人员信息")
    ),
    "journal.JournalDetail": After("line__at", THREE_YEARS, LAW_56),
    "journal.JournalDay": NotPersonal(_("只有哈希值")),
    "journal.Once": After("at", Retention(days=7), SHORTEST),
    # --- notices and places
    "notices.Notice": After("sent_at", Retention(years=1), SHORTEST),
    **{f"office.{name}": NotPersonal() for name in ("WorkYear", "OfficeHours")},
    **{
        f"places.{name}": GROUND
        for name in (
            "Place",
            "PlacePeriod",
            "Compound",
            "CompoundAlias",
            "Building",
            "BuildingGrid",
        )
    },
    **{
        f"places.{name}": WhileInUse(_("与网格沿革同存；只含工作人员姓名"))
        for name in ("BoundaryDraft", "Regrid")
    },
    **{
        f"places.{name}": GROUND
        for name in ("Edition", "RegridOld", "RegridNew", "RegridMove", "RegridGridMove")
    },
    "places.UnresolvedAddress": After("resolved_at", Retention(months=6), SHORTEST),
    # --- privacy
    "privacy.Purpose": NotPersonal(),
    "privacy.AccessEntry": After("day", THREE_YEARS, LAW_56),
    "privacy.AccessNote": With("privacy.AccessEntry"),
    "privacy.AccessTally": After("day", THREE_YEARS, LAW_56),
    "privacy.Alarm": After("handled_at", THREE_YEARS, LAW_56),
    "privacy.BreakGlass": After("reviewed_at", THREE_YEARS, LAW_56),
    "privacy.RightsRequest": After("decided_at", THREE_YEARS, LAW_56),
    "privacy.ResidentCode": After("expires_at", Retention(months=12), LOGS),
    "privacy.CodeAttempt": After("at", Retention(months=12), LOGS),
    "privacy.ErasureReport": NotPersonal(_("只有数量")),
    # --- registry
    "registry.Person": After(
        "ended_on",
        Retention(years=2),
        _("迁出或去世后两年：办理遗留事项和防止误删，之后删除"),
        only=Q(state__in=("left", "deceased")),
    ),
    **{
        f"registry.{name}": With("registry.Person")
        for name in (
            *("PersonChange", "Residence", "CareLabel", "MigrantFacts", "OverseasFacts"),
            *("LeftBehindFacts", "LifeEvent", "Conflict", "Merge"),
        )
    },
    "registry.Household": WhileInUse(_("户存续期间；成员删除时与其脱离")),
    "registry.HouseholdChange": WhileInUse(_("户存续期间")),
    "registry.Dwelling": WhileInUse(_("房屋存续期间；产权人信息随变更覆盖")),
    "registry.DwellingChange": After("changed_at", THREE_YEARS, LAW_56),
    "registry.Enterprise": WhileInUse(_("单位存续期间；联系人随变更覆盖")),
    "registry.EnterpriseChange": After("changed_at", THREE_YEARS, LAW_56),
    "registry.Shop": WhileInUse(_("门店存续期间；联系人随变更覆盖")),
    "registry.ShopChange": After("changed_at", THREE_YEARS, LAW_56),
    "registry.Site": WhileInUse(_("工地存续期间；责任人随变更覆盖")),
    "registry.SiteChange": After("changed_at", THREE_YEARS, LAW_56),
    "registry.Vehicle": After(
        "until",
        Retention(months=6),
        _("不再停放后六个月：办完占道、损坏等遗留事项，之后删除"),
    ),
    "registry.VehicleChange": With("registry.Vehicle"),
    "registry.Source": WhileInUse(_("所支撑的登记存续期间；只含工作人员姓名")),
    "registry.Tally": NotPersonal(_("只有数量")),
    "registry.VisitInterval": NotPersonal(),
    "registry.QualityFigure": NotPersonal(_("只有数量")),
    "registry.SavedView": WhileInUse(_("账号存续期间；由本人删除")),
    "registry.ExportRequest": After("asked_at", THREE_YEARS, LAW_56),
    "registry.ImportBatch": After("uploaded_at", THREE_YEARS, LAW_56),
    "registry.ImportFinding": After("batch__files_until", Retention(days=1), SHORTEST),
    "registry.ImportUndo": After("batch__files_until", Retention(days=1), SHORTEST),
    "registry.ImportMapping": NotPersonal(_("只有表头")),
    # --- staff
    "staff.Account": WhileInUse(_("任职期间及其操作记录保存期间；停用后不能登录")),
    "staff.FormerPassword": With("staff.Account"),
    "staff.Role": NotPersonal(),
    "staff.Unit": NotPersonal(),
    "staff.RoleChange": WhileInUse(_("与操作记录同期，用于说明当时的职责")),
    "staff.Program": WhileInUse(_("与操作记录同期，用于说明当时的职责")),
    "staff.Post": WhileInUse(_("与操作记录同期，用于说明当时的职责")),
    "staff.Session": After("expire_date", Retention(days=1), SHORTEST),
    "staff.SignInAttempt": After("at", Retention(months=12), LOGS),
    "staff.OneTimeLink": After("expires_at", Retention(months=12), LOGS),
}
"""What becomes of each table of core, by model label."""


@cache
def all_tables() -> Mapping[str, Rule]:
    """What becomes of each table of the house: those of core, and what other areas declare."""
    tables = dict(TABLES)
    for more in declared("TABLES"):
        if twice := tables.keys() & more.keys():
            raise ValueError(f"two rules for {sorted(twice)}")
        tables |= more
    return tables


def words_of(label: str) -> str:
    """A table's rule in words, for the reference and the person's own page."""
    rule = all_tables()[label]
    if isinstance(rule, With):
        return words_of(rule.label)
    if isinstance(rule, After):
        period = rule.period
        words, number = (
            (_("%(n)s 年（%(why)s）"), period.years)
            if period.years
            else (_("%(n)s 个月（%(why)s）"), period.months)
            if period.months
            else (_("%(n)s 天（%(why)s）"), period.days)
        )
        return translated(words) % {"n": number, "why": translated(rule.why)}
    return translated(rule.why or _("不含个人信息"))


# --- the nightly run ----------------------------------------------------------------------


def delete_expired(at: datetime) -> ErasureReport:
    """Delete everything whose keeping is over, and report counts by table.

    Each batch is a transaction of its own, so a run that is broken off loses nothing and the
    next one goes on. What a law or an open request still needs is held, and counted as held.
    """
    today = timezone.localdate(at)
    counts: Counter[str] = Counter()
    held: Counter[str] = Counter()
    here = tables_here()
    for label, rule in all_tables().items():
        if isinstance(rule, After) and apps.get_model(label)._meta.db_table in here:
            _end(label, rule, today, counts, held)
    return _report(
        counts={label: n for label, n in sorted(counts.items()) if n},
        held={label: n for label, n in sorted(held.items()) if n},
        by=system("job"),
        at=at,
    )


@action("privacy.delete_expired", _("到期删除"))
def _report(
    *, counts: Mapping[str, int], held: Mapping[str, int], by: Actor, at: datetime
) -> ErasureReport:
    report = ErasureReport.objects.create(
        at=at,
        counts=dict(counts),
        held=dict(held),
        digest=sha256(canonical({"at": at, "counts": counts, "held": held})).digest(),
    )
    note(report, changes={"counts": counts, "held": held})
    return report


def _end(label: str, rule: After, today: date, counts: Counter[str], held: Counter[str]) -> None:
    model = apps.get_model(label)
    last_expired = expired_by(rule.period, today)
    keep = HELD.get(label)
    if (book := book_of(model)) is not None:
        first = book.kept_from(today)
        counts[label] += drop_lines_before(book, first, held=keep(today) if keep else None)
        held[label] += book.lines.objects.filter(day__lt=first).count()
        return
    over = model._base_manager.filter(rule.only, **_until(model, rule.column, last_expired))
    if keep is not None:
        held[label] += over.filter(keep(today)).count()
        over = over.exclude(pk__in=over.filter(keep(today)).values("pk"))
    while keys := list(over.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            if label == people.PERSON:
                for key in keys:
                    erase_person(key)
            else:
                model._base_manager.filter(pk__in=keys).delete()
        counts[label] += len(keys)


def _until(model: type[Model], column: str, day: date) -> dict[str, Any]:
    """The filter for a date column, or a moment's day in the office's zone, up to a day."""
    path = column.split("__")
    found: Any = model._meta.get_field(path[0])
    for step in path[1:]:
        found = found.related_model._meta.get_field(step)
    if isinstance(found, DateTimeField):
        return {f"{column}__date__lte": day}
    if isinstance(found, DateField):
        return {f"{column}__lte": day}
    raise TypeError(f"{model._meta.label}.{column} is no date")


def _asked_about(today: date) -> Q:
    return Q(pk__in=RightsRequest.objects.exclude(entry=None).values("entry"))


def _open_request(today: date) -> Q:
    return Q(pk__in=RightsRequest.objects.filter(state="open").values("subject_id"))


HELD: Final[Mapping[str, Callable[[date], Q]]] = {
    "privacy.AccessEntry": _asked_about,
    "registry.Person": _open_request,
    "registry.ImportBatch": lambda _today: Q(source__isnull=False),
}
"""What is kept beyond its period: readings somebody asked about, people with an open request,
batches that the registry still names as its source."""


# --- one person ---------------------------------------------------------------------------


def erase_person(person_id: UUID) -> Counter[str]:
    """Erase a person and every row about them, and the personal part of the lines of each book.

    What stays: that somebody read the record (for three years, by key only), requests and their
    answers, and counts. Rows of others that merely point here lose the pointer. Returns counts.
    """
    model = apps.get_model(people.PERSON)
    counts: Counter[str] = Counter()
    with transaction.atomic():
        for absorbed in model.objects.filter(merged_into=person_id).values_list("pk", flat=True):
            counts += erase_person(absorbed)
        # Hidden relations (related_name "+") point here as well.
        for relation in model._meta.get_fields(include_hidden=True):
            if not isinstance(relation, ForeignObjectRel):
                continue
            key: Any = relation.field
            rows = relation.related_model._base_manager.filter(**{key.name: person_id})
            # A row that is about the person goes, even of a kind that may be about nobody.
            if key.null and SUBJECT_OF.get(relation.related_model._meta.label) != key.attname:
                rows.update(**{key.name: None})
            else:
                counts[relation.related_model._meta.label] += rows.delete()[0]
        counts[people.PERSON] += model._base_manager.filter(pk=person_id).delete()[0]
        for book in books_here():
            counts[book.details._meta.label] += erase_person_details(book, person_id)
    return counts


def erase_person_details(book: Book, person_id: UUID) -> int:
    """Erase the personal part of every line about a person; the lines stay provable."""
    gone: int = book.details._base_manager.filter(subject_id=person_id).delete()[0]
    return gone
