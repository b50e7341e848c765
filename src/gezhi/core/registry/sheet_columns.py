"""What sheets are made with: how a column is said, and the columns that several sheets share."""

from __future__ import annotations

from functools import partial
from typing import Final

from gezhi.core.registry.cleaning import (
    clean_code,
    clean_count,
    clean_name,
    clean_remark,
    clean_text,
    clean_yes_no,
)
from gezhi.core.registry.cleaning_numbers import clean_phones, clean_plate
from gezhi.core.registry.codes import CodeTable
from gezhi.core.registry.sheets import Cleaner, Column

_PLAIN: Final[dict[Cleaner, str]] = {
    clean_name: r"^[\u4e00-\u9fa5]{2,4}$",
    clean_text: r"^[\u4e00-\u9fa5][\u4e00-\u9fa5A-Za-z0-9#()-]{1,100}$",
    clean_phones: r"^1[3-9][0-9]{9}$",
    clean_plate: r"^\u8c6b[A-Z][A-HJ-NP-Z0-9]{5}$",
}


def column(field: str, heading: str, clean: Cleaner | None, aliases: str = "") -> Column:
    """A column; a star after the heading requires it, a question mark makes it soft."""
    bare = heading.rstrip("*?")
    return Column(
        field,
        bare,
        clean,
        required=heading.endswith("*"),
        soft=heading.endswith("?"),
        aliases=tuple(aliases.split()),
        plain=_PLAIN.get(clean, "") if clean is not None else "",
    )


def left_out(field: str, heading: str, aliases: str = "", *, offered: bool = True) -> Column:
    """A column that is known and not kept: the check says so."""
    return Column(field, heading, None, kept=False, offered=offered, aliases=tuple(aliases.split()))


def coded(table: CodeTable) -> Cleaner:
    return partial(clean_code, table=table)


any_of = partial(clean_yes_no, none_is_no=True)
people_count = partial(clean_count, high=100_000)
few = partial(clean_count, high=9_999)
area = partial(clean_count, high=999_999, whole=False)
title = partial(clean_text, limit=120)
"""The name of a unit or site."""
short_text = partial(clean_text, limit=60)
paper_number = partial(clean_text, limit=40)
ROW: Final = left_out("row_no", "序号", "编号 序 No No. 行号")
REMARK: Final = column("remark", "备注", clean_remark, "说明 其他说明 备注说明 其它 备注信息")
PLACE: Final = (
    "小区 小区名称 自然村 所在小区 居住小区 小区/村 小区或自然村 院落 小区（自然村） 小区村组"
)
BUILDING: Final = "楼号 栋号 幢号 楼栋号 栋 幢 楼 楼幢 座 楼栋名称 楼宇 号楼 组 组别"
UNIT: Final = "单元号 门 门洞 单元门"
ROOM: Final = "室号 门牌号 室 房间号 户号 房屋号 门号 户室 房间 房屋门牌"
