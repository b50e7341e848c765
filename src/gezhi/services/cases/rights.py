"""Who may do what with cases. Rows are matters of the kind `cases`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from gezhi.base.actors import Actor
from gezhi.base.rights import Right, own, within_posting
from gezhi.engines.matters.rights import any_of, for_holders, in_hand
from gezhi.services.cases.models.joint import Called

HERE = within_posting()
SEE_HERE = "cases.see_here"
OURS = any_of((own("opened_by_id"), for_holders(SEE_HERE, HERE), in_hand()))
"""What one reported, what lies with one's unit, and for whoever may, all within one's posts."""

REPORT = Right("cases.report", _("上报问题"))
SEE = Right("cases.see", _("查看案件"), where=OURS)
SEE_ALL = Right(SEE_HERE, _("查看岗位范围内的全部案件"), where=HERE)
JOIN = Right("cases.join", _("并入已有案件"), where=HERE)
SEE_REPORTER = Right("cases.see_reporter", _("联系反映人"), where=within_posting("matter__"))
"""Asked of the facts of a case: whoever handles it works without knowing who told of it."""
SEE_JOINERS = Right("cases.see_joiners", _("查看同诉人"), where=HERE)
SEE_JOINER = Right("cases.contact_joiner", _("联系同诉人"), where=within_posting("case__matter__"))
VERIFY = Right("cases.verify", _("现场核实"), where=HERE)
FILE = Right("cases.file", _("受理、立案、结案"), where=HERE)
DISPATCH = Right("cases.dispatch", _("派遣案件"), where=HERE)
HANDLE = Right("cases.handle", _("处置案件"), where=in_hand())
CHECK = Right("cases.check", _("核查案件"), where=HERE)
DECIDE = Right("cases.decide", _("裁定推诿、审批延期和挂账"), where=HERE)
CALL_BACK = Right("cases.call_back", _("回访"), where=HERE)
SELF_HANDLE = Right("cases.self_handle", _("自办自结"), where=HERE)
CATALOGUE = Right("cases.catalogue", _("维护案件目录"))
FIGURES = Right("cases.figures", _("查看案件评价指标"), where=HERE)
HEAR_LATE = Right("cases.hear_late", _("接收本单位、本网格的超期通报"), where=HERE)
OVERSEE = Right("cases.oversee", _("督办"), where=HERE)
ANSWER_ORDER = Right(
    "cases.answer_order",
    _("答复督办"),
    where=any_of((in_hand("parent__"), for_holders("cases.dispatch", HERE))),
)
"""Whoever has the case in hand answers for it; whoever dispatches, while nobody has."""
SEE_ORDER = Right(
    "cases.see_order",
    _("查看督办"),
    where=any_of((own("opened_by_id"), for_holders(SEE_HERE, HERE), in_hand("parent__"))),
)


@dataclass(frozen=True, slots=True)
class called:  # noqa: N801 - reads as a phrase where rights are declared
    """Whistles that call a unit the actor is posted in."""

    leading: bool = False
    """Only those it leads."""
    silent: bool = False
    """Only while the unit has not answered."""

    def filter(self, actor: Actor, right: str) -> Q:
        units = [one.unit_id for one in actor.holdings_with(right) if one.unit_id is not None]
        rows = Called.objects.filter(unit_id__in=units)
        if self.leading:
            rows = rows.filter(leads=True)
        if self.silent:
            rows = rows.filter(reported_at=None, declined="")
        return Q(pk__in=rows.values("whistle_id"))

    def covers(self, actor: Actor, right: str, row: Model) -> bool:
        units = {one.unit_id for one in actor.holdings_with(right)}
        found: Any = row
        return any(
            one.unit_id in units
            and (one.leads or not self.leading)
            and not (self.silent and one.has_answered)
            for one in found.whistle.called.all()
        )


WHISTLE = Right("cases.whistle", _("提请吹哨"), where=HERE)
APPROVE_WHISTLE = Right("cases.approve_whistle", _("审批吹哨、给报到单位评分"), where=HERE)
BLOW = Right("cases.blow", _("吹哨"), where=HERE)
COME = Right("cases.report_in", _("吹哨报到"), where=called(silent=True))
LEAD = Right("cases.lead_whistle", _("牵头联合处置"), where=called(leading=True))
SEE_WHISTLE = Right(
    "cases.see_whistle",
    _("查看吹哨"),
    where=any_of((own("opened_by_id"), for_holders(SEE_HERE, HERE), called())),
)
SEE_CALLED = Right("cases.see_called", _("查看报到单位"))

IMPORT_HOTLINE = Right("cases.import_hotline", _("导入热线工单"))
ROLL_BACK_HOTLINE = Right("cases.roll_back_hotline", _("撤回热线工单导入"))
