"""Named writes of filings."""

from gezhi.services.filings.actions.alerting import lift_alert, raise_alert, turn
from gezhi.services.filings.actions.checking import begin_check, report_unfiled
from gezhi.services.filings.actions.drafting import draft_filing, fill_in, repeat_filing
from gezhi.services.filings.actions.setting_up import (
    add_quiet_time,
    change_kind,
    drop_quiet_time,
    end_steward,
    name_steward,
    set_limits,
)

__all__ = [
    "add_quiet_time",
    "begin_check",
    "change_kind",
    "draft_filing",
    "drop_quiet_time",
    "end_steward",
    "fill_in",
    "lift_alert",
    "name_steward",
    "raise_alert",
    "repeat_filing",
    "report_unfiled",
    "set_limits",
    "turn",
]
