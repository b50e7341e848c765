"""The first sign-in of an office: three administrators, each with a link instead of a password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.auth.hashers import make_password
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor, system
from gezhi.base.errors import Refusal
from gezhi.core.cells.keys import schema_here
from gezhi.core.cells.models import Cell
from gezhi.core.journal.actions import action, note
from gezhi.core.places.actions import found_subdistrict
from gezhi.core.places.models import Place
from gezhi.core.staff.actions.accounts import make_link
from gezhi.core.staff.actions.posts import grant_post
from gezhi.core.staff.models import Account, Post, Role

USERNAMES: Final = {"system": "sysadmin", "security": "secadmin", "audit": "auditor"}


@dataclass(frozen=True, slots=True)
class FirstLink:
    """A link to print once, on the machine's own terminal."""

    title: str
    username: str
    path: str
    """Below the site's address."""


def create_first_administrators(*, at: datetime) -> list[FirstLink]:
    """Make sure that each of the three administrators exists, and link those not ready yet.

    The office's own place is founded with them where there is none. Refused once all three have
    set their passwords: from then on they help each other.
    """
    return _create(by=system("command"), at=at)


@action("staff.create_first_administrators", _lazy("建立三员账号"))
def _create(*, by: Actor, at: datetime) -> list[FirstLink]:
    place = Place.objects.filter(level=1, valid_to=None).first() or _founded(by=by, at=at)
    links = []
    for role in Role.objects.exclude(administrator="").order_by("order"):
        account = _holder(role, at) or _made(role, place, by=by, at=at)
        if account.password_set_at is None or account.totp_since is None:
            token = make_link(account, by=by, at=at)
            path = reverse("staff.set_password", kwargs={"token": token})
            links.append(FirstLink(role.title, account.username, path))
    if not links:
        raise Refusal(
            _("三员账号均已启用，请由系统管理员重置密码、由安全管理员解除动态口令"),
            "staff.administrators_ready",
        )
    note(changes={"links": [link.username for link in links]})
    return links


def _founded(*, by: Actor, at: datetime) -> Place:
    """The place of the office itself: posts of administrators hang on it, so it comes first."""
    cell = Cell.objects.get(schema_name=schema_here())
    return found_subdistrict(
        code=cell.code, name=cell.name, on=timezone.localdate(at), by=by, at=at
    )


def _holder(role: Role, at: datetime) -> Account | None:
    post = (
        Post.objects.held(on=timezone.localdate(at))
        .filter(role=role, account__closed_at=None)
        .select_related("account")
        .order_by("account__totp_since", "valid_from")
        .first()
    )
    return post.account if post else None


def _made(role: Role, place: Place, *, by: Actor, at: datetime) -> Account:
    """A new account for a role nobody holds; a name once used is not given to somebody else."""
    base = USERNAMES.get(role.administrator, role.administrator)
    taken = set(
        Account.objects.filter(username__startswith=base).values_list("username", flat=True)
    )
    names = (base if n == 1 else f"{base}{n}" for n in range(1, len(taken) + 2))
    account = Account.objects.create(
        username=next(name for name in names if name not in taken),
        name=role.title,
        password=make_password(None),
    )
    grant_post(
        account=account,
        role=role,
        place=place,
        valid_from=timezone.localdate(at),
        by=by,
        at=at,
    )
    return account
