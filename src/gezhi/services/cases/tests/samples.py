"""Rows of this area for the house tests."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from gezhi.base.actors import system
from gezhi.base.ids import uuid7
from gezhi.base.samples import Sample, Spot, Visit, Visiting
from gezhi.core.journal.actions import action
from gezhi.engines.matters.actions import open_matter
from gezhi.engines.matters.models import Attachment, Matter
from gezhi.services.cases.matters import CASES
from gezhi.services.cases.models import Case, Category, HotlineBatch, State


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


def _in(state: str) -> Sample:
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


SAMPLES: Final[dict[type, Sample]] = {
    HotlineBatch: _list("confirmed"),
    Matter: _in(State.HANDLING),
    Case: _case,
    Category: _category,
}
VISITS: Final[dict[str, Visiting]] = {
    "cases.hotline_errors": _own_list,
    **dict.fromkeys(("matters.file", "matters.take_off"), _with_a_picture),
    **{f"cases.{step.code}": _at_step(step.code) for step in CASES.steps},
}
