"""The command line: what it says in which language, and what it says when something is wrong."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import gezhi
from gezhi.base.locks import only_one
from gezhi.wiring import cli
from gezhi.wiring.commands import doctor, ports, serve


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("GEZHI_VAR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)


def _gezhi(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gezhi.wiring.cli", *arguments],
        env=os.environ | {"PYTHONPATH": str(Path(gezhi.__file__).parents[1])} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_help_is_chinese_unless_the_terminal_is_english(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main([]) == 0
    assert "用法" in capsys.readouterr().out
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert cli.main([]) == 0
    assert "run the pages and the worker" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["nonsense"], ["db"], ["serve", "--port", "eighty"]])
def test_wrong_words_are_answered_in_chinese_with_code_2(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
    assert "参数有误" in capsys.readouterr().err


def test_a_database_that_is_down_is_told_by_code_3(tmp_path: Path) -> None:
    ended = _gezhi("db", "status")
    assert (ended.returncode, "未运行" in ended.stdout) == (3, True)


def test_an_unreachable_database_is_a_sentence_without_its_password() -> None:
    ended = _gezhi(
        "db", "status", DATABASE_URL="postgresql://office:hidden-word@127.0.0.1:1/office"
    )
    assert ended.returncode == 1
    assert "没有应答" in ended.stderr
    assert "hidden-word" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_wrong_setting_is_named() -> None:
    ended = _gezhi("migrate", GEZHI_CIPHERS="rot13")
    assert ended.returncode == 1
    assert "GEZHI_CIPHERS" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_somebody_elses_database_is_not_ours_to_stop(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://office@db.example/office")
    assert cli.main(["db", "stop"]) == 1
    assert "DATABASE_URL" in capsys.readouterr().err


def test_a_taken_port_names_who_took_it_and_the_way_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "PORT_WAIT", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert ports.is_free("127.0.0.1", port) is False
        assert cli.main(["serve", "--port", str(port)]) == 1
    said = capsys.readouterr().err
    assert f"({os.getpid()})" in said
    assert f"--port {port + 1}" in said
    assert ports.is_free("127.0.0.1", port) is True


def test_a_second_start_says_where_the_first_one_runs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "PORT_WAIT", 0.0)
    (tmp_path / "serve.json").write_text(json.dumps({"url": "http://localhost:8123/", "pid": 1}))
    with only_one(tmp_path / "serve-web.lock"):
        assert cli.main(["serve"]) == 1
    assert "http://localhost:8123/" in capsys.readouterr().err


def test_the_doctor_finds_keys_that_others_can_read(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    (folder / "main.json").touch(mode=0o600)
    assert [found.grade for found in doctor.key_folder()] == [doctor.Grade.GOOD]
    (folder / "main.json").chmod(0o644)
    (found,) = doctor.key_folder()
    assert found.grade is doctor.Grade.BAD
    assert "main.json" in found.sentence


def test_the_doctor_goes_on_after_a_look_that_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> list[doctor.Finding]:
        raise PermissionError(13, "Permission denied", "/somewhere")

    monkeypatch.setattr(doctor, "LOOKS", (broken, doctor.python))
    assert cli.main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "/somewhere" in said
    assert "Python" in said
