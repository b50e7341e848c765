"""Refusal: a request understood and declined, with a code and a sentence fit to show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldRefusal:
    """One field that cannot be taken as it is: which, why, and what would mend it."""

    field: str
    sentence: str


class Refusal(Exception):  # noqa: N818 - it is an answer to the user, not an error of the program
    """Declined with reason: shown as a message on pages and as problem+json to programs.

    `code` is stable and dotted (`registry.id_no_taken`); `sentence` is Chinese, names what is
    wrong and what to do; `fields` names the inputs concerned. `status` is the HTTP status.
    """

    status = 422

    def __init__(
        self, sentence: str, code: str, *, fields: Sequence[FieldRefusal] = (), field: str = ""
    ) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
        self.code = code
        self.fields: tuple[FieldRefusal, ...] = (
            tuple(fields) if fields else ((FieldRefusal(field, sentence),) if field else ())
        )


class NotAllowed(Refusal):
    """In sight, but this actor may not do it (out of sight is a 404, not this)."""

    status = 403


class Conflict(Refusal):
    """Somebody else changed it first; the answer carries the state as it is now."""

    status = 409


class TooMany(Refusal):
    """A cap or rate limit is reached; `retry_after` says when it opens again, in seconds."""

    status = 429

    def __init__(self, sentence: str, code: str, *, retry_after: int) -> None:
        super().__init__(sentence, code)
        self.retry_after = retry_after
