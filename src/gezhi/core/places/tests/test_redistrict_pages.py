"""The screens of splitting and merging communities."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404

from gezhi.base.errors import NotAllowed
from gezhi.core.places import counts
from gezhi.core.places.models import Place, Regrid
from gezhi.core.places.tests.office import (
    Ground,
    chief_1,
    chief_2,
    clerk,
    ground,
    office_head,
)
from gezhi.core.places.tests.test_pages import TODAY, visit, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Ground:
    return ground()


def begun(town: Ground) -> Regrid:
    """永乐 and 大里 are to become one, drawn on the screen."""
    sent: dict[str, Any] = {
        "title": "永乐大里合并", "retiring": [str(town.yongle.pk), str(town.dali.pk)],
        "communities": "1", "villages": "0", "effective": TODAY().isoformat(),
        "reason": "区政府批复",
    }  # fmt: skip
    answer = visit(clerk(town.office), "places.redistrict_draw", send=sent)
    assert answer.status_code == 302, words(answer)
    return Regrid.objects.get()


def test_a_merger_goes_from_draft_to_force_through_its_pages(town: Ground) -> None:
    by, regrid = clerk(town.office), begun(town)
    (new,) = regrid.coming.all()
    form = words(visit(by, "places.redistrict_assign", regrid.pk))
    assert form.count("selected") == 3  # one heir takes every grid
    sent = {f"name_{new.pk}": "永大社区", f"party_{new.pk}": "永大社区党委"}
    sent |= {f"g_{grid.pk}": str(new.pk) for grid in (town.first, town.second, town.dali_1)}
    assert visit(by, "places.redistrict_assign", regrid.pk, send=sent).status_code == 302

    counts.register("toys", "玩具", lambda at: {town.first.pk: 30, town.dali_1.pk: 5})
    try:
        text = words(visit(office_head(town.office), "places.regrid", regrid.pk))
    finally:
        counts.withdraw("toys")
    assert "<dt>玩具</dt><dd>35</dd>" in text
    assert "大里第一网格" in text
    assert f"{new.code}003" in text
    assert "李守田" in text  # whose post at 永乐 ends
    assert "<svg" in text

    visit(office_head(town.office), "places.regrid_review", regrid.pk, send={})
    shown = words(visit(chief_1(town.office), "places.regrid_approve", regrid.pk))
    assert "2 个社区（村）撤销，1 个新的启用" in shown
    assert "3 个网格换新编码，6 栋楼" in shown
    visit(chief_1(town.office), "places.regrid_approve", regrid.pk, send={})
    heir = Place.objects.get(name="永大社区")
    assert heir.party_group == "永大社区党委"
    page = words(visit(by, "places.place", town.yongle.pk))
    assert f"永大社区（{heir.code}）" in page
    done = words(visit(by, "places.regrid", regrid.pk))
    assert "须重新任命的岗位" in done


def test_a_grid_without_a_place_to_go_is_told_before_review(town: Ground) -> None:
    regrid = begun(town)
    (new,) = regrid.coming.all()
    sent = {f"name_{new.pk}": "永大社区", f"g_{town.first.pk}": str(new.pk)}
    visit(clerk(town.office), "places.redistrict_assign", regrid.pk, send=sent)
    text = words(visit(office_head(town.office), "places.regrid", regrid.pk))
    assert "410172360001 有 1 个网格没有划入新的社区（村）" in text


def test_whoever_is_posted_to_one_community_does_not_draw_across_them(town: Ground) -> None:
    text = words(visit(clerk(town.yongle), "places.redistrict_draw"))
    assert "村（社区）撤并由街道办理" in text


def test_each_kind_of_change_has_its_own_page_of_choices(town: Ground) -> None:
    regrid = begun(town)
    with pytest.raises(Http404):
        visit(clerk(town.office), "places.regrid_assign", regrid.pk)
    text = words(visit(clerk(town.office), "places.regrid", regrid.pk))
    assert "划分网格" in text
    assert "划分楼栋" not in text


def test_the_community_chief_is_not_offered_the_review_of_a_merger(town: Ground) -> None:
    regrid = begun(town)
    review = f"/places/regrids/{regrid.pk}/review/"
    assert review not in words(visit(chief_2(town.yongle), "places.regrid", regrid.pk))
    with pytest.raises(NotAllowed):
        visit(chief_2(town.yongle), "places.regrid_review", regrid.pk)
