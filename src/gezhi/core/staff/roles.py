"""The roles an office starts with, over right codes. Offices adjust them; code knows only rights.

The matrix follows the usual division of a subdistrict: whoever works in a grid reads and writes
there, chiefs agree, clerks see what their line of work needs, and whoever administers sees none.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from gezhi.base.sentences import _
from gezhi.core.staff.role_rights import (
    ADMINISTERS,
    BUILDS,
    CHANGES_REGISTRY,
    CHIEF,
    DISPATCHES,
    GRID_WORK,
    HANDLES,
    IN_EMERGENCY,
    INBOX,
    LEADS,
    NAMES_STEWARDS,
    OVERSEES,
    OWN,
    REPORTERS,
    REPORTS,
    REVEALS,
    SEES_FIGURES,
    SEES_GROUND,
    SEES_REGISTRY,
    SEES_SITES,
    SITE_WORK,
)
from gezhi.core.staff.rules import ADMINISTRATOR_RIGHTS, AUDIT, SECURITY, SYSTEM, RoleFacts


class FirstRole(NamedTuple):
    """A role as a new office gets it."""

    code: str
    title: str
    levels: tuple[int, ...]
    rights: frozenset[str]
    duties: str
    administrator: str = ""

    @property
    def facts(self) -> RoleFacts:
        return RoleFacts(self.code, self.title, self.levels, self.rights, self.administrator)


CELL, COMMUNITY, GRID, MICRO = 1, 2, 3, 4

FIRST_ROLES: Final = (
    # --- grids
    FirstRole(
        "grid_chief_l1",
        _("一级网格长"),
        (CELL,),
        LEADS | {"places.approve", "cases.approve_whistle"},
        _("街道党政主要负责人：签批、吹哨批准、月度调度"),
    ),
    FirstRole(
        "grid_chief_l2",
        _("二级网格长"),
        (COMMUNITY,),
        CHIEF | {"registry.import", "places.review", "places.addresses"},
        _("村（社区）党组织书记：分派、核查、协调、日调度"),
    ),
    FirstRole(
        "grid_chief_l3",
        _("三级网格长"),
        (GRID,),
        GRID_WORK
        | HANDLES
        | {"registry.settle", "staff.see_posts", "staff.see_vacancies"}
        | {"cases.check", "cases.whistle"},
        _("村（社区）“两委”成员：带领网格队伍"),
    ),
    FirstRole(
        "grid_worker_full",
        _("专职网格员"),
        (GRID,),
        GRID_WORK,
        _("信息采集、矛盾调解、政策宣传、安全巡查、民生服务、应急处置"),
    ),
    FirstRole(
        "grid_worker_part",
        _("兼职网格员"),
        (GRID,),
        OWN | REPORTS | SEES_GROUND | {"registry.see_dwellings", "registry.see_units"},
        _("企业、物业、快递、商户人员：发现并上报问题"),
    ),
    FirstRole(
        "micro_grid_head",
        _("微网格长"),
        (MICRO, GRID),
        OWN | REPORTS | SEES_GROUND,
        _("楼栋长、单元长、楼层长：通知、帮扶、上报"),
    ),
    FirstRole(
        "party_group_leader",
        _("党小组长"),
        (GRID,),
        OWN | REPORTS | SEES_GROUND,
        _("党小组活动与党员值守"),
    ),
    FirstRole(
        "grid_branch_secretary",
        _("网格党支部书记"),
        (GRID,),
        OWN | REPORTS | SEES_GROUND | {"staff.see_posts", "staff.see_vacancies"},
        _("网格党支部工作"),
    ),
    FirstRole(
        "grid_adviser",
        _("网格指导员"),
        (GRID, COMMUNITY),
        OWN
        | REPORTS
        | SEES_GROUND
        | {"registry.see_units", "staff.see_posts", "staff.see_vacancies"},
        _("包片领导或部门派员：指导、协调"),
    ),
    FirstRole(
        "seconded_cadre",
        _("下沉干部"),
        (GRID, COMMUNITY),
        OWN | REPORTS | SEES_GROUND | {"registry.see_dwellings", "registry.see_units"},
        _("机关下沉力量：按班次参与网格工作"),
    ),
    FirstRole(
        "double_registered_member",
        _("双报到党员"),
        (COMMUNITY,),
        OWN | REPORTS,
        _("认领岗位与微心愿"),
    ),
    FirstRole(
        "police_contact",
        _("社区民警"),
        (COMMUNITY, GRID),
        OWN | HANDLES | SEES_GROUND,
        _("警务联系；查人查户走公安自己的系统"),
    ),
    FirstRole(
        "enforcement_officer",
        _("执法队员"),
        (COMMUNITY, GRID),
        OWN | HANDLES | SEES_GROUND | SEES_SITES | {"registry.see_units", "registry.see_vehicles"},
        _("城管、市场、安监等执法力量进网格"),
    ),
    FirstRole(
        "property_staff",
        _("物业人员"),
        (GRID,),
        OWN | HANDLES | SEES_GROUND,
        _("物业服务与报修对接"),
    ),
    FirstRole("volunteer", _("志愿者"), (COMMUNITY, GRID), OWN | REPORTS, _("志愿服务")),
    # --- office
    FirstRole(
        "office_head",
        _("科室负责人"),
        (CELL,),
        LEADS
        | HANDLES
        | {"places.review", "office.set_days", "filings.acknowledge", "filings.decide"}
        | {"filings.raise_alerts"},
        _("街道科室、中心负责人：调度、审核"),
    ),
    FirstRole(
        "grid_office_clerk",
        _("网格办专干"),
        (CELL, COMMUNITY),
        OWN
        | SEES_GROUND
        | DISPATCHES
        | SEES_FIGURES
        | {
            "places.draw",
            "places.addresses",
            "staff.see_posts",
            "staff.see_vacancies",
            "registry.quality",
            "registry.see_dwellings",
            "registry.change_dwellings",
            "registry.see_units",
            *(
                *INBOX,
                "cases.report",
                "cases.see",
                "cases.see_here",
                "cases.file",
            ),
            *("cases.check", "cases.call_back", "cases.catalogue", "matters.take_off", *REPORTERS),
            *("cases.import_hotline", "cases.roll_back_hotline"),
            "staff.units",
        },
        _("网格划分、地址库、考核统计"),
    ),
    FirstRole(
        "construction_clerk",
        _("城建办专干"),
        (CELL,),
        OWN
        | REPORTS
        | SEES_GROUND
        | REVEALS
        | SITE_WORK
        | NAMES_STEWARDS
        | {
            *("registry.see_units", "registry.change_units"),
            *("filings.acknowledge", "filings.decide", "filings.raise_alerts", "filings.set_up"),
        },
        _("工地报备确认、停工预警、工地报备人"),
    ),
    FirstRole(
        "registry_clerk",
        _("数据员"),
        (CELL, COMMUNITY),
        OWN
        | SEES_GROUND
        | SEES_REGISTRY
        | CHANGES_REGISTRY
        | REVEALS
        | {
            "places.addresses",
            "registry.import",
            "registry.rollback_import",
            "registry.export",
            "registry.merge",
            "registry.settle",
            "registry.quality",
        },
        _("底数台账：导入、核对、合并、导出"),
    ),
    FirstRole(
        "civil_affairs_clerk",
        _("民政专干"),
        (CELL, COMMUNITY),
        OWN
        | REPORTS
        | SEES_GROUND
        | REVEALS
        | {
            "registry.see_people",
            "registry.see_care",
            "registry.change_care",
            "registry.import",
        },
        _("低保、特困、残疾、高龄等救助与关爱对象"),
    ),
    FirstRole(
        "party_clerk",
        _("组织专干"),
        (CELL, COMMUNITY),
        OWN | SEES_GROUND | {"registry.see_people"},
        _("党员与党组织"),
    ),
    FirstRole(
        "counter_clerk",
        _("便民窗口人员"),
        (CELL, COMMUNITY),
        OWN
        | REPORTS
        | REVEALS
        | {
            "registry.search",
            "registry.see_people",
            "privacy.issue_codes",
            "privacy.answer_requests",
        },
        _("核验本人身份、发放查询码、受理个人信息申请"),
    ),
    # --- the case centre and the units it hands work to
    FirstRole(
        "case_operator",
        _("受理员"),
        (CELL,),
        OWN
        | REPORTS
        | SEES_GROUND
        | {"cases.see_here", "cases.join", "cases.file", "cases.call_back", *REPORTERS}
        | {"cases.import_hotline"},
        _("接居民和热线的反映：核实、立案、结案、回访"),
    ),
    FirstRole(
        "case_dispatcher",
        _("派遣员"),
        (CELL,),
        OWN | REPORTS | SEES_GROUND | DISPATCHES | {"cases.see_here"},
        _("把立案的问题派给责任单位，处理退回"),
    ),
    FirstRole(
        "unit_handler",
        _("责任单位人员"),
        (CELL, COMMUNITY),
        OWN | HANDLES | SEES_GROUND,
        _("接收、处置派给本单位的案件并反馈"),
    ),
    FirstRole(
        "case_checker",
        _("核查员"),
        (CELL, COMMUNITY),
        OWN | REPORTS | SEES_GROUND | {"cases.see_here", "cases.check"},
        _("到现场核查处置结果，不核查自己办的"),
    ),
    FirstRole(
        "shift_leader",
        _("值班长"),
        (CELL,),
        OWN
        | REPORTS
        | SEES_GROUND
        | SEES_FIGURES
        | DISPATCHES
        | OVERSEES
        | {"cases.see_here", "cases.decide", "cases.whistle"},
        _("盯超期，裁定推诿，批延期和挂账"),
    ),
    FirstRole(
        "leader_in_charge",
        _("分管领导"),
        (CELL,),
        LEADS,
        _("街道班子成员：分管领域的调度、审批"),
    ),
    # --- one thing only
    FirstRole(
        "gate_guard", _("卡口值守"), (COMMUNITY, GRID), OWN | REPORTS, _("核验通行，只看结论")
    ),
    FirstRole(
        "doctor_contact",
        _("社区医生"),
        (COMMUNITY, GRID),
        OWN | REVEALS | IN_EMERGENCY,
        _("健康随访；紧急情况下查看所需信息"),
    ),
    FirstRole(
        "enterprise_liaison", _("企业（楼宇）联络员"), (GRID,), OWN | REPORTS, _("本单位报备与通知")
    ),
    FirstRole(
        "site_steward", _("工地专管员"), (GRID,), OWN | REPORTS | BUILDS, _("本工地报备与通知")
    ),
    FirstRole(
        "district_viewer",
        _("区级查看"),
        (CELL,),
        OWN | {"cells.see_rollups"},
        _("只看各街道汇总数，不看个人信息"),
    ),
    # --- the three administrators
    FirstRole(
        "system_administrator",
        _("系统管理员"),
        (CELL,),
        ADMINISTERS | ADMINISTRATOR_RIGHTS[SYSTEM],
        _("建账号、设岗位、拟角色、登记程序"),
        SYSTEM,
    ),
    FirstRole(
        "security_administrator",
        _("安全管理员"),
        (CELL,),
        ADMINISTERS | ADMINISTRATOR_RIGHTS[SECURITY],
        _("复核任命、角色权限与程序，定使用目的，处理告警"),
        SECURITY,
    ),
    FirstRole(
        "audit_administrator",
        _("审计管理员"),
        (CELL,),
        OWN | ADMINISTRATOR_RIGHTS[AUDIT],
        _("查验操作记录与查阅记录"),
        AUDIT,
    ),
)
