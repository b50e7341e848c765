"""The numbers on a home page: what lies in the places of one's posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor
from gezhi.base.pages.hooks import Tile
from gezhi.base.pages.layout import link
from gezhi.base.rights import Right
from gezhi.core.registry import reads, rights
from gezhi.core.registry.models import Conflict, ImportBatch
from gezhi.core.registry.models.imports import BatchState

TILES: Final = (
    ("people", gettext_noop("人口"), gettext_noop("人"), "users", "registry.people"),
    ("households", gettext_noop("户数"), gettext_noop("户"), "users-group", "registry.households"),
    ("dwellings", gettext_noop("房屋"), gettext_noop("套"), "home", "registry.dwellings"),
    (
        "enterprises",
        gettext_noop("企业"),
        gettext_noop("家"),
        "building-skyscraper",
        "registry.enterprises",
    ),
    ("shops", gettext_noop("门店"), gettext_noop("家"), "building-store", "registry.shops"),
    ("sites", gettext_noop("工地"), gettext_noop("处"), "crane", "registry.sites"),
    ("vehicles", gettext_noop("车辆"), gettext_noop("辆"), "car", "registry.vehicles"),
)
SEEN_BY: Final[tuple[tuple[Right, tuple[str, ...]], ...]] = (
    (rights.SEE_PEOPLE, ("people", "households")),
    (rights.SEE_DWELLINGS, ("dwellings",)),
    (rights.SEE_UNITS, ("enterprises", "shops", "sites")),
    (rights.SEE_VEHICLES, ("vehicles",)),
)


def home_tiles(actor: Actor, at: datetime) -> Sequence[Tile]:
    """Counts from the roll-up, one query for each right; and what waits for a decision."""
    numbers: dict[str, int] = {}
    for right, metrics in SEEN_BY:
        if right.held_by(actor):
            numbers |= reads.tallied(metrics, right, actor)
    tiles = [
        Tile(_(label), f"{numbers[metric]:,}", _(unit), icon=icon, address=link(page))
        for metric, label, unit, icon, page in TILES
        if metric in numbers
    ]
    if rights.SETTLE.held_by(actor):
        rows = rights.SETTLE.rows(Conflict.objects.filter(settled_at=None), actor)
        if waiting := rows.count():
            tiles.append(
                Tile(
                    _("待核冲突"),
                    f"{waiting:,}",
                    _("项"),
                    tone="warn",
                    icon="alert-triangle",
                    address=f"{link('registry.conflicts')}?open=1",
                )
            )
    if rights.IMPORT.held_by(actor):
        mine = ImportBatch.objects.filter(account_id=actor.account_id)
        if waiting := mine.filter(state__in=(BatchState.MAPPING, BatchState.CHECKED)).count():
            tiles.append(
                Tile(
                    _("待确认的导入"),
                    f"{waiting:,}",
                    _("批"),
                    tone="warn",
                    icon="upload",
                    address=link("registry.imports"),
                )
            )
    return tiles
