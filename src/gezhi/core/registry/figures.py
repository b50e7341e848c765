"""What a home page draws: people by the places below one's own, and by age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.pages import hooks
from gezhi.base.pages.hooks import Figure, TreeNode
from gezhi.base.pages.layout import link
from gezhi.core.places import rights as ground
from gezhi.core.places.models import Place
from gezhi.core.registry import ages, rights, tallies


def home_figures(actor: Actor, at: datetime) -> Sequence[Figure]:
    """From the roll-up, for the first place of the actor's posts; three queries beside the tree."""
    if not rights.SEE_PEOPLE.held_by(actor):
        return ()
    tree = hooks.place_tree(actor, rights.SEE_PEOPLE.code, at)
    if not tree:
        return ()
    drawn = (_by_place(tree[0], ground.SEE.held_by(actor)), _by_age(tree[0], at))
    return [one for one in drawn if any(number for _name, number, _to in one.rows)]


def _by_place(top: TreeNode, with_map: bool) -> Figure:
    """Communities of a subdistrict, grids of a community; a map for whoever may see boundaries."""
    whole = top.level == 1
    people = tallies.counts_by_community("people") if whole else tallies.counts_by_grid("people")
    list_page = link("registry.people")
    rows = tuple(
        (one.title, people.get(one.id, 0), f"{list_page}?place={one.id}") for one in top.children
    )
    drawing = f"{link('places.map_data')}?level=3&count=people" if whole and with_map else ""
    title = _("各社区（村）人口") if whole else _("各网格人口")
    return Figure(title, (_("网格"), _("人口")), rows, drawing)


def _by_age(top: TreeNode, at: datetime) -> Figure:
    """People by the age they reach this year."""
    bands = tallies.age_bands(Place.objects.get(pk=top.id), timezone.localdate(at).year)
    rows = tuple((_("%(band)s 岁") % {"band": band}, bands[band], "") for band in ages.BAND_TITLES)
    return Figure(_("各年龄人口"), (_("年龄"), _("人口")), rows)
