"""Kinds of personal fields: how each is masked, and which are sensitive in the sense of the law."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from gezhi.base import masking
from gezhi.base.masking import Audience
from gezhi.base.sentences import _

Mask = Callable[[str, Audience], str]


def _name(text: str, audience: Audience) -> str:
    return masking.mask_name(text, audience)


def _number(text: str, audience: Audience) -> str:
    return masking.mask_id_no(text, audience)


_BETWEEN_PHONES: Final = re.compile(r"[,，;；、/|\s]+")


def _phone(text: str, audience: Audience) -> str:
    """Each of several numbers by itself; in public none."""
    if audience is Audience.PUBLIC:
        return masking.HIDDEN if text else ""
    return "、".join(masking.mask_phone(one) for one in _BETWEEN_PHONES.split(text) if one)


def _address(text: str, audience: Audience) -> str:
    return masking.mask_address(text, audience)


def _plate(text: str, audience: Audience) -> str:
    """Place and last two; in public none."""
    if audience is Audience.PUBLIC:
        return masking.HIDDEN if text else ""
    return masking.mask_plate(text)


def _birth(text: str, audience: Audience) -> str:
    """The year for staff, who need an age; nothing for others."""
    if not text:
        return ""
    return f"{text[:4]}-**-**" if audience is Audience.STAFF else masking.HIDDEN


def _withheld(text: str, audience: Audience) -> str:
    """Nothing of what there is; that there is nothing is no secret, as with a telephone."""
    return masking.HIDDEN if text else ""


def _hidden(text: str, audience: Audience) -> str:
    """Nothing at all, and an empty one looks like any other.

    That somebody has no care label, is in no party or asked for no help says as much of them as
    the entry would: of a list of people, those with an entry would stand out.
    """
    return masking.mask_category(text, on_duty=False)


@dataclass(frozen=True, slots=True)
class FieldClass:
    """A kind of field."""

    code: str
    title: str
    mask: Mask | None
    """What is shown without a purpose; None: whoever may see the row sees the value."""
    sensitive: str = ""
    """Why it is sensitive personal information; empty where it is not."""
    open_to: str = ""
    """Code of a right that shows it unmasked as well, because it is that duty's own subject."""


LAW_28: Final = _("《个人信息保护法》第二十八条")

CLASSES: Final[Mapping[str, FieldClass]] = {
    one.code: one
    for one in (
        FieldClass("name", _("姓名"), _name),
        FieldClass("id_no", _("证件号码"), _number, _("证件号码：GB/T 35273-2020 附录B")),
        FieldClass("phone", _("电话"), _phone),
        FieldClass("address", _("户籍与工作地址"), _address),
        FieldClass("birth", _("出生日期"), _birth),
        FieldClass("basic", _("性别、民族、文化程度等基本情况"), None),
        FieldClass("family", _("家庭关系"), None),
        FieldClass("residence", _("居住情况"), None),
        FieldClass("work", _("职业与工作单位"), _withheld),
        FieldClass(
            "political", _("政治面貌"), _hidden, _("特定身份：《个人信息保护法》第二十八条")
        ),
        FieldClass(
            "care",
            _("关爱与救助类别"),
            _hidden,
            _("特定身份、医疗健康：《个人信息保护法》第二十八条"),
            "registry.see_care",
        ),
        FieldClass(
            "needs",
            _("困难与诉求"),
            _hidden,
            _("医疗健康、家庭困难：《个人信息保护法》第二十八条"),
            "registry.see_care",
        ),
        FieldClass("migration", _("流动与居住登记"), None),
        FieldClass("overseas", _("境外人员登记"), None),
        FieldClass("note", _("备注"), None),
        FieldClass("contact", _("单位联系人"), _name),
        FieldClass("contact_phone", _("单位联系电话"), _phone),
        FieldClass("owner", _("房屋产权人"), _name),
        FieldClass("plate", _("车牌号"), _plate),
        FieldClass("vehicle", _("车辆登记"), None),
        FieldClass("sheet", _("导入表格中的原值"), _hidden, _("可能是任何一项")),
        FieldClass("search", _("检索用的拼音与索引"), _hidden),
        FieldClass("staff", _("工作人员信息"), None),
        FieldClass("secret", _("登录用密钥"), _hidden),
    )
}
"""By code: what purposes name, and what each personal field belongs to."""


def mask_text(text: str, kind: str, audience: Audience = Audience.STAFF) -> str:
    """A text as a class of field may be shown to an audience that gave no purpose."""
    mask = CLASSES[kind].mask
    if mask is None:
        return text if audience is Audience.STAFF else masking.HIDDEN
    return mask(text, audience)
