"""The access log as the audit administrator reads it, and how much each role usually reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.base.pages import hooks as page_hooks
from gezhi.base.pages.filters import FilterError
from gezhi.base.pages.layout import link
from gezhi.base.retelling import in_readers_language
from gezhi.core.journal.closing import proof_in_words
from gezhi.core.journal.words import ACTORS, CHANNELS
from gezhi.core.privacy import actions, hooks, purposes, queries, rights
from gezhi.core.privacy.models import AccessEntry, AccessKind, Purpose
from gezhi.core.privacy.wanted import all_wanted, title_of


def fields_in_words(entry: AccessEntry) -> str:
    """The fields of a reading as they are called on screen: `姓名、联系电话`."""
    words = [_field_in_words(entry, name) for name in entry.fields if name != purposes.EVERYTHING]
    return "、".join(words) or _("脱敏信息")


def _field_in_words(entry: AccessEntry, name: str) -> str:
    """Of the table read, or (a person's vehicles) of the one table that has such a field."""
    known = all_wanted()
    if (entry.row_kind, name) in known:
        return title_of(entry.row_kind, name)
    tables = [label for label, field in known if field == name]
    return title_of(tables[0], name) if len(tables) == 1 else name


def role_in_words(role: str, titles: Mapping[str, str]) -> str:
    """The role a reading was done as: residents and programs read without a post."""
    return str(ACTORS[role]) if role in ACTORS else titles.get(role, role)


def _role_of(entry: AccessEntry) -> str:
    return role_in_words(entry.role, page_hooks.role_titles())


def _purpose_choices() -> list[tuple[str, str]]:
    return [(one.code, one.named) for one in Purpose.objects.all()]


def _keys(rows: QuerySet[Any], word: str, column: str) -> QuerySet[Any]:
    try:
        return rows.filter(**{column: UUID(word)})
    except ValueError:
        raise FilterError(_("编号不完整，请从链接进入")) from None


COLUMNS = (
    ui.Moment("at", gettext_lazy("时间")),
    ui.Text("actor_name", gettext_lazy("查看人")),
    ui.Text("post", gettext_lazy("岗位")),
    ui.Choice("kind", gettext_lazy("方式"), choices=AccessKind),
    ui.Text("purpose.named", gettext_lazy("目的")),
    ui.Computed("fields", gettext_lazy("字段"), give=fields_in_words),
    ui.Long("note", gettext_lazy("事由")),
    ui.Text("subject_id", gettext_lazy("被查看人编号"), shown=False),
    ui.Text("request_id", gettext_lazy("请求号"), shown=False),
)


class AccessLog(ui.ListPage):
    path, name = "privacy/log/", "privacy.log"
    title = gettext_lazy("查阅记录")
    lead = gettext_lazy("谁在何时以什么目的看了哪些个人信息；这里看不到信息本身")
    right = rights.SEE_LOG
    rows = queries.entries
    opens = "privacy.entry"
    columns = COLUMNS
    filters = (
        ui.Days("at", gettext_lazy("时间"), column="at"),
        ui.Search("who", gettext_lazy("查看人"), fields=("actor_name",)),
        ui.Choices("purpose", gettext_lazy("目的"), choices=_purpose_choices, column="purpose_id"),
        ui.Choices("kind", gettext_lazy("方式"), choices=AccessKind),
        ui.Search(
            "subject",
            gettext_lazy("被查看人编号"),
            find=lambda rows, word: _keys(rows, word, "subject_id"),
            first=False,
        ),
        ui.Search(
            "account",
            gettext_lazy("账号编号"),
            find=lambda rows, word: _keys(rows, word, "account_id"),
            first=False,
        ),
    )
    ordering = ("-at", "-pk")
    buttons = (
        ui.Button(
            gettext_lazy("按号码查某人的记录"), "privacy.log_of", rights.SEE_LOG, icon="user-search"
        ),
    )
    nothing = gettext_lazy("还没有人查看过个人信息")


class AccessDetail(ui.DetailPage):
    path, name = "privacy/log/<uuid:pk>/", "privacy.entry"
    title = gettext_lazy("一次查阅")
    right = rights.SEE_LOG
    rows = queries.entries
    crumbs = ("privacy.log",)
    sections = (
        ui.Section(
            gettext_lazy("经过"),
            (
                *COLUMNS[:7],
                ui.Computed(
                    "ground",
                    gettext_lazy("依据"),
                    give=lambda entry: in_readers_language(entry.ground),
                ),
                ui.Computed("role", gettext_lazy("角色"), give=_role_of),
                ui.Choice("channel", gettext_lazy("途径"), choices=CHANNELS),
                ui.Text("subject_id", gettext_lazy("被查看人编号")),
                ui.Text("request_id", gettext_lazy("请求号")),
            ),
        ),
        ui.Section(
            gettext_lazy("防篡改"),
            (
                ui.Date("day", gettext_lazy("所属日")),
                ui.Computed(
                    "leaf", gettext_lazy("叶哈希"), give=lambda entry: bytes(entry.leaf).hex()
                ),
                ui.Computed("proof", gettext_lazy("封存"), give=proof_in_words),
            ),
            in_drawer=False,
        ),
    )

    def heading(self) -> str:
        return str(self.row.purpose.named)


class NumberForm(forms.Form):
    """A full number, kept out of the address bar."""

    number = forms.CharField(
        label=gettext_lazy("证件号或电话（完整）"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
        error_messages={"required": gettext_lazy("请输入完整的证件号或电话")},
    )


class LogOfPerson(ui.FormPage):
    """From a number to the log of that person; the look-up itself is logged."""

    path, name = "privacy/log-of/", "privacy.log_of"
    title = gettext_lazy("按号码查某人的记录")
    lead = gettext_lazy("只显示谁看过此人，不显示此人的信息；这次查找也会记录")
    right = rights.SEE_LOG
    crumbs = ("privacy.log",)
    template = "privacy/alone.html"
    form = NumberForm
    button = gettext_lazy("查找")
    said = ""

    def act(self, data: dict[str, Any]) -> str:
        found = hooks.person_of_number(data["number"])
        actions.record_access(
            AccessKind.SEARCH,
            [found.pk if found is not None else None],
            fields=["id_no", "phone"],
            purpose=purposes.AUDIT,
            by=self.actor,
            at=self.at,
        )
        if found is None:
            raise Refusal(_("没有这个号码的人"), "privacy.nobody_found", field="number")
        return f"{link('privacy.log')}?{urlencode({'subject': found.pk})}"


class Habits(ui.Page):
    """How much each role reads a day: never a ranking of people."""

    path, name = "privacy/habits/", "privacy.habits"
    title = gettext_lazy("查阅习惯")
    right = rights.SEE_LOG
    crumbs = ("privacy.log",)
    template = "privacy/habits.html"

    def get(self) -> Any:
        titles = page_hooks.role_titles()
        habits = [
            replace(one, role=role_in_words(one.role, titles))
            for one in queries.habits(timezone.localdate(self.at))
        ]
        return self.render({"habits": habits})


pages = (AccessLog, LogOfPerson, AccessDetail, Habits)
