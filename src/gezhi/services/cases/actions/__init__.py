"""Named writes: report a case, join one, merge; orders, whistles; and what the steps do."""

from gezhi.services.cases.actions.catalogue import bring_catalogue, change_category
from gezhi.services.cases.actions.joint import Call, blow_for, oversee
from gezhi.services.cases.actions.practice import practice_here, set_practice
from gezhi.services.cases.actions.reporting import Joining, Report, join, report, report_again
from gezhi.services.cases.actions.steps import MOST_DAYS

__all__ = [
    "MOST_DAYS",
    "Call",
    "Joining",
    "Report",
    "blow_for",
    "bring_catalogue",
    "change_category",
    "join",
    "oversee",
    "practice_here",
    "report",
    "report_again",
    "set_practice",
]
