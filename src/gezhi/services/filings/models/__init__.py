"""Kinds of work, filings with their particulars, checks of sites, alerts."""

from gezhi.services.filings.models.alerts import Alert, Stopped
from gezhi.services.filings.models.checks import Answer, CheckState, SiteCheck
from gezhi.services.filings.models.filings import Filing, State, Steward
from gezhi.services.filings.models.kinds import FilingKind, LocalLimits, QuietTime

__all__ = [
    "Alert",
    "Answer",
    "CheckState",
    "Filing",
    "FilingKind",
    "LocalLimits",
    "QuietTime",
    "SiteCheck",
    "State",
    "Steward",
    "Stopped",
]
