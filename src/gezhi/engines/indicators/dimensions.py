"""Dimensions that boards share: by community, by grid, by responsible unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from gezhi.base.pages import hooks
from gezhi.core.staff.models import Unit
from gezhi.engines.indicators.language import Dimension


def _places(keys: Iterable[str]) -> Mapping[str, str]:
    known = hooks.place_names()
    return {key: known[UUID(key)] for key in keys if UUID(key) in known}


def _units(keys: Iterable[str]) -> Mapping[str, str]:
    rows = Unit.objects.filter(pk__in=[UUID(key) for key in keys]).values_list("pk", "name")
    return {str(pk): name for pk, name in rows}


COMMUNITY = Dimension("community", _("社区（村）"), "community_id", _places)
GRID = Dimension("grid", _("网格"), "grid_id", _places)
UNIT = Dimension("unit", _("责任单位"), "unit_id", _units)
