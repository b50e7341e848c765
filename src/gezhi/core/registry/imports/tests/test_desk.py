"""What a clerk does with a sheet besides: mapping, mending, reaching, cancelling; and its cost."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from gezhi.base.errors import NotAllowed
from gezhi.base.testing import refused
from gezhi.core.journal.models import JournalLine
from gezhi.core.registry import tallies
from gezhi.core.registry.imports import actions, vault, workbooks
from gezhi.core.registry.imports.progress import Silent
from gezhi.core.registry.imports.reach import actor_as_json, actor_from_json, batches_of
from gezhi.core.registry.imports.tests.sheets import (
    AS_OF,
    checked,
    person,
    taken_in,
    told,
    workbook,
)
from gezhi.core.registry.models import CareLabel, ImportFinding, ImportMapping, Person
from gezhi.core.registry.sheet_templates import POPULATION, TEMPLATES
from gezhi.core.registry.tests.town import (
    CLERK,
    NOON,
    Town,
    build_town,
    id_number,
    posted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return build_town()


def test_an_unknown_heading_is_asked_once_and_remembered(town: Town) -> None:
    strange = {"id_no": "证号码信息栏"}
    batch = checked(workbook([person()], headings=strange))
    assert batch.state == "mapping"
    (sheet,) = batch.mapping["sheets"]
    assert sheet["missing"] == ["id_no"]
    (column,) = sheet["unknown"]
    actions.set_mapping(batch=batch, chosen={0: {int(column): "id_no"}}, by=CLERK, at=NOON)
    batch = actions.run_check(batch, by=CLERK, at=NOON, progress=Silent())
    assert batch.state == "checked"
    assert batch.counts["new"] == 1
    assert ImportMapping.objects.get().field == "id_no"
    assert checked(workbook([person()], headings=strange)).state == "checked"


def test_a_mapping_without_a_required_column_is_refused(town: Town) -> None:
    batch = checked(workbook([person()], headings={"id_no": "证号码信息栏"}))
    (column,) = batch.mapping["sheets"][0]["unknown"]
    with refused("registry.import_mapping"):
        actions.set_mapping(batch=batch, chosen={0: {int(column): ""}}, by=CLERK, at=NOON)


@pytest.mark.parametrize("code", TEMPLATES)
def test_each_template_handed_out_is_known_when_it_comes_back(code: str, town: Town) -> None:
    from gezhi.core.registry.sheet_headers import find_header

    with workbooks.template_workbook(code) as handed_out:
        book = load_workbook(io.BytesIO(handed_out.read()))
    header = [cell.value for cell in book.worksheets[0][1]]
    match = find_header([header])
    assert match is not None
    assert match.template.code == code
    assert match.complete
    assert len(match.columns) == sum(one.offered for one in TEMPLATES[code].columns)


def test_a_clerk_takes_in_the_rows_of_their_own_grids_only(town: Town) -> None:
    rights = ("registry.import", "registry.change_people", "registry.rollback_import")
    clerk = posted(town.grids[0], *rights)
    rows = [person(), person(name="李四", id_no=id_number(8), building="3号楼")]
    batch = taken_in(workbook(rows), by=clerk)
    assert batch.counts["new"] == 1
    assert (4, "address", "refused", "out_of_reach") in told(batch)


def test_labels_need_the_right_to_them(town: Town) -> None:
    clerk = posted(town.subdistrict, "registry.import", "registry.change_people")
    batch = taken_in(workbook([person(care_labels="低保")]), by=clerk)
    assert batch.counts["new"] == 1
    assert not Person.objects.get().care_labels.exists()
    assert "care_out_of_reach" in {code for _r, _f, _k, code in told(batch)}


def test_civil_affairs_label_people_who_are_listed_and_touch_nothing_else(town: Town) -> None:
    taken_in(workbook([person()]))
    before = Person.objects.values("phone_index", "revision", "education").get()
    clerk = posted(
        town.communities[0], "registry.import", "registry.see_people", "registry.change_care"
    )
    rows = [
        person(care_labels="低保、残疾", phone="13711112222", education="高中"),
        person(name="李四", id_no=id_number(8), relation_to_head="子", care_labels="低保"),
        person(name="瑞达人", id_no=id_number(9), compound="瑞达苑", building="4号楼"),
    ]
    first = taken_in(workbook(rows), by=clerk)
    again = taken_in(workbook(rows), by=clerk)

    assert sorted(CareLabel.objects.values_list("kind", flat=True)) == [
        "disability",
        "minimum_living",
    ]
    assert Person.objects.values("phone_index", "revision", "education").get() == before
    names = ("changed", "unchanged", "refused")
    assert [[b.counts[n] for n in names] for b in (first, again)] == [[1, 0, 2], [0, 1, 2]]
    assert {(4, "not_listed"), (5, "out_of_reach"), (3, "labels_only")} <= {
        (row, code) for row, _field, _kind, code in told(first)
    }
    assert tallies.recount(repair=False) == []
    actions.roll_back(batch=first, by=CLERK, at=NOON)
    assert not CareLabel.objects.exists()
    assert tallies.recount(repair=False) == []


def test_a_communitys_clerk_sees_and_takes_back_the_batches_of_that_community(town: Town) -> None:
    able = ("registry.import", "registry.change_people", "registry.rollback_import")
    here, beside, top = (
        posted(place, *able)
        for place in (town.communities[0], town.communities[1], town.subdistrict)
    )
    worker = posted(town.grids[0], "registry.import", "registry.change_people")
    own, workers = (taken_in(workbook([person()]), by=by) for by in (here, worker))
    theirs = checked(workbook([person()]), by=beside)
    office = checked(workbook([person()]), by=top, community=town.communities[0].pk)

    assert own.community_id == workers.community_id == town.communities[0].pk
    assert set(batches_of(here)) == {own, workers}
    assert set(batches_of(beside)) == {theirs}
    assert set(batches_of(worker)) == {workers}
    assert set(batches_of(top)) == {own, workers, theirs, office}
    with pytest.raises(NotAllowed):
        actions.roll_back(batch=own, by=beside, at=NOON)
    actions.roll_back(batch=workers, by=here, at=NOON)
    actions.roll_back(batch=own, by=top, at=NOON)
    assert not Person.objects.exists()


def test_without_the_right_nothing_is_uploaded() -> None:
    with pytest.raises(NotAllowed):
        checked(workbook([person()]), by=posted(build_town().grids[0], "registry.see_people"))


def test_an_actor_kept_for_the_job_is_the_same_actor(town: Town) -> None:
    clerk = posted(town.grids[0], "registry.import")
    assert actor_from_json(actor_as_json(clerk)) == clerk


def test_confirming_writes_one_journal_line_without_a_name_in_it(town: Town) -> None:
    batch = taken_in(workbook([person()]))
    (line,) = JournalLine.objects.filter(verb="registry.confirm_import")
    assert line.subject_id == batch.pk
    assert line.changes["counts"]["new"] == 1
    assert len(line.changes["digest"]) == 64
    assert "王建国" not in str(line.changes)


def test_a_cancelled_batch_is_gone_with_its_files(town: Town) -> None:
    batch = checked(workbook([person()]))
    actions.cancel(batch=batch, by=CLERK, at=NOON)
    batch.refresh_from_db()
    assert batch.state == "cancelled"
    assert not vault.folder_of(batch.pk).exists()
    with refused("registry.import_not_waiting"):
        actions.run_confirm(batch, by=CLERK, at=NOON, progress=Silent())


def test_files_are_forgotten_when_their_time_is_over(town: Town) -> None:
    batch = taken_in(workbook([person()]))
    assert actions.forget_files(AS_OF) == 0
    assert actions.forget_files(batch.files_until + timedelta(days=1)) == 1
    assert not vault.folder_of(batch.pk).exists()
    assert not ImportFinding.objects.filter(batch=batch).exists()


def test_facts_of_tomorrow_are_refused() -> None:
    with refused("registry.future_day"):
        checked(workbook([person()]), as_of=date(2030, 1, 1))


def statements(rows: list[dict[str, Any]]) -> int:
    with CaptureQueriesContext(connection) as captured:
        batch = taken_in(workbook(rows))
    assert batch.counts["new"] == len(rows)
    return len(captured)


def test_a_sheet_costs_the_same_statements_for_two_rows_or_three_hundred(town: Town) -> None:
    def crowd(count: int, first: int) -> list[dict[str, Any]]:
        return [
            person(
                name=f"王{chr(0x4E00 + n)}",
                id_no=id_number(first + n % 400, date(1960 + n // 400, 5, 1)),
                head_name=f"王{chr(0x4E00 + n)}",
                head_id_no="",
                room=f"{n % 6 + 1}{n // 6:02}",
                phone="",
            )
            for n in range(count)
        ]

    few = statements(crowd(2, 0))
    many = statements([row | {"building": "2号楼"} for row in crowd(300, 50)])
    assert many <= few + 4


def test_the_findings_quote_nothing_in_the_clear(town: Town) -> None:
    batch = checked(workbook([person(name="王 建 国", phone="138 3800 0001")]))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE position('1383'::bytea IN before) > 0)"
            " FROM registry_importfinding WHERE batch_id = %s AND before IS NOT NULL",
            [batch.pk],
        )
        found, clear = cursor.fetchone()
    assert found > 0
    assert clear == 0


def test_cells_cleaned_alike_are_told_once_with_their_number(town: Town) -> None:
    rows = [
        person(),
        *(
            person(name=f"王{sign}", id_no=id_number(30 + n), relation_to_head="租客")
            for n, sign in enumerate("甲乙丙")
        ),
    ]
    batch = checked(workbook(rows))
    (finding,) = batch.findings.filter(field="relation_to_head")
    assert (finding.times, finding.row, finding.kind) == (3, 4, "cleaned")
    assert Counter(f.field for f in batch.findings.all())["relation_to_head"] == 1
    assert POPULATION.column("relation_to_head").required
