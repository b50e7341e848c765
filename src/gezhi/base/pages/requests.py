"""StaffRequest, never anonymous, and Page: the class every screen is an instance of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol, cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.http.response import HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from gezhi.base.actors import Actor
from gezhi.base.pages.layout import link
from gezhi.base.rights import Right


class Cell(Protocol):
    """What a page needs to know of the subdistrict it is shown for."""

    @property
    def name(self) -> str: ...


class StaffRequest(HttpRequest):
    """A request whose sender is known. Middleware sets the attributes; pages rely on them."""

    actor: Actor
    cell: Cell
    htmx: HtmxDetails


class Page:
    """One screen. A fresh instance answers each request; subclasses define `get` and `post`.

    Out of sight is 404: for a stranger on any page that is not `public`, for staff without the
    page's right, and for a row outside the right's reach.
    """

    path: ClassVar[str]
    """Where it is, below the site's root: `people/<uuid:pk>/`."""
    name: ClassVar[str]
    """Name of its URL: `registry.person`."""
    title: ClassVar[Any]
    """Chinese, marked for translation."""
    right: ClassVar[Right]
    """What one must hold to see it; every page has one unless it is `public`."""
    public: ClassVar[bool] = False
    """Open to strangers: sign-in, health, the resident's code. Said explicitly, never inherited."""
    crumbs: ClassVar[tuple[str, ...]] = ()
    """Names of the URLs above it, outermost first, for the breadcrumb."""
    template: ClassVar[str] = "ui/page.html"
    shows_a_row: ClassVar[bool] = False
    """It is the page of one row: acts on the row lie below it and lead back to it."""
    fresh_second_factor: ClassVar[bool] = False
    """Ask for the second factor even where the right does not."""

    def __init__(self, request: HttpRequest, **kwargs: Any) -> None:
        self.request = cast(StaffRequest, request)
        self.kwargs = kwargs
        self.at: datetime = timezone.now()

    @classmethod
    def view(cls) -> Callable[..., HttpResponseBase]:
        """The function Django calls for this page's URL."""

        def page(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            return cls(request, **kwargs).answer()

        page.page_class = cls  # type: ignore[attr-defined] # for the walkers of tests/house
        page.__name__ = cls.__name__
        page.__doc__ = cls.__doc__
        return page

    @property
    def visitor(self) -> Actor | None:
        """The actor, or None for a stranger on a public page."""
        return getattr(self.request, "actor", None)

    @property
    def actor(self) -> Actor:
        visitor = self.visitor
        if visitor is None:
            raise Http404
        return visitor

    @property
    def is_htmx(self) -> bool:
        return bool(getattr(self.request, "htmx", False))

    @property
    def swaps(self) -> str:
        """The id of the element htmx will replace with this answer; empty for a whole page."""
        htmx = getattr(self.request, "htmx", None)
        return (htmx.target or "") if htmx else ""

    def admit(self) -> HttpResponseBase | None:
        """Let the visitor in (None), send them for their second factor, or say 404."""
        if self.public:
            return None
        if not self.right.held_by(self.actor):
            raise Http404
        if self.right.second_factor or self.fresh_second_factor:
            return self.second_factor_first()
        return None

    def second_factor_first(self) -> HttpResponseBase | None:
        """A redirect to the second factor's page unless it was shown lately in this session."""
        shown = self.actor.second_factor_at
        limit = timedelta(minutes=getattr(settings, "GEZHI_SECOND_FACTOR_MINUTES", 15))
        if shown is not None and self.at - shown <= limit:
            return None
        where = link("second_factor")
        if not where:
            raise Http404
        query = urlencode({"next": self.request.get_full_path()})
        return HttpResponseRedirect(f"{where}?{query}")

    def answer(self) -> HttpResponseBase:
        handler = {"GET": self.get, "HEAD": self.get, "POST": self.post}.get(
            self.request.method or ""
        )
        refused = self.admit()
        if refused is not None:
            return refused
        if handler is None:
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        return handler()

    def get(self) -> HttpResponseBase:
        return self.render({})

    def post(self) -> HttpResponseBase:
        return HttpResponseNotAllowed(["GET", "HEAD"])

    def breadcrumbs(self) -> list[tuple[str, str]]:
        """(title, address) of the pages above; addresses are empty where nothing can be opened."""
        trail = []
        for name in self.crumbs:
            address = link(name)
            # `Page.view` puts it on the function it makes; Django types that as any function
            above: type[Page] = resolve(address).func.page_class  # type: ignore[attr-defined]
            visible = above.public or above.right.held_by(self.actor)
            trail.append((str(above.title), address if visible else ""))
        row = self.row_above()
        return [*trail, row] if row else trail

    def row_above(self) -> tuple[str, str] | None:
        """(heading, address) of the page of the row an act is about: `people/<pk>/` above
        `people/<pk>/move/`. None where there is no such page, or the visitor may not see it.
        """
        key = self.kwargs.get("pk")
        before, found, after = self.request.path.partition(f"/{key}/")
        if key is None or self.visitor is None or not found or not after:
            return None
        try:
            match = resolve(f"{before}{found}")
        except Resolver404:
            return None
        kind: type[Page] | None = getattr(match.func, "page_class", None)
        if kind is None or not kind.shows_a_row or not kind.right.held_by(self.actor):
            return None
        try:
            return kind(self.request, **match.kwargs).heading(), f"{before}{found}"
        except Http404:
            return None

    def heading(self) -> str:
        """What the browser tab and the top of the page say."""
        return str(self.title)

    def context(self, more: dict[str, Any]) -> dict[str, Any]:
        trail = self.breadcrumbs()
        return {
            "page": self,
            "title": self.heading(),
            "breadcrumbs": trail,
            "above": trail[-1][1] if trail else "",
            **more,
        }

    def render(
        self, more: dict[str, Any], *, template: str = "", status: int = 200
    ) -> HttpResponse:
        """The page as HTML, with everything the layout needs."""
        html = render_to_string(template or self.template, self.context(more), self.request)
        return HttpResponse(html, status=status)
