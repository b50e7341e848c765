"""Who answers for the vehicles of a sheet: people by their number, units by their credit code.

Nobody is linked by name. Who is not found by number stays what the sheet says, a name and a
telephone; the number is not kept then, for no duty wants it.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from gezhi.base.actors import Actor
from gezhi.base.sentences import Reason, _
from gezhi.core.registry import rights
from gezhi.core.registry.findings import Finding, Treatment
from gezhi.core.registry.imports.decision import Sorting, refused, warned
from gezhi.core.registry.imports.looking import fetch_among, keys_in
from gezhi.core.registry.imports.matching_people import RESTRICTED
from gezhi.core.registry.imports.people import plain_name
from gezhi.core.registry.imports.reach import within_reach
from gezhi.core.registry.models import Enterprise, Person, Shop
from gezhi.core.registry.row_rules import OTHER_NAME

LINKS: Final = ("owner", "enterprise", "shop")
TWO_HOLDERS: Final = Reason(
    "two_holders", _("同一行既写了车主身份证号，又写了单位信用代码；车主只能是一个，请删去一项。")
)
OWNER_UNKNOWN: Final = Reason(
    "owner_not_listed",
    _(
        "您岗位范围内的人口底数里没有这个证件号：先按姓名和电话登记，没有关联到人，"
        "证件号不留存；登记此人后再导入即可关联。"
    ),
)
UNIT_UNKNOWN: Final = Reason(
    "unit_not_listed",
    _("您岗位范围内的企业和门店底数里没有这个信用代码：先按名称和电话登记，没有关联到单位。"),
)
OWNER_GONE: Final = Reason(
    "owner_gone", _("底数里这位车主已去世或迁出，仍登记在其名下；请核实现在由谁使用。")
)
NOBODY: Final = Reason(
    "nobody_to_ring", _("没有关联到底数里的人或单位，也没有电话，需要挪车时找不到人，请补填电话。")
)


def with_holders(sorting: Sorting, actor: Actor) -> None:
    """Give each row `owner`, `enterprise` or `shop` (keys as text) where a number names one.

    `said` keeps the name as the sheet has it; `contact` is what will be stored beside the link.
    """
    rows = sorting.rows.with_columns(pl.col("contact").alias("said"))
    rows = rows.join(_people(rows, actor), on="id_index", how="left", maintain_order="left")
    rows = rows.join(_units(rows, actor), on="uscc", how="left", maintain_order="left")
    sorting.rows = rows
    has_number, has_code = pl.col("id_index").is_not_null(), pl.col("uscc").is_not_null()
    sorting.refuse(has_number & has_code, refused(5, "uscc", TWO_HOLDERS))
    _refuse_other_names(sorting)
    sorting.refuse(pl.col("owner_blocked"), refused(15, "contact", RESTRICTED))
    rows = sorting.rows
    unit = pl.coalesce("enterprise", "shop")
    rung = pl.coalesce("owner", unit, "phone")
    for which, finding in (
        (pl.col("owner_state").is_in(["deceased", "left"]), warned(15, "contact", OWNER_GONE)),
        (has_number & pl.col("owner").is_null(), warned(19, "owner_id_no", OWNER_UNKNOWN)),
        (has_code & unit.is_null(), warned(19, "uscc", UNIT_UNKNOWN)),
        (rung.is_null(), warned(8, "phone", NOBODY)),
    ):
        sorting.told.say_rows(rows.filter(which).select("sheet", "row"), finding)
    # The registry has these already; a second copy would only grow stale.
    known = pl.col("owner").is_not_null() | (plain_name("contact") == plain_name("unit_name"))
    same_phone = pl.col("said_phone") == pl.coalesce("owner_phone", "unit_phone")
    sorting.rows = rows.with_columns(
        pl.when(~known.fill_null(value=False)).then("contact").alias("contact"),
        pl.when(~same_phone.fill_null(value=False)).then("phone").alias("phone"),
    )


def _people(rows: pl.DataFrame, actor: Actor) -> pl.DataFrame:
    """People listed under the sheet's numbers. Who lives beyond the clerk's places is left out,
    so that a sheet tells nothing of them."""
    found = fetch_among(
        "SELECT id_no_index, id::text, name, state, blocked, phone_index, community_id::text,"
        " grid_id::text"
        f" FROM {Person._meta.db_table} WHERE id_no_index {{among}} AND state <> 'merged'",
        keys_in(rows["id_index"]),
        {
            "id_index": pl.Binary,
            "owner": pl.String,
            "owner_name": pl.String,
            "owner_state": pl.String,
            "owner_blocked": pl.Boolean,
            "owner_phone": pl.Binary,
            "community_id": pl.String,
            "grid_id": pl.String,
        },
    )
    return found.filter(within_reach(actor, rights.SEE_PEOPLE)).drop("community_id", "grid_id")


def _units(rows: pl.DataFrame, actor: Actor) -> pl.DataFrame:
    """Enterprises of the sheet's credit codes; of shops those whose code no other one bears."""
    codes = keys_in(rows["uscc"])
    frames = []
    for model, link in ((Enterprise, "enterprise"), (Shop, "shop")):
        found = fetch_among(
            "SELECT uscc, id::text, name, phone_index, community_id::text, grid_id::text"
            f" FROM {model._meta.db_table} WHERE uscc {{among}}",
            codes,
            {
                "uscc": pl.String,
                link: pl.String,
                "unit_name": pl.String,
                "unit_phone": pl.Binary,
                "community_id": pl.String,
                "grid_id": pl.String,
            },
            "text",
        )
        found = found.filter(within_reach(actor, rights.SEE_UNITS))
        frames.append(found.drop("community_id", "grid_id").unique("uscc", keep="none"))
    enterprises, shops = frames
    return pl.concat([enterprises, shops.join(enterprises, on="uscc", how="anti")], how="diagonal")


def _refuse_other_names(sorting: Sorting) -> None:
    """Rule 6: the number is somebody's of another name; a human decides."""
    sorting.rows = sorting.rows.with_columns(
        pl.col("contact").alias("before"), pl.col("owner_name").alias("after")
    )
    pattern = OTHER_NAME.pattern % {"known": "平台", "found": "本行"}
    sorting.refuse(
        plain_name("contact") != plain_name("owner_name"),
        Finding(6, Treatment.REFUSED, "contact", "", "", Reason(OTHER_NAME.code, pattern)),
    )
    sorting.rows = sorting.rows.drop("before", "after")
