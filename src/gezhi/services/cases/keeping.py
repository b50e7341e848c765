"""How long cases are kept, and who wants to know who told of them."""

from __future__ import annotations

from typing import Final

from gezhi.base.sentences import _
from gezhi.core.privacy.retention import LAW_56, SHORTEST, After, NotPersonal, Rule, With
from gezhi.core.privacy.rules import THREE_YEARS, Retention
from gezhi.core.privacy.wanted import Reason

CASE, JOINER = "cases.Case", "cases.Joiner"

TABLES: Final[dict[str, Rule]] = {
    "cases.Category": NotPersonal(),
    CASE: With("matters.Matter"),
    JOINER: With("matters.Matter"),
    "cases.Practice": NotPersonal(),
    "cases.Whistle": With("matters.Matter"),
    "cases.Called": With("matters.Matter"),
    "cases.Oversight": With("matters.Matter"),
    "cases.Shown": With("matters.Matter"),
    "cases.Reply": With("matters.Matter"),
    "cases.Own": With("matters.Matter"),
    "cases.Heap": NotPersonal(_("只有件数")),
    "cases.Tally": After("until", Retention(days=1), SHORTEST),
    "cases.HotlineBatch": After("uploaded_at", THREE_YEARS, LAW_56),
    "cases.HotlineLine": With("cases.Case"),
    "cases.Learnt": NotPersonal(_("只有词的权重，不含原文")),
}

REASONS: Final = (
    Reason(
        _("受理人员、网格员"),
        _("核实情况、回告办理结果；处置单位看不到是谁反映的"),
        "duty",
        _("《信访工作条例》第二十二条；政务服务热线回访要求"),
        (
            *((CASE, "reporter", "name"), (CASE, "reporter_phone", "phone")),
            *((JOINER, "reporter", "name"), (JOINER, "reporter_phone", "phone")),
        ),
    ),
)
SCOPES: Final = {CASE: "matter", JOINER: "case__matter"}
