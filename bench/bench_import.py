"""A sheet of 142,190 people checked and confirmed, beside the steps that nobody can leave out.

The floor is the sum of: calamine reading the sheet, AES-GCM over every value that is stored
sealed, HMAC over every value that is indexed, and binary COPY of the very same rows into the very
same tables with their indexes and foreign keys. `GEZHI_BENCH_ROWS` asks for other sizes than
14,219 and 142,190 (`14219,142190,1421900`); the largest goes in as csv.
"""

from __future__ import annotations

import csv
import hmac
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from bench import ground
from bench.clock import Cost, measured
from bench.figures import Figure

TITLE = "导入：检查 + 入库（加密、索引、留痕） import: check + confirm"
SIZES = [int(n) for n in os.environ.get("GEZHI_BENCH_ROWS", "14219,142190").split(",")]
SHEET = 142_190
TABLES = ("dwelling", "household", "person", "residence", "carelabel")
BAR = 1.8
MOST_MEMORY = 512.0


@dataclass(slots=True)
class Run:
    rows: int
    check: Cost
    confirm: Cost
    floor: dict[str, float]

    @property
    def cpu(self) -> float:
        return self.check.cpu + self.confirm.cpu

    @property
    def peak(self) -> float:
        return max(self.check.peak, self.confirm.peak)


def run() -> Iterator[Figure]:
    """Measure each size; the growth of time and memory per row from one to the next."""
    schema = ground.town_cell()
    before: Run | None = None
    for size in SIZES:
        one = _measure(schema, size)
        floor = sum(one.floor.values())
        yield Figure(
            f"{size:,} rows: check + confirm",
            one.cpu,
            "s CPU",
            floor=floor,
            bar=BAR if size >= SHEET else None,
            note=" + ".join(f"{name} {value:.1f}" for name, value in one.floor.items()),
        )
        parts = (
            f"own {one.check.own:.1f} + {one.confirm.own:.1f},"
            f" database {one.check.database:.1f} + {one.confirm.database:.1f}"
        )
        yield Figure("  on the clock", one.check.wall + one.confirm.wall, "s", note=parts)
        yield Figure(
            "  peak memory, reader included",
            one.peak,
            "MB",
            bar=MOST_MEMORY if size <= SHEET else None,
            note=f"check {one.check.peak:.0f}, confirm {one.confirm.peak:.0f}",
        )
        if before is not None:
            yield Figure(
                f"  CPU a row, beside {before.rows:,} rows",
                one.cpu / one.rows / (before.cpu / before.rows),
                "times",
            )
            yield Figure(
                "  memory a row, beside the smaller sheet",
                one.peak / one.rows / (before.peak / before.rows),
                "times",
                bar=1.0,
            )
        before = one


def _measure(schema: str, size: int) -> Run:
    from django.conf import settings
    from django_tenants.utils import schema_context

    from gezhi.base.actors import system
    from gezhi.core.registry.imports import actions
    from gezhi.core.registry.models import ImportBatch
    from gezhi.wiring.towns import AS_OF

    sheet = made_apart(size)
    ground.empty_registry(schema)
    if size > SHEET:
        settings.IMPORT_READER_MEGABYTES = 4_000
    by = system("command")
    with schema_context(schema):
        with measured() as check:
            with sheet.open("rb") as file:
                batch = actions.upload_batch(
                    file=file, name=sheet.name, as_of=AS_OF, by=by, at=ground.AT
                )
            batch = actions.run_check(batch, by=by, at=ground.AT)
        if batch.state != "checked":
            raise RuntimeError(f"{sheet}: {batch.state} {batch.refusal}")
        with measured() as confirm:
            batch = actions.run_confirm(batch, by=by, at=ground.AT)
        told = {name: batch.counts[name] for name in ("new", "refused", "cleaned", "warned")}
        print(f"{size:,}: {told}", flush=True)
        floor = _floor(sheet, schema)
        ImportBatch.objects.filter(pk=batch.pk).delete()
    return Run(size, check, confirm, floor)


def made_apart(size: int) -> Path:
    """The sheet, made by a process that ends: what inventing a town takes is not the import's."""
    import subprocess
    import sys

    script = f"from bench import bench_import, ground; print(bench_import.sheet_of({size}))"
    subprocess.run([sys.executable, "-c", script], check=True, stdout=subprocess.DEVNULL)
    return sheet_of(size)


def sheet_of(size: int) -> Path:
    """A sheet of the invented town of so many rows, made once; beyond the town's size as csv."""
    from gezhi.core.registry.sheet_templates import POPULATION
    from gezhi.wiring.towns import FENGYANG, build_town, people_of
    from gezhi.wiring.towns.chance import Dice
    from gezhi.wiring.towns.dirt import EVERY_KIND
    from gezhi.wiring.towns.sheets import DIRTY_SHARE, people_rows, spoiled_rows, write_sheet

    folder = ground.var() / "sheets"
    folder.mkdir(parents=True, exist_ok=True)
    ending = "xlsx" if size <= SHEET else "csv"
    path = folder / f"people-{size}.{ending}"
    if path.exists():
        return path
    from collections import Counter

    town = build_town(FENGYANG)
    rows = spoiled_rows(
        people_rows(people_of(town)), EVERY_KIND, Dice("bench"), DIRTY_SHARE, Counter()
    )
    if size <= SHEET:
        write_sheet(path, POPULATION, "实有人口登记表", islice(rows, size))
        return path
    columns = POPULATION.columns
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([column.heading for column in columns])
        people = list(rows)
        for copy in range(-(-size // len(people))):
            for row in people[: size - copy * len(people)]:
                writer.writerow(
                    [_again(row.get(column.field, ""), column.field, copy) for column in columns]
                )
    return path


def _again(value: Any, field: str, copy: int) -> Any:
    """A value for a further copy of the town: other people, in other rooms of the same houses."""
    from gezhi.base.identifiers import check_character

    if not copy or not value:
        return value
    if field in ("id_no", "head_id_no") and len(str(value)) == 18 and str(value)[:17].isdigit():
        # The same birthday and serial under another region code: another number.
        body = f"41{copy + 10:02d}{str(value)[4:17]}"
        return body + check_character(body)
    if field == "unit" and str(value).isdigit():
        return value
    return value


def _floor(sheet: Path, schema: str) -> dict[str, float]:
    """What cannot be left out, done on its own with the same values."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from django.apps import apps
    from django.db import connection, transaction

    from gezhi.core.privacy.fields import BlindIndexField, SealedField

    floor = {"read": _reading(sheet)}
    models = [apps.get_model("registry", name) for name in TABLES]
    sealed: list[int] = []
    indexed = 0
    copies: list[tuple[str, bytes]] = []
    with connection.cursor() as cursor:
        for model in models:
            table = model._meta.db_table
            for field in model._meta.concrete_fields:
                if isinstance(field, SealedField):
                    cursor.execute(
                        f"SELECT length({field.column}) FROM {table}"
                        f" WHERE {field.column} IS NOT NULL"
                    )
                    sealed.extend(row[0] - 32 for row in cursor.fetchall())
                elif isinstance(field, BlindIndexField):
                    cursor.execute(f"SELECT count({field.column}) FROM {table}")
                    indexed += cursor.fetchone()[0]
            with cursor.copy(f"COPY {table} TO STDOUT (FORMAT BINARY)") as out:
                copies.append((table, b"".join(out)))
        names = ", ".join(f'"{schema}"."{table}"' for table, _rows in copies)
        cursor.execute(f"TRUNCATE {names} CASCADE")
    texts = ["x" * length for length in sealed]
    with measured() as cost:
        cipher = AESGCM(bytes(32))
        nonces = os.urandom(12 * len(texts))
        encrypt = cipher.encrypt
        [
            encrypt(nonces[at * 12 : at * 12 + 12], text.encode(), b"registry_person.id_no")
            for at, text in enumerate(texts)
        ]
    floor["AES-GCM"] = cost.own
    number = "410172194901310026"
    with measured() as cost:
        key, digest = bytes(32), hmac.digest
        [digest(key, number.encode(), "sha256") for _n in range(indexed)]
    floor["HMAC"] = cost.own
    with measured() as cost, transaction.atomic(), connection.cursor() as cursor:
        for table, rows in copies:
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as into:
                into.write(rows)
    floor["COPY"] = cost.cpu
    return floor


def _reading(sheet: Path) -> float:
    """Processor seconds of calamine (or the csv module) going through the sheet."""
    import subprocess
    import sys

    calamine = (
        "from python_calamine import CalamineWorkbook as W\n"
        f"for row in W.from_path({str(sheet)!r}).get_sheet_by_index(0).iter_rows(): pass\n"
    )
    plain = (
        "import csv\n"
        f"for row in csv.reader(open({str(sheet)!r}, encoding='utf-8', newline='')): pass\n"
    )
    script = calamine if sheet.suffix == ".xlsx" else plain
    before = os.times()
    subprocess.run([sys.executable, "-c", script], check=True)
    after = os.times()
    return (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
