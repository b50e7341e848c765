"""What the registries' operations share: shapes drawn from models, and finding what is named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Any, TypeVar
from uuid import UUID

from django.db.models import Field as Column
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, Field, create_model

from gezhi.base.api import Answer, Ask, Day, Operation, Shape
from gezhi.base.api.fields import described, taken_as
from gezhi.base.api.shapes import Key, among, text
from gezhi.base.errors import Refusal
from gezhi.base.pages.listing import RowsOf
from gezhi.base.rights import Right
from gezhi.base.sentences import _ as said
from gezhi.core.places.models import Level, Place
from gezhi.core.privacy import rights as privacy_rights
from gezhi.core.privacy.actions import reveal
from gezhi.core.privacy.telling import More, Telling
from gezhi.core.registry.changes import Diff
from gezhi.core.registry.models.provenance import Sourced
from gezhi.core.registry.pages.words import labels_of

M = TypeVar("M", bound=Model)

OF_ROW = ("community", "grid", "as_of", "verified_at", "revision")
"""What every row of the registries is told with."""


def telling(
    name: str,
    model: type[Model],
    fields: Iterable[str],
    more: Mapping[str, More] | None = None,
) -> Telling:
    """How rows of a registry are told."""
    every = ("id", *fields, *(OF_ROW if issubclass(model, Sourced) else ()))
    return Telling(name, model, every, codes=labels_of, more=more)


# --- what is sent ----------------------------------------------------------------------------


def values_shape(
    name: str,
    model: type[Sourced],
    fields: Iterable[str],
    *,
    required: Iterable[str] = (),
    more: Mapping[str, Any] | None = None,
) -> type[BaseModel]:
    """A body with fields of a model, each optional unless required, and `more` members."""
    known: dict[str, Column[Any, Any]] = {f.name: f for f in model._meta.concrete_fields}
    must, members = set(required), dict[str, Any]()
    for one in fields:
        codes = labels_of(known[one])
        kind, words = taken_as(known[one], codes), described(known[one], codes)
        if one in must:
            members[one] = (kind, Field(description=words))
        else:
            members[one] = (kind, Field(default=None, description=words))
    return create_model(name, __base__=Shape, **members, **(more or {}))


def values_of(body: Shape, fields: Iterable[str]) -> dict[str, Any]:
    """The fields of a model that a body gives, as its actions take them."""
    given = body.given()
    found = {name: given[name] for name in fields if name in given}
    return {n: Decimal(repr(v)) if isinstance(v, float) else v for n, v in found.items()}


AS_OF: Any = (Day, Field(default=None, description=said("情况截至哪一天，默认今天")))


# --- what is named by its key ----------------------------------------------------------------


def named(rows: QuerySet[M], key: UUID | None, field: str) -> M | None:
    """The row a body names, or None where it names none; refused when there is no such row."""
    if key is None:
        return None
    found = rows.filter(pk=key).first()
    if found is None:
        raise Refusal(_("没有这条记录，或不在您的权限范围内"), "api.nothing_there", field=field)
    return found


def place_named(right: Right, ask: Ask, key: UUID | None) -> Place | None:
    """A community or grid in force within reach."""
    rows = Place.objects.filter(level__in=[Level.COMMUNITY, Level.GRID], valid_to=None)
    return named(right.rows(rows, ask.actor), key, "place")


# --- answers ---------------------------------------------------------------------------------


def changed(row: Sourced, diff: Diff | None = None) -> dict[str, Any]:
    """What a change did, with the row's revision as it is now."""
    revision = type(row)._default_manager.values_list("revision", flat=True).get(pk=row.pk)
    done = diff or Diff()
    return {
        "id": row.pk,
        "revision": revision,
        "changed": list(done.changed),
        "kept": list(done.kept),
    }


def made(row: Sourced, path: str) -> Answer:
    """A new row, and where it is."""
    return Answer({"id": row.pk, "revision": row.revision}, location=f"{path}/{row.pk}")


class Revealed(Shape):
    """Personal fields in full."""

    id: Key
    values: dict[str, str] = Field(description=said("明文，没有值的为空"))


def reveal_of(
    name: str, path: str, *, sees: Right, rows: RowsOf, fields: tuple[str, ...]
) -> Operation:
    """Show personal fields of one row in full: with a purpose, logged before the answer leaves."""

    def act(ask: Ask) -> dict[str, Any]:
        body = ask.body
        values = reveal(
            ask.row, body.fields, purpose=body.purpose, note=body.note, by=ask.actor, at=ask.at
        )
        return {"id": ask.row.pk, "values": values}

    fields_among: Any = Annotated[
        list[among(fields)],  # type: ignore[misc]
        Field(min_length=1, max_length=len(fields)),
    ]
    shape = create_model(
        f"{name.title().replace('_', '')}Body",
        __base__=Shape,
        fields=(
            fields_among,
            Field(description=said("要看哪些字段")),
        ),
        purpose=(text(40), Field(description=said("使用目的的代码，见 list_purposes"))),
        note=(text(300), Field(default="", description=said("事由，部分目的必填"))),
    )
    return Operation(
        name,
        "POST",
        f"{path}/{{uuid:pk}}/reveal",
        gettext_lazy("查看个人信息明文"),
        right=privacy_rights.REVEAL,
        sees=sees,
        rows=rows,
        body=shape,
        answer=Revealed,
        hands_out=True,
        act=act,
        about=gettext_lazy("须有使用目的，先记入查阅记录再回答；每日有人次上限"),
        example={"fields": [fields[0]], "purpose": "visit", "note": "上门走访核对"},
        shown={"id": SOME_KEY, "values": {fields[0]: "（明文）"}},
    )


SOME_KEY = "0190a5b2-7c3e-7d41-9f00-3c5d2a1b4e6f"
CHANGED: dict[str, Any] = {"id": SOME_KEY, "revision": 13, "changed": ["remark"], "kept": []}
