"""A line in the reader's language: what tables, fields and codes it names are called on screen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import ActorKind
from gezhi.base.pages import hooks
from gezhi.base.rights import all_rights

CHANNELS: Final = (
    ("web", _lazy("页面")),
    ("api", _lazy("接口")),
    ("command", _lazy("命令行")),
    ("job", _lazy("定时任务")),
    ("system", _lazy("系统")),
)
ACTORS: Final[Mapping[str, Any]] = {
    ActorKind.STAFF: _lazy("工作人员"),
    ActorKind.RESIDENT: _lazy("本人"),
    ActorKind.PROGRAM: _lazy("程序"),
    ActorKind.SYSTEM: _lazy("系统"),
}
KEYS: Final[Mapping[str, Any]] = {
    "accepted": _lazy("采用的地方代码"),
    "account": _lazy("账号编号"),
    "accounts": _lazy("账号数"),
    "acting_ended": _lazy("结束的代理岗位数"),
    "acting_for": _lazy("代理的账号编号"),
    "added": _lazy("增加的权限"),
    "agreed": _lazy("同意"),
    "alias": _lazy("别名"),
    "alone": _lazy("无须他人审批"),
    "attached": _lazy("附件校验值"),
    "boundaries": _lazy("边界数"),
    "building": _lazy("楼栋编号"),
    "buildings": _lazy("楼栋"),
    "bytes": _lazy("文件大小（字节）"),
    "case": _lazy("案件"),
    "cases": _lazy("案件数"),
    "categories": _lazy("案件类别"),
    "cause": _lazy("原因"),
    "changed": _lazy("有变化的"),
    "changed_rows": _lazy("变更摘要值"),
    "child": _lazy("下级事项编号"),
    "clock": _lazy("时限名称"),
    "clocks": _lazy("提醒的时限数"),
    "code": _lazy("代码"),
    "coming": _lazy("新设的地方代码"),
    "comment": _lazy("意见编号"),
    "compounds": _lazy("小区数"),
    "conflict": _lazy("冲突编号"),
    "counts": _lazy("数量"),
    "day": _lazy("日期"),
    "days": _lazy("天数"),
    "digest": _lazy("写入内容摘要值"),
    "done": _lazy("办结的待办"),
    "dropped": _lazy("去掉的记录编号"),
    "due": _lazy("到期时间"),
    "dwelling": _lazy("房屋编号"),
    "ended": _lazy("结束数"),
    "enterprises": _lazy("企业数"),
    "expired": _lazy("过期数"),
    "extended": _lazy("延长的时限"),
    "fields": _lazy("字段"),
    "file": _lazy("文件"),
    "finished": _lazy("办结数"),
    "followers": _lazy("抄送的账号"),
    "frame": _lazy("坐标系"),
    "from": _lazy("自"),
    "ground": _lazy("依据"),
    "handed_over": _lazy("移交"),
    "head": _lazy("户主编号"),
    "held": _lazy("依法暂留"),
    "home_unit": _lazy("所在单位"),
    "house_code": _lazy("房屋编码"),
    "household": _lazy("户编号"),
    "into": _lazy("并入的案件"),
    "joined": _lazy("同诉人数"),
    "justified": _lazy("是否正当"),
    "kept": _lazy("保留的"),
    "key": _lazy("归并键"),
    "kind": _lazy("类别"),
    "kinds": _lazy("工作种类"),
    "left": _lazy("未撤回的记录"),
    "left_in_all": _lazy("未撤回的记录数"),
    "level": _lazy("层级"),
    "links": _lazy("账号"),
    "made": _lazy("新增数"),
    "mapped": _lazy("已对应的列"),
    "matters": _lazy("事项数量"),
    "members": _lazy("成员编号"),
    "merge": _lazy("合并编号"),
    "name": _lazy("名称"),
    "number": _lazy("编号"),
    "of": _lazy("总数"),
    "off": _lazy("放假天数"),
    "on": _lazy("日期"),
    "onward": _lazy("随后自动办理的步骤"),
    "other": _lazy("关联的事项"),
    "out_of": _lazy("拆出的案件"),
    "outcome": _lazy("处理结果"),
    "own_words": _lazy("另写公开答复"),
    "owner": _lazy("负责人编号"),
    "page": _lazy("页面"),
    "photos": _lazy("公开的照片数"),
    "placed": _lazy("已落位的楼栋数"),
    "places": _lazy("地方数"),
    "proof": _lazy("身份核验方式"),
    "purpose": _lazy("使用目的代码"),
    "read": _lazy("已读数"),
    "removed": _lazy("删除的记录"),
    "restored": _lazy("恢复的记录"),
    "retiring": _lazy("撤销的地方代码"),
    "reveals_for": _lazy("可查看明文的目的"),
    "rights": _lazy("权限"),
    "role": _lazy("角色"),
    "rooms": _lazy("房屋数"),
    "rows": _lazy("行数"),
    "satisfied": _lazy("是否满意"),
    "seasons": _lazy("年份数"),
    "sent": _lazy("发出的消息"),
    "sessions": _lazy("会话数"),
    "sessions_ended": _lazy("结束的会话数"),
    "shops": _lazy("门店数"),
    "since": _lazy("自"),
    "sites": _lazy("工地数"),
    "solved": _lazy("是否解决"),
    "source": _lazy("反映来源"),
    "stage": _lazy("环节"),
    "state": _lazy("状态"),
    "staying": _lazy("留下的成员编号"),
    "taken": _lazy("取消的权限"),
    "taken_off": _lazy("撤下的附件校验值"),
    "template": _lazy("模板"),
    "times": _lazy("次数"),
    "title": _lazy("名称"),
    "to": _lazy("至"),
    "todo": _lazy("待办"),
    "todos": _lazy("待办数"),
    "topic": _lazy("类别代码"),
    "unfit": _lazy("不再相符的"),
    "unit": _lazy("责任单位编号"),
    "units": _lazy("抄送的单位"),
    "until": _lazy("至"),
    "url": _lazy("接收地址"),
    "username": _lazy("登录名"),
    "valid_to": _lazy("停用日期"),
    "waits": _lazy("待复核"),
    "withheld": _lazy("不公开单位答复"),
    "worked": _lazy("补班天数"),
    "works": _lazy("是否上班"),
    "written": _lazy("写入的行数"),
    "wrong": _lazy("不符数"),
    "year": _lazy("年份"),
}
"""What the keys of `changes` are called; a house test finds one that is missing."""
LISTS: Final = frozenset(
    {
        *("accepted", "added", "buildings", "changed", "coming", "fields", "kept", "left"),
        *("links", "mapped", "members", "retiring", "reveals_for", "rights", "staying", "taken"),
        "unfit",
    }
)
"""Keys whose lists are several things; elsewhere a list of two is what was and what is."""


def kind_in_words(label: str) -> str:
    """A table by the label a line keeps (`registry.person`): `人员`."""
    model = _model(label)
    return label if model is None else _(str(model._meta.verbose_name))


def changes_in_words(changes: Mapping[str, Any], label: str = "") -> str:
    """What a line says was changed, of a row of the table with this label."""
    model = _model(label)
    return "；".join(
        f"{_key(name, model)}：{_value(name, value, model)}" for name, value in changes.items()
    )


def _key(name: str, model: type[Model] | None) -> str:
    if name in KEYS:
        return str(KEYS[name])
    return kind_in_words(name) if _model(name) is not None else _field(name, model)


def _value(name: str, value: Any, model: type[Model] | None, *, within: bool = False) -> str:
    if value is None or value in ("", [], {}):
        return _("无")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Mapping):
        return "、".join(
            f"{_key(one, model)} {_value(one, of, model)}" for one, of in value.items()
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        told = [_value(name, one, model, within=True) for one in value]
        return (" → " if not within and _is_change(name, value) else "、").join(told)
    if isinstance(value, str):
        return _code(name, value, model)
    return json.dumps(value, ensure_ascii=False)


def _is_change(name: str, value: Sequence[Any]) -> bool:
    """Whether a list is what was and what is, rather than several things."""
    sides = any(one is None or isinstance(one, list) for one in value)
    return len(value) == 2 and (sides or name not in LISTS)


def _code(name: str, value: str, model: type[Model] | None) -> str:
    """A code by what it is a code of; any other words as they stand."""
    if name in ("fields", "kept"):
        return _field(value, model)
    if name == "left":
        table, _space, key = value.partition(" ")
        return f"{kind_in_words(table)} {key}"
    if name in ("rights", "added", "taken"):
        return {right.code: str(right.title) for right in all_rights()}.get(value, value)
    if name in ("role", "roles"):
        return hooks.role_titles().get(value, value)
    field = _found(name, model)
    choices: dict[Any, Any] = dict(getattr(field, "flatchoices", None) or ())
    return _(str(choices[value])) if value in choices else value


def _field(name: str, model: type[Model] | None) -> str:
    """What a field is called: `phone` of the row, `migrant.permit_no` of a row beside it."""
    above, _dot, own = name.rpartition(".")
    beside = _found(above, model)
    field = _found(own, beside.related_model if beside is not None else model)
    return name if field is None else _words_of(field)


def _words_of(field: Any) -> str:
    words = str(getattr(field, "verbose_name", field.name))
    if field.is_relation and words == field.name.replace("_", " "):
        words = str(field.related_model._meta.verbose_name)
    return _(words)


def _found(name: str, model: Any) -> Any:
    if model is None or not name:
        return None
    try:
        found: Field[Any, Any] = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return found


def _model(label: str) -> type[Model] | None:
    try:
        return apps.get_model(label) if label else None
    except (LookupError, ValueError):
        return None
