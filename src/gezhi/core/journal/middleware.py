"""A write sent twice is done once: forms carry `_once`, programs `Idempotency-Key`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base.errors import Conflict
from gezhi.base.pages.refusals import say_no
from gezhi.core.cells.keys import keys_here
from gezhi.core.journal.models import Once

BODY = b"journal_once.sealed"
KEPT = 64 * 1024
"""Answers up to this size are kept and given again; longer ones only by their location."""


class OnlyOnce:
    """Run a keyed write and the memory of its answer in one transaction.

    The key's row is inserted first, so that a second request with the same key waits for the
    first and then gets its answer. A refused write (status 400 and up) leaves no key behind. What
    a refusal itself wrote stays, as it does without a key: a wrong password counts.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = _key_of(request)
        if key is None:
            return self.get_response(request)
        actor = getattr(request, "actor", None)
        account_id = actor.account_id if actor else None
        fingerprint = _fingerprint(request, account_id)
        try:
            with transaction.atomic():
                _claim(Once(key=key, account_id=account_id, fingerprint=fingerprint))
                response = self.get_response(request)
                if response.status_code >= 500 or connection.needs_rollback:
                    transaction.set_rollback(True)
                elif response.status_code >= 400:
                    Once.objects.filter(key=key).delete()
                else:
                    _remember(key, response)
                return response
        except _KnownKey:
            return _answer_again(request, key, fingerprint)


class _KnownKey(Exception):  # noqa: N818 - a state of the world, not an error
    """Somebody used this key before."""


def _claim(row: Once) -> None:
    """Insert the key's row; waits for a request under way with the same key."""
    row.at = timezone.now()
    try:
        Once.objects.bulk_create([row])
    except IntegrityError:
        raise _KnownKey from None


def _key_of(request: HttpRequest) -> UUID | None:
    if request.method not in ("POST", "PUT", "PATCH", "DELETE"):
        return None
    text = request.headers.get("Idempotency-Key", "")
    if not text and request.content_type in (
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ):
        text = request.POST.get("_once", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _fingerprint(request: HttpRequest, account_id: UUID | None) -> bytes:
    digest = hashlib.sha256(f"{account_id} {request.method} {request.get_full_path()}\n".encode())
    if request.content_type == "multipart/form-data":
        fields = sorted((k, v) for k, v in request.POST.lists() if k != "csrfmiddlewaretoken")
        files = sorted(
            (name, str(file.name), file.size or 0)
            for name, sent in request.FILES.lists()
            for file in sent
        )
        digest.update(repr((fields, files)).encode())
    elif request.content_type == "application/x-www-form-urlencoded":
        fields = sorted((k, v) for k, v in request.POST.lists() if k != "csrfmiddlewaretoken")
        digest.update(repr(fields).encode())
    else:
        digest.update(request.body)
    return digest.digest()


def _remember(key: UUID, response: HttpResponseBase) -> None:
    body = b""
    if isinstance(response, HttpResponse) and not response.streaming:
        body = response.content if len(response.content) <= KEPT else b""
    sealed = keys_here().seal(body.decode("utf-8", "replace"), context=BODY) if body else None
    Once.objects.filter(key=key).update(
        status=response.status_code,
        location=response.headers.get("Location", "")[:500],
        sealed=sealed,
        content_type=response.headers.get("Content-Type", "")[:80],
    )


def _answer_again(request: HttpRequest, key: UUID, fingerprint: bytes) -> HttpResponseBase:
    row = Once.objects.filter(key=key).first()
    if row is None or bytes(row.fingerprint) != fingerprint:
        # Said here: what a middleware raises would reach nobody but the page for faults.
        used = _("这个提交编号已用于另一项操作，请刷新页面后重新提交")
        return say_no(request, Conflict(used, "journal.key_reused"))
    if row.location and row.status and 300 <= row.status < 400:
        return HttpResponseRedirect(row.location)
    body = keys_here().open(row.sealed, context=BODY) if row.sealed is not None else ""
    answer = HttpResponse(body, status=row.status or 200, content_type=row.content_type or None)
    if row.location:
        answer["Location"] = row.location
    return answer
