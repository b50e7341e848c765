"""What the screens of places ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from gezhi.core.places import datums
from gezhi.core.places.models import (
    AliasKind,
    CompoundAlias,
    CompoundKind,
    Level,
    Place,
    PlaceKind,
)

COMMON_FRAMES = ("wgs84", "gcj02", "cgcs2000")


def frames() -> list[tuple[Any, Any]]:
    """The frames a file may be in; the three usual ones first, then the projected ones."""
    usual = [(key, str(datums.FRAMES[key].label)) for key in COMMON_FRAMES]
    projected = [
        (key, str(frame.label)) for key, frame in datums.FRAMES.items() if frame.is_projected
    ]
    return [("", _("请选择")), *usual, (_("高斯投影"), projected)]


class PlaceChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not at run time
    """A place by its name with its code, because grids of two villages share names."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.code}）"


class DayForm(forms.Form):
    """From which day a change holds."""

    on = forms.DateField(label=_("自"))
    correction = forms.BooleanField(
        label=_("更正过去的记录"),
        required=False,
        help_text=_("日期早于今天时须勾选；已报出的数字不变"),
    )


class AddPlaceForm(DayForm):
    kind = forms.ChoiceField(label=_("类别"))
    name = forms.CharField(label=_("名称"), max_length=60)
    code = forms.CharField(
        label=_("编码"), max_length=18, required=False, help_text=_("不填则取下一个编号")
    )
    party_group = forms.CharField(label=_("党小组"), max_length=60, required=False)
    field_order: Any = ("kind", "name", "code", "party_group", "on", "correction")

    def __init__(self, *args: Any, kinds: tuple[PlaceKind, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]


class RenameForm(DayForm):
    name = forms.CharField(label=_("名称"), max_length=60)
    field_order: Any = ("name", "on", "correction")


class PartyGroupForm(DayForm):
    party_group = forms.CharField(
        label=_("党小组"), max_length=60, required=False, help_text=_("留空表示没有党小组")
    )
    field_order: Any = ("party_group", "on", "correction")


class RetireForm(DayForm):
    reason = forms.CharField(
        label=_("事由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order: Any = ("reason", "on", "correction")


class PointForm(forms.Form):
    lon = forms.FloatField(label=_("经度（WGS84）"), required=False)
    lat = forms.FloatField(label=_("纬度（WGS84）"), required=False)


class CompoundForm(PointForm):
    name = forms.CharField(label=_("名称"), max_length=60)
    kind = forms.ChoiceField(label=_("类别"), choices=CompoundKind.choices)
    road = forms.CharField(label=_("道路门牌"), max_length=80, required=False)
    field_order: Any = ("name", "kind", "road", "lon", "lat")


class AddCompoundForm(CompoundForm):
    community = PlaceChoice(label=_("社区（村）"), queryset=Place.objects.none())
    field_order: Any = ("community", "name", "kind", "road", "lon", "lat")

    def __init__(self, *args: Any, communities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = communities  # type: ignore[attr-defined]


class AliasForm(forms.Form):
    alias = forms.CharField(label=_("别名"), max_length=60)
    kind = forms.ChoiceField(label=_("类别"), choices=AliasKind.choices, initial="other")


class RemoveAliasForm(forms.Form):
    alias = forms.ModelChoiceField(label=_("别名"), queryset=CompoundAlias.objects.none())

    def __init__(self, *args: Any, aliases: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["alias"].queryset = aliases  # type: ignore[attr-defined]


class BuildingForm(PointForm):
    name = forms.CharField(
        label=_("楼栋"), max_length=30, help_text=_("如 3号楼、A座、2组；写法会统一")
    )
    units = forms.IntegerField(
        label=_("单元数"), min_value=0, max_value=50, initial=1, help_text=_("没有单元填 0")
    )
    floors_above = forms.IntegerField(label=_("地上层数"), min_value=1, max_value=90, initial=6)
    floors_below = forms.IntegerField(label=_("地下层数"), min_value=0, max_value=9, initial=0)
    built_year = forms.IntegerField(
        label=_("建成年份"), min_value=1900, max_value=2100, required=False
    )
    on_a_floor = forms.IntegerField(
        label=_("每单元每层户数"),
        min_value=1,
        max_value=99,
        required=False,
        help_text=_("填写后按层生成房号，如 501、502；已有的房号不动"),
    )
    skipped = forms.CharField(
        label=_("没有的楼层"), max_length=60, required=False, help_text=_("如 4、13-14")
    )
    field_order: Any = (
        "grid", "name", "units", "floors_above", "floors_below", "built_year",
        "on_a_floor", "skipped", "lon", "lat",
    )  # fmt: skip


class AddBuildingForm(BuildingForm):
    grid = PlaceChoice(label=_("所在网格"), queryset=Place.objects.none())

    def __init__(self, *args: Any, grids: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grid"].queryset = grids  # type: ignore[attr-defined]


class ResolveForm(forms.Form):
    where = forms.CharField(
        label=_("对应的楼栋"),
        max_length=120,
        help_text=_("写到楼栋即可，如 紫兰苑3号楼"),
    )
    alias = forms.CharField(
        label=_("同时登记别名"),
        max_length=60,
        required=False,
        help_text=_("以后再遇到这个名称就能自动对上；留空则只处理这一条"),
    )
    alias_kind = forms.ChoiceField(
        label=_("别名类别"),
        choices=AliasKind.choices,
        initial="other",
        required=False,
    )


class BoundaryForm(forms.Form):
    parent = PlaceChoice(
        label=_("所属上级"),
        queryset=Place.objects.none(),
        required=False,
        help_text=_("文件画的是谁的下级；上传街道自己的边界时不选"),
    )
    level = forms.TypedChoiceField(
        label=_("文件里是"), choices=Level.choices, coerce=int, initial=int(Level.GRID)
    )
    frame = forms.ChoiceField(
        label=_("坐标系"),
        choices=frames,
        help_text=_("请向制图单位问清；系统不猜坐标系"),
    )
    file = forms.FileField(
        label=_("GeoJSON 文件"),
        help_text=_("每个图形的属性 code 为网格编码；不超过 16 MB"),
    )

    def __init__(self, *args: Any, parents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]


class StartRegridForm(forms.Form):
    community = PlaceChoice(label=_("社区（村）"), queryset=Place.objects.none())

    def __init__(self, *args: Any, communities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = communities  # type: ignore[attr-defined]


class Grids(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not at run time
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.code}）"


class DrawRegridForm(forms.Form):
    title = forms.CharField(label=_("名称"), max_length=60, help_text=_("如 紫兰社区网格拆分"))
    retiring = Grids(
        label=_("要调整的网格"),
        queryset=Place.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    coming = forms.IntegerField(
        label=_("调整后的网格数"), min_value=1, max_value=20, help_text=_("合并填 1，一分为二填 2")
    )
    effective = forms.DateField(label=_("启用日期"))
    correction = forms.BooleanField(
        label=_("更正过去的记录"), required=False, help_text=_("启用日期早于今天时须勾选")
    )
    reason = forms.CharField(
        label=_("事由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, grids: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["retiring"].queryset = grids  # type: ignore[attr-defined]


class DrawRedistrictingForm(forms.Form):
    title = forms.CharField(label=_("名称"), max_length=60, help_text=_("如 永乐社区与大里村合并"))
    retiring = Grids(
        label=_("要撤并的社区（村）"),
        queryset=Place.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    communities = forms.IntegerField(
        label=_("调整后的社区数"),
        min_value=0,
        max_value=20,
        initial=1,
        help_text=_("合并填 1，析出填分开后的个数；村改社区填 1"),
    )
    villages = forms.IntegerField(label=_("调整后的村数"), min_value=0, max_value=20, initial=0)
    effective = forms.DateField(label=_("启用日期"))
    correction = forms.BooleanField(
        label=_("更正过去的记录"), required=False, help_text=_("启用日期早于今天时须勾选")
    )
    reason = forms.CharField(
        label=_("事由"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("写明批复文号"),
    )

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["retiring"].queryset = places  # type: ignore[attr-defined]


class PointQueryForm(forms.Form):
    """Which grid a point lies in, typed or taken from the map."""

    lon = forms.FloatField(label=_("经度"))
    lat = forms.FloatField(label=_("纬度"))
    frame = forms.ChoiceField(
        label=_("坐标系"),
        choices=[(key, lazystr(datums.FRAMES[key].label)) for key in COMMON_FRAMES],
        initial="wgs84",
    )
