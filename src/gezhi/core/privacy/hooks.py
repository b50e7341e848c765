"""What privacy needs from areas above it: provided by them in their `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from gezhi.base.pages.hooks import Hook


@Hook
def accounts_holding(right: str, on: date, places: Sequence[UUID] = ()) -> Sequence[UUID]:
    """Accounts whose posts give a right on a day: whom an alarm or a request goes to.

    With `places`, only posts at one of these places or over the whole cell. Provided by staff.
    """
    return ()


@Hook
def code_words(model: str, field: str, value: str) -> str:
    """A coded value (`01` of ethnicity) in words, for the person's own file. By the registry."""
    return value


@Hook
def person_of_number(number: str) -> Any:
    """The person with this ID number or phone, or None. Provided by the registry."""
    return None
