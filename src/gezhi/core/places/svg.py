"""A small hand at SVG: elements, text that fits, and geometry as paths.

Only presentation attributes are written, never `style`, so the result shows under a strict
Content-Security-Policy; text goes through an XML writer, so nothing in it can become markup.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Value = str | float


def element(parent: ET.Element, name: str, **attributes: Value) -> ET.Element:
    """A new element within another; `stroke_width=2` becomes `stroke-width="2"`."""
    return ET.SubElement(
        parent, name, {key.replace("_", "-"): figure(value) for key, value in attributes.items()}
    )


def text(parent: ET.Element, words: str, x: float, y: float, **attributes: Value) -> ET.Element:
    """A line of text whose baseline begins at a point."""
    line = element(parent, "text", x=x, y=y, **attributes)
    line.text = clean(words)
    return line


def figure(value: Value) -> str:
    """A number with as many digits as a picture needs."""
    if isinstance(value, str):
        return clean(value)
    return f"{value:.1f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def clean(words: str) -> str:
    """The words without the characters that no XML document can hold."""
    return _NOT_XML.sub("", words)


def text_width(words: str, size: float) -> float:
    """About how wide a line of text is: a Chinese character is as wide as its size."""
    return sum(size if ord(sign) > 0x2E7F else 0.58 * size for sign in words)


def wrapped(words: str, width: float, size: float, lines: int) -> Iterator[str]:
    """Words in lines no wider than a width; what does not fit ends in an ellipsis."""
    line = ""
    for index, sign in enumerate(words):
        if line and text_width(line + sign, size) > width:
            lines -= 1
            if not lines:
                yield line[:-1] + "…"
                return
            yield line
            line = ""
        line += sign
        if index == len(words) - 1:
            yield line


@dataclass(frozen=True, slots=True)
class View:
    """Metres on the ground to pixels: a point of the ground at a point of the picture, north up."""

    west: float
    north: float
    scale: float
    left: float = 0.0
    top: float = 0.0

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The pixel of a point on the ground."""
        return self.left + (x - self.west) * self.scale, self.top + (self.north - y) * self.scale

    def path(self, geometry: BaseGeometry) -> str:
        """The outlines of polygons as path data; other geometry has none."""
        return "".join(self._ring(part) for part in shapely.get_parts(geometry) if part.area)

    def _ring(self, polygon: BaseGeometry) -> str:
        data = ""
        for ring in shapely.get_rings(polygon):
            corners = (self.at(x, y) for x, y in shapely.get_coordinates(ring)[:-1].tolist())
            data += "M" + "L".join(f"{figure(x)} {figure(y)}" for x, y in corners) + "Z"
        return data
