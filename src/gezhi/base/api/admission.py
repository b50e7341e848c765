"""Who is let in: asked of every operation before anything that was sent is read."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.utils import check_csrf

from gezhi.base.actors import Actor, ActorKind, Origin
from gezhi.base.api.operations import Ask, Operation
from gezhi.base.api.problems import Status
from gezhi.base.api.tags import revision_asked
from gezhi.base.errors import FieldRefusal, NotAllowed, Refusal

JSON: Final = "application/json"
MULTIPART: Final = "multipart/form-data"


class Admission:
    """Lets an actor in to one operation. What it returns is the `Ask` the operation works with."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        fields = operation.query.model_fields if operation.query else {}
        self.parameters = frozenset(field.alias or name for name, field in fields.items())

    def __call__(self, request: HttpRequest) -> Ask:
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None:
            raise Http404
        ask = Ask(request, _by_program(actor), timezone.now(), keys=_keys(request))
        self._demand(ask)
        self._check_second_factor(ask)
        if self.operation.writes:
            if actor.kind is not ActorKind.PROGRAM:
                _refuse_forgery(request)
            self._check_once(request)
        self._check_what_is_sent(request)
        if self.operation.guarded:
            ask.expected = revision_asked(request, ask.row.revision)
        return ask

    def _demand(self, ask: Ask) -> None:
        """Out of sight is 404; in sight but not this actor's is 403."""
        operation, actor = self.operation, ask.actor
        sight = operation.sees or operation.right
        if not sight.held_by(actor):
            raise Http404
        if operation.rows is not None:
            rows = sight.rows(operation.rows(actor, ask.at), actor)
            ask.row = rows.filter(pk=ask.keys["pk"]).first()
            if ask.row is None:
                raise Http404
        operation.right.demand(actor)
        if ask.row is not None and not operation.right.covers(actor, ask.row):
            raise NotAllowed(_("这条记录不归您办理"), "api.not_yours")

    def _check_second_factor(self, ask: Ask) -> None:
        if not self.operation.right.second_factor:
            return
        limit = timedelta(minutes=getattr(settings, "GEZHI_SECOND_FACTOR_MINUTES", 15))
        shown = ask.actor.second_factor_at
        if shown is None or ask.at - shown > limit:
            raise NotAllowed(
                _("这项操作需要动态口令，请先在网页上完成二次验证"), "api.second_factor_first"
            )

    def _check_once(self, request: HttpRequest) -> None:
        """A key that is none would be passed over in silence: it is refused instead."""
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return
        if self.operation.hands_out:
            raise Refusal(
                _("这项操作先记录再回答，不能带 Idempotency-Key"),
                "api.no_key_here",
                field="Idempotency-Key",
            )
        try:
            UUID(key)
        except ValueError:
            raise Refusal(
                _("Idempotency-Key 须是一个 UUID"), "api.wrong_key", field="Idempotency-Key"
            ) from None

    def _check_what_is_sent(self, request: HttpRequest) -> None:
        strange = sorted(set(request.GET) - self.parameters)
        if strange:
            raise Refusal(
                _("没有这个参数：%(names)s") % {"names": "、".join(_plain(s) for s in strange)},
                "api.unknown_parameter",
                fields=[FieldRefusal(_plain(one), _("没有这个参数")) for one in strange],
            )
        for name, values in request.GET.lists():
            if any("\0" in value for value in values):
                raise Refusal(_("含有不能保存的字符"), "api.unsound_text", field=name)
        operation = self.operation
        if operation.body is None and operation.form is None:
            return
        wanted = MULTIPART if operation.form is not None else JSON
        if request.content_type != wanted:
            raise Status(
                415, _("内容类型须是 %(type)s") % {"type": wanted}, "api.wrong_content_type"
            )
        if wanted == JSON and _length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise Status(413, _("内容太大，请分次提交"), "api.too_large")


def _by_program(actor: Actor) -> Actor:
    origin = replace(actor.origin, channel="api") if actor.origin else Origin("api")
    return actor.through(origin)


def _keys(request: HttpRequest) -> dict[str, Any]:
    match = request.resolver_match
    return dict(match.kwargs) if match is not None else {}


def _length(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or ""
    return int(said) if re.fullmatch(r"[0-9]{1,18}", str(said)) else 0


def _plain(text: str) -> str:
    return text[:40].replace("\0", "�")


def _refuse_forgery(request: HttpRequest) -> None:
    """A session's cookie is sent by any page: a write needs the token as well (X-CSRFToken)."""
    if check_csrf(request) is not None:
        raise NotAllowed(
            _("缺少或不符 X-CSRFToken，请取 Cookie 中的 csrftoken 放入请求头"), "api.csrf"
        )
