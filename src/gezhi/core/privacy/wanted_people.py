"""The personal fields of people and households, and the duties that want them."""

from __future__ import annotations

from typing import Final

from gezhi.base.sentences import _
from gezhi.core.privacy.wanted import Reason

PERSON = "registry.Person"
HOUSEHOLD = "registry.Household"
MIGRANT = "registry.MigrantFacts"
OVERSEAS = "registry.OverseasFacts"
BEHIND = "registry.LeftBehindFacts"
CARE = "registry.CareLabel"
STAY = "registry.Residence"
EVENT = "registry.LifeEvent"

GRASSROOTS = _("《城市居民委员会组织法》第三条、《村民委员会组织法》第二条")

REASONS: Final = (
    Reason(
        _("网格员、社区（村）与街道窗口"),
        _("知道是谁：办事、走访和通知时确认身份，避免把两个人当成一个人"),
        "duty",
        GRASSROOTS,
        (
            (PERSON, "name", "name"),
            (PERSON, "former_name", "name"),
            (PERSON, "gender", "basic"),
            (PERSON, "birth_date", "birth"),
            (PERSON, "id_kind", "basic"),
            (PERSON, "id_no", "id_no"),
            (PERSON, "id_no_raw", "id_no"),
        ),
    ),
    Reason(
        _("本平台"),
        _("按姓名、拼音、证件号或电话找到您的记录；索引不能还原出号码"),
        "duty",
        GRASSROOTS,
        (
            (PERSON, "given", "search"),
            (PERSON, "pinyin", "search"),
            (PERSON, "initials", "search"),
            (PERSON, "id_no_index", "search"),
            (PERSON, "phone_index", "search"),
            (PERSON, "provisional_key", "search"),
        ),
    ),
    Reason(
        _("网格员、社区（村）与街道窗口"),
        _("联系您：停水停电、走访预约、办事进度和紧急情况"),
        "duty",
        GRASSROOTS,
        (
            (PERSON, "phone", "phone"),
            (PERSON, "other_phones", "phone"),
        ),
    ),
    Reason(
        _("网格员、社区（村）"),
        _("掌握本辖区实有人口底数，按人口结构安排学位、养老和公共服务"),
        "duty",
        GRASSROOTS,
        (
            (PERSON, "ethnicity", "basic"),
            (PERSON, "native_place", "basic"),
            (PERSON, "marital_status", "family"),
            (PERSON, "education", "basic"),
            (PERSON, "occupation_type", "basic"),
            (PERSON, "occupation", "work"),
            (PERSON, "workplace", "work"),
            (PERSON, "population_class", "migration"),
            (PERSON, "consistency", "residence"),
            (PERSON, "hukou_region", "migration"),
            (PERSON, "hukou_address", "address"),
            (PERSON, "ended_on", "residence"),
            (PERSON, "remark", "note"),
        ),
    ),
    Reason(
        _("街道组织办、社区（村）党组织"),
        _("党员的组织关系与活动通知；不用于其他事项"),
        "duty",
        _("《中国共产党章程》《中国共产党党员教育管理工作条例》"),
        ((PERSON, "political_status", "political"),),
    ),
    Reason(
        _("网格员、社区（村）"),
        _("知道谁住在哪里、哪些人是一户：走访、疏散、通知到户"),
        "duty",
        GRASSROOTS,
        (
            (PERSON, "dwelling", "residence"),
            (PERSON, "household", "family"),
            (PERSON, "relation_to_head", "family"),
            (HOUSEHOLD, "dwelling", "residence"),
            (HOUSEHOLD, "household_no", "family"),
            (HOUSEHOLD, "kind", "family"),
            (HOUSEHOLD, "head", "family"),
            (HOUSEHOLD, "members", "family"),
            (HOUSEHOLD, "dissolved_on", "family"),
            (STAY, "dwelling", "residence"),
            (STAY, "household", "family"),
            (STAY, "kind", "residence"),
            (STAY, "main", "residence"),
            (STAY, "moved_in", "residence"),
            (STAY, "moved_out", "residence"),
            (STAY, "out_reason", "residence"),
            (EVENT, "kind", "residence"),
            (EVENT, "other", "family"),
            (EVENT, "household", "family"),
            (EVENT, "happened_on", "residence"),
            (EVENT, "from_text", "address"),
            (EVENT, "to_text", "address"),
        ),
    ),
    Reason(
        _("街道民政、社区（村）关爱服务人员"),
        _("主动上门关爱和落实救助、优待，只有承担这项职责的人能看到"),
        "duty",
        _("《社会救助暂行办法》《老年人权益保障法》《残疾人保障法》《未成年人保护法》"),
        (
            (CARE, "kind", "care"),
            (CARE, "detail", "care"),
            (CARE, "valid_from", "care"),
            (CARE, "valid_to", "care"),
            (BEHIND, "kind", "care"),
            (BEHIND, "guardian", "contact"),
            (BEHIND, "needs", "needs"),
            (BEHIND, "help_given", "needs"),
        ),
    ),
    Reason(
        _("网格员、社区（村）"),
        _("协助流动人口登记，办理居住证和子女入学等事项"),
        "duty",
        _("《居住证暂行条例》"),
        (
            (MIGRANT, "inflow_reason", "migration"),
            (MIGRANT, "permit_type", "migration"),
            (MIGRANT, "permit_no", "id_no"),
            (MIGRANT, "registered_on", "migration"),
            (MIGRANT, "permit_expires_on", "migration"),
        ),
    ),
    Reason(
        _("网格员、社区（村）"),
        _("提醒境外人员按时办理住宿登记和停居留手续"),
        "duty",
        _("《出境入境管理法》第三十九条"),
        (
            (OVERSEAS, "foreign_name", "name"),
            (OVERSEAS, "nationality", "overseas"),
            (OVERSEAS, "document_expires_on", "overseas"),
            (OVERSEAS, "purpose", "overseas"),
            (OVERSEAS, "arrived_on", "overseas"),
            (OVERSEAS, "leaves_on", "overseas"),
        ),
    ),
)
