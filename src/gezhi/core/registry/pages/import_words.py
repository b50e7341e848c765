"""What a check found, in words: counts, findings by rule, rows before and after; all masked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.db.models import BooleanField, Count, ForeignKey, Sum
from django.utils.translation import gettext, gettext_noop

from gezhi.base.retelling import retold
from gezhi.core.privacy import masks
from gezhi.core.privacy.field_classes import CLASSES, mask_text
from gezhi.core.privacy.wanted import all_wanted
from gezhi.core.registry.findings import RULES
from gezhi.core.registry.imports import staging
from gezhi.core.registry.models import (
    Dwelling,
    Enterprise,
    ImportBatch,
    ImportFinding,
    Person,
    Shop,
    Site,
    Vehicle,
)
from gezhi.core.registry.pages.history import related_words
from gezhi.core.registry.pages.words import labels_of, words_for
from gezhi.core.registry.plain import plain_words
from gezhi.core.registry.sheet_templates import (
    DWELLING,
    ENTERPRISE,
    POPULATION,
    SHOP,
    SITE,
    TEMPLATES,
)
from gezhi.core.registry.sheet_templates_listed import PARTY, RENTAL, VOLUNTEER
from gezhi.core.registry.sheet_templates_vehicles import VEHICLE

MODELS: Final[dict[str, type[Any]]] = {
    POPULATION.code: Person,
    DWELLING.code: Dwelling,
    ENTERPRISE.code: Enterprise,
    SHOP.code: Shop,
    SITE.code: Site,
    RENTAL.code: Dwelling,
    PARTY.code: Person,
    VOLUNTEER.code: Person,
    VEHICLE.code: Vehicle,
}
COUNTS: Final = (
    ("new", gettext_noop("新增"), "good"),
    ("changed", gettext_noop("变更"), "info"),
    ("unchanged", gettext_noop("无变化"), "neutral"),
    ("refused", gettext_noop("退回"), "bad"),
)
TOLD: Final = (
    ("warned", gettext_noop("提醒"), "warn"),
    ("proposal", gettext_noop("待您确认的读法"), "warn"),
    ("cleaned", gettext_noop("已规范"), "neutral"),
    ("skipped", gettext_noop("跳过"), "neutral"),
)
TREATMENTS: Final = {
    "refused": (gettext_noop("退回"), "bad"),
    "proposal": (gettext_noop("待确认"), "warn"),
    "warned": (gettext_noop("提醒"), "warn"),
    "cleaned": (gettext_noop("已规范"), "neutral"),
    "skipped": (gettext_noop("跳过"), "neutral"),
}
AT_MOST: Final = 200
OF_EACH: Final = 20
_APART: Final = {
    "address": gettext_noop("地址"),
    "id_no": gettext_noop("公民身份号码"),
    "care_labels": gettext_noop("关爱类别"),
}
"""What a finding may be about though the sheet has no such column: an address written in several
columns, and what a row of people says at large."""
_ABOUT_OTHERS: Final = {
    "head_name": "name",
    "head_id_no": "id_no",
    "head_phone": "phone",
    "owner_id_no": "id_no",
}
"""Columns about somebody else than the row: a head, the owner of a vehicle."""


def kind_of(template: str, field: str) -> str:
    """The class a column's cells belong to; empty where they are not personal."""
    model = MODELS.get(template)
    found = all_wanted().get((model._meta.label, field)) if model is not None else None
    return found.kind if found is not None else _ABOUT_OTHERS.get(field, "")


def masked_cell(template: str, field: str, text: str) -> str:
    """A cell as the check's screen may show it."""
    kind = kind_of(template, field)
    if not text or not kind or CLASSES[kind].mask is None:
        return text
    return mask_text(text, kind) or "***"


def heading_of(template: str, field: str) -> str:
    """The heading of a column in our own template; never the name we give it ourselves."""
    try:
        return gettext(TEMPLATES[template].column(field).heading)
    except KeyError:
        pass
    model = MODELS.get(template)
    names = {one.name: one for one in model._meta.concrete_fields} if model is not None else {}
    if field in names:
        return str(words_for(names[field]))
    return gettext(_APART[field]) if field in _APART else ""


def counts_of(batch: ImportBatch) -> list[dict[str, Any]]:
    """The tiles above a check's result; the four kinds of rows open the rows themselves."""
    if not batch.counts:
        return []
    rows = [(code, words, tone, f"?rows={code}#rows") for code, words, tone in COUNTS]
    cells = [(code, words, tone, "#findings") for code, words, tone in TOLD]
    return [
        {
            "label": gettext(words),
            "value": f"{batch.counts.get(code, 0):,}",
            "tone": tone if batch.counts.get(code, 0) else "neutral",
            "address": where if batch.counts.get(code, 0) else "",
        }
        for code, words, tone, where in (*rows, *cells)
    ]


def by_rule(batch: ImportBatch) -> list[dict[str, Any]]:
    """The findings under each numbered rule, what holds rows back first."""
    order = list(TREATMENTS)
    groups = (
        ImportFinding.objects.filter(batch=batch)
        .order_by()
        .values("rule", "kind")
        .annotate(lines=Count("pk"), cells=Sum("times"))
    )
    found = []
    for group in sorted(groups, key=lambda one: (order.index(one["kind"]), one["rule"])):
        rule = RULES.get(group["rule"])
        words, tone = TREATMENTS[group["kind"]]
        found.append(
            {
                "title": gettext(rule.title) if rule else "",
                "treatment": gettext(words),
                "tone": tone,
                "cells": group["cells"],
                "lines": list(_findings(batch, group["rule"], group["kind"])),
                "more": max(0, group["lines"] - OF_EACH),
            }
        )
    return found


def _findings(batch: ImportBatch, rule: int, kind: str) -> Iterator[dict[str, Any]]:
    rows = ImportFinding.objects.filter(batch=batch, rule=rule, kind=kind).order_by("row", "pk")
    for one in rows[:OF_EACH]:
        yield {
            "where": gettext("%(sheet)s 第 %(row)s 行") % {"sheet": one.sheet, "row": one.row},
            "field": heading_of(batch.template, one.field),
            "before": _cell(batch, one, "before"),
            "after": _cell(batch, one, "after"),
            "sentence": _sentence(batch, one),
            "times": one.times,
        }


def _cell(batch: ImportBatch, finding: ImportFinding, name: str) -> str:
    kind = kind_of(batch.template, finding.field)
    value = getattr(finding, name)
    if value is None:
        return ""
    if kind:
        return masks.of(kind)(value)
    return plain_words(value)


def _sentence(batch: ImportBatch, finding: ImportFinding) -> str:
    """The sentence with the cell it may quote masked as the cell itself."""
    sentence = retold(plain_words(finding.sentence))
    for name in ("before", "after"):
        text = plain_words(getattr(finding, name))
        if len(text) > 1 and text in sentence:
            sentence = sentence.replace(text, _cell(batch, finding, name))
    return sentence


def preview(batch: ImportBatch, outcome: str) -> list[dict[str, Any]]:
    """The first rows of one outcome; of changed ones what changes, field by field."""
    if outcome not in {code for code, _words, _tone in COUNTS}:
        return []
    try:
        staged = staging.load(batch.pk, "outcomes", "changes")
    except FileNotFoundError:
        return []
    names = {one["sheet"]: one["name"] for one in batch.mapping.get("sheets", [])}
    rows = staged.outcomes.filter(pl.col("outcome") == outcome).sort("sheet", "row").head(AT_MOST)
    changes: dict[tuple[int, int], list[dict[str, str]]] = {}
    if outcome == "changed" and len(staged.changes):
        told = staged.changes.join(rows.select("sheet", "row"), on=["sheet", "row"], how="semi")
        homes = _homes_in(told)
        for one in told.iter_rows(named=True):
            changes.setdefault((one["sheet"], one["row"]), []).append(
                {
                    "field": heading_of(batch.template, one["field"]),
                    "before": _changed(batch.template, one["field"], one["before"] or "", homes),
                    "after": _changed(batch.template, one["field"], one["after"] or "", homes),
                }
            )
    return [
        {
            "where": gettext("%(sheet)s 第 %(row)s 行")
            % {"sheet": names.get(sheet, ""), "row": row},
            "changes": changes.get((sheet, row), []),
        }
        for sheet, row in rows.select("sheet", "row").iter_rows()
    ]


def _homes_in(told: pl.DataFrame) -> dict[str, str]:
    """What the dwellings that people gain are called, by key; one query."""
    keys = told.filter(pl.col("field") == "dwelling")
    wanted = {key for name in ("before", "after") for key in keys[name].drop_nulls() if key}
    rows = Dwelling.objects.filter(pk__in=wanted).values_list("pk", "address")
    return {str(key): address for key, address in rows}


def _changed(template: str, field: str, text: str, homes: Mapping[str, str]) -> str:
    """A value of the registry as the preview shows it: a home by its address, never by its key."""
    if text and field == "dwelling":
        return homes.get(text, gettext("表里的新房屋"))
    if text and field == "household":
        return gettext("该房屋的一户")
    return coded(template, field, text)


def coded(template: str, field: str, text: str) -> str:
    """A value masked, or a code in words."""
    if kind_of(template, field) and CLASSES[kind_of(template, field)].mask is not None:
        return masked_cell(template, field, text)
    model = MODELS.get(template)
    names = {one.name: one for one in model._meta.concrete_fields} if model is not None else {}
    if field not in names:
        return text
    if text and isinstance(names[field], ForeignKey):
        return related_words(names[field], UUID(text))
    if isinstance(names[field], BooleanField):
        return {"True": gettext("是"), "False": gettext("否")}.get(text, text)
    return str(labels_of(names[field]).get(text, text))
