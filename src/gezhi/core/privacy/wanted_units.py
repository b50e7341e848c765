"""The personal fields of dwellings, units, vehicles, requests and staff, and what wants them."""

from __future__ import annotations

from typing import Final

from gezhi.base.sentences import _
from gezhi.core.privacy.wanted import Reason

DWELLING, ENTERPRISE, SHOP, SITE = (
    "registry.Dwelling",
    "registry.Enterprise",
    "registry.Shop",
    "registry.Site",
)
VEHICLE = "registry.Vehicle"
ACCOUNT = "staff.Account"
UNITS = (ENTERPRISE, SHOP, SITE)

REASONS: Final = (
    Reason(
        _("网格员、社区（村）"),
        _("房屋安全隐患、出租登记和漏水停电时能找到产权人"),
        "duty",
        _("《商品房屋租赁管理办法》《城市居民委员会组织法》第三条"),
        (
            (DWELLING, "owner_name", "owner"),
            (DWELLING, "owner_id_no", "id_no"),
            (DWELLING, "owner_phone", "phone"),
        ),
    ),
    Reason(
        _("网格员、街道安全与市场监管人员"),
        _("安全检查、隐患整改和紧急情况时找到负责人"),
        "duty",
        _("《安全生产法》《消防法》"),
        (
            *((unit, "contact", "contact") for unit in UNITS),
            *((unit, "phone", "contact_phone") for unit in UNITS),
            *((unit, "phone_index", "search") for unit in UNITS),
            (ENTERPRISE, "legal_rep", "contact"),
            (SHOP, "landlord", "contact"),
        ),
    ),
    Reason(
        _("工地专管员、街道城建人员"),
        _("按规定公示和联系工地的安全、用工、扬尘责任人"),
        "duty",
        _("《建设工程安全生产管理条例》《保障农民工工资支付条例》"),
        (
            (SITE, "manager", "contact"),
            (SITE, "safety_officer", "contact"),
            (SITE, "wage_officer", "contact"),
            (SITE, "dust_trio", "contact"),
        ),
    ),
    Reason(
        _("网格员、社区（村）"),
        _("车辆占道、堵塞消防通道或者有被水淹的危险时，找到能挪车的人；出入证核对"),
        "duty",
        _("《消防法》第二十八条、《防汛条例》"),
        (
            (VEHICLE, "plate", "plate"),
            (VEHICLE, "plate_kind", "vehicle"),
            (VEHICLE, "kind", "vehicle"),
            (VEHICLE, "owner", "vehicle"),
            (VEHICLE, "enterprise", "vehicle"),
            (VEHICLE, "shop", "vehicle"),
            (VEHICLE, "contact", "name"),
            (VEHICLE, "phone", "phone"),
            (VEHICLE, "compound", "vehicle"),
            (VEHICLE, "building", "vehicle"),
            (VEHICLE, "dwelling", "vehicle"),
            (VEHICLE, "parking", "vehicle"),
            (VEHICLE, "since", "vehicle"),
            (VEHICLE, "until", "vehicle"),
            (VEHICLE, "end_reason", "vehicle"),
            (VEHICLE, "remark", "note"),
        ),
    ),
    Reason(
        _("本平台"),
        _("按完整车牌号找到车辆；索引不能还原出号码"),
        "duty",
        _("《消防法》第二十八条、《防汛条例》"),
        ((VEHICLE, "plate_index", "search"),),
    ),
    Reason(
        _("导入表格的人"),
        _("告诉导入人哪一格有问题、怎样改；随表格文件到期删除"),
        "duty",
        _("《个人信息保护法》第八条：保证个人信息的质量"),
        (
            ("registry.ImportFinding", "before", "sheet"),
            ("registry.ImportFinding", "after", "sheet"),
            ("registry.ImportFinding", "sentence", "sheet"),
        ),
    ),
    Reason(
        _("个人信息保护经办人"),
        _("办理您自己提出的查阅、更正、删除和询问"),
        "duty",
        _("《个人信息保护法》第四十四条至第五十条"),
        (("privacy.RightsRequest", "content", "note"),),
    ),
    Reason(
        _("系统管理员、本人"),
        _("工作人员的账号与登录安全"),
        "contract",
        _("《网络安全法》关于用户身份与访问控制的规定"),
        (
            (ACCOUNT, "phone", "phone"),
            (ACCOUNT, "totp_secret", "secret"),
            (ACCOUNT, "totp_pending", "secret"),
        ),
    ),
)
