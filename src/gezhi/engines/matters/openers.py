"""How one kind of work asks for another to be opened, without knowing whose it is.

The service that declares a kind registers, in its `AppConfig.ready()`, how such a matter is opened
on request; another service asks by the kind and says what it is about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.core.places.models import Place
from gezhi.engines.matters.models import Link, LinkKind, Matter


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be opened: what about, where, and what it follows from."""

    topic: str
    """A code of the other kind's own catalogue."""
    words: str
    """What happened, without personal data."""
    address: str
    place: Place | None
    lon: float | None = None
    lat: float | None = None
    follows: Matter | None = None
    """The matter it comes from: the two are linked."""


Opener = Callable[..., Matter]
"""`(asked, *, by, at)` to the matter opened, within the action of whoever asks."""

_openers: dict[str, Opener] = {}


def register(kind: str, opener: Opener) -> None:
    """Have matters of a kind opened by this; a second, different opener is a mistake."""
    if _openers.setdefault(kind, opener) is not opener:
        raise ValueError(f"matters of the kind {kind} are opened in two ways")


def ask_for(kind: str, asked: Asked, *, by: Actor, at: datetime) -> Matter:
    """Open a matter of another kind within the action under way, linked to where it comes from.

    Refused where no installed service opens this kind.
    """
    opener = _openers.get(kind)
    if opener is None:
        raise Refusal(_("本平台没有启用这类事项"), "matters.nobody_opens")
    opened = opener(asked, by=by, at=at)
    if asked.follows is not None:
        Link.objects.create(
            matter=opened,
            other=asked.follows,
            kind=LinkKind.FOLLOWS,
            made_at=at,
            made_by=by.name,
        )
    return opened
