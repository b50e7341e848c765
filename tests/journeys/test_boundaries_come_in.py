"""Boundaries from a drawing program: wrong, seen where, mended, in force, on the map."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from shapely.affinity import translate
from shapely.geometry import mapping, shape

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.journey

COMMUNITY = "天禾社区"
OPTION = f"{COMMUNITY}（410172360002）"


def drawn_now(page: Page) -> dict[str, Any]:
    """The boundaries in force of the community's grids, as its page gives them out."""
    page.goto("/places/")
    row = page.locator("tbody tr").filter(has_text="410172360002").first
    page.goto(row.locator("a").first.get_attribute("href") or "")
    link = page.get_by_role("link", name=re.compile("下载下级的现有边界"))
    link.first.wait_for()
    with page.expect_download() as coming:
        link.first.click()
    document: dict[str, Any] = json.loads(coming.value.path().read_text())
    return document


def wrong(document: dict[str, Any]) -> dict[str, Any]:
    """The first grid moved to the east by a third of its width: a gap behind, an overlap ahead."""
    one, other = (shape(feature["geometry"]) for feature in document["features"])
    step = (one.bounds[2] - one.bounds[0]) / 3
    east = 1 if other.centroid.x > one.centroid.x else -1
    return with_first(document, translate(one, xoff=east * step))


def with_first(document: dict[str, Any], first: Any) -> dict[str, Any]:
    features = [dict(feature) for feature in document["features"]]
    features[0]["geometry"] = mapping(first)
    return {**document, "features": features}


def mended(document: dict[str, Any]) -> dict[str, Any]:
    """A strip of the second grid goes to the first; together they cover what they covered."""
    one, other = (shape(feature["geometry"]) for feature in document["features"])
    strip = other.intersection(one.buffer(0.0004))
    features = [dict(feature) for feature in document["features"]]
    features[0]["geometry"] = mapping(one.union(strip))
    features[1]["geometry"] = mapping(other.difference(strip))
    return {**document, "features": features}


DROP = """(zone, [name, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name));
  const how = { bubbles: true, cancelable: true, dataTransfer: carried };
  zone.dispatchEvent(new DragEvent("drop", how));
}"""


def upload(page: Page, name: str, document: dict[str, Any]) -> None:
    """Drop a file, as WGS84, for the grids of the community."""
    page.goto("/places/boundaries/")
    page.get_by_role("link", name="上传边界").click()
    page.get_by_label("所属上级").select_option(label=OPTION)
    page.get_by_label("坐标系").select_option("wgs84")
    page.locator("[data-drop-zone]").evaluate(DROP, [name, json.dumps(document)])
    page.get_by_role("button", name="上传并核对").click()
    page.wait_for_url(re.compile(r"/places/boundaries/[0-9a-f-]+/$"))


def test_boundaries_are_refused_with_a_picture_then_mended_and_shown(
    visit: Any, look: Callable[..., None]
) -> None:
    clerk = visit("tu.gezi", accept_downloads=True)
    document = drawn_now(clerk)
    assert len(document["features"]) == 2

    # --- wrong: each problem is told, and drawn where it is
    upload(clerk, "网格边界.geojson", wrong(document))
    assert clerk.get_by_text("个问题必须改正").is_visible()
    told = clerk.locator(".problems li").all_inner_texts()
    assert any("重叠" in line for line in told)
    assert any("未划入任何网格" in line or "空隙" in line for line in told)
    picture = clerk.locator(".picture svg")
    assert picture.locator("title, desc").count() >= 1
    assert picture.locator("text").filter(has_text="重叠").first.is_visible()
    assert clerk.get_by_role("button", name="启用这份边界").count() == 0
    look(clerk, "boundaries-wrong")
    clerk.get_by_role("button", name="放弃这份边界").click()
    clerk.get_by_text("已放弃这份边界").wait_for()

    # --- mended: put into force
    upload(clerk, "网格边界-改.geojson", mended(document))
    assert clerk.get_by_text("没有妨碍启用的问题").is_visible()
    look(clerk, "boundaries-sound")
    clerk.get_by_role("button", name="启用这份边界").click()
    clerk.get_by_text("已启用，2 个网格的边界有变化").first.wait_for()
    assert drawn_now(clerk) != document

    # --- on the map
    clerk.goto("/places/map/")
    clerk.locator("path.leaflet-interactive").first.wait_for()
    assert clerk.locator("path.leaflet-interactive").count() == 6
