"""Saying no to a program: `application/problem+json` (RFC 9457), from the refusals of pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from gezhi.base.errors import FieldRefusal, Refusal, TooMany

BELOW: Final = "/api/"
MEDIA_TYPE: Final = "application/problem+json"


class Status(Refusal):
    """A refusal of the protocol itself, with its own HTTP status."""

    def __init__(self, status: int, sentence: str, code: str, *, field: str = "") -> None:
        super().__init__(sentence, code, field=field)
        self.status = status


def asks_a_program(request: HttpRequest) -> bool:
    """Whether what asked is a program, to be answered in JSON whatever happens."""
    return request.path.startswith(BELOW)


def problem(
    request: HttpRequest,
    status: int,
    code: str,
    detail: str,
    errors: Iterable[FieldRefusal] = (),
) -> HttpResponse:
    """An answer that says what is wrong, with a stable code and a sentence fit to show."""
    body: dict[str, Any] = {
        "type": f"urn:gezhi:problem:{code}",
        "title": _TITLES.get(status, _TITLES[400])(),
        "status": status,
        "detail": str(detail),
        "code": code,
    }
    fields = [{"field": one.field, "detail": str(one.sentence)} for one in errors]
    if fields:
        body["errors"] = fields
    if number := getattr(request, "request_id", ""):
        body["request_id"] = number
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return HttpResponse(content, status=status, content_type=MEDIA_TYPE)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as a problem."""
    answer = problem(request, refusal.status, refusal.code, refusal.sentence, refusal.fields)
    if isinstance(refusal, TooMany):
        answer["Retry-After"] = str(refusal.retry_after)
    return answer


def of_status(request: HttpRequest, status: int) -> HttpResponse:
    """A problem about which nothing more is known than its status."""
    title = _TITLES.get(status, _TITLES[400])()
    return problem(request, status, _CODES.get(status, "api.refused"), title)


_TITLES: Final[dict[int, Callable[[], str]]] = {
    400: lambda: _("请求无法读取"),
    401: lambda: _("没有认出您"),
    403: lambda: _("不能这样做"),
    404: lambda: _("没有找到"),
    405: lambda: _("这个地址没有这种操作"),
    409: lambda: _("已被他人修改"),
    412: lambda: _("记录已不是您看到的样子"),
    413: lambda: _("内容太大"),
    415: lambda: _("内容类型不对"),
    422: lambda: _("没有办成"),
    428: lambda: _("请先读取再修改"),
    429: lambda: _("请稍后再试"),
    500: lambda: _("出错了"),
    503: lambda: _("正在维护"),
}
_CODES: Final = {
    400: "api.unreadable",
    403: "api.not_allowed",
    404: "api.not_found",
    405: "api.no_such_method",
    413: "api.too_large",
    500: "api.broken",
    503: "api.away",
}
