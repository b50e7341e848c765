"""The columns of an exported list, under the headings that hotlines and message boards use."""

from __future__ import annotations

from typing import Final

from gezhi.base.sentences import _
from gezhi.core.registry.sheet_columns import left_out
from gezhi.core.registry.sheets import Column, Template, read_beside
from gezhi.services.cases.models.hotline import Origin


def _column(field: str, heading: str, aliases: str, *, required: bool = False) -> Column:
    return Column(field, heading, None, required=required, aliases=tuple(aliases.split()))


COLUMNS: Final = (
    left_out("row_no", "序号", "序 No No. 行号"),
    _column(
        "number",
        "工单编号",
        "留言编号 工单号 编号 诉求编号 来电编号 受理编号 事件编号 流水号 单号 信件编号 案件编号 "
        "工单流水号 服务单号",
        required=True,
    ),
    _column(
        "reported_at",
        "反映时间",
        "留言时间 来电时间 受理时间 诉求时间 登记时间 创建时间 提交时间 时间 反映日期 受理日期 "
        "来信时间 上报时间 工单创建时间",
        required=True,
    ),
    _column("subject", "主题", "留言主题 标题 工单标题 诉求标题 信件标题 事件标题 内容摘要"),
    _column(
        "detail",
        "详情",
        "留言详情 诉求内容 工单内容 反映内容 内容 问题描述 详细内容 事件描述 信件内容 来电内容 "
        "诉求描述",
        required=True,
    ),
    _column(
        "reporter", "反映人", "留言用户 来电人 诉求人 联系人 姓名 市民姓名 来信人 反映人姓名 用户"
    ),
    _column("phone", "联系电话", "电话 来电号码 手机 手机号 手机号码 联系方式 主叫号码 反映人电话"),
    _column(
        "address", "地址", "地点 诉求地址 事发地址 问题地址 事件地址 发生地点 事发地点 详细地址"
    ),
    _column(
        "category",
        "类别",
        "分类 诉求类别 工单类别 问题类别 事件类别 一级分类 诉求分类 小类 问题类型 案件类别",
    ),
    _column(
        "reply",
        "答复",
        "答复意见 答复内容 办理结果 回复内容 办理情况 处理结果 回复 办结意见 处置结果 回复意见",
    ),
    _column(
        "replied_at",
        "答复时间",
        "回复时间 办结时间 答复日期 完成时间 办理时间 反馈时间 回复日期 办结日期",
    ),
    left_out("unit", "承办单位", "办理单位 责任单位 主办单位 处置单位 承办部门"),
    left_out("state", "状态", "工单状态 办理状态 当前状态 处理状态"),
    left_out("satisfied", "满意度", "满意情况 回访结果 评价 是否满意 群众评价"),
    left_out("due", "办理时限", "截止时间 到期时间 要求办结时间 办结期限"),
)


def code_of(origin: str) -> str:
    """Under what a list's sheet is known: each list remembers its own headings."""
    return f"hotline_{origin}"


TEMPLATES: Final = {
    origin.value: read_beside(Template(code_of(origin.value), _("热线工单"), COLUMNS))
    for origin in Origin
}
