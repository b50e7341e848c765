"""Photos as people send them, made fit to keep: known by content, redrawn, stripped.

A picture is never stored as it came: it is decoded under a limit of pixels and drawn anew as
JPEG, so that nothing but the picture remains of it (no location, no camera, nothing appended).
Where and when it was taken is read first and handed back, for the sender to use or not.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Final

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from gezhi.base.errors import Refusal
from gezhi.base.sentences import _

MEGABYTES: Final = 20
"""The largest file looked at."""
MOST_PIXELS: Final = 60_000_000
"""A telephone's best camera; more is a mistake or a bomb."""
LONGEST_SIDE: Final = 2048
THUMBNAIL: Final = 320
QUALITY: Final = 82
FORMATS: Final = ("JPEG", "PNG", "WEBP")


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


def read_photo(file: IO[bytes]) -> Photo:
    """Redraw a photo. Refused where it is none, too large, broken, or of a kind not taken in."""
    raw = file.read(MEGABYTES * 1024 * 1024 + 1)
    if len(raw) > MEGABYTES * 1024 * 1024:
        raise _no(
            _("照片超过 %(n)d MB，请用手机自带相机的普通画质") % {"n": MEGABYTES}, "too_large"
        )
    if not raw:
        raise _no(_("照片是空文件，请重新选择"), "empty")
    if _is_heic(raw):
        raise _no(
            _("这是 HEIC 格式；请在手机“设置-相机-格式”里选“兼容性最佳”，或截图后上传"), "heic"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise _no(_("照片像素过大，请用普通画质拍摄"), "too_many_pixels")
                taken_at, lon, lat = _said(image)
                return _redrawn(image, taken_at, lon, lat)
    except UnidentifiedImageError as error:
        raise _no(_("这不是照片；支持 JPG、PNG、WebP"), "not_a_photo") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _no(_("照片像素过大，请用普通画质拍摄"), "too_many_pixels") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise _no(_("照片不完整或已损坏，请重新拍摄或选择"), "broken") from error


def _no(sentence: str, code: str) -> Refusal:
    return Refusal(sentence, f"photos.{code}", field="photos")


def _is_heic(raw: bytes) -> bool:
    return raw[4:8] == b"ftyp" and raw[8:12] in (b"heic", b"heix", b"mif1", b"hevc", b"heif")


def _redrawn(
    image: Image.Image, taken_at: datetime | None, lon: float | None, lat: float | None
) -> Photo:
    upright = ImageOps.exif_transpose(image)
    plain = Image.new("RGB", upright.size, "white")
    with_alpha = upright.convert("RGBA")
    plain.paste(with_alpha, mask=with_alpha.getchannel("A"))
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    small = plain.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    return Photo(_jpeg(plain), _jpeg(small), plain.width, plain.height, taken_at, lon, lat)


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
