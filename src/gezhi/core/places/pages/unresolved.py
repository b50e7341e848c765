"""Addresses nobody knew: the queue, and settling one."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.base.pages.layout import link
from gezhi.core.places import actions, forms, queries, rights, snapshots
from gezhi.core.places.addresses import parse_text
from gezhi.core.places.models import Building, UnresolvedAddress

COLUMNS = (
    ui.Text("text", _lazy("地址原文"), order="text"),
    ui.Text("reason", _lazy("原因")),
    ui.Number("times", _lazy("出现次数"), order="-times"),
    ui.Place("community_id", _lazy("社区（村）")),
    ui.Moment("first_seen_at", _lazy("首次出现"), order="first_seen_at"),
    ui.Moment("resolved_at", _lazy("处理时间"), shown=False),
    ui.Text("building.name", _lazy("对应楼栋"), shown=False),
)


class UnresolvedList(ui.ListPage):
    path, name = "addresses/", "places.unresolved"
    title = _lazy("待核地址")
    lead = _lazy("导入时认不出的地址，每种写法一条；处理后，等它的人和房自动归位")
    right = rights.ADDRESSES
    rows = queries.unresolved
    opens = "places.address"
    columns = COLUMNS
    filters = (
        ui.InPlace(),
        ui.Search("q", _lazy("地址"), fields=("text",)),
        ui.Choices(
            "state",
            _lazy("状态"),
            choices=(("waiting", _lazy("待核")), ("done", _lazy("已处理"))),
            narrower=lambda rows, chosen: (
                rows
                if len(set(chosen)) == 2
                else rows.filter(resolved_at__isnull=chosen[0] == "waiting")
            ),
        ),
    )
    ordering = ("resolved_at", "-times")
    nothing = _lazy("没有待核地址")


class AddressPage(ui.DetailPage):
    path, name = "addresses/<uuid:pk>/", "places.address"
    title = _lazy("待核地址")
    right = rights.ADDRESSES
    rows = queries.unresolved
    crumbs = ("places.unresolved",)
    sections = (
        ui.Section(
            _lazy("地址"),
            (
                *COLUMNS[:6],
                ui.Text("building.compound.name", _lazy("对应小区")),
                ui.Text("building.name", _lazy("对应楼栋")),
            ),
        ),
    )
    acts = (
        ui.Act(
            _lazy("处理"),
            "places.resolve",
            rights.ADDRESSES,
            refusal=lambda row, actor: resolved_refusal(row),
            icon="check",
            main=True,
        ),
    )

    def heading(self) -> str:
        return str(self.row.text)


def resolved_refusal(address: UnresolvedAddress) -> Refusal | None:
    """An address is settled once."""
    if address.resolved_at is None:
        return None
    return Refusal(_("这个地址已处理"), "places.resolved_already")


class ResolveAddress(ui.FormPage):
    path, name = "addresses/<uuid:pk>/resolve/", "places.resolve"
    title = _lazy("处理待核地址")
    right = rights.ADDRESSES
    rows = queries.unresolved
    crumbs = ("places.unresolved",)
    form = forms.ResolveForm
    done = "places.unresolved"
    said = _lazy("已处理")
    template = "places/resolve.html"

    def refusal(self) -> Refusal | None:
        return resolved_refusal(self.row)

    def initial(self) -> dict[str, Any]:
        named = self.named()
        near = self.near()
        return {"where": near[0] if len(near) == 1 else "", "alias": "" if not near else named}

    def named(self) -> str:
        """The compound as the text calls it, if that could be read."""
        read = parse_text(self.row.text).addresses
        return read[0].compound if read else ""

    def near(self) -> list[str]:
        """Compounds of the library whose names look like the one written."""
        named = self.named()
        if not named:
            return []
        book = snapshots.current().address_book
        return [book.standing_for(name) for name in get_close_matches(named, book.all_names(), 5)]

    def extra(self) -> dict[str, Any]:
        return {"address": self.row, "near": self.near(), "written": self.named()}

    def act(self, data: dict[str, Any]) -> UnresolvedAddress:
        found = queries.resolve(data["where"], self.row.community_id)
        if found.building is None:
            why = found.reason.sentence if found.reason else _("没有认出楼栋")
            raise Refusal(why, "places.unknown_building", field="where")
        return actions.resolve_address(
            address=self.row,
            building=Building.objects.select_related("compound").get(pk=found.building.id),
            alias=data["alias"],
            alias_kind=data["alias_kind"] or "other",
            by=self.actor,
            at=self.at,
        )

    def after(self, result: Any) -> str:
        return link(self.done)


pages: tuple[type[ui.Page], ...] = (UnresolvedList, AddressPage, ResolveAddress)
