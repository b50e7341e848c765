"""人 and 户 for programs: lists, one file each, registering, changing, verifying."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import Field, create_model

from gezhi.base.api import (
    Answer,
    Ask,
    Changed,
    Day,
    Made,
    Of,
    Operation,
    Shape,
    list_of,
    one_of,
)
from gezhi.base.api.shapes import Key, optional, text
from gezhi.base.errors import Refusal
from gezhi.base.sentences import _ as said
from gezhi.core.privacy import masks
from gezhi.core.privacy.telling import More
from gezhi.core.registry import reads, rights
from gezhi.core.registry.actions import people as actions
from gezhi.core.registry.ages import age_on
from gezhi.core.registry.api.common import (
    AS_OF,
    CHANGED,
    SOME_KEY,
    changed,
    made,
    named,
    place_named,
    reveal_of,
    telling,
    values_of,
    values_shape,
)
from gezhi.core.registry.models import Dwelling, Household, Person, Residence
from gezhi.core.registry.models.people import ResidenceKind
from gezhi.core.registry.pages import people_forms, people_lists
from gezhi.core.registry.pages.person import view_logged
from gezhi.core.registry.pages.revealing import RevealPerson

SEE, CHANGE = rights.SEE_PEOPLE, rights.CHANGE_PEOPLE


def _age(row: Any) -> int | None:
    return None if row.birth_date is None else age_on(row.birth_date, timezone.localdate())


def _address(row: Any) -> str:
    return row.dwelling.address if row.dwelling_id else ""


LINE: Final = (
    *("name", "gender", "birth_date", "id_kind", "id_no", "phone", "population_class"),
    *("consistency", "relation_to_head", "state", "ended_on", "education", "marital_status"),
    *("ethnicity", "blocked", "dwelling", "household"),
)
WORKED_OUT: Final = {
    "age": More(int | None, said("年龄（周岁）"), _age),
    "address": More(str, said("现住地址"), _address),
}
PERSON_LINE: Final = telling("PersonLine", Person, LINE, WORKED_OUT)
PERSON: Final = telling(
    "Person",
    Person,
    (
        *LINE,
        *("former_name", "other_phones", "native_place", "political_status", "occupation"),
        *("workplace", "hukou_region", "hukou_address", "remark", "merged_into"),
    ),
    {**WORKED_OUT, "in_conflict": More(bool, said("有待核冲突"), lambda row: row.in_conflict)},
)
CARED_FOR: Final = telling(
    "CaredFor",
    Person,
    LINE,
    {
        **WORKED_OUT,
        # Not masked: it is what this list is about, and its right is that duty's own.
        "kinds": More(list[str], said("关爱类别"), lambda row: list(row.kinds)),
    },
)
STAY: Final = telling(
    "Stay",
    Residence,
    ("dwelling", "household", "kind", "main", "moved_out", "out_reason"),
    {
        "address": More(str, said("地址"), _address),
        "moved_in": More(
            Day | None,
            said("入住日期；出生即入住的不给日期"),
            lambda row: None if row.since_birth else row.moved_in,
        ),
    },
)
HOUSEHOLD: Final = telling(
    "Household",
    Household,
    ("dwelling", "household_no", "kind", "head", "members", "dissolved_on"),
    {
        "head_name": More(
            str,
            said("户主姓名（掩码）"),
            lambda row: masks.masked(row.head, "name") if row.head_id else "",
        ),
        "address": More(str, said("地址"), _address),
    },
)
MEMBERS: Final = create_model(
    "HouseholdWithPeople",
    __base__=HOUSEHOLD.shape,
    people=(list[PERSON_LINE.shape], Field(description=said("户内人员，户主在前"))),  # type: ignore[name-defined]
)
STAYS: Final = create_model("Stays", __base__=Shape, items=(list[STAY.shape], ...))  # type: ignore[name-defined]

STAYING: Final = said("居住方式：owned 自有，rented 租住，lodging 寄居，collective 集体")
KINDS: Final = tuple(code for code in ResidenceKind.values if code != "registered_only")


# --- reading ---------------------------------------------------------------------------------


def see_household(ask: Ask) -> Answer:
    """A household with its members."""
    members = SEE.rows(reads.members(ask.row.pk), ask.actor)
    people = [PERSON_LINE.of(person) for person in members]
    return Answer({**HOUSEHOLD.of(ask.row), "people": people}, revision=ask.row.revision)


def list_stays(ask: Ask) -> dict[str, Any]:
    """Where somebody lives and has lived; looking is logged as opening the file is."""
    view_logged(ask, ask.row)
    return {"items": [STAY.of(stay) for stay in SEE.rows(reads.stays_of(ask.row), ask.actor)]}


# --- writing ---------------------------------------------------------------------------------

REGISTERED: Final = (*people_forms.FIRST, *people_forms.MORE, "relation_to_head")
Registering = values_shape(
    "PersonRegistering",
    Person,
    REGISTERED,
    required=("name", "population_class"),
    more={
        "dwelling": (Key, optional(said("现住房屋"))),
        "household": (Key, optional(said("加入的户；不填则另立一户"))),
        "place": (Key, optional(said("没有住处时：所属社区或网格"))),
        "kind": (text(16), Field(default="owned", description=STAYING)),
        "moved_in": (Day, optional(said("入住日期"))),
    },
)
PersonChange = values_shape("PersonChange", Person, people_forms.CHANGED, more={"as_of": AS_OF})


def register_person(ask: Ask) -> Answer:
    """List somebody who is not listed yet."""
    body = ask.body
    household = named(
        SEE.rows(Household.objects.select_related("dwelling"), ask.actor),
        body.household,
        "household",
    )
    values = {k: v for k, v in values_of(body, REGISTERED).items() if v not in (None, "")}
    if not values.get("id_no"):
        values.pop("id_kind", None)
    person = actions.register_person(
        values=values,
        dwelling=named(Dwelling.objects.all(), body.dwelling, "dwelling"),
        household=household,
        place=place_named(CHANGE, ask, body.place),
        kind=stay_kind(body.kind),
        moved_in=body.moved_in,
        by=ask.actor,
        at=ask.at,
    )
    return made(person, "people")


def change_person(ask: Ask) -> dict[str, Any]:
    """Change what is known of somebody."""
    diff = actions.change_person(
        person=ask.row,
        values=values_of(ask.body, people_forms.CHANGED),
        expected=ask.expected,
        as_of=ask.body.as_of,
        by=ask.actor,
        at=ask.at,
    )
    return changed(ask.row, diff)


def verify_person(ask: Ask) -> dict[str, Any]:
    """Somebody was met, and nothing had changed."""
    actions.verify_person(person=ask.row, by=ask.actor, at=ask.at)
    return changed(ask.row)


def stay_kind(code: str) -> str:
    if code not in KINDS:
        raise Refusal(gettext("没有这种居住方式"), "registry.wrong_values", field="kind")
    return code


SHOWN: Final[dict[str, Any]] = {
    "id": SOME_KEY,
    "name": "王*三",
    "gender": "1",
    "birth_date": "1980-**-**",
    "id_kind": "id_card",
    "id_no": "410172********0012",
    "phone": "138****5678",
    "population_class": "hukou",
    "consistency": "1",
    "relation_to_head": "02",
    "state": "present",
    "ended_on": None,
    "education": "60",
    "marital_status": "20",
    "ethnicity": "01",
    "blocked": False,
    "dwelling_id": SOME_KEY,
    "household_id": SOME_KEY,
    "community_id": SOME_KEY,
    "grid_id": SOME_KEY,
    "as_of": "2022-09-01",
    "verified_at": "2022-09-13T04:00:00Z",
    "revision": 12,
    "age": 42,
    "address": "紫兰苑 3号楼 2单元 501室",
}
HOMES: Final = (
    Of("dwelling", _("现住房屋"), column="dwelling_id"),
    Of("household", _("户"), column="household_id"),
)

operations: tuple[Operation, ...] = (
    list_of(
        "list_people",
        "people",
        _("在册人员"),
        right=SEE,
        rows=reads.people,
        filters=(*people_lists.PERSON_FILTERS, *HOMES),
        shape=PERSON_LINE,
        shown=SHOWN,
    ),
    list_of(
        "list_former_people",
        "people/former",
        _("已迁出、已故和已并入的人员"),
        right=SEE,
        rows=reads.former_people,
        filters=people_lists.FormerPersonList.filters,
        shape=PERSON_LINE,
    ),
    list_of(
        "list_people_cared_for",
        "people/cared-for",
        _("重点服务对象"),
        right=rights.SEE_CARE,
        rows=reads.cared_for,
        filters=people_lists.CareList.filters,
        shape=CARED_FOR,
    ),
    one_of(
        "see_person",
        "people/{uuid:pk}",
        _("一个人"),
        right=SEE,
        rows=reads.any_person,
        shape=PERSON,
        seen=view_logged,
        about=_("个人字段为掩码；查看会记入查阅记录"),
    ),
    Operation(
        "list_stays",
        "GET",
        "people/{uuid:pk}/stays",
        _("一个人住过的地方"),
        right=SEE,
        rows=reads.any_person,
        answer=STAYS,
        act=list_stays,
    ),
    Operation(
        "register_person",
        "POST",
        "people",
        _("登记人员"),
        right=CHANGE,
        status=201,
        body=Registering,
        answer=Made,
        act=register_person,
        about=_("证件号码已登记的会被拒绝，请改为迁入或变更"),
        example={
            "name": "王小三",
            "population_class": "hukou",
            "gender": "1",
            "birth_date": "1980-01-01",
            "dwelling": SOME_KEY,
        },
        shown={"id": SOME_KEY, "revision": 1},
    ),
    Operation(
        "change_person",
        "PATCH",
        "people/{uuid:pk}",
        _("变更人员信息"),
        right=CHANGE,
        sees=SEE,
        rows=reads.any_person,
        body=PersonChange,
        answer=Changed,
        guarded=True,
        act=change_person,
        about=_("只送要改的字段；住处用迁入、搬迁、迁出办理"),
        example={"remark": "周末在家", "as_of": "2022-09-13"},
        shown=CHANGED,
    ),
    reveal_of(
        "reveal_person", "people", sees=SEE, rows=reads.any_person, fields=RevealPerson.fields
    ),
    Operation(
        "verify_person",
        "POST",
        "people/{uuid:pk}/verify",
        _("核实：见到本人，情况无变化"),
        right=CHANGE,
        sees=SEE,
        rows=reads.any_person,
        answer=Changed,
        guarded=True,
        act=verify_person,
        shown=CHANGED,
    ),
    list_of(
        "list_households",
        "households",
        _("户"),
        right=SEE,
        rows=reads.households,
        filters=(
            *people_lists.HouseholdList.filters,
            Of("dwelling", _("房屋"), column="dwelling_id"),
        ),
        shape=HOUSEHOLD,
    ),
    Operation(
        "see_household",
        "GET",
        "households/{uuid:pk}",
        _("一户和户内人员"),
        right=SEE,
        rows=reads.any_household,
        answer=MEMBERS,
        act=see_household,
    ),
)
