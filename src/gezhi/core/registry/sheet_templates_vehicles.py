"""The 车辆 sheet: whose car stands where.

What a plate shows by itself (new energy) is not asked again, and what no duty of the office
needs (make, colour, engine and frame numbers, papers, insurance) is known and not kept.
"""

from __future__ import annotations

from typing import Final

from gezhi.base.sentences import _
from gezhi.core.registry import codes_vehicles as codes
from gezhi.core.registry.cleaning import clean_name, clean_text
from gezhi.core.registry.cleaning_dates import clean_date
from gezhi.core.registry.cleaning_numbers import clean_id_no, clean_phones, clean_plate, clean_uscc
from gezhi.core.registry.sheet_columns import (
    BUILDING,
    PLACE,
    REMARK,
    ROOM,
    ROW,
    UNIT,
    coded,
    column,
    left_out,
    short_text,
)
from gezhi.core.registry.sheets import Template

VEHICLE: Final = Template(
    "vehicle",
    _("车辆"),
    (
        ROW,
        column(
            "plate",
            "车牌号*",
            clean_plate,
            "车牌号码 号牌号码 车牌 车辆号牌 车号 车辆牌号 牌照号 车牌照号 机动车号牌",
        ),
        column(
            "plate_kind", "号牌种类", coded(codes.PLATE_KIND), "号牌类型 车牌种类 车牌类型 牌照类型"
        ),
        column(
            "kind",
            "车辆类型*",
            coded(codes.VEHICLE_KIND),
            "车型 车辆种类 车辆类别 机动车类型 车种",
        ),
        column(
            "contact",
            "车主姓名*",
            clean_name,
            "车主 机动车所有人 所有人 车辆所有人 业主姓名 车主名称 车主(单位) 使用人 驾驶人 姓名",
        ),
        column(
            "owner_id_no",
            "车主身份证号",
            clean_id_no,
            "身份证号 身份证号码 车主证件号 车主身份证号码 证件号码 身份证 车主身份证 公民身份号码",
        ),
        column(
            "uscc",
            "单位统一社会信用代码",
            clean_uscc,
            "统一社会信用代码 信用代码 单位信用代码 社会信用代码",
        ),
        column(
            "phone",
            "联系电话",
            clean_phones,
            "电话 手机 手机号 手机号码 联系方式 车主电话 挪车电话 移车电话 车主联系电话 联系号码",
        ),
        column("community", "社区/村", clean_text, "社区 村 所属社区 村居 村（社区） 所在社区"),
        column("compound", "小区/自然村*", None, f"{PLACE} 停放小区"),
        column("building", "楼栋", None, BUILDING),
        column("unit", "单元", None, UNIT),
        column("room", "房号", None, ROOM),
        column(
            "parking",
            "停放位置?",
            short_text,
            "车位 车位号 停车位 停放地点 停车位置 车位编号 停放车位 车库",
        ),
        column("since", "停放自?", clean_date, "登记日期 停放日期 入场日期 起始日期"),
        left_out(
            "new_energy", "是否新能源", "新能源 是否新能源车 燃料类型 能源类型", offered=False
        ),
        left_out("make", "品牌型号", "品牌 型号 车辆品牌 厂牌型号 车辆型号", offered=False),
        left_out("colour", "车身颜色", "颜色 车辆颜色", offered=False),
        left_out("engine_no", "发动机号", "发动机号码 发动机编号", offered=False),
        left_out("frame_no", "车架号", "车辆识别代号 车辆识别代码 车架号码 VIN", offered=False),
        left_out("licence", "行驶证号", "驾驶证号 行驶证 驾驶证 准驾车型", offered=False),
        left_out("insured", "保险到期日", "保险公司 保险到期 交强险到期 年检到期", offered=False),
        REMARK,
    ),
)
