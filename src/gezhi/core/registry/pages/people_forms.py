"""Forms about a person: registering, changing, a number, verifying, restricting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.base.identifiers import IdNumber, parse_id_number
from gezhi.core.places.models import Level, Place
from gezhi.core.registry import reads, rights
from gezhi.core.registry.actions import people as actions
from gezhi.core.registry.codes_people import GENDER
from gezhi.core.registry.models import Conflict, Dwelling, Household, Person
from gezhi.core.registry.models.people import IdKind, ResidenceKind
from gezhi.core.registry.pages import columns as c
from gezhi.core.registry.pages.forms import (
    DayField,
    DwellingField,
    changed_values,
    initial_of,
    registry_form,
)
from gezhi.core.registry.pages.refusals import closed, closed_or_numbered, dissolved, gone

FIRST: Final = ("name", "id_kind", "id_no", "gender", "birth_date", "phone", "population_class")
MORE: Final = (
    *("ethnicity", "marital_status", "political_status", "education", "occupation", "workplace"),
    *("hukou_address", "remark"),
)
CHANGED: Final = (
    *("name", "former_name", "id_kind", "id_no", "gender", "birth_date", "phone", "other_phones"),
    *("population_class", "consistency", "relation_to_head", "hukou_address", *MORE[:6], "remark"),
)
STAY_CHOICES: Final = [
    (code, _(str(words))) for code, words in ResidenceKind.choices if code != "registered_only"
]


def checking(form: type[forms.Form], address: str) -> type[forms.Form]:
    """Have the number's input ask what it says while it is typed."""
    number = form.base_fields["id_no"]
    number.help_text = _("填写后自动核对，并得出性别和出生日期")
    number.widget.attrs |= {
        "hx-post": address,
        "hx-params": "id_no",
        "hx-trigger": "change, keyup changed delay:400ms",
        "hx-target": "#id_id_no_help",
        "hx-swap": "innerHTML",
        "autocomplete": "off",
    }
    return form


class IdCheck(ui.Page):
    """What a number says of itself: right or wrong, birth date and gender. Looks nobody up."""

    path, name = "people/id-check/", "registry.id_check"
    title = _("核对证件号码")
    right = rights.CHANGE_PEOPLE

    def get(self) -> HttpResponseBase:
        return HttpResponse(status=405)

    def post(self) -> HttpResponseBase:
        text = self.request.POST.get("id_no", "").strip()
        if not text:
            return HttpResponse("")
        read = parse_id_number(text, today=timezone.localdate(self.at))
        if not isinstance(read, IdNumber):
            return HttpResponse(escape(read.sentence))
        words = gettext("号码正确：%(gender)s，%(birth)s 出生") % {
            "gender": GENDER.title_of(read.gender),
            "birth": read.birth_date.isoformat(),
        }
        return HttpResponse(escape(words))


class Registering(ui.FormPage):
    """Register somebody; where they live comes from the address bar or is written."""

    right = rights.CHANGE_PEOPLE
    form = forms.Form
    wide = True
    button = _("登记")
    said = _("已登记")
    done = "registry.person"

    def home(self) -> Dwelling | None:
        return None

    def household(self) -> Household | None:
        return None

    def fields(self) -> dict[str, forms.Field]:
        """What is asked besides the person's own fields."""
        more: dict[str, forms.Field] = {}
        if self.home() is None and self.household() is None:
            more["dwelling"] = DwellingField(label=_("现住房屋"), required=False)
            more["place"] = forms.ChoiceField(
                label=_("所属网格"),
                required=False,
                help_text=_("没有住处时选择"),
                choices=lambda: [("", ""), *grids_of(self)],
            )
        labels = [("", ""), *c.RELATIONS.items()]
        more["relation_to_head"] = forms.ChoiceField(
            label=_("与户主关系"), choices=labels, required=self.household() is not None
        )
        more["kind"] = forms.ChoiceField(label=_("居住方式"), choices=STAY_CHOICES, required=False)
        more["moved_in"] = DayField(label=_("入住日期"), required=False)
        return more

    def made(self, *arguments: Any, **options: Any) -> forms.Form:
        names = (*FIRST, *MORE)
        made = registry_form(Person, names, ("name", "population_class"), more=self.fields())
        made.base_fields["id_kind"].required = False
        made.base_fields["gender"].required = False
        return checking(made, reverse("registry.id_check"))(*arguments, **options)

    def bound(self) -> forms.Form:
        return self.made(self.request.POST)

    def get(self) -> HttpResponseBase:
        return self.show(self.made(initial=self.initial()))

    def initial(self) -> dict[str, Any]:
        return {"id_kind": "id_card", "population_class": "hukou", "kind": "owned"}

    def act(self, data: dict[str, Any]) -> Any:
        values = {k: v for k, v in data.items() if k in (*FIRST, *MORE) and v not in (None, "")}
        if data.get("relation_to_head"):
            values["relation_to_head"] = data["relation_to_head"]
        if not values.get("id_no"):
            values.pop("id_kind", None)
        person = actions.register_person(
            values=values,
            dwelling=self.home() or data.get("dwelling"),
            household=self.household(),
            place=place_chosen(self, data.get("place", "")),
            kind=data.get("kind") or ResidenceKind.OWNED,
            moved_in=data.get("moved_in"),
            by=self.actor,
            at=self.at,
        )
        for words in open_questions(person):
            messages.warning(self.request, words)
        return person


def open_questions(person: Person) -> Iterator[str]:
    """What somebody just registered leaves to be done."""
    if person.id_kind == IdKind.NONE:
        yield gettext("没有填证件号码，证件类型已记为“暂无证件”；拿到后请补登证件号")
    if person.household is not None and person.household.head_id is None:
        yield gettext("这一户还没有户主，请登记户主，或用“变更户主”指定")
    if Conflict.objects.filter(other=person, settled_at=None).exists():
        yield gettext("已登记有同名、生日或电话也相同的人，已列入“待核冲突”，请核对是否同一人")


class RegisterPerson(Registering):
    path, name = "people/new/", "registry.register_person"
    title = _("登记人员")
    crumbs = ("registry.people",)


class AddMember(Registering):
    path, name = "households/<uuid:pk>/members/new/", "registry.add_member"
    title = _("登记新成员")
    sees = rights.SEE_PEOPLE
    rows = reads.any_household
    crumbs = ("registry.households",)

    def household(self) -> Household | None:
        found: Household = self.row
        return found

    def refusal(self) -> Refusal | None:
        return dissolved(self.row, self.actor)


class SettlePerson(Registering):
    """Register somebody who lives in a dwelling: into a household of their own."""

    path, name = "dwellings/<uuid:pk>/people/new/", "registry.settle_person"
    title = _("登记住户")
    lead = _("登记后自动立户；加入已有的户，请从户的页面登记")
    sees = rights.SEE_DWELLINGS
    rows = reads.any_dwelling
    crumbs = ("registry.dwellings",)

    def home(self) -> Dwelling | None:
        found: Dwelling = self.row
        return found


def grids_of(page: ui.Page) -> list[tuple[str, str]]:
    """Communities and grids the actor may register in, for a choice."""
    rows = Place.objects.filter(level__in=[Level.COMMUNITY, Level.GRID], valid_to=None)
    rows = page.right.rows(rows, page.actor).order_by("code")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def place_chosen(page: ui.Page, text: str) -> Place | None:
    """The place of a choice."""
    return Place.objects.get(pk=UUID(text)) if text else None


class PersonForm(ui.FormPage):
    """A form about one person."""

    sees = rights.SEE_PEOPLE
    right = rights.CHANGE_PEOPLE
    rows = reads.any_person
    crumbs = ("registry.people",)
    done = "registry.person"

    def heading(self) -> str:
        return f"{self.title}：{c.person_title(self.row)}"


class ChangePerson(PersonForm):
    path, name = "people/<uuid:pk>/change/", "registry.change_person"
    title = _("变更信息")
    form = forms.Form
    wide = True
    said = _("已变更")

    def made(self, *arguments: Any, **options: Any) -> forms.Form:
        more = {"as_of": DayField(label=_("情况截至"), required=False)}
        made = registry_form(Person, CHANGED, row=self.row, more=more)
        return made(*arguments, **options)

    def bound(self) -> forms.Form:
        return self.made(self.request.POST)

    def get(self) -> HttpResponseBase:
        return self.show(self.made(initial=initial_of(self.row, CHANGED)))

    def act(self, data: dict[str, Any]) -> Any:
        values = changed_values(self.row, CHANGED, data)
        same = {name for name, value in values.items() if value == getattr(self.row, name)}
        for name in same:
            values.pop(name)
        actions.change_person(
            person=self.row,
            values=values,
            expected=data["expected"],
            as_of=data.get("as_of"),
            by=self.actor,
            at=self.at,
        )
        return self.row

    def refusal(self) -> Refusal | None:
        return gone(self.row, self.actor)


class IdForm(forms.Form):
    id_kind = forms.ChoiceField(
        label=_("证件类型"), choices=[(k, w) for k, w in c.ID_KINDS.items() if k != "none"]
    )
    id_no = forms.CharField(label=_("证件号码"), max_length=30)


class GiveId(PersonForm):
    path, name = "people/<uuid:pk>/id/", "registry.give_id"
    title = _("补登证件号")
    form = IdForm

    def get(self) -> HttpResponseBase:
        checking(IdForm, reverse("registry.id_check"))
        return super().get()

    def act(self, data: dict[str, Any]) -> Any:
        result = actions.give_id_number(person=self.row, **data, by=self.actor, at=self.at)
        if isinstance(result, Conflict):
            raise Refusal(
                gettext("这个号码登记在另一条记录上，已转入“待核冲突”，由有权限的人员核实合并"),
                "registry.id_no_taken",
                field="id_no",
            )
        return result

    def refusal(self) -> Refusal | None:
        return closed_or_numbered(self.row, self.actor)


class VerifyPerson(ui.ConfirmPage):
    path, name = "people/<uuid:pk>/verify/", "registry.verify_person"
    title = _("核实")
    sees = rights.SEE_PEOPLE
    right = rights.CHANGE_PEOPLE
    rows = reads.any_person
    crumbs = ("registry.people",)
    done = "registry.person"
    said = _("已核实")

    def consequences(self) -> list[str]:
        return [gettext("记为今天见到本人或家属，登记的情况没有变化")]

    def act(self, data: dict[str, Any]) -> Any:
        actions.verify_person(person=self.row, by=self.actor, at=self.at)

    def refusal(self) -> Refusal | None:
        return closed(self.row, self.actor)


class Restrict(ui.ConfirmPage):
    """Let somebody's data only be stored, or be worked with again."""

    path, name = "people/<uuid:pk>/restrict/", "registry.restrict"
    title = _("限制处理")
    sees = rights.SEE_PEOPLE
    right = rights.CHANGE_PEOPLE
    rows = reads.any_person
    crumbs = ("registry.people",)
    done = "registry.person"
    form = ui.ReasonForm

    def consequences(self) -> list[str]:
        if self.row.blocked:
            return [gettext("解除后，可以照常查看和办理")]
        return [gettext("限制后只能保存，不能变更、办理和导出；本人申请除外")]

    def act(self, data: dict[str, Any]) -> Any:
        change = actions.lift_restriction if self.row.blocked else actions.restrict_processing
        change(person=self.row, why=data["reason"], by=self.actor, at=self.at)


pages = (
    RegisterPerson,
    AddMember,
    SettlePerson,
    IdCheck,
    ChangePerson,
    GiveId,
    VerifyPerson,
    Restrict,
)
