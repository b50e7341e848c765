"""Form fields for photos and papers: several at a time, kept while the rest of a form is mended.

Without JavaScript they are ordinary file inputs, one of which opens the camera. With it, photos
are shown, made smaller before they are sent, and areas of them marked to be pixelated; where and
when a photo was taken is read before that and sent along, the place only if the sender says so.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.base.errors import Refusal
from gezhi.base.photos import Area
from gezhi.engines.matters.attachments.incoming import (
    Incoming,
    brought_back,
    read_document,
    read_picture,
    set_aside,
)
from gezhi.engines.matters.attachments.kinds import ACCEPT
from gezhi.engines.matters.attachments.shelf import shelf_here

MOST_AT_ONCE: Final = 9
MOST_AREAS: Final = 20
PHOTOS_ACCEPT: Final = "image/jpeg,image/png,image/webp"
"""Named one by one: asked for `image/*`, an iPhone would send HEIC, which nobody else opens."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the sender's browser says of one photo."""

    blurred: tuple[Area, ...] = ()
    taken_at: datetime | None = None
    place: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What came with a form: new files, what is said of each, words for those set aside."""

    files: tuple[Any, ...] = ()
    told: tuple[Told, ...] = ()
    kept: tuple[str, ...] = ()
    use_place: bool = False

    def __bool__(self) -> bool:
        return bool(self.files or self.kept)

    def said_of(self, number: int) -> Told:
        return self.told[number] if number < len(self.told) else Told()


class _FilesWidget(forms.Widget):
    """File inputs, and what was taken in before with a box to leave it out."""

    needs_multipart_form = True
    accept = ACCEPT
    offers_place = False

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.taken_in: list[Incoming] = []
        """Set by the field while it cleans: shown again where the form is shown again."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Given:
        return Given(
            files=tuple(_several(files, name)),
            told=tuple(_told(data.get(f"{name}_told", ""))),
            kept=tuple(_several(data, f"{name}_kept")),
            use_place=bool(data.get(f"{name}_place")),
        )

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and f"{name}_kept" not in data

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, None, attrs)
        context["widget"] |= {
            "accept": self.accept,
            "most": MOST_AT_ONCE,
            "described": context["widget"]["attrs"].get("aria-describedby", ""),
            "invalid": context["widget"]["attrs"].get("aria-invalid", ""),
            "kept": [_shown(one) for one in self.taken_in],
            "offers_place": self.offers_place,
            "use_place": isinstance(value, Given) and value.use_place,
        }
        return context


class PhotosInput(_FilesWidget):
    """Photos: from the camera, or chosen."""

    template_name = "matters/photos_field.html"
    accept = PHOTOS_ACCEPT

    def __init__(self, *, offers_place: bool = False) -> None:
        super().__init__()
        self.offers_place = offers_place


class PapersInput(_FilesWidget):
    """PDF and office files."""

    template_name = "matters/papers_field.html"


class _FilesField(forms.Field):
    """Cleans to a list of `Incoming`; each fault names the file it is about."""

    widget: Any
    one: str

    def __deepcopy__(self, memo: Any) -> Any:
        copied = super().__deepcopy__(memo)
        copied.widget.taken_in = []
        return copied

    def clean(self, value: Any) -> list[Incoming]:
        given = value if isinstance(value, Given) else Given()
        found: list[Incoming] = []
        faults: list[str] = []
        if len(given.files) + len(given.kept) > MOST_AT_ONCE:
            faults.append(gettext("一次最多 %(n)d 个，请分几次传") % {"n": MOST_AT_ONCE})
            given = Given()
        for word in given.kept:
            try:
                found.append(brought_back(word))
            except Refusal as refusal:
                faults.append(refusal.sentence)
        for number, file in enumerate(given.files):
            try:
                found.append(self.read(file, given.said_of(number)))
            except Refusal as refusal:
                faults.append(
                    gettext("第%(n)d个（%(name)s）：%(why)s")
                    % {"n": number + 1, "name": file.name, "why": refusal.sentence}
                )
        self.widget.taken_in = found
        if faults:
            raise ValidationError(faults)
        if self.required and not found:
            raise ValidationError(gettext("请至少选择一个文件"), code="required")
        return found if given.use_place else [one.without_place() for one in found]

    def read(self, file: IO[bytes], told: Told) -> Incoming:
        raise NotImplementedError


class PhotosField(_FilesField):
    """Up to nine photos. `offers_place`: ask whether their location is to be used."""

    def __init__(self, *, offers_place: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("照片"))
        kwargs.setdefault("required", False)
        super().__init__(widget=PhotosInput(offers_place=offers_place), **kwargs)

    def read(self, file: IO[bytes], told: Told) -> Incoming:
        return read_picture(file, blurred=told.blurred, taken_at=told.taken_at, place=told.place)


class PapersField(_FilesField):
    """Up to nine papers, handed out again only as files to save."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("材料"))
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", _("PDF、OFD、Word、Excel、PowerPoint"))
        super().__init__(widget=PapersInput(), **kwargs)

    def read(self, file: IO[bytes], told: Told) -> Incoming:
        return read_document(file)


def _several(data: Any, name: str) -> Iterable[Any]:
    """All values of a name, from a form as sent or from a plain dictionary."""
    if hasattr(data, "getlist"):
        return [one for one in data.getlist(name) if one]
    value = data.get(name) if isinstance(data, Mapping) else None
    if isinstance(value, list | tuple):
        return value
    return [value] if value else []


def _shown(one: Incoming) -> dict[str, Any]:
    """A file taken in before, with the word that brings it back and a picture of it."""
    word = set_aside(one)
    small = one.small or (shelf_here().small(one.sha256) if one.width else None) or b""
    return {
        "word": word,
        "picture": f"data:image/jpeg;base64,{base64.b64encode(small).decode()}" if small else "",
        "blurred": one.blurred,
        "kilobytes": max(1, one.size // 1024),
    }


# --- what the browser says: believed as far as it reads well, never a reason to fail ---------


def _told(text: str) -> Iterable[Told]:
    try:
        said = json.loads(text) if text else []
    except ValueError:
        return []
    if not isinstance(said, list):
        return []
    return [_one_told(one) for one in said[:MOST_AT_ONCE]]


def _one_told(one: Any) -> Told:
    if not isinstance(one, dict):
        return Told()
    areas = one.get("blurred")
    place = _numbers(one.get("place"), 2)
    return Told(
        blurred=tuple(
            (area[0], area[1], area[2], area[3])
            for raw in (areas[:MOST_AREAS] if isinstance(areas, list) else ())
            if (area := _numbers(raw, 4)) is not None
        ),
        taken_at=_moment(one.get("taken")),
        place=(place[0], place[1])
        if place and -180 <= place[0] <= 180 and -90 <= place[1] <= 90
        else None,
    )


def _numbers(raw: Any, count: int) -> list[float] | None:
    if not isinstance(raw, list) or len(raw) != count:
        return None
    if not all(isinstance(one, int | float) and abs(one) <= 1000 for one in raw):
        return None
    return [float(one) for one in raw]


def _moment(raw: Any) -> datetime | None:
    try:
        return datetime.strptime(str(raw), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
