"""Rows of this area for the house tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.db.models import Model

from gezhi.base.actors import system
from gezhi.base.ids import uuid7
from gezhi.base.samples import Sample, Spot, Visit, Visiting
from gezhi.core.journal.actions import action
from gezhi.core.staff.models import Unit
from gezhi.engines.matters.actions import open_matter
from gezhi.engines.matters.language import workflows
from gezhi.engines.matters.models import Attachment, Comment, Delegation, Link, Matter
from gezhi.services.cases.matters import CASES, OVERSIGHT, WHISTLES
from gezhi.services.cases.models import Case, Category, HotlineBatch, Joiner, State
from gezhi.services.cases.models.joint import Called, Oversight, Whistle


@action("test.sample_case", "样例案件")
def _opened(*, spot: Spot, by: Any, at: Any) -> Matter:
    return open_matter(CASES.kind, title="暴露垃圾", prefix="YL", place=spot.grid, by=by, at=at)


def _case(spot: Spot) -> Case:
    matter = _opened(spot=spot, by=system("test"), at=spot.at)
    return Case.objects.create(
        matter=matter,
        category=_category(spot),
        source="patrol",
        description="楼下垃圾没人清",
        address="紫兰苑 3号楼",
        reporter="孙样",
        reporter_phone="13812345678",
        verified=True,
        closed_at=spot.at,
    )


def _category(spot: Spot) -> Category:
    found = Category.objects.filter(code="0102", nature="event").first()
    return found or Category.objects.create(
        nature="event",
        code="0102",
        major="市容环境",
        name="暴露垃圾",
        filing_condition="有未收集的垃圾",
        closing_condition="已清走",
        amount=4,
        unit="wh",
        unit_rule="place",
        valid_from=date(2022, 1, 1),
    )


def _in(state: str) -> Callable[[Spot], Matter]:
    """A case where a step can be taken."""

    def made(spot: Spot) -> Matter:
        matter = _case(spot).matter
        matter.state = state
        matter.ended_at = spot.at if state in CASES.ends_in else None
        matter.due_at = None
        matter.holder_id = spot.account.pk
        matter.unit_id = uuid7()
        matter.save()
        return matter

    return made


def _at_step(code: str) -> Visiting:
    state = min(CASES.step(code).leaves)

    def visit(spot: Spot) -> Visit:
        row = _in(state)(spot)
        return Visit(row=row, kwargs={"pk": row.pk})

    return visit


def _with_a_picture(spot: Spot) -> Visit:
    """A case with a picture its reporter added; the file itself is not there."""
    matter = _in(State.HANDLING)(spot)
    picture = Attachment.objects.create(
        matter=matter,
        stage="before",
        sha256="0" * 64,
        size=1000,
        media_type="image/jpeg",
        width=4,
        height=3,
        added_at=spot.at,
        added_by="样例",
        added_by_id=spot.account.pk,
    )
    return Visit(row=matter, kwargs={"pk": matter.pk, "file": picture.pk})


def _list(state: str) -> Sample:
    """A list exported from the hotline, as far as a state."""

    def made(spot: Spot) -> HotlineBatch:
        return HotlineBatch.objects.create(
            file_name="工单.xlsx",
            file_hash=b"\0" * 32,
            file_size=1,
            origin="12345",
            state=state,
            account_id=spot.account.pk,
            uploaded_by="孙样",
            uploaded_at=spot.at,
            files_until=spot.at.date(),
        )

    return made


def _own_list(spot: Spot) -> Visit:
    """The sheet with the reasons is for whoever sent it."""
    row = _list("checked")(spot)
    return Visit(row=row, kwargs={"pk": row.pk}, owned=True)


def _joiner(spot: Spot) -> Joiner:
    return Joiner.objects.create(
        case=_case(spot),
        at=spot.at,
        source="hotline",
        words="我也看到了",
        reporter="赵样",
        reporter_phone="13612345678",
        account_id=spot.account.pk,
    )


def _joiners(spot: Spot) -> Visit:
    row = _joiner(spot)
    return Visit(row=row, kwargs={"pk": row.case_id})


@action("test.sample_child", "样例子事项")
def _hung_on(*, kind: str, spot: Spot, by: Any, at: Any) -> Matter:
    parent = _in(State.HANDLING)(spot)
    matter = open_matter(
        kind,
        title="样例",
        prefix="YZ",
        place=spot.grid,
        parent=parent,
        facts=lambda row: _facts(kind, row, spot),
        by=by,
        at=at,
    )
    if kind == WHISTLES.kind:
        unit = Unit.objects.create(code=uuid7().hex[-12:], name="样例单位", kind="district")
        Called.objects.create(
            whistle=matter.whistle, unit=unit, leads=True, reported_at=spot.at, on_time=True
        )
    return matter


def _facts(kind: str, row: Matter, spot: Spot) -> Model:
    if kind == WHISTLES.kind:
        return Whistle(matter=row, kind="joint", request="联合清理")
    return Oversight(matter=row, order="尽快办理", days=1)


def _hung(kind: str, state: str) -> Visiting:
    """A whistle or an order where a step can be taken; opened by nobody who takes it."""

    def visit(spot: Spot) -> Visit:
        matter = _hung_on(kind=kind, spot=spot, by=system("test"), at=spot.at)
        workflow = workflows[kind]
        matter.state = state
        matter.ended_at = spot.at if state in workflow.ends_in else None
        matter.due_at = None
        matter.save()
        return Visit(row=matter, kwargs={"pk": matter.pk})

    return visit


def _comment(spot: Spot) -> Comment:
    return Comment.objects.create(
        matter=_in(State.HANDLING)(spot),
        at=spot.at,
        by="样例",
        account_id=spot.account.pk,
        text="已去看过",
    )


def _link(spot: Spot) -> Link:
    matter, other = _in(State.HANDLING)(spot), _in(State.HANDLING)(spot)
    return Link.objects.create(
        matter=matter, other=other, kind="about", made_at=spot.at, made_by="样例"
    )


def _delegation(spot: Spot) -> Delegation:
    return Delegation.objects.create(
        account_id=spot.account.pk,
        name="样例",
        deputy_id=uuid7(),
        deputy_name="同事",
        first=spot.at.date(),
        last=spot.at.date(),
        why="休假",
        made_at=spot.at,
    )


SAMPLES: Final[dict[type, Sample]] = {
    Joiner: _joiner,
    Comment: _comment,
    Link: _link,
    Delegation: _delegation,
    HotlineBatch: _list("confirmed"),
    Matter: _in(State.HANDLING),
    Case: _case,
    Category: _category,
}
VISITS: Final[dict[str, Visiting]] = {
    "cases.hotline_errors": _own_list,
    **dict.fromkeys(("matters.file", "matters.take_off"), _with_a_picture),
    **{f"cases.{step.code}": _at_step(step.code) for step in CASES.steps},
    "cases.joiners": _joiners,
    "cases.order": _hung(OVERSIGHT.kind, OVERSIGHT.opens_in),
    "cases.whistle": _hung(WHISTLES.kind, WHISTLES.opens_in),
    **{
        f"{flow.kind}.{step.code}": _hung(flow.kind, min(step.leaves))
        for flow in (OVERSIGHT, WHISTLES)
        for step in flow.steps
        if not step.by_system
    },
}
