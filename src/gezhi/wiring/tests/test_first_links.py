"""`gezhi cell administrators`: how a new office gets its first three people in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection as connection_here
from django.test import Client

from gezhi.core.places.models import Place
from gezhi.wiring import cli

pytestmark = pytest.mark.django_db
PASSWORD = "Yellow7Bicycle"


@pytest.fixture(autouse=True)
def _nothing_to_prepare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    for name in ("load_django", "prepare"):
        monkeypatch.setattr(f"gezhi.wiring.commands.cell.{name}", lambda: None)


def test_the_links_are_printed_and_let_three_people_in(
    cell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["cell", "administrators", "410172360"]) == 0

    links = re.findall(r"(\w+)  http://[\w.]+(/set-password/[\w-]+/)", capsys.readouterr().out)
    assert [username for username, _path in links] == ["sysadmin", "secadmin", "auditor"]
    for username, path in links:
        browser = Client()
        browser.post(path, {"new": PASSWORD, "again": PASSWORD})
        answer = browser.post("/sign-in/", {"username": username, "password": PASSWORD})
        assert (answer.status_code, answer["Location"]) == (302, "/")


def test_an_office_without_a_place_is_founded_with_them(
    cell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not Place.objects.exists()

    cli.main(["cell", "administrators", "410172360"])

    connection_here.set_tenant(cell)  # type: ignore[attr-defined]
    assert Place.objects.get().code == "410172360"
