"""Boundaries out of a GeoJSON file (RFC 7946), with everything wrong in it listed at once.

The bytes come from outside: whatever they are, the answer is a list of problems, not an
exception. Size is bounded before anything is parsed, so a hostile file costs a bounded amount
of memory. The frame is stated by whoever brings the file; a `crs` member that contradicts it is
a problem, and nothing is converted on a guess.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

import shapely
from shapely import LinearRing, MultiPolygon, Polygon

from gezhi.base.errors import Refusal
from gezhi.base.sentences import Sentence, _
from gezhi.core.places.boundaries import (
    DEFAULT_TOLERANCE,
    Polygonal,
    Problem,
    ProblemKind,
    Tolerance,
    check_tiling,
)
from gezhi.core.places.datums import CGCS2000, GCJ02, WGS84, Frame, convert_geometry

MAX_BYTES = 16 * 1024 * 1024
MAX_FEATURES = 2_000
MAX_VERTICES = 500_000
MAX_CODE_LENGTH = 40
_EXACT_IN_A_DOUBLE = 2**53


@dataclass(frozen=True, slots=True)
class ParsedBoundaries:
    """Boundaries in WGS84 by code (of a code that comes twice, the first), and what is wrong."""

    boundaries: dict[str, Polygonal]
    problems: list[Problem]

    @property
    def refused(self) -> bool:
        """Whether any problem stands in the way of using the boundaries."""
        return any(problem.blocks for problem in self.problems)


def read_boundaries(
    data: bytes,
    frame: Frame,
    *,
    known_codes: Collection[str] | None = None,
    parent: Polygonal | None = None,
    tolerance: Tolerance = DEFAULT_TOLERANCE,
) -> ParsedBoundaries:
    """Parse a file and check that its boundaries tile: all problems together."""
    parsed = parse_boundaries(data, frame, known_codes=known_codes)
    tiling = check_tiling(parsed.boundaries, parent, tolerance)
    return ParsedBoundaries(parsed.boundaries, parsed.problems + tiling)


def parse_boundaries(
    data: bytes,
    frame: Frame,
    *,
    known_codes: Collection[str] | None = None,
    code_property: str = "code",
) -> ParsedBoundaries:
    """The polygons of a FeatureCollection by the grid code in `code_property`, in WGS84.

    `known_codes` are the grids the file is expected to draw: others are unknown, absent ones
    missing; None leaves the codes unchecked. Never raises for what is in the file.
    """
    reading = _Reading(frame, code_property)
    try:
        reading.collection(_decoded(data))
    except _Malformed as malformed:
        reading.problems.append(Problem(malformed.kind, "", malformed.said))
    if known_codes is not None and not any(
        problem.kind is ProblemKind.UNREADABLE for problem in reading.problems
    ):
        problems = compare_codes(reading.boundaries, reading.codes_seen, set(known_codes))
        reading.problems.extend(problems)
    return ParsedBoundaries(reading.boundaries, reading.problems)


def compare_codes(
    boundaries: Mapping[str, Polygonal], seen: set[str], known: set[str]
) -> Iterator[Problem]:
    """Codes a file draws that are not in the tree, and codes of the tree that it leaves out."""
    for code in sorted(seen - known):
        said = Sentence(_("编码 %(code)s 不在网格树中，请核对编码或先建网格"), {"code": code})
        yield Problem(ProblemKind.UNKNOWN_CODE, code, said, boundaries.get(code))
    for code in sorted(known - seen):
        said = Sentence(_("网格 %(code)s 没有边界"), {"code": code})
        yield Problem(ProblemKind.MISSING_CODE, code, said)


class _Malformed(Exception):  # noqa: N818 - a finding about the file, caught a few lines up
    def __init__(self, pattern: str, kind: ProblemKind = ProblemKind.MALFORMED, **values: object):
        super().__init__(pattern)
        self.kind = kind
        self.said = Sentence(pattern, values)


def _unreadable(pattern: str, **values: object) -> _Malformed:
    return _Malformed(pattern, ProblemKind.UNREADABLE, **values)


def _decoded(data: bytes) -> object:
    """The JSON value in the bytes, or `_Malformed`."""
    if len(data) > MAX_BYTES:
        raise _unreadable(_("文件超过 %(limit)s MB，请分批上传"), limit=MAX_BYTES // 1024 // 1024)

    def refuse(_constant: str) -> NoReturn:
        raise ValueError

    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=refuse)
    except UnicodeDecodeError as error:
        raise _unreadable(_("文件不是 UTF-8 编码，请另存为 UTF-8 的 GeoJSON")) from error
    except json.JSONDecodeError as error:
        values = {"line": error.lineno, "column": error.colno}
        raise _unreadable(
            _("文件不是有效的 JSON，第 %(line)s 行第 %(column)s 列起无法读取"), **values
        ) from error
    except (ValueError, RecursionError) as error:
        raise _unreadable(_("文件含有非数字坐标、过长的数字或过深的嵌套，无法读取")) from error


@dataclass
class _Reading:
    """One pass over a file: what was drawn so far and what was wrong so far."""

    frame: Frame
    code_property: str
    boundaries: dict[str, Polygonal] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    codes_seen: set[str] = field(default_factory=set)
    vertices: int = 0

    def collection(self, document: object) -> None:
        if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
            raise _unreadable(_("文件不是 GeoJSON 要素集合（FeatureCollection）"))
        features = document.get("features")
        if not isinstance(features, list):
            raise _unreadable(_("文件缺少要素列表（features）"))
        if not features:
            raise _unreadable(_("文件里没有任何图形"))
        if len(features) > MAX_FEATURES:
            raise _unreadable(_("图形超过 %(limit)s 个，请分批上传"), limit=MAX_FEATURES)
        self._compare_crs(document.get("crs"))
        for number, feature in enumerate(features, start=1):
            try:
                self._feature(number, feature)
            except _Malformed as malformed:
                said = malformed.said
                self.problems.append(Problem(malformed.kind, str(said.values["code"]), said))

    def _note(self, kind: ProblemKind, code: str, said: Sentence) -> None:
        self.problems.append(Problem(kind, code, said, self.boundaries.get(code)))

    def _compare_crs(self, crs: object) -> None:
        """The former `crs` member, which desktop programs still write, against what was stated."""
        properties = crs.get("properties") if isinstance(crs, dict) else None
        name = properties.get("name") if isinstance(properties, dict) else None
        found = re.search(r"(CRS84)$|EPSG:(?:[\d.]*:)?(\d{4,6})$", str(name)) if name else None
        if found is None:
            return
        epsg = 4326 if found[1] else int(found[2])
        in_degrees = {WGS84.epsg, CGCS2000.epsg}
        # GCJ-02 has no EPSG code: programs write such files as WGS84. The two geographic
        # datums differ by centimetres, and many programs name one for the other.
        agrees = (
            epsg in in_degrees
            if self.frame in (WGS84, CGCS2000, GCJ02)
            else epsg == self.frame.epsg
        )
        if not agrees:
            values = {"epsg": epsg, "frame": self.frame.label}
            said = Sentence(_("文件自称坐标系 EPSG:%(epsg)s，与所选“%(frame)s”不符"), values)
            self._note(ProblemKind.FRAME, "", said)

    def _feature(self, number: int, feature: object) -> None:
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise _Malformed(_("第 %(number)s 个图形不是要素（Feature）"), number=number, code="")
        code = self._code(number, feature.get("properties"))
        if code in self.codes_seen:
            raise _Malformed(
                _("编码 %(code)s 重复出现（第 %(number)s 个图形）"),
                ProblemKind.DUPLICATE_CODE,
                number=number,
                code=code,
            )
        self.codes_seen.add(code)
        try:
            drawn = self._polygonal(feature.get("geometry"))
            self.boundaries[code] = convert_geometry(drawn, self.frame, WGS84)
        except _Malformed as malformed:
            raise _Malformed(
                _("第 %(number)s 个图形（编码 %(code)s）：%(why)s"),
                malformed.kind,
                number=number,
                code=code,
                why=malformed.said,
            ) from malformed
        except Refusal as refusal:
            raise _Malformed(
                _("第 %(number)s 个图形（编码 %(code)s）：%(why)s"),
                ProblemKind.FRAME,
                number=number,
                code=code,
                why=refusal.sentence,
            ) from refusal

    def _code(self, number: int, properties: object) -> str:
        code = properties.get(self.code_property) if isinstance(properties, dict) else None
        if isinstance(code, int) and not isinstance(code, bool) and 0 < code < _EXACT_IN_A_DOUBLE:
            return str(code)
        if isinstance(code, int | float) and not isinstance(code, bool):
            raise _Malformed(
                _("第 %(number)s 个图形的编码是数字，末几位可能已经失真，请改为文本"),
                number=number,
                code="",
            )
        if not isinstance(code, str) or not code.strip():
            raise _Malformed(
                _("第 %(number)s 个图形没有网格编码（属性 %(name)s）"),
                number=number,
                name=self.code_property,
                code="",
            )
        if len(code) > MAX_CODE_LENGTH or not code.isprintable():
            # an unprintable one could not even be named in the list of problems
            raise _Malformed(_("第 %(number)s 个图形的编码无法辨认"), number=number, code="")
        return code.strip()

    def _polygonal(self, geometry: object) -> Polygonal:
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
        if kind == "Polygon":
            return self._polygon(coordinates)
        if kind == "MultiPolygon":
            if not isinstance(coordinates, list) or not coordinates:
                raise _Malformed(_("多面图形里没有任何面"))
            return MultiPolygon([self._polygon(part) for part in coordinates])
        raise _Malformed(_("图形应为面（Polygon 或 MultiPolygon）"))

    def _polygon(self, rings: object) -> Polygon:
        if not isinstance(rings, list) or not rings:
            raise _Malformed(_("面没有边界环"))
        shell, *holes = [self._ring(ring) for ring in rings]
        return shapely.polygons(shell, holes=holes or None)

    def _ring(self, ring: object) -> LinearRing:
        if not isinstance(ring, list) or len(ring) < 4:
            raise _Malformed(_("边界环不足四个点（首尾点相同）"))
        self.vertices += len(ring)
        if self.vertices > MAX_VERTICES:
            raise _Malformed(_("边界点总数超过 %(limit)s 个，请先抽稀"), limit=MAX_VERTICES)
        points = list(_positions(ring))
        if points[0] != points[-1]:
            raise _Malformed(_("边界环没有闭合，首尾点不同"))
        return shapely.linearrings(points)


def _positions(ring: list[object]) -> Iterator[tuple[float, float]]:
    """Each position's first two numbers; a height after them is dropped, as it bounds nothing."""
    for position in ring:
        if not isinstance(position, list) or len(position) < 2:
            raise _Malformed(_("坐标点应为两个数字"))
        x, y = position[0], position[1]
        if not (_is_number(x) and _is_number(y)):
            raise _Malformed(_("坐标点应为两个数字"))
        yield float(x), float(y)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # an integer of 400 digits is valid JSON and overflows a float
    return abs(value) < 1e12 and math.isfinite(value)
