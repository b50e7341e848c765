"""The OpenAPI document: what ninja knows of shapes, and what every operation has besides."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.openapi.schema import get_schema

from gezhi.base.api.fields import in_language
from gezhi.base.api.operations import Operation
from gezhi.base.api.problems import MEDIA_TYPE
from gezhi.base.api.shapes import Problem
from gezhi.base.sentences import _ as said

TAG: Final = {"schema": {"type": "string"}, "description": said("回答的版本")}
REQUEST_ID: Final = {"schema": {"type": "string"}, "description": said("请求号，报修时提供")}


def document(api: NinjaAPI, operations: Iterable[Operation], root: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of an API mounted at `root` (`/api/v1/`), as plain JSON."""
    found: dict[str, Any] = get_schema(api, path_prefix=root.lstrip("/"))
    found = json.loads(json.dumps(found, default=str))
    shapes = found["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    shapes |= problem.pop("$defs")
    shapes["Problem"] = problem
    found["components"]["securitySchemes"] = {
        "program": {
            "type": "http",
            "scheme": "bearer",
            "description": _("程序的令牌，由系统管理员登记、安全管理员复核后生成"),
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": _("网页登录后的会话；写操作另带请求头 X-CSRFToken"),
        },
    }
    found["security"] = [{"program": []}, {"session": []}]
    for one in operations:
        path = f"{root}{one.path}".replace("{uuid:", "{")
        _complete(found["paths"][path][one.method.lower()], one)
    told: dict[str, Any] = _in_language(found)
    return told


def _in_language(told: Any) -> Any:
    """Descriptions of shapes are declared once for all readers: say them in this one's language.

    A copy: parts of a document (`TAG`) are shared with the next reader's.
    """
    if isinstance(told, list):
        return [_in_language(inner) for inner in told]
    if not isinstance(told, dict):
        return told
    return {
        name: in_language(inner)
        if name == "description" and isinstance(inner, str)
        else inner
        if name in ("example", "examples")
        else _in_language(inner)
        for name, inner in told.items()
    }


def _complete(told: dict[str, Any], operation: Operation) -> None:
    told["x-right"] = operation.right.code
    told.setdefault("parameters", []).extend(_headers(operation))
    for parameter in told["parameters"]:
        if parameter["schema"].get("default", ...) is None:
            del parameter["schema"]["default"]
    if "requestBody" in told:
        for content in told["requestBody"]["content"].values():
            if operation.example is not None:
                content["examples"] = {"example": {"value": operation.example}}
    answer = told["responses"].pop(str(operation.status))
    answer["headers"] = {"X-Request-ID": REQUEST_ID}
    for content in answer.get("content", {}).values():
        if operation.shown is not None:
            content["examples"] = {"example": {"value": operation.shown}}
    if operation.file:
        binary = {"schema": {"type": "string", "format": "binary"}}
        answer["content"] = {operation.file: binary}
        answer["headers"]["Content-Disposition"] = {
            "schema": {"type": "string"},
            "description": _("文件名"),
        }
    if operation.is_tagged:
        answer["headers"]["ETag"] = TAG
        told["responses"]["304"] = {
            "description": "Not Modified",
            "headers": {"X-Request-ID": REQUEST_ID, "ETag": TAG},
        }
    if "cursor" in (operation.query.model_fields if operation.query else ()):
        answer["headers"]["Link"] = {
            "schema": {"type": "string"},
            "description": _('还有更多时：下一部分的地址，rel="next"'),
        }
    if operation.status == 201:
        answer["headers"]["Location"] = {
            "schema": {"type": "string"},
            "description": _("新记录的地址"),
        }
    told["responses"][str(operation.status)] = answer
    told["responses"] |= {str(status): _problem(why) for status, why in _refusals(operation)}
    told["responses"] = dict(sorted(told["responses"].items()))


def _headers(operation: Operation) -> list[dict[str, Any]]:
    found = []
    if operation.is_tagged:
        found.append(("If-None-Match", False, _("上次得到的 ETag；没有变化时回答 304")))
    if operation.guarded:
        found.append(("If-Match", True, _("读取这条记录时得到的 ETag，或带引号的修订号")))
    headers: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "header",
            "required": required,
            "schema": {"type": "string"},
            "description": words,
        }
        for name, required, words in found
    ]
    if operation.writes and not operation.hands_out:
        headers.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "schema": {"type": "string", "format": "uuid"},
                "description": _("同一编号重发，只办一次，回答相同"),
            }
        )
    return headers


def _refusals(operation: Operation) -> Iterable[tuple[int, str]]:
    """The problems an operation may answer with."""
    yield 401, _("令牌不对、已到期或已吊销")
    yield 404, _("没有，或不在权限范围内")
    yield 422, _("填写的内容不对，或按规则不能办理；errors 逐项说明")
    if operation.writes:
        yield 403, _("看得到，但不归您办理")
        yield 409, _("与别人的操作冲突，或防重编号已用于另一项操作")
    elif operation.right.second_factor:
        yield 403, _("需要先完成二次验证")
    if operation.body is not None or operation.form is not None:
        yield 400, _("内容无法读取")
        yield 413, _("内容太大")
        yield 415, _("内容类型不对")
    if operation.guarded:
        yield 412, _("记录已被别人修改")
        yield 428, _("缺少 If-Match")
    yield 429, _("超过上限；Retry-After 说明多少秒后可再试")


def _problem(why: str) -> Mapping[str, Any]:
    return {
        "description": why,
        "headers": {"X-Request-ID": REQUEST_ID},
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
