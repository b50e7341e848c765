"""The two formats of GeoReport v2, from the same plain values."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpResponse

KINDS: Final = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, however it is written."""

Row = Mapping[str, Any]


class Wrong(Exception):  # noqa: N818 - it is an answer to the asker
    """An error as the standard has it: a status, and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


def answer(how: str, root: str, item: str, rows: Sequence[Row], status: int = 200) -> HttpResponse:
    """A list of things: in JSON an array, in XML `root` with an `item` for each."""
    if how == "json":
        return _sent(how, _json(list(rows)), status)
    top = Element(root)
    for row in rows:
        _fill(SubElement(top, item), row)
    return _sent(how, _xml(top), status)


def single(how: str, root: str, row: Row) -> HttpResponse:
    """One thing that is no list: discovery, the definition of a service."""
    if how == "json":
        return _sent(how, _json(row), 200)
    top = Element(root)
    _fill(top, row)
    return _sent(how, _xml(top), 200)


def errors(how: str, wrong: Wrong) -> HttpResponse:
    """The standard's list of errors, of one."""
    row = {"code": wrong.status, "description": str(wrong.sentence)}
    return answer(how, "errors", "error", [row], wrong.status)


def _fill(element: Element, row: Row) -> None:
    for name, value in row.items():
        below = SubElement(element, name)
        if isinstance(value, Mapping):
            _fill(below, value)
        elif isinstance(value, list | tuple):
            # `endpoints` holds `endpoint`, `formats` holds `format`
            for one in value:
                inner = SubElement(below, name.removesuffix("s"))
                if isinstance(one, Mapping):
                    _fill(inner, one)
                else:
                    inner.text = _text(one)
        else:
            below.text = _text(value)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return _NOT_XML.sub("\ufffd", str(value))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _xml(top: Element) -> bytes:
    written: bytes = tostring(top, encoding="utf-8", xml_declaration=True)
    return written


def _sent(how: str, content: bytes, status: int) -> HttpResponse:
    sent = HttpResponse(content, status=status, content_type=KINDS[how])
    # read by pages of other origins, as open data is; a token is never a cookie here
    sent["Access-Control-Allow-Origin"] = "*"
    return sent
