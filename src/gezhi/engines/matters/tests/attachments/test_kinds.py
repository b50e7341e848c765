"""Papers are known by what is in them, and refused in words where that will not do."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base.errors import Refusal
from gezhi.base.testing import refused
from gezhi.engines.matters.attachments import read_document
from gezhi.engines.matters.attachments.kinds import KINDS, extension_of, kind_of
from gezhi.engines.matters.tests.attachments import made

TYPES = {"[Content_Types].xml": b"<Types/>"}


@pytest.mark.parametrize(
    ("raw", "extension"),
    [
        (made.PDF, ".pdf"),
        (made.docx(), ".docx"),
        (made.packed(TYPES | {"xl/workbook.xml": b""}), ".xlsx"),
        (made.packed(TYPES | {"ppt/presentation.xml": b""}), ".pptx"),
        (made.packed({"OFD.xml": b"<OFD/>"}), ".ofd"),
        (made.compound("Root Entry", "WordDocument"), ".doc"),
        (made.compound("Root Entry", "Workbook"), ".xls"),
        (made.compound("Root Entry", "PowerPoint Document"), ".ppt"),
    ],
)
def test_a_paper_is_known_by_its_content(raw: bytes, extension: str) -> None:
    kind = kind_of(raw)

    assert kind.extension == extension
    assert extension_of(kind.media_type) == extension


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b"MZ\x90\0" + b"\0" * 60, "kind"),
        (b"<html><script>alert(1)</script>", "kind"),
        (made.photo(), "kind"),
        (made.SVG, "kind"),
        (made.PDF[:20], "broken"),
        (made.PDF + made.docx(), "two_in_one"),
        (made.PDF + made.packed({"a.html": b"<script>"}) + b"%%EOF", "two_in_one"),
        (made.packed({"a.exe": b"MZ"}), "archive"),
        (made.docx()[:-30], "broken"),
        (made.docx(word__vbaProject__bin=b"x").replace(b"/bin", b".bin"), "macros"),
        (made.zip_bomb(), "bomb"),
        (made.packed({f"{n}": b"" for n in range(5_001)}), "bomb"),
        (made.compound("Root Entry", "EncryptedPackage"), "locked"),
        (made.compound("WordDocument", "_VBA_PROJECT"), "macros"),
        (made.compound("Root Entry", "__substg1.0_1000001F"), "kind"),
    ],
    ids=[
        *("empty", "program", "page", "photo", "drawing", "cut pdf", "pdf with docx", "pdf zip"),
        *("archive", "cut docx", "macros", "zip bomb", "many parts", "locked", "old macros"),
        "mail",
    ],
)
def test_what_is_not_taken_in_is_refused_in_words(raw: bytes, code: str) -> None:
    with refused(f"attachments.{code}"):
        kind_of(raw)


def test_a_paper_larger_than_the_setting_is_refused(settings: Any) -> None:
    settings.UPLOAD_MEGABYTES = 1

    with refused("attachments.too_large"):
        read_document(io.BytesIO(made.PDF * 30_000))


def test_every_kind_has_an_ending_of_its_own() -> None:
    assert len({kind.extension for kind in KINDS}) == len(KINDS)
    assert extension_of("text/html") == ""


@given(st.data())
def test_no_bytes_do_more_than_be_refused(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from([made.PDF, made.docx(), made.compound("Workbook")])))
    for _change in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    raw = raw[: data.draw(st.integers(0, len(raw)))]

    with suppress(Refusal):
        assert kind_of(bytes(raw)) in KINDS
