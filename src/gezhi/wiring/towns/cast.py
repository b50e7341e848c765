"""The cast: invented people whom a visitor of the demonstration can sign in as, shared with tests.

Each holds one post that shows one side of the platform. Places are named by index, as towns are
declared: `()` is the subdistrict, `(0,)` its first community, `(0, 2)` that one's third grid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gezhi.wiring.towns.residents import Address


@dataclass(frozen=True, slots=True)
class Member:
    """One of the cast, with a post at a place, or a resident at an address."""

    username: str
    name: str
    town: str
    """Key of a town, or `district`."""
    role: str = ""
    """Code of a role; empty for residents."""
    place: tuple[int, ...] = ()
    beside: tuple[int, ...] = ()
    """Communities, by index, where they hold the role as well."""
    unit: str = ""
    """Code of the responsible unit their post belongs to."""
    home: Address | None = None
    group: str | Promise = ""
    """Heading on the front page."""
    try_this: str | Promise = ""
    """What to look at when signed in as them."""


GRIDS, CASES, OFFICE, DUTY, ADMINISTRATION, RESIDENTS, DISTRICT = (
    _("网格"),
    _("案件办理"),
    _("街道科室"),
    _("专项岗位"),
    _("三员管理"),
    _("居民"),
    _("区级"),
)
ZILAN: Final = (0,)
"""紫兰社区 of 沟赵."""

CAST: Final = (
    # --- 沟赵
    Member(
        "zhao.shouzheng", "赵守正", "gouzhao", "grid_chief_l1", (),
        group=GRIDS, try_this=_("看全街道底数、按网格着色的地图，审批导出和网格调整"),
    ),
    Member(
        "lan.yumei", "兰玉梅", "gouzhao", "grid_chief_l2", ZILAN, unit="S01",
        group=GRIDS, try_this=_("看本社区的人和房、处理冲突；接收、处置派给社区的案件"),
    ),
    Member(
        "bao.yongcheng", "包永诚", "gouzhao", "grid_chief_l2", ZILAN, beside=tuple(range(1, 18)),
        group=GRIDS,
        try_this=_("包村领导：审核任何社区（村）的网格调整；涂格子草拟，赵守正批准"),
    ),
    Member(
        "sun.jianguo", "孙建国", "gouzhao", "grid_chief_l3", (0, 0),
        group=GRIDS, try_this=_("带一个网格：名册、数据质量、重点关爱对象"),
    ),
    Member(
        "qin.xiaohe", "秦小禾", "gouzhao", "grid_worker_full", (0, 0),
        group=GRIDS, try_this=_("用手机上报问题、现场核实、自办自结；登记一户、办理搬家"),
    ),
    Member(
        "ding.dayong", "丁大勇", "gouzhao", "grid_worker_part", (1, 0),
        group=GRIDS, try_this=_("兼职网格员只看得到房屋和门店，看不到人"),
    ),
    Member(
        "shu.li", "舒理", "gouzhao", "case_operator", (),
        group=CASES, try_this=_("接居民和热线的反映：派人核实、立案、结案、回访"),
    ),
    Member(
        "pei.qian", "裴迁", "gouzhao", "case_dispatcher", (),
        group=CASES, try_this=_("把立了案的派给责任单位，退回来的改派或维持"),
    ),
    Member(
        "he.jie", "贺洁", "gouzhao", "unit_handler", (), unit="HW",
        group=CASES, try_this=_("环卫保洁公司：接收、处置、反馈，或写明理由退回"),
    ),
    Member(
        "lu.pingping", "路平平", "gouzhao", "unit_handler", (), unit="SZ",
        group=CASES, try_this=_("市政养护：修路换灯，要更多时间就申请延期或挂账"),
    ),
    Member(
        "cheng.guan", "程冠", "gouzhao", "enforcement_officer", ZILAN, unit="ZF",
        group=CASES, try_this=_("执法队员：店外经营、占道、夜间施工都派到这里"),
    ),
    Member(
        "wu.ye", "邬业", "gouzhao", "property_staff", (0, 0), unit="WY",
        group=CASES, try_this=_("紫兰苑物业：只看得到派给自己单位的案件"),
    ),
    Member(
        "he.cha", "何察", "gouzhao", "case_checker", (),
        group=CASES, try_this=_("到现场核查，不通过就返工，时限减半"),
    ),
    Member(
        "ban.chang", "班昌", "gouzhao", "shift_leader", (),
        group=CASES, try_this=_("值班长：盯超期，裁定推诿，批延期和挂账"),
    ),
    Member(
        "feng.guan", "冯冠山", "gouzhao", "leader_in_charge", (),
        group=CASES, try_this=_("分管领导：今天哪些案件超期、返工、挂账"),
    ),
    Member(
        "wen.ruyi", "文如意", "gouzhao", "registry_clerk", (),
        group=OFFICE, try_this=_("把一张乱表拖进来：检查、确认、撤回；合并重复的人"),
    ),
    Member(
        "xu.wenrou", "许温柔", "gouzhao", "civil_affairs_clerk", (),
        group=OFFICE, try_this=_("看独居老人、低保和残疾人，只在办理事项时查看明文"),
    ),
    Member(
        "hong.zhiyuan", "洪致远", "gouzhao", "party_clerk", (),
        group=OFFICE, try_this=_("组织专干查得到人，证件号和电话一律打码，不能看明文"),
    ),
    Member(
        "gao.mingyuan", "高明远", "gouzhao", "office_head", (),
        group=OFFICE, try_this=_("调度：指标、数据质量、导出审批；审核村（社区）撤并"),
    ),
    Member(
        "geng.zhu", "耿筑", "gouzhao", "construction_clerk", (),
        group=OFFICE, try_this=_("确认工地报备、发布停工预警，看今天哪些工地在施工"),
    ),
    Member(
        "fang.xiaochuang", "方小窗", "gouzhao", "counter_clerk", (),
        group=OFFICE, try_this=_("在窗口给居民发一次性查询码，受理更正和删除"),
    ),
    Member(
        "tu.gezi", "涂格子", "gouzhao", "grid_office_clerk", (),
        group=OFFICE, try_this=_("划网格：导入边界，草拟网格调整和村（社区）撤并"),
    ),
    Member(
        "an.ning", "安宁", "gouzhao", "doctor_contact", ZILAN,
        group=DUTY, try_this=_("社区医生：平时看不到档案，紧急情况下启用并接受复核"),
    ),
    Member(
        "shi.lei", "石磊", "gouzhao", "site_steward", (0, 0),
        group=DUTY, try_this=_("工地管理员：用手机报夜间施工、照上次再报、打印二维码公示牌"),
    ),
    Member(
        "men.tieshan", "门铁山", "gouzhao", "gate_guard", ZILAN,
        group=DUTY, try_this=_("卡口值守只看结论，永远看不到证件号"),
    ),
    Member(
        "xi.tong", "席统", "gouzhao", "system_administrator", (),
        group=ADMINISTRATION, try_this=_("建账号、设岗位；看不到任何居民信息"),
    ),
    Member(
        "bao.mi", "鲍密", "gouzhao", "security_administrator", (),
        group=ADMINISTRATION, try_this=_("定权限和使用目的，处理告警，复核任命"),
    ),
    Member(
        "shen.ji", "沈济", "gouzhao", "audit_administrator", (),
        group=ADMINISTRATION, try_this=_("查验操作记录与查阅记录有没有被改过"),
    ),
    Member(
        "zheng.yumei", "郑玉梅", "gouzhao", home=("紫兰苑", 3, 2, "501"),
        group=RESIDENTS, try_this=_("78 岁，独居：看谁查过我的档案，长辈模式大字"),
    ),
    Member(
        "lin.xiaozhou", "林晓舟", "gouzhao", home=("紫兰苑", 5, 1, "302"),
        group=RESIDENTS, try_this=_("30 岁，三口之家：看我的家、申请更正和删除"),
    ),
    # --- 枫杨
    Member(
        "yang.fan", "杨帆", "fengyang", "grid_chief_l1", (),
        group=GRIDS, try_this=_("看 142,190 人的底数怎样一批一批进来"),
    ),
    Member(
        "gu.liangcai", "顾良才", "fengyang", "grid_chief_l2", (0,), unit="S01",
        group=GRIDS, try_this=_("秋枫社区：一栋楼的单元与楼层图"),
    ),
    Member(
        "ye.xun", "叶循", "fengyang", "grid_worker_full", (0, 0),
        group=GRIDS, try_this=_("巡查上报、现场核实、随手解决"),
    ),
    Member(
        "pan.shouli", "潘守理", "fengyang", "case_operator", (),
        group=CASES, try_this=_("受理、立案、结案、回访"),
    ),
    Member(
        "ji.pai", "季派", "fengyang", "case_dispatcher", (),
        group=CASES, try_this=_("派遣、改派"),
    ),
    Member(
        "yu.qing", "于清", "fengyang", "unit_handler", (), unit="HW",
        group=CASES, try_this=_("环卫保洁公司：接收、处置、反馈"),
    ),
    Member(
        "shi.lu", "石路", "fengyang", "unit_handler", (), unit="SZ",
        group=CASES, try_this=_("市政养护：接收、处置、申请延期"),
    ),
    Member(
        "zha.shi", "查实", "fengyang", "case_checker", (),
        group=CASES, try_this=_("现场核查"),
    ),
    Member(
        "yan.zhi", "严值", "fengyang", "shift_leader", (),
        group=CASES, try_this=_("值班长：裁定、审批、盯超期"),
    ),
    Member(
        "guan.shan", "关山", "fengyang", "leader_in_charge", (),
        group=CASES, try_this=_("分管领导：全街道的案件"),
    ),
    Member(
        "cao.xinzhi", "曹信之", "fengyang", "registry_clerk", (),
        group=OFFICE, try_this=_("看正在进行的导入：进度、清洗说明、错误表"),
    ),
    Member(
        "ji.nuan", "纪暖", "fengyang", "civil_affairs_clerk", (),
        group=OFFICE, try_this=_("全街道的关爱对象，按村和社区"),
    ),
    Member(
        "wei.changshun", "魏长顺", "fengyang", home=("枫桥苑", 2, 1, "601"),
        group=RESIDENTS, try_this=_("73 岁，空巢：和老伴的档案"),
    ),
    # --- 区级
    Member(
        "qu.zonglan", "瞿总览", "district", "district_viewer", (),
        group=DISTRICT, try_this=_("只看各街道的汇总数，一个人的信息也看不到"),
    ),
)  # fmt: skip


def member(username: str) -> Member:
    """The member of the cast with this username; `KeyError` where there is none."""
    for one in CAST:
        if one.username == username:
            return one
    raise KeyError(username)
