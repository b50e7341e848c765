"""The first page: what waits for me, the numbers of my places, my posts, what I did lately."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.base import pages as ui
from gezhi.base.actors import ActorKind
from gezhi.base.areas import areas
from gezhi.base.pages import hooks
from gezhi.base.pages.layout import link
from gezhi.base.retelling import retold
from gezhi.core.journal.actions import verbs
from gezhi.core.journal.models import JournalLine
from gezhi.core.notices import queries as notices
from gezhi.core.notices.rights import OWN
from gezhi.core.staff import password_rules
from gezhi.core.staff.queries import SignedIn

SHOWN = 6


class Home(ui.Page):
    """Open to everybody, because it is where one begins: strangers go on to the sign-in."""

    path, name = "", "home"
    title = gettext_lazy("首页")
    public = True
    template = "staff/home.html"

    def get(self) -> HttpResponseBase:
        if self.visitor is None:
            return HttpResponseRedirect(reverse("staff.sign_in"))
        own_file = link("own_file") if self.visitor.kind is ActorKind.RESIDENT else ""
        return HttpResponseRedirect(own_file) if own_file else self.render(self.parts())

    def heading(self) -> str:
        return _("您好，%(name)s") % {"name": self.actor.name}

    def parts(self) -> dict[str, Any]:
        waiting = OWN.rows(notices.todos(self.actor, self.at), self.actor)
        return {
            "todos": [(one, retold(one.title)) for one in waiting[:SHOWN]],
            "shortcuts": self.shortcuts(),
            "tiles": hooks.home_tiles(self.actor, self.at),
            "errands": hooks.home_errands(self.actor, self.at),
            "figures": hooks.home_figures(self.actor, self.at),
            "recent": self.recent(),
            "days_left": self.days_left(),
        }

    def shortcuts(self) -> list[tuple[str, str, str]]:
        """(title, address, icon) of what this actor may begin: the main buttons of the lists."""
        offered = [
            button
            for page in _lists_in_the_menu()
            for button in page.buttons
            if button.main and button.right.held_by(self.actor)
        ]
        first = sorted(offered, key=lambda button: button.order)[:SHOWN]
        return [(str(one.title), link(one.to), one.icon) for one in first]

    def recent(self) -> list[ui.Event]:
        """What this account did last, newest first; signing in and out is not worth telling."""
        lines = JournalLine.objects.filter(account_id=self.actor.account_id).exclude(
            verb__in=["staff.sign_in", "staff.sign_out", "staff.show_second_factor"]
        )
        return [
            ui.Event(timezone.localtime(line.at), _title(line.verb), body=line.why)
            for line in lines.order_by("-at")[:SHOWN]
        ]

    def days_left(self) -> int | None:
        """Days until the password has to be changed, when it is time to say so."""
        found: SignedIn | None = getattr(self.request, "signed_in", None)
        if found is None or found.password_set_at is None:
            return None
        return password_rules.days_left(found.password_set_at, self.at)


@cache
def _lists_in_the_menu() -> tuple[type[ui.ListPage], ...]:
    """The lists that the menu leads to, in its order."""
    lines = sorted((line for area in areas() for line in area.menu()), key=lambda one: one.order)
    known = {page.name: page for page in ui.all_pages()}
    pages = (known.get(line.url_name) for line in lines)
    return tuple(page for page in pages if page is not None and issubclass(page, ui.ListPage))


def _title(verb: str) -> str:
    known = verbs.get(verb)
    return _(str(known.title)) if known else verb
