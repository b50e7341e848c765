"""Who may do what with filings and checks. Contractors reach their sites, staff their places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from gezhi.base.actors import Actor
from gezhi.base.rights import Right, within_posting
from gezhi.engines.matters.rights import any_of, for_holders, in_hand
from gezhi.services.filings.models import Steward


@dataclass(frozen=True, slots=True)
class own_sites:  # noqa: N801 - reads as a phrase where rights are declared
    """Rows of the sites an account files for. `site` reaches the site's key from the row.

    Contractors are outsiders: whatever place their post is at, they see their own sites alone.
    """

    site: str = "pk"

    def filter(self, actor: Actor, right: str) -> Q:
        if actor.account_id is None:
            return Q(pk__in=[])
        mine = Steward.objects.filter(account_id=actor.account_id, ended_at=None)
        return Q(**{f"{self.site}__in": mine.values("site_id")})

    def covers(self, actor: Actor, right: str, row: Model) -> bool:
        found: Any = row
        for name in self.site.split("__"):
            found = getattr(found, name, None)
        return found is not None and actor.account_id in _stewards_of(row, found)


def _stewards_of(row: Model, site_id: UUID) -> frozenset[UUID]:
    """Accounts that file for a site; asked once for as long as the row is held in memory."""
    kept: dict[str, Any] = row.__dict__
    if "_stewards" not in kept:
        live = Steward.objects.filter(site_id=site_id, ended_at=None)
        kept["_stewards"] = frozenset(live.values_list("account_id", flat=True))
    known: frozenset[UUID] = kept["_stewards"]
    return known


HERE = within_posting()
SEE_HERE = "filings.see_here"
OWN_FILINGS = own_sites("filing__site_id")
OWN_CHECKS = own_sites("site_check__site_id")

FILE = Right("filings.file", _("为本工地报备"), where=OWN_FILINGS)
MY_SITES = Right("filings.my_sites", _("代表工地报备"), where=own_sites())
"""Asked of the site itself: what a steward may begin there."""
MEND = Right("filings.mend", _("整改并回复"), where=OWN_CHECKS)
SEE = Right(
    "filings.see",
    _("查看报备"),
    where=any_of((OWN_FILINGS, in_hand(), for_holders(SEE_HERE, HERE))),
)
SEE_ALL = Right(SEE_HERE, _("查看岗位范围内的全部报备"), where=HERE)
SEE_CHECKS = Right(
    "filings.see_checks",
    _("查看工地检查"),
    where=any_of((OWN_CHECKS, for_holders(SEE_HERE, HERE))),
)
SEE_SITES = Right(
    "filings.see_sites",
    _("查看工地报备情况"),
    where=any_of((own_sites(), for_holders(SEE_HERE, HERE))),
)
CHECK = Right("filings.check", _("现场核实报备"), where=HERE)
AGREE = Right("filings.agree", _("二级网格审核报备"), where=HERE)
ACKNOWLEDGE = Right("filings.acknowledge", _("街道确认报备"), where=HERE)
DECIDE = Right("filings.decide", _("停工、复工和撤销报备"), where=HERE)
INSPECT = Right("filings.inspect", _("检查工地"), where=HERE)
INSPECT_SITE = Right("filings.inspect_site", _("对工地发起检查"), where=HERE)
"""Asked of the site: begin a check there, tell of work found without a filing."""
SEE_APPLICANT = Right("filings.see_applicant", _("联系报备人"), where=within_posting("matter__"))
NAME_STEWARDS = Right("filings.name_stewards", _("指定工地报备人"), where=HERE)
NAME_STEWARDS_HERE = Right(
    "filings.end_stewards", _("解除工地报备人"), where=within_posting("site__")
)
"""Asked of the naming itself."""
ALERTS = Right("filings.see_alerts", _("查看停工预警"))
STOPPED = Right("filings.see_stopped", _("查看被停工的报备"), where=within_posting("matter__"))
"""Asked of a stop: whoever sees the register sees which of their own ground it stopped."""
RAISE = Right("filings.raise_alerts", _("发布和解除停工预警"))
SET_UP = Right("filings.set_up", _("设置报备类型和日期"))
