"""Sheets that add to what is listed: 出租房 to dwellings, 党员 and 志愿者 to people.

The registry takes from them what it holds of rooms and people. What belongs to the branch's or
the volunteers' own books is known by its heading and not kept; the templates we hand out do not
ask for it.
"""

from __future__ import annotations

from typing import Final

from gezhi.base.sentences import _
from gezhi.core.registry import codes_people as people
from gezhi.core.registry import codes_units as units
from gezhi.core.registry.cleaning import clean_name, clean_text, clean_yes_no
from gezhi.core.registry.cleaning_dates import clean_date
from gezhi.core.registry.cleaning_numbers import clean_id_no, clean_phones
from gezhi.core.registry.sheet_columns import (
    BUILDING,
    PLACE,
    REMARK,
    ROOM,
    ROW,
    UNIT,
    area,
    coded,
    column,
    few,
    left_out,
    paper_number,
)
from gezhi.core.registry.sheets import Column, Template

RENTAL: Final = Template(
    "rental",
    _("出租房"),
    (
        ROW,
        column(
            "community",
            "社区/村*",
            clean_text,
            "社区 村 所属社区 村居 村（社区） 所在社区",
        ),
        column("compound", "小区*", None, f"{PLACE} 小区/自然村"),
        column("building", "楼栋*", None, BUILDING),
        column("unit", "单元", None, UNIT),
        column("floor", "楼层", None, "层 所在楼层 层数 所在层"),
        column("room", "房号*", None, ROOM),
        column(
            "owner_name",
            "房主姓名*",
            clean_name,
            "房主 房东 房东姓名 出租人 出租人姓名 产权人 产权人姓名 业主 业主姓名",
        ),
        column(
            "owner_id_no",
            "房主证件号",
            clean_id_no,
            "房主身份证号 房东身份证号 出租人身份证号 出租人证件号 产权人身份证号 业主身份证号",
        ),
        column(
            "owner_phone",
            "房主电话*",
            clean_phones,
            "房东电话 出租人电话 出租人联系电话 房主联系电话 产权人电话 业主电话 联系电话 电话",
        ),
        column("rent_use", "出租用途*", coded(units.RENT_USE), "租赁用途 租用用途 出租房用途"),
        column("tenants", "租户人数", few, "租住人数 承租人数 租客人数 居住人数"),
        column("rooms", "房间数", few, "房间数量 出租间数 间数"),
        column("area", "建筑面积?", area, "面积 出租面积 房屋面积"),
        column("group_rental", "是否群租", clean_yes_no, "群租 群租房 是否群租房"),
        column("lease_from", "租期自?", clean_date, "起租日期 租赁开始日期 租赁起始日期 出租日期"),
        column("lease_to", "租期至?", clean_date, "到期日期 租赁到期日期 租赁截止日期 租期截止"),
        column(
            "lease_filing_no",
            "登记备案号",
            paper_number,
            "备案号 租赁备案号 租赁登记备案号 备案证明编号 合同备案号",
        ),
        column("hazard", "隐患", coded(units.HAZARD), "隐患类型 安全隐患 有无隐患 隐患情况"),
        # Tenants are people: the 人口 sheet lists them, with 居住方式 租住.
        left_out("tenant", "承租人", "承租人姓名 租客 租客姓名 租户姓名", offered=False),
        left_out("tenant_id", "承租人身份证号", "租客身份证号 租户身份证号", offered=False),
        left_out("tenant_phone", "承租人电话", "租客电话 租户电话", offered=False),
        left_out("rent", "租金", "月租金 租金（元/月） 押金", offered=False),
        REMARK,
    ),
)

_NAMES: Final = "名字 人员姓名"
_WHO: Final[tuple[Column, ...]] = (
    column("id_kind", "证件类型", coded(people.ID_KIND), "证件种类 证件类别"),
    column(
        "id_no",
        "公民身份号码*",
        clean_id_no,
        "身份证号 身份证号码 身份证 证件号码 证件号 居民身份证号 公民身份证号码",
    ),
)
_MORE: Final[tuple[Column, ...]] = (
    column(
        "phone",
        "联系电话?",
        clean_phones,
        "电话 手机 手机号 手机号码 联系方式 电话号码",
    ),
    column("education", "文化程度", coded(people.EDUCATION), "学历 教育程度 最高学历"),
    column("workplace", "工作单位?", clean_text, "单位 工作单位及职务 服务处所 工作岗位 就读学校"),
)
_KNOWN_ALREADY: Final[tuple[Column, ...]] = (
    left_out("gender", "性别", offered=False),
    left_out("birth_date", "出生日期", "出生年月 出生年月日", offered=False),
    left_out("ethnicity", "民族", offered=False),
    left_out("home", "家庭住址", "住址 现住址 地址 现居住地 居住地址", offered=False),
)

PARTY: Final = Template(
    "party",
    _("党员"),
    (
        ROW,
        column("name", "党员姓名*", clean_name, f"姓名 {_NAMES}"),
        *_WHO,
        column(
            "political_status",
            "政治面貌*",
            coded(people.POLITICAL),
            "党员类别 人员类别 党员类型 政治身份",
        ),
        *_MORE,
        *_KNOWN_ALREADY,
        left_out("branch", "所在党支部", "党支部 所属支部 支部名称 所在支部 党小组", offered=False),
        left_out("joined_on", "入党日期", "入党时间 加入党组织日期 加入时间", offered=False),
        left_out("full_on", "转正日期", "转正时间", offered=False),
        left_out("party_post", "党内职务", "职务", offered=False),
        left_out("dues", "党费", "月交党费 党费标准 党费基数", offered=False),
        left_out("floating", "是否流动党员", "流动党员 失联党员", offered=False),
        left_out("linked", "联系户数", "联系户 联系群众户数", offered=False),
        REMARK,
    ),
)

VOLUNTEER: Final = Template(
    "volunteer",
    _("志愿者"),
    (
        ROW,
        column("name", "志愿者姓名*", clean_name, f"姓名 {_NAMES}"),
        *_WHO,
        *_MORE,
        column("political_status", "政治面貌", coded(people.POLITICAL), "政治身份"),
        *_KNOWN_ALREADY,
        left_out("team", "志愿服务队", "服务队 所属队伍 志愿队伍 所属组织", offered=False),
        left_out("service", "服务类别", "服务意向 志愿服务项目 服务项目 服务领域", offered=False),
        left_out("skills", "特长", "专业特长 技能", offered=False),
        left_out("registered_on", "注册日期", "注册时间 加入日期 登记日期", offered=False),
        left_out("volunteer_no", "志愿者编号", "注册号 志愿者号 注册编号", offered=False),
        left_out("hours", "服务时长", "志愿时长 累计时长 服务小时 积分", offered=False),
        REMARK,
    ),
)
LISTED_PEOPLE: Final = frozenset({PARTY.code, VOLUNTEER.code})
"""Sheets that speak of people listed already and register nobody."""
