"""The fields a sheet may set, by kind of row: how they are stored, and what is compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from django.db import models

from gezhi.base.sentences import _
from gezhi.core.cells.keys import keys_here
from gezhi.core.privacy.fields import SealedField
from gezhi.core.registry.changes import context_of
from gezhi.core.registry.models import Dwelling, Enterprise, Person, Shop, Site, Vehicle
from gezhi.core.registry.models.provenance import Sourced


@dataclass(frozen=True, slots=True)
class Spec:
    """One field: its name in the sheet's rows and in the model are the same."""

    name: str
    model: type[Sourced]

    @property
    def field(self) -> models.Field[Any, Any]:
        found: models.Field[Any, Any] = self.model._meta.get_field(self.name)  # type: ignore[assignment]
        return found

    @property
    def sealed(self) -> bool:
        return isinstance(self.field, SealedField)

    @property
    def column(self) -> str:
        return str(self.field.column)

    @property
    def kind(self) -> Any:
        """The type of its values in columns."""
        field = self.field
        if isinstance(field, SealedField):
            return pl.Binary
        if isinstance(field, models.DateField):
            return pl.Date
        if isinstance(field, models.BooleanField):
            return pl.Boolean
        if isinstance(field, models.IntegerField):
            return pl.Int64
        if isinstance(field, models.DecimalField):
            return pl.Float64
        return pl.String


_COMPARED: Final[Mapping[type[Sourced], tuple[str, ...]]] = {
    Person: (
        *("gender", "birth_date", "phone", "other_phones", "ethnicity"),
        *("population_class", "consistency", "hukou_address", "political_status", "education"),
        *("marital_status", "workplace", "remark"),
    ),
    Dwelling: (
        *("use", "use_state", "area", "tenure", "owner_name", "owner_id_no", "owner_phone"),
        *("tenants", "group_rental", "hazard", "remark", "rent_use", "rooms"),
        *("lease_from", "lease_to", "lease_filing_no"),
    ),
    Enterprise: (
        *("name", "kind", "industry", "registered_address", "address", "legal_rep", "contact"),
        *("phone", "staff_count", "party_members", "party_org", "state", "remark"),
    ),
    Shop: (
        *("licence_name", "uscc", "trade", "address", "contact", "phone", "staff_count"),
        *("sleepers", "gas", "extinguishers", "remark"),
    ),
    Site: (
        *("address", "developer", "contractor", "supervisor", "manager", "phone"),
        *("safety_officer", "stage", "permit_no", "starts_on", "ends_on", "workers"),
        *("video", "remark"),
    ),
    Vehicle: ("kind", "phone", "parking", "since", "remark"),
}


def specs(model: type[Sourced]) -> list[Spec]:
    """The fields of a kind of row that a sheet sets."""
    return [Spec(name, model) for name in _COMPARED[model]]


def as_text(column: str | pl.Expr, kind: Any) -> pl.Expr:
    """A value as it is kept in the history and shown in the preview; null stays null."""
    value = pl.col(column) if isinstance(column, str) else column
    if kind == pl.Boolean:
        return pl.when(value).then(pl.lit("True")).when(~value).then(pl.lit("False"))
    if kind == pl.Float64:
        return value.map_elements(lambda number: f"{number:.2f}", return_dtype=pl.String)
    return value.cast(pl.String)


def opened(series: pl.Series, spec: Spec) -> pl.Series:
    """A sealed column opened, to compare it: the values stay in this process's columns."""
    context = context_of(spec.model, spec.field)
    values = keys_here().open_many(series.to_list(), context=context)
    return pl.Series(series.name, values, dtype=pl.String)


CHANGES: Final = {
    "subject": pl.Binary(),
    "sheet": pl.UInt16(),
    "row": pl.UInt32(),
    "field": pl.String(),
    "before": pl.String(),
    "after": pl.String(),
    "sealed": pl.Boolean(),
}
"""A change of one field; `before` and `after` as text."""


def differences(pairs: pl.DataFrame, model: type[Sourced]) -> pl.DataFrame:
    """What matched rows would change, field by field, as `CHANGES`.

    `pairs` has `subject`, `sheet`, `row`, the sheet's values by field name, and the registry's as
    `known_<field>`, sealed ones still sealed. A blank cell changes nothing; `/` empties a field.
    """
    found = [pl.DataFrame(schema=CHANGES)]
    for spec in specs(model):
        if spec.name not in pairs.columns:
            continue
        none = f"{spec.name}__none"
        says = pl.col(spec.name).is_not_null()
        if none in pairs.columns:
            says = says | pl.col(none)
        said = pairs.filter(says)
        if not len(said):
            continue
        known = said[f"known_{spec.name}"]
        if spec.sealed:
            known, kind = opened(known, spec), pl.String
        else:
            kind = spec.kind
        said = said.with_columns(known.alias("known"), pl.col(spec.name).cast(kind).alias("said"))
        before = pl.col("known")
        after = pl.col("said")
        if kind == pl.String:
            before, after = before.fill_null(""), after.fill_null("")
        differs = said.filter(before.ne_missing(after))
        found.append(
            differs.select(
                "subject",
                "sheet",
                "row",
                pl.lit(spec.name).alias("field"),
                as_text("known", kind).alias("before"),
                as_text("said", kind).alias("after"),
                pl.lit(spec.sealed).alias("sealed"),
            )
        )
    return pl.concat(found, how="vertical_relaxed")


TITLES: Final = {"id_no": _("公民身份号码"), "relation_to_head": _("与户主关系")}
