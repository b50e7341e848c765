"""What a check says about a cell: which rule, what was done, and a sentence that names the mend."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

from gezhi.base.sentences import Reason, _

T = TypeVar("T")


class Treatment(StrEnum):
    """What became of a cell, a row or a sheet."""

    CLEANED = "cleaned"
    """Taken in another form that means the same; listed, nothing to do."""
    WARNED = "warned"
    """Taken, or left out where it is not needed; somebody should look."""
    PROPOSAL = "proposal"
    """Not taken until a person accepts the reading offered."""
    REFUSED = "refused"
    """Not taken; the sheet must be mended."""
    SKIPPED = "skipped"
    """Passed over because it is no data row."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One of the numbered rules for dirty data."""

    number: int
    code: str
    title: str
    treatment: Treatment
    """What it mostly does; a finding states what it did."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing said about one cell. The values stay out of `repr`: they may be personal."""

    rule: int
    kind: Treatment
    field: str
    before: str = dataclasses.field(repr=False)
    after: str = dataclasses.field(repr=False)
    reason: Reason

    @property
    def code(self) -> str:
        return self.reason.code

    @property
    def sentence(self) -> str:
        return self.reason.sentence


@dataclass(frozen=True, slots=True)
class Cleaned(Generic[T]):
    """A cell read: its value, None where unknown or not taken, and what was said about it."""

    value: T | None = dataclasses.field(default=None, repr=False)
    findings: tuple[Finding, ...] = ()
    not_applicable: bool = False
    """The sheet says expressly that there is none (`/`); a blank says nothing."""

    @property
    def refused(self) -> bool:
        """Whether the cell waits for a person: refused, or a proposal not yet accepted."""
        return any(
            finding.kind in (Treatment.REFUSED, Treatment.PROPOSAL) for finding in self.findings
        )


def cleaned(rule: int, field_: str, before: str, after: str, reason: Reason) -> Finding:
    return Finding(rule, Treatment.CLEANED, field_, before, after, reason)


def warned(rule: int, field_: str, before: str, after: str, reason: Reason) -> Finding:
    return Finding(rule, Treatment.WARNED, field_, before, after, reason)


def refused(rule: int, field_: str, before: str, reason: Reason) -> Finding:
    """A refusal, or a proposal where the reason carries a reading to offer."""
    kind = Treatment.PROPOSAL if reason.proposal else Treatment.REFUSED
    return Finding(rule, kind, field_, before, reason.proposal, reason)


_C, _W, _P, _R, _S = (
    Treatment.CLEANED,
    Treatment.WARNED,
    Treatment.PROPOSAL,
    Treatment.REFUSED,
    Treatment.SKIPPED,
)
RULES: Final = {
    rule.number: rule
    for rule in (
        Rule(1, "id_as_number", _("证件号被存成数字，末几位丢失"), _R),
        Rule(2, "typing_marks", _("全角、空格、引号、前缀和大小写"), _C),
        Rule(3, "id_wrong", _("证件号校验码、日期或位数不对"), _R),
        Rule(4, "id_disagrees", _("性别、出生日期与证件号不符，以证件号为准"), _W),
        Rule(5, "same_person_twice", _("同一人出现在两行或两户"), _W),
        Rule(6, "same_id_other_name", _("同一证件号姓名不同，待人工核对"), _W),
        Rule(7, "no_id", _("没有证件号的老人、儿童，按姓名、出生日期和户主暂记"), _W),
        Rule(8, "phones", _("一格多个电话、座机、区号"), _C),
        Rule(9, "dates", _("日期的各种写法"), _C),
        Rule(10, "address", _("地址写法"), _C),
        Rule(11, "relation", _("与户主关系的说法"), _C),
        Rule(12, "merged_cells", _("合并单元格，只在合并范围内向下填充"), _C),
        Rule(13, "yes_no", _("是否栏的各种写法"), _C),
        Rule(14, "not_data", _("小计、空行、表下说明、隐藏列"), _S),
        Rule(15, "life_event", _("已故或搬走的人仍在表中，按事件办理，不删除"), _W),
        Rule(16, "credit_code", _("统一社会信用代码、车牌号与字号"), _P),
        Rule(17, "file_kind", _("文件格式、编码和密码"), _R),
        Rule(18, "stale", _("较旧的表不覆盖较新的核实值"), _W),
        Rule(19, "not_in_table", _("码表之外的说法，以及不采集的内容"), _R),
    )
}
