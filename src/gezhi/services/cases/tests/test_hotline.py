"""A list exported from a hotline comes in, becomes cases at their own times, and can go again."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from gezhi.base.actors import Actor
from gezhi.base.testing import refused
from gezhi.core.journal.models import JournalLine
from gezhi.core.privacy.fields import Sealed
from gezhi.core.registry.imports.progress import Silent
from gezhi.core.registry.imports.running import earlier_batches
from gezhi.core.staff.tests.office import NOON
from gezhi.engines.matters.actions import comment, take
from gezhi.engines.matters.models import Matter
from gezhi.engines.matters.queries import with_words
from gezhi.services.cases.hotline import actions
from gezhi.services.cases.models import Case, HotlineBatch, HotlineLine, State
from gezhi.services.cases.tests.conftest import Centre

pytestmark = pytest.mark.django_db
HEAD = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间")
ASKED, ANSWERED = "2022/9/1 9:32:09", "2022/9/5 14:56:53"


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Any) -> None:
    settings.FILES = tmp_path


def row(number: str, **more: str) -> dict[str, str]:
    """A message that was answered."""
    told = {
        "留言编号": number,
        "留言用户": "孙某某",
        "留言主题": "夜间施工噪音",
        "留言时间": ASKED,
        "留言详情": "\n\t\t工地夜里两点还在打桩，电话13812345678\n",
        "答复意见": "已责令停工，如有疑问请拨0371-67980000",
        "答复时间": ANSWERED,
    }
    return told | more


def open_row(number: str, **more: str) -> dict[str, str]:
    return row(number, 答复意见="", 答复时间="", **more)


def sheet(*rows: dict[str, str], head: tuple[str, ...] = HEAD) -> io.BytesIO:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet("导出")
        page.write_row(0, 0, head)
        for at, cells in enumerate(rows, start=1):
            page.write_row(at, 0, [cells.get(name, "") for name in head])
    out.seek(0)
    return out


def brought(file: io.BytesIO, by: Actor, *, origin: str = "12345") -> HotlineBatch:
    """A list that was checked."""
    batch = actions.upload(file=file, name="工单.xlsx", origin=origin, by=by, at=NOON)
    return actions.run_check(batch, at=NOON, progress=Silent())


def written(file: io.BytesIO, by: Actor) -> HotlineBatch:
    return actions.run_confirm(brought(file, by), at=NOON, progress=Silent())


def test_an_answered_message_is_a_closed_case_with_its_own_times(centre: Centre) -> None:
    batch = written(sheet(row("2549")), centre.operator)

    case = Case.objects.select_related("matter").get()
    matter = case.matter
    assert batch.counts["new"] == 1
    assert (matter.state, matter.number) == (State.CLOSED, "GZ2022090100001")
    assert matter.opened_at == datetime(2022, 9, 1, 1, 32, 9, tzinfo=UTC)
    assert matter.ended_at == case.closed_at == datetime(2022, 9, 5, 6, 56, 53, tzinfo=UTC)
    assert case.description == "夜间施工噪音\n工地夜里两点还在打桩，电话13812345678"
    assert case.result.startswith("已责令停工")
    assert [(one.step, one.said, one.by) for one in matter.history.all()] == [
        ("", "由热线导出导入", "12345 热线"),
        ("answered", "由热线导出导入", "12345 热线"),
    ]


def test_a_message_without_an_answer_waits_for_the_operator(centre: Centre) -> None:
    written(sheet(open_row("2549")), centre.operator)

    matter = Matter.objects.get()
    assert (matter.state, matter.ended_at) == (State.REPORTED, None)
    clock = matter.clocks.get()
    assert clock.started_at == NOON, "nobody here could act before it came"
    assert matter.due_at == clock.due_at


def test_the_history_and_the_journal_say_where_cases_come_from(centre: Centre) -> None:
    written(sheet(row("2549"), row("2550")), centre.operator)

    line = JournalLine.objects.get(verb="cases.import_hotline")
    assert (line.at, line.account_id) == (NOON, centre.operator.account_id)
    assert line.changes["counts"]["new"] == 2


def test_who_told_is_sealed(centre: Centre) -> None:
    written(sheet(row("2549")), centre.operator)

    assert isinstance(Case.objects.get().reporter, Sealed)


def test_the_same_list_again_changes_nothing(centre: Centre) -> None:
    file = sheet(row("2549"), open_row("2550"))
    first = written(file, centre.operator)

    again = written(file, centre.operator)

    assert (again.counts["new"], again.counts["unchanged"]) == (0, 2)
    assert Case.objects.count() == 2
    assert earlier_batches(again) == [first]


def test_numbers_of_two_lists_do_not_meet(centre: Centre) -> None:
    written(sheet(row("2549")), centre.operator)

    other = brought(sheet(row("2549")), centre.operator, origin="board")

    assert other.counts["new"] == 1


def test_an_answer_that_comes_later_closes_the_case_nobody_took_up(centre: Centre) -> None:
    written(sheet(open_row("2549")), centre.operator)

    later = written(sheet(row("2549")), centre.operator)

    case = Case.objects.select_related("matter").get()
    assert later.counts["changed"] == 1
    assert case.matter.state == State.CLOSED
    assert case.closed_at == datetime(2022, 9, 5, 6, 56, 53, tzinfo=UTC)
    assert case.result.startswith("已责令停工")


def test_an_answer_from_outside_does_not_close_what_is_being_worked_on(centre: Centre) -> None:
    written(sheet(open_row("2549")), centre.operator)
    take(Matter.objects.get(), "ask_to_verify", by=centre.operator, at=NOON)

    later = written(sheet(row("2549")), centre.operator)

    assert later.counts["unchanged"] == 1
    assert Matter.objects.get().state == State.VERIFYING


def test_rows_nobody_can_read_are_held_back_and_the_others_come_in(centre: Centre) -> None:
    batch = brought(
        sheet(
            row("1"),
            row("2", 留言时间="昨天"),
            row("3", 答复时间=""),
            row("4", 答复时间="2022/8/1 9:00"),
            row("5", 留言主题="", 留言详情=""),
            row(""),
            row("1"),
            row("6", 留言时间="2022/12/1 9:00", 答复意见="", 答复时间=""),
        ),
        centre.operator,
    )

    assert (batch.counts["new"], batch.counts["refused"]) == (1, 7)
    told = actions.checked_of(batch).told
    codes = set(told.filter(told["kind"] == "refused")["code"])
    assert codes == {
        *("hotline_time", "hotline_no_reply_time", "hotline_backwards", "hotline_empty"),
        *("hotline_no_number", "hotline_twice", "hotline_future"),
    }


def test_a_file_without_the_columns_is_asked_about_and_the_answer_is_kept(centre: Centre) -> None:
    head = ("留言编号", "留言主题", "留言时间", "正文", "答复意见", "答复时间")
    rows = [{**row(str(n)), "正文": "路灯不亮"} for n in range(3)]
    batch = brought(sheet(*rows, head=head), centre.operator)
    assert batch.state == "mapping"

    actions.set_mapping(batch=batch, chosen={0: {3: "detail"}}, by=centre.operator, at=NOON)
    batch = actions.run_check(batch, at=NOON, progress=Silent())
    assert batch.counts["new"] == 3

    assert brought(sheet(*rows, head=head), centre.operator).state == "checked"
    other = brought(sheet(*rows, head=head), centre.operator, origin="board")
    assert other.state == "mapping", "each list has its own headings"


def test_a_list_taken_back_leaves_what_somebody_worked_on(centre: Centre) -> None:
    batch = written(sheet(row("1"), open_row("2"), open_row("3")), centre.operator)
    moved = Case.objects.get(source_number="2").matter
    take(moved, "ask_to_verify", by=centre.operator, at=NOON)
    written_to = Case.objects.get(source_number="3").matter
    comment(matter=written_to, text="已电话联系", by=centre.operator, at=NOON)

    removed, left = actions.roll_back(batch=batch, by=centre.chief_of_hotline, at=NOON)

    assert removed == 1
    assert left == [moved.number, written_to.number]
    assert set(HotlineLine.objects.values_list("number", flat=True)) == {"2", "3"}
    with refused("cases.hotline_not_confirmed"):
        actions.roll_back(batch=batch, by=centre.chief_of_hotline, at=NOON)


def test_a_list_that_breaks_off_leaves_nothing(centre: Centre) -> None:
    batch = brought(sheet(row("1"), row("2")), centre.operator)

    class Broken(Silent):
        def tell(self, step: str, done: int, total: int) -> None:
            raise RuntimeError("the worker was ended")

    with pytest.raises(RuntimeError):
        actions.run_confirm(batch, at=NOON, progress=Broken())

    assert Matter.objects.count() == HotlineLine.objects.count() == 0
    assert actions.run_confirm(batch, at=NOON, progress=Silent()).counts["new"] == 2


def test_a_list_is_brought_by_the_office_and_not_by_a_community(centre: Centre) -> None:
    with refused("cases.hotline_office"):
        brought(sheet(row("1")), centre.hotline_of_a_community)


def test_cases_are_found_by_words_of_two_signs_in_report_and_answer(centre: Centre) -> None:
    written(
        sheet(row("1"), row("2", 留言主题="路灯不亮", 留言详情="三天了", 答复意见="已换灯泡")),
        centre.operator,
    )

    def found(words: str) -> list[str]:
        rows = with_words(Matter.objects.all(), words)
        return sorted(rows.values_list("case__source_number", flat=True))

    assert found("噪音") == found("打桩") == found("停工") == ["1"]
    assert found("灯泡") == ["2"]
    assert found("噪音 灯泡") == found("13812345") == []
    assert found("GZ20220901") == ["1", "2"]


def test_files_are_removed_when_their_time_is_over(centre: Centre) -> None:
    batch = brought(sheet(row("1")), centre.operator)

    assert actions.forget_files(batch.files_until) == 0
    assert actions.forget_files(batch.files_until + timedelta(days=1)) == 1
