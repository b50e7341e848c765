"""The guide shows the product as it is: each picture is used, each used one is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gezhi.base.testing import ROOT

GUIDE = ROOT / "docs" / "guide"
LINK = re.compile(r"\[[^\]]*\]\((?!https?:)([^)#]+)\)")
PAGES = sorted(GUIDE.glob("*.md"))
LARGEST = 150_000
"""Bytes of a picture: a guide is read over telephone networks, too."""


def linked(page: Path) -> set[Path]:
    """Files of this repository that a page links to or shows."""
    return {(page.parent / name).resolve() for name in LINK.findall(page.read_text())}


def taken() -> set[str]:
    """Names of the pictures the journeys take."""
    said = "".join(path.read_text() for path in (ROOT / "tests" / "journeys").glob("test_*.py"))
    return set(re.findall(r'look\(\w+, "([^"]+)"\)', said))


def test_every_picture_is_used_and_every_used_one_is_there() -> None:
    kept = {path.resolve() for path in (GUIDE / "shots").iterdir()}
    shown = {one for page in PAGES for one in linked(page) if one.parent.name == "shots"}
    assert kept == shown


def test_every_picture_is_taken_by_a_journey() -> None:
    assert {path.stem for path in (GUIDE / "shots").iterdir()} == taken()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert [one.name for one in linked(page) if not one.exists()] == []


def test_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (GUIDE / "shots").iterdir()}
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}
