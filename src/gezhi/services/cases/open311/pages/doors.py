"""The door of GeoReport: its own errors, its own keys, no cookie, no forgery to fear."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.origins import origin_of
from gezhi.core.cells.queries import cell_here
from gezhi.core.staff.tokens import admitted
from gezhi.services.cases.open311 import formats
from gezhi.services.cases.open311.formats import Wrong

BEARER = "bearer "


class Door(ui.Page):
    """One address of GeoReport. A session is not looked at: who asks is the token's program."""

    public = True
    formats: ClassVar = formats.KINDS

    @classmethod
    def view(cls) -> Callable[..., HttpResponseBase]:
        """As every page, but for the forgery token: what no cookie admits, none can forge."""
        return csrf_exempt(super().view())

    @property
    def how(self) -> str:
        return str(self.kwargs["how"])

    def answer(self) -> HttpResponseBase:
        try:
            if self.how not in self.formats:
                raise Wrong(404, _("只有 json 和 xml 两种格式"))
            self.check_jurisdiction()
            return self.asked()
        except Wrong as wrong:
            return formats.errors(self.how if self.how in self.formats else "xml", wrong)
        except Refusal as refusal:
            said = " ".join([refusal.sentence, *self.by_field(refusal)])
            status = 403 if refusal.status == 401 else 400 if refusal.status == 422 else 0
            refused = formats.errors(self.how, Wrong(status or refusal.status, said))
            if hasattr(refusal, "retry_after"):
                refused["Retry-After"] = str(refusal.retry_after)
            return refused

    def asked(self) -> HttpResponse:
        """What this address answers; most only read."""
        if self.request.method not in ("GET", "HEAD"):
            raise Wrong(405, _("这个地址没有这种操作"))
        return self.read()

    def read(self) -> HttpResponse:
        raise NotImplementedError

    def by_field(self, refusal: Refusal) -> list[str]:
        return [
            f"{one.field}: {one.sentence}"
            for one in refusal.fields
            if one.sentence != refusal.sentence
        ]

    def check_jurisdiction(self) -> None:
        """One office, one jurisdiction: it need not be named, but a wrong name is not found."""
        named = self.request.GET.get("jurisdiction_id") or self.request.POST.get("jurisdiction_id")
        if named and named != cell_here().code:
            raise Wrong(404, _("jurisdiction_id 不是本街道的代码"))

    def reader(self) -> Actor | None:
        """The program that reads, by its header; None for a stranger.

        A token does not belong in an address, which proxies write down.
        """
        if "api_key" in self.request.GET:
            raise Wrong(400, _("读取时请把令牌放在请求头 Authorization: Bearer，不要放在地址里"))
        said = self.request.headers.get("Authorization", "")
        if not said:
            return None
        if not said.lower().startswith(BEARER):
            raise Wrong(403, _("请求头须写成 Authorization: Bearer 加令牌"))
        return self.program(said[len(BEARER) :].strip())

    def program(self, token: str) -> Actor:
        """The program of a token, its call counted; refused as 403 where there is none."""
        found: Actor = admitted(token, origin=origin_of(self.request), at=self.at)
        return found
