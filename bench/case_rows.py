"""A million cases in minutes: some told through the actions, the rest copied inside the database.

A copy has keys, a number and dates of its own, put back by chance within three years.
What is open is copied ten times and no more, as an office has a few hundred open cases whatever it
has closed; a few hundred wait for dispatch, for the bench of a step.
"""

from __future__ import annotations

from typing import Any, Final

SEED: Final = 250
WAITING: Final = 700
"""Cases that wait for a dispatcher: each step of the bench takes one."""
OPEN_COPIES: Final = 10
TABLES: Final = {
    "matters_matter": {
        "id": "md5(one.id::text || {copy})::uuid",
        "number": "'B' || {copy} || '-' || right(one.number, 11)",
        "parent_id": "NULL",
    },
    "cases_case": {"matter_id": "md5(one.matter_id::text || {copy})::uuid"},
    "matters_running": {
        "id": "md5(one.id::text || {copy})::uuid",
        "matter_id": "md5(one.matter_id::text || {copy})::uuid",
    },
    "matters_taken": {
        "id": "md5(one.id::text || {copy})::uuid",
        "matter_id": "md5(one.matter_id::text || {copy})::uuid",
    },
}
"""What is another's in a copy, by table; every moment is put back besides."""
BACK: Final = "(hashtext(one.{key}::text || copy) & 2147483647) % 1500000 * interval '1 minute'"
"""By how much: the same for all rows of a case."""


def seed() -> None:
    """The larger town's units, people and first cases; nothing where they are."""
    from bench import ground
    from gezhi.base.actors import system
    from gezhi.services.cases.models import Case
    from gezhi.wiring.demo import casework, casting, desks
    from gezhi.wiring.towns import FENGYANG
    from gezhi.wiring.towns.cast import CAST
    from gezhi.wiring.towns.desks import desks_of
    from gezhi.wiring.towns.staff import staff_of

    if Case.objects.count() >= SEED:
        return
    by, before = system("command"), ground.AT - casework.BEFORE
    desks.open_desks(spec=FENGYANG, desks=list(desks_of(FENGYANG)), by=by, at=before)
    cast = [one for one in CAST if one.town == FENGYANG.key and one.home is None]
    casting.enrol_missing([*cast, *staff_of(FENGYANG)], FENGYANG, by, before)
    desks.name_desks(by=by, at=before)
    casework.tell(FENGYANG, casework.stories(FENGYANG, SEED, at=ground.AT))


def grow(schema: str, size: int) -> None:
    """Copy until there are so many."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        _remember_the_seed(cursor)
        cursor.execute("SELECT count(*) FROM matters_matter WHERE kind = 'cases'")
        there = cursor.fetchone()[0]
        cursor.execute("SELECT coalesce(max(number), 0) FROM bench_copies")
        copy = cursor.fetchone()[0]
        cursor.execute("SELECT count(*), count(*) FILTER (WHERE ended) FROM bench_seed")
        every, ended = cursor.fetchone()
        while there < size:
            copies = 1 if copy < OPEN_COPIES else max(1, min(250, (size - there) // ended))
            which = "true" if copy < OPEN_COPIES else "ended"
            with transaction.atomic():
                for table, changed in TABLES.items():
                    _copy(cursor, table, changed, copy + 1, copies, which)
                cursor.execute("INSERT INTO bench_copies VALUES (%s)", [copy + copies])
            there += copies * (every if which == "true" else ended)
            copy += copies
        _wait_for_dispatch(cursor)
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")
        print(f"{there:,} cases", flush=True)


def _remember_the_seed(cursor: Any) -> None:
    """Which cases were told through the actions, and how often they were copied."""
    cursor.execute("CREATE TABLE IF NOT EXISTS bench_copies (number integer)")
    cursor.execute(
        "CREATE TABLE IF NOT EXISTS bench_seed AS SELECT id, ended_at IS NOT NULL AS ended"
        " FROM matters_matter WHERE kind = 'cases'"
    )


def _copy(
    cursor: Any, table: str, changed: dict[str, str], first: int, copies: int, which: str
) -> None:
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
        " AND table_schema = current_schema() AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    columns = cursor.fetchall()
    key = "id" if table == "matters_matter" else "matter_id"
    values = []
    for name, kind in columns:
        if name in changed:
            values.append(changed[name].format(copy="copy"))
        elif kind == "timestamp with time zone":
            values.append(f"one.{name} - {BACK.format(key=key)}")
        else:
            values.append(f"one.{name}")
    named = ", ".join(f'"{name}"' for name, _kind in columns)
    cursor.execute(
        f"INSERT INTO {table} ({named}) SELECT {', '.join(values)} FROM {table} one"
        f" JOIN bench_seed ON bench_seed.id = one.{key},"
        f" generate_series({first}, {first + copies - 1}) copy WHERE {which}"
    )


def _wait_for_dispatch(cursor: Any) -> None:
    """Enough cases filed and not dispatched, as an earlier bench has dispatched its own."""
    cursor.execute(
        "UPDATE matters_matter SET state = 'filed', ended_at = NULL, unit_id = NULL,"
        " holder_id = NULL, due_at = opened_at WHERE id IN (SELECT id FROM matters_matter"
        " WHERE kind = 'cases' AND state = 'closed' AND id NOT IN (SELECT id FROM bench_seed)"
        " ORDER BY opened_at DESC OFFSET 3000 LIMIT %s)",
        [WAITING],
    )
