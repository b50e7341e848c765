"""What goes in and out as JSON: the base of all shapes, and types that mean one thing only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from types import GenericAlias
from typing import Annotated, Any, ClassVar, Final, Literal
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from gezhi.base.sentences import _ as said

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INTEGER: Final = re.compile(r"-?[0-9]{1,10}")
_NUMBER: Final = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,15})?")


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("day", "not a day")


def _key(value: Any) -> UUID:
    if isinstance(value, UUID):
        return value
    try:
        found = UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        found = None
    if found is None:
        raise PydanticCustomError("key", "not a key")
    return found


def _yes_no(value: Any) -> bool:
    """JSON's own words, as a boolean or as text in an address."""
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise PydanticCustomError("yes_no", "neither true nor false")
    return bool(value == "true")


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, str) and _INTEGER.fullmatch(value) else value


def _decimal(value: Any) -> Any:
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
"""A day as `2022-09-13`, and in no other way."""
Key = Annotated[UUID, BeforeValidator(_key), WithJsonSchema({"type": "string", "format": "uuid"})]
YesNo = Annotated[bool, BeforeValidator(_yes_no), WithJsonSchema({"type": "boolean"})]
Whole = Annotated[int, BeforeValidator(_whole)]
"""A whole number: in JSON a number, in an address digits."""
Number = Annotated[float, BeforeValidator(_decimal)]


def many(kind: Any) -> Any:
    """The type of a list whose members are of a type that is only known as the house stands."""
    return GenericAlias(list, (kind,))


def among(codes: Iterable[Any]) -> Any:
    """The type of a value that is one of these codes."""
    return Literal[tuple(codes)]


def text(longest: int, shortest: int = 0) -> Any:
    """The type of a text of at most, and at least, so many characters."""
    return Annotated[str, StringConstraints(min_length=shortest, max_length=longest)]


def optional(description: str) -> Any:
    """A member that may be left out; it is None then, and may not be sent as null."""
    return Field(default=None, description=description)


class Shape(BaseModel):
    """A JSON object with exactly these members: an unknown one is refused by name."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", strict=True, allow_inf_nan=False
    )

    def given(self) -> dict[str, Any]:
        """What was sent, and nothing that was left out."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Made(Shape):
    """A new row."""

    id: Key
    revision: int = Field(description=said("修订号，修改时放在 If-Match 里"))


class Changed(Shape):
    """What a change did."""

    id: Key
    revision: int = Field(description=said("修改后的修订号"))
    changed: list[str] = Field(description=said("值有变化的字段"))
    kept: list[str] = Field(description=said("已有更新的值、因而保留原值的字段"))


class FieldProblem(Shape):
    """What is wrong with one field or parameter."""

    field: str
    detail: str


class Problem(BaseModel):
    """Why it was not done (RFC 9457)."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="Problem")

    type: str
    title: str
    status: int
    detail: str
    code: str = Field(description=said("固定不变的代码，供程序判断"))
    errors: list[FieldProblem] = Field(default_factory=list)
    request_id: str = ""
