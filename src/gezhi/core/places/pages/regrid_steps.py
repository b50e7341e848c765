"""The steps of a proposal: reviewed, approved, sent back, recalled, dropped."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.base.pages.layout import link
from gezhi.core.places import actions, queries, regridding, rights
from gezhi.core.places.models import Regrid
from gezhi.core.places.pages.regrids import worked_out


class _Step(ui.ConfirmPage):
    """One step in a proposal's life."""

    sees = rights.SEE
    rows = queries.regrids
    crumbs = ("places.regrids",)
    done = "places.regrid"
    step = ""

    def refusal(self) -> Refusal | None:
        return regridding.refusal(self.step, self.row, self.actor, timezone.localdate(self.at))


class ReviewRegrid(_Step):
    path, name = "places/regrids/<uuid:pk>/review/", "places.regrid_review"
    title = _lazy("审核网格调整")
    right = rights.REVIEW
    button = _lazy("审核通过")
    said = _lazy("已审核，等待批准")
    step = "review"

    def consequences(self) -> list[str]:
        found = worked_out(self.row, timezone.localdate(self.at))
        return [
            _("提交一级网格长批准；批准前仍可退回"),
            *(f"{one.name or one.code}：{one.warning}" for one in found.headings if one.warning),
        ]

    def act(self, data: dict[str, Any]) -> Regrid:
        return actions.review_regrid(regrid=self.row, by=self.actor, at=self.at)


class ApproveRegrid(_Step):
    path, name = "places/regrids/<uuid:pk>/approve/", "places.regrid_approve"
    title = _lazy("批准网格调整")
    right = rights.APPROVE
    button = _lazy("批准")
    said = _lazy("已批准")
    step = "approve"

    def consequences(self) -> list[str]:
        found = worked_out(self.row, timezone.localdate(self.at))
        values = {
            "day": self.row.effective,
            "old": self.row.retiring.count(),
            "new": len(found.headings),
            "buildings": sum(one.size.buildings for one in found.headings),
            "grids": len(found.plan.moves),
        }
        if self.row.is_of_communities:
            return [
                _("%(day)s 起，%(old)s 个社区（村）撤销，%(new)s 个新的启用") % values,
                _(
                    "%(grids)s 个网格换新编码，%(buildings)s 栋楼连同住户、房屋和单位一并转入；"
                    "网格上的岗位随网格转入"
                )
                % values,
                _("原社区（村）的岗位随之结束，须由组织人事重新任命"),
                _("此前各天的网格树和报表不变；停用的编码不再使用"),
            ]
        return [
            _("%(day)s 起，%(old)s 个原网格停用，%(new)s 个新网格启用") % values,
            _("%(buildings)s 栋楼连同住户、房屋、单位和岗位转入新网格") % values,
            _("此前各天的网格树和报表不变；停用的编码不再使用"),
        ]

    def act(self, data: dict[str, Any]) -> Regrid:
        return actions.approve_regrid(regrid=self.row, by=self.actor, at=self.at)


class _Back(_Step):
    """A step back to a draft, for a reason."""

    right = rights.APPROVE
    form = ui.ReasonForm
    goes: staticmethod[..., Regrid]
    """The action that takes the step."""

    def act(self, data: dict[str, Any]) -> Regrid:
        return self.goes(regrid=self.row, **data, by=self.actor, at=self.at)


class SendBackRegrid(_Back):
    path, name = "places/regrids/<uuid:pk>/send-back/", "places.regrid_send_back"
    title = _lazy("退回网格调整")
    button = _lazy("退回")
    said = _lazy("已退回")
    step = "send_back"
    goes = staticmethod(actions.send_back_regrid)


class RecallRegrid(_Back):
    path, name = "places/regrids/<uuid:pk>/recall/", "places.regrid_recall"
    title = _lazy("撤回批准")
    button = _lazy("撤回")
    said = _lazy("已撤回")
    step = "recall"
    goes = staticmethod(actions.recall_regrid)


class DropRegrid(_Step):
    path, name = "places/regrids/<uuid:pk>/drop/", "places.regrid_drop"
    title = _lazy("放弃网格调整")
    right = rights.DRAW
    button = _lazy("放弃")
    said = _lazy("已放弃")
    step = "redraw"
    danger = True

    def consequences(self) -> list[str]:
        return [_("草稿和楼栋划分将删除，网格不变")]

    def act(self, data: dict[str, Any]) -> str:
        actions.drop_regrid(regrid=self.row, by=self.actor, at=self.at)
        return link("places.regrids")


pages: tuple[type[ui.Page], ...] = (
    ReviewRegrid,
    ApproveRegrid,
    SendBackRegrid,
    RecallRegrid,
    DropRegrid,
)
