"""The look: preferences that need no script, the gallery, the pages that say no."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory, override_settings

from gezhi.base.pages import refusals
from gezhi.base.pages.pictures import BuildingPicture, Room, Unit
from gezhi.base.tests import ladders

UI = Path(__file__).parent.parent


@pytest.fixture
def door() -> Iterator[Client]:
    with override_settings(**ladders.SETTINGS):
        ladders.visitor[0] = None
        yield Client(headers={"accept-language": "zh-hans"})


def choose(door: Client, **wanted: str) -> str:
    """Press buttons of the user menu; the page shown next."""
    answer = door.post("/ui/preferences/", wanted | {"next": "/hours/"})
    assert (answer.status_code, answer["Location"]) == (302, "/hours/")
    return door.get("/hours/").content.decode()


def test_the_look_is_chosen_without_signing_in_and_without_script(door: Client) -> None:
    assert 'data-bs-theme="light"' in door.get("/hours/").content.decode()
    assert 'data-bs-theme="dark"' in choose(door, theme="dark")
    assert "ui/theme.js" in choose(door, theme="auto")
    assert "data-elder" in choose(door, elder="on")
    assert "data-elder" not in choose(door, elder="off")
    assert '<html lang="en"' in choose(door, language="en")


def test_what_is_no_choice_changes_nothing(door: Client) -> None:
    page = choose(door, theme="<b>", elder="yes", language="klingon")

    assert 'data-bs-theme="light"' in page
    assert not {"gezhi_theme", "gezhi_elder", "django_language"} & set(door.cookies)


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example", "x\n"])
def test_preferences_never_lead_to_another_host(door: Client, address: str) -> None:
    answer = door.post("/ui/preferences/", {"theme": "dark", "next": address})

    assert answer["Location"] == "/"


def test_the_gallery_is_for_the_demo_alone(door: Client) -> None:
    with override_settings(DEBUG=False, DEMO=False):
        assert door.get("/ui/").status_code == 404
    with override_settings(DEMO=True):
        assert door.get("/ui/").status_code == 200
        assert len(door.get("/ui/?map").json()["features"]) == 4


def test_nothing_is_said_inline_that_the_content_policy_forbids(door: Client) -> None:
    with override_settings(DEMO=True):
        page = door.get("/ui/").content.decode()

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*src=)", page)
    for template in (UI / "templates").rglob("*.html"):
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"", template.read_text()), template


def test_every_icon_used_is_in_the_sprite() -> None:
    drawn = set((UI / "icons.txt").read_text().split("\n"))
    used = set()
    for template in (UI / "templates").rglob("*.html"):
        used |= set(re.findall(r'{% icon "([^"]+)"', template.read_text()))

    assert used
    assert used <= drawn


def test_the_pages_that_say_no_stand_without_table_or_session() -> None:
    request = RequestFactory().get("/x")
    request.request_id = "0192-abc"  # type: ignore[attr-defined]

    broken, away = refusals.broken(request), refusals.away(request)

    assert (broken.status_code, away.status_code) == (500, 503)
    assert "0192-abc" in broken.content.decode()
    assert away["Retry-After"]


def test_a_refusal_inside_another_middleware_is_said_as_well() -> None:
    from gezhi.base.errors import Conflict

    def inner(request: HttpRequest) -> None:
        raise Conflict("有人先改了，请刷新后再试", "x.changed")

    with override_settings(**ladders.SETTINGS):
        answer = refusals.RefusalPages(inner)(RequestFactory().get("/x"))  # type: ignore[arg-type]

    assert answer.status_code == 409


def test_a_building_is_drawn_from_the_top_floor_down_with_gaps_kept() -> None:
    one = Unit("1 单元", {1: [Room("101"), Room("102")], 2: [Room("201")]})
    two = Unit("2 单元", {1: [Room("103")], 3: [Room("303")]})
    rows = BuildingPicture("3 号楼", (one, two)).rows()

    drawn = [(floor, [room.label if room else "" for room in rooms]) for floor, rooms in rows]
    assert drawn == [(3, ["", "", "303"]), (2, ["201", "", ""]), (1, ["101", "102", "103"])]
