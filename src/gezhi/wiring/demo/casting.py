"""Accounts and posts for the cast: made once, and for residents as soon as they are on file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy
from django_tenants.utils import schema_context

from gezhi.base.actors import Actor, system
from gezhi.core.journal.actions import action, note
from gezhi.core.places.models import Place
from gezhi.core.registry.models import Person
from gezhi.core.staff import totp
from gezhi.core.staff.actions import grant_post
from gezhi.core.staff.models import Account, Role, Unit
from gezhi.wiring.demo.structure import DISTRICT_CODE, schema_of
from gezhi.wiring.towns import TOWNS
from gezhi.wiring.towns.cast import CAST, Member
from gezhi.wiring.towns.town_specs import TownSpec

HOME_UNIT: Final = "演示人员（虚构）"


@action("demo.enrol", _lazy("建立演示人员"))
def enrol(*, members: Sequence[Member], spec: TownSpec | None, by: Actor, at: datetime) -> int:
    """Give these members of the cast an account and their post; how many were new.

    Residents whose file is not there yet are left for the next time. The second factor is set,
    because the demonstration shows its code on the page that asks for it. Who stands in no group
    of the front page cannot be signed in as.
    """
    known = set(Account.objects.values_list("username", flat=True))
    roles = {one.code: one for one in Role.objects.all()}
    units = {one.code: one for one in Unit.objects.all()} if spec else {}
    made = []
    for member in members:
        if member.username in known:
            continue
        person = _person(member)
        if member.home is not None and person is None:
            continue
        account = Account(
            username=member.username,
            name=member.name,
            home_unit=HOME_UNIT,
            password=make_password(None),
            is_demo=bool(member.group),
            person_id=person.pk if person else None,
        )
        if member.role:
            account.totp_secret = totp.new_secret()
            account.totp_since = at
        account.save(force_insert=True)
        if member.role:
            for place in _places(member, spec):
                grant_post(
                    account=account,
                    role=roles[member.role],
                    place=place,
                    unit=units[member.unit] if member.unit else None,
                    valid_from=timezone.localdate(at),
                    by=by,
                    at=at,
                )
        made.append(member.username)
    note(changes={"made": made})
    return len(made)


def _places(member: Member, spec: TownSpec | None) -> list[Place]:
    """Where a member holds their role: their own place first."""
    if spec is None:
        return [Place.objects.get(code=DISTRICT_CODE)]
    spots = [member.place, *((community,) for community in member.beside)]
    return [Place.objects.get(code=spec.place_code(*spot)) for spot in spots]


def _person(member: Member) -> Person | None:
    """The file of a resident: by name, at the address where they were planted."""
    if member.home is None:
        return None
    compound, building, unit, room = member.home
    return Person.objects.filter(
        name=member.name,
        dwelling__building__compound__name=compound,
        dwelling__building__number=building,
        dwelling__unit=unit,
        dwelling__room=room,
    ).first()


def enrol_everybody(*, at: datetime) -> bool:
    """The whole cast, each in their own cell; whether any account is new."""
    by = system("command")
    made = 0
    for spec in TOWNS:
        with schema_context(schema_of(spec)):
            made += enrol_missing([one for one in CAST if one.town == spec.key], spec, by, at)
    with schema_context("public"):
        made += enrol_missing([one for one in CAST if one.town == "district"], None, by, at)
    return made > 0


def enrol_missing(members: Sequence[Member], spec: TownSpec | None, by: Actor, at: datetime) -> int:
    """Enrol those without an account, if there are any; no act where nothing is to be done."""
    known = set(Account.objects.values_list("username", flat=True))
    waiting = [
        one
        for one in members
        if one.username not in known and (one.home is None or _person(one) is not None)
    ]
    return enrol(members=waiting, spec=spec, by=by, at=at) if waiting else 0
