"""Photos and papers go with a back-up and come back; sheets on their way in do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gezhi.base.terminal import Trouble
from gezhi.wiring.commands import db, doctor
from gezhi.wiring.commands.kept_files import bring_files_back, pack_beside, save_files

HASH = "ab" + "0" * 62


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """What two cells keep: a picture with its small one, a sheet, a draft of a killed process."""
    folder = tmp_path / "files"
    for name, content in (
        (f"c_1/attachments/ab/{HASH}", b"picture"),
        (f"c_1/attachments/ab/{HASH}.s", b"small"),
        (f"c_2/attachments/ab/{HASH}", b"the same, sealed by another cell"),
        ("c_1/0190a/upload", b"a sheet of people"),
        (f"c_1/attachments/ab/.draft-{HASH}.17.1", b"half"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_what_is_lost_comes_back_and_what_is_there_is_left_alone(
    files: Path, tmp_path: Path
) -> None:
    packed = save_files(files, tmp_path / "gezhi.dump")
    picture = files / f"c_1/attachments/ab/{HASH}"
    picture.unlink()
    (files / f"c_2/attachments/ab/{HASH}").write_bytes(b"sealed anew since")

    back = bring_files_back(files, tmp_path / "gezhi.dump")

    assert (packed.files, back) == (3, 1)
    assert picture.read_bytes() == b"picture"
    assert picture.stat().st_mode & 0o077 == 0
    assert (files / f"c_2/attachments/ab/{HASH}").read_bytes() == b"sealed anew since"
    assert pack_beside(tmp_path / "gezhi.dump").stat().st_mode & 0o077 == 0


def test_one_cell_is_packed_alone(files: Path, tmp_path: Path) -> None:
    assert save_files(files, tmp_path / "one.dump", schema="c_2").files == 1


def test_an_office_without_pictures_has_an_empty_pack(tmp_path: Path) -> None:
    assert save_files(tmp_path / "none", tmp_path / "gezhi.dump").files == 0
    assert bring_files_back(tmp_path / "none", tmp_path / "gezhi.dump") == 0


def test_a_back_up_from_before_there_were_pictures_is_no_fault(tmp_path: Path) -> None:
    assert bring_files_back(tmp_path / "files", tmp_path / "old.dump") is None


def test_a_damaged_pack_is_refused_and_nothing_is_written(files: Path, tmp_path: Path) -> None:
    save_files(files, tmp_path / "gezhi.dump")
    pack = pack_beside(tmp_path / "gezhi.dump")
    pack.write_bytes(pack.read_bytes()[:-700])

    with pytest.raises(Trouble):
        bring_files_back(tmp_path / "elsewhere", tmp_path / "gezhi.dump")

    assert not (tmp_path / "elsewhere").exists()


def test_a_pack_that_names_other_paths_writes_none_of_them(tmp_path: Path) -> None:
    import hashlib
    import io
    import json
    import tarfile

    pack = pack_beside(tmp_path / "gezhi.dump")
    with tarfile.open(pack, "w") as tar:
        for name in ("../../evil", "/evil", f"c_1/attachments/ab/../../{HASH}"):
            member = tarfile.TarInfo(name)
            member.size = 1
            tar.addfile(member, io.BytesIO(b"x"))
    digest = hashlib.sha256(pack.read_bytes()).hexdigest()
    note = pack.with_name(f"{pack.name}.json")
    note.write_text(json.dumps({"files": 3, "bytes": 3, "sha256": digest}))

    assert bring_files_back(tmp_path / "files", tmp_path / "gezhi.dump") == 0
    assert not (tmp_path / "files").exists()


def test_with_a_store_elsewhere_the_command_says_who_backs_it_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("GEZHI_S3", "https://s3.test/bucket")

    db._save_files(tmp_path / "gezhi.dump", None)

    assert "对象存储" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("scanner", "grades"),
    [
        ("", [doctor.Grade.GOOD, doctor.Grade.WARN]),
        ("command:true", [doctor.Grade.GOOD, doctor.Grade.GOOD]),
        ("unix:/nowhere/clamd.sock", [doctor.Grade.GOOD, doctor.Grade.BAD]),
    ],
)
def test_the_doctor_says_whether_files_could_be_taken_in(
    scanner: str, grades: list[doctor.Grade], settings: Any, tmp_path: Path
) -> None:
    settings.FILES, settings.SCANNER = tmp_path, scanner

    assert [found.grade for found in doctor.uploads()] == grades


def test_the_doctor_finds_a_store_that_does_not_answer(settings: Any) -> None:
    settings.S3, settings.S3_KEY, settings.S3_SECRET = "http://127.0.0.1:1/b", "k", "secret-key"

    assert doctor.Grade.BAD in [found.grade for found in doctor.uploads()]
