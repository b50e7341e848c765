"""A resident with a code from the counter: their contact is filled in, their reports are listed."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from gezhi.base.ids import uuid7
from gezhi.base.samples import Spot
from gezhi.core.privacy.models import AccessEntry, AccessKind
from gezhi.core.registry.models import Person
from gezhi.core.registry.tests.samples import SAMPLES
from gezhi.core.staff.tests import office
from gezhi.services.cases.models import Case
from gezhi.services.cases.public import queries
from gezhi.services.cases.public.forms import begun
from gezhi.services.cases.public.models import Own
from gezhi.services.cases.tests.conftest import Centre

pytestmark = pytest.mark.django_db


def somebody(centre: Centre) -> Person:
    spot = Spot(
        grid=centre.ground.yongle_1,
        account=office.account("own.sample"),
        person_id=uuid7(),
        at=timezone.now(),
    )
    made = SAMPLES[Person](spot)
    return Person.objects.get(pk=made.pk)


def visiting(person: Person) -> Client:
    """A browser in which somebody came in with their code."""
    client = Client()
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    now = timezone.now().isoformat()
    store.update({"resident_id": str(person.pk), "began_at": now, "seen_at": now})
    store.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    return client


def told(**more: Any) -> dict[str, Any]:
    return {
        "description": "路灯不亮",
        "address": "紫兰苑 3号楼",
        "begun": begun(timezone.now() - timedelta(minutes=1)),
        "_once": str(uuid4()),
        **more,
    }


def test_name_and_telephone_are_filled_in_and_the_look_is_logged(centre: Centre) -> None:
    person = somebody(centre)

    html = visiting(person).get("/c/report/").content.decode()

    assert str(person.name) in html
    entry = AccessEntry.objects.get(subject_id=person.pk)
    assert entry.kind == AccessKind.OWN
    assert set(entry.fields) == {"name", "phone"}


def test_what_one_reports_is_found_again_in_ones_own_pages(centre: Centre) -> None:
    person = somebody(centre)
    client = visiting(person)

    client.post("/c/report/", told())

    case = Case.objects.select_related("matter").get()
    html = client.get("/my/cases/").content.decode()
    assert case.matter.number in html
    assert f"/c/{case.matter.number}/{queries.code_of(case.pk)}/" in html
    other = visiting(somebody_else(person))
    assert case.matter.number not in other.get("/my/cases/").content.decode()


def somebody_else(person: Person) -> Person:
    """Another row of the same ground."""
    keep = {"name": "李另", "community_id": person.community_id, "grid_id": person.grid_id}
    fields = {one.attname: getattr(person, one.attname) for one in Person._meta.concrete_fields}
    for name in ("id", "id_no", "id_no_index", "phone_index"):
        fields.pop(name, None)
    return Person.objects.create(**{**fields, **keep})


def test_who_would_rather_not_is_not_listed(centre: Centre) -> None:
    person = somebody(centre)
    client = visiting(person)

    client.post("/c/report/", told(_apart="1"))

    assert Case.objects.count() == 1
    assert not Own.objects.exists()


def test_a_stranger_has_no_list(centre: Centre) -> None:
    assert Client().get("/my/cases/").status_code == 404
