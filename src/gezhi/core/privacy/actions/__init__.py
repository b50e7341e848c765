"""Named writes of privacy: reading in full, emergencies, alarms, purposes, requests, codes."""

from gezhi.core.privacy.actions.alarms import handle_alarm, raise_alarm
from gezhi.core.privacy.actions.codes import IssuedCode, enter_with_code, issue_code
from gezhi.core.privacy.actions.glass import break_glass, review_break_glass
from gezhi.core.privacy.actions.purposes import end_purpose, set_purpose
from gezhi.core.privacy.actions.reading import record_access, reveal, reveal_many
from gezhi.core.privacy.actions.requests import (
    answer_request,
    file_request,
    withdraw_request,
)

__all__ = [
    "IssuedCode",
    "answer_request",
    "break_glass",
    "end_purpose",
    "enter_with_code",
    "file_request",
    "handle_alarm",
    "issue_code",
    "raise_alarm",
    "record_access",
    "reveal",
    "reveal_many",
    "review_break_glass",
    "set_purpose",
    "withdraw_request",
]
