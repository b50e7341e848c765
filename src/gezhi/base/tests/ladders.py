"""A toy office that lends out ladders: what the tests of pages stand on.

Its model lives in a registry of its own and its rights are not declared to anybody, so that no
walk over all models or all rights meets a ladder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.db import connection, models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.test.utils import isolate_apps
from django.urls import URLPattern

from gezhi.base import pages as ui
from gezhi.base import rights
from gezhi.base.actors import Actor, ActorKind, Holding
from gezhi.base.errors import FieldRefusal, NotAllowed, Refusal, TooMany
from gezhi.base.pages import hooks
from gezhi.base.rights import Right, Scope, within_posting

NOON = datetime(2022, 9, 13, 4, 0, tzinfo=UTC)
"""Noon in the subdistrict."""


def undeclared(code: str, title: str, where: Scope | None = None, *, factor: bool = False) -> Right:
    right = Right(code, title, where, second_factor=factor)
    rights._all.pop(code)
    return right


SEE = undeclared("ladders.see", "查看梯子", within_posting())
EDIT = undeclared("ladders.edit", "借出梯子", within_posting())
EXPORT = undeclared("ladders.export", "导出梯子", within_posting())
BULK_EXPORT = undeclared("ladders.export_all", "批量导出梯子", within_posting(), factor=True)


class State(models.TextChoices):
    FREE = "free", "可借"
    LENT = "lent", "已借出"


with isolate_apps("gezhi.base.ui"):

    class Ladder(models.Model):
        id = models.UUIDField(primary_key=True, default=uuid4)
        name = models.CharField(max_length=40)
        state = models.CharField(max_length=10, choices=State.choices, default=State.FREE)
        phone = models.CharField(max_length=20, default="13812345678")
        height_cm = models.IntegerField(default=320)
        bought_on = models.DateField(null=True)
        lent_at = models.DateTimeField(null=True)
        community_id = models.UUIDField(null=True)
        grid_id = models.UUIDField(null=True)

        class Meta:
            app_label = "ui"
            db_table = "toy_ladder"

        def __str__(self) -> str:
            return self.name


@contextmanager
def ladder_table() -> Iterator[None]:
    """The ladders' table, for as long as the test's transaction lasts."""
    with connection.schema_editor() as editor:
        editor.create_model(Ladder)
    yield


TOWN, YONGLE, ZILAN = UUID(int=1), UUID(int=11), UUID(int=12)
GRIDS = {YONGLE: (UUID(int=111), UUID(int=112)), ZILAN: (UUID(int=121),)}
NAMES = {YONGLE: "永乐社区", ZILAN: "紫兰苑社区"} | {
    grid: f"{grid.int}网格" for grids in GRIDS.values() for grid in grids
}


def add(name: str, community: UUID = YONGLE, grid: UUID | None = None, **more: Any) -> Ladder:
    """One ladder kept in a community's first grid, unless said otherwise."""
    grid = grid or GRIDS[community][0]
    return Ladder._default_manager.create(name=name, community_id=community, grid_id=grid, **more)


def add_many(number: int) -> list[Ladder]:
    """Ladders spread over both communities, lent hour by hour, bought day by day."""
    places = [(c, grid) for c, grids in GRIDS.items() for grid in grids]
    return Ladder._default_manager.bulk_create(
        Ladder(
            name=f"梯子 {n:04}",
            community_id=places[n % 3][0],
            grid_id=places[n % 3][1],
            state=State.LENT if n % 2 else State.FREE,
            lent_at=NOON - timedelta(hours=n) if n % 2 else None,
            bought_on=date(2022, 1, 1) + timedelta(days=n % 300),
        )
        for n in range(number)
    )


def staff(
    place: UUID = TOWN, level: int = 1, *held: Right, factor_at: datetime | None = None
) -> Actor:
    """Somebody with a post at a place; with all rights over ladders unless some are named."""
    codes = frozenset(right.code for right in held or (SEE, EDIT, EXPORT, BULK_EXPORT))
    post = Holding(uuid4(), "keeper", "保管员", place, level, "", NAMES.get(place, "沟赵"), codes)
    return Actor(ActorKind.STAFF, "李明", uuid4(), holdings=(post,), second_factor_at=factor_at)


def tree(actor: Actor, right: str, at: datetime) -> tuple[hooks.TreeNode, ...]:
    communities = tuple(
        hooks.TreeNode(c, NAMES[c], 2, tuple(hooks.TreeNode(g, NAMES[g], 3) for g in grids))
        for c, grids in GRIDS.items()
    )
    return (hooks.TreeNode(TOWN, "沟赵街道", 1, communities),)


def ladders(actor: Actor, at: datetime) -> QuerySet[Ladder]:
    return Ladder._default_manager.all()


def masked(value: str) -> str:
    return f"{value[:3]}****{value[-4:]}"


def retire(rows: list[Ladder], by: Actor, at: datetime) -> str:
    Ladder._default_manager.filter(pk__in=[row.pk for row in rows]).delete()
    return f"已报废 {len(rows)} 架"


def lend_refusal(row: Ladder, actor: Actor) -> Refusal | None:
    if row.state == State.LENT:
        return Refusal("这架梯子已借出，请先归还", "ladders.lent")
    return None


COLUMNS = (
    ui.Text("name", "名称", order="name"),
    ui.Place("grid_id", "网格", order="grid_id"),
    ui.Badge("state", "状态", choices=State, tones={State.LENT: "warn"}),
    ui.Masked("phone", "电话", mask=masked, reveal="ladders.lend"),
    ui.Date("bought_on", "购置日期", order="bought_on"),
    ui.Moment("lent_at", "借出时间", order="-lent_at"),
    ui.Number("height_cm", "高度", unit=" cm"),
    ui.Text("pk", "编号", shown=False),
)


class LadderList(ui.ListPage):
    path, name, title, right = "ladders/", "ladders.list", "梯子", SEE
    rows = ladders
    opens = "ladders.ladder"
    columns = COLUMNS
    filters = (
        ui.InPlace(),
        ui.Search("q", "名称", fields=("name",)),
        ui.Choices("state", "状态", choices=State),
        ui.Days("bought", "购置日期", column="bought_on"),
        ui.Days("lent", "借出日期", column="lent_at"),
        ui.YesOrNo("tall", "三米以上", when=models.Q(height_cm__gte=300)),
    )
    ordering = ("name",)
    buttons = (ui.Button("登记梯子", "ladders.add", EDIT),)
    bulk = (
        ui.BulkAct("retire", "报废", EDIT, act=retire, ask="报废后不能再借出"),
        ui.BulkAct("hand", "移交", EDIT, to="ladders.add"),
    )
    export_right = EXPORT
    nothing = "点“登记梯子”添加第一架"


class GuardedList(LadderList):
    path, name, title = "ladders/guarded/", "ladders.guarded", "梯子总账"
    export_right = BULK_EXPORT


class LadderPage(ui.DetailPage):
    path, name, title, right = "ladders/<uuid:pk>/", "ladders.ladder", "梯子", SEE
    rows = ladders
    crumbs = ("ladders.list",)
    sections = (
        ui.Section("基本信息", COLUMNS),
        ui.Section("内部", (ui.Text("height_cm", "尺码"),), right=EXPORT, in_drawer=False),
    )
    related = (
        ui.Related(
            "同网格的梯子",
            lambda row: Ladder._default_manager.filter(grid_id=row.grid_id).order_by("name"),
            COLUMNS[:2],
            SEE,
            opens="ladders.ladder",
            at_most=3,
        ),
    )
    acts = (ui.Act("借出", "ladders.lend", EDIT, refusal=lend_refusal),)

    def marks(self) -> list[ui.Mark]:
        return [ui.Mark(self.row.get_state_display(), "info")]

    def timeline(self) -> list[ui.Event]:
        return [ui.Event(NOON, "登记", "永乐社区 保管员")]


class LendForm(forms.Form):
    borrower = forms.CharField(label="借用人", max_length=20)
    due = forms.DateField(label="归还日期")


class Lend(ui.FormPage):
    path, name, title = "ladders/<uuid:pk>/lend/", "ladders.lend", "借出梯子"
    sees, right, rows, form = SEE, EDIT, ladders, LendForm
    done = "ladders.ladder"

    def act(self, data: dict[str, Any]) -> None:
        if data["borrower"] == "王五":
            sentence = "王五有一架未还，请先归还"
            raise Refusal(
                sentence, "ladders.one_each", fields=(FieldRefusal("borrower", sentence),)
            )
        if data["borrower"] == "赵六":
            raise TooMany("今天借出的太多了，请明天再来", "ladders.daily", retry_after=3600)
        Ladder._default_manager.filter(pk=self.row.pk).update(state=State.LENT, lent_at=self.at)

    def refusal(self) -> Refusal | None:
        return lend_refusal(self.row, self.actor)


class Scrap(ui.ConfirmPage):
    path, name, title = "ladders/<uuid:pk>/scrap/", "ladders.scrap", "报废梯子"
    sees, right, rows = SEE, EDIT, ladders
    form = ui.ReasonForm
    done = "ladders.list"

    def consequences(self) -> list[str]:
        return ["梯子从清单中删除"]

    def act(self, data: dict[str, Any]) -> str:
        self.row.delete()
        return "/ladders/"


class NameForm(forms.Form):
    name = forms.CharField(label="名称", max_length=20)
    state = forms.ChoiceField(label="状态", choices=State.choices)


class PlaceForm(forms.Form):
    height = forms.IntegerField(label="高度", max_value=900)


class Add(ui.StepPage):
    path, name, title, right = "ladders/add/", "ladders.add", "登记梯子", EDIT
    stages = (
        ui.Stage("what", "什么梯子", NameForm),
        ui.Stage("where", "多高", PlaceForm),
        ui.Stage("sure", "确认", ui.SureForm),
    )
    done = "ladders.ladder"

    def act(self, data: dict[str, Any]) -> Ladder:
        if data["what"]["name"] == "重名":
            fields = (FieldRefusal("name", "已有同名梯子，请换个名称"),)
            raise Refusal("已有同名梯子", "ladders.name_taken", fields=fields)
        return add(**data["what"], height_cm=data["where"]["height"])


class Open(ui.Page):
    path, name, title, public = "hours/", "ladders.hours", "开放时间", True


class Forbidding(ui.Page):
    path, name, title, right = "ladders/never/", "ladders.never", "不许", SEE

    def get(self) -> HttpResponseBase:
        raise NotAllowed("梯子不外借给外单位", "ladders.never")


pages: tuple[type[ui.Page], ...] = (
    LadderList,
    GuardedList,
    Add,
    Forbidding,
    LadderPage,
    Lend,
    Scrap,
    Open,
)

visitor: list[Actor | None] = [None]
"""Who is at the door in this test."""


class AtTheDoor:
    """Middleware of the toy office: the visitor of the test, in the toy's own cell."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = visitor[0]  # type: ignore[attr-defined]
        request.cell = SimpleNamespace(name="沟赵街道")  # type: ignore[attr-defined]
        return self.get_response(request)


def _urlpatterns() -> list[URLPattern]:
    import sys

    from gezhi.base.ui import pages as ui_pages

    return ui.urlpatterns_of([sys.modules[__name__], ui_pages])


handler403 = "gezhi.base.pages.refusals.not_allowed"
handler404 = "gezhi.base.pages.refusals.not_found"
handler500 = "gezhi.base.pages.refusals.broken"
urlpatterns = _urlpatterns()

SETTINGS: dict[str, Any] = {
    "ROOT_URLCONF": __name__,
    "GEZHI_LINKS": {"search": "ladders.list", "second_factor": "ladders.hours"},
    "MIDDLEWARE": [
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        f"{__name__}.AtTheDoor",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django_htmx.middleware.HtmxMiddleware",
        "gezhi.base.pages.refusals.RefusalPages",
    ],
}
