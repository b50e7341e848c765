"""Files made for tests: photos, papers, and what people and attackers send instead."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

from PIL import ExifTags, Image, PngImagePlugin


def photo(shade: int = 120, size: tuple[int, int] = (320, 240), kind: str = "JPEG") -> bytes:
    """A picture that differs by its shade."""
    out = io.BytesIO()
    Image.radial_gradient("L").resize(size).point(lambda one: (one + shade) % 256).save(out, kind)
    return out.getvalue()


def photo_with_place() -> bytes:
    """Taken at 113.54 E, 34.81 N on 13 September 2022."""
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2022:09:13 08:15:00"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitude], place[ExifTags.GPS.GPSLatitudeRef] = (34.0, 48.0, 36.0), "N"
    place[ExifTags.GPS.GPSLongitude], place[ExifTags.GPS.GPSLongitudeRef] = (113.0, 32.0, 24.0), "E"
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "grey").save(out, "JPEG", exif=exif)
    return out.getvalue()


def png_with_script() -> bytes:
    """A PNG that carries a page in a text chunk."""
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", "<script>alert(1)</script>")
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "white").save(out, "PNG", pnginfo=said)
    return out.getvalue()


def png_bomb() -> bytes:
    """A few bytes of PNG that say they are 20,000 x 20,000 pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)

    head = chunk(b"IHDR", (20_000).to_bytes(4) * 2 + b"\x08\x02\x00\x00\x00")
    body = chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + head + body


def animation() -> bytes:
    """A GIF of two pictures."""
    out = io.BytesIO()
    frames = [Image.new("L", (32, 32), shade) for shade in (0, 255)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0" + b"\0" * 200
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def packed(parts: dict[str, bytes], **more: Any) -> bytes:
    """A ZIP file of some parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **more) as pack:
        for name, content in parts.items():
            pack.writestr(name, content)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    """A Word file, as far as its parts tell."""
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"}
    return packed(parts | {name.replace("__", "/"): body for name, body in more.items()})


def compound(*streams: str) -> bytes:
    """An older Office file that names its streams."""
    names = b"\0\0".join(one.encode("utf-16-le") for one in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + names


def zip_bomb() -> bytes:
    """A Word file whose one part says it is 4 GB once unpacked."""
    raw = bytearray(docx())
    entry = raw.rindex(b"PK\x01\x02")
    raw[entry + 24 : entry + 28] = (0xFFFF_0000).to_bytes(4, "little")
    return bytes(raw)
