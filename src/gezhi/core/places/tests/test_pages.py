"""The screens of places: what they show, to whom, and that their forms do what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from gezhi.base.actors import Actor, system
from gezhi.base.errors import NotAllowed
from gezhi.base.pages import page_named
from gezhi.base.testing import queries as asking
from gezhi.core.cells.models import Cell
from gezhi.core.places import actions, counts, rights
from gezhi.core.places.actions import Unknown, record_unresolved
from gezhi.core.places.models import (
    BoundaryDraft,
    Building,
    Compound,
    Place,
    Regrid,
    UnresolvedAddress,
)
from gezhi.core.places.tests.office import (
    NOON,
    START,
    Ground,
    chief_1,
    chief_2,
    clerk,
    ground,
    staffed,
)
from gezhi.core.places.tests.test_bringing_boundaries import file_of, halves

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def visit(
    actor: Actor | None,
    name: str,
    pk: UUID | None = None,
    *,
    send: dict[str, Any] | None = None,
    ask: dict[str, Any] | None = None,
    into: str = "",
    **headers: str,
) -> HttpResponse:
    """What a page answers to an actor; `send` posts, `into` asks as htmx for an element."""
    page = page_named(name)
    more: dict[str, Any] = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": into} if into else {}
    more |= {f"HTTP_{key.upper()}": value for key, value in headers.items()}
    path = "/" + page.path.replace("<uuid:pk>", str(pk))
    factory = RequestFactory()
    request: Any = (
        factory.get(path, ask or {}, **more) if send is None else factory.post(path, send, **more)
    )
    request.actor, request.cell = actor, Cell.objects.get(code="410172360")
    request.htmx, request._messages = HtmxDetails(request), CookieStorage(request)
    if actor is None:
        del request.actor
    answer = page.view()(request, **({"pk": pk} if pk else {}))
    request.close()
    assert isinstance(answer, HttpResponse)
    return answer


def words(answer: HttpResponse) -> str:
    return answer.content.decode()


@pytest.fixture
def town() -> Ground:
    return ground()


@pytest.fixture
def a_count(town: Ground) -> Iterator[None]:
    counts.register("toys", "玩具", lambda at: {town.first.pk: 30, town.second.pk: 5})
    yield
    counts.withdraw("toys")


def everybody(town: Ground) -> Actor:
    """Somebody with every right of places."""
    return staffed(
        town.office,
        *(
            r.code
            for r in (rights.SEE, rights.DRAW, rights.REVIEW, rights.APPROVE, rights.ADDRESSES)
        ),
    )


# --- the tree ----------------------------------------------------------------------------


def test_the_tree_shows_today_with_counts_and_chiefs(town: Ground, a_count: None) -> None:
    text = words(visit(clerk(town.office), "places.tree"))
    assert "永乐第一网格" in text
    assert "李守田" in text
    assert text.count(">35<") == 2  # the community and the office add up their grids
    assert "玩具" in text


def test_the_tree_of_a_past_day_has_its_names_and_no_counts(town: Ground, a_count: None) -> None:
    by = system()
    actions.rename_place(place=town.first, name="金梭网格", on=NOON.date(), by=by, at=NOON)
    day = (NOON.date() - timedelta(days=1)).isoformat()
    text = words(visit(clerk(town.office), "places.tree", ask={"day": day}))
    assert "永乐第一网格" in text
    assert "金梭网格" not in text
    assert "玩具" not in text


@pytest.mark.parametrize(
    ("day", "said"),
    [("2999-01-01", "还没有到"), ("昨天", "2022-09-13"), ("2001-01-01", "还没有网格")],
)
def test_a_day_that_cannot_be_shown_is_said_so(town: Ground, day: str, said: str) -> None:
    assert said in words(visit(clerk(town.office), "places.tree", ask={"day": day}))


def test_a_stranger_and_whoever_lacks_the_right_find_nothing(town: Ground) -> None:
    for actor in (None, staffed(town.office)):
        with pytest.raises(Http404):
            visit(actor, "places.tree")
        with pytest.raises(Http404):
            visit(actor, "places.map_data")


def test_the_tree_costs_the_same_queries_for_any_number_of_places(town: Ground) -> None:
    visit(clerk(town.office), "places.tree")
    with asking(4):
        visit(clerk(town.office), "places.tree")


def test_a_place_shows_its_history_its_chief_and_its_ground(town: Ground, a_count: None) -> None:
    actions.rename_place(place=town.first, name="金梭网格", on=NOON.date(), by=system(), at=NOON)
    text = words(visit(clerk(town.office), "places.place", town.first.pk))
    for said in ("金梭网格", "永乐第一网格", "李守田", "<svg", "紫兰苑", "玩具"):
        assert said in text
    summary = words(visit(clerk(town.office), "places.place", town.first.pk, into="drawer-body"))
    assert "<html" not in summary
    assert "金梭网格" in summary


def test_a_place_offers_only_what_the_reader_may_do(town: Ground) -> None:
    worker = staffed(town.first, "places.see")
    assert "/retire/" not in words(visit(worker, "places.place", town.second.pk))
    text = words(visit(everybody(town), "places.place", town.first.pk))
    assert "还有 3 栋楼，请用网格调整划出" in text


# --- changing a place --------------------------------------------------------------------


def test_a_grid_is_added_renamed_named_after_a_party_group_and_retired(town: Ground) -> None:
    by, today = everybody(town), TODAY()
    form = {"kind": "grid", "name": "第二网格", "on": today.isoformat(), "party_group": ""}
    answer = visit(by, "places.add", town.dali.pk, send=form)
    assert answer.status_code == 302
    grid = Place.objects.get(name="第二网格")
    assert answer["Location"].endswith(f"{grid.pk}/")
    assert grid.code == f"{town.dali.code}002"
    visit(by, "places.rename", grid.pk, send={"name": "村东网格", "on": today.isoformat()})
    visit(
        by,
        "places.party_group",
        grid.pk,
        send={"party_group": "村东党小组", "on": today.isoformat()},
    )
    grid.refresh_from_db()
    assert (grid.name, grid.party_group) == ("村东网格", "村东党小组")
    late = visit(by, "places.retire", grid.pk, send={"reason": "误设", "on": today.isoformat()})
    assert late.status_code == 422  # it began today; it cannot end before it began
    assert "停用日期须在其后" in words(late)


def test_a_refused_change_says_why_at_the_field(town: Ground) -> None:
    sent = {"name": "金梭", "on": "2022-01-01"}
    answer = visit(clerk(town.office), "places.rename", town.first.pk, send=sent)
    assert answer.status_code == 422
    assert "更正" in words(answer)


def test_in_sight_but_not_yours_is_refused(town: Ground) -> None:
    with pytest.raises(NotAllowed):
        visit(clerk(town.dali), "places.rename", town.first.pk)


# --- the map -----------------------------------------------------------------------------


def test_the_map_works_without_javascript(town: Ground, a_count: None) -> None:
    text = words(visit(clerk(town.office), "places.map", ask={"level": "2"}))
    assert "<noscript><svg" in text
    assert "data-map=" in text
    assert 'class="number"' in text
    assert ">35<" in text


def test_map_data_is_for_those_who_may_see_and_not_sent_twice(town: Ground, a_count: None) -> None:
    by = clerk(town.office)
    first = visit(by, "places.map_data", ask={"count": "toys"})
    features = json.loads(first.content)["features"]
    told = {one["properties"]["title"]: one["properties"]["value"] for one in features}
    assert told == {"永乐第一网格": 30, "永乐第二网格": 5, "大里第一网格": 0}
    tag = first["ETag"]
    again = visit(by, "places.map_data", ask={"count": "toys"}, if_none_match=tag)
    assert (again.status_code, again.content) == (304, b"")
    actions.rename_place(place=town.first, name="金梭", on=NOON.date(), by=system(), at=NOON)
    changed = visit(by, "places.map_data", ask={"count": "toys"}, if_none_match=tag)
    assert changed.status_code == 200


def test_a_number_one_may_not_see_is_not_on_the_map(town: Ground) -> None:
    counts.register("secret", "机密数", lambda at: {town.first.pk: 7}, right=rights.APPROVE)
    try:
        text = words(visit(clerk(town.office), "places.map", ask={"count": "secret"}))
        data = visit(clerk(town.office), "places.map_data", ask={"count": "secret"})
    finally:
        counts.withdraw("secret")
    assert "机密数" not in text
    assert 7 not in [one["properties"]["value"] for one in json.loads(data.content)["features"]]


@pytest.mark.parametrize(
    ("lon", "lat", "frame", "said"),
    [
        ("113.505", "34.805", "wgs84", "永乐第一网格"),
        ("113.511", "34.804", "gcj02", "永乐第一网格"),
        ("113.9", "34.9", "wgs84", "不在任何网格内"),
        ("34.8", "113.5", "wgs84", "坐标"),
    ],
)
def test_a_point_is_told_its_grid(town: Ground, lon: str, lat: str, frame: str, said: str) -> None:
    ask = {"lon": lon, "lat": lat, "frame": frame}
    text = words(visit(clerk(town.office), "places.map", ask=ask))
    assert said in text.split("data-point")[1]


# --- the address library -----------------------------------------------------------------


def test_a_compound_is_registered_with_alias_and_building(town: Ground) -> None:
    by = everybody(town)
    sent = {"community": str(town.yongle.pk), "name": "梅园", "kind": "estate"}
    assert visit(by, "places.compound_add", send=sent).status_code == 302
    plum = Compound.objects.get(name="梅园")
    visit(by, "places.alias_add", plum.pk, send={"alias": "梅香园", "kind": "marketed"})
    sent = {
        "grid": str(town.first.pk), "name": "1号", "units": "2", "floors_above": "6",
        "floors_below": "0", "on_a_floor": "", "skipped": "",
    }  # fmt: skip
    assert visit(by, "places.building_add", plum.pk, send=sent).status_code == 302
    text = words(visit(by, "places.compound", plum.pk))
    assert "梅香园" in text
    assert "1号楼" in text
    found = words(visit(by, "places.compounds", ask={"q": "梅香"}))
    assert "梅园" in found
    assert "紫兰苑" not in found.split("<tbody")[1]
    building = Building.objects.get(compound=plum)
    assert "永乐第一网格" in words(visit(by, "places.building", building.pk))


def test_compounds_are_narrowed_to_a_grid(town: Ground) -> None:
    by = clerk(town.office)
    actions.add_compound(community=town.yongle, name="梅园", by=by, at=NOON)
    text = words(visit(by, "places.compounds", ask={"place": str(town.first.pk)}))
    assert "紫兰苑" in text
    assert "梅园" not in text


def test_an_unknown_address_is_settled_from_the_queue(town: Ground) -> None:
    record_unresolved([Unknown("紫兰公馆3-2-501", "地址库里没有")], at=NOON)
    row = UnresolvedAddress.objects.get()
    by = clerk(town.office)
    assert "紫兰公馆3-2-501" in words(visit(by, "places.unresolved"))
    wrong = visit(by, "places.resolve", row.pk, send={"where": "无此苑3号楼"})
    assert wrong.status_code == 422
    sent = {"where": "紫兰苑3号楼", "alias": "紫兰公馆", "alias_kind": "marketed"}
    assert visit(by, "places.resolve", row.pk, send=sent).status_code == 302
    row.refresh_from_db()
    assert row.building_id == town.buildings[2].pk
    assert "已处理" in words(visit(by, "places.resolve", row.pk))


def test_the_queue_of_another_village_is_out_of_sight(town: Ground) -> None:
    record_unresolved([Unknown("某处", "不认识", community_id=town.dali.pk)], at=NOON)
    row = UnresolvedAddress.objects.get()
    with pytest.raises(Http404):
        visit(clerk(town.yongle), "places.resolve", row.pk)


# --- boundaries --------------------------------------------------------------------------


def test_boundaries_are_brought_looked_at_and_confirmed(town: Ground) -> None:
    by = clerk(town.office)

    def send(share: float, **wrong: Any) -> HttpResponse:
        file = SimpleUploadedFile("永乐.geojson", file_of(halves(town, share) | wrong))
        sent = {"parent": str(town.yongle.pk), "level": "3", "frame": "wgs84", "file": file}
        return visit(by, "places.boundary_bring", send=sent)

    assert send(0.3, **{town.second.code: halves(town, 0.4)[town.second.code]}).status_code == 302
    draft = BoundaryDraft.objects.get()
    text = words(visit(by, "places.boundary", draft.pk))
    assert "空隙" in text
    assert "<svg" in text
    assert "启用这份边界" not in text
    visit(by, "places.boundary", draft.pk, send={"_drop": "1"})
    assert not BoundaryDraft.objects.exists()
    send(0.3)
    draft = BoundaryDraft.objects.get()
    done = visit(by, "places.boundary", draft.pk, send={"on": TODAY().isoformat()})
    assert done.status_code == 302
    assert town.first.periods.count() == 2


# --- changes of grids --------------------------------------------------------------------


def test_a_change_goes_from_draft_to_force_through_its_pages(town: Ground) -> None:
    by = clerk(town.office)
    sent: dict[str, Any] = {
        "title": "永乐拆分", "retiring": [str(town.first.pk)], "coming": "2",
        "effective": TODAY().isoformat(), "reason": "户数过多",
    }  # fmt: skip
    assert visit(by, "places.regrid_draw", town.yongle.pk, send=sent).status_code == 302
    regrid = Regrid.objects.get()
    one, two = regrid.coming.all()
    form = words(visit(by, "places.regrid_assign", regrid.pk))
    assert form.count("随小区") == 3
    data = visit(by, "places.regrid_assign", regrid.pk, ask={"map": ""})
    assert len(json.loads(data.content)["features"]) == 4  # one old grid, three buildings
    sent = {
        f"name_{one.pk}": "新一网格", f"party_{one.pk}": "新一党小组",
        f"name_{two.pk}": "新二网格", f"party_{two.pk}": "新二党小组",
        f"c_{town.orchid.pk}": str(one.pk), f"b_{town.buildings[2].pk}": str(two.pk),
    }  # fmt: skip
    assert visit(by, "places.regrid_assign", regrid.pk, send=sent).status_code == 302
    text = words(visit(chief_2(town.yongle), "places.regrid", regrid.pk))
    assert "新一网格" in text
    assert "<svg" in text
    assert (
        visit(chief_2(town.yongle), "places.regrid_review", regrid.pk, send={}).status_code == 302
    )
    shown = words(visit(chief_1(town.office), "places.regrid_approve", regrid.pk))
    assert "3 栋楼连同住户" in shown
    visit(chief_1(town.office), "places.regrid_approve", regrid.pk, send={})
    assert Building.objects.get(pk=town.buildings[2].pk).grid.name == "新二网格"
    assert "新二网格" in words(visit(by, "places.regrid", regrid.pk))


def test_sizes_are_warned_about_and_not_refused(
    town: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gezhi.core.places import dwellings

    monkeypatch.setattr(
        dwellings.households_in, "_provided", lambda buildings: dict.fromkeys(buildings, 250)
    )
    regrid = actions.draw_regrid(
        title="合并", community=town.yongle, retiring=[town.first, town.second], coming=1,
        effective=TODAY(), reason="合并", by=clerk(town.office), at=timezone.now(),
    )  # fmt: skip
    text = words(visit(clerk(town.office), "places.regrid", regrid.pk))
    assert "多达 1500 户，一般为 300 至 500 户" in text


def test_whoever_drew_it_sees_approval_greyed(town: Ground) -> None:
    me = uuid4()
    boss = replace(everybody(town), account_id=me)
    regrid = actions.draw_regrid(
        title="合并", community=town.yongle, retiring=[town.first], coming=1,
        effective=date(2022, 9, 20), reason="合并", by=boss, at=NOON,
    )  # fmt: skip
    Regrid.objects.update(state="reviewing")
    assert "请由另一人批准" in words(visit(boss, "places.regrid", regrid.pk))


def test_a_form_sent_over_changed_buildings_comes_back_with_what_was_filled_in(
    town: Ground,
) -> None:
    by = clerk(town.office)
    regrid = actions.draw_regrid(
        title="合并", community=town.yongle, retiring=[town.first], coming=1,
        effective=TODAY(), reason="合并", by=by, at=timezone.now(),
    )  # fmt: skip
    (new,) = regrid.coming.all()
    sent = {"edition": str(uuid4()), f"name_{new.pk}": "别丢了我"}
    answer = visit(by, "places.regrid_assign", regrid.pk, send=sent)
    assert answer.status_code == 409
    assert "别丢了我" in words(answer)


@pytest.mark.parametrize("name", ["places.regrids", "places.boundaries", "places.regrid_start"])
def test_lists_open(town: Ground, name: str) -> None:
    assert visit(clerk(town.office), name).status_code == 200
    assert TODAY() > START


# --- boundaries that wait, and the map of a past day -------------------------------------


def test_boundaries_that_wait_are_seen_on_list_and_map_and_accepted(town: Ground) -> None:
    Place.objects.get(pk=town.first.pk).periods.update(estimated=True)
    by = clerk(town.yongle)
    assert "待核定" in words(visit(by, "places.tree"))
    assert "虚线：边界待核定" in words(visit(by, "places.map"))
    data = json.loads(visit(by, "places.map_data").content)
    notes = [one["properties"].get("note") for one in data["features"]]
    assert notes.count("边界待核定") == 1
    assert "边界待核定" in words(visit(by, "places.place", town.yongle.pk))
    asked = words(visit(by, "places.boundaries_accept", town.yongle.pk))
    assert "待核定：永乐第一网格" in asked
    assert visit(by, "places.boundaries_accept", town.yongle.pk, send={}).status_code == 302
    assert "虚线" not in words(visit(by, "places.map"))


def test_the_boundaries_in_force_come_back_as_the_file_they_can_be_mended_in(
    town: Ground,
) -> None:
    by = clerk(town.office)
    answer = visit(by, "places.boundary_file", town.yongle.pk)
    assert "410172360001.geojson" in answer["Content-Disposition"]
    draft = actions.bring_boundaries(
        data=answer.content, file_name="现有.geojson", frame="wgs84", parent=town.yongle,
        level=3, by=by, at=NOON,
    )  # fmt: skip
    assert set(draft.document) == {town.first.code, town.second.code}
    assert "没有妨碍启用的问题" in words(visit(by, "places.boundary", draft.pk))


def test_the_map_of_a_past_day_has_its_grids_names_and_no_numbers(
    town: Ground, a_count: None
) -> None:
    by = clerk(town.office)
    today = NOON.date()
    actions.rename_place(place=town.first, name="金梭网格", on=today, by=system(), at=NOON)
    day = (today - timedelta(days=1)).isoformat()
    text = words(visit(by, "places.map", ask={"day": day}))
    assert "永乐第一网格" in text
    assert "金梭网格" not in text
    assert "玩具" not in text
    assert f"day={day}" in text
    data = json.loads(visit(by, "places.map_data", ask={"day": day}).content)
    titles = {one["properties"]["title"] for one in data["features"]}
    assert "永乐第一网格" in titles
    assert "金梭网格" in words(visit(by, "places.map"))
