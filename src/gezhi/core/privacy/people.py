"""The registry's people as privacy needs them: by key, without importing the area above."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.apps import apps

PERSON = "registry.Person"
PRESENT = "present"


def person(person_id: UUID | None) -> Any:
    """A person's row, or None."""
    return apps.get_model(PERSON).objects.filter(pk=person_id).first()


def rows_about(label: str, person_id: UUID) -> Any:
    """Rows of a table about a person (see `wanted.SUBJECT_OF`)."""
    from gezhi.core.privacy.wanted import SUBJECT_OF

    return apps.get_model(label).objects.filter(**{SUBJECT_OF[label]: person_id})
