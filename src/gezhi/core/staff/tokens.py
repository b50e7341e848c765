"""From a token to an Actor: programs come in by `Authorization: Bearer`, below the API alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db.models import F
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor, ActorKind, Holding, Origin
from gezhi.base.api.problems import Status, asks_a_program, refused
from gezhi.base.errors import Refusal, TooMany
from gezhi.base.origins import origin_of
from gezhi.core.privacy.fields import blind_index
from gezhi.core.staff import queries
from gezhi.core.staff.actions.programs import TOKEN_CONTEXT
from gezhi.core.staff.models import Program
from gezhi.core.staff.program_rules import CALLS_A_MINUTE, rights_over

SCHEME: Final = "bearer "


class ActorOfToken:
    """Set `request.actor` to the program whose token came along; a wrong token is 401.

    Nothing else of the request is believed then: a cookie beside a token does not count.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = token_of(request)
        if token is None or getattr(request, "cell", None) is None:
            return self.get_response(request)
        try:
            request.actor = admitted(  # type: ignore[attr-defined]
                token, origin=origin_of(request), at=timezone.now()
            )
        except Refusal as refusal:
            answer = refused(request, refusal)
            if refusal.status == 401:
                answer["WWW-Authenticate"] = 'Bearer error="invalid_token"'
            return answer
        return self.get_response(request)


def token_of(request: HttpRequest) -> str | None:
    """The token a call of the API brings; None where it brings none, or it is no such call."""
    said = request.headers.get("Authorization", "")
    if not asks_a_program(request) or not said.lower().startswith(SCHEME):
        return None
    return str(said[len(SCHEME) :].strip())


def admitted(token: str, *, origin: Origin, at: datetime) -> Actor:
    """The program behind a token as it may act now; counts the call. 401 or 429 otherwise.

    It may what was agreed to, as far as its role and its owner still may the same.
    """
    index = blind_index(token, context=TOKEN_CONTEXT)
    program = (
        Program.objects.filter(token_index=index).select_related("owner", "role", "place").first()
    )
    if program is None:
        raise Status(401, _("令牌不对，或已换成新的"), "api.token_unknown")
    if program.revoked_at is not None:
        raise Status(401, _("程序已吊销"), "api.token_revoked")
    today = timezone.localdate(at)
    if program.ends_on <= today:
        raise Status(401, _("程序已到期，请由系统管理员重新登记"), "api.token_expired")
    place = program.place
    owners = rights_over(place.path, queries.held_posts(program.owner_id, on=today))
    has_owner = program.owner.closed_at is None and bool(owners)
    if not has_owner or (place.valid_to and place.valid_to <= today):
        raise Status(
            401,
            _("程序的责任人已不在任，或网格已停用，请由系统管理员重新登记"),
            "api.token_without_owner",
        )
    if not _counted(program, at):
        raise TooMany(
            _("每分钟最多 %(n)s 次，请稍后再试") % {"n": CALLS_A_MINUTE},
            "api.too_many_calls",
            retry_after=60 - at.second,
        )
    role = program.role
    held = Holding(
        *(program.pk, role.pk, role.title, place.pk, place.level, place.path, place.name),
        frozenset(program.rights) & frozenset(role.rights) & owners,
    )
    return Actor(
        ActorKind.PROGRAM,
        program.name,
        account_id=program.pk,
        holdings=(held,),
        origin=origin,
        purposes=frozenset({program.reveals_for} - {""}),
    )


def _counted(program: Program, at: datetime) -> bool:
    """Count a call in its minute; False where that minute is full."""
    minute = at.replace(second=0, microsecond=0)
    mine = Program.objects.filter(pk=program.pk)
    for _again in range(2):  # another call may begin the minute in between
        this_minute = mine.filter(minute=minute, calls__lt=CALLS_A_MINUTE)
        if this_minute.update(calls=F("calls") + 1, used_at=at):
            return True
        if mine.exclude(minute=minute).update(minute=minute, calls=1, used_at=at):
            return True
    return False
