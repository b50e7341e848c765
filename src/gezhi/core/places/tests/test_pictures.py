"""The picture of boundaries shows where each problem is, and is safe to put into a page."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from gezhi.base.sentences import Sentence
from gezhi.core.places import svg
from gezhi.core.places.boundaries import Problem, ProblemKind, check_tiling
from gezhi.core.places.ground import LocalGround
from gezhi.core.places.pictures import MAX_CLOSE_UPS, draw_boundaries

GROUND = LocalGround.around(113.5, 34.8)
NS = "{http://www.w3.org/2000/svg}"


def rectangle(west: float, south: float, east: float, north: float) -> Polygon:
    return GROUND.unflatten(box(west, south, east, north))


WHOLE = rectangle(0, 0, 1000, 500)
OVERLAPPING = {
    "410172360001001": rectangle(0, 0, 520, 500),
    "410172360001002": rectangle(500, 0, 1000, 500),
}


def parsed(document: str) -> ET.Element:
    """The picture as a browser would take it, after checking what every picture must hold to."""
    root = ET.fromstring(document)
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert root.tag == f"{NS}svg"
    assert root.get("role") == "img"
    assert root[0].tag == f"{NS}title"
    assert root[0].text
    assert root.get("aria-labelledby", "").split() == [root[0].get("id"), root[1].get("id")]
    assert len(set(ids)) == len(ids)
    for node in root.iter():
        assert node.tag not in {f"{NS}script", f"{NS}style", f"{NS}a", f"{NS}foreignObject"}
        assert not [name for name in node.attrib if name == "style" or name.startswith("on")]
        assert "nan" not in (node.get("d") or "")
    return root


def words(root: ET.Element) -> list[str]:
    return [node.text or "" for node in root.iter(f"{NS}text")]


def close_ups(root: ET.Element) -> list[ET.Element]:
    return list(root.iter(f"{NS}svg"))[1:]


def test_a_sound_town_is_a_plain_map_with_its_names() -> None:
    root = parsed(draw_boundaries(OVERLAPPING, parent=WHOLE, title="明华社区"))

    assert root[0].text == "明华社区"
    assert root[1].text == "没有发现问题"
    assert words(root) == ["001", "002"]
    assert close_ups(root) == []
    assert "url(#" not in ET.tostring(root, encoding="unicode")


def test_an_overlap_is_hatched_numbered_and_shown_close_up_with_its_sentence() -> None:
    problems = check_tiling(OVERLAPPING, WHOLE)

    root = parsed(draw_boundaries(OVERLAPPING, problems, parent=WHOLE))

    assert len(problems) == len(close_ups(root)) == 1
    hatched = [n for n in root.iter(f"{NS}path") if n.get("fill") == "url(#boundaries-wrong)"]
    assert len(hatched) == 2
    assert root.find(f".//{NS}pattern[@id='boundaries-wrong']") is not None
    assert root[1].text == f"1. {problems[0].sentence}"
    said = "".join(words(root))
    assert problems[0].sentence in said
    assert "必须改正的问题 1 处" in said
    assert "200 米" in said


def test_the_number_stands_where_the_problem_is() -> None:
    problems = check_tiling(OVERLAPPING, WHOLE)

    root = parsed(draw_boundaries(OVERLAPPING, problems, parent=WHOLE, width=1024))

    circle = next(root.iter(f"{NS}circle"))
    # a margin of 12 and a pixel per metre; the overlap lies at 500-520 m of 1000, half-way up
    assert float(circle.get("cx", "")) == pytest.approx(12 + 510, abs=1)
    assert float(circle.get("cy", "")) == pytest.approx(12 + 250, abs=1)


def test_a_crossing_is_ringed() -> None:
    bow_tie = {"a": GROUND.unflatten(Polygon([(0, 0), (100, 100), (100, 0), (0, 100)]))}

    root = parsed(draw_boundaries(bow_tie, check_tiling(bow_tie)))

    rings = [node for node in root.iter(f"{NS}circle") if node.get("fill-opacity")]
    assert len(rings) == 2


def test_a_sliver_looks_less_grave_than_a_gap() -> None:
    sliver = {"1": rectangle(0, 0, 500.3, 500), "2": rectangle(500, 0, 1000, 500)}

    root = parsed(draw_boundaries(sliver, check_tiling(sliver, WHOLE)))

    assert "细小出入 1 处，不影响启用" in words(root)
    assert not [text for text in words(root) if text.startswith("必须改正")]


def test_problems_without_a_place_are_listed_in_words() -> None:
    missing = Problem(ProblemKind.MISSING_CODE, "410172360001003", Sentence("没有边界"))

    root = parsed(draw_boundaries(OVERLAPPING, [missing]))

    assert "1. 没有边界" in words(root)
    assert close_ups(root) == []


def test_beyond_the_first_close_ups_problems_are_listed_in_words() -> None:
    problem = check_tiling(OVERLAPPING, WHOLE)[0]

    root = parsed(draw_boundaries(OVERLAPPING, [problem] * (MAX_CLOSE_UPS + 2)))

    assert len(close_ups(root)) == MAX_CLOSE_UPS
    assert f"{MAX_CLOSE_UPS + 2}. {problem.sentence}" in words(root)


def test_names_that_look_like_markup_stay_names() -> None:
    hostile = "<script>&\"'\x00\ud800]]>"
    problem = Problem(
        ProblemKind.GAP, hostile, Sentence("%(x)s", {"x": hostile}), rectangle(0, 0, 9, 9)
    )

    root = parsed(
        draw_boundaries(
            {hostile: WHOLE}, [problem], labels={hostile: hostile}, title=hostile, prefix='"><x '
        )
    )

    assert root[0].text == "<script>&\"']]>"
    assert "<script>&\"']]>" in words(root)
    assert root[0].get("id") == "x-title"


def test_two_pictures_can_stand_in_one_page() -> None:
    problems = check_tiling(OVERLAPPING, WHOLE)
    first, second = (
        parsed(draw_boundaries(OVERLAPPING, problems, prefix=prefix)) for prefix in ("old", "new")
    )

    ids = [{node.get("id") for node in root.iter()} - {None} for root in (first, second)]
    assert not ids[0] & ids[1]


def test_nothing_to_draw_is_still_a_picture() -> None:
    root = parsed(draw_boundaries({}))

    assert root[0].text == "网格边界图"
    assert words(root) == []


def test_exclaves_and_holes_are_drawn_as_such() -> None:
    island = rectangle(200, 200, 300, 300)
    holed = Polygon(WHOLE.exterior, holes=[island.exterior])
    exclave = MultiPolygon([island, rectangle(2000, 0, 2100, 100)])

    root = parsed(draw_boundaries({"a": holed, "b": exclave}))

    outlines = [node.get("d") or "" for node in root.iter(f"{NS}path")]
    assert [outline.count("M") for outline in outlines] == [2, 2]
    assert all(node.get("fill-rule") == "evenodd" for node in root.iter(f"{NS}path"))


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), min_size=3, max_size=7),
        min_size=1,
        max_size=4,
    )
)
def test_any_scribble_can_be_drawn_with_its_problems(
    scribbles: list[list[tuple[float, float]]],
) -> None:
    shapes = {str(n): GROUND.unflatten(Polygon(points)) for n, points in enumerate(scribbles)}
    problems = check_tiling(shapes, WHOLE)

    root = parsed(draw_boundaries(shapes, problems, parent=WHOLE))

    assert len(close_ups(root)) == min(
        MAX_CLOSE_UPS, sum(problem.where is not None for problem in problems)
    )


@given(st.text(max_size=80), st.floats(20, 400), st.integers(1, 4))
def test_wrapped_words_are_all_there_or_end_in_an_ellipsis(
    words: str, width: float, lines: int
) -> None:
    wrapped = list(svg.wrapped(words, width, 12, lines))

    whole = "".join(wrapped)
    assert len(wrapped) <= lines
    assert whole == words or (whole.endswith("…") and words.startswith(whole[:-1]))
    assert all(len(line) == 1 or svg.text_width(line, 12) <= width + 12 for line in wrapped)
