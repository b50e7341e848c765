"""How long filings are kept, and who wants to know who files."""

from __future__ import annotations

from typing import Final

from gezhi.base.sentences import _
from gezhi.core.privacy.retention import NotPersonal, Rule, WhileInUse, With
from gezhi.core.privacy.wanted import Reason

FILING = "filings.Filing"

TABLES: Final[dict[str, Rule]] = {
    "filings.FilingKind": NotPersonal(),
    "filings.QuietTime": NotPersonal(),
    "filings.LocalLimits": NotPersonal(),
    "filings.Alert": NotPersonal(_("只含工作人员姓名")),
    "filings.Stopped": NotPersonal(),
    "filings.Answer": With("matters.Matter"),
    "filings.SiteCheck": With("matters.Matter"),
    "filings.Steward": WhileInUse(_("工地在建期间；随工地删除")),
    FILING: With("matters.Matter"),
}

REASONS: Final = (
    Reason(
        _("网格员、街道城建办"),
        _("现场核实、停工通知和应急时联系工地"),
        "duty",
        _("《安全生产法》第九条：乡镇、街道协助监督检查本区域生产经营单位"),
        (
            (FILING, "applicant", "name"),
            (FILING, "applicant_phone", "phone"),
            (FILING, "safety_officer", "name"),
            (FILING, "watcher", "name"),
        ),
    ),
)
SCOPES: Final = {FILING: "matter"}
