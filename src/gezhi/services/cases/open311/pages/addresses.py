"""The addresses of GeoReport v2, below `/open311/v2/`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.core.cells.queries import cell_here
from gezhi.engines.matters.models import Matter
from gezhi.services.cases import actions
from gezhi.services.cases.api.reporting import category_of, told_by
from gezhi.services.cases.models import Source
from gezhi.services.cases.open311 import formats, requests, rules
from gezhi.services.cases.open311.formats import Wrong
from gezhi.services.cases.open311.pages.doors import Door
from gezhi.services.cases.public.queries import is_hidden
from gezhi.services.cases.queries import topic_of

NUMBERS: Final = 100
"""So many numbers at once."""
_NUMBER: Final = re.compile(r"[A-Z]{1,4}\d{13}")


class Discovery(Door):
    path, name = "open311/discovery.<str:how>", "open311.discovery"
    title = gettext_lazy("Open311 服务发现")
    public = True

    def read(self) -> HttpResponse:
        root = self.request.build_absolute_uri("/open311/v2")
        row = {
            "changeset": "2022-09-01T00:00:00+08:00",
            "contact": _("接口由%(office)s开放，令牌向本街道系统管理员申请")
            % {"office": cell_here().name},
            "key_service": self.request.build_absolute_uri("/programs/"),
            "endpoints": [
                {
                    "specification": "http://wiki.open311.org/GeoReport_v2",
                    "url": root,
                    "changeset": "2022-09-01T00:00:00+08:00",
                    "type": "production",
                    "formats": ["text/xml", "application/json"],
                }
            ],
        }
        return formats.single(self.how, "discovery", row)


class Services(Door):
    path, name = "open311/v2/services.<str:how>", "open311.services"
    title = gettext_lazy("Open311 服务列表")
    public = True

    def read(self) -> HttpResponse:
        rows = requests.services(self.at, self.reader())
        return formats.answer(self.how, "services", "service", rows)


class Service(Door):
    path, name = "open311/v2/services/<slug:code>.<str:how>", "open311.service"
    title = gettext_lazy("Open311 一项服务")
    public = True

    def read(self) -> HttpResponse:
        """Nothing is asked beyond what every request has, so no attributes are listed."""
        reader = self.reader()
        found = category_of(self.kwargs["code"], self.at)
        if found is None or (reader is None and is_hidden(topic_of(found))):
            raise Wrong(404, _("没有这个 service_code"))
        row: dict[str, Any] = {"service_code": topic_of(found), "attributes": []}
        return formats.single(self.how, "service_definition", row)


class Requests(Door):
    path, name = "open311/v2/requests.<str:how>", "open311.requests"
    title = gettext_lazy("Open311 诉求")
    public = True

    def asked(self) -> HttpResponse:
        return self.report() if self.request.method == "POST" else super().asked()

    def read(self) -> HttpResponse:
        reader = self.reader()
        query = self.request.GET
        most = self.whole("page_size", rules.MOST, rules.USUAL if "page" in query else rules.MOST)
        page = self.whole("page", 100_000, 1)
        found = requests.found(self.wanted(), reader)
        rows = list(found[(page - 1) * most : page * most])
        return formats.answer(self.how, "service_requests", "request", requests.told(rows, reader))

    def wanted(self) -> requests.Asked:
        """What is asked for. Numbers win over everything else, as the standard has it."""
        query = self.request.GET
        numbers = _listed(query.get("service_request_id", ""))
        if numbers:
            if len(numbers) > NUMBERS:
                raise Wrong(400, _("service_request_id 一次最多 %(n)d 个") % {"n": NUMBERS})
            return requests.Asked(
                numbers=[one for one in numbers if _NUMBER.fullmatch(one)] or [""]
            )
        statuses = frozenset(_listed(query.get("status", "")))
        if statuses - {"open", "closed"}:
            raise Wrong(400, _("status 只有 open 和 closed"))
        window = rules.window(self.moment("start_date"), self.moment("end_date"), self.at)
        if window is None:
            raise Wrong(400, _("start_date 到 end_date 最多 90 天"))
        return requests.Asked(
            services=_listed(query.get("service_code", ""))[:NUMBERS],
            since=window.since,
            until=window.until,
            statuses=statuses,
        )

    def moment(self, name: str) -> Any:
        text = self.request.GET.get(name, "")
        found = rules.moment(text.replace(" ", "+")) if text else None
        if text and found is None:
            raise Wrong(400, _("%(name)s 须写成 2022-09-13T08:00:00+08:00") % {"name": name})
        return found

    def whole(self, name: str, most: int, usual: int) -> int:
        text = self.request.GET.get(name, "")
        found = rules.whole(text, most) if text else usual
        if found is None:
            raise Wrong(400, _("%(name)s 须是 1 到 %(most)d 的整数") % {"name": name, "most": most})
        return found

    # --- write -------------------------------------------------------------------------------

    def report(self) -> HttpResponse:
        """Open a case. What a picture's address names is noted, and never fetched from here."""
        token = self.sent("api_key")
        if not token:
            raise Wrong(403, _("缺少 api_key，令牌向本街道系统管理员申请"))
        program = self.program(token)
        by = program.through(replace(program.origin, channel="api"))
        code = self.sent("service_code")
        if not code:
            raise Wrong(400, _("缺少 service_code"))
        category = category_of(code, self.at)
        if category is None:
            raise Wrong(404, _("没有这个 service_code"))
        address = (self.sent("address_string") or self.sent("address_id"))[:160]
        lon, lat = self.point()
        if lon is None and not address:
            raise Wrong(400, _("地点须写 lat 和 long，或 address_string"))
        name = f"{self.sent('last_name')}{self.sent('first_name')}"
        case = actions.report(
            told_by(
                _Asker(by, self.at),
                category=category,
                source=Source.PROGRAM,
                description=self.words(category.name),
                address=address,
                lon=lon,
                lat=lat,
                reporter=" ".join(filter(None, (name, self.sent("email"))))[:60],
                phone=self.sent("phone")[:20],
            ),
            by=by,
            at=self.at,
        )
        row = {
            "service_request_id": case.matter.number,
            "service_notice": _("已收到，核实立案后派给责任单位"),
            "account_id": None,
        }
        return formats.answer(self.how, "service_requests", "request", [row], 201)

    def sent(self, name: str) -> str:
        """What was sent under a name, without what cannot be stored."""
        return str(self.request.POST.get(name, "")).replace("\0", "").strip()

    def words(self, usual: str) -> str:
        text = self.sent("description") or usual
        media = self.sent("media_url")
        noted = _("（附图地址，平台没有下载：%(url)s）") % {"url": media[:200]} if media else ""
        return f"{text[: 1000 - len(noted)]}{noted}"

    def point(self) -> tuple[float | None, float | None]:
        lon, lat = self.degrees("long", 73, 136), self.degrees("lat", 3, 54)
        if (lon is None) != (lat is None):
            raise Wrong(400, _("lat 和 long 须一起填"))
        return lon, lat

    def degrees(self, name: str, least: float, most: float) -> float | None:
        text = self.sent(name)
        if not text:
            return None
        try:
            found = float(text)
        except ValueError:
            found = float("nan")
        if not least <= found <= most:
            raise Wrong(400, _("%(name)s 不是国内的经纬度（WGS 84）") % {"name": name})
        return found


@dataclass(frozen=True, slots=True)
class _Asker:
    """Who reports and when, as the shared part of reporting asks it."""

    actor: Actor
    at: datetime


class Request(Door):
    path, name = "open311/v2/requests/<slug:number>.<str:how>", "open311.request"
    title = gettext_lazy("Open311 一件诉求")
    public = True

    def read(self) -> HttpResponse:
        reader = self.reader()
        number = self.kwargs["number"]
        asked = requests.Asked(numbers=[number])
        rows = list(requests.found(asked, reader)[:1]) if _NUMBER.fullmatch(number) else []
        if not rows:
            raise Wrong(404, _("没有这个 service_request_id，或不公开"))
        return formats.answer(self.how, "service_requests", "request", requests.told(rows, reader))


class Token(Door):
    path, name = "open311/v2/tokens/<str:token>.<str:how>", "open311.token"
    title = gettext_lazy("Open311 凭证换编号")
    public = True

    def read(self) -> HttpResponse:
        """A number for a case's key, as events carry it; a report is answered with its number."""
        reader = self.reader()
        try:
            key = UUID(self.kwargs["token"])
        except ValueError:
            key = None
        rows: list[Matter] = []
        if key is not None:
            rows = list(requests.found(requests.Asked(), reader).filter(pk=key)[:1])
        if not rows:
            raise Wrong(404, _("没有这个 token"))
        row = {"service_request_id": rows[0].number, "token": self.kwargs["token"]}
        return formats.answer(self.how, "service_requests", "request", [row])


def _listed(text: str) -> list[str]:
    """Values between commas, each as written; nothing that cannot be asked of the database."""
    return [one.strip() for one in text.replace("\0", "").split(",") if one.strip()]


pages: tuple[type[ui.Page], ...] = (Discovery, Services, Service, Requests, Request, Token)
