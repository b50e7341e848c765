"""The kinds of work a new office starts from. Offices adjust them; codes stay."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from gezhi.base.sentences import _
from gezhi.base.workdays import Unit
from gezhi.services.filings.models import FilingKind, QuietTime
from gezhi.services.filings.models.kinds import AlertLevel, Decider

WD, HOUR = Unit.WORKING_DAY.value, Unit.EMERGENCY_HOUR.value
YELLOW, ORANGE, RED = AlertLevel.YELLOW, AlertLevel.ORANGE, AlertLevel.RED
COPIES: Final = ["enforcement_officer"]
"""Safety, ecology and city management on the ground, who are told of what is acknowledged."""

FIRST: Final[tuple[dict[str, Any], ...]] = (
    {
        "code": "start",
        "title": _("开工、复工"),
        "lead_amount": 2,
        "longest_days": 730,
        "asks": ["contract_no", "safety_officer", "insurance_no", "acceptance_no"],
        "stops_at": RED,
        "copies": COPIES,
    },
    {
        "code": "night",
        "title": _("夜间施工"),
        "lead_amount": 24,
        "lead_unit": HOUR,
        "longest_days": 15,
        "asks": ["process", "certificate_no", "notice_on", "noise_monitor"],
        "stops_at": RED,
        "copies": COPIES,
    },
    {
        "code": "earthwork",
        "title": _("土石方、渣土"),
        "lead_amount": 2,
        "longest_days": 30,
        "asks": [
            *("volume_m3", "disposal_no", "haulier", "plates", "route", "dump_site"),
            *("transport_only", "special_pass"),
        ],
        "stops_at": YELLOW,
        "wind_from": 4,
        "copies": COPIES,
    },
    {
        "code": "demolition",
        "title": _("拆除"),
        "lead_amount": 5,
        "longest_days": 60,
        "asks": ["plan_no", "utilities_cut", "dust_plan"],
        "stops_at": YELLOW,
        "wind_from": 4,
        "copies": COPIES,
    },
    {
        "code": "hot_work",
        "title": _("动火作业"),
        "longest_days": 7,
        "asks": [
            *("hot_level", "work_spot", "outdoors", "welder_certificate", "watcher"),
            "extinguishers",
        ],
        "decides": Decider.GRID,
        "noisy": False,
        "stops_at": ORANGE,
    },
    {
        "code": "road",
        "title": _("占道、掘路"),
        "lead_amount": 5,
        "longest_days": 60,
        "asks": [
            *("area_m2", "digs", "near", "police_consent", "road_opened_on"),
            *("road_repaired_on", "fence_plan"),
        ],
        "stops_at": YELLOW,
        "copies": COPIES,
    },
    {
        "code": "lifting",
        "title": _("大型吊装、塔吊"),
        "lead_amount": 2,
        "longest_days": 30,
        "asks": ["machine_no", "plan_no", "operator_certificates"],
        "stops_at": RED,
        "wind_from": 6,
    },
    {
        "code": "stop",
        "title": _("停工"),
        "longest_days": 365,
        "asks": ["covered", "fenced", "wages_paid"],
        "decides": Decider.GRID,
        "noisy": False,
        "closes_others": True,
    },
    {
        "code": "finish",
        "title": _("完工"),
        "longest_days": 30,
        "asks": ["covered", "fenced", "wages_paid"],
        "decides": Decider.GRID,
        "noisy": False,
        "closes_others": True,
    },
    {
        "code": "epidemic",
        "title": _("疫情管控"),
        "longest_days": 30,
        "asks": ["workers_listed", "closed_loop", "tests", "policy_version"],
        "noisy": False,
    },
    {
        "code": "small_work",
        "title": _("装修、零星作业"),
        "longest_days": 90,
        "asks": ["flat", "firm", "deposit_yuan", "walls_untouched"],
        "decides": Decider.GRID,
        "stops_at": RED,
    },
)
EXAMS: Final = ((_("高考"), (6, 7), (6, 9)), (_("中考"), (6, 24), (6, 26)))
"""Days on which examinations usually fall; each year's notice is entered over them."""


def furnish_kinds(at: datetime) -> None:
    """Give an office its kinds and the usual examination days; one that has them keeps its own."""
    if not FilingKind.objects.exists():
        FilingKind.objects.bulk_create(
            FilingKind(order=number, **row) for number, row in enumerate(FIRST, start=1)
        )
    if not QuietTime.objects.exists():
        year = timezone.localdate(at).year
        QuietTime.objects.bulk_create(
            QuietTime(name=name, first=date(y, *first), last=date(y, *last))
            for y in range(year, year + 5)
            for name, first, last in EXAMS
        )
