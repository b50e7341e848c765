"""The journal as the audit administrator reads it; what is personal in a line stays sealed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base import pages as ui
from gezhi.base.pages.filters import FilterError
from gezhi.core.journal import queries, rights
from gezhi.core.journal.actions import verbs, verify_now
from gezhi.core.journal.books import books, books_here
from gezhi.core.journal.closing import proof_in_words
from gezhi.core.journal.models import JournalLine
from gezhi.core.journal.words import CHANNELS, changes_in_words, kind_in_words


def _verb(line: JournalLine) -> str:
    known = verbs.get(line.verb)
    return _(str(known.title)) if known else line.verb


def _changes(line: JournalLine) -> str:
    return changes_in_words(line.changes, line.subject_kind)


def _kind(line: JournalLine) -> str:
    return kind_in_words(line.subject_kind)


def _personal_part(line: JournalLine) -> str:
    """What can be said of the personal part of a line without opening it."""
    if line.commitment is None:
        return _("不含个人信息")
    if hasattr(line, "detail"):
        return _("含个人信息，已加密封存，此处不显示")
    return _("含个人信息，已依规删除，承诺值仍在")


def _by_subject(rows: QuerySet[Any], word: str) -> QuerySet[Any]:
    """Lines about one object or by one account, by its full key."""
    try:
        key = UUID(word)
    except ValueError:
        raise FilterError(_("对象编号应为完整编号，从详情页地址中复制")) from None
    return rows.filter(subject_id=key) | rows.filter(account_id=key) | rows.filter(pk=key)


COLUMNS = (
    ui.Moment("at", _lazy("时间")),
    ui.Text("actor_name", _lazy("经办人")),
    ui.Text("post", _lazy("岗位")),
    ui.Computed("verb", _lazy("动作"), give=_verb),
    ui.Computed("subject_kind", _lazy("对象类别"), give=_kind, shown=False),
    ui.Place("place_id", _lazy("地方")),
    ui.Long("why", _lazy("事由")),
    ui.Choice("channel", _lazy("途径"), choices=CHANNELS),
    ui.Computed("commitment", _lazy("个人信息"), give=_personal_part, shown=False),
)


class JournalList(ui.ListPage):
    path, name = "journal/", "journal.list"
    title = _lazy("操作留痕")
    lead = _lazy("每一次写入都在这里，只增不改；每日封存后可用 gezhi verify 核对")
    right = rights.READ
    rows = queries.lines
    opens = "journal.line"
    columns = COLUMNS
    filters = (
        ui.Days("at", _lazy("时间"), column="at"),
        ui.Search("who", _lazy("经办人"), fields=("actor_name",)),
        ui.Choices("verb", _lazy("动作"), choices=queries.verb_titles),
        ui.Choices("channel", _lazy("途径"), choices=CHANNELS, first=False),
        ui.Search("key", _lazy("对象或账号编号"), find=_by_subject, first=False),
    )
    ordering = ("-pk",)
    nothing = _lazy("还没有任何操作")


class JournalDetailPage(ui.DetailPage):
    path, name = "journal/<uuid:pk>/", "journal.line"
    title = _lazy("操作记录")
    right = rights.READ
    rows = queries.lines
    crumbs = ("journal.list",)
    sections = (
        ui.Section(
            _lazy("谁在何时做了什么"),
            (
                *COLUMNS[:4],
                ui.Computed("subject_kind", _lazy("对象类别"), give=_kind),
                ui.Text("subject_id", _lazy("对象编号")),
                ui.Place("place_id", _lazy("地方")),
                ui.Long("why", _lazy("事由")),
                ui.Choice("channel", _lazy("途径"), choices=CHANNELS),
                ui.Text("address", _lazy("来源地址")),
                ui.Text("request_id", _lazy("请求号")),
            ),
        ),
        ui.Section(
            _lazy("变更内容"),
            (
                ui.Computed("changes", _lazy("变更"), give=_changes),
                ui.Computed("commitment", _lazy("个人信息"), give=_personal_part),
            ),
        ),
        ui.Section(
            _lazy("防篡改"),
            (
                ui.Date("day", _lazy("所属日")),
                ui.Computed("leaf", _lazy("叶哈希"), give=lambda line: bytes(line.leaf).hex()),
                ui.Computed("proof", _lazy("封存"), give=proof_in_words),
            ),
            in_drawer=False,
        ),
    )

    def heading(self) -> str:
        return _verb(self.row)


def _books() -> list[tuple[str, str]]:
    return [(book.code, str(book.title)) for book in books_here()]


class JournalDays(ui.ListPage):
    path, name = "journal/days/", "journal.days"
    title = _lazy("留痕日结")
    lead = _lazy("根哈希同时记在数据库之外的文件中")
    right = rights.READ
    rows = queries.days
    columns = (
        ui.Date("day", _lazy("日期"), order="day"),
        ui.Computed("book", _lazy("类别"), give=lambda day: str(books[day.book].title)),
        ui.Number("lines", _lazy("记录数"), order="lines"),
        ui.Computed("root", _lazy("根哈希"), give=lambda day: bytes(day.root).hex()),
        ui.Moment("closed_at", _lazy("封存时间")),
    )
    filters = (
        ui.Days("day", _lazy("日期"), column="day"),
        ui.Choices("book", _lazy("类别"), choices=_books),
    )
    buttons = (
        ui.Button(_lazy("核对"), "journal.verify", rights.VERIFY, icon="shield-check", main=True),
    )
    ordering = ("-day", "book")
    nothing = _lazy("第一个工作日结束后自动封存")


class SinceForm(forms.Form):
    since = forms.DateField(label=_lazy("从哪一天起"), widget=forms.DateInput)


class VerifyJournal(ui.FormPage):
    path, name = "journal/verify/", "journal.verify"
    title = _lazy("核对留痕")
    lead = _lazy("逐条重算并与每日封存值、数据库外的根文件比对；全部历史请用命令 gezhi verify")
    right = rights.VERIFY
    crumbs = ("journal.days",)
    template = "journal/verify.html"
    form = SinceForm
    button = _lazy("开始核对")

    def initial(self) -> dict[str, Any]:
        return {"since": timezone.localdate(self.at) - timedelta(days=31)}

    def act(self, data: dict[str, Any]) -> HttpResponseBase:
        found = verify_now(since=data["since"], by=self.actor, at=self.at)
        form = self.form(initial=data)
        return self.render({"form": form, "checked": found, "refusal": ""})


pages = (JournalList, JournalDays, VerifyJournal, JournalDetailPage)
