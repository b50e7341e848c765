"""Key files stay with their owner, and a change never loses a key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gezhi.base.keyfiles import (
    KeyringError,
    Suite,
    add_version,
    create_keyring,
    path_of,
    read,
    retire_version,
)
from gezhi.base.locks import only_one


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def code_of(caught: pytest.ExceptionInfo[KeyringError]) -> str:
    return caught.value.code


def test_a_new_key_file_is_for_its_owner_alone(folder: Path) -> None:
    create_keyring(folder)

    assert (folder.stat().st_mode & 0o777, path_of(folder, "main").stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )


def test_what_was_created_is_what_is_read(folder: Path) -> None:
    created = create_keyring(folder, suite=Suite.GM)

    keys, _ = read(path_of(folder, "main"))

    assert keys == created
    assert keys.data[1].suite is keys.index.suite is Suite.GM
    assert keys.data[1].value != keys.index.value


def test_two_key_sets_share_no_secret(folder: Path) -> None:
    sets = (create_keyring(folder), create_keyring(folder, name="epidemic"))

    assert len({secret.value for keys in sets for secret in (keys.data[1], keys.index)}) == 4


def test_creating_never_overwrites_keys_in_use(folder: Path) -> None:
    created = create_keyring(folder)

    with pytest.raises(KeyringError) as caught:
        create_keyring(folder)

    assert code_of(caught) == "keys.exists"
    assert read(path_of(folder, "main"))[0] == created


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o666])
def test_a_key_file_others_can_reach_is_refused_with_the_remedy(folder: Path, mode: int) -> None:
    create_keyring(folder)
    path_of(folder, "main").chmod(mode)

    with pytest.raises(KeyringError, match="chmod 600") as caught:
        read(path_of(folder, "main"))

    assert code_of(caught) == "keys.too_open"


def test_a_key_folder_others_can_write_to_is_refused(folder: Path) -> None:
    create_keyring(folder)
    folder.chmod(0o777)

    for use in (lambda: read(path_of(folder, "main")), lambda: create_keyring(folder, name="b")):
        with pytest.raises(KeyringError, match="chmod 700") as caught:
            use()
        assert code_of(caught) == "keys.too_open"


def test_a_missing_key_file_says_so(folder: Path) -> None:
    for use in (lambda: read(path_of(folder, "main")), lambda: add_version(folder)):
        with pytest.raises(KeyringError) as caught:
            use()
        assert code_of(caught) == "keys.missing"


@pytest.mark.parametrize(
    "damage",
    [
        lambda d: d.pop("index"),
        lambda d: d.update(format=2),
        lambda d: d.update(active=7),
        lambda d: d.update(data={}),
        lambda d: d.update(data=[]),
        lambda d: d["data"]["1"].update(suite="rot13"),
        lambda d: d["data"]["1"].update(secret="abcd"),
        lambda d: d["data"]["1"].update(secret="z" * 64),
    ],
)
def test_a_damaged_key_file_is_refused_without_quoting_it(folder: Path, damage: object) -> None:
    assert callable(damage)
    create_keyring(folder)
    path = path_of(folder, "main")
    document = json.loads(path.read_text())
    damage(document)
    path.write_text(json.dumps(document))

    with pytest.raises(KeyringError) as caught:
        read(path)

    assert code_of(caught) == "keys.damaged"
    assert caught.value.__suppress_context__
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '"x"'])
def test_a_half_written_key_file_is_refused(folder: Path, content: str) -> None:
    create_keyring(folder)
    path_of(folder, "main").write_text(content)

    with pytest.raises(KeyringError) as caught:
        read(path_of(folder, "main"))

    assert code_of(caught) == "keys.damaged"


def test_rotating_keeps_the_former_secret_and_the_index(folder: Path) -> None:
    before = create_keyring(folder)

    version = add_version(folder, suite=Suite.GM)

    after, _ = read(path_of(folder, "main"))
    assert (version, after.active, after.data[2].suite) == (2, 2, Suite.GM)
    assert (after.data[1], after.index) == (before.data[1], before.index)


def test_a_rotation_keeps_the_suite_unless_told_otherwise(folder: Path) -> None:
    create_keyring(folder, suite=Suite.GM)

    add_version(folder)

    assert read(path_of(folder, "main"))[0].data[2].suite is Suite.GM


def test_a_retired_version_is_gone_and_its_number_is_not_given_again(folder: Path) -> None:
    create_keyring(folder)
    add_version(folder)

    retire_version(folder, 1)

    assert set(read(path_of(folder, "main"))[0].data) == {2}
    assert add_version(folder) == 3


def test_the_version_in_use_is_not_retired(folder: Path) -> None:
    create_keyring(folder)

    with pytest.raises(KeyringError) as caught:
        retire_version(folder, 1)

    assert code_of(caught) == "keys.active"


def test_retiring_what_is_not_there_is_refused(folder: Path) -> None:
    create_keyring(folder)

    with pytest.raises(KeyringError) as caught:
        retire_version(folder, 9)

    assert code_of(caught) == "keys.unknown_version"


def test_a_change_waits_for_another_and_then_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_keyring(folder)
    monkeypatch.setattr(
        "gezhi.base.keyfiles.only_one", lambda path, *, seconds: only_one(path, seconds=0)
    )

    with only_one(folder / "lock"), pytest.raises(KeyringError) as caught:
        add_version(folder)

    assert code_of(caught) == "keys.busy"


def test_a_draft_left_by_a_power_cut_is_no_obstacle(folder: Path) -> None:
    create_keyring(folder)
    (folder / "main.new").write_text("{")

    assert add_version(folder) == 2
    assert sorted(path.name for path in folder.iterdir()) == ["lock", "main.json"]


def test_a_name_cannot_lead_out_of_the_folder(folder: Path) -> None:
    with pytest.raises(ValueError, match="key set"):
        path_of(folder, "../main")


def test_a_secret_is_not_printed(folder: Path) -> None:
    keys = create_keyring(folder)

    assert keys.index.value.hex() not in repr(keys)
    assert repr(keys.index.value) not in repr(keys)
