"""Every page names a right, and lets in whom it should: endpoint by role by scope, all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from gezhi.base import pages as ui
from gezhi.base.api import all_operations
from gezhi.base.pages.urls import all_pages
from gezhi.base.rights import Right, own, within_posting
from gezhi.base.samples import Spot, Visit
from gezhi.core.registry.tests.samples import stands_in_a_building

PAGES = [page for page in all_pages() if not page.public]
OPEN = {
    "home",
    "staff.sign_in",
    "staff.sign_out",
    "staff.set_password",
    "staff.demo_sign_in",
    "ui.preferences",
    "ui.gallery",
    "my.enter",
    "demo.front",
    "demo.progress",
    "filings.board",
    # residents report and follow a case: by number and code, without sign-in
    *("cases.public", "cases.public_report", "cases.public_case", "cases.public_receipt"),
    *("cases.public_photo", "cases.public_map", "cases.public_points", "cases.public_ground"),
    # Open311 reads what the public map shows, and knows programs by tokens of their own
    *("open311.discovery", "open311.services", "open311.service"),
    *("open311.requests", "open311.request", "open311.token"),
}
"""Pages for strangers. A new one is a decision: write it down here."""
OUTSIDE_PAGES = {"health.live", "health.ready", "api.docs", "api.document"}
SIZE: Counter[str] = Counter()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_names_a_right(page: type[ui.Page]) -> None:
    assert isinstance(page.right, Right)


def test_only_the_listed_pages_are_for_strangers() -> None:
    assert {page.name for page in all_pages() if page.public} <= OPEN


def test_every_address_is_a_page_or_health() -> None:
    known = {page.name for page in all_pages()} | OUTSIDE_PAGES
    known |= {f"api.{operation.name}" for operation in all_operations()}

    assert {pattern.name for pattern in _patterns(get_resolver().url_patterns)} <= known


def _patterns(patterns: Any) -> Iterator[URLPattern]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _patterns(one.url_patterns)
        else:
            yield one


@pytest.mark.django_db
def test_a_stranger_gets_404_from_every_address(world: Any) -> None:
    stranger = Client()
    for page in PAGES:
        address = reverse(page.name, kwargs=dict(world.visit(page, world.inside).kwargs))
        for answer in (stranger.get(address), stranger.post(address, {})):
            # A page of one's own sends a browser that has just been signed out to its door.
            assert answer.status_code == 404, f"{page.name}: {answer.status_code}"


# --- the matrix ------------------------------------------------------------------------


def reaches(right: Right, seat: Any, spot: Spot, inside: Spot, row: Any, actor: Any) -> bool:
    """Whether a right held in a seat reaches a row, from where both lie, not from the code asked.

    Scopes that no rule of this test knows are asked of the row itself.
    """
    if right.code not in seat.rights:
        return False
    if right.where is None or row is None:
        return True
    if isinstance(right.where, within_posting):
        here = seat.level <= 3 or stands_in_a_building(row)
        return seat.level == 1 or (here and spot is inside)
    if isinstance(right.where, own):
        return spot is inside
    return right.where.covers(actor, right.code, row)


def verdict(
    page: type[ui.Page], visit: Visit, seat: Any, spot: Spot, inside: Spot, actor: Any
) -> str:
    """What must come of it: out of sight (404), not yours (403), or let in."""
    besides = [*visit.also, *([page.of.right] if hasattr(page, "of") else [])]
    if any(right.code not in seat.rights for right in besides):
        return "404"
    opens_others = visit.unless is not None and visit.unless.code in seat.rights and seat.level == 1
    if visit.owned and spot is not inside and not opens_others:
        return "404"
    sees: Right | None = getattr(page, "sees", None)
    can_act = reaches(page.right, seat, spot, inside, visit.row, actor)
    if sees is None:
        return "in" if can_act else "404"
    if not reaches(sees, seat, spot, inside, visit.row, actor):
        return "404"
    return "in" if can_act else "403"


def came(status: int) -> str:
    return str(status) if status in (403, 404, 500) else "in"


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_lets_in_whom_it_should(
    page: type[ui.Page], world: Any, ask: Any, seats: Any
) -> None:
    wrong = []
    for spot in (world.inside, world.outside):
        visit = world.visit(page, spot)
        if visit.row is None and not visit.owned and spot is world.outside:
            continue
        where = "inside" if spot is world.inside else "outside"
        for seat in seats:
            actor = world.actor(seat)
            expected = verdict(page, visit, seat, spot, world.inside, actor)
            methods: list[Any] = [None]
            if not issubclass(page, ui.ListPage):
                methods.append({})
            for data in methods:
                status = ask(page, actor, visit, data=data)
                SIZE["page"] += 1
                if status == 405:  # takes no posts, from nobody
                    continue
                if (found := came(status)) != expected:
                    method = "GET" if data is None else "POST"
                    wrong.append(f"{method} {page.path} {seat} {where}: {found}, not {expected}")
    assert not wrong, "\n".join(wrong)


LISTS = [page for page in PAGES if issubclass(page, ui.ListPage)]
SCOPED = [page for page in LISTS if page.right.where is not None and "<" not in page.path]


@pytest.mark.django_db
@pytest.mark.parametrize("page", SCOPED, ids=lambda page: page.name)
def test_a_list_shows_the_rows_in_scope_and_no_others(
    page: Any, world: Any, seats: Any, rf: Any
) -> None:
    model = page.rows(world.actor(seats[0]), world.inside.at).model
    rows = {spot: world.sample(model, spot) for spot in (world.inside, world.outside)}
    listed = page.rows(world.actor(seats[0]), world.inside.at)
    wrong = []
    for spot, row in rows.items():
        if not listed.filter(pk=row.pk).exists():
            continue
        for seat in seats:
            actor = world.actor(seat)
            request = rf.get("/")
            request.actor = actor
            expected = reaches(page.right, seat, spot, world.inside, row, actor)
            SIZE["list"] += 1
            if page(request).found.filter(pk=row.pk).exists() != expected:
                wrong.append(f"{page.name} {seat}: {'hidden' if expected else 'shown'}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("page", LISTS, ids=lambda page: page.name)
def test_what_is_done_to_many_rows_asks_its_own_right(
    page: Any, world: Any, ask: Any, seats: Any
) -> None:
    visit = world.visit(page, world.inside)
    doings = [(act.right, {"_bulk": act.name, "pick": "0"}, None) for act in page.bulk]
    if page.export_right is not None:
        doings.append((page.export_right, None, {"out": "xlsx"}))
        doings.append((page.export_right, {"_out": "print"}, None))
    wrong = []
    for right, data, query in doings:
        for seat in seats:
            expected = "404" if page.right.code not in seat.rights else "403"
            if expected == "403" and right.code in seat.rights:
                expected = "in"
            found = came(ask(page, world.actor(seat), visit, data=data, query=query))
            SIZE["bulk"] += 1
            if found != expected:
                wrong.append(f"{page.name} {data or query} {seat}: {found}, not {expected}")
    assert not wrong, "\n".join(wrong)


def test_the_size_of_the_matrix(seats: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(  # noqa: T201 - the matrix prints its size
            f"\nmatrix: {len(PAGES)} pages x {len(seats)} seats, in and out of scope: "
            f"{SIZE['page']} answers of pages, {SIZE['list']} rows of lists, "
            f"{SIZE['bulk']} bulk acts and exports asked in this process"
        )
