"""企业, 门店 and 工地 for programs: the same five operations for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from gezhi.base.api import Answer, Ask, Changed, Made, Operation, list_of, one_of
from gezhi.base.api.shapes import Key
from gezhi.base.pages.filters import Filter
from gezhi.base.pages.listing import RowsOf
from gezhi.base.sentences import _ as said
from gezhi.core.places.models import Building
from gezhi.core.privacy.telling import Telling
from gezhi.core.registry import reads, rights
from gezhi.core.registry.actions import units as actions
from gezhi.core.registry.api.common import (
    AS_OF,
    CHANGED,
    SOME_KEY,
    changed,
    made,
    named,
    place_named,
    reveal_of,
    telling,
    values_of,
    values_shape,
)
from gezhi.core.registry.models import Enterprise, Shop, Site
from gezhi.core.registry.pages import unit_lists
from gezhi.core.registry.pages.revealing import RevealEnterprise, RevealShop, RevealSite
from gezhi.core.registry.pages.unit_forms import FIELDS

SEE, CHANGE = rights.SEE_UNITS, rights.CHANGE_UNITS


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of unit: how it is told, and the actions behind it."""

    name: str
    path: str
    titles: Sequence[Any]
    """Of the list, of one, of registering, of changing."""
    model: type[Enterprise | Shop | Site]
    rows: RowsOf
    filters: Sequence[Filter]
    revealed: tuple[str, ...]
    register: Callable[..., Any]
    change: Callable[..., Any]
    example: dict[str, Any]

    @property
    def fields(self) -> tuple[str, ...]:
        return FIELDS[self.model]

    def operations(self) -> Iterator[Operation]:
        """List, one, register, change, reveal."""
        several, one, registering, changing = self.titles
        shape = self.telling()
        yield list_of(
            f"list_{self.path}",
            self.path,
            several,
            right=SEE,
            rows=self.rows,
            filters=self.filters,
            shape=shape,
        )
        yield one_of(
            f"see_{self.name}",
            f"{self.path}/{{uuid:pk}}",
            one,
            right=SEE,
            rows=self.rows,
            shape=shape,
        )
        yield Operation(
            f"register_{self.name}",
            "POST",
            self.path,
            registering,
            right=CHANGE,
            status=201,
            body=self.registering(),
            answer=Made,
            act=self.do_register,
            example=self.example,
            shown={"id": SOME_KEY, "revision": 1},
        )
        yield Operation(
            f"change_{self.name}",
            "PATCH",
            f"{self.path}/{{uuid:pk}}",
            changing,
            right=CHANGE,
            sees=SEE,
            rows=self.rows,
            body=values_shape(
                f"{self.model.__name__}Change", self.model, self.fields, more={"as_of": AS_OF}
            ),
            answer=Changed,
            guarded=True,
            act=self.do_change,
            example={"remark": "周末营业", "as_of": "2022-09-13"},
            shown=CHANGED,
        )
        yield reveal_of(
            f"reveal_{self.name}", self.path, sees=SEE, rows=self.rows, fields=self.revealed
        )

    def telling(self) -> Telling:
        extra = ("key_trades",) if self.model is Enterprise else ()
        return telling(
            self.model.__name__, self.model, (*self.fields, *extra, "building", "lon", "lat")
        )

    def registering(self) -> type[BaseModel]:
        more: dict[str, Any] = {
            "place": (Key, Field(default=None, description=said("所属社区或网格"))),
        }
        if self.model is not Site:
            more["building"] = (Key, Field(default=None, description=said("所在楼栋")))
        return values_shape(
            f"{self.model.__name__}Registering",
            self.model,
            self.fields,
            required=actions.REQUIRED[self.model],
            more=more,
        )

    def do_register(self, ask: Ask) -> Answer:
        """List a unit in a building or place."""
        where: dict[str, Any] = {"place": place_named(CHANGE, ask, ask.body.place)}
        if self.model is not Site:
            buildings = CHANGE.rows(Building.objects.all(), ask.actor)
            where["building"] = named(buildings, ask.body.building, "building")
        values = {k: v for k, v in values_of(ask.body, self.fields).items() if v not in (None, "")}
        row = self.register(values=values, **where, by=ask.actor, at=ask.at)
        return made(row, self.path)

    def do_change(self, ask: Ask) -> dict[str, Any]:
        """Change what is known of a unit."""
        diff = self.change(
            unit=ask.row,
            values=values_of(ask.body, self.fields),
            expected=ask.expected,
            as_of=ask.body.as_of,
            by=ask.actor,
            at=ask.at,
        )
        return changed(ask.row, diff)


KINDS: Final = (
    Kind(
        "enterprise",
        "enterprises",
        (_("企业单位"), _("一家企业单位"), _("登记企业"), _("变更企业信息")),
        Enterprise,
        reads.enterprises,
        unit_lists.EnterpriseList.filters,
        RevealEnterprise.fields,
        actions.register_enterprise,
        actions.change_enterprise,
        {
            "name": "郑州样例机械有限公司",
            "address": "瑞达路 96 号",
            "kind": "company",
            "contact": "张样",
            "phone": "13800005678",
            "place": SOME_KEY,
        },
    ),
    Kind(
        "shop",
        "shops",
        (_("门店"), _("一家门店"), _("登记门店"), _("变更门店信息")),
        Shop,
        reads.shops,
        unit_lists.ShopList.filters,
        RevealShop.fields,
        actions.register_shop,
        actions.change_shop,
        {
            "name": "紫兰烩面",
            "address": "紫兰路 12 号",
            "trade": "catering",
            "contact": "李样",
            "phone": "13800005679",
            "place": SOME_KEY,
        },
    ),
    Kind(
        "site",
        "sites",
        (_("工地"), _("一处工地"), _("登记工地"), _("变更工地信息")),
        Site,
        reads.sites,
        unit_lists.SiteList.filters,
        RevealSite.fields,
        actions.register_site,
        actions.change_site,
        {
            "name": "样例安置区三期",
            "address": "科学大道北",
            "developer": "样例置业",
            "contractor": "样例建工",
            "manager": "赵样",
            "phone": "13800005680",
            "stage": "main",
            "place": SOME_KEY,
        },
    ),
)

operations: tuple[Operation, ...] = tuple(one for kind in KINDS for one in kind.operations())
