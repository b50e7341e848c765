"""Refusals and the plain error pages: one place that says no in a sentence fit to read.

People get a page or a message, programs (below `/api/`) the same as a problem in JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from gezhi.base.api import problems
from gezhi.base.errors import Refusal, TooMany


class RefusalPages:
    """Middleware: a `Refusal` that no page caught becomes a message (htmx) or a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self.get_response(request)
        except Refusal as refusal:  # of a middleware further in; those of views come below
            return say_no(request, refusal)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        return say_no(request, exception) if isinstance(exception, Refusal) else None


def say_no(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal as an answer with its status; a toast where htmx asked, else a whole page."""
    if problems.asks_a_program(request):
        return problems.refused(request, refusal)
    sentences = [str(refusal.sentence)]
    sentences += [str(f.sentence) for f in refusal.fields if str(f.sentence) != sentences[0]]
    answer = _page(request, refusal.status, _TITLES.get(refusal.status, _TITLES[422])(), sentences)
    if isinstance(refusal, TooMany):
        answer["Retry-After"] = str(refusal.retry_after)
    return answer


def _page(request: HttpRequest, status: int, title: str, sentences: list[str]) -> HttpResponse:
    if problems.asks_a_program(request):
        return problems.of_status(request, status)
    htmx = bool(getattr(request, "htmx", False))
    context: dict[str, Any] = {"status": status, "title": title, "sentences": sentences}
    template = "ui/toast.html" if htmx else "ui/refused.html"
    answer = HttpResponse(render_to_string(template, context, request), status=status)
    if htmx:
        answer["HX-Retarget"] = "#toasts"
        answer["HX-Reswap"] = "beforeend"
    return answer


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400: what was sent is no form, no file, or far too much."""
    return _page(request, 400, _("没有读懂"), [_("提交的内容无法读取，请返回上一页重新打开后再试")])


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403: also where a form's CSRF token is missing or stale."""
    return _page(
        request, 403, _("不能这样做"), [_("页面停留过久或岗位不符，请返回上一页重新打开后再试")]
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404: says the same for what is not there and for what is out of sight."""
    return _page(
        request, 404, _("没有找到"), [_("这里没有您要找的内容：可能已被移走，或不在您的权限范围内")]
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW."""
    return not_allowed(request)


def broken(request: HttpRequest) -> HttpResponse:
    """handler500: touches neither table nor session, which may be what is broken."""
    if problems.asks_a_program(request):
        return problems.of_status(request, 500)
    number = getattr(request, "request_id", "")
    sentences = [_("系统出了差错，您填写的内容没有保存，请稍后再试")]
    if number:
        sentences.append(_("如需报修，请提供编号：%(number)s") % {"number": number})
    context = {"status": 500, "title": _("出错了"), "sentences": sentences}
    return HttpResponse(render_to_string("ui/bare.html", context), status=500)


def away(request: HttpRequest) -> HttpResponse:
    """503 while the database is being restored or moved."""
    if problems.asks_a_program(request):
        answer = problems.of_status(request, 503)
        answer["Retry-After"] = "120"
        return answer
    context = {
        "status": 503,
        "title": _("正在维护"),
        "sentences": [_("系统正在维护，几分钟后即可恢复，已保存的内容不受影响")],
    }
    answer = HttpResponse(render_to_string("ui/bare.html", context), status=503)
    answer["Retry-After"] = "120"
    return answer


_TITLES: dict[int, Callable[[], str]] = {
    403: lambda: _("不能这样做"),
    409: lambda: _("已被他人修改"),
    422: lambda: _("没有办成"),
    429: lambda: _("请稍后再试"),
}
