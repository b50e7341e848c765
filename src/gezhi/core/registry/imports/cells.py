"""The cells of a sheet by the cleaners of their columns: each distinct cell once.

The values come out in columns of their own types; a blank is null, and `/` (there is none) sets
`<field>__none` where a template's field may be emptied by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Final

import polars as pl

from gezhi.base.identifier_columns import check_id_numbers, endings_suspect
from gezhi.base.sentences import Reason, _
from gezhi.core.registry.cleaning import cell_as_text, clean_care, clean_count, clean_yes_no
from gezhi.core.registry.cleaning_dates import PartialDate, clean_date
from gezhi.core.registry.cleaning_numbers import clean_id_no, clean_paper_no, clean_phones
from gezhi.core.registry.findings import Cleaned, Finding, Treatment
from gezhi.core.registry.imports.reading import shown, value_of
from gezhi.core.registry.imports.told import Told, held_back
from gezhi.core.registry.sheets import Column, Template, clean_cell

MISSING: Final = Reason("required", _("必填项没有填，请补填。"))
FORMULA: Final = Reason("formula_error", _("单元格里是公式错误，请改成真实内容。"))
NUMBER_UNUSED: Final = Reason("number_unused", _("证件类型写的是没有证件，这个号码没有采用。"))
PERMIT: Final = Reason(
    "permit_of_digits", _("按台湾居民来往大陆通行证号读入；如是身份证号少了几位，请补全。")
)
_ISO: Final = r"^(?:19|20)\d\d-\d\d-\d\d$"


def clean_columns(
    rows: pl.DataFrame,
    template: Template,
    told: Told,
    *,
    today: date,
    tick: Callable[[str], None] = lambda step: None,
) -> pl.DataFrame:
    """Values for every field the rows have a column for; `held` is true where one is refused.

    Address parts stay text, as `places` reads them.
    """
    out = rows.select("sheet", "row")
    held = pl.Series("held", [False]).new_from_index(0, len(rows))
    kinds: pl.Series | None = None
    for column in _in_order(template):
        if column.field not in rows.columns:
            continue
        tick(column.heading)
        texts = rows[column.field].fill_null("")
        rows = rows.drop(column.field)
        if column.clean is None:
            out = out.with_columns(_as_written(texts).alias(column.field))
            continue
        held |= _errors(out, texts, column, told)
        if column.field == "id_no" and "id_kind" in out.columns:
            kinds = out["id_kind"]
        values, none, back = _column(out, texts, column, told, today, kinds)
        kinds = None
        held |= back
        out = out.with_columns(values)
        if none is not None:
            out = out.with_columns(none.alias(f"{column.field}__none"))
        if column.required and column.field != "id_no":
            unsaid = values[0].is_null() & ~back & ~texts.str.starts_with("\x01e")
            told.say_rows(
                rows.filter(unsaid).select("sheet", "row"),
                Finding(19, Treatment.REFUSED, column.field, "", "", MISSING),
            )
            held |= unsaid
    return out.with_columns(held)


def _in_order(template: Template) -> list[Column]:
    """The columns, with what others are read by (the kind of paper) first."""
    kept = [column for column in template.columns if column.kept]
    return sorted(kept, key=lambda column: column.field != "id_kind")


def _as_written(texts: pl.Series) -> pl.Series:
    """Address cells: whole numbers without `.0`, dates with their time, so that they show."""
    marked = texts.filter(texts.str.starts_with("\x01")).unique()
    if not len(marked):
        return texts
    plain = {text: _address_text(text) for text in marked}
    return texts.replace_strict(list(plain), list(plain.values()), default=texts)


def _address_text(text: str) -> str:
    value = value_of(text)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return f"{value:%Y-%m-%d} 00:00:00"
    return text[2:]


def _errors(rows: pl.DataFrame, texts: pl.Series, column: Column, told: Told) -> pl.Series:
    """Cells whose formula failed."""
    wrong = texts.str.starts_with("\x01e")
    if wrong.any():
        kind = Treatment.WARNED if column.soft else Treatment.REFUSED
        told.say_rows(
            rows.with_columns(texts.str.slice(2).alias("before"))
            .filter(wrong)
            .select("sheet", "row", "before"),
            Finding(19, kind, column.field, "", "", FORMULA),
        )
    return wrong & (not column.soft)


def _column(
    rows: pl.DataFrame,
    texts: pl.Series,
    column: Column,
    told: Told,
    today: date,
    kinds: pl.Series | None,
) -> tuple[list[pl.Series], pl.Series | None, pl.Series]:
    """Values (one or several columns), where there expressly is none, and what is held back."""
    if column.clean is clean_id_no:
        return _numbers(rows, texts, column, told, today, kinds)
    if column.clean is clean_date:
        plain = texts.str.contains(_ISO) & texts.str.to_date("%Y-%m-%d", strict=False).is_not_null()
        column = _with(column, _dates_until(today))
    elif column.plain:
        plain = texts.str.contains(column.plain)
    else:
        plain = texts.str.len_bytes() == 0
    answers = _answers(texts.filter(~plain), column)
    told.say_cells(rows, texts, answers)
    back = _among(texts, held_back(answers))
    none = _among(texts, [text for text, answer in answers.items() if answer.not_applicable])
    values = _values(texts, plain, answers, column)
    return values, none if none.any() else None, back


def _blanked(texts: pl.Series, where: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"text": texts, "where": where})
    return frame.select(
        pl.when("where").then(pl.lit("")).otherwise("text").alias(texts.name)
    ).to_series()


def _with(column: Column, cleaner: Any) -> Column:
    return replace(column, clean=cleaner)


def _answers(texts: pl.Series, column: Column) -> dict[str, Cleaned[Any]]:
    return {
        text: clean_cell(column, value_of(text))
        for text in texts.unique()
        if not text.startswith("\x01e")
    }


def _among(texts: pl.Series, chosen: list[str]) -> pl.Series:
    if not chosen:
        return pl.Series("held", [False]).new_from_index(0, len(texts))
    return texts.is_in(chosen).alias("held")


def _values(
    texts: pl.Series, plain: pl.Series, answers: Mapping[str, Cleaned[Any]], column: Column
) -> list[pl.Series]:
    """The values as series of their type, from the plain texts and from the answers."""
    kind, take = _KINDS.get(_function(column), (pl.String(), str))
    name = column.field
    found = pl.DataFrame(
        {
            "text": list(answers),
            "value": pl.Series(
                [None if a.value is None else take(a.value) for a in answers.values()], dtype=kind
            ),
        },
        schema={"text": pl.String, "value": kind},
    )
    frame = pl.DataFrame({"text": texts, "plain": plain}).join(
        found, on="text", how="left", maintain_order="left"
    )
    own: pl.Expr = pl.col("text")
    if kind == pl.Date():
        own = own.str.to_date("%Y-%m-%d", strict=False)
    elif kind == pl.List(pl.String):
        own = pl.concat_list(own)
    elif kind != pl.String():
        own = pl.lit(None, dtype=kind)
    blank = pl.col("text").str.len_bytes() == 0
    value = pl.when(blank).then(None).when("plain").then(own).otherwise("value")
    series = frame.select(value.alias(name)).to_series()
    if kind == pl.Date():
        exact = [t for t, a in answers.items() if a.value is not None and a.value.day is None]
        return [series, ~_among(texts, exact).alias(f"{name}__exact")]
    if _function(column) is clean_phones:
        others = pl.col(name).list.slice(1).list.join("、")
        return (
            pl.DataFrame(series)
            .select(
                pl.col(name).list.first().alias(name),
                pl.when(others.str.len_bytes() > 0).then(others).alias(f"{name}__others"),
            )
            .get_columns()
        )
    return [series]


def _dates_until(today: date) -> Any:
    return partial(clean_date, today=today)


def _function(column: Column) -> Any:
    clean = column.clean
    return clean.func if isinstance(clean, partial) else clean


def _day(value: PartialDate) -> date:
    return value.first


_KINDS: Final[dict[Any, tuple[Any, Callable[[Any], Any]]]] = {
    clean_date: (pl.Date(), _day),
    clean_phones: (pl.List(pl.String), list),
    clean_care: (pl.String(), "、".join),
    clean_yes_no: (pl.Boolean(), bool),
    clean_count: (pl.Float64(), lambda number: float(Decimal(number))),
}


def _numbers(
    rows: pl.DataFrame,
    texts: pl.Series,
    column: Column,
    told: Told,
    today: date,
    kinds: pl.Series | None,
) -> tuple[list[pl.Series], pl.Series | None, pl.Series]:
    """ID numbers by column arithmetic; other papers, and whatever is unclear, one by one."""
    name = column.field
    judged = check_id_numbers(texts, today=today)
    clear = (
        judged["ok"] & (judged["cleaned"] == texts) & ~judged["cleaned"].str.ends_with("000")
    ) | (texts.str.len_bytes() == 0)
    suspect = endings_suspect(texts)
    citizen = (
        kinds.fill_null("id_card").is_in(["id_card", "residence_permit"])
        if kinds is not None
        else pl.Series([True]).new_from_index(0, len(texts))
    )
    own = partial(clean_id_no, today=today, endings_suspect=suspect)
    by_hand = _with(column, own if name == "id_no" else partial(_any_paper, cleaner=own))
    answers = _answers(texts.filter(~clear & citizen), by_hand)
    mine = _blanked(texts, ~citizen)
    told.say_cells(rows, mine, answers)
    back = _among(mine, held_back(answers))
    none = _among(texts, [text for text, answer in answers.items() if answer.not_applicable])
    values = judged.select(
        pl.when("ok").then("cleaned").alias(name), "birth_date", "gender"
    ).with_columns(
        pl.when(citizen).then(pl.col(one)).alias(one) for one in (name, "birth_date", "gender")
    )
    if kinds is not None and not citizen.all():
        for kind in kinds.filter(~citizen).unique():
            of_kind = (kinds.fill_null("") == kind) & ~citizen
            back |= _papers(rows, texts, of_kind, kind, name, told, today)
            values = _with_papers(values, texts, of_kind, kind, name, today)
    series = values.get_columns()
    if name != "id_no":
        papers = {text: a.value for text, a in answers.items() if a.value is not None}
        number = texts.replace_strict(
            list(papers), list(papers.values()), default=series[0], return_dtype=pl.String
        )
        return [number.alias(name)], none if none.any() else None, back
    return (
        [series[0], series[1].alias("id_birth"), series[2].alias("id_gender")],
        none if none.any() else None,
        back,
    )


def _any_paper(cell: object, field: str, *, cleaner: Any) -> Cleaned[str]:
    """The number of a head or an owner, of whose paper the sheet does not say the kind.

    A permit of digits only might be part of another number: it is taken, and told.
    """
    answer: Cleaned[str] = cleaner(cell, field)
    if not answer.refused:
        return answer
    for kind in ("hk_macau_permit", "taiwan_permit", "passport"):
        paper = clean_paper_no(cell, field, kind)
        if paper.value is None:
            continue
        if not paper.value.isdigit():
            return paper
        if kind == "taiwan_permit":
            told = Finding(3, Treatment.WARNED, field, cell_as_text(cell), paper.value, PERMIT)
            return replace(paper, findings=(told,))
    return answer


def _papers(
    rows: pl.DataFrame,
    texts: pl.Series,
    of_kind: pl.Series,
    kind: str,
    name: str,
    told: Told,
    today: date,
) -> pl.Series:
    if kind == "none":
        unused = of_kind & (texts.str.strip_chars().str.len_bytes() > 0)
        told.say_rows(
            rows.with_columns(shown(texts).alias("before")).filter(unused),
            Finding(7, Treatment.WARNED, name, "", "", NUMBER_UNUSED),
        )
        return unused & False
    answers = {
        text: clean_paper_no(value_of(text), name, kind, today=today)
        for text in texts.filter(of_kind).unique()
    }
    mine = _blanked(texts, ~of_kind)
    told.say_cells(rows.filter(of_kind), mine.filter(of_kind), answers)
    return of_kind & _among(texts, held_back(answers))


def _with_papers(
    values: pl.DataFrame, texts: pl.Series, of_kind: pl.Series, kind: str, name: str, today: date
) -> pl.DataFrame:
    if kind == "none":
        return values
    known = {
        text: clean_paper_no(value_of(text), name, kind, today=today).value
        for text in texts.filter(of_kind).unique()
    }
    mapped = texts.replace_strict(
        list(known), list(known.values()), default=None, return_dtype=pl.String
    )
    return values.with_columns(pl.when(of_kind).then(mapped).otherwise(pl.col(name)).alias(name))
