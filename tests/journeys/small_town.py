"""Fill a database for the journeys: 沟赵 in small, through the demonstration's own machinery.

Run as a program with the platform's environment set, it makes three communities with some
hundred people, their houses and units, and gives everybody of the cast the password below: the
journeys sign in as people do, not by the demonstration's click.
"""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gezhi.wiring.towns import TownSpec

PASSWORD: Final = "Xiaozhen-2026"
TOTP_SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def small_town() -> TownSpec:
    """紫兰, 天禾 and 大里 with six grids and 600 people; addresses and cast as in the demo."""
    from gezhi.wiring.towns import GOUZHAO

    whole = GOUZHAO.communities
    return dataclasses.replace(
        GOUZHAO,
        drawing=dataclasses.replace(GOUZHAO.drawing, counts=(2, 2, 2)),
        people=600,
        communities=(whole[0], whole[1], whole[6]),
        enterprises=12,
        shops=24,
        sites=6,
        sites_started=4,
        parks={1: ("亿达科技园",)},
    )


def fill() -> None:
    """Found the town, take its sheets in, enrol the cast."""
    from django.contrib.auth.hashers import make_password
    from django.utils import timezone
    from django_tenants.utils import schema_context

    from gezhi.base.actors import system
    from gezhi.core.staff.models import Account
    from gezhi.wiring.demo import casting, desks, listing, loading, structure
    from gezhi.wiring.towns.cast import CAST

    spec, at, by = small_town(), timezone.now(), system("command")
    communities = len(spec.communities)
    members = [
        dataclasses.replace(one, beside=tuple(n for n in one.beside if n < communities))
        for one in CAST
        if one.town == spec.key
    ]
    structure.make_cell(spec, at=at)
    structure.found_town(spec, at=at)
    desks.open_desks_of(spec, at=at)
    with schema_context(structure.schema_of(spec)):
        casting.enrol_missing(members, spec, by, at)
    loading.load_people(spec)
    listing.list_units_of(spec, at=at)
    with schema_context(structure.schema_of(spec)):
        casting.enrol_missing(members, spec, by, at)
        password = make_password(PASSWORD)
        for account in Account.objects.all():
            account.is_demo, account.password, account.password_set_at = False, password, at
            if account.totp_since is not None:
                account.totp_secret = TOTP_SECRET
            account.save()


if __name__ == "__main__":
    import django

    django.setup()
    fill()
    sys.exit(0)
