"""The API of a cell: every area's operations below `/api/v1/`, described, with a page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from gezhi.base import pages as ui
from gezhi.base.actors import ActorKind
from gezhi.base.api.documents import document
from gezhi.base.api.mounting import mounted, patterns_of
from gezhi.base.api.operations import all_operations
from gezhi.base.api.tags import is_known, tag_of
from gezhi.core.staff.rights import OWN_ACCOUNT

ROOT: Final = "/api/v1/"
VERSION: Final = "1.0"


def _ninja() -> Any:
    return mounted(
        all_operations(),
        title=_("格治接口"),
        version=VERSION,
        about=_(
            "与页面同一套权限、掩码和规则。权限之外的一律回答 404；列表用 cursor 分段读取；"
            "修改须带 If-Match；重发写操作请带 Idempotency-Key；出错时回答 "
            "application/problem+json。"
        ),
    )


@cache
def _described(language: str) -> dict[str, Any]:
    return document(_ninja(), all_operations(), ROOT)


def described() -> dict[str, Any]:
    """The OpenAPI document in the reader's language."""
    return _described(get_language() or "")


class ApiPage(ui.Page):
    """What programs may ask, for whoever writes them: every operation with its right."""

    path, name = "api-guide/", "api.docs"
    title = gettext_lazy("接口说明")
    right = OWN_ACCOUNT
    template = "ui/api.html"

    def get(self) -> HttpResponseBase:
        found = described()
        groups: dict[str, list[dict[str, Any]]] = {}
        for one in all_operations():
            address = f"{ROOT}{one.path}".replace("{uuid:", "{")
            told = found["paths"][address][one.method.lower()]
            groups.setdefault(one.path.partition("/")[0], []).append(
                {
                    "method": one.method,
                    "address": address,
                    "title": one.title,
                    "about": one.about,
                    "right": one.right.title,
                    "parameters": list(_parameters(told)),
                    "members": list(_members(told, found)),
                    "example": _pretty(one.example),
                    "shown": _pretty(one.shown),
                }
            )
        return self.render({"groups": groups, "about": found["info"]["description"]})


def _parameters(told: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Name, whether it must be given, what it is."""
    for one in told["parameters"]:
        must = _("必填") if one["required"] else ""
        yield one["name"], must, one.get("description", "")


def _members(told: dict[str, Any], found: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The same of what is sent as content."""
    for content in told.get("requestBody", {}).get("content", {}).values():
        shape = content["schema"]
        if "$ref" in shape:
            shape = found["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
        must = shape.get("required", ())
        for name, one in shape.get("properties", {}).items():
            yield name, _("必填") if name in must else "", one.get("description", "")


def _pretty(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, indent=2)


def openapi(request: HttpRequest) -> HttpResponse:
    """The document itself, for programs and for those who may see its page."""
    actor = getattr(request, "actor", None)
    if actor is None or not (OWN_ACCOUNT.held_by(actor) or actor.kind is ActorKind.PROGRAM):
        raise Http404
    content = json.dumps(described(), ensure_ascii=False).encode()
    tag = tag_of(content, None)
    answer = HttpResponse(content, content_type="application/json")
    if is_known(request, tag):
        answer = HttpResponse(status=304)
    answer["ETag"] = tag
    return answer


def api_patterns() -> list[URLPattern | URLResolver]:
    """Addresses of the API, its description and its page."""
    return [
        path(ApiPage.path, ApiPage.view(), name=ApiPage.name),
        path("api/v1/openapi.json", openapi, name="api.document"),
        path("api/v1/", include(patterns_of(_ninja()))),
    ]
