"""Whole columns of ID numbers at once: the rules of `identifiers`, in columns.

Numbers that are already in shape are judged by column arithmetic; only distinct misshapen texts
go through the parser one by one. Both give the same answer, which a property test holds them to.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from gezhi.base.identifiers import (
    BIRTH,
    CHECK,
    ENDS_IN_ZEROS,
    FIRST_BIRTH,
    FIRST_LISTED,
    FUTURE,
    LOST_DIGITS,
    OLDEST,
    PROVINCES,
    REGION,
    RESIDENCE_PERMITS,
    TOO_OLD,
    IdNumber,
    parse_id_number,
    tidy_id_number,
)

_SHAPE: Final = r"^[0-9]{17}[0-9X]$"
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_SUSPECT_SHARE: Final = 0.05
_SUSPECT_COUNT: Final = 3
_SCHEMA: Final = {
    "cleaned": pl.String(),
    "ok": pl.Boolean(),
    "reason": pl.String(),
    "proposal": pl.String(),
    "birth_date": pl.Date(),
    "gender": pl.String(),
    "prefix": pl.String(),
}


def check_id_numbers(series: pl.Series, *, today: date | None = None) -> pl.DataFrame:
    """Judge a column of ID numbers; one row out for one row in, in the same order.

    Columns: `cleaned` (tidied text), `ok`, `reason` (code of `identifiers`, null when ok),
    `proposal` (the 18-digit reading of a 15-digit number, else empty), and for valid numbers
    `birth_date`, `gender` (GB/T 2261.1) and `prefix` (six digits); null otherwise.
    """
    text = pl.DataFrame({"text": series.cast(pl.String).fill_null("")})
    suspect = endings_suspect(text["text"])
    shaped = text.with_columns(
        pl.col("text").str.strip_chars(" '").str.to_uppercase().alias("cleaned")
    ).with_columns(pl.col("cleaned").str.contains(_SHAPE).alias("shaped"))
    misshapen = shaped.filter(~pl.col("shaped"))["text"].unique()
    judged = _in_columns(shaped, today=today, suspect=suspect)
    if not len(misshapen):
        return judged.select(*_SCHEMA)
    by_hand = _one_by_one(misshapen, today=today, suspect=suspect)
    joined = judged.join(by_hand, on="text", how="left", suffix="_slow", maintain_order="left")
    return joined.select(
        pl.when("shaped").then(pl.col(name)).otherwise(pl.col(f"{name}_slow")).alias(name)
        for name in _SCHEMA
    )


def endings_suspect(series: pl.Series) -> bool:
    """Whether a column lost its last digits: far more numbers end in 000 than chance allows.

    A true number ends so about once in 1,100; three or more and over 5 % of the well-shaped
    numbers mean that the sheet once held them as numbers of 15 significant digits.
    """
    shaped = series.filter(series.str.contains(r"^[\s']*[0-9]{17}[0-9Xx][\s']*$"))
    zeros = int(shaped.str.contains(r"000[\s']*$").sum())
    return zeros >= _SUSPECT_COUNT and zeros > _SUSPECT_SHARE * len(shaped)


def _in_columns(shaped: pl.DataFrame, *, today: date | None, suspect: bool) -> pl.DataFrame:
    number = pl.when("shaped").then(pl.col("cleaned"))
    parts = shaped.with_columns(
        number.str.slice(0, 6).alias("prefix"),
        number.str.slice(0, 17).cast(pl.Int64).alias("body"),
        number.str.slice(17, 1).alias("last"),
        number.str.slice(6, 8).str.to_date("%Y%m%d", strict=False).alias("birth_date"),
    )
    total = pl.lit(0, dtype=pl.Int64)
    for place, weight in enumerate(reversed(_WEIGHTS)):
        total = total + pl.col("body") // 10**place % 10 * weight
    agrees = (total % 11).replace_strict(
        range(11), list(_CHECKS), return_dtype=pl.String
    ) == pl.col("last")
    zeros = pl.col("cleaned").str.ends_with(ENDS_IN_ZEROS)
    reason = (
        pl.when(~_known_region(pl.col("prefix")))
        .then(pl.lit(REGION.code))
        .when(pl.col("birth_date").is_null() | (pl.col("birth_date") < FIRST_BIRTH))
        .then(pl.lit(BIRTH.code))
        .when(zeros & (~agrees | pl.lit(suspect)))
        .then(pl.lit(LOST_DIGITS.code))
        .when(~agrees)
        .then(pl.lit(CHECK.code))
        .when(pl.col("birth_date") > today if today is not None else pl.lit(False))
        .then(pl.lit(FUTURE.code))
        .when(_too_old(pl.col("birth_date"), today))
        .then(pl.lit(TOO_OLD.code))
    )
    judged = parts.with_columns(reason.alias("reason"))
    valid = pl.col("shaped") & pl.col("reason").is_null()
    odd = pl.col("body") % 2 == 1
    return judged.select(
        "text",
        "shaped",
        "cleaned",
        valid.alias("ok"),
        "reason",
        pl.lit("").alias("proposal"),
        pl.when(valid).then("birth_date").alias("birth_date"),
        pl.when(valid).then(pl.when(odd).then(pl.lit("1")).otherwise(pl.lit("2"))).alias("gender"),
        pl.when(valid).then("prefix").alias("prefix"),
    )


def _too_old(birth: pl.Expr, today: date | None) -> pl.Expr:
    """As `plausible_birth` has it."""
    if today is None:
        return pl.lit(False)
    return (birth < FIRST_LISTED) | (today.year - birth.dt.year() > OLDEST)


def _known_region(prefix: pl.Expr) -> pl.Expr:
    provinces = sorted(PROVINCES)
    return (
        prefix.str.slice(0, 2).is_in(provinces)
        | (prefix.str.starts_with("9") & prefix.str.slice(1, 2).is_in(provinces))
        | prefix.is_in([f"{code}0000" for code in RESIDENCE_PERMITS])
    )


def _one_by_one(texts: pl.Series, *, today: date | None, suspect: bool) -> pl.DataFrame:
    rows: list[tuple[object, ...]] = []
    for text in texts:
        answer = parse_id_number(text, today=today, endings_suspect=suspect)
        if isinstance(answer, IdNumber):
            rows.append(
                (
                    text,
                    answer.number,
                    True,
                    None,
                    "",
                    answer.birth_date,
                    answer.gender,
                    answer.prefix,
                )
            )
        else:
            tidied = tidy_id_number(text)
            rows.append((text, tidied, False, answer.code, answer.proposal, None, None, None))
    return pl.DataFrame(rows, schema={"text": pl.String(), **_SCHEMA}, orient="row")
