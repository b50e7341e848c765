"""部件: public facilities that the catalogue of a new office takes up, by major category.

Numbers are those of CJ/T 214 as commonly used. Limits are defaults: a cover missing is guarded
within an hour, a lamp is mended in a working day, other repairs take three to five.
"""

from __future__ import annotations

from typing import Final

COMPONENTS: Final[dict[tuple[str, str], str]] = {
    ("01", "公用设施"): """
        01 上水井盖 1eh
        02 污水井盖 1eh
        03 雨水井盖 1eh
        04 雨水箅子 1eh
        05 电力井盖 1eh
        06 路灯井盖 1eh
        07 通讯井盖 1eh
        08 电视井盖 1eh
        09 网络井盖 1eh
        10 热力井盖 1eh
        11 燃气井盖 1eh
        12 公安井盖 1eh
        13 消防设施 1wd
        14 无主井盖 1eh
        15 通讯交接箱 3wd
        16 电力设施 1wd
        17 立杆 2eh
        18 路灯 1wd
        19 地灯 3wd
        20 景观灯 3wd
        21 报刊亭 5wd
        22 电话亭 5wd
        23 邮筒 5wd
        24 信息亭 5wd
        25 自动售货机 5wd
        26 健身设施 3wd
    """,
    ("02", "道路交通"): """
        01 停车场 5wd
        03 公交站亭 3wd
        05 过街天桥 3wd
        06 地下通道 3wd
        07 高架立交桥 3wd
        08 跨河桥 3wd
        09 交通标志牌 3wd
        10 交通信号灯 4eh
        11 交通护栏 3wd
        12 存车支架 5wd
        13 路名牌 5wd
    """,
    ("03", "市容环境"): """
        01 公共厕所 3wd
        02 化粪池 1wd
        03 公厕指示牌 5wd
        04 垃圾间（楼） 3wd
        05 垃圾箱 3wd
        06 灯箱霓虹灯 5wd
        07 广告牌匾 3wd
    """,
    ("04", "园林绿化"): """
        01 古树名木 3wd
        02 行道树 2eh
        03 护树设施 5wd
        04 花架花钵 5wd
        05 绿地 5wd
        06 雕塑 5wd
        07 街头座椅 5wd
        08 绿地护栏 5wd
        10 喷泉 5wd
    """,
    ("05", "房屋土地"): """
        01 宣传栏 5wd
        02 人防工事 5wd
        03 公房地下室 5wd
    """,
    ("06", "其他设施"): """
        01 重大危险源 1eh
        02 工地设施 3wd
    """,
}
FILING: Final = "设施破损、缺失、移位或不能使用"
CLOSING: Final = "已修复、更换，或现场已围护并有修复日期"
