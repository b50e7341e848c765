"""Refusal: a request understood and declined, with a code and a sentence fit to show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gezhi.base.sentences import translated


@dataclass(frozen=True, slots=True)
class FieldRefusal:
    """One field that cannot be taken as it is: which, why, and what would mend it."""

    field: str
    sentence: str


class Refusal(Exception):  # noqa: N818 - it is an answer to the user, not an error of the program
    """Declined with reason: shown as a message on pages and as problem+json to programs.

    `code` is stable and dotted (`registry.id_no_taken`); `sentence` names what is wrong and
    what to do, in the reader's language where it is a marked one; `fields` names the inputs
    concerned. `status` is the HTTP status.
    """

    status = 422

    def __init__(
        self, sentence: str, code: str, *, fields: Sequence[FieldRefusal] = (), field: str = ""
    ) -> None:
        self.sentence = translated(str(sentence))
        super().__init__(self.sentence)
        self.code = code
        self.fields: tuple[FieldRefusal, ...] = tuple(
            replace(one, sentence=translated(str(one.sentence))) for one in fields
        )
        if field and not fields:
            self.fields = (FieldRefusal(field, self.sentence),)


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
