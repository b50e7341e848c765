"""Cases at 20,000, 200,000 and 1,000,000: report, list, page and step as whole requests.

Each is asked through every layer from the session to the journal; its figure is processor time of
the application and the database together. Beside it stands its floor: for what is read, the same
questions put to the bare driver; for what is written, the rows alone in one transaction. The cases
grow from a few hundred that went through the actions, copied with keys and dates of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from bench import ground
from bench.case_rows import grow, seed
from bench.clock import measured
from bench.figures import Figure

TITLE = "治理案件 cases"
CODE = "410172563"
SIZES = (20_000, 200_000, 1_000_000)
TIMES, ROUNDS = 20, 3
REPORT, LIST, PAGE, STEP = 20.0, 25.0, 20.0, 20.0
SKIPPED = ("SET search_path", "BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
Ask = Callable[[], Any]


def run() -> Iterator[Figure]:
    """Each size in turn, in the same cell; the growth from the smallest to the largest."""
    from django.core.management import call_command
    from django_tenants.utils import schema_context

    schema = ground.town_cell(CODE)
    call_command("collectstatic", interactive=False, verbosity=0)
    first: dict[str, float] = {}
    with schema_context(schema):
        seed()
        for size in SIZES:
            grow(schema, size)
            for what, figure in figures(size):
                yield figure
                if what:
                    first.setdefault(what, figure.value)
                    if size != SIZES[0]:
                        yield Figure(
                            f"  beside {SIZES[0]:,} cases", figure.value / first[what], "times"
                        )


def figures(size: str | int) -> Iterator[tuple[str, Figure]]:
    """The requests at one size: name of the measure (empty for what does not grow), figure."""
    operator, dispatcher, worker = (browser(one) for one in ("pan.shouli", "ji.pai", "ye.xun"))
    here = f"at {size:,} cases" if isinstance(size, int) else size
    yield from written("report a case", here, REPORT, reports(operator))
    for name, address, client in lists(operator, dispatcher, worker):
        yield from read(name, here, LIST, client, address)
    yield from read("case page", here, PAGE, dispatcher, f"/cases/{_closed()}/")
    yield from written("a step (dispatch)", here, STEP, dispatches(dispatcher))


def lists(operator: Any, dispatcher: Any, worker: Any) -> Iterator[tuple[str, str, Any]]:
    """The list as it is asked: whole, filtered, far down, in one community, for a word."""
    from gezhi.core.places.models import Place

    community = Place.objects.filter(level=2).order_by("code")[3]
    yield "list of 50", "/cases/", operator
    yield "list of 50, closed, hotline", "/cases/?state=closed&source=hotline", operator
    yield "list of 50, open, by due", "/cases/?open=1&sort=due_at", dispatcher
    yield "list of 50, a community", f"/cases/?place={community.pk}&state=closed", operator
    yield "list of 50, a word", "/cases/?q=井盖", operator
    yield "list of 50, page 100", "/cases/?page=100", operator
    yield "list of 50, by a grid worker", "/cases/", worker
    yield "inbox", "/matters/", dispatcher


def read(
    name: str, here: str, bar: float, client: Any, address: str
) -> Iterator[tuple[str, Figure]]:
    """A page's figures beside the floor of its own questions."""
    number, asked = questions(client, address)
    cost = least(lambda: client.get(address))
    bare = least(lambda: put(asked))
    yield (
        name,
        Figure(
            f"{name} {here}",
            cost,
            "ms CPU",
            bar=bar,
            note=f"{number} queries; its questions bare {bare:.1f} ms",
        ),
    )


def written(name: str, here: str, bar: float, asks: Iterator[Ask]) -> Iterator[tuple[str, Figure]]:
    """A write's figures: each time another, the least of the rounds."""
    for _warm in range(3):
        next(asks)()
    number = counted(next(asks))
    ready = [[next(asks) for _n in range(TIMES)] for _round in range(ROUNDS)]
    cost = min(cpu(batch) for batch in ready)
    bare = least(bare_write)
    yield (
        name,
        Figure(
            f"{name} {here}",
            cost,
            "ms CPU",
            bar=bar,
            note=f"{number} queries; five rows bare {bare:.1f} ms",
        ),
    )


def reports(client: Any) -> Iterator[Ask]:
    """Reports taken at the counter, none the same."""
    from gezhi.core.places.models import Building
    from gezhi.services.cases.models import Category

    category = Category.objects.get(nature="event", code="0102", valid_to=None)
    building = Building.objects.select_related("compound").order_by("pk")[7]
    while True:
        told = {
            "description": "楼下垃圾没人清",
            "address": f"{building.compound.name} {building.name}",
            "category": str(category.pk),
            "source": "counter",
            "_anyway": "1",
            "_once": str(uuid4()),
        }
        yield lambda told=told: went(client.post("/cases/report/", told))


def dispatches(client: Any) -> Iterator[Ask]:
    """A step each on a case of its own that waits for it."""
    from gezhi.core.staff.models import Unit
    from gezhi.engines.matters.models import Matter

    unit = Unit.objects.get(code="HW")
    rows = Matter.objects.filter(kind="cases", state="filed").order_by("pk")
    for matter in rows[: TIMES * ROUNDS + 10]:
        told = {"unit": str(unit.pk), "revision": matter.revision, "_once": str(uuid4())}
        address = f"/cases/{matter.pk}/dispatch/"
        yield lambda address=address, told=told: went(client.post(address, told))


def went(answer: Any) -> None:
    """Insist that a write was done: a refusal costs less."""
    if answer.status_code != 302:
        raise RuntimeError(f"{answer.status_code}: {answer.content.decode()[:2000]}")


def browser(username: str) -> Any:
    """One of the cast, signed in and known to the process."""
    from importlib import import_module

    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from gezhi.core.staff.models import Account

    settings.ALLOWED_HOSTS, settings.DEMO = ["*"], True
    now = timezone.now().isoformat()
    account = Account.objects.get(username=username)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.update({"account_id": str(account.pk), "started_at": now, "seen_at": now})
    store.save()
    client = Client(headers={"host": f"bench{CODE}.localhost"})
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    client.get("/matters/")
    return client


def questions(client: Any, address: str) -> tuple[int, list[str]]:
    """How many questions a page asks, and those that read."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    with CaptureQueriesContext(connection) as told:
        answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    asked = [query["sql"] for query in told.captured_queries]
    number = sum(not sql.startswith(SKIPPED) for sql in asked)
    return number, [sql for sql in asked if sql.startswith("SELECT")]


def counted(ask: Ask) -> int:
    """How many questions a write asks."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as told:
        ask()
    return sum(not one["sql"].startswith(SKIPPED) for one in told.captured_queries)


def put(asked: list[str]) -> None:
    """Questions to the database without the application: rows as tuples, nothing drawn."""
    from django.db import connection

    with connection.cursor() as cursor:
        for sql in asked:
            cursor.execute(sql)
            cursor.fetchall()


def bare_write() -> None:
    """The rows of a report alone, in one transaction: what no way of reporting can leave out."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for table in ("matters_running", "matters_taken", "cases_case", "journal_journalline"):
            cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS bench_{table} (LIKE {table})")
            cursor.execute(f"INSERT INTO bench_{table} SELECT * FROM {table} LIMIT 1")
        cursor.execute("UPDATE matters_counter SET last = last WHERE prefix = ''")


def least(ask: Ask) -> float:
    """Milliseconds of processor time of one run, the least of the rounds."""
    return min(cpu([ask] * TIMES) for _round in range(ROUNDS))


def cpu(asks: list[Ask]) -> float:
    """Milliseconds of processor time of each, application and database."""
    with measured() as cost:
        for ask in asks:
            ask()
    return cost.cpu / len(asks) * 1000


def _closed() -> Any:
    from gezhi.engines.matters.models import Matter

    return Matter.objects.filter(kind="cases", state="closed").order_by("-opened_at")[40].pk
