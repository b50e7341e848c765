"""The page for those who write programs: everything from here, nothing for strangers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from gezhi.base.api import all_operations
from gezhi.core.staff.tests import office

pytestmark = pytest.mark.django_db
DRAWN = Path(settings.ROOT) / "docs" / "reference" / "openapi.json"


@pytest.fixture
def desk(world: Any) -> Client:
    return office.come(office.hire("api.reader", "grid_worker_part", world.ground.yongle_1))


def test_the_page_names_every_operation_and_loads_nothing_from_elsewhere(desk: Client) -> None:
    answer = desk.get("/api-guide/")

    page = answer.content.decode()
    assert answer.status_code == 200
    for operation in all_operations():
        assert f"/api/v1/{operation.path}".replace("{uuid:", "{") in page
    loaded = re.findall(r"""<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=["']([^"']+)""", page)
    assert loaded
    assert not [one for one in loaded if not one.startswith(("/", "data:"))]
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", page), (
        "the policy allows no inline script"
    )
    assert not re.search(r"""\sstyle=["']|\son\w+=["']""", page)


def test_strangers_see_neither_the_page_nor_the_document(world: Any) -> None:
    for address in ("/api-guide/", "/api/v1/openapi.json"):
        assert Client().get(address).status_code == 404


def test_the_document_is_the_one_in_the_reference(desk: Client) -> None:
    answer = desk.get("/api/v1/openapi.json")

    again = desk.get("/api/v1/openapi.json", headers={"if-none-match": answer["ETag"]})

    assert answer.json() == json.loads(DRAWN.read_text()), "run `make reference`"
    assert again.status_code == 304
