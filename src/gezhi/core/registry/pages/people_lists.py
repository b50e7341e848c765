"""Lists of people, households, those cared for, events and conflicts."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.pages.columns import address_of
from gezhi.core.registry import reads, rights
from gezhi.core.registry.models import Conflict
from gezhi.core.registry.models.people import LifeEventKind
from gezhi.core.registry.pages import columns as c
from gezhi.core.registry.pages.common import (
    AGES,
    IN_PLACE,
    RegistryList,
    counted,
    find_head,
    find_named,
    in_bands,
    of_kinds,
)
from gezhi.core.registry.pages.exporting import Exportable

CONFLICT_KINDS: dict[str, Any] = {
    str(code): _(str(words)) for code, words in Conflict._meta.get_field("kind").choices or ()
}
EVENT_KINDS = c.words_of(LifeEventKind)
PERSON_FILTERS: tuple[ui.Filter, ...] = (
    IN_PLACE,
    ui.Search("q", _("姓名"), find=find_named, placeholder=_("姓名、拼音或首字母")),
    ui.Choices("class", _("人口类别"), choices=c.CLASSES, column="population_class"),
    ui.Choices("age", _("年龄"), choices=AGES, narrower=in_bands),
    ui.Choices("gender", _("性别"), choices=c.GENDERS, first=False),
    ui.Choices("consistency", _("人户状态"), choices=c.CONSISTENCIES, first=False),
    ui.YesOrNo("head", _("户主"), when=Q(relation_to_head="02"), first=False),
    ui.YesOrNo("number", _("有证件号码"), when=Q(id_no_index__isnull=False), first=False),
    ui.YesOrNo("homed", _("有住处"), when=Q(dwelling__isnull=False), first=False),
    ui.YesOrNo("blocked", _("限制处理"), first=False),
    ui.Days("verified", _("核实日期"), column="verified_at", first=False),
)


class PersonList(Exportable):
    path, name = "people/", "registry.people"
    title = _("人口")
    right = rights.SEE_PEOPLE
    rows = reads.people
    metric = "people"
    count_all = counted("people", rights.SEE_PEOPLE)
    opens = "registry.person"
    reveals = "registry.reveal_people"
    columns = c.PERSON_COLUMNS
    filters = PERSON_FILTERS
    ordering = ("pk",)
    buttons = (
        ui.Button(
            _("登记人员"), "registry.register_person", rights.CHANGE_PEOPLE, main=True, order=20
        ),
        ui.Button(_("已迁出和已故"), "registry.former_people", rights.SEE_PEOPLE, icon="archive"),
    )
    bulk = (
        ui.BulkAct("merge", _("比对合并"), rights.MERGE, to="registry.compare", icon="arrow-merge"),
    )
    export_right = rights.EXPORT
    nothing = _("还没有人口数据：点“登记人员”逐人登记，或用“导入”上传表格")


class FormerPersonList(Exportable):
    path, name = "people/former/", "registry.former_people"
    title = _("已迁出和已故人员")
    right = rights.SEE_PEOPLE
    rows = reads.former_people
    crumbs = ("registry.people",)
    opens = "registry.person"
    columns = (
        c.name(),
        ui.Choice("gender", _("性别"), choices=c.GENDERS),
        c.id_no(),
        ui.Badge("state", _("状态"), choices=c.PERSON_STATES, tones=c.STATE_TONES),
        ui.Date("ended_on", _("迁出/死亡日期"), order="-ended_on"),
        c.grid(),
        c.community(shown=False),
    )
    filters = (
        IN_PLACE,
        ui.Search("q", _("姓名"), find=find_named, placeholder=_("姓名、拼音或首字母")),
        ui.Choices("state", _("状态"), choices=c.PERSON_STATES),
        ui.Days("ended", _("迁出/死亡日期"), column="ended_on"),
    )
    ordering = ("pk",)
    export_right = rights.EXPORT
    nothing = _("还没有人迁出或去世")


class HouseholdList(Exportable):
    path, name = "households/", "registry.households"
    title = _("户")
    right = rights.SEE_PEOPLE
    rows = reads.households
    metric = "households"
    count_all = counted("households", rights.SEE_PEOPLE)
    subject = "head"
    opens = "registry.household"
    columns = (
        c.name("head.name", _("户主")),
        ui.Text("dwelling.address", _("地址")),
        ui.Number("members", _("人数"), unit=_(" 人"), order="-members"),
        c.grid(),
        ui.Choice("kind", _("户别"), choices={"family": _("家庭户"), "collective": _("集体户")}),
        c.community(shown=False),
        c.as_of(),
    )
    filters = (
        IN_PLACE,
        ui.Search("q", _("户主或地址"), find=find_head),
        ui.Choices("kind", _("户别"), choices={"family": _("家庭户"), "collective": _("集体户")}),
        ui.YesOrNo("headless", _("缺户主"), when=Q(head=None), first=False),
    )
    ordering = ("pk",)
    export_right = rights.EXPORT
    nothing = _("登记人员时会自动立户")


class CareList(Exportable):
    path, name = "care/", "registry.care"
    title = _("重点服务对象")
    lead = _("需要上门关心、帮扶的人。只有承担这项职责的岗位能看到")
    right = rights.SEE_CARE
    rows = reads.cared_for
    opens = "registry.person"
    reveals = "registry.reveal_cared"
    columns = (
        c.name(),
        ui.Choice("gender", _("性别"), choices=c.GENDERS),
        c.Age("birth_date", _("年龄"), order="-birth_date"),
        c.Words("kinds", _("类别"), choices=c.CARE_KINDS, tone="warn", personal=True),
        c.phone(),
        ui.Text("dwelling.address", _("现住地址")),
        c.grid(),
        ui.Moment("verified_at", _("核实时间"), order="verified_at"),
    )
    filters = (
        IN_PLACE,
        ui.Choices("care", _("类别"), choices=c.CARE_KINDS, narrower=of_kinds),
        ui.Choices("age", _("年龄"), choices=AGES, narrower=in_bands),
        ui.Search("q", _("姓名"), find=find_named, placeholder=_("姓名、拼音或首字母")),
    )
    ordering = ("pk",)
    export_right = rights.EXPORT
    tells_hidden = False
    nothing = _("还没有登记重点服务对象；在人员页面上登记")


class EventList(RegistryList):
    path, name = "events/", "registry.events"
    title = _("人员变动")
    lead = _("迁入、迁出、出生、死亡等事件，由办理时自动记录")
    right = rights.SEE_PEOPLE
    rows = reads.events
    opens = "registry.person"
    columns = (
        c.name("person.name"),
        ui.Badge("kind", _("事件"), choices=EVENT_KINDS, tones=dict.fromkeys(EVENT_KINDS, "info")),
        ui.Text("day_shown", _("发生日期"), order="-sorted_on"),
        c.masked("address", "from_text", _("原址")),
        c.masked("address", "to_text", _("新址")),
        c.grid(),
        ui.Text("source.entered_by", _("录入人")),
        ui.Moment("recorded_at", _("登记时间"), order="-recorded_at"),
    )
    filters = (
        IN_PLACE,
        ui.Choices("kind", _("事件"), choices=EVENT_KINDS),
        ui.Days("happened", _("发生日期"), column="sorted_on"),
        ui.Days("recorded", _("登记日期"), column="recorded_at", first=False),
    )
    ordering = ("-pk",)
    nothing = _("还没有人员变动")

    def row_address(self, row: Any) -> str:
        return address_of(self.opens, row.person_id)


class ConflictList(RegistryList):
    path, name = "conflicts/", "registry.conflicts"
    title = _("待核冲突")
    lead = _("两条信息互相矛盾，规则不能判定，需要人工核实")
    right = rights.SETTLE
    rows = reads.conflicts
    opens = "registry.conflict"
    columns = (
        ui.Choice("kind", _("类别"), choices=CONFLICT_KINDS),
        c.name("person.name", _("登记人员")),
        c.id_no("person.id_no", _("证件号码")),
        c.name("other.name", _("另一条记录")),
        ui.Place("grid_id", _("网格")),
        ui.Text("source.named", _("来源")),
        ui.Moment("found_at", _("发现时间"), order="found_at"),
        ui.Moment("settled_at", _("处理时间")),
        ui.Text("settled_by", _("处理人")),
    )
    filters = (
        IN_PLACE,
        ui.Choices("kind", _("类别"), choices=CONFLICT_KINDS),
        ui.YesOrNo("open", _("待处理"), when=Q(settled_at=None)),
        ui.Days("found", _("发现日期"), column="found_at", first=False),
    )
    ordering = ("-found_at",)
    nothing = _("没有待核的冲突")


pages = (
    PersonList,
    FormerPersonList,
    HouseholdList,
    CareList,
    EventList,
    ConflictList,
)
