"""Keys are changed while people work, and nothing is lost when the change is broken off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from gezhi.base.actors import Actor
from gezhi.base.crypto import Keyring
from gezhi.base.keyfiles import Suite, add_version, create_keyring, retire_version
from gezhi.core.cells.keys import keys_here
from gezhi.core.journal.actions import action, note
from gezhi.core.journal.models import JournalDetail
from gezhi.core.privacy import rotation
from gezhi.core.privacy.checks import keys_fit_settings
from gezhi.core.privacy.opening import plain_field
from gezhi.core.privacy.rotation import reseal_cell, versions_in_use
from gezhi.core.privacy.tests.conftest import ID_NO, NOON, PHONE

pytestmark = pytest.mark.django_db
Register = Callable[..., Any]


@action("privacy_test.seal", "登记电话")
def seal(*, by: Actor, at: Any) -> None:
    note(personal={"phone": PHONE})


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A key folder of the test's own, that may be rotated."""
    settings.KEY_FOLDER = tmp_path / "keys"
    create_keyring(settings.KEY_FOLDER)
    yield settings.KEY_FOLDER
    Keyring.at.cache_clear()


def test_values_move_to_the_new_key_and_the_old_one_may_go(
    person: Register, worker: Actor, folder: Path
) -> None:
    wang = person()
    seal(by=worker, at=NOON)
    add_version(folder)

    counts = reseal_cell()

    assert counts["registry.Person.id_no"] == counts["registry.Person.phone"] == 1
    assert counts["journal.JournalDetail.sealed"] == 1
    assert set(versions_in_use()) == {2}
    retire_version(folder, 1)
    wang.refresh_from_db()
    assert (plain_field(wang, "id_no"), plain_field(wang, "phone")) == (ID_NO, PHONE)
    detail = JournalDetail.objects.get()
    assert PHONE in keys_here().open(detail.sealed, context=detail.context())


def test_the_history_of_a_field_moves_too(person: Register, source: Any, folder: Path) -> None:
    wang = person()
    keys = keys_here()
    change = apps.get_model("registry.PersonChange").objects.create(
        subject=wang, field="name", changed_at=NOON, changed_by="李", source=source,
        former_source=source, old_sealed=keys.seal("王三", context=b"registry_person.name"),
    )  # fmt: skip
    add_version(folder)

    assert reseal_cell()["registry.PersonChange.old_sealed"] == 1
    change.refresh_from_db()
    assert change.old_sealed is not None
    assert keys_here().open(change.old_sealed, context=b"registry_person.name") == "王三"
    assert not keys_here().needs_rotation(change.old_sealed)


def test_a_run_broken_off_goes_on_where_it_was(
    person: Register, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        person(f"王{number}")
    add_version(folder)
    monkeypatch.setattr(rotation, "BATCH", 2)
    batches: list[str] = []

    def dies_after_two(progress: rotation.Progress) -> None:
        batches.append(progress.column)
        if len(batches) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reseal_cell(dies_after_two)
    before = versions_in_use()
    counts = reseal_cell()

    assert before[1] == 10
    assert before[2] == 4
    assert sum(counts.values()) == 10
    assert versions_in_use() == {2: 14}
    assert reseal_cell() == {}


def test_a_value_changed_meanwhile_is_left_alone(
    person: Register, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = person()
    add_version(folder)
    store = rotation._store

    def changed_first(column: Any, fresh: Any) -> None:
        if column.title == "registry.Person.phone":
            apps.get_model("registry.Person").objects.filter(pk=wang.pk).update(phone="13700001111")
        store(column, fresh)

    monkeypatch.setattr(rotation, "_store", changed_first)
    reseal_cell()

    wang.refresh_from_db()
    assert plain_field(wang, "phone") == "13700001111"


def test_what_does_not_open_stays_and_is_counted(person: Register, folder: Path) -> None:
    wang, li = person("王小三"), person("李四")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE registry_person SET phone = substring(phone from 1 for 20) || '\\x00' "
            "|| substring(phone from 22) WHERE id = %s",
            [wang.pk],
        )
    add_version(folder)

    counts = reseal_cell()

    assert counts["unreadable"] == 1
    assert counts["registry.Person.phone"] == 1
    assert versions_in_use()[1] == 1
    li.refresh_from_db()
    assert plain_field(li, "phone") == PHONE


def test_rotation_may_change_the_family_of_algorithms(
    person: Register, folder: Path, settings: Any
) -> None:
    wang = person()
    add_version(folder, suite=Suite.GM)
    reseal_cell()

    wang.refresh_from_db()
    assert wang.id_no.data[1] == 2
    assert plain_field(wang, "id_no") == ID_NO
    settings.CIPHER_SUITE = "gm"
    assert keys_fit_settings(None) == []


def test_checks_say_what_is_wrong_with_the_keys(folder: Path, settings: Any) -> None:
    assert keys_fit_settings(None) == []
    settings.CIPHER_SUITE = "gm"
    assert [one.id for one in keys_fit_settings(None)] == ["privacy.E002"]
    (folder / "main.json").chmod(0o644)
    found = keys_fit_settings(None)
    assert [one.id for one in found] == ["privacy.E001"]
    assert "chmod 600" in found[0].msg
    (folder / "main.json").unlink()
    assert [one.id for one in keys_fit_settings(None)] == ["privacy.W001"]
