"""Who may do what with cases. Rows are matters of the kind `cases`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gezhi.base.rights import Right, own, within_posting
from gezhi.engines.matters.rights import any_of, for_holders, in_hand

HERE = within_posting()
SEE_HERE = "cases.see_here"
OURS = any_of((own("opened_by_id"), in_hand(), for_holders(SEE_HERE, HERE)))
"""What one reported, what lies with one's unit, and for whoever may, all within one's posts."""

REPORT = Right("cases.report", _("上报问题"))
SEE = Right("cases.see", _("查看案件"), where=OURS)
SEE_ALL = Right(SEE_HERE, _("查看岗位范围内的全部案件"), where=HERE)
JOIN = Right("cases.join", _("并入已有案件"), where=HERE)
SEE_REPORTER = Right("cases.see_reporter", _("联系反映人"), where=within_posting("matter__"))
"""Asked of the facts of a case: whoever handles it works without knowing who told of it."""
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
