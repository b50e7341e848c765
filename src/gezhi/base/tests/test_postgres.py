"""The private database server: started, killed, started twice, found half made, backed up."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

import gezhi
from gezhi.base.postgres import Server, backup, read_note, restore
from gezhi.base.postgres.places import SOCKET_PATH_LIMIT
from gezhi.base.postgres.programs import Account, find_programs, programs_for
from gezhi.base.terminal import Trouble
from gezhi.base.testing import open_folder

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Instead of pytest's own, which lies in a folder closed to the database account."""
    with open_folder() as folder:
        yield folder


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of its own in a folder the database account can enter."""
    made = Server(tmp_path / "pg")
    yield made
    made.stop()
    _forget(made)


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    """One server for the tests that only read or fill databases."""
    with open_folder() as folder:
        made = Server(folder / "pg", durable=False)
        made.start()
        yield made
        made.stop()
        _forget(made)


def _forget(server: Server) -> None:
    """Remove what a server keeps outside the test's own folder."""
    sockets = Path(psycopg.conninfo.conninfo_to_dict(server.url("x"))["host"])  # type: ignore[arg-type]
    home = server.folder.resolve()
    if home != server.folder:
        shutil.rmtree(home)
        home.with_name(f"{home.name}.serves").unlink()
    if home not in sockets.parents:
        shutil.rmtree(sockets)


def _pid(server: Server) -> int:
    pid = server.status().pid
    assert pid is not None
    return pid


def _kill(server: Server) -> None:
    os.kill(_pid(server), signal.SIGKILL)
    deadline = time.monotonic() + 30
    while server.status().running:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_starting_twice_is_starting_once(server: Server) -> None:
    assert server.start() is True
    assert server.start() is False
    assert server.status().running
    assert server.stop() is True
    assert server.stop() is False
    assert not server.status().running


def test_two_processes_starting_at_once_get_one_server(server: Server) -> None:
    code = (
        "import sys; from pathlib import Path; from gezhi.base.postgres import Server;"
        "print(Server(Path(sys.argv[1])).start())"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(gezhi.__file__).parents[1])}
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(server.folder)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    told = sorted(run.communicate(timeout=120)[0].strip() for run in runs)
    assert told == ["False", "False", "True"]


def test_a_killed_server_keeps_every_acknowledged_write(server: Server) -> None:
    server.start()
    server.ensure_database("office")
    with psycopg.connect(server.url("office")) as connection:
        connection.execute("CREATE TABLE visit (said text)")
        connection.execute("INSERT INTO visit VALUES ('入户走访')")
    _kill(server)
    assert server.start() is True
    with psycopg.connect(server.url("office")) as connection:
        assert connection.execute("SELECT said FROM visit").fetchall() == [("入户走访",)]


def test_a_killed_server_is_brought_back_and_a_stopped_one_is_not(server: Server) -> None:
    server.start()
    assert server.recover() is False
    _kill(server)
    assert server.recover() is True
    server.stop()
    assert server.recover() is False
    assert not server.status().running


def test_a_note_naming_somebody_elses_process_does_not_stop_a_start(server: Server) -> None:
    server.start()
    note = server.home() / "data" / "postmaster.pid"
    lines = note.read_text().splitlines()
    server.stop()
    note.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    if server.account:
        os.chown(note, server.account.uid, server.account.gid)
    assert server.status().pid is None
    assert server.start() is True


def test_a_half_made_cluster_is_made_again(server: Server) -> None:
    half = server.home() / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    assert server.start() is True
    assert not half.exists()


def test_data_of_another_version_are_left_alone_with_a_sentence(server: Server) -> None:
    server.start()
    server.stop()
    (server.home() / "data" / "PG_VERSION").write_text("13\n")
    with pytest.raises(Trouble, match="PostgreSQL 13"):
        server.start()


def test_a_full_disk_is_told_before_anything_is_written(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "gezhi.base.postgres.server.shutil.disk_usage",
        lambda _: shutil._ntuple_diskusage(10**9, 10**9, 0),
    )
    with pytest.raises(Trouble, match=r"磁盘|disk"):
        server.start()
    assert not (server.home() / "data").exists()


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    folder = tmp_path / "pg"
    (folder / "run").mkdir(parents=True)
    os.chown(folder, 12345, 12345)
    with pytest.raises(Trouble, match="12345"):
        Server(folder)


def test_a_path_longer_than_a_socket_allows_still_works(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["街道办事处综合治理中心"] * 4)
    deep.mkdir(parents=True)
    server = Server(deep / "pg", durable=False)
    server.start()
    try:
        sockets = str(psycopg.conninfo.conninfo_to_dict(server.url("postgres"))["host"])
        assert len(f"{sockets}/.s.PGSQL.5432".encode()) <= SOCKET_PATH_LIMIT
        psycopg.connect(server.url("postgres")).close()
    finally:
        server.stop()
        _forget(server)


def test_only_its_account_may_enter_and_no_port_is_open(running: Server) -> None:
    assert stat.S_IMODE(running.home().stat().st_mode) == 0o700
    with psycopg.connect(running.url("postgres")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW jit").fetchone() == ("off",)
        role = connection.execute(
            "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert role == (False,)


def test_a_stranger_on_the_same_machine_is_turned_away(running: Server) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can act as a stranger")
    stranger = (
        "import socket, sys\n"
        "try: socket.socket(socket.AF_UNIX).connect(sys.argv[1])\n"
        "except PermissionError: sys.exit(7)\n"
    )
    path = running.home() / "run" / ".s.PGSQL.5432"
    interpreter = "/usr/bin/python3"
    if not Path(interpreter).exists():
        pytest.skip("no Python that a stranger may run")
    ended = subprocess.run([interpreter, "-c", stranger, path], user=4242, group=4242, check=False)
    assert ended.returncode == 7
    with socket.socket(socket.AF_UNIX) as ours:
        ours.connect(str(path))


def test_chinese_text_is_letters_to_trigram_search(running: Server) -> None:
    running.ensure_database("search")
    with psycopg.connect(running.url("search")) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        assert connection.execute("SELECT cardinality(show_trgm('紫兰苑'))").fetchone() == (4,)


def test_personal_data_in_a_failed_statement_stay_out_of_the_log(running: Server) -> None:
    running.ensure_database("quiet")
    with psycopg.connect(running.url("quiet"), autocommit=True) as connection:
        connection.execute("CREATE TABLE person (phone text UNIQUE)")
        connection.execute("INSERT INTO person VALUES ('13800001234')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES ('13800001234')")
    # The log has a process of its own, which on a busy machine writes a little later.
    deadline = time.monotonic() + 20
    logs = ""
    while "duplicate key" not in logs and time.monotonic() < deadline:
        time.sleep(0.05)
        logs = "".join(log.read_text() for log in (running.home() / "log").glob("*.log"))
    assert "duplicate key" in logs
    assert "13800001234" not in logs


@pytest.fixture
def office(running: Server) -> Iterator[str]:
    """A database with a shared table and one cell that points to it."""
    running.ensure_database("town")
    with psycopg.connect(running.url("town")) as connection:
        connection.execute("CREATE TABLE region (code text PRIMARY KEY)")
        connection.execute("INSERT INTO region VALUES ('410103')")
        connection.execute("CREATE SCHEMA goutiao")
        connection.execute("CREATE TABLE goutiao.person (name text, region text REFERENCES region)")
        connection.execute("CREATE INDEX person_name ON goutiao.person (name)")
        connection.execute("INSERT INTO goutiao.person VALUES ('甄善美', '410103')")
    yield running.url("town")
    with psycopg.connect(running.url("postgres"), autocommit=True) as connection:
        for (name,) in connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'town%'"
        ).fetchall():
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _people(url: str, schema: str = "goutiao") -> list[str]:
    with psycopg.connect(url) as connection:
        found = connection.execute(f"SELECT name FROM {schema}.person ORDER BY 1").fetchall()
    return [name for (name,) in found]


def test_a_restored_database_is_the_one_backed_up(office: str, tmp_path: Path) -> None:
    file = tmp_path / "town.dump"
    note = backup(office, file, programs=find_programs())
    assert note.rows == {"public.region": 1, "goutiao.person": 1}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with psycopg.connect(office) as held:
        held.execute("INSERT INTO goutiao.person VALUES ('后来者', '410103')")
        held.commit()
        former = restore(office, file, programs=find_programs(), at=NOON)
    assert _people(office) == ["甄善美"]
    assert _people(office.replace("/town?", f"/{former}?")) == ["后来者", "甄善美"]


def test_a_restored_cell_leaves_the_others_alone(office: str, tmp_path: Path) -> None:
    file = tmp_path / "cell.dump"
    backup(office, file, programs=find_programs(), schema="goutiao")
    with psycopg.connect(office) as connection:
        connection.execute("DELETE FROM goutiao.person")
        connection.execute("INSERT INTO region VALUES ('410105')")
    former = restore(office, file, programs=find_programs(), at=NOON)
    assert _people(office) == ["甄善美"]
    assert _people(office, former) == []
    with psycopg.connect(office) as connection:
        assert connection.execute("SELECT count(*) FROM region").fetchone() == (2,)
        indexed = connection.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = 'goutiao'"
        ).fetchall()
    assert indexed == [("person_name",)]


def test_a_damaged_backup_restores_nothing(office: str, tmp_path: Path) -> None:
    file = tmp_path / "town.dump"
    backup(office, file, programs=find_programs())
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(Trouble, match=r"town\.dump"):
        restore(office, file, programs=find_programs(), at=NOON)
    assert _people(office) == ["甄善美"]


def test_a_cell_that_does_not_come_back_whole_stays_as_it_was(office: str, tmp_path: Path) -> None:
    file = tmp_path / "cell.dump"
    backup(office, file, programs=find_programs(), schema="goutiao")
    note = file.with_name("cell.dump.json")
    note.write_text(note.read_text().replace('"goutiao.person": 1', '"goutiao.person": 2'))
    with psycopg.connect(office) as connection:
        connection.execute("INSERT INTO goutiao.person VALUES ('后来者', '410103')")
    assert read_note(file).rows == {"goutiao.person": 2}
    with pytest.raises(Trouble, match="psql"):
        restore(office, file, programs=find_programs(), at=NOON)
    assert _people(office) == ["后来者", "甄善美"]


def test_an_account_enters_only_through_open_folders(tmp_path: Path) -> None:
    stranger = Account("stranger", 4242, 4242)
    inner = tmp_path / "inner"
    inner.mkdir(mode=0o755)
    assert stranger.may_enter(inner)
    inner.chmod(0o700)
    assert not stranger.may_enter(inner)
    inner.chmod(0o755)
    tmp_path.chmod(0o700)
    assert not stranger.may_enter(inner)


def test_programs_in_a_closed_folder_run_from_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gezhi.base.postgres.programs.LODGINGS", tmp_path / "lodgings")
    monkeypatch.setattr(Account, "may_enter", lambda self, folder: False)
    stranger = Account("stranger", 4242, 4242)
    copied = programs_for(stranger, find_programs())
    assert tmp_path in copied.parents
    made = subprocess.run(
        [copied / "initdb", "--version"], capture_output=True, text=True, check=True, env={}
    )
    assert "PostgreSQL" in made.stdout
    assert programs_for(stranger, find_programs()) == copied


def test_programs_that_are_no_postgres_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEZHI_PG_BIN", str(tmp_path))
    with pytest.raises(Trouble, match="GEZHI_PG_BIN"):
        find_programs()
