"""The component gallery: every component in every state, drawn by the same code as real pages."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.base.errors import Refusal
from gezhi.base.pages import tables
from gezhi.base.pages.columns import Badge, Date, Number, Share, Text, look_for
from gezhi.base.pages.details import Event, ShownAct, fields_html
from gezhi.base.pages.hooks import TreeNode
from gezhi.base.pages.pictures import BuildingPicture, Room, Unit
from gezhi.base.pages.requests import Page
from gezhi.base.pages.trees import tree_html

TONES = (
    ("neutral", gettext_lazy("未开始")),
    ("info", gettext_lazy("已登记")),
    ("good", gettext_lazy("已完成")),
    ("warn", gettext_lazy("快到期")),
    ("bad", gettext_lazy("已超期")),
    ("busy", gettext_lazy("办理中")),
)
COLUMNS = (
    Text("name", gettext_lazy("名称"), order="name"),
    Badge("state", gettext_lazy("状态"), choices=TONES, tones={tone: tone for tone, _w in TONES}),
    Number("people", gettext_lazy("人数"), order="people"),
    Share("share", gettext_lazy("完成率")),
    Date("day", gettext_lazy("日期")),
)


class SampleForm(forms.Form):
    """One field of each kind, one of them wrong."""

    name = forms.CharField(label=gettext_lazy("名称"), help_text=gettext_lazy("与门牌一致"))
    day = forms.DateField(label=gettext_lazy("日期"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=TONES)
    several = forms.MultipleChoiceField(
        label=gettext_lazy("可多选"),
        choices=TONES[:3],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    words = forms.CharField(
        label=gettext_lazy("说明"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    sheet = forms.FileField(label=gettext_lazy("表格"), required=False)
    sure = forms.BooleanField(label=gettext_lazy("已核对"), required=False)


class SignInForm(forms.Form):
    """What a sign-in page looks like."""

    account = forms.CharField(label=gettext_lazy("账号"))
    password = forms.CharField(label=gettext_lazy("密码"), widget=forms.PasswordInput)


def sample_rows(day: datetime) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            pk=UUID(int=number),
            name=_("第%(n)s网格") % {"n": number + 1},
            state=tone,
            people=1200 * (number + 1),
            share=None if number == 0 else number / 5,
            day=day,
        )
        for number, (tone, _words) in enumerate(TONES)
    ]


def sample_building() -> BuildingPicture:
    tones = ("good", "good", "info", "warn", "neutral", "bad")

    def rooms(unit: int, floor: int) -> list[Room]:
        return [
            Room(f"{floor}0{door}", tones[(unit * 7 + floor * 3 + door) % 6], _("3 人"), "#")
            for door in (1, 2)
        ]

    units = tuple(
        Unit(_("%(n)s 单元") % {"n": unit}, {floor: rooms(unit, floor) for floor in range(1, 7)})
        for unit in (1, 2, 3)
    )
    legend = (
        ("good", _("自住")),
        ("info", _("出租")),
        ("warn", _("待核实")),
        ("neutral", _("空置")),
    )
    return BuildingPicture(_("紫兰苑 3 号楼"), units, legend)


def sample_tree() -> tuple[TreeNode, ...]:
    grids = tuple(
        TreeNode(UUID(int=10 + n), f"{_('网格')} {n}", 3, count=90 + n) for n in (1, 2, 3)
    )
    communities = tuple(
        TreeNode(UUID(int=n), name, 2, grids if n == 2 else (), count=270)
        for n, name in ((2, "永乐社区"), (3, "紫兰苑社区"), (4, "大里村"))
    )
    return (TreeNode(UUID(int=1), "沟赵街道", 1, communities, count=810),)


class Gallery(Page):
    """Every component in every state. Open where the demo or debugging is on; else 404."""

    path, name = "ui/", "ui.gallery"
    title = gettext_lazy("组件")
    public = True
    template = "ui/gallery.html"

    def admit(self) -> HttpResponseBase | None:
        if not (settings.DEBUG or getattr(settings, "DEMO", False)):
            raise Http404
        return super().admit()

    def get(self) -> HttpResponseBase:
        if "map" in self.request.GET:
            return JsonResponse(sample_map())
        if "resident" in self.request.GET:
            return self.render(self.samples(), template="ui/gallery_resident.html")
        if "sign-in" in self.request.GET:
            return self.render({"form": SignInForm()}, template="ui/gallery_sign_in.html")
        return self.render(self.samples())

    def samples(self) -> dict[str, Any]:
        now = timezone.now()
        rows = sample_rows(now)
        look = look_for(COLUMNS, None)
        tree = sample_tree()
        act: Any = SimpleNamespace(icon="ban", danger=False, main=False)
        form = SampleForm({"name": "", "kind": "good"})
        refused = ShownAct(_("报废"), "", str(Refusal(_("借出期间不能报废，请先归还"), "ui")), act)
        return {
            "acts": [refused],
            "tones": TONES,
            "notes": [
                ("info", _("正在核对，稍后刷新")),
                ("good", _("全部 142,190 行已导入")),
                ("warn", _("3 行需要您确认")),
                ("bad", _("文件带密码，请另存为不带密码的表格后再传")),
            ],
            "tiles": [
                (_("常住人口"), "142,190", _("人"), _("比上月多 132 人"), "neutral", "users", "#"),
                (_("按期办结率"), "95.0", "%", "", "good", "circle-check", ""),
                (_("快到期"), "7", _("件"), "", "warn", "clock", "#"),
                (_("已超期"), "2", _("件"), "", "bad", "alert-triangle", "#"),
            ],
            "progress": [
                (35, 100, _("已核对 49,766 / 142,190 行"), _("约剩 12 秒")),
                (100, 100, _("已完成"), ""),
            ],
            "stages": [(_("上传"), "done"), (_("核对"), "now"), (_("确认"), "todo")],
            "head": tables.head(COLUMNS, sort="name", address=lambda sort: "#", pick=True),
            "body": tables.body(rows, COLUMNS, look, address=lambda row: "#", pick=True),
            "tree_html": tree_html(tree, [tree[0], tree[0].children[0]], lambda key: "#"),
            "fields": fields_html(rows[2], COLUMNS, look),
            "events": [
                Event(now, _("办结"), "永乐社区 网格员", _("三日内已修复"), "good"),
                Event(now, _("派单"), "沟赵街道 网格长", "", "info"),
            ],
            "building": sample_building(),
            "chart": {
                "heads": [_("社区"), _("人数")],
                "rows": [("永乐社区", "8,212"), ("紫兰苑社区", "11,034"), ("大里村", "3,120")],
            },
            "map_address": "?map",
            "form": form,
        }


def sample_map() -> dict[str, Any]:
    """Four square grids as GeoJSON, by number of people."""

    def square(number: int) -> dict[str, Any]:
        west, south = 108.80 + 0.01 * (number % 2), 34.20 + 0.01 * (number // 2)
        corners = [(0, 0), (0.01, 0), (0.01, 0.01), (0, 0.01), (0, 0)]
        ring = [[west + x, south + y] for x, y in corners]
        return {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": {"title": _("第%(n)s网格") % {"n": number + 1}, "value": 400 * number},
        }

    return {"type": "FeatureCollection", "features": [square(number) for number in range(4)]}
