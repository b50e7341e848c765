"""Who may see personal fields in full, look after that, and answer the people concerned."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from gezhi.base.rights import Right, own, within_posting

REVEAL: Final = Right("privacy.reveal", _("查看个人信息明文"), where=within_posting())
BREAK_GLASS: Final = Right("privacy.break_glass", _("紧急查看"))
REVIEW: Final = Right("privacy.review", _("复核紧急查看"))
SEE_LOG: Final = Right("privacy.see_log", _("查看查阅记录"))
SET_PURPOSES: Final = Right("privacy.set_purposes", _("维护使用目的"))
ANSWER_REQUESTS: Final = Right(
    "privacy.answer_requests", _("办理个人信息权利申请"), where=within_posting()
)
ISSUE_CODES: Final = Right("privacy.issue_codes", _("发放本人查询码"), where=within_posting())
HANDLE_ALARMS: Final = Right("privacy.handle_alarms", _("处理个人信息告警"))
OWN_FILE: Final = Right("privacy.own_file", _("查看本人信息"), where=own("subject_id"))
"""What a resident holds, and nobody else needs."""
