"""From declared operations to URL patterns: django-ninja reads and describes what is sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from inspect import Parameter, Signature
from typing import Any, Final
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router, UploadedFile
from ninja.errors import HttpError, ValidationError
from ninja.params import models as params
from ninja.parser import Parser
from pydantic_core import to_json

from gezhi.base.api import problems
from gezhi.base.api.admission import Admission
from gezhi.base.api.operations import Answer, Ask, FileMade, Operation
from gezhi.base.api.problems import MEDIA_TYPE
from gezhi.base.api.shapes import Key
from gezhi.base.api.tags import is_known, tag_of
from gezhi.base.errors import Conflict, FieldRefusal, Refusal

KEPT_MANY: Final = 50
"""So many wrong fields are named; a body with more is wrong altogether."""


class SoundJson(Parser):
    """JSON as RFC 8259 has it, whose texts can be stored: no NaN, no NUL, no half characters."""

    def parse_body(self, request: HttpRequest) -> Any:
        found = json.loads(request.body.decode(), parse_constant=_no_number)
        plain = json.dumps(found, ensure_ascii=False)
        plain.encode()  # half of a surrogate pair
        if "\\u0000" in plain and "\0" in _texts(found):
            raise ValueError("a text holds NUL")
        return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _texts(value: Any) -> str:
    """All texts of a document, keys too, one after the other."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "".join(key + _texts(inner) for key, inner in value.items())
    return "".join(map(_texts, value)) if isinstance(value, list) else ""


def mounted(operations: Iterable[Operation], *, title: str, version: str, about: str) -> NinjaAPI:
    """An API of these operations."""
    api = NinjaAPI(
        title=title,
        version=version,
        description=about,
        docs_url=None,
        openapi_url=None,
        parser=SoundJson(),
    )
    router = Router()
    for one in operations:
        router.add_api_operation(
            one.path,
            [one.method],
            _view(one),
            auth=[Admission(one)],
            response={one.status: one.answer},
            operation_id=one.name,
            url_name=f"api.{one.name}",
            summary=str(one.title),
            description=str(one.about),
            tags=[one.path.partition("/")[0]],
        )
    api.add_router("", router)
    handlers: dict[type[Exception], Any] = {
        Refusal: problems.refused,
        Http404: lambda request, _missing: problems.of_status(request, 404),
        HttpError: _unreadable,
        ValidationError: _wrong,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
    return api


def patterns_of(api: NinjaAPI) -> list[URLPattern]:
    """The API's addresses: what is no file is JSON."""
    found, _application, _namespace = api.urls
    return [
        URLPattern(one.pattern, _spoken(one.callback), one.default_args, one.name)
        for one in found
        if isinstance(one, URLPattern) and one.name != "api-root"
    ]


def _view(operation: Operation) -> Callable[..., HttpResponseBase]:
    """The function ninja calls: its signature says what ninja is to read."""

    def view(request: HttpRequest, **given: Any) -> HttpResponseBase:
        ask: Ask = request.auth  # type: ignore[attr-defined] # what `Admission` gave, as ninja puts it
        ask.body, ask.query = given.get("body", given.get("form")), given.get("query")
        ask.file = given.get("file")
        try:
            made = operation.act(ask)
        except Conflict as conflict:
            if not operation.guarded:
                raise
            raise problems.Status(412, conflict.sentence, conflict.code) from None
        if isinstance(made, FileMade):
            kind = operation.file
            return FileResponse(
                made.content, as_attachment=True, filename=made.name, content_type=kind
            )
        return _answer(operation, ask, made if isinstance(made, Answer) else Answer(made))

    parameters = [Parameter("request", Parameter.POSITIONAL_OR_KEYWORD)]
    parameters += [Parameter(key, Parameter.KEYWORD_ONLY, annotation=Key) for key in operation.keys]
    wanted: tuple[tuple[str, Any, Any], ...] = (
        ("query", operation.query, params.Query(...)),
        ("body", operation.body, params.Body(...)),
        ("form", operation.form, params.Form(...)),
        ("file", UploadedFile if operation.form else None, params.File(...)),
    )
    for name, kind, source in wanted:
        if kind is not None:
            parameters.append(
                Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind, default=source)
            )
    # `inspect` reads it off any function; the checker knows no function that has it
    view.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    view.__name__ = operation.name
    return view


def _answer(operation: Operation, ask: Ask, made: Answer) -> HttpResponse:
    if operation.status == 204:
        return HttpResponse(status=204)
    content = to_json(made.value)
    answer = HttpResponse(content, status=operation.status, content_type="application/json")
    if operation.is_tagged:
        tag = tag_of(content, made.revision)
        if is_known(ask.request, tag):
            answer = HttpResponse(status=304)
        answer["ETag"] = tag
    if made.location:
        root = ask.request.path.removesuffix(operation.path)
        answer["Location"] = f"{root}{made.location}"
    if made.following:
        query = ask.request.GET.copy()
        query["cursor"] = made.following
        parts = urlencode([(name, v) for name, values in query.lists() for v in values])
        answer["Link"] = f'<{ask.request.path}?{parts}>; rel="next"'
    return answer


# --- what went wrong before an operation was reached -------------------------------------------


def _spoken(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view that answers HEAD as GET, and whose every refusal is a problem."""

    def spoken(request: HttpRequest, **keys: Any) -> HttpResponseBase:
        if request.method == "HEAD":
            request.method = "GET"
        answer = view(request, **keys)
        if answer.status_code < 400 or answer.headers.get("Content-Type") == MEDIA_TYPE:
            return answer
        told = problems.of_status(request, answer.status_code)
        if "Allow" in answer.headers:
            told["Allow"] = ", ".join(sorted(answer.headers["Allow"].split(", ")))
        return told

    spoken.csrf_exempt = True  # type: ignore[attr-defined] # `Admission` asks for it instead
    return spoken


def _unreadable(request: HttpRequest, wrong: HttpError) -> HttpResponse:
    if wrong.status_code != 400:
        return problems.of_status(request, wrong.status_code)
    sentence = _("内容不是可以读取的 JSON（UTF-8，不含空字符）")
    return problems.problem(request, 400, "api.unreadable", sentence)


def _wrong(request: HttpRequest, wrong: ValidationError) -> HttpResponse:
    """422 by field, in the reader's language; what was sent is not repeated."""
    errors = [FieldRefusal(_place(one["loc"]), _sentence(one)) for one in wrong.errors[:KEPT_MANY]]
    sentence = _("填写的内容有 %(n)s 处不对") % {"n": len(wrong.errors)}
    return problems.problem(request, 422, "api.wrong_input", sentence, errors)


_ROOTS: Final = ("body", "query", "path", "form", "file")


def _place(location: Iterable[Any]) -> str:
    """`values.name` from where pydantic found it wrong; `body` when it is wrong altogether."""
    parts = [str(part)[:60] for part in location]
    inner = [part for index, part in enumerate(parts) if index > 1 or part not in _ROOTS]
    if parts[0] == "query":
        inner = inner[:1]  # which of several values is wrong, is nobody's question
    return ".".join(inner).encode("utf-8", "replace").decode() or parts[0]


def _sentence(error: dict[str, Any]) -> str:
    """A sentence for a kind of error."""
    bounds = {name: error.get("ctx", {}).get(name, "") for name in ("ge", "le", "max_length")}
    pattern = {
        "missing": _("缺少这一项"),
        "extra_forbidden": _("没有这个字段"),
        "day": _("不是日期，请写成 2022-09-13"),
        "key": _("不是编号（UUID）"),
        "yes_no": _("须是 true 或 false"),
        "literal_error": _("没有这个代码"),
        "greater_than_equal": _("不能小于 %(ge)s"),
        "less_than_equal": _("不能大于 %(le)s"),
        "string_too_long": _("最多 %(max_length)s 个字"),
        "too_long": _("最多 %(max_length)s 项"),
        "string_too_short": _("不能为空"),
        "string_type": _("须是文字"),
        "int_type": _("须是整数"),
        "float_type": _("须是数字"),
        "list_type": _("须是列表"),
    }.get(error["type"], _("格式不对"))
    return pattern % bounds
