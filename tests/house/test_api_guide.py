"""The page for those who write programs: everything from here, nothing for strangers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from gezhi.base.api import all_operations
from gezhi.core.staff.tests import office

pytestmark = pytest.mark.django_db


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


def test_the_document_is_in_the_readers_language_and_need_not_be_sent_twice(desk: Client) -> None:
    """That it is the one of the reference, `make check` sees."""
    address = "/api/v1/openapi.json"
    answer = desk.get(address)
    english = desk.get(address, headers={"accept-language": "en"}).json()

    again = desk.get(address, headers={"if-none-match": answer["ETag"]})

    assert again.status_code == 304
    chinese = answer.json()
    assert set(chinese["paths"]) == set(english["paths"])
    listed = [doc["paths"]["/api/v1/places"]["get"]["summary"] for doc in (chinese, english)]
    assert listed == ["任意一天的网格树", "The tree of grids on any day"]
