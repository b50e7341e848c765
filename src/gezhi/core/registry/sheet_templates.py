"""The sheets clerks know: 人口, 房屋, 企业, 门店, 工地; column by column, as we hand them out."""

from __future__ import annotations

from functools import partial
from typing import Final

from gezhi.base.sentences import _
from gezhi.core.registry import codes_people as people
from gezhi.core.registry import codes_units as units
from gezhi.core.registry.cleaning import (
    clean_care,
    clean_code,
    clean_count,
    clean_name,
    clean_remark,
    clean_text,
    clean_yes_no,
)
from gezhi.core.registry.cleaning_dates import clean_date
from gezhi.core.registry.cleaning_numbers import clean_id_no, clean_phones, clean_uscc
from gezhi.core.registry.codes import CodeTable
from gezhi.core.registry.sheets import Cleaner, Column, Template

_PLAIN: Final[dict[Cleaner, str]] = {
    clean_name: r"^[\u4e00-\u9fa5]{2,4}$",
    clean_text: r"^[\u4e00-\u9fa5][\u4e00-\u9fa5A-Za-z0-9#()-]{1,100}$",
    clean_phones: r"^1[3-9][0-9]{9}$",
}


def _column(field: str, heading: str, clean: Cleaner | None, aliases: str = "") -> Column:
    """A column; a star after the heading requires it, a question mark makes it soft."""
    bare = heading.rstrip("*?")
    return Column(
        field,
        bare,
        clean,
        required=heading.endswith("*"),
        soft=heading.endswith("?"),
        aliases=tuple(aliases.split()),
        plain=_PLAIN.get(clean, "") if clean is not None else "",
    )


def _left(field: str, heading: str, aliases: str = "") -> Column:
    return Column(field, heading, None, kept=False, aliases=tuple(aliases.split()))


def _coded(table: CodeTable) -> Cleaner:
    return partial(clean_code, table=table)


_any = partial(clean_yes_no, none_is_no=True)
_people = partial(clean_count, high=100_000)
_area = partial(clean_count, high=1_000_000, whole=False)
_ROW: Final = _left("row_no", "序号", "编号 序 No No. 行号")
_REMARK: Final = _column("remark", "备注", clean_remark, "说明 其他说明 备注说明 其它 备注信息")
_PLACE: Final = (
    "小区 小区名称 自然村 所在小区 居住小区 小区/村 小区或自然村 院落 小区（自然村） 小区村组"
)
_BUILDING: Final = "楼号 栋号 幢号 楼栋号 栋 幢 楼 楼幢 座 楼栋名称 楼宇 号楼 组 组别"
_UNIT: Final = "单元号 门 门洞 单元门"
_ROOM: Final = "室号 门牌号 室 房间号 户号 房屋号 门号 户室 房间 房屋门牌"

POPULATION: Final = Template(
    "population",
    _("人口"),
    (
        _ROW,
        _column(
            "name",
            "姓名*",
            clean_name,
            "名字 居民姓名 人员姓名 成员姓名 家庭成员姓名 本人姓名 户内成员",
        ),
        _column("id_kind", "证件类型", _coded(people.ID_KIND), "证件种类 证件名称 证件类别"),
        _column(
            "id_no",
            "公民身份号码*",
            clean_id_no,
            "身份证号码 身份证号 身份证 证件号码 证件号 公民身份证号码 公民身份证号 居民身份证号 "
            "居民身份证号码 身份号码 本人身份证号 本人身份证号码 身份证件号码 ID号",
        ),
        _column("gender", "性别", _coded(people.GENDER), "男/女 男女"),
        _column("ethnicity", "民族", _coded(people.ETHNICITY), "族别"),
        _column("birth_date", "出生日期?", clean_date, "出生年月 出生年月日 生日 出生时间 出生"),
        _column(
            "phone",
            "联系电话?",
            clean_phones,
            "电话 手机 手机号 手机号码 联系方式 电话号码 本人电话 本人联系电话 联系号码 移动电话",
        ),
        _column(
            "relation_to_head",
            "与户主关系*",
            _coded(people.RELATION),
            "关系 与户主的关系 家庭关系 户主关系 与户主之间关系 和户主关系 成员关系 与产权人关系",
        ),
        _column("head_name", "户主姓名", clean_name, "户主 户主名 户主名字"),
        _column(
            "head_id_no",
            "户主身份证号",
            clean_id_no,
            "户主身份证号码 户主公民身份号码 户主证件号码 户主证件号 户主身份证",
        ),
        _column(
            "population_class",
            "人口类别*",
            _coded(people.POPULATION_CLASS),
            "人口类型 人员类别 人员类型 人口性质 人员性质 户籍类型 居民类别",
        ),
        _column(
            "consistency",
            "人户状态*",
            _coded(people.CONSISTENCY),
            "人户一致标识 人户情况 人户是否一致 人户分离 是否人户一致 在户情况 人户一致 居住状态",
        ),
        _column(
            "hukou_address",
            "户籍地址",
            clean_text,
            "户口地址 户籍所在地 户籍地 户口所在地 户籍详细地址 户籍地详址 户籍门楼详址 身份证地址",
        ),
        _column("compound", "小区/自然村*", None, _PLACE),
        _column("building", "楼栋*", None, _BUILDING),
        _column("unit", "单元", None, _UNIT),
        _column("room", "房号*", None, _ROOM),
        _column(
            "residence_kind",
            "居住方式",
            _coded(people.RESIDENCE_KIND),
            "居住类型 住所类型 居住性质 住房性质 居住形式 住房类型",
        ),
        _column(
            "moved_in",
            "入住日期?",
            clean_date,
            "入住时间 居住时间 来住时间 迁入日期 入住年月 开始居住时间 何时入住",
        ),
        _column("political_status", "政治面貌", _coded(people.POLITICAL), "政治身份 党派 面貌"),
        _column(
            "education", "文化程度", _coded(people.EDUCATION), "学历 教育程度 最高学历 受教育程度"
        ),
        _column(
            "marital_status", "婚姻状况", _coded(people.MARITAL), "婚姻 婚否 婚姻情况 婚姻状态"
        ),
        _column(
            "workplace",
            "工作单位?",
            clean_text,
            "服务处所 单位 就业单位 工作单位及职务 就读学校 工作或学习单位 工作地点 工作单位或学校",
        ),
        _column(
            "care_labels",
            "重点类别",
            clean_care,
            "重点人群 特殊人群 服务类别 重点服务类别 人员标签 特殊群体 关爱类别 重点服务对象 "
            "帮扶类别",
        ),
        _left("vaccine_doses", "疫苗剂次", "疫苗接种 接种剂次 疫苗 疫苗接种情况 接种情况 疫苗针次"),
        _REMARK,
    ),
)

DWELLING: Final = Template(
    "dwelling",
    _("房屋"),
    (
        _ROW,
        _column(
            "community",
            "社区/村*",
            clean_text,
            "社区 村 所属社区 村居 村（社区） 社区（村） 所在社区 村社区",
        ),
        _column("compound", "小区*", None, f"{_PLACE} 小区/自然村"),
        _column("building", "楼栋*", None, _BUILDING),
        _column("unit", "单元", None, _UNIT),
        _column("floor", "楼层", None, "层 所在楼层 层数 所在层"),
        _column("room", "房号*", None, _ROOM),
        _column(
            "area",
            "建筑面积?",
            _area,
            "面积 房屋面积 建筑面积（平方米） 面积（㎡） 建筑面积㎡ 平方",
        ),
        _column(
            "use",
            "用途*",
            _coded(units.BUILDING_USE),
            "房屋用途 建筑用途 使用用途 房屋性质 房屋类型",
        ),
        _column(
            "use_state",
            "使用状态*",
            _coded(units.USE_STATE),
            "房屋状态 使用情况 居住情况 使用现状 房屋使用状态 入住情况 房屋现状 状态",
        ),
        _column("tenure", "产权性质?", _coded(units.TENURE), "房屋产权 产权类型 房屋产权性质"),
        _column(
            "owner_name",
            "产权人",
            clean_name,
            "房主 业主 业主姓名 房主姓名 产权人姓名 房东 房东姓名 户主",
        ),
        _column(
            "owner_id_no",
            "产权人身份证号",
            clean_id_no,
            "产权人身份证号码 房主身份证号 业主身份证号 房主身份证 业主身份证号码 房东身份证号 "
            "产权人证件号",
        ),
        _column(
            "owner_phone",
            "产权人电话?",
            clean_phones,
            "房主电话 业主电话 联系电话 产权人联系电话 房东电话 业主联系电话 业主联系方式 电话",
        ),
        _column("tenants", "租户人数", _people, "租住人数 承租人数 租客人数 租赁人数 居住人数"),
        _column("group_rental", "是否群租", clean_yes_no, "群租 群租房 是否群租房"),
        _column(
            "hazard", "隐患", _coded(units.HAZARD), "隐患类型 安全隐患 存在隐患 有无隐患 隐患情况"
        ),
        _REMARK,
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
        _ROW,
        _column(
            "name", "单位名称*", clean_text, "企业名称 公司名称 名称 单位 企业 法人单位名称 公司"
        ),
        _column("uscc", "统一社会信用代码*", clean_uscc, _USCC),
        _column(
            "kind",
            "单位类型*",
            _coded(units.ENTERPRISE_KIND),
            "企业类型 类型 单位性质 企业性质 主体类型 单位类别 性质",
        ),
        _column(
            "industry", "行业", clean_text, "所属行业 行业类别 行业分类 主营业务 经营范围 行业类型"
        ),
        _column("registered_address", "注册地址", clean_text, "注册地 登记住所 执照地址 登记地址"),
        _column(
            "address",
            "经营地址*",
            clean_text,
            "地址 实际经营地址 办公地址 单位地址 企业地址 经营场所 详细地址",
        ),
        _column(
            "legal_rep",
            "法定代表人",
            clean_name,
            "法人 法人代表 法人姓名 法定代表人姓名 法人代表姓名",
        ),
        _column(
            "contact", "联系人*", clean_name, "负责人 联系人姓名 企业联系人 单位负责人 负责人姓名"
        ),
        _column("phone", "联系电话*", clean_phones, f"{_PHONE} 联系人电话 负责人电话"),
        _column("staff_count", "从业人数", _people, _STAFF),
        _column("party_members", "党员人数", _people, "党员数 党员 党员数量"),
        _column("party_org", "是否建立党组织", _any, "党组织 有无党组织 是否成立党组织 党组织情况"),
        _column(
            "state",
            "经营状态*",
            _coded(units.UNIT_STATE),
            "状态 营业状态 企业状态 生产经营状态 登记状态",
        ),
        _REMARK,
    ),
)

SHOP: Final = Template(
    "shop",
    _("门店"),
    (
        _ROW,
        _column(
            "name",
            "店招名称*",
            clean_text,
            "店名 门店名称 招牌名称 商户名称 店铺名称 商铺名称 门头名称 名称 店招",
        ),
        _column("licence_name", "营业执照名称", clean_text, "执照名称 营业执照 登记名称 字号名称"),
        _column("uscc", "统一社会信用代码", clean_uscc, _USCC),
        _column(
            "trade",
            "业态*",
            _coded(units.TRADE),
            "经营类型 行业 经营业态 经营类别 类型 经营项目 业态类型",
        ),
        _column(
            "address", "地址*", clean_text, "门店地址 经营地址 商铺地址 详细地址 店铺地址 门牌号"
        ),
        _column(
            "contact",
            "经营者*",
            clean_name,
            "店主 负责人 老板 经营人 经营者姓名 店主姓名 负责人姓名 联系人",
        ),
        _column(
            "phone", "电话*", clean_phones, f"{_PHONE} 联系电话 经营者电话 店主电话 负责人电话"
        ),
        _column("staff_count", "从业人数", _people, _STAFF),
        _column(
            "sleepers",
            "店内住人(是/否)*",
            _any,
            "店内住人 是否住人 是否店内住人 三合一 是否三合一 店内是否住人 住人情况",
        ),
        _column(
            "gas",
            "用气方式",
            _coded(units.GAS),
            "燃气类型 用气类型 用气情况 燃气 使用燃气 燃料类型",
        ),
        _column(
            "extinguishers", "灭火器数量", _people, "灭火器 灭火器个数 灭火器具数 灭火器（具）"
        ),
        _REMARK,
    ),
)

SITE: Final = Template(
    "site",
    _("工地"),
    (
        _ROW,
        _column("name", "工地名称*", clean_text, "项目名称 工程名称 名称 工地 项目"),
        _column(
            "address", "地址*", clean_text, "工地地址 项目地址 工程地址 位置 项目位置 详细地址"
        ),
        _column("developer", "建设单位*", clean_text, "建设方 业主单位 甲方 开发单位 建设单位名称"),
        _column(
            "contractor",
            "施工单位*",
            clean_text,
            "施工方 总包单位 施工总承包 总承包单位 施工单位名称",
        ),
        _column("supervisor", "监理单位", clean_text, "监理 监理公司 监理方 监理单位名称"),
        _column("manager", "项目经理*", clean_name, "项目负责人 负责人 项目经理姓名 现场负责人"),
        _column("phone", "电话*", clean_phones, f"{_PHONE} 联系电话 项目经理电话 负责人电话"),
        _column("safety_officer", "安全员", clean_name, "专职安全员 安全负责人 安全员姓名"),
        _column(
            "stage",
            "施工阶段*",
            _coded(units.SITE_STAGE),
            "阶段 形象进度 工程阶段 进度 目前阶段 施工进度",
        ),
        _column(
            "permit_no", "施工许可证号", clean_text, "施工许可证 许可证号 施工许可 施工许可证编号"
        ),
        _column("starts_on", "开工日期*", clean_date, "开工时间 开工年月 实际开工日期"),
        _column(
            "ends_on",
            "计划竣工日期",
            clean_date,
            "竣工日期 计划竣工时间 预计竣工日期 竣工时间 完工日期",
        ),
        _column(
            "workers",
            "工人数*",
            _people,
            "工人人数 民工人数 施工人数 现场人数 人数 作业人数 务工人数",
        ),
        _column("video", "视频接入", _any, "视频监控 是否接入视频 视频是否接入 监控接入 视频"),
        _REMARK,
    ),
)

TEMPLATES: Final = {
    template.code: template for template in (POPULATION, DWELLING, ENTERPRISE, SHOP, SITE)
}
