"""Pages over 142,190 people: the first and the 1,000th page of the list, a page of a person.

Measured through the whole stack of middleware with a session, as a browser's request; processor
time of the application alone, queries as the database is asked them (without BEGIN, COMMIT and
the search path).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from bench import ground
from bench.bench_import import SHEET, sheet_of
from bench.figures import Figure

TITLE = "清单与人员页（142,190 人） lists and pages at 142,190 people"
CODE = "410172561"
ROUNDS, TIMES = 5, 10
QUERIES, MILLISECONDS = 8, 20.0
OF_A_PERSON = 12


def run() -> Iterator[Figure]:
    """Load the town once, then ask for each page as often as it takes to be sure."""
    from django.core.management import call_command
    from django_tenants.utils import schema_context

    schema = ground.town_cell(CODE)
    call_command("collectstatic", interactive=False, verbosity=0)
    with schema_context(schema):
        fill()
        yield from pages()


def fill() -> None:
    """Everybody of the larger demo town, taken in from one sheet."""
    from django.conf import settings

    from gezhi.base.actors import system
    from gezhi.core.registry.imports import actions
    from gezhi.core.registry.models import Person
    from gezhi.wiring.towns import AS_OF

    if Person.objects.count() > SHEET * 0.9:
        return
    settings.IMPORT_READER_MEGABYTES = 2_000  # memory is another bench's subject
    by = system("command")
    sheet = sheet_of(SHEET)
    with sheet.open("rb") as file:
        batch = actions.upload_batch(file=file, name=sheet.name, as_of=AS_OF, by=by, at=ground.AT)
    actions.run_confirm(actions.run_check(batch, by=by, at=ground.AT), by=by, at=ground.AT)


def browser() -> Any:
    """A clerk of the whole subdistrict, signed in."""
    from datetime import date
    from importlib import import_module

    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from gezhi.base.rights import all_rights
    from gezhi.core.places.models import Place
    from gezhi.core.staff.models import Account, Post, Role

    settings.ALLOWED_HOSTS = ["*"]
    account, made = Account.objects.get_or_create(
        username="bench", defaults={"name": "压测", "password_set_at": timezone.now()}
    )
    if made:
        held = [right.code for right in all_rights() if right.code.startswith("registry.")]
        role = Role.objects.create(code="bench", title="压测", rights=held, levels=[1])
        top = Place.objects.get(level=1)
        Post.objects.create(account=account, role=role, place=top, valid_from=date(2022, 1, 1))
    Account.objects.filter(pk=account.pk).update(password_set_at=timezone.now())
    now = timezone.now().isoformat()
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.update({"account_id": str(account.pk), "started_at": now, "seen_at": now})
    store.save()
    client = Client(headers={"host": f"bench{CODE}.localhost"})
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    return client


def pages() -> Iterator[Figure]:
    """Each page: queries, and processor milliseconds of the application."""
    from gezhi.core.places.models import Place
    from gezhi.core.registry.models import Dwelling, Household, Person

    client = browser()
    person = Person.objects.filter(dwelling__isnull=False).order_by("pk")[1234]
    community = Place.objects.filter(level=2).order_by("code")[3]
    home = Dwelling.objects.filter(residents__gt=1).order_by("pk")[77]
    household = Household.objects.filter(members__gt=2).order_by("pk")[55]
    asked = (
        ("people, first page of 50", "/people/", QUERIES),
        ("people, page 1,000", "/people/?page=1000", QUERIES),
        ("people of a community", f"/people/?place={community.pk}", QUERIES),
        ("people, by name", "/people/?q=王", QUERIES),
        ("households, page 500", "/households/?page=500", QUERIES),
        ("dwellings, page 500", "/dwellings/?page=500", QUERIES),
        ("a person", f"/people/{person.pk}/", OF_A_PERSON),
        ("a household", f"/households/{household.pk}/", OF_A_PERSON),
        ("a dwelling", f"/dwellings/{home.pk}/", OF_A_PERSON),
        ("a building", f"/buildings/{home.building_id}/rooms/", OF_A_PERSON),
    )
    client.get("/people/")  # the tree of places comes into memory
    for what, address, most in asked:
        number, own, wall, bare = cost(client, address)
        yield Figure(f"{what}: queries", number, "", bar=most)
        yield Figure("  application", own, "ms CPU", bar=MILLISECONDS, note=f"{wall:.0f} ms in all")
        yield Figure("  floor: its questions put to the bare driver", bare, "ms CPU")


def cost(client: Any, address: str) -> tuple[int, float, float, float]:
    """(queries, processor milliseconds, milliseconds on the clock, the floor) of a warm request."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    # The first opening of a person's page is logged: it asks the most.
    with CaptureQueriesContext(connection) as told:
        answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    skipped = ("SET search_path", "BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    number = sum(not query["sql"].startswith(skipped) for query in told.captured_queries)
    with CaptureQueriesContext(connection) as again:
        client.get(address)
    asked = [query["sql"] for query in again.captured_queries]
    reads = [sql for sql in asked if sql.startswith("SELECT")]
    # The least of the rounds: what a busy machine adds is not the page's.
    own, wall = _least(lambda: client.get(address))
    bare, _wall = _least(lambda: _ask(reads))
    return number, own, wall, bare


def _ask(reads: list[str]) -> None:
    """Put questions to the database without the application: rows as tuples, nothing drawn."""
    from django.db import connection

    with connection.cursor() as cursor:
        for sql in reads:
            cursor.execute(sql)
            cursor.fetchall()


def _least(work: Callable[[], object]) -> tuple[float, float]:
    return min(_round(work) for _n in range(ROUNDS))


def _round(work: Callable[[], object]) -> tuple[float, float]:
    own, wall = time.process_time(), time.perf_counter()
    for _n in range(TIMES):
        work()
    return (
        (time.process_time() - own) / TIMES * 1000,
        (time.perf_counter() - wall) / TIMES * 1000,
    )
