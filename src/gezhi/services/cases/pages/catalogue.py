"""The catalogue: what is taken up, how fast, and whose it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.services.cases import actions, queries, rights
from gezhi.services.cases.forms import ChangeCategoryForm
from gezhi.services.cases.models import Category, Nature
from gezhi.services.cases.rules import UnitRule
from gezhi.services.cases.suggesting_lessons import LEAST
from gezhi.services.cases.suggesting_reads import latest

RULES = {
    UnitRule.PLACE.value: _("先属地"),
    UnitRule.OWNER.value: _("先属主"),
    UnitRule.FIXED.value: _("固定单位"),
}


def _limit(category: Category) -> str:
    return f"{category.amount.normalize():f} {category.get_unit_display()}"


def _changed(category: Category) -> str:
    """Which of its settings are not those of the version before."""
    if category.was_amount is None:  # type: ignore[attr-defined]  # annotated
        return ""
    settings: list[Any] = [Category._meta.get_field(name) for name in Category.SETTABLE]
    return "、".join(
        str(one.verbose_name)
        for one in settings
        if getattr(category, one.attname) != getattr(category, f"was_{one.name}")
    )


COLUMNS: tuple[ui.Column, ...] = (
    ui.Text("code", _("代码"), order="code"),
    ui.Text("major", _("大类")),
    ui.Text("name", _("小类")),
    ui.Choice("nature", _("类型"), choices=Nature),
    ui.Computed("limit", _("时限"), give=_limit),
    ui.YesNo("urgent", _("紧急")),
    ui.Choice("unit_rule", _("派遣规则"), choices=RULES),
    ui.Text("responsible.name", _("责任单位")),
    ui.YesNo("auto_dispatch", _("自动派遣"), shown=False),
    ui.YesNo("may_extend", _("可延期"), shown=False),
    ui.YesNo("needs_photo", _("须附照片"), shown=False),
    ui.Date("valid_from", _("自"), shown=False),
    ui.Date("valid_to", _("至"), shown=False),
)


class CategoryList(ui.ListPage):
    path, name = "cases/categories/", "cases.categories"
    title = _("案件目录")
    lead = _("什么情况立案、多长时间办完、归谁办；改动从次日起，已立案的不变")
    right = rights.CATALOGUE
    rows = queries.all_categories
    opens = "cases.category"
    template = "cases/categories.html"
    columns = COLUMNS
    filters = (
        ui.Search("q", _("代码、名称"), fields=("code", "name", "major")),
        ui.Choices("nature", _("类型"), choices=Nature),
        ui.YesOrNo("in_force", _("现行"), column="valid_to__isnull"),
    )
    ordering = ("nature", "code", "-valid_from")
    buttons = (ui.Button(_("案件办理设置"), "cases.practice", rights.CATALOGUE, icon="settings"),)
    nothing = _("目录是空的；请联系系统管理员恢复初始目录")

    def screen(self) -> dict[str, Any]:
        """With how good the suggestions are that this office's closed cases allow."""
        learnt = latest()
        shares: dict[str, Any] = {"learnt": learnt, "least": LEAST}
        if learnt is not None:
            shares |= {
                "first": f"{learnt.accuracy:.0%}",
                "three": f"{learnt.within_three:.0%}",
                "f1": f"{learnt.macro_f1:.2f}",
            }
        return super().screen() | shares


class CategoryPage(ui.DetailPage):
    path, name = "cases/categories/<uuid:pk>/", "cases.category"
    title = _("案件类别")
    right = rights.CATALOGUE
    rows = queries.all_categories
    crumbs = ("cases.categories",)
    sections = (
        ui.Section(_("类别"), COLUMNS),
        ui.Section(
            _("条件"),
            (
                ui.Text("filing_condition", _("立案条件")),
                ui.Text("closing_condition", _("结案条件")),
            ),
        ),
    )
    related = (
        ui.Related(
            _("各版本"),
            queries.versions_of,
            (
                ui.Date("valid_from", _("自")),
                ui.Date("valid_to", _("至")),
                ui.Computed("limit", _("时限"), give=_limit),
                ui.Choice("unit_rule", _("派遣规则"), choices=RULES),
                ui.Text("responsible.name", _("责任单位")),
                ui.Computed("changed", _("与上一版本不同"), give=_changed),
            ),
            rights.CATALOGUE,
            opens="cases.category",
            at_most=50,
        ),
    )
    acts = (ui.Act(_("修改"), "cases.change_category", rights.CATALOGUE, main=True),)


class ChangeCategoryPage(ui.FormPage):
    path, name = "cases/categories/<uuid:pk>/change/", "cases.change_category"
    title = _("修改案件类别")
    right = rights.CATALOGUE
    rows = queries.all_categories
    crumbs = ("cases.categories",)
    form = ChangeCategoryForm
    done = "cases.category"
    said = _("已保存，到期自动生效")

    def initial(self) -> dict[str, Any]:
        tomorrow = timezone.localdate(self.at) + timedelta(days=1)
        fields = Category.SETTABLE
        return {name: getattr(self.row, name) for name in fields} | {"since": tomorrow}

    def act(self, data: dict[str, Any]) -> Any:
        values = dict(data)
        since = values.pop("since")
        return actions.change_category(
            category=self.row, values=values, since=since, by=self.actor, at=self.at
        )

    def refusal(self) -> Refusal | None:
        if self.row.valid_to is None:
            return None
        return Refusal(_now("这是旧版本，请在现行版本上修改"), "cases.old_version")


pages: tuple[type[ui.Page], ...] = (CategoryList, CategoryPage, ChangeCategoryPage)
