"""Forms about a household: its head, splitting it, and moving it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.core.registry import reads, rights
from gezhi.core.registry.actions import households as actions
from gezhi.core.registry.actions.household_moves import move_household
from gezhi.core.registry.models import Person
from gezhi.core.registry.pages import columns as c
from gezhi.core.registry.pages.forms import DayField, DwellingField
from gezhi.core.registry.pages.life_forms import household_joined
from gezhi.core.registry.pages.people_forms import STAY_CHOICES
from gezhi.core.registry.pages.refusals import dissolved, too_small


class MembersForm(forms.Form):
    """A form that chooses among the members of a household."""

    def __init__(self, *arguments: Any, members: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name in ("members", "staying", "head"):
            if name in self.fields:
                chosen: Any = self.fields[name]
                blank = [] if name != "head" or chosen.required else [("", "")]
                chosen.choices = [*blank, *members]


class HeadForm(MembersForm):
    head = forms.ChoiceField(label=_("新户主"))
    on = DayField(label=_("变更日期"))


class SplitForm(MembersForm):
    members = forms.MultipleChoiceField(label=_("分出的人员"), widget=forms.CheckboxSelectMultiple)
    head = forms.ChoiceField(label=_("新户户主"), help_text=_("须在分出的人员中"))
    dwelling = DwellingField(
        label=_("新户住处"),
        required=False,
        help_text=_("不填则仍住原处；写地址，例如：紫兰苑3-2-501"),
    )
    on = DayField(label=_("分户日期"))


class MoveHouseholdForm(MembersForm):
    dwelling = DwellingField(label=_("新住处"))
    on = DayField(label=_("搬迁日期"))
    kind = forms.ChoiceField(
        label=_("居住方式"), choices=[("", _("各自不变")), *STAY_CHOICES], required=False
    )
    joins = forms.BooleanField(
        label=_("加入新住处已有的户（只有一户时）"),
        required=False,
        help_text=_("不勾选则整户不变；加入后各人与户主的关系待核实"),
    )
    staying = forms.MultipleChoiceField(
        label=_("不搬的人员"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("留下的人与搬走的人分为两户；户随现户主"),
    )
    head = forms.ChoiceField(
        label=_("另一户的户主"),
        required=False,
        help_text=_("分为两户时，没有现户主的那一户由谁当户主；不选则待核实"),
    )


class OfHousehold(ui.FormPage):
    """A form about one household."""

    sees = rights.SEE_PEOPLE
    right = rights.CHANGE_PEOPLE
    rows = reads.any_household
    crumbs = ("registry.households",)
    done = "registry.household"

    def form_arguments(self) -> dict[str, Any]:
        found = reads.members(self.row.pk)
        return {"members": [(str(one.pk), self.words_of(one)) for one in found]}

    def words_of(self, person: Person) -> str:
        """A member as the choice shows them."""
        relation = c.RELATIONS.get(person.relation_to_head, "")
        return f"{c.person_title(person)} {relation}".strip()

    def chosen(self, keys: list[str]) -> list[Person]:
        people = {str(one.pk): one for one in reads.members(self.row.pk)}
        return [people[key] for key in keys if key in people]


class ChangeHead(OfHousehold):
    path, name = "households/<uuid:pk>/head/", "registry.change_head"
    title = _("变更户主")
    form = HeadForm
    lead = _("其他人与户主的关系一并调整，不能推定的留空，待核实")

    def act(self, data: dict[str, Any]) -> Any:
        head = Person.objects.get(pk=UUID(data["head"]))
        return actions.change_head(
            household=self.row, head=head, on=data["on"], by=self.actor, at=self.at
        )

    def refusal(self) -> Refusal | None:
        return dissolved(self.row, self.actor)


class SplitHousehold(OfHousehold):
    path, name = "households/<uuid:pk>/split/", "registry.split_household"
    title = _("分户")
    form = SplitForm

    def act(self, data: dict[str, Any]) -> Any:
        head = Person.objects.get(pk=UUID(data["head"]))
        return actions.split_household(
            household=self.row,
            members=self.chosen(data["members"]),
            head=head,
            dwelling=data["dwelling"],
            on=data["on"],
            by=self.actor,
            at=self.at,
        )

    def refusal(self) -> Refusal | None:
        return too_small(self.row, self.actor)


class MoveHousehold(OfHousehold):
    path, name = "households/<uuid:pk>/move/", "registry.move_household"
    title = _("全户搬迁")
    form = MoveHouseholdForm
    lead = _("一次搬完全户：户主和各人与户主的关系不变，原住处自动结束")

    def act(self, data: dict[str, Any]) -> Any:
        head = self.chosen([data["head"]])
        return move_household(
            household=self.row,
            dwelling=data["dwelling"],
            joins=household_joined(data["dwelling"], data["joins"]),
            staying=self.chosen(data["staying"]),
            head=head[0] if head else None,
            kind=data["kind"],
            on=data["on"],
            by=self.actor,
            at=self.at,
        )

    def refusal(self) -> Refusal | None:
        return dissolved(self.row, self.actor)


pages = (ChangeHead, SplitHousehold, MoveHousehold)
