"""`@action`: one transaction and one journal line for each named write."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, Final, ParamSpec, TypeVar, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor
from gezhi.base.ids import uuid7
from gezhi.base.rights import Right
from gezhi.core.journal import books, rights
from gezhi.core.journal.leaves import plain
from gezhi.core.journal.models import JournalLine
from gezhi.core.journal.verifying import Finding, verify

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Verb:
    """A named write: what jobs wait for and the reference lists."""

    code: str
    title: str | Promise
    right: Right | None


verbs: dict[str, Verb] = {}


@dataclass(slots=True)
class Draft:
    """The line of the action under way, filled in by `note`."""

    line_id: UUID
    verb: Verb
    by: Actor
    at: datetime
    subject: Model | None = None
    place_id: UUID | None = None
    person_id: UUID | None = None
    why: str = ""
    changes: dict[str, Any] = field(default_factory=dict)
    personal: dict[str, Any] = field(default_factory=dict)


_draft: ContextVar[Draft | None] = ContextVar("journal_draft", default=None)
_followers: list[Callable[[Draft], None]] = []


def after_action(follower: Callable[[Draft], None]) -> Callable[[Draft], None]:
    """Register what runs inside the transaction after each action: jobs that wait for its verb."""
    _followers.append(follower)
    return follower


def action(
    code: str, title: str | Promise, *, right: Right | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function the named write `code`.

    The function takes keyword-only `by: Actor` and `at: datetime`. Its right is demanded first
    (`NotAllowed`); then it runs in one transaction with one journal line. An action called by an
    action joins the outer one's transaction and line. Raising leaves nothing behind.
    """
    if code in verbs:
        raise ValueError(f"the verb {code} is declared twice")
    verb = verbs[code] = Verb(code, title, right)

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            by, at = cast("Actor", kwargs["by"]), cast("datetime", kwargs["at"])
            if right is not None:
                right.demand(by)
            if _draft.get() is not None:
                return function(*args, **kwargs)
            draft = Draft(uuid7(), verb, by, at)
            token = _draft.set(draft)
            try:
                with transaction.atomic():
                    result = function(*args, **kwargs)
                    _write(draft)
                    for follower in _followers:
                        follower(draft)
                    return result
            finally:
                _draft.reset(token)

        run.verb = verb  # type: ignore[attr-defined]
        return run

    return wrap


def current_line() -> UUID:
    """Key of the journal line of the action under way: what provenance rows refer to."""
    draft = _draft.get()
    if draft is None:
        raise RuntimeError("outside an action there is no journal line")
    return draft.line_id


def note(
    subject: Model | None = None,
    *,
    place_id: UUID | None = None,
    person_id: UUID | None = None,
    why: str = "",
    changes: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
) -> None:
    """Say what the action under way did; several notes add up, the first subject stays.

    `changes` go into the line as they are and must not be personal; `personal` is sealed apart
    and bound by a salted commitment. `person_id` says whose erasure takes the personal part.
    """
    draft = _draft.get()
    if draft is None:
        raise RuntimeError("note() is for actions: nothing else changes anything")
    draft.subject = draft.subject or subject
    draft.place_id = draft.place_id or place_id
    draft.person_id = draft.person_id or person_id
    draft.why = draft.why or why
    draft.changes.update(changes or {})
    draft.personal.update(personal or {})


def _write(draft: Draft) -> None:
    right = draft.verb.right
    post = draft.by.post_for(right.code) if right else next(iter(draft.by.holdings), None)
    subject = draft.subject
    line = JournalLine(
        id=draft.line_id,
        at=draft.at,
        account_id=draft.by.account_id,
        actor_name=draft.by.name,
        post=post.title if post else "",
        verb=draft.verb.code,
        subject_kind=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None and isinstance(subject.pk, UUID) else None,
        place_id=draft.place_id,
        changes=plain(draft.changes),
        why=draft.why,
        channel=draft.by.origin.channel,
        address=draft.by.origin.address,
        request_id=draft.by.origin.request_id,
    )
    books.write(books.JOURNAL, [books.Draft(line, draft.personal, draft.person_id)])


# --- the journal's own ------------------------------------------------------------------------

AT_MOST: Final = 500
"""So many findings of a book fit on a page; the command tells them all."""


@action("journal.verify", gettext_noop("核对操作留痕"), right=rights.VERIFY)
def verify_now(*, since: date, by: Actor, at: datetime) -> list[tuple[books.Book, list[Finding]]]:
    """The findings of the days from `since` on, by book; that somebody checked is journalled."""
    found = [
        (book, list(islice(verify(book, today=books.today(), since=since), AT_MOST)))
        for book in books.books_here()
    ]
    wrong = {book.code: sum(one.is_wrong for one in said) for book, said in found}
    note(changes={"since": since, "wrong": wrong})
    return found
