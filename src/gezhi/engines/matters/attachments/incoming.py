"""A file as it comes in, looked at and made fit to keep, before it belongs to anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import IO

from django.conf import settings
from django.core import signing
from django.utils import timezone

from gezhi.base.errors import Refusal
from gezhi.base.photos import Area, read_photo
from gezhi.base.sentences import _, translated
from gezhi.base.tenancy import here
from gezhi.engines.matters.attachments.kinds import PICTURE, kind_of
from gezhi.engines.matters.attachments.scanning import scan
from gezhi.engines.matters.attachments.shelf import shelf_here

SALT = "gezhi.attachments"
SET_ASIDE_SECONDS = 4 * 3600
"""How long a file waits for a form to be mended: well below the day orphans are kept."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What will be kept of a file, its hash, and what it said of itself."""

    sha256: str
    size: int
    media_type: str
    content: bytes = b""
    """Empty when it was set aside before: then it lies in the store already."""
    small: bytes = b""
    width: int | None = None
    height: int | None = None
    blurred: bool = False
    title: str = ""
    taken_at: datetime | None = None
    place: tuple[float, float] | None = None
    """(lon, lat) of the camera: handed to the sender to use or not, never kept with the file."""

    def without_place(self) -> Incoming:
        return replace(self, place=None)


def read_picture(
    file: IO[bytes],
    *,
    blurred: Sequence[Area] = (),
    taken_at: datetime | None = None,
    place: tuple[float, float] | None = None,
) -> Incoming:
    """Take in a photo: scanned as it came, drawn anew, stripped.

    `taken_at` (the camera's local time) and `place` are what the sender's browser read before it
    made the photo smaller; what the file itself says goes before them. Refused in words where it
    is no photo that can be taken in.
    """
    raw = _whole(file)
    scan(raw.getvalue())
    photo = read_photo(raw, megabytes=settings.UPLOAD_MEGABYTES, blurred=blurred)
    said_place = None if photo.lon is None or photo.lat is None else (photo.lon, photo.lat)
    return Incoming(
        sha256=sha256(photo.jpeg).hexdigest(),
        size=len(photo.jpeg),
        media_type=PICTURE.media_type,
        content=photo.jpeg,
        small=photo.thumbnail,
        width=photo.width,
        height=photo.height,
        blurred=bool(blurred),
        taken_at=_moment(photo.taken_at or taken_at),
        place=said_place or place,
    )


def read_document(file: IO[bytes], *, title: str = "") -> Incoming:
    """Take in a paper, as it is: it is only ever handed out as a file to save."""
    raw = _whole(file).getvalue()
    scan(raw)
    kind = kind_of(raw)
    return Incoming(
        sha256=sha256(raw).hexdigest(),
        size=len(raw),
        media_type=kind.media_type,
        content=raw,
        title=title.strip()[:60],
    )


def _whole(file: IO[bytes]) -> BytesIO:
    """The file in memory, or a refusal for one that is larger than the setting allows."""
    most = settings.UPLOAD_MEGABYTES * 1024 * 1024
    raw = file.read(most + 1)
    if len(raw) > most:
        pattern = translated(_("文件超过 %(n)d MB，请压缩或分开后再传"))
        raise Refusal(
            pattern % {"n": settings.UPLOAD_MEGABYTES}, "attachments.too_large", field="files"
        )
    return BytesIO(raw)


def _moment(local: datetime | None) -> datetime | None:
    """A camera's local time with the office's zone; a clock set into the future is not believed."""
    if local is None:
        return None
    moment = timezone.make_aware(local) if timezone.is_naive(local) else local
    return moment if moment <= timezone.now() else None


# --- set aside while a form is mended ------------------------------------------------------


def set_aside(one: Incoming) -> str:
    """Keep a file for the next try of a form, and return the word that brings it back."""
    if one.content:
        shelf_here().keep(one.sha256, one.content, one.small)
    said = {
        "cell": here().schema_name,
        "sha256": one.sha256,
        "length": one.size,
        "media_type": one.media_type,
        "size": [one.width, one.height],
        "blurred": one.blurred,
        "title": one.title,
        "taken_at": one.taken_at.isoformat() if one.taken_at else "",
        "place": one.place,
    }
    return signing.dumps(said, salt=SALT, compress=True)


def brought_back(word: str) -> Incoming:
    """What `set_aside` gave the word for; refused where it is too old or not ours."""
    try:
        said = signing.loads(word, salt=SALT, max_age=SET_ASIDE_SECONDS)
    except signing.BadSignature:
        raise gone() from None
    if said["cell"] != here().schema_name:
        raise gone()
    width, height = said["size"]
    return Incoming(
        sha256=said["sha256"],
        size=said["length"],
        media_type=said["media_type"],
        width=width,
        height=height,
        blurred=said["blurred"],
        title=said["title"],
        taken_at=datetime.fromisoformat(said["taken_at"]) if said["taken_at"] else None,
        place=tuple(said["place"]) if said["place"] else None,
    )


def gone() -> Refusal:
    """A file set aside is there no more."""
    return Refusal(_("先前选的文件已过期，请重新选择"), "attachments.gone", field="files")
