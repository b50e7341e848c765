"""Forms for what happens in a life: moves, birth, death, marriage, divorce, care."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.base.pages.columns import address_of
from gezhi.core.privacy.actions import record_access
from gezhi.core.privacy.models import AccessKind
from gezhi.core.privacy.purposes import SEARCH
from gezhi.core.registry import reads, rights
from gezhi.core.registry.actions import care, households, moving
from gezhi.core.registry.actions.people import holder_of
from gezhi.core.registry.models import Dwelling, Household, Person
from gezhi.core.registry.pages import columns as c
from gezhi.core.registry.pages.forms import DayField, DwellingField
from gezhi.core.registry.pages.people_forms import STAY_CHOICES, PersonForm
from gezhi.core.registry.pages.refusals import closed, closed_or_absent, homeless, settled_here


class MoveForm(forms.Form):
    dwelling = DwellingField(label=_("新住处"))
    on = DayField(label=_("搬迁日期"))
    kind = forms.ChoiceField(label=_("居住方式"), choices=STAY_CHOICES)
    joins = forms.BooleanField(
        label=_("加入新住处已有的户（只有一户时）"), required=False, help_text=_("不勾选则另立一户")
    )
    relation = forms.ChoiceField(
        label=_("与户主关系"), choices=[("", ""), *c.RELATIONS.items()], required=False
    )


class MoveInForm(MoveForm):
    dwelling = DwellingField(label=_("住处"))
    on = DayField(label=_("迁入日期"))
    from_text = forms.CharField(label=_("从哪里迁来"), max_length=120, required=False)


def household_joined(dwelling: Dwelling, joins: bool) -> Household | None:
    """The one household at a dwelling, for who joins it."""
    if not joins:
        return None
    found = list(Household.objects.filter(dwelling=dwelling, dissolved_on=None)[:2])
    if len(found) != 1:
        raise Refusal(
            gettext("这套房屋登记有几户或没有户，请先另立一户，再在户的页面调整"),
            "registry.which_household",
            field="joins",
        )
    return found[0]


class Move(PersonForm):
    path, name = "people/<uuid:pk>/move/", "registry.move"
    title = _("搬迁")
    form = MoveForm
    lead = _("从现在的住处搬到本街道另一处；原住处自动结束")

    def act(self, data: dict[str, Any]) -> Any:
        household = household_joined(data["dwelling"], data.pop("joins"))
        return moving.move(person=self.row, household=household, **data, by=self.actor, at=self.at)

    def refusal(self) -> Refusal | None:
        return homeless(self.row, self.actor)


class MoveIn(PersonForm):
    path, name = "people/<uuid:pk>/move-in/", "registry.move_in"
    title = _("迁入")
    form = MoveInForm

    def act(self, data: dict[str, Any]) -> Any:
        household = household_joined(data["dwelling"], data.pop("joins"))
        return moving.move_in(
            person=self.row, household=household, **data, by=self.actor, at=self.at
        )

    def refusal(self) -> Refusal | None:
        return settled_here(self.row, self.actor)


class MoveOutForm(forms.Form):
    on = DayField(label=_("迁出日期"))
    to_text = forms.CharField(label=_("迁往哪里"), max_length=120, required=False)
    hukou_stays = forms.BooleanField(label=_("户口仍在本地（户在人不在）"), required=False)


class MoveOut(PersonForm):
    path, name = "people/<uuid:pk>/move-out/", "registry.move_out"
    title = _("迁出")
    form = MoveOutForm

    def act(self, data: dict[str, Any]) -> Any:
        return moving.move_out(person=self.row, **data, by=self.actor, at=self.at)

    def refusal(self) -> Refusal | None:
        return closed_or_absent(self.row, self.actor)


class BirthForm(forms.Form):
    name = forms.CharField(label=_("新生儿姓名"), max_length=60)
    gender = forms.ChoiceField(
        label=_("性别"), choices=[(k, w) for k, w in c.GENDERS.items() if k in ("1", "2")]
    )
    born_on = DayField(label=_("出生日期"))
    hukou = forms.BooleanField(label=_("已落户"), required=False)


class RecordBirth(PersonForm):
    path, name = "people/<uuid:pk>/birth/", "registry.record_birth"
    title = _("登记出生")
    form = BirthForm
    lead = _("在母亲所在的户内登记新生儿；有了证件号码再补登")

    def act(self, data: dict[str, Any]) -> Any:
        return moving.record_birth(mother=self.row, **data, by=self.actor, at=self.at)

    def refusal(self) -> Refusal | None:
        if self.row.gender == "1":
            return Refusal(gettext("请在母亲的页面上登记"), "registry.not_a_mother")
        return homeless(self.row, self.actor)


class DeathForm(forms.Form):
    on = DayField(label=_("死亡日期"))


class RecordDeath(PersonForm):
    path, name = "people/<uuid:pk>/death/", "registry.record_death"
    title = _("登记死亡")
    form = DeathForm
    lead = _("居住关系和重点服务随之结束，记录保留")

    def act(self, data: dict[str, Any]) -> Any:
        return moving.record_death(person=self.row, **data, by=self.actor, at=self.at)

    def refusal(self) -> Refusal | None:
        return closed(self.row, self.actor)


class PairForm(forms.Form):
    """The other of two: a member of the household, or anybody by the number of their paper."""

    other = forms.ChoiceField(label=_("对方（同户人员）"), required=False)
    other_id_no = forms.CharField(
        label=_("或对方证件号码"),
        max_length=30,
        required=False,
        help_text=_("按号码查找会记入查阅记录"),
    )
    on = DayField(label=_("登记日期"))

    def __init__(self, *arguments: Any, mates: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        chosen: Any = self.fields["other"]
        chosen.choices = [("", ""), *mates]


class MarriageForm(PairForm):
    joins = forms.ChoiceField(
        label=_("婚后居住"),
        choices=[("", _("各自不变")), ("this", _("本人搬入对方户")), ("other", _("对方搬入本户"))],
        required=False,
    )


class Pairing(PersonForm):
    """A form about two people."""

    def form_arguments(self) -> dict[str, Any]:
        mates = reads.housemates_of(self.row).exclude(pk=self.row.pk)
        return {"mates": [(str(mate.pk), c.person_title(mate)) for mate in mates]}

    def other(self, data: dict[str, Any]) -> Person:
        """The other person; looking somebody up by number is in the access log."""
        if data["other"]:
            return Person.objects.get(pk=data["other"])
        number = data["other_id_no"].replace(" ", "").upper()
        if not number:
            raise Refusal(gettext("请选择对方"), "registry.nobody_chosen", field="other")
        found = holder_of(number)
        seen = found if found is not None and self.right.covers(self.actor, found) else None
        record_access(
            AccessKind.SEARCH,
            [seen.pk if seen else None],
            fields=["id_no"],
            purpose=SEARCH,
            within=True,
            by=self.actor,
            at=self.at,
        )
        if seen is None:
            raise Refusal(
                gettext("您的网格内没有这个证件号码，请核对，或由对方所在社区办理"),
                "registry.nobody_found",
                field="other_id_no",
            )
        return seen


class Marry(Pairing):
    path, name = "people/<uuid:pk>/marry/", "registry.marry"
    title = _("登记结婚")
    form = MarriageForm

    def act(self, data: dict[str, Any]) -> Any:
        other = self.other(data)
        joins = {"this": self.row, "other": other}.get(data["joins"])
        households.record_marriage(
            one=self.row, other=other, on=data["on"], joins=joins, by=self.actor, at=self.at
        )
        return self.row

    def refusal(self) -> Refusal | None:
        return closed_or_absent(self.row, self.actor)


class Divorce(Pairing):
    path, name = "people/<uuid:pk>/divorce/", "registry.divorce"
    title = _("登记离婚")
    form = PairForm

    def act(self, data: dict[str, Any]) -> Any:
        other = self.other(data)
        households.record_divorce(
            one=self.row, other=other, on=data["on"], by=self.actor, at=self.at
        )
        return self.row

    def refusal(self) -> Refusal | None:
        return closed(self.row, self.actor)


class CareForm(forms.Form):
    kind = forms.ChoiceField(label=_("类别"), choices=list(c.CARE_KINDS.items()))
    detail = forms.CharField(
        label=_("类别/等级"),
        max_length=60,
        required=False,
        help_text=_("例如：肢体二级；不写病情经过"),
    )
    valid_from = DayField(label=_("自"))


class AddCare(ui.FormPage):
    path, name = "people/<uuid:pk>/care/", "registry.add_care"
    title = _("登记重点服务")
    sees = rights.SEE_CARE
    right = rights.CHANGE_CARE
    rows = reads.any_person
    crumbs = ("registry.care",)
    form = CareForm
    done = "registry.person"

    def act(self, data: dict[str, Any]) -> Any:
        care.add_care_label(person=self.row, **data, by=self.actor, at=self.at)
        return self.row

    def refusal(self) -> Refusal | None:
        return closed_or_absent(self.row, self.actor)


class EndCareForm(forms.Form):
    on = DayField(label=_("结束日期"))
    why = forms.CharField(label=_("原因"), max_length=200, required=False)


class EndCare(ui.FormPage):
    path, name = "care/<uuid:pk>/end/", "registry.end_care"
    title = _("结束重点服务")
    sees = rights.SEE_CARE
    right = rights.CHANGE_CARE
    rows = reads.labels
    crumbs = ("registry.care",)
    form = EndCareForm

    def act(self, data: dict[str, Any]) -> Any:
        care.end_care_label(label=self.row, **data, by=self.actor, at=self.at)
        return address_of("registry.person", self.row.person_id)

    def refusal(self) -> Refusal | None:
        if self.row.valid_to is not None:
            return Refusal(gettext("这一类别已结束"), "registry.care_ended")
        return None


pages = (Move, MoveIn, MoveOut, RecordBirth, RecordDeath, Marry, Divorce, AddCare, EndCare)
