"""The forms of accounts, posts and roles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.base.areas import areas, declared_rights
from gezhi.base.rights import Right
from gezhi.core.places.models import Level, Place
from gezhi.core.staff.models import Account, Post, Role, Unit
from gezhi.core.staff.rules import role_rights_reason

RightsOfArea = tuple[str, str, list[Right]]


def _secret(autocomplete: str) -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": autocomplete})


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("用户名"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        error_messages={"required": _("请填写用户名")},
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=200,
        strip=False,
        widget=_secret("current-password"),
        error_messages={"required": _("请填写密码")},
    )


class NewPasswordForm(forms.Form):
    new = forms.CharField(
        label=_("新密码"),
        max_length=200,
        strip=False,
        widget=_secret("new-password"),
        help_text=_(
            "至少 8 个字符，含大写字母、小写字母、数字、符号中的三类；"
            "90 天内有效，不能用最近 5 次用过的"
        ),
    )
    again = forms.CharField(
        label=_("再输一遍"), max_length=200, strip=False, widget=_secret("new-password")
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "new" in data and "again" in data and data["new"] != data["again"]:
            self.add_error("again", _("两次输入的密码不一样，请重新输入"))
        return data


class ChangePasswordForm(NewPasswordForm):
    old = forms.CharField(
        label=_("当前密码"), max_length=200, strip=False, widget=_secret("current-password")
    )
    field_order = ("old", "new", "again")


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("动态口令"),
        max_length=12,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}
        ),
        help_text=_("手机验证器上当前显示的 6 位数字"),
    )


class AccountForm(forms.Form):
    username = forms.CharField(
        label=_("用户名"),
        max_length=40,
        help_text=_("字母开头，3 至 40 位，建好后不能修改，也不会再给别人使用"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    name = forms.CharField(label=_("姓名"), max_length=60)
    phone = forms.CharField(label=_("手机"), max_length=30, required=False)
    home_unit = forms.CharField(label=_("所在单位"), max_length=80, required=False)


def place_choices(places: Sequence[Place]) -> list[tuple[str, Any]]:
    """Places for a select: the subdistrict, then each community with its grids."""
    below: dict[Any, list[tuple[str, str]]] = {}
    for place in places:
        if place.level > Level.COMMUNITY:
            below.setdefault(place.community_id, []).append((str(place.pk), place.name))
    choices: list[tuple[str, Any]] = []
    for place in places:
        if place.level > Level.COMMUNITY:
            continue
        choices.append((str(place.pk), place.name))
        if grids := below.get(place.pk):
            choices.append((place.name, grids))
    return choices


def place_field(field: forms.Field) -> None:
    """Let a field choose one of the places of today."""
    places = {
        str(place.pk): place
        for place in Place.objects.filter(valid_to=None).order_by("level", "code")
    }
    assert isinstance(field, forms.TypedChoiceField)
    field.choices = [("", "———"), *place_choices(list(places.values()))]
    field.coerce = places.__getitem__


class TermForm(forms.Form):
    valid_from = forms.DateField(label=_("任职日期"), widget=forms.DateInput())
    valid_to = forms.DateField(
        label=_("截止日期"),
        required=False,
        widget=forms.DateInput(),
        help_text=_("这一天起不再任职；长期任职请留空"),
    )


class GrantForm(TermForm):
    role = forms.ModelChoiceField(label=_("角色"), queryset=Role.objects.all(), empty_label="———")
    place = forms.TypedChoiceField(label=_("网格"))
    unit = forms.ModelChoiceField(
        label=_("责任单位"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=_("派给这个单位的案件由任职人接收办理；没有可不选"),
    )
    field_order = ("role", "place", "unit", "valid_from", "valid_to")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place_field(self.fields["place"])
        units: Any = self.fields["unit"]
        units.queryset = Unit.objects.filter(closed_at=None)


def people(but: Account) -> Any:
    """Open accounts other than one, to choose a person from; residents' own are not offered."""
    of_staff = Q(person_id=None) | Exists(_held_today())
    rows = Account.objects.filter(of_staff, closed_at=None).exclude(pk=but.pk)
    return rows.order_by("name", "username")


def _held_today() -> QuerySet[Post]:
    """Posts that an account of the outer query holds today."""
    return Post.objects.held(on=timezone.localdate()).filter(account=OuterRef("pk"))


if TYPE_CHECKING:
    _AccountField = forms.ModelChoiceField[Account]
else:
    _AccountField = forms.ModelChoiceField


class PersonField(_AccountField):
    """A person by name, with the username to tell namesakes apart."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.username}）"


class ActingForm(TermForm):
    deputy = PersonField(label=_("代行人"), queryset=Account.objects.none(), empty_label="———")
    field_order = ("deputy", "valid_from", "valid_to")

    def __init__(self, *args: Any, holder: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = people(holder)  # type: ignore[attr-defined]
        self.fields["valid_to"].required = True
        self.fields["valid_to"].help_text = _("这一天起代行自动结束")


class LeaveForm(forms.Form):
    on = forms.DateField(
        label=_("离任日期"), widget=forms.DateInput(), help_text=_("这一天起不再任职")
    )
    reason = forms.CharField(label=_("离任原因"), max_length=100)
    successor = PersonField(
        label=_("接手人"),
        queryset=Account.objects.none(),
        required=False,
        empty_label="———",
        help_text=_("未办结的待办转给接手人"),
    )

    def __init__(self, *args: Any, holder: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = people(holder)  # type: ignore[attr-defined]


def rights_by_area(allowed: Callable[[str], bool] | None = None) -> list[RightsOfArea]:
    """(code, title, rights) of every area that declares rights, in the order of the house.

    With `allowed`, only the rights it says yes to.
    """
    titles = {area.label: str(area.title) for area in areas()}
    found: dict[str, list[Right]] = {}
    for right in declared_rights():
        if allowed is not None and not allowed(right.code):
            continue
        found.setdefault(right.code.partition(".")[0], []).append(right)
    return [(code, titles.get(code, code), rights) for code, rights in found.items()]


def rights_for(role: Role) -> list[RightsOfArea]:
    """The rights a role may hold at all, and those it holds, by area."""
    held = set(role.rights)
    return rights_by_area(
        lambda code: code in held or role_rights_reason(role.administrator, {code}) is None
    )


class RoleRightsForm(forms.Form):
    """One group of boxes for each area; `was` carries what the editor saw."""

    was = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("事由"), max_length=200)

    def __init__(self, *args: Any, role: Role, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, title, rights in rights_for(role):
            self.fields[f"rights_{code}"] = forms.MultipleChoiceField(
                label=title,
                required=False,
                choices=[(right.code, right.title) for right in rights],
                widget=forms.CheckboxSelectMultiple,
            )


class CopyRoleForm(forms.Form):
    """A new role beside the one it is copied from."""

    title = forms.CharField(label=_("名称"), max_length=40)
    title_en = forms.CharField(label=_("英文名称"), max_length=80)
    duties = forms.CharField(
        label=_("职责"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(label=_("事由"), max_length=200)


class ProgramForm(forms.Form):
    """A program: what for, who answers for it, some of a role's rights at a place, until when."""

    name = forms.CharField(label=_("名称"), max_length=60)
    purpose = forms.CharField(
        label=_("用途"), max_length=200, help_text=_("做什么、给谁用，写进操作记录")
    )
    owner = PersonField(
        label=_("责任人"),
        queryset=Account.objects.none(),
        empty_label="———",
        help_text=_("程序的权限不超过责任人本人在该网格的权限，随其岗位变动"),
    )
    role = forms.ModelChoiceField(label=_("角色"), queryset=Role.objects.none(), empty_label="———")
    place = forms.TypedChoiceField(label=_("网格"))
    rights = forms.MultipleChoiceField(
        label=_("权限"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只能选所选角色和责任人都有的权限；够用即可"),
    )
    reveals_for = forms.ChoiceField(
        label=_("查看明文的目的"),
        required=False,
        help_text=_("不选则个人信息一律脱敏"),
    )
    ends_on = forms.DateField(
        label=_("截止日期"),
        widget=forms.DateInput(),
        help_text=_("这一天起不能再用，最长一年"),
    )

    def __init__(
        self,
        *args: Any,
        purposes: Sequence[tuple[str, str]],
        offered: frozenset[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = Account.objects.filter(  # type: ignore[attr-defined]
            Exists(_held_today()), closed_at=None
        ).order_by("name", "username")
        self.fields["role"].queryset = Role.objects.filter(  # type: ignore[attr-defined]
            administrator=""
        )
        place_field(self.fields["place"])
        self.fields["rights"].choices = [  # type: ignore[attr-defined]
            (title, [(right.code, right.title) for right in rights])
            for _code, title, rights in rights_by_area(offered.__contains__)
        ]
        self.fields["reveals_for"].choices = [  # type: ignore[attr-defined]
            ("", "———"),
            *purposes,
        ]
