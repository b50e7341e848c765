"""What becomes of the rows of a 人口 sheet, and what confirming writes for them."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from gezhi.base.actors import Actor
from gezhi.base.sentences import Reason, _
from gezhi.core.registry import rights
from gezhi.core.registry.codes_people import RELATION
from gezhi.core.registry.findings import Finding, Treatment
from gezhi.core.registry.imports import homes, matching_people
from gezhi.core.registry.imports.decision import (
    OUT_OF_REACH,
    Decision,
    Outcome,
    Sorting,
    outcome_rows,
    refused,
    warned,
)
from gezhi.core.registry.imports.fields import CHANGES, as_text, differences, specs
from gezhi.core.registry.imports.looking import fetch_among, keys_in
from gezhi.core.registry.imports.reach import within_reach
from gezhi.core.registry.imports.standing import kept_apart
from gezhi.core.registry.imports.told import Told
from gezhi.core.registry.models import CareLabel, Person
from gezhi.core.registry.rules import HEAD

NO_CARE: Final = Reason("care_out_of_reach", _("您的岗位不能维护重点服务对象，重点类别没有登记。"))
NOT_LISTED: Final = Reason(
    "not_listed", _("此人不在人口底数里，您的岗位不登记人口；请先由数据员或网格登记。")
)
LABELS_ONLY: Final = Reason(
    "labels_only", _("您的岗位只维护重点服务对象：这一行只登记重点类别，其余各栏没有采用。")
)
RELATION_KEPT: Final = Reason(
    "relation_kept", _("与户主关系同平台登记的不同，没有改动；如户主有变请办理“变更户主”。")
)
_OF_STAYS: Final = (
    *("subject", "dwelling", "household", "listed_dwelling", "listed_household"),
    *("opens", "main", "residence_kind", "moved_in"),
)
_KNOWN: Final = {
    "known_relation": pl.String,
    "known_household": pl.Binary,
    "known_dwelling": pl.Binary,
    "revision": pl.Int64,
}


def decide(rows: pl.DataFrame, *, as_of: date, actor: Actor) -> Decision:
    """Hold rows that no cell holds back against the registry as it is now.

    `rows` are those of `people.prepared`. The same rows against the same registry give the same
    decision but for the keys of what is new.
    """
    told = Told()
    sorting, conflicts, doubts = matching_people.matched(rows, told, actor)
    labelling = _for_labels_alone(sorting, actor)
    dwellings = homes.with_dwellings(sorting)
    homes.with_tokens(sorting)
    matching_people.say_again(sorting)
    homes.with_stays(sorting)
    households = homes.with_households(sorting)
    rows = sorting.rows
    # Copies of rows as wide as these are dear: each of them is needed, and narrow where it may be.
    people = rows.filter(~pl.col("again") & pl.col("is_new"))
    listed = rows.filter(~pl.col("again") & ~pl.col("is_new"))
    changes, revisions = _changes(listed, as_of, told)
    # Somebody labelled already by a row of their own is not labelled twice.
    of_whom = ["sheet", "row", "subject", "is_new", "care_labels", "community_id", "grid_id"]
    speaking = rows.select(*of_whom, "again").filter(~pl.col("again")).drop("again")
    labels = _labels(pl.concat([speaking, labelling.select(of_whom)]), actor, told)
    stays = rows.select(_OF_STAYS).filter("opens")
    decision = Decision(outcome_rows(()), told, changes=changes, revisions=revisions)
    used = pl.concat([stays["dwelling"], people["dwelling"]]).unique()
    decision.new = {
        "dwelling": dwellings.filter(pl.col("id").is_in(used.implode())),
        "household": households,
        "person": people,
        "residence": stays,
        "care_label": labels,
        "doubt": doubts.filter(pl.col("subject").is_in(people["subject"].implode())).unique(
            ["subject", "known", "kind"]
        ),
    }
    decision.seen = keys_in(listed["subject"])
    decision.conflicts = _with_persons(conflicts, rows)
    altered = pl.concat([changes["subject"], stays["subject"], labels["subject"]]).unique()
    is_altered = pl.col("subject").is_in(altered.implode())
    again = rows.select("sheet", "row", "subject", "opens", "again").filter("again")
    moved = pl.col("opens")
    decision.rows = outcome_rows(
        (
            (sorting.refused(), Outcome.REFUSED),
            (people, Outcome.NEW),
            (listed.filter(is_altered), Outcome.CHANGED),
            (listed.filter(~is_altered), Outcome.UNCHANGED),
            (again.filter(moved), Outcome.CHANGED),
            (again.filter(~moved), Outcome.UNCHANGED),
            (labelling.filter(is_altered), Outcome.CHANGED),
            (labelling.filter(~is_altered), Outcome.UNCHANGED),
        )
    ).sort("sheet", "row")
    return decision


def _for_labels_alone(sorting: Sorting, actor: Actor) -> pl.DataFrame:
    """Take out the rows of places where the actor keeps care labels but not the registry.

    Of people listed they are taken for their labels and nothing else; others are not registered.
    """
    keeps = within_reach(actor, rights.CHANGE_PEOPLE)
    labels = within_reach(actor, rights.CHANGE_CARE)
    sorting.refuse(~keeps & ~labels, refused(10, "address", OUT_OF_REACH))
    sorting.refuse(~keeps & pl.col("is_new"), refused(19, "id_no", NOT_LISTED))
    taken = sorting.rows.filter(~keeps)
    sorting.rows = sorting.rows.filter(keeps)
    sorting.told.say_rows(
        taken.select("sheet", "row"),
        Finding(19, Treatment.SKIPPED, "", "", "", LABELS_ONLY),
    )
    return taken


def _changes(listed: pl.DataFrame, as_of: date, told: Told) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Field by field what people listed already would change, and their revisions."""
    fields = specs(Person)
    names = ", ".join(f"t.{one.column}" for one in fields)
    known = fetch_among(
        f"SELECT uuid_send(t.id), {names}, t.relation_to_head, uuid_send(t.household_id),"
        f" uuid_send(t.dwelling_id), t.revision FROM {Person._meta.db_table} t"
        " WHERE t.id {among}",
        keys_in(listed["subject"]),
        {
            "subject": pl.Binary,
            **{f"known_{one.name}": one.kind for one in fields},
            **_KNOWN,
        },
        "uuid",
    )
    pairs = listed.join(known, on="subject", how="inner", maintain_order="left")
    found = [differences(pairs, Person), _gained(pairs), *_places(pairs, told)]
    changes = pl.concat(found, how="vertical_relaxed")
    changes = kept_apart(changes, Person, as_of, told)
    touched = changes.select("subject").unique()
    revisions = known.select("subject", "revision").join(touched, on="subject", how="semi")
    return changes, revisions


def _gained(pairs: pl.DataFrame) -> pl.DataFrame:
    """Numbers for people listed without one."""
    gained = pairs.filter("gains")
    base = [pl.col("subject"), pl.col("sheet"), pl.col("row")]
    return pl.concat(
        [
            gained.select(
                *base,
                pl.lit("id_no").alias("field"),
                pl.lit(None, dtype=pl.String).alias("before"),
                pl.col("id_no").alias("after"),
                pl.lit(value=True).alias("sealed"),
            ),
            gained.select(
                *base,
                pl.lit("id_kind").alias("field"),
                pl.lit("none").alias("before"),
                pl.col("id_kind").alias("after"),
                pl.lit(value=False).alias("sealed"),
            ),
        ]
    ).cast(dict(CHANGES))  # type: ignore[arg-type]


def _places(pairs: pl.DataFrame, told: Told) -> list[pl.DataFrame]:
    """Home and household of people listed without one, and relations to the head."""
    base = [pl.col("subject"), pl.col("sheet"), pl.col("row")]
    settling = pairs.filter("main")
    found = []
    for name, known in (("dwelling", "known_dwelling"), ("household", "known_household")):
        found.append(
            settling.filter(pl.col(known).ne_missing(pl.col(name))).select(
                *base,
                pl.lit(name).alias("field"),
                _key_text(known).alias("before"),
                _key_text(name).alias("after"),
                pl.lit(value=False).alias("sealed"),
            )
        )
    says = pl.col("relation_to_head").is_not_null() & (
        pl.col("relation_to_head") != pl.col("known_relation")
    )
    about_head = (pl.col("relation_to_head") == HEAD) | (pl.col("known_relation") == HEAD)
    here = pl.col("lives_here").fill_null(value=False) & (pl.col("dwelling") == pl.col("main_home"))
    asked = pairs.filter(says & ~pl.col("main") & here & about_head)
    told.say_rows(
        asked.select(
            "sheet",
            "row",
            _title("relation_to_head").alias("before"),
            _title("known_relation").alias("after"),
        ),
        warned(18, "relation_to_head", RELATION_KEPT),
    )
    changed = pairs.filter(says & ((here & ~about_head) | pl.col("main")))
    found.append(
        changed.select(
            *base,
            pl.lit("relation_to_head").alias("field"),
            as_text("known_relation", pl.String).alias("before"),
            as_text("relation_to_head", pl.String).alias("after"),
            pl.lit(value=False).alias("sealed"),
        )
    )
    return [frame.cast(dict(CHANGES)) for frame in found]  # type: ignore[arg-type]


def _title(column: str) -> pl.Expr:
    codes = list(RELATION.entries)
    return pl.col(column).replace_strict(
        codes, [RELATION.title_of(code) for code in codes], default="", return_dtype=pl.String
    )


def _key_text(column: str) -> pl.Expr:
    text = pl.col(column).bin.encode("hex")
    parts = [text.str.slice(start, size) for start, size in _GROUPS]
    return pl.when(pl.col(column).is_not_null()).then(pl.concat_str(parts, separator="-"))


_GROUPS: Final = ((0, 8), (8, 4), (12, 4), (16, 4), (20, 12))


def _labels(speaking: pl.DataFrame, actor: Actor, told: Told) -> pl.DataFrame:
    """Care labels that are not open yet."""
    labelled = speaking.filter(pl.col("care_labels").fill_null("") != "")
    allowed = within_reach(actor, rights.CHANGE_CARE)
    told.say_rows(
        labelled.filter(~allowed).select("sheet", "row"), warned(19, "care_labels", NO_CARE)
    )
    wanted = (
        labelled.filter(allowed)
        .select(
            *("subject", "community_id", "grid_id"),
            pl.col("care_labels").str.split("、").alias("kind"),
        )
        .explode("kind")
        .unique(["subject", "kind"], maintain_order=True)
    )
    held = fetch_among(
        f"SELECT uuid_send(person_id), kind FROM {CareLabel._meta.db_table}"
        " WHERE person_id {among} AND valid_to IS NULL",
        keys_in(speaking.filter(~pl.col("is_new"))["subject"]),
        {"subject": pl.Binary, "kind": pl.String},
        "uuid",
    )
    return wanted.join(held, on=["subject", "kind"], how="anti", maintain_order="left")


def _with_persons(conflicts: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Conflicts with the person they are about; those about nobody let in are only refused."""
    about = rows.select("who", "subject").unique("who")
    return (
        conflicts.join(about, on="who", how="left", maintain_order="left")
        .with_columns(pl.coalesce("known", "subject").alias("subject"))
        .filter(pl.col("subject").is_not_null())
    )
