"""A case that another kind of work asks for: work without a filing, faults not mended."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.engines.matters.models import Matter
from gezhi.engines.matters.openers import Asked
from gezhi.services.cases import queries
from gezhi.services.cases.actions import Report, report
from gezhi.services.cases.models import Nature, Source


def open_asked(asked: Asked, *, by: Actor, at: datetime) -> Matter:
    """Report what another module found as a case; its topic is the code of a kind of event."""
    in_force = queries.categories_on(timezone.localdate(at))
    category = in_force.filter(nature=Nature.EVENT, code=asked.topic).first()
    if category is None:
        raise Refusal(
            _("案件目录里没有 %(code)s 这一类") % {"code": asked.topic}, "cases.no_such_category"
        )
    told = Report(
        source=Source.MODULE,
        description=asked.words,
        address=asked.address,
        place=asked.place,
        category=category,
        lon=asked.lon,
        lat=asked.lat,
    )
    return report(told, by=by, at=at).matter
