"""Rows of the 人口 sheet made ready: what the number says, papers, addresses, who is whose head.

Everything that needs no look at people already listed; that is `matching_people`.
"""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

import polars as pl

from gezhi.base.identifiers import plausible_birth
from gezhi.base.sentences import Reason, _
from gezhi.core.cells.keys import keys_here
from gezhi.core.registry.cleaning_numbers import BIRTH_DISAGREES, GENDER_DISAGREES
from gezhi.core.registry.codes_people import not_collected
from gezhi.core.registry.findings import Finding, Treatment
from gezhi.core.registry.imports import addresses
from gezhi.core.registry.imports.told import Told
from gezhi.core.registry.names import name_keys_many
from gezhi.core.registry.row_rules import gone_finding
from gezhi.core.registry.rules import HEAD, provisional_key_text

NO_KEY: Final = Reason(
    "no_key", _("没有证件号时，请填写出生日期和户主身份证号，以便下次认出是同一人。")
)
PROVISIONAL: Final = Reason(
    "provisional", _("没有证件号，暂按姓名、出生日期和户主登记，请尽快补证件号。")
)
ON_PAPER: Final = Reason(
    "registered_only", _("人户状态是户在人不在或空挂户，居住方式按“户在人不在”登记。")
)
KIND_ASSUMED: Final = Reason(
    "kind_assumed", _("没有填居住方式：新登记的先按“自有”，已登记的不变，请核对。")
)
LABEL_IN_REMARK: Final = Reason(
    "label_in_remark", _("备注里有“%(title)s”类内容，平台不采集，备注没有采用。")
)
FUTURE_MOVE: Final = Reason("moved_in_future", _("入住日期在今天之后，没有采用，请核对。"))
FUTURE_BIRTH: Final = Reason("born_in_future", _("出生日期在今天之后，没有采用，请核对。"))
TOO_OLD: Final = Reason(
    "born_too_early", _("出生日期早于 1900 年或已超过 130 岁，没有采用，请核对。")
)
HEAD_DIFFERS: Final = Reason(
    "head_differs", _("本行是户主，户主姓名或证件号却与本人不同，以本人的为准，请核对。")
)
_GENDERS: Final = {"0": "未知", "1": "男", "2": "女", "9": "未说明"}
_EXPECTED: Final = {
    "id_kind": pl.String,
    "id_no": pl.String,
    "id_birth": pl.Date,
    "id_gender": pl.String,
    "gender": pl.String,
    "birth_date": pl.Date,
    "birth_date__exact": pl.Boolean,
    "phone": pl.String,
    "phone__others": pl.String,
    "relation_to_head": pl.String,
    "head_name": pl.String,
    "head_id_no": pl.String,
    "consistency": pl.String,
    "residence_kind": pl.String,
    "moved_in": pl.Date,
    "care_labels": pl.String,
    "remark": pl.String,
    **dict.fromkeys(
        (
            *("ethnicity", "population_class", "hukou_address", "political_status"),
            *("education", "marital_status", "workplace", "unit"),
        ),
        pl.String,
    ),
}


def prepared(
    rows: pl.DataFrame, told: Told, *, today: date, within: UUID | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with all they say brought together, and addresses nobody could place.

    Adds `id_index`, `head_index`, `key_index` and `phone_index`, the place columns of
    `addresses.PLACED`, and `pinyin`, `given`, `initials`.
    """
    rows = rows.with_columns(
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in _EXPECTED.items()
        if name not in rows.columns
    )
    rows = _number_wins(rows, told)
    rows = plausible_births(rows, told, today)
    rows = _remarks(rows, told)
    rows = _stays(rows, told, today)
    rows, unplaced = addresses.placed(rows, told, within=within)
    rows = _indexed(rows, told)
    rows = _without_number(rows, told)
    keys = name_keys_many(rows["name"].fill_null("").to_list())
    return rows.with_columns(
        pl.Series("given", [key.given for key in keys], dtype=pl.String),
        pl.Series("pinyin", [key.pinyin for key in keys], dtype=pl.String),
        pl.Series("initials", [key.initials for key in keys], dtype=pl.String),
    ).rename({"phone__others": "other_phones"}), unplaced


def _number_wins(rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    """Rule 4, and the kind of paper where the sheet has no column for it."""
    has = pl.col("id_birth").is_not_null()
    differs = has & pl.col("gender").is_in(["1", "2"]) & (pl.col("gender") != pl.col("id_gender"))
    for read, other in (("1", "2"), ("2", "1")):
        reason = Reason(GENDER_DISAGREES.code, GENDER_DISAGREES.pattern, {"read": _GENDERS[read]})
        told.say_rows(
            rows.filter(differs & (pl.col("id_gender") == read)).select("sheet", "row"),
            Finding(4, Treatment.WARNED, "gender", _GENDERS[other], _GENDERS[read], reason),
        )
    same_month = pl.col("birth_date").dt.truncate("1mo") == pl.col("id_birth").dt.truncate("1mo")
    agrees = (
        pl.when(pl.col("birth_date__exact").fill_null(value=True))
        .then(pl.col("birth_date") == pl.col("id_birth"))
        .otherwise(same_month)
    )
    wrong = rows.filter(has & ~agrees).select(
        "sheet",
        "row",
        pl.col("birth_date").cast(pl.String).alias("before"),
        pl.col("id_birth").cast(pl.String).alias("after"),
    )
    pattern = BIRTH_DISAGREES.pattern.replace("%(read)s", "{}")
    told.say_rows(
        wrong.with_columns(pl.format(pattern, "after").alias("sentence")),
        Finding(4, Treatment.WARNED, "birth_date", "", "", Reason(BIRTH_DISAGREES.code, "")),
    )
    return rows.with_columns(
        pl.when(has).then("id_gender").otherwise(pl.col("gender")).alias("gender"),
        pl.when(has).then("id_birth").otherwise(pl.col("birth_date")).alias("birth_date"),
        pl.when(pl.col("id_no").is_null())
        .then(pl.lit("none"))
        .otherwise(pl.col("id_kind").fill_null("id_card"))
        .alias("id_kind"),
    )


def plausible_births(rows: pl.DataFrame, told: Told, today: date) -> pl.DataFrame:
    """A birth date that nobody listed can have is left out, as a form refuses it."""
    days = rows["birth_date"].drop_nulls().unique()
    later = days.filter(days > today).to_list()
    early = [day for day in days if day <= today and not plausible_birth(day, today)]
    for wrong, reason in ((later, FUTURE_BIRTH), (early, TOO_OLD)):
        told.say_rows(
            rows.filter(pl.col("birth_date").is_in(wrong)).select(
                "sheet", "row", pl.col("birth_date").cast(pl.String).alias("before")
            ),
            Finding(9, Treatment.WARNED, "birth_date", "", "", reason),
        )
    possible = ~pl.col("birth_date").is_in([*later, *early])
    return rows.with_columns(pl.when(possible).then("birth_date").alias("birth_date"))


def _remarks(rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    """Rule 15, and labels this office does not collect, wherever they are written."""
    texts = rows["remark"].drop_nulls().unique().to_list()
    refused: list[str] = []
    for text in texts:
        held = rows.filter(pl.col("remark") == text).select("sheet", "row")
        if (finding := gone_finding(text)) is not None:
            told.say_rows(held, finding)
        if title := not_collected(text):
            reason = Reason(LABEL_IN_REMARK.code, LABEL_IN_REMARK.pattern, {"title": title})
            told.say_rows(held, Finding(19, Treatment.WARNED, "remark", "", "", reason))
            refused.append(text)
    if not refused:
        return rows
    return rows.with_columns(
        pl.when(~pl.col("remark").is_in(refused)).then("remark").alias("remark")
    )


def _stays(rows: pl.DataFrame, told: Told, today: date) -> pl.DataFrame:
    """The kind of stay and its first day."""
    later = pl.col("moved_in") > today
    told.say_rows(
        rows.filter(later).select(
            "sheet", "row", pl.col("moved_in").cast(pl.String).alias("before")
        ),
        Finding(9, Treatment.WARNED, "moved_in", "", "", FUTURE_MOVE),
    )
    away = pl.col("consistency").is_in(["3", "4"])
    told.say_rows(
        rows.filter(away & (pl.col("residence_kind").fill_null("") != "registered_only")).select(
            "sheet", "row"
        ),
        Finding(19, Treatment.CLEANED, "residence_kind", "", "户在人不在", ON_PAPER),
    )
    told.say_rows(
        rows.filter(~away.fill_null(value=False) & pl.col("residence_kind").is_null()).select(
            "sheet", "row"
        ),
        Finding(19, Treatment.CLEANED, "residence_kind", "", "自有", KIND_ASSUMED),
    )
    return rows.with_columns(
        pl.when(away)
        .then(pl.lit("registered_only"))
        .otherwise(pl.col("residence_kind").fill_null("owned"))
        .alias("residence_kind"),
        pl.when(later.fill_null(value=False)).then(None).otherwise("moved_in").alias("moved_in"),
    )


def _indexed(rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    """Blind indexes of the numbers; a head's is their own where the row is the head's."""
    keys = keys_here()

    def index(name: str, context: bytes) -> pl.Series:
        return pl.Series(
            keys.blind_index_many(rows[name].to_list(), context=context), dtype=pl.Binary
        )

    heads = rows["head_id_no"].drop_nulls().unique().to_list()
    head_index = pl.DataFrame(
        {
            "head_id_no": pl.Series(heads, dtype=pl.String),
            "head_index": pl.Series(
                keys.blind_index_many(heads, context=b"id_no"), dtype=pl.Binary
            ),
        }
    )
    rows = rows.join(head_index, on="head_id_no", how="left", maintain_order="left")
    rows = rows.with_columns(
        index("id_no", b"id_no").alias("id_index"), index("phone", b"phone").alias("phone_index")
    )
    is_head = pl.col("relation_to_head") == HEAD
    for head, own in (("head_name", "name"), ("head_id_no", "id_no")):
        differs = is_head & (pl.col(head) != pl.col(own))
        told.say_rows(
            rows.filter(differs).select(
                "sheet", "row", pl.col(head).alias("before"), pl.col(own).alias("after")
            ),
            Finding(5, Treatment.WARNED, head, "", "", HEAD_DIFFERS),
        )
    return rows.with_columns(
        pl.when(is_head)
        .then(pl.coalesce("id_index", "head_index"))
        .otherwise("head_index")
        .alias("head_index"),
        pl.when(is_head)
        .then("name")
        .otherwise(pl.coalesce("head_name", pl.lit("")))
        .alias("head_name"),
    )


def _without_number(rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    """Rule 7: a provisional key for those without a number, who cannot be taken without one."""
    rows = _heads_by_name(rows)
    idless = pl.col("id_no").is_null() & ~pl.col("held")
    some = rows.filter(idless)
    texts = [
        provisional_key_text(name or "", birth, head)
        for name, birth, head in some.select("name", "birth_date", "head_index").iter_rows()
    ]
    keys = pl.Series(keys_here().blind_index_many(texts, context=b"provisional"), dtype=pl.Binary)
    keyed = some.select("sheet", "row").with_columns(keys.alias("key_index"))
    rows = rows.join(keyed, on=["sheet", "row"], how="left", maintain_order="left")
    keyless = idless & pl.col("key_index").is_null()
    told.say_rows(
        rows.filter(keyless).select("sheet", "row"),
        Finding(7, Treatment.REFUSED, "id_no", "", "", NO_KEY),
    )
    told.say_rows(
        rows.filter(idless & ~keyless).select("sheet", "row"),
        Finding(7, Treatment.WARNED, "id_no", "", "", PROVISIONAL),
    )
    return rows.with_columns((pl.col("held") | keyless).alias("held"))


def _heads_by_name(rows: pl.DataFrame) -> pl.DataFrame:
    """A head named without a number is the one head of that name at the same address."""
    home = ["building_id", "unit_no", "room_name"]
    heads = (
        rows.filter((pl.col("relation_to_head") == HEAD) & pl.col("id_index").is_not_null())
        .group_by([*home, "name"])
        .agg(pl.col("id_index").unique().alias("found"))
        .filter(pl.col("found").list.len() == 1)
        .select(*home, pl.col("name").alias("head_name"), pl.col("found").list.first())
    )
    joined = rows.join(heads, on=[*home, "head_name"], how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("head_index", "found").alias("head_index")).drop("found")


def plain_name(column: str) -> pl.Expr:
    """A name as two sheets would agree on it, like `rules.plain_name`, for cleaned names."""
    return pl.col(column).str.replace_all(r"[\s·•‧・.]+", "").str.to_uppercase()
