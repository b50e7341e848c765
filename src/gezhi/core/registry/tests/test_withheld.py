"""What is shown of a field that is masked away: that it is empty, unless that says too much."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse

from gezhi.core.privacy.field_classes import CLASSES, mask_text
from gezhi.core.privacy.purposes import furnish_purposes
from gezhi.core.registry.models import Person
from gezhi.core.registry.tests import town
from gezhi.core.registry.tests.desk import at_desk, words
from gezhi.core.registry.tests.town import Town, settled

ALIKE = {"political", "care", "needs", "sheet", "search", "secret"}
"""Classes of which nobody without the duty may learn whether there is an entry."""


@pytest.fixture
def here() -> Town:
    furnish_purposes(date(2022, 1, 1))
    return town.build_town()


@pytest.mark.parametrize("kind", sorted(CLASSES))
def test_an_empty_field_shows_as_empty_unless_that_says_too_much(kind: str) -> None:
    assert mask_text("", kind) == ("***" if kind in ALIKE else "")


@pytest.mark.django_db
def test_a_file_offers_to_show_only_what_there_is_or_must_look_so(here: Town) -> None:
    person = settled(here.dwellings[0])
    Person.objects.filter(pk=person.pk).update(
        occupation="", workplace=None, political_status="", former_name=None
    )
    page = at_desk(here.subdistrict).get(reverse("registry.person", kwargs={"pk": person.pk}))

    text = re.sub(r"\s+", " ", words(page))
    assert re.search(r"职业 — 工作单位 — 政治面貌 \*\*\* 查看", text), text
