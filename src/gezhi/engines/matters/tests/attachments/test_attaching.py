"""Pictures and papers of a matter: kept once, sealed, by right, and gone when taken off."""

from __future__ import annotations

import io
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from gezhi.base.testing import queries as counted
from gezhi.base.testing import refused
from gezhi.core.journal.models import JournalLine
from gezhi.core.staff.tests.office import NOON
from gezhi.engines.matters.actions import take
from gezhi.engines.matters.attachments import Incoming, Stage, read_document, read_picture
from gezhi.engines.matters.attachments.actions import (
    MOST,
    attach,
    clear_orphans,
    clearing_key,
    take_off,
)
from gezhi.engines.matters.attachments.gallery import gallery_of
from gezhi.engines.matters.attachments.incoming import brought_back, set_aside
from gezhi.engines.matters.attachments.models import Attachment
from gezhi.engines.matters.attachments.shelf import shelf_here
from gezhi.engines.matters.models import Matter
from gezhi.engines.matters.tests import ladders
from gezhi.engines.matters.tests.attachments import made
from gezhi.engines.matters.tests.conftest import Shed

pytestmark = pytest.mark.django_db


def picture(shade: int = 120, **more: Any) -> Incoming:
    return read_picture(io.BytesIO(made.photo(shade)), **more)


@pytest.fixture
def matter(shed: Shed) -> Matter:
    return ladders.ask(title="六米梯", place=shed.ground.yongle_1, by=shed.keeper, at=NOON)


def test_a_picture_is_kept_with_its_matter_and_told_in_the_journal(
    shed: Shed, matter: Matter
) -> None:
    one = picture()

    (row,) = attach(matter=matter, stage=Stage.BEFORE, files=[one], by=shed.keeper, at=NOON)

    assert (row.width, row.height, row.added_by) == (320, 240, shed.keeper.name)
    content = shelf_here().content(row.sha256)
    assert content == one.content
    with Image.open(io.BytesIO(shelf_here().small(row.sha256) or b"")) as small:
        assert small.size == (320, 240)
    line = JournalLine.objects.get(verb="matters.attach")
    assert line.changes == {"stage": "before", "attached": [one.sha256]}


def test_the_same_picture_sent_again_is_there_once(shed: Shed, matter: Matter) -> None:
    first = attach(matter=matter, stage=Stage.BEFORE, files=[picture()], by=shed.keeper, at=NOON)
    again = attach(
        matter=matter, stage=Stage.BEFORE, files=[picture(), picture(7)], by=shed.keeper, at=NOON
    )

    assert first[0].pk == again[0].pk
    assert matter.attachments.count() == 2


def test_two_matters_with_one_picture_keep_it_once(
    shed: Shed, matter: Matter, own_files: Path
) -> None:
    other = ladders.ask(title="三米梯", place=shed.ground.yongle_1, by=shed.keeper, at=NOON)
    for one in (matter, other):
        attach(matter=one, stage=Stage.OTHER, files=[picture()], by=shed.keeper, at=NOON)

    assert len([file for file in own_files.rglob("*") if file.is_file()]) == 2, "it and its small"
    assert Attachment.objects.count() == 2


def test_what_lies_in_the_folder_is_sealed_and_nobody_elses(
    shed: Shed, matter: Matter, own_files: Path
) -> None:
    attach(matter=matter, stage=Stage.BEFORE, files=[picture()], by=shed.keeper, at=NOON)

    for file in (one for one in own_files.rglob("*") if one.is_file()):
        assert b"\xff\xd8\xff" not in file.read_bytes()[:64]
        assert file.stat().st_mode & 0o077 == 0


def test_a_file_put_in_anothers_place_does_not_open(
    shed: Shed, matter: Matter, own_files: Path
) -> None:
    rows = attach(
        matter=matter, stage=Stage.BEFORE, files=[picture(1), picture(2)], by=shed.keeper, at=NOON
    )
    names = [next(own_files.rglob(row.sha256)) for row in rows]
    names[1].write_bytes(names[0].read_bytes())

    with refused("attachments.damaged"):
        shelf_here().content(rows[1].sha256)


def test_a_matter_that_has_ended_takes_no_more(shed: Shed, matter: Matter) -> None:
    take(matter, "decline", said="没有了", by=shed.colleague, at=NOON)

    with refused("matters.over"):
        attach(matter=matter, stage=Stage.OTHER, files=[picture()], by=shed.keeper, at=NOON)


def test_a_matter_holds_only_so_many(shed: Shed, matter: Matter) -> None:
    many = [
        Incoming(sha256=f"{n:064x}", size=1, media_type="application/pdf", content=b"x")
        for n in range(MOST + 1)
    ]

    with refused("attachments.too_many"):
        attach(matter=matter, stage=Stage.OTHER, files=many, by=shed.keeper, at=NOON)


def test_attaching_asks_few_questions_however_many(shed: Shed, matter: Matter) -> None:
    few = [picture(shade) for shade in range(9)]

    with counted(8):
        attach(matter=matter, stage=Stage.BEFORE, files=few, by=shed.keeper, at=NOON)


# --- taking off ----------------------------------------------------------------------------


def test_ones_own_is_taken_off_until_the_next_step(shed: Shed, matter: Matter) -> None:
    one, other = attach(
        matter=matter, stage=Stage.BEFORE, files=[picture(1), picture(2)], by=shed.keeper, at=NOON
    )
    with refused("attachments.not_yours"):
        take_off(attachment=one, why="拍错了", by=shed.colleague, at=NOON)

    take_off(attachment=one, why="拍错了", by=shed.keeper, at=NOON)
    take(matter, "lend", by=shed.keeper, at=NOON + timedelta(minutes=1))

    with refused("attachments.relied_on"):
        take_off(attachment=other, why="拍错了", by=shed.keeper, at=NOON + timedelta(minutes=2))
    shown = gallery_of(matter, matter.attachments.all(), shed.keeper)
    assert [len(found) for _stage, found in shown.stages] == [1]


def test_what_was_taken_off_may_be_attached_anew(shed: Shed, matter: Matter) -> None:
    (one,) = attach(matter=matter, stage=Stage.BEFORE, files=[picture()], by=shed.keeper, at=NOON)
    take_off(attachment=one, why="拍错了", by=shed.keeper, at=NOON)

    (again,) = attach(matter=matter, stage=Stage.BEFORE, files=[picture()], by=shed.keeper, at=NOON)

    assert again.pk != one.pk


# --- the night -----------------------------------------------------------------------------


def age(folder: Path, days: float) -> None:
    """Let everything in a folder look as if it had been put so long ago."""
    then = time.time() - days * 24 * 3600
    for file in folder.rglob("*"):
        os.utime(file, (then, then))


def later() -> Any:
    from django.utils import timezone

    return timezone.now()


def test_the_night_removes_what_belongs_to_nothing(
    shed: Shed, matter: Matter, own_files: Path
) -> None:
    kept, taken_off = attach(
        matter=matter, stage=Stage.BEFORE, files=[picture(1), picture(2)], by=shed.keeper, at=NOON
    )
    take_off(attachment=taken_off, why="有人脸", by=shed.keeper, at=NOON)
    set_aside(picture(3))
    age(own_files, 2)
    fresh = picture(4)
    set_aside(fresh)

    assert clear_orphans(later()) == 2

    assert shelf_here().has(kept.sha256)
    assert shelf_here().small(kept.sha256)
    assert shelf_here().has(fresh.sha256)
    assert not shelf_here().has(taken_off.sha256)
    assert clear_orphans(later()) == 0


def test_a_file_attached_again_after_long_is_young_again(
    shed: Shed, matter: Matter, own_files: Path
) -> None:
    set_aside(picture())
    age(own_files, 3)

    (row,) = attach(matter=matter, stage=Stage.BEFORE, files=[picture()], by=shed.keeper, at=NOON)
    clear_orphans(later())

    assert shelf_here().has(row.sha256)


def test_nothing_is_cleared_while_somebody_attaches(shed: Shed, matter: Matter) -> None:
    """Seen from another connection, while this one has attached and not committed."""
    import psycopg
    from django.db import connection

    parameters = connection.get_connection_params()
    named = {
        key: parameters[key]
        for key in ("dbname", "user", "password", "host", "port")
        if parameters.get(key)
    }
    attach(matter=matter, stage=Stage.BEFORE, files=[picture()], by=shed.keeper, at=NOON)

    with psycopg.connect(**named) as other:

        def free(kind: str) -> Any:
            found = other.execute(f"SELECT pg_try_advisory_xact_lock{kind}(%s)", [clearing_key()])
            return found.fetchone()

        alone, beside = free(""), free("_shared")

    assert (alone, beside) == ((False,), (True,))


# --- set aside -----------------------------------------------------------------------------


def test_a_picture_waits_while_the_form_is_mended(shed: Shed, matter: Matter) -> None:
    one = read_picture(io.BytesIO(made.photo_with_place()), blurred=[(0.1, 0.1, 0.2, 0.2)])
    back = brought_back(set_aside(one))

    assert (back.sha256, back.size, back.blurred, back.place) == (
        *(one.sha256, one.size, True, one.place),
    )
    (row,) = attach(matter=matter, stage=Stage.BEFORE, files=[back], by=shed.keeper, at=NOON)
    assert row.taken_at == one.taken_at


def test_a_word_nobody_gave_brings_nothing_back() -> None:
    with refused("attachments.gone"):
        brought_back("eyJhIjoxfQ:1:2")


def test_what_was_cleared_meanwhile_is_asked_for_again(
    shed: Shed, matter: Matter, own_files: Path
) -> None:
    back = brought_back(set_aside(picture()))
    age(own_files, 2)
    clear_orphans(later())

    with refused("attachments.gone"):
        attach(matter=matter, stage=Stage.BEFORE, files=[back], by=shed.keeper, at=NOON)


def test_a_camera_whose_clock_runs_ahead_is_not_believed() -> None:
    from datetime import datetime

    assert picture(taken_at=datetime(2099, 1, 1)).taken_at is None


def test_a_paper_is_kept_as_it_is(shed: Shed, matter: Matter) -> None:
    paper = read_document(io.BytesIO(made.PDF), title="施工许可证")

    (row,) = attach(matter=matter, stage=Stage.OTHER, files=[paper], by=shed.keeper, at=NOON)

    assert shelf_here().content(row.sha256) == made.PDF
    assert (row.is_picture, row.extension, str(row)) == (False, ".pdf", "施工许可证")


# --- a change of keys ----------------------------------------------------------------------


def test_files_are_sealed_anew_under_a_fresh_key(
    shed: Shed, matter: Matter, tmp_path: Path, settings: Any
) -> None:
    from gezhi.base.keyfiles import add_version, create_keyring

    settings.KEY_FOLDER = tmp_path / "keys"
    create_keyring(settings.KEY_FOLDER)
    (row,) = attach(matter=matter, stage=Stage.BEFORE, files=[picture()], by=shed.keeper, at=NOON)
    before = shelf_here().content(row.sha256)
    version = add_version(settings.KEY_FOLDER)
    assert shelf_here().versions_in_use() == {version - 1: 2}

    assert shelf_here().reseal() == {"attachments": 2}

    assert shelf_here().versions_in_use() == {version: 2}
    assert shelf_here().content(row.sha256) == before
