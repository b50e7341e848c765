"""Two rows side by side: merging, taking a merge back, settling a conflict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.base.pages.columns import address_of, look_for
from gezhi.core.privacy import masks
from gezhi.core.registry import conflicts, reads, rights
from gezhi.core.registry.actions.merging import merge_people, settle_conflict
from gezhi.core.registry.actions.unmerging import unmerge
from gezhi.core.registry.models import Person
from gezhi.core.registry.pages import columns as c
from gezhi.core.registry.pages.people_lists import CONFLICT_KINDS
from gezhi.core.registry.pages.person import view_logged

COMPARED: tuple[ui.Column, ...] = (
    c.name(),
    c.id_no(),
    ui.Choice("gender", _("性别"), choices=c.GENDERS),
    c.masked("birth", "birth_date", _("出生日期")),
    c.phone(),
    ui.Choice("population_class", _("人口类别"), choices=c.CLASSES),
    ui.Choice("state", _("状态"), choices=c.PERSON_STATES),
    ui.Text("dwelling.address", _("现住地址")),
    ui.Choice("relation_to_head", _("与户主关系"), choices=c.RELATIONS),
    c.masked("address", "hukou_address", _("户籍地址")),
    c.grid(),
    ui.Text("source.named", _("最初来源")),
    ui.Moment("verified_at", _("核实时间")),
    ui.Date("as_of", _("数据截至")),
)


def side_by_side(left: Person, right: Person, actor: Any) -> Iterator[dict[str, Any]]:
    """Each compared field of both, and whether they differ as far as the masks show."""
    look = look_for(COMPARED, actor)
    for column in COMPARED:
        a, b = column.text(left, look), column.text(right, look)
        yield {"label": column.label, "left": a, "right": b, "differs": a != b}


class MergeForm(forms.Form):
    why = forms.CharField(
        label=_("合并理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class Compare(ui.FormPage):
    """Two rows picked in the list of people; the first stays, the second goes into it."""

    path, name = "people/compare/", "registry.compare"
    title = _("比对合并")
    right = rights.MERGE
    crumbs = ("registry.people",)
    form = MergeForm
    template = "registry/compare.html"
    button = _("合并：保留左边的记录")
    said = _("已合并；如发现不是同一人，可在被并入的记录上撤销")
    wide = True
    _pair: tuple[Person, Person] | None = None

    def pair(self) -> tuple[Person, Person]:
        """The two rows; 404 unless both are in sight, a refusal unless there are two."""
        if self._pair is None:
            try:
                keys = [UUID(key) for key in self.request.GET.getlist("pick")]
            except ValueError:
                raise Http404 from None
            if len(keys) != 2 or keys[0] == keys[1]:
                raise Refusal(gettext("请在人口列表中勾选两条记录再比对"), "registry.pick_two")
            sight = rights.SEE_PEOPLE.rows(reads.any_person(self.actor, self.at), self.actor)
            found = {row.pk: row for row in self.right.rows(sight, self.actor).filter(pk__in=keys)}
            if len(found) != 2:
                raise Http404
            for person in found.values():
                view_logged(self, person)
            self._pair = found[keys[0]], found[keys[1]]
        return self._pair

    def get(self) -> HttpResponseBase:
        self.pair()
        return super().get()

    def extra(self) -> dict[str, Any]:
        left, right = self.pair()
        keys = [str(right.pk), str(left.pk)]
        turned = "&".join(f"pick={key}" for key in keys)
        return {
            "left": left,
            "right_row": right,
            "lines": list(side_by_side(left, right, self.actor)),
            "turned": f"{reverse(self.name)}?{turned}",
        }

    def act(self, data: dict[str, Any]) -> Any:
        kept, dropped = self.two()
        merge_people(kept=kept, dropped=dropped, why=data["why"], by=self.actor, at=self.at)
        return address_of("registry.person", kept.pk)

    def two(self) -> tuple[Person, Person]:
        """The rows again, without a further line in the log: they were looked at to get here."""
        keys = self.request.GET.getlist("pick")
        sight = self.right.rows(Person.objects.all(), self.actor)
        found = {str(row.pk): row for row in sight.filter(pk__in=keys)}
        if len(keys) != 2 or len(found) != 2:
            raise Http404
        self._pair = found[keys[0]], found[keys[1]]
        return self._pair


class Unmerge(ui.ConfirmPage):
    """Take a merge back: both rows as they were."""

    path, name = "people/<uuid:pk>/unmerge/", "registry.unmerge"
    title = _("撤销合并")
    sees = rights.SEE_PEOPLE
    right = rights.MERGE
    rows = reads.any_person
    crumbs = ("registry.people",)
    form = ui.ReasonForm
    done = "registry.person"
    said = _("已撤销合并，两条记录恢复原状")

    def consequences(self) -> list[str]:
        return [gettext("这条记录和保留的记录都恢复到合并前的样子；合并后有变更的，先说明是哪些")]

    def act(self, data: dict[str, Any]) -> Any:
        merge = reads.merge_of(self.row)
        if merge is None:
            raise Refusal(gettext("这条记录没有并入别人"), "registry.not_merged")
        unmerge(merge=merge, why=data["reason"], by=self.actor, at=self.at)
        return self.row

    def refusal(self) -> Refusal | None:
        if reads.merge_of(self.row) is None:
            return Refusal(gettext("这条记录没有并入别人"), "registry.not_merged")
        return None


OUTCOMES = (
    ("merged", _("是同一人：合并两条记录")),
    ("different", _("不是同一人：各自保留")),
    ("taken", _("采用来报的姓名")),
    ("kept", _("保留登记的姓名")),
)


class SettleForm(forms.Form):
    outcome = forms.ChoiceField(label=_("处理结果"), widget=forms.RadioSelect)
    why = forms.CharField(label=_("依据"), max_length=200, help_text=_("例如：入户核对身份证原件"))

    def __init__(self, *arguments: Any, outcomes: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        chosen: Any = self.fields["outcome"]
        chosen.choices = outcomes


class ConflictPage(ui.FormPage):
    """What contradicts what, and the decision."""

    path, name = "conflicts/<uuid:pk>/", "registry.conflict"
    title = _("处理冲突")
    right = rights.SETTLE
    rows = reads.conflicts
    crumbs = ("registry.conflicts",)
    form = SettleForm
    template = "registry/conflict.html"
    button = _("确定")
    said = _("已处理")
    wide = True

    def form_arguments(self) -> dict[str, Any]:
        two = ("merged", "different") if self.row.other_id else ("taken", "kept")
        return {"outcomes": [(code, words) for code, words in OUTCOMES if code in two]}

    def extra(self) -> dict[str, Any]:
        conflict = self.row
        lines: list[dict[str, Any]] = []
        if conflict.other is not None:
            lines = list(side_by_side(conflict.person, conflict.other, self.actor))
        else:
            lines = list(self.reported())
        return {"conflict": conflict, "kind": CONFLICT_KINDS[conflict.kind], "lines": lines}

    def reported(self) -> Iterator[dict[str, Any]]:
        """What the sheet said beside what is on record, both masked."""
        person, incoming = self.row.person, conflicts.opened_incoming(self.row)
        look = look_for(COMPARED, self.actor)
        kinds = {"name": "name", "id_no": "id_no", "phone": "phone", "birth_date": "birth"}
        for column in COMPARED:
            if column.source in kinds:
                left = column.text(person, look)
                right = masks.of(kinds[column.source])(incoming.get(column.source))
                yield {
                    "label": column.label,
                    "left": left,
                    "right": right,
                    "differs": bool(right) and left != right,
                }

    def act(self, data: dict[str, Any]) -> Any:
        settle_conflict(conflict=self.row, **data, by=self.actor, at=self.at)
        return reverse("registry.conflicts")

    def refusal(self) -> Refusal | None:
        if self.row.settled_at is not None:
            return Refusal(
                gettext("已由 %(name)s 处理") % {"name": self.row.settled_by}, "registry.settled"
            )
        return None


pages = (Compare, Unmerge, ConflictPage)
