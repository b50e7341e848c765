"""The sheets clerks know: 人口, 房屋, 企业, 门店, 工地; column by column, as we hand them out.

Those of people and rooms listed already are in `sheet_templates_listed`, 车辆 in
`sheet_templates_vehicles`.
"""

from __future__ import annotations

from typing import Final

from gezhi.base.sentences import _
from gezhi.core.registry import codes_people as people
from gezhi.core.registry import codes_units as units
from gezhi.core.registry.cleaning import (
    clean_care,
    clean_name,
    clean_text,
    clean_yes_no,
)
from gezhi.core.registry.cleaning_dates import clean_date
from gezhi.core.registry.cleaning_numbers import clean_id_no, clean_phones, clean_uscc
from gezhi.core.registry.sheet_columns import (
    BUILDING,
    PLACE,
    REMARK,
    ROOM,
    ROW,
    UNIT,
    any_of,
    area,
    coded,
    column,
    few,
    left_out,
    paper_number,
    people_count,
    short_text,
    title,
)
from gezhi.core.registry.sheet_templates_listed import PARTY, RENTAL, VOLUNTEER
from gezhi.core.registry.sheet_templates_vehicles import VEHICLE
from gezhi.core.registry.sheets import Template

POPULATION: Final = Template(
    "population",
    _("人口"),
    (
        ROW,
        column(
            "name",
            "姓名*",
            clean_name,
            "名字 居民姓名 人员姓名 成员姓名 家庭成员姓名 本人姓名 户内成员",
        ),
        column("id_kind", "证件类型", coded(people.ID_KIND), "证件种类 证件名称 证件类别"),
        column(
            "id_no",
            "公民身份号码*",
            clean_id_no,
            "身份证号码 身份证号 身份证 证件号码 证件号 公民身份证号码 公民身份证号 居民身份证号 "
            "居民身份证号码 身份号码 本人身份证号 本人身份证号码 身份证件号码 ID号",
        ),
        column("gender", "性别", coded(people.GENDER), "男/女 男女"),
        column("ethnicity", "民族", coded(people.ETHNICITY), "族别"),
        column("birth_date", "出生日期?", clean_date, "出生年月 出生年月日 生日 出生时间 出生"),
        column(
            "phone",
            "联系电话?",
            clean_phones,
            "电话 手机 手机号 手机号码 联系方式 电话号码 本人电话 本人联系电话 联系号码 移动电话",
        ),
        column(
            "relation_to_head",
            "与户主关系*",
            coded(people.RELATION),
            "关系 与户主的关系 家庭关系 户主关系 与户主之间关系 和户主关系 成员关系 与产权人关系",
        ),
        column("head_name", "户主姓名", clean_name, "户主 户主名 户主名字"),
        column(
            "head_id_no",
            "户主身份证号",
            clean_id_no,
            "户主身份证号码 户主公民身份号码 户主证件号码 户主证件号 户主身份证",
        ),
        column(
            "population_class",
            "人口类别*",
            coded(people.POPULATION_CLASS),
            "人口类型 人员类别 人员类型 人口性质 人员性质 户籍类型 居民类别",
        ),
        column(
            "consistency",
            "人户状态*",
            coded(people.CONSISTENCY),
            "人户一致标识 人户情况 人户是否一致 人户分离 是否人户一致 在户情况 人户一致 居住状态",
        ),
        column(
            "hukou_address",
            "户籍地址",
            clean_text,
            "户口地址 户籍所在地 户籍地 户口所在地 户籍详细地址 户籍地详址 户籍门楼详址 身份证地址",
        ),
        column("compound", "小区/自然村*", None, PLACE),
        column("building", "楼栋*", None, BUILDING),
        column("unit", "单元", None, UNIT),
        column("room", "房号*", None, ROOM),
        column(
            "residence_kind",
            "居住方式",
            coded(people.RESIDENCE_KIND),
            "居住类型 住所类型 居住性质 住房性质 居住形式 住房类型",
        ),
        column(
            "moved_in",
            "入住日期?",
            clean_date,
            "入住时间 居住时间 来住时间 迁入日期 入住年月 开始居住时间 何时入住",
        ),
        column("political_status", "政治面貌", coded(people.POLITICAL), "政治身份 党派 面貌"),
        column(
            "education", "文化程度", coded(people.EDUCATION), "学历 教育程度 最高学历 受教育程度"
        ),
        column("marital_status", "婚姻状况", coded(people.MARITAL), "婚姻 婚否 婚姻情况 婚姻状态"),
        column(
            "workplace",
            "工作单位?",
            clean_text,
            "服务处所 单位 就业单位 工作单位及职务 就读学校 工作或学习单位 工作地点 工作单位或学校",
        ),
        column(
            "care_labels",
            "重点类别",
            clean_care,
            "重点人群 特殊人群 服务类别 重点服务类别 人员标签 特殊群体 关爱类别 重点服务对象 "
            "帮扶类别",
        ),
        left_out("vaccine_doses", "疫苗剂次", "疫苗接种 接种剂次 疫苗 疫苗接种情况 接种情况"),
        REMARK,
    ),
)

DWELLING: Final = Template(
    "dwelling",
    _("房屋"),
    (
        ROW,
        column(
            "community",
            "社区/村*",
            clean_text,
            "社区 村 所属社区 村居 村（社区） 社区（村） 所在社区 村社区",
        ),
        column("compound", "小区*", None, f"{PLACE} 小区/自然村"),
        column("building", "楼栋*", None, BUILDING),
        column("unit", "单元", None, UNIT),
        column("floor", "楼层", None, "层 所在楼层 层数 所在层"),
        column("room", "房号*", None, ROOM),
        column(
            "area",
            "建筑面积?",
            area,
            "面积 房屋面积 建筑面积（平方米） 面积（㎡） 建筑面积㎡ 平方",
        ),
        column(
            "use",
            "用途*",
            coded(units.BUILDING_USE),
            "房屋用途 建筑用途 使用用途 房屋性质 房屋类型",
        ),
        column(
            "use_state",
            "使用状态*",
            coded(units.USE_STATE),
            "房屋状态 使用情况 居住情况 使用现状 房屋使用状态 入住情况 房屋现状 状态",
        ),
        column("tenure", "产权性质?", coded(units.TENURE), "房屋产权 产权类型 房屋产权性质"),
        column(
            "owner_name",
            "产权人",
            clean_name,
            "房主 业主 业主姓名 房主姓名 产权人姓名 房东 房东姓名 户主",
        ),
        column(
            "owner_id_no",
            "产权人身份证号",
            clean_id_no,
            "产权人身份证号码 房主身份证号 业主身份证号 房主身份证 业主身份证号码 房东身份证号 "
            "产权人证件号",
        ),
        column(
            "owner_phone",
            "产权人电话?",
            clean_phones,
            "房主电话 业主电话 联系电话 产权人联系电话 房东电话 业主联系电话 业主联系方式 电话",
        ),
        column("tenants", "租户人数", few, "租住人数 承租人数 租客人数 租赁人数 居住人数"),
        column("group_rental", "是否群租", clean_yes_no, "群租 群租房 是否群租房"),
        column(
            "hazard", "隐患", coded(units.HAZARD), "隐患类型 安全隐患 存在隐患 有无隐患 隐患情况"
        ),
        REMARK,
    ),
)

_USCC: Final = (
    "信用代码 社会信用代码 统一信用代码 营业执照号 营业执照编号 执照号码 统一社会信用代码证号 "
    "税号 注册号"
)
_PHONE: Final = "电话 手机 手机号 联系方式 手机号码 电话号码 联系号码"
_STAFF: Final = "从业人员 员工人数 职工人数 人数 用工人数 员工数 从业人员数"

ENTERPRISE: Final = Template(
    "enterprise",
    _("企业"),
    (
        ROW,
        column("name", "单位名称*", title, "企业名称 公司名称 名称 单位 企业 法人单位名称 公司"),
        column("uscc", "统一社会信用代码*", clean_uscc, _USCC),
        column(
            "kind",
            "单位类型*",
            coded(units.ENTERPRISE_KIND),
            "企业类型 类型 单位性质 企业性质 主体类型 单位类别 性质",
        ),
        column(
            "industry", "行业", short_text, "所属行业 行业类别 行业分类 主营业务 经营范围 行业类型"
        ),
        column("registered_address", "注册地址", clean_text, "注册地 登记住所 执照地址 登记地址"),
        column(
            "address",
            "经营地址*",
            clean_text,
            "地址 实际经营地址 办公地址 单位地址 企业地址 经营场所 详细地址",
        ),
        column(
            "legal_rep",
            "法定代表人",
            clean_name,
            "法人 法人代表 法人姓名 法定代表人姓名 法人代表姓名",
        ),
        column(
            "contact", "联系人*", clean_name, "负责人 联系人姓名 企业联系人 单位负责人 负责人姓名"
        ),
        column("phone", "联系电话*", clean_phones, f"{_PHONE} 联系人电话 负责人电话"),
        column("staff_count", "从业人数", people_count, _STAFF),
        column("party_members", "党员人数", people_count, "党员数 党员 党员数量"),
        column("party_org", "是否建立党组织", any_of, "党组织 有无党组织 是否成立党组织"),
        column(
            "state",
            "经营状态*",
            coded(units.UNIT_STATE),
            "状态 营业状态 企业状态 生产经营状态 登记状态",
        ),
        REMARK,
    ),
)

SHOP: Final = Template(
    "shop",
    _("门店"),
    (
        ROW,
        column(
            "name",
            "店招名称*",
            title,
            "店名 门店名称 招牌名称 商户名称 店铺名称 商铺名称 门头名称 名称 店招",
        ),
        column("licence_name", "营业执照名称", title, "执照名称 营业执照 登记名称 字号名称"),
        column("uscc", "统一社会信用代码", clean_uscc, _USCC),
        column(
            "trade",
            "业态*",
            coded(units.TRADE),
            "经营类型 行业 经营业态 经营类别 类型 经营项目 业态类型",
        ),
        column(
            "address", "地址*", clean_text, "门店地址 经营地址 商铺地址 详细地址 店铺地址 门牌号"
        ),
        column(
            "contact",
            "经营者*",
            clean_name,
            "店主 负责人 老板 经营人 经营者姓名 店主姓名 负责人姓名 联系人",
        ),
        column("phone", "电话*", clean_phones, f"{_PHONE} 联系电话 经营者电话 店主电话 负责人电话"),
        column("staff_count", "从业人数", people_count, _STAFF),
        column(
            "sleepers",
            "店内住人(是/否)*",
            any_of,
            "店内住人 是否住人 是否店内住人 三合一 是否三合一 店内是否住人 住人情况",
        ),
        column(
            "gas",
            "用气方式",
            coded(units.GAS),
            "燃气类型 用气类型 用气情况 燃气 使用燃气 燃料类型",
        ),
        column("extinguishers", "灭火器数量", few, "灭火器 灭火器个数 灭火器具数 灭火器（具）"),
        REMARK,
    ),
)

SITE: Final = Template(
    "site",
    _("工地"),
    (
        ROW,
        column("name", "工地名称*", title, "项目名称 工程名称 名称 工地 项目"),
        column("address", "地址*", clean_text, "工地地址 项目地址 工程地址 位置 项目位置 详细地址"),
        column("developer", "建设单位*", title, "建设方 业主单位 甲方 开发单位 建设单位名称"),
        column(
            "contractor",
            "施工单位*",
            title,
            "施工方 总包单位 施工总承包 总承包单位 施工单位名称",
        ),
        column("supervisor", "监理单位", title, "监理 监理公司 监理方 监理单位名称"),
        column("manager", "项目经理*", clean_name, "项目负责人 负责人 项目经理姓名 现场负责人"),
        column("phone", "电话*", clean_phones, f"{_PHONE} 联系电话 项目经理电话 负责人电话"),
        column("safety_officer", "安全员", clean_name, "专职安全员 安全负责人 安全员姓名"),
        column(
            "stage",
            "施工阶段*",
            coded(units.SITE_STAGE),
            "阶段 形象进度 工程阶段 进度 目前阶段 施工进度",
        ),
        column(
            "permit_no", "施工许可证号", paper_number, "施工许可证 许可证号 施工许可 施工许可证编号"
        ),
        column("starts_on", "开工日期*", clean_date, "开工时间 开工年月 实际开工日期"),
        column(
            "ends_on",
            "计划竣工日期",
            clean_date,
            "竣工日期 计划竣工时间 预计竣工日期 竣工时间 完工日期",
        ),
        column(
            "workers",
            "工人数*",
            people_count,
            "工人人数 民工人数 施工人数 现场人数 人数 作业人数 务工人数",
        ),
        column("video", "视频接入", any_of, "视频监控 是否接入视频 视频是否接入 监控接入 视频"),
        REMARK,
    ),
)

TEMPLATES: Final = {
    template.code: template
    for template in (
        *(POPULATION, DWELLING, ENTERPRISE, SHOP, SITE),
        *(VEHICLE, RENTAL, PARTY, VOLUNTEER),
    )
}
