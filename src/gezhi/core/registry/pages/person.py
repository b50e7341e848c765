"""人: the 360-degree page, its history, and what was believed on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.pages.columns import address_of
from gezhi.base.pages.layout import link
from gezhi.core.privacy import masks
from gezhi.core.privacy import rights as privacy_rights
from gezhi.core.privacy.actions import record_access
from gezhi.core.privacy.models import AccessKind
from gezhi.core.privacy.purposes import VIEW
from gezhi.core.registry import codes_people as codes
from gezhi.core.registry import reads, rights, vehicle_reads
from gezhi.core.registry.models import Merge, Person
from gezhi.core.registry.pages import columns as c
from gezhi.core.registry.pages.history import HistoryPage
from gezhi.core.registry.pages.people_lists import EVENT_KINDS
from gezhi.core.registry.pages.refusals import (
    closed,
    closed_or_absent,
    closed_or_numbered,
    gone,
    homeless,
    settled_here,
    without_household,
)
from gezhi.core.registry.pages.vehicles import related as vehicles


def view_logged(page: Any, person: Person) -> None:
    """Note that a masked file was opened: once in half an hour, before it is shown."""
    record_access(
        AccessKind.VIEW,
        [person.pk],
        fields=["name", "id_no", "phone"],
        purpose=VIEW,
        by=page.actor,
        at=page.at,
    )


STAY_COLUMNS: tuple[ui.Column, ...] = (
    ui.Link("dwelling.address", _("地址"), to="registry.dwelling", key_source="dwelling_id"),
    ui.Choice("kind", _("居住方式"), choices=c.STAY_KINDS),
    c.moved_in(),
    ui.Date("moved_out", _("搬离")),
    ui.Text("out_reason", _("原因")),
    ui.YesNo("main", _("主要住处")),
)
LABEL_COLUMNS: tuple[ui.Column, ...] = (
    ui.Choice("kind", _("类别"), choices=c.CARE_KINDS),
    ui.Text("detail", _("类别/等级")),
    ui.Date("valid_from", _("自")),
    ui.Date("valid_to", _("至")),
)
MATE_COLUMNS: tuple[ui.Column, ...] = (
    c.name(),
    ui.Choice("relation_to_head", _("与户主关系"), choices=c.RELATIONS),
    ui.Choice("gender", _("性别"), choices=c.GENDERS),
    c.Age("birth_date", _("年龄")),
    c.phone(),
)


REVEAL = "registry.reveal_person"


class PersonPage(ui.DetailPage):
    path, name = "people/<uuid:pk>/", "registry.person"
    title = _("人员")
    right = rights.SEE_PEOPLE
    rows = reads.person_files
    crumbs = ("registry.people",)
    template = "registry/person.html"
    sections = (
        ui.Section(
            _("身份"),
            (
                c.name(reveal=REVEAL),
                c.masked("name", "former_name", _("曾用名"), reveal=REVEAL),
                ui.Choice("gender", _("性别"), choices=c.GENDERS),
                c.Age("birth_date", _("年龄")),
                c.masked("birth", "birth_date", _("出生日期"), reveal=REVEAL),
                ui.Choice("id_kind", _("证件类型"), choices=c.ID_KINDS),
                c.id_no(reveal=REVEAL),
                ui.Choice("ethnicity", _("民族"), choices=c.words_in(codes.ETHNICITY)),
            ),
        ),
        ui.Section(
            _("联系"),
            (
                c.phone(reveal=REVEAL),
                c.masked("phone", "other_phones", _("其他电话"), reveal=REVEAL),
                ui.Link(
                    "dwelling.address",
                    _("现住地址"),
                    to="registry.dwelling",
                    key_source="dwelling_id",
                ),
                c.grid(),
                c.masked("address", "hukou_address", _("户籍地址"), reveal=REVEAL),
            ),
        ),
        ui.Section(
            _("人口登记"),
            (
                ui.Badge("population_class", _("人口类别"), choices=c.CLASSES, tones=c.CLASS_TONES),
                ui.Choice("consistency", _("人户状态"), choices=c.CONSISTENCIES),
                ui.Choice("relation_to_head", _("与户主关系"), choices=c.RELATIONS),
                ui.Choice("marital_status", _("婚姻状况"), choices=c.words_in(codes.MARITAL)),
                ui.Choice("education", _("文化程度"), choices=c.words_in(codes.EDUCATION)),
                c.masked("work", "occupation", _("职业"), reveal=REVEAL),
                c.masked("work", "workplace", _("工作单位"), reveal=REVEAL),
                c.masked("political", "political_status", _("政治面貌"), reveal=REVEAL),
                ui.Long("remark", _("备注")),
            ),
        ),
        ui.Section(
            _("流动人口"),
            (
                ui.Choice(
                    "migrant.inflow_reason", _("流入原因"), choices=c.words_in(codes.INFLOW_REASON)
                ),
                ui.Text("migrant.permit_type", _("办证类型")),
                ui.Date("migrant.permit_expires_on", _("证件到期日期")),
            ),
            when=lambda person: hasattr(person, "migrant"),
            in_drawer=False,
        ),
        ui.Section(_("来源与核实"), c.source_fields(), in_drawer=False),
    )
    related = (
        ui.Related(
            _("重点服务"),
            reads.labels_of,
            LABEL_COLUMNS,
            rights.SEE_CARE,
            opens="registry.end_care",
            in_drawer=True,
        ),
        ui.Related(
            _("同户人员"),
            reads.housemates_of,
            MATE_COLUMNS,
            rights.SEE_PEOPLE,
            opens="registry.person",
        ),
        ui.Related(_("居住经历"), reads.stays_of, STAY_COLUMNS, rights.SEE_PEOPLE),
        vehicles(vehicle_reads.vehicles_of),
    )
    acts = (
        ui.Act(
            _("变更信息"),
            "registry.change_person",
            rights.CHANGE_PEOPLE,
            refusal=gone,
            icon="edit",
            main=True,
        ),
        ui.Act(
            _("核实"),
            "registry.verify_person",
            rights.CHANGE_PEOPLE,
            refusal=closed,
            icon="user-check",
        ),
        ui.Act(
            _("补登证件号"),
            "registry.give_id",
            rights.CHANGE_PEOPLE,
            refusal=closed_or_numbered,
            icon="id",
        ),
        ui.Act(
            _("搬迁"), "registry.move", rights.CHANGE_PEOPLE, refusal=homeless, icon="home-move"
        ),
        ui.Act(
            _("全户搬迁"),
            "registry.move_household",
            rights.CHANGE_PEOPLE,
            refusal=without_household,
            icon="home-move",
            about=lambda person: person.household_id,
        ),
        ui.Act(
            _("迁入"),
            "registry.move_in",
            rights.CHANGE_PEOPLE,
            refusal=settled_here,
            icon="user-plus",
        ),
        ui.Act(
            _("迁出"),
            "registry.move_out",
            rights.CHANGE_PEOPLE,
            refusal=closed_or_absent,
            icon="logout",
        ),
        ui.Act(
            _("结婚"),
            "registry.marry",
            rights.CHANGE_PEOPLE,
            refusal=closed_or_absent,
            icon="heart",
        ),
        ui.Act(_("离婚"), "registry.divorce", rights.CHANGE_PEOPLE, refusal=closed, icon="minus"),
        ui.Act(
            _("登记出生"),
            "registry.record_birth",
            rights.CHANGE_PEOPLE,
            refusal=homeless,
            icon="plus",
        ),
        ui.Act(
            _("登记死亡"),
            "registry.record_death",
            rights.CHANGE_PEOPLE,
            refusal=closed,
            danger=True,
        ),
        ui.Act(
            _("登记重点服务"),
            "registry.add_care",
            rights.CHANGE_CARE,
            refusal=closed_or_absent,
            icon="heart-handshake",
        ),
        ui.Act(
            _("登记车辆"),
            "registry.add_vehicle",
            rights.CHANGE_VEHICLES,
            refusal=closed,
            icon="car",
        ),
        ui.Act(_("限制处理"), "registry.restrict", rights.CHANGE_PEOPLE, icon="lock"),
    )

    def get(self) -> HttpResponseBase:
        view_logged(self, self.row)
        return super().get()

    def heading(self) -> str:
        return c.person_title(self.row)

    def marks(self) -> Sequence[ui.Mark]:
        person = self.row
        marks = [
            ui.Mark(str(c.PERSON_STATES[person.state]), c.STATE_TONES[person.state]),
        ]
        if person.blocked:
            marks.append(ui.Mark(gettext("限制处理"), "bad"))
        if person.in_conflict:
            marks.append(ui.Mark(gettext("有待核冲突"), "warn"))
        return marks

    def timeline(self) -> Iterable[ui.Event]:
        mask = masks.of("address")
        for event in reads.events_of(self.row):
            way = " → ".join(filter(None, (mask(event.from_text), mask(event.to_text))))
            yield ui.Event(
                event.recorded_at,
                str(EVENT_KINDS[event.kind]),
                event.source.entered_by,
                " ".join(filter(None, (event.day_shown, way))),
                "info",
            )

    def extra(self) -> dict[str, Any]:
        log = link("privacy.log") if privacy_rights.SEE_LOG.held_by(self.actor) else ""
        return {
            "log_address": f"{log}?subject={self.row.pk}" if log else "",
            "merges": rights.MERGE.covers(self.actor, self.row),
            "settles": rights.SETTLE.covers(self.actor, self.row),
        }


class PersonHistory(HistoryPage):
    path, name = "people/<uuid:pk>/history/", "registry.person_history"
    right = rights.SEE_PEOPLE
    rows = reads.any_person
    crumbs = ("registry.people",)
    above = "registry.person"

    def row_title(self) -> str:
        return c.person_title(self.row)

    def get(self) -> HttpResponseBase:
        view_logged(self, self.row)
        return super().get()

    def lines(self) -> Iterator[dict[str, Any]]:
        """Changes of fields, and who was merged into this record with the way to take it back."""
        merges = Merge.objects.filter(kept=self.row, undone_at=None).select_related("dropped")
        merged = [
            {
                "at": timezone.localtime(one.merged_at).strftime("%Y-%m-%d %H:%M"),
                "field": gettext("并入的记录"),
                "before": "",
                "after": c.person_title(one.dropped),
                "by": one.merged_by,
                "source": gettext("人员合并"),
                "undo": address_of("registry.unmerge", one.dropped_id)
                if rights.MERGE.held_by(self.actor)
                else "",
            }
            for one in merges
        ]
        yield from sorted([*merged, *super().lines()], key=lambda line: line["at"], reverse=True)


pages = (PersonPage, PersonHistory)
