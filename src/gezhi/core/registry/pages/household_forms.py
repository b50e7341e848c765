"""Forms about a household: its head, and splitting it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.core.registry import reads, rights
from gezhi.core.registry.actions import households as actions
from gezhi.core.registry.models import Person
from gezhi.core.registry.pages import columns as c
from gezhi.core.registry.pages.forms import DayField, DwellingField
from gezhi.core.registry.pages.refusals import dissolved, too_small


class MembersForm(forms.Form):
    """A form that chooses among the members of a household."""

    def __init__(self, *arguments: Any, members: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name in ("members", "head"):
            if name in self.fields:
                chosen: Any = self.fields[name]
                chosen.choices = members


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


pages = (ChangeHead, SplitHousehold)
