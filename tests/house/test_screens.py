"""What is true of every screen: each demands a right, leads somewhere, sorts and filters."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse

from gezhi.base import pages as ui
from gezhi.base import rights
from gezhi.base.actors import system
from gezhi.base.areas import areas
from gezhi.base.pages.columns import ANY_ID
from gezhi.base.pages.exports import LeavingList
from gezhi.base.pages.filters import FilterError

PAGES = sorted(ui.all_pages(), key=lambda page: page.name)
LISTS = [page for page in PAGES if issubclass(page, ui.ListPage)]
ICONS = set(
    (Path(settings.ROOT) / "src" / "gezhi" / "base" / "ui" / "icons.txt").read_text().split("\n")
)
ALSO_SCREENS = {"api.docs"}
"""Pages that no area declares: wiring's own, for it alone knows every operation."""
AT = datetime(2022, 9, 13, 4, tzinfo=UTC)


def leads(name: str) -> bool:
    """Whether a URL of this name exists, with or without a row's key."""
    for arguments in ({}, {"pk": ANY_ID}):
        try:
            reverse(name, kwargs=arguments)
        except NoReverseMatch:
            continue
        return True
    return False


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_public_by_its_own_word_or_demands_a_declared_right(page: type[ui.Page]) -> None:
    if page.public:
        assert vars(page).get("public") is True
    else:
        assert rights.right_named(page.right.code) is page.right


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_leads_only_to_pages_that_exist(page: Any) -> None:
    wanted = [*page.crumbs, getattr(page, "opens", ""), getattr(page, "done", "")]
    wanted += [one.to for one in chain(getattr(page, "buttons", ()), getattr(page, "acts", ()))]
    wanted += [act.to for act in getattr(page, "bulk", ())]
    wanted += [name for one in getattr(page, "related", ()) for name in (one.opens, one.all_in)]
    fields = chain(
        getattr(page, "columns", ()), *(one.fields for one in getattr(page, "sections", ()))
    )
    wanted += [getattr(one, name, "") for one in fields for name in ("to", "reveal")]

    assert not [name for name in wanted if name and not leads(name)]


@pytest.mark.django_db
@pytest.mark.parametrize("page", LISTS, ids=lambda page: page.name)
def test_a_list_sorts_and_filters_by_columns_its_rows_have(page: type[ui.ListPage]) -> None:
    rows = page.rows(system(), AT)
    orders = [column.order for column in page.columns if column.order] + list(page.ordering)
    for order in orders:
        rows.order_by(order).query.get_compiler("default").as_sql()
    for one in page.filters:
        for value in ("1", "2022-09-13"):
            query = QueryDict("&".join(f"{name}={value}" for name in one.parameters))
            try:
                one.narrow(rows, query)
            except FilterError:
                continue  # said to the reader, as it should be
    keys = [column.key for column in page.columns]
    assert len(keys) == len(set(keys))
    parameters = [name for one in page.filters for name in one.parameters]
    assert len(parameters) == len(set(parameters))
    assert not {"page", "size", "sort", "cols", "out"} & set(parameters)


@pytest.mark.parametrize("page", LISTS, ids=lambda page: page.name)
def test_personal_columns_leave_only_under_a_right_with_a_second_factor(
    page: type[LeavingList],
) -> None:
    if page.export_right is not None and any(column.personal for column in page.columns):
        assert page.export_right.second_factor


def test_menu_lines_lead_to_pages_that_ask_the_same_right_and_have_their_icon() -> None:
    for area in areas():
        for line in area.menu():
            assert line.icon in ICONS, line.icon
            if line.url_name in ALSO_SCREENS:
                assert leads(line.url_name)
                continue
            page = ui.page_named(line.url_name)
            assert page.public or page.right is line.right, line.url_name


def test_icons_that_declarations_name_are_drawn() -> None:
    named = {
        one.icon
        for page in PAGES
        for kind in ("buttons", "acts", "bulk")
        for one in getattr(page, kind, ())
        if one.icon
    }
    assert named <= ICONS, named - ICONS
