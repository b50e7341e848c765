"""Photos: redrawn, stripped, and refused in plain words where they are none."""

from __future__ import annotations

import io
import zlib
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from gezhi.base.errors import Refusal
from gezhi.base.photos import LONGEST_SIDE, THUMBNAIL, read_photo
from gezhi.base.testing import refused


def photo(size: tuple[int, int] = (640, 480), kind: str = "JPEG", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(out, kind, **more)
    return out.getvalue()


def told(raw: bytes, **more: Any) -> Any:
    return read_photo(io.BytesIO(raw), **more)


def with_place() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "SecretPhone"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2022:09:13 08:15:00"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitude], place[ExifTags.GPS.GPSLatitudeRef] = (34.0, 48.0, 36.0), "N"
    place[ExifTags.GPS.GPSLongitude], place[ExifTags.GPS.GPSLongitudeRef] = (113.0, 32.0, 24.0), "E"
    return photo(exif=exif)


def test_what_a_photo_tells_is_handed_back_and_taken_out() -> None:
    found = told(with_place())

    assert found.taken_at == datetime(2022, 9, 13, 8, 15)
    assert (found.lon, found.lat) == (pytest.approx(113.54), pytest.approx(34.81))
    for made in (found.jpeg, found.thumbnail):
        with Image.open(io.BytesIO(made)) as image:
            assert not image.getexif()
        assert b"SecretPhone" not in made


def test_a_photo_taken_sideways_stands_upright() -> None:
    assert (told(with_place()).width, told(with_place()).height) == (480, 640)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_large_photo_is_made_smaller(kind: str) -> None:
    found = told(photo((3000, 2000), kind))

    assert (found.width, found.height) == (LONGEST_SIDE, round(LONGEST_SIDE * 2 / 3))
    with Image.open(io.BytesIO(found.thumbnail)) as small:
        assert max(small.size) == THUMBNAIL


def test_what_is_hung_onto_a_photo_is_left_behind() -> None:
    script = b"<script>alert(1)</script>"

    assert script not in told(photo() + script).jpeg


def bomb() -> bytes:
    """A few bytes of PNG that say they are 20,000 x 20,000 pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)

    side = (20_000).to_bytes(4)
    head = chunk(b"IHDR", side + side + b"\x08\x02\x00\x00\x00")
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "photos.empty"),
        (b"not a photo at all", "photos.not_a_photo"),
        (b"%PDF-1.7 " + b"x" * 100, "photos.pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photos.markup"),
        (b"\xef\xbb\xbf <!DOCTYPE html><script>alert(1)</script>", "photos.markup"),
        (photo((64, 48), "GIF"), "photos.gif"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 100, "photos.heic"),
        (photo()[:600], "photos.broken"),
        (bomb(), "photos.too_many_pixels"),
        (b"\xff\xd8\xff" + b"\0" * (21 * 1024 * 1024), "photos.too_large"),
    ],
    ids=["empty", "text", "pdf", "svg", "page", "gif", "heic", "truncated", "bomb", "large"],
)
def test_what_is_no_photo_is_refused_in_words(raw: bytes, code: str) -> None:
    with refused(code):
        told(raw)


def test_a_photo_may_be_no_larger_than_its_setting_says() -> None:
    with refused("photos.too_large"):
        told(photo() + b"\0" * 1024 * 1024, megabytes=1)


def stripes(area: tuple[int, int, int, int], **more: Any) -> bytes:
    """Black, with an area of fine stripes that only a sharp picture shows."""
    image = Image.new("RGB", (400, 300))
    left, top, width, height = area
    for x in range(left, left + width, 4):
        image.paste((255, 255, 255), (x, top, x + 2, top + height))
    out = io.BytesIO()
    image.save(out, "PNG", **more)
    return out.getvalue()


def test_what_is_marked_cannot_be_made_out_any_more() -> None:
    face = (100, 60, 120, 90)

    found = told(stripes(face), blurred=[(100 / 400, 60 / 300, 120 / 400, 90 / 300)])

    with Image.open(io.BytesIO(found.jpeg)) as image:
        row = list(image.convert("L").crop((104, 105, 216, 106)).tobytes())
    assert max(row) - min(row) < 40, "the stripes run into one grey"
    assert 90 < sum(row) / len(row) < 165, "and it is still their own light"


@pytest.mark.parametrize(
    "area", [(0.9, 0.9, 5.0, 5.0), (-1.0, 0.0, 1.5, 1.0), (0.5, 0.5, 0.0, 0.0)]
)
def test_an_area_that_juts_out_is_cut_at_the_edge(area: tuple[float, ...]) -> None:
    assert told(photo((64, 48)), blurred=[area]).jpeg.startswith(b"\xff\xd8")


def test_colours_of_a_palette_survive_being_made_smaller() -> None:
    out = io.BytesIO()
    Image.new("RGB", (3000, 2000), (200, 30, 30)).convert("P").save(out, "PNG", transparency=255)

    with Image.open(io.BytesIO(told(out.getvalue()).jpeg)) as image:
        red, green, blue = image.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    assert red > 150 > 90 > max(green, blue)


@given(st.data())
def test_no_bytes_do_more_than_be_refused(data: st.DataObject) -> None:
    raw = bytearray(photo((64, 48), data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))))
    for _change in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    raw = raw[: data.draw(st.integers(0, len(raw)))]

    with suppress(Refusal):
        assert told(bytes(raw)).jpeg.startswith(b"\xff\xd8")
