"""Photos as people send them, made fit to keep: known by content, redrawn, stripped.

A picture is never stored as it came: it is decoded under a limit of pixels and drawn anew as
JPEG, so that nothing but the picture remains of it (no location, no camera, nothing appended).
Where and when it was taken is read first and handed back, for the sender to use or not. What the
sender marks (a face, a number plate) is pixelated before anything is stored.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from threading import BoundedSemaphore
from typing import IO, Any, Final

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from gezhi.base.errors import Refusal
from gezhi.base.sentences import _, translated

MEGABYTES: Final = 20
"""The largest file looked at."""
MOST_PIXELS: Final = 60_000_000
"""A telephone's best camera; more is a mistake or a bomb."""
LONGEST_SIDE: Final = 2048
THUMBNAIL: Final = 320
QUALITY: Final = 82
FORMATS: Final = ("JPEG", "PNG", "WEBP")
CELLS: Final = 6
"""So many pixels a marked area keeps at most, across and down: no face is told from six by six."""
_at_once = BoundedSemaphore(2)
"""A large PNG takes 180 MB while it is drawn: no process draws more than two at a time."""

Area = tuple[float, float, float, float]
"""A rectangle of a picture as it is looked at: left, top, width, height, each a share of 0 to 1."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture drawn anew, with a small one, and what its file said of itself."""

    jpeg: bytes
    thumbnail: bytes
    width: int
    height: int
    taken_at: datetime | None
    """Local time of the camera, without zone."""
    lon: float | None
    lat: float | None


def read_photo(
    file: IO[bytes], *, megabytes: int = MEGABYTES, blurred: Sequence[Area] = ()
) -> Photo:
    """Redraw a photo, pixelating the areas named.

    Refused where it is no photo, too large, broken, or of a kind not taken in.
    """
    raw = file.read(megabytes * 1024 * 1024 + 1)
    if len(raw) > megabytes * 1024 * 1024:
        pattern = translated(_("照片超过 %(n)d MB，请用手机自带相机的普通画质"))
        raise _no(pattern % {"n": megabytes}, "too_large")
    if not raw:
        raise _no(_("照片是空文件，请重新选择"), "empty")
    refusal = _other_kind(raw)
    if refusal is not None:
        raise refusal
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise _no(_("照片像素过大，请用普通画质拍摄"), "too_many_pixels")
                taken_at, lon, lat = _said(image)
                with _at_once:
                    return _redrawn(image, blurred, taken_at, lon, lat)
    except UnidentifiedImageError as error:
        raise _no(_("这不是照片；支持 JPG、PNG、WebP"), "not_a_photo") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _no(_("照片像素过大，请用普通画质拍摄"), "too_many_pixels") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise _no(_("照片不完整或已损坏，请重新拍摄或选择"), "broken") from error


def _no(sentence: str, code: str) -> Refusal:
    return Refusal(sentence, f"photos.{code}", field="photos")


def _other_kind(raw: bytes) -> Refusal | None:
    """Files that people do send as photos, each with what to do instead."""
    if raw[4:8] == b"ftyp" and raw[8:12] in HEIC:
        sentence = _("这是 HEIC 格式；请在手机“设置-相机-格式”里选“兼容性最佳”，或截图后上传")
        return _no(sentence, "heic")
    if raw.startswith((b"GIF87a", b"GIF89a")):
        return _no(_("这是 GIF 动图；请拍照，或截一张图上传"), "gif")
    start = raw[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<?xml", b"<svg", b"<!doctype", b"<html")):
        return _no(_("这是网页或矢量图，不是照片；请拍照，或截一张图上传"), "markup")
    if raw.startswith(b"%PDF-"):
        return _no(_("这是 PDF 文件，不是照片；请作为材料上传"), "pdf")
    return None


HEIC: Final = (b"heic", b"heix", b"hevc", b"heif", b"heim", b"heis", b"mif1", b"msf1", b"avif")


def _redrawn(
    image: Image.Image,
    blurred: Sequence[Area],
    taken_at: datetime | None,
    lon: float | None,
    lat: float | None,
) -> Photo:
    longest = (LONGEST_SIDE, LONGEST_SIDE)
    image.draft("RGB", longest)  # lets a JPEG be read at a half or a quarter of its size
    if image.mode in ("1", "P"):
        image = image.convert("RGBA")  # colours of a palette cannot be mixed into smaller ones
    image.thumbnail(longest, Image.Resampling.LANCZOS)
    upright = ImageOps.exif_transpose(image)
    plain = Image.new("RGB", upright.size, "white")
    with_alpha = upright.convert("RGBA")
    plain.paste(with_alpha, mask=with_alpha.getchannel("A"))
    for area in blurred:
        _pixelate(plain, area)
    small = plain.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    return Photo(_jpeg(plain), _jpeg(small), plain.width, plain.height, taken_at, lon, lat)


def _pixelate(image: Image.Image, area: Area) -> None:
    left, top, width, height = area
    box = (
        max(0, int(left * image.width)),
        max(0, int(top * image.height)),
        min(image.width, ceil((left + width) * image.width)),
        min(image.height, ceil((top + height) * image.height)),
    )
    across, down = box[2] - box[0], box[3] - box[1]
    if across <= 0 or down <= 0:
        return
    cells = (min(CELLS, across), min(CELLS, down))
    coarse = image.crop(box).resize(cells, Image.Resampling.BOX)
    image.paste(coarse.resize((across, down), Image.Resampling.NEAREST), box)


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _said(image: Image.Image) -> tuple[datetime | None, float | None, float | None]:
    """When and where the file says it was taken; what cannot be read is not said."""
    try:
        exif = image.getexif()
        inner = exif.get_ifd(ExifTags.IFD.Exif)
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError):
        return None, None, None
    lat = _degrees(place, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S", 90)
    lon = _degrees(place, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W", 180)
    if lat is None or lon is None:
        lat = lon = None
    return _moment(inner.get(ExifTags.Base.DateTimeOriginal)), lon, lat


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.strptime(str(text).strip("\0 "), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None


def _degrees(place: dict[int, Any], key: int, side: int, negative: str, most: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in place[key])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not 0 <= value <= most:
        return None
    return -value if str(place.get(side, "")).strip("\0") == negative else value
