"""A picture of boundaries with what is wrong in them: one SVG, to be put into a page as it is.

The town stands on top, every problem's place hatched and numbered; below it each problem has a
close-up with a scale and its sentence, because a gap of two metres cannot be seen at the scale
of a town. Colour never stands alone: problems are hatched and numbered too, and the same words
are in the picture's description for those who listen to it.
"""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gezhi.base.sentences import Sentence, _
from gezhi.core.places import svg
from gezhi.core.places.boundaries import Polygonal, Problem
from gezhi.core.places.ground import LocalGround

MAX_CLOSE_UPS = 24
_MARGIN = 12.0
_CLOSE_UP = 224.0
_CAPTION = 52.0
_LEAST_VIEW_M = 6.0
_PAPER, _INK, _LAND, _LINE = "#ffffff", "#1f2933", "#eaf1f8", "#7b8794"
_COLOURS = {"wrong": "#c81e1e", "slight": "#b45309"}
_FONT = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, WenQuanYi Zen Hei, sans-serif"


def draw_boundaries(
    boundaries: Mapping[str, Polygonal],
    problems: Sequence[Problem] = (),
    *,
    parent: Polygonal | None = None,
    labels: Mapping[str, str] | None = None,
    title: str = "",
    width: int = 960,
    prefix: str = "boundaries",
    fills: Mapping[str, str] | None = None,
) -> str:
    """An SVG of WGS84 boundaries by code; without problems it is a plain map.

    `labels` are the names written into the areas, else the last three digits of the code;
    `fills` are colours of areas by code, else all are alike;
    `prefix` begins every id, so that several pictures can stand in one page. Problems without a
    place, and those beyond the first 24 close-ups, are listed in words.
    """
    canvas = _Canvas(boundaries, labels or {}, problems, parent, width, prefix, fills or {})
    canvas.town()
    canvas.close_ups()
    canvas.legend()
    canvas.rest()
    return canvas.finished(title or str(Sentence(_("网格边界图"))))


class _Mark:
    """A problem with a place, its number in the list, and the place in metres."""

    def __init__(self, number: int, problem: Problem, where: BaseGeometry) -> None:
        self.number = number
        self.problem = problem
        self.where = where
        self.look = _look(problem)
        self.colour = _COLOURS[self.look]


def _look(problem: Problem) -> str:
    return "wrong" if problem.blocks else "slight"


class _Canvas:
    """The picture so far, and how far down it reaches."""

    def __init__(
        self,
        boundaries: Mapping[str, Polygonal],
        labels: Mapping[str, str],
        problems: Sequence[Problem],
        parent: Polygonal | None,
        width: int,
        prefix: str,
        fills: Mapping[str, str],
    ) -> None:
        places = {
            number: problem.where
            for number, problem in enumerate(problems, start=1)
            if problem.where is not None and not problem.where.is_empty
        }
        drawn = {code: shape for code, shape in sorted(boundaries.items()) if not shape.is_empty}
        ground = LocalGround.under(
            [*drawn.values(), *places.values(), *([] if parent is None else [parent])]
        )
        self.problems = problems
        self.fills = [fills.get(code, _LAND) for code in drawn]
        self.names = [labels.get(code, code[-3:]) for code in drawn]
        self.shapes = [ground.flatten(shape) for shape in drawn.values()]
        self.marks = [
            _Mark(number, problems[number - 1], ground.flatten(where))
            for number, where in places.items()
        ]
        self.parent = None if parent is None else ground.flatten(parent)
        self.prefix = "".join(sign for sign in prefix if sign.isascii() and sign.isalnum()) or "map"
        self.width = float(width)
        self.bottom = _MARGIN
        self.body = ET.Element(
            "g", {"font-family": _FONT, "font-size": "13", "fill": _INK, "stroke-linejoin": "round"}
        )

    def town(self) -> None:
        """The whole, with names where there is room for them, and problems by number."""
        drawn = [*self.shapes, *(mark.where for mark in self.marks)]
        drawn += [] if self.parent is None else [self.parent]
        if not drawn:
            return
        west, south, east, north = shapely.total_bounds(np.array(drawn, dtype=object)).tolist()
        across, up = max(east - west, _LEAST_VIEW_M), max(north - south, _LEAST_VIEW_M)
        room = self.width - 2 * _MARGIN
        scale = min(room / across, 1.2 * room / up)
        view = svg.View(west, north, scale, (self.width - across * scale) / 2, self.bottom)
        # what is finer than a third of a pixel only makes the file larger
        simple = [shapely.simplify(shape, 0.3 / scale) for shape in self.shapes]
        for shape, fill in zip(simple, self.fills, strict=True):
            self._area(self.body, view, shape, fill)
        if self.parent is not None:
            path = view.path(self.parent)
            svg.element(self.body, "path", d=path, fill="none", stroke=_INK, stroke_width=2)
        for shape, name in zip(simple, self.names, strict=True):
            self._name(view, shape, name)
        for mark in self.marks:
            self._place(self.body, view, mark)
        for mark in self.marks:
            middle = mark.where.representative_point()
            self._number(*view.at(middle.x, middle.y), mark)
        self.bottom += up * scale + 2 * _MARGIN

    def close_ups(self) -> None:
        """A close-up of each problem's place, in rows."""
        in_a_row = max(1, int((self.width - _MARGIN) // (_CLOSE_UP + _MARGIN)))
        marks = self.marks[:MAX_CLOSE_UPS]
        tree = shapely.STRtree(self.shapes)
        for index, mark in enumerate(marks):
            row, column = divmod(index, in_a_row)
            left = _MARGIN + column * (_CLOSE_UP + _MARGIN)
            self._close_up(mark, tree, left, self.bottom + row * (_CLOSE_UP + _CAPTION + _MARGIN))
        self.bottom += math.ceil(len(marks) / in_a_row) * (_CLOSE_UP + _CAPTION + _MARGIN)

    def _close_up(self, mark: _Mark, tree: shapely.STRtree, left: float, top: float) -> None:
        west, south, east, north = mark.where.bounds
        side = 1.6 * max(east - west, north - south, _LEAST_VIEW_M)
        west, north = (west + east - side) / 2, (south + north + side) / 2
        window = shapely.box(west, north - side, west + side, north)
        frame = {"width": _CLOSE_UP, "height": _CLOSE_UP}
        # an svg within the svg cuts off what lies outside it
        inset = svg.element(self.body, "svg", x=left, y=top, **frame)
        svg.element(inset, "rect", fill=_PAPER, **frame)
        view = svg.View(west, north, _CLOSE_UP / side)
        near = sorted(tree.query(window).tolist())
        for index in near:
            self._area(inset, view, self._within(index, window), self.fills[index])
        self._place(inset, view, mark)
        for index in near:
            middle = self._within(index, window).representative_point()
            if not middle.is_empty:
                self._words(inset, self.names[index], *view.at(middle.x, middle.y), size=13)
        colour = mark.colour
        svg.element(
            self.body, "rect", x=left, y=top, fill="none", stroke=colour, stroke_width=1.5, **frame
        )
        self._number(left + 15, top + 15, mark)
        self._scale(left + 10, top + _CLOSE_UP - 10, _CLOSE_UP / side)
        for line, words in enumerate(svg.wrapped(mark.problem.sentence, _CLOSE_UP, 12, 3)):
            svg.text(self.body, words, left, top + _CLOSE_UP + 16 + 15 * line, font_size=12)

    def _within(self, index: int, window: BaseGeometry) -> BaseGeometry:
        shape = self.shapes[index]
        if not shape.is_valid:
            # what crosses itself cannot be cut cleanly; the inset cuts it off anyway
            return shape
        # wider than the window, so that its own cut edge stays out of sight
        return shape.intersection(window.buffer(0.1 * math.sqrt(window.area)))

    def legend(self) -> None:
        """What the two hatchings mean, and how many problems are of each."""
        sorts = (
            ("wrong", _("必须改正的问题 %(count)s 处")),
            ("slight", _("细小出入 %(count)s 处，不影响启用")),
        )
        for look, pattern in sorts:
            count = sum(_look(problem) == look for problem in self.problems)
            if not count:
                continue
            svg.element(
                self.body, "rect", x=_MARGIN, y=self.bottom, width=24, height=14,
                fill=f"url(#{self.prefix}-{look})", stroke=_COLOURS[look],
            )  # fmt: skip
            words = str(Sentence(pattern, {"count": count}))
            svg.text(self.body, words, _MARGIN + 32, self.bottom + 12)
            self.bottom += 22

    def rest(self) -> None:
        """The problems that have no close-up, in words."""
        shown = {mark.number for mark in self.marks[:MAX_CLOSE_UPS]}
        for number, problem in enumerate(self.problems, start=1):
            if number in shown:
                continue
            words = f"{number}. {problem.sentence}"
            for line in svg.wrapped(words, self.width - 2 * _MARGIN, 13, 2):
                svg.text(self.body, line, _MARGIN, self.bottom + 12)
                self.bottom += 18

    def finished(self, title: str) -> str:
        """The document."""
        height = self.bottom + _MARGIN
        root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg"})
        root.attrib |= {
            "viewBox": f"0 0 {svg.figure(self.width)} {svg.figure(height)}",
            "width": svg.figure(self.width),
            "height": svg.figure(height),
            "role": "img",
            "aria-labelledby": f"{self.prefix}-title {self.prefix}-summary",
        }
        sentences = [f"{n}. {problem.sentence}" for n, problem in enumerate(self.problems, start=1)]
        summary = "\n".join(sentences) or str(Sentence(_("没有发现问题")))
        svg.element(root, "title", id=f"{self.prefix}-title").text = svg.clean(title)
        svg.element(root, "desc", id=f"{self.prefix}-summary").text = svg.clean(summary)
        definitions = svg.element(root, "defs")
        for look, colour in _COLOURS.items():
            self._hatch(definitions, look, colour)
        svg.element(root, "rect", width=self.width, height=height, fill=_PAPER)
        root.append(self.body)
        return ET.tostring(root, encoding="unicode")

    def _hatch(self, definitions: ET.Element, look: str, colour: str) -> None:
        hatch = svg.element(
            definitions, "pattern", id=f"{self.prefix}-{look}", width=7, height=7,
            patternUnits="userSpaceOnUse", patternTransform="rotate(45)",
        )  # fmt: skip
        svg.element(hatch, "rect", width=7, height=7, fill=colour, fill_opacity=0.2)
        svg.element(hatch, "rect", width=2.4, height=7, fill=colour)

    def _area(self, parent: ET.Element, view: svg.View, shape: BaseGeometry, fill: str) -> None:
        path = view.path(shape)
        if path:
            svg.element(
                parent, "path", d=path, fill=fill, fill_opacity=0.8, fill_rule="evenodd",
                stroke=_LINE, stroke_width=1,
            )  # fmt: skip

    def _name(self, view: svg.View, shape: BaseGeometry, name: str) -> None:
        """A name in the widest part of its area, if it fits there."""
        if not isinstance(shape, Polygon | MultiPolygon) or not shape.area:
            return
        radius = shapely.maximum_inscribed_circle(shape, tolerance=2 / view.scale)
        room = 2 * radius.length * view.scale
        size = min(15.0, room * 13 / max(svg.text_width(name, 13), 13.0))
        if size >= 8:
            self._words(self.body, name, *view.at(*radius.coords[0][:2]), size=size)

    def _words(self, parent: ET.Element, words: str, x: float, y: float, *, size: float) -> None:
        svg.text(
            parent, words, x, y + 0.35 * size, font_size=size, text_anchor="middle",
            stroke=_PAPER, stroke_width=2.5, paint_order="stroke",
        )  # fmt: skip

    def _place(self, parent: ET.Element, view: svg.View, mark: _Mark) -> None:
        path = view.path(mark.where)
        if path:
            svg.element(
                parent, "path", d=path, fill=f"url(#{self.prefix}-{mark.look})",
                fill_rule="evenodd", stroke=mark.colour, stroke_width=1.5,
            )  # fmt: skip
            return
        for x, y in shapely.get_coordinates(mark.where).tolist():
            left, top = view.at(x, y)
            svg.element(
                parent, "circle", cx=left, cy=top, r=9, fill=mark.colour, fill_opacity=0.2,
                stroke=mark.colour, stroke_width=2,
            )  # fmt: skip

    def _number(self, x: float, y: float, mark: _Mark) -> None:
        svg.element(
            self.body, "circle", cx=x, cy=y, r=10, fill=mark.colour, stroke=_PAPER, stroke_width=1.5
        )
        svg.text(
            self.body, str(mark.number), x, y + 4, font_size=12, font_weight="bold",
            text_anchor="middle", fill=_PAPER,
        )  # fmt: skip

    def _scale(self, x: float, y: float, pixels_per_metre: float) -> None:
        """A bar of a round number of metres, about a third of a close-up long."""
        longest = _CLOSE_UP / 3 / pixels_per_metre
        ten = 10.0 ** math.floor(math.log10(longest))
        metres = max(step * ten for step in (1, 2, 5) if step * ten <= longest)
        along = metres * pixels_per_metre
        svg.element(
            self.body, "path", d=f"M{x:.1f} {y - 5:.1f}v5h{along:.1f}v-5", fill="none",
            stroke=_INK, stroke_width=1.5,
        )  # fmt: skip
        words = str(Sentence(_("%(metres)s 米"), {"metres": f"{metres:g}"}))
        self._words(self.body, words, x + along + 24, y - 4, size=11)
