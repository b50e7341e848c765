"""What privacy needs from areas above it: provided by them in their `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms

from gezhi.base.actors import Actor
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


@Hook
def correction_input(field: str) -> forms.Field | None:
    """The input for the right value of a field (`registry.Person.phone`). By the registry.

    None where a correction is no single value: it is made there before the request is answered.
    """
    return None


@Hook
def correct(
    *, person_id: UUID, field: str, value: Any, number: str, by: Actor, at: datetime
) -> None:
    """Write what a granted correction asks for, in the transaction of the answer. By the registry.

    Raises `Refusal` where the registry's own rules stand against it.
    """


@Hook
def delete_field(*, person_id: UUID, field: str, number: str, by: Actor, at: datetime) -> None:
    """Empty a field and forget what it was. By the registry; raises `Refusal` like `correct`."""


@Hook
def restrict(*, person_id: UUID, number: str, by: Actor, at: datetime) -> None:
    """Let a person's data only be stored from now on. By the registry."""
