"""Named reads of accounts, posts, roles and tries to sign in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone

from gezhi.base.actors import Actor, ActorKind, Holding, Origin
from gezhi.base.api import all_operations
from gezhi.base.areas import declared_rights
from gezhi.core.places.models import Level, Place
from gezhi.core.privacy.middleware import resident
from gezhi.core.staff import rules
from gezhi.core.staff.models import (
    Account,
    Post,
    PostQuerySet,
    Program,
    Role,
    RoleChange,
    Session,
    SignInAttempt,
)
from gezhi.core.staff.program_rules import HeldPost
from gezhi.core.staff.rules import RoleFacts, Term


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account as it stands behind a request."""

    actor: Actor
    username: str
    password_set_at: datetime | None
    has_second_factor: bool
    is_administrator: bool
    is_cast: bool
    """One of the demo's cast, who comes in by a click where the demo runs."""


_COLUMNS = (
    "name",
    "username",
    "person_id",
    "password_set_at",
    "totp_since",
    "is_demo",
    "held__pk",
    "held__role_id",
    "held__role__title",
    "held__role__rights",
    "held__role__administrator",
    "held__place_id",
    "held__place__level",
    "held__place__path",
    "held__place__name",
    "held__unit_id",
    "held__acting_for__account__name",
)


def signed_in(account_id: UUID, *, on: date, origin: Origin) -> SignedIn | None:
    """An account with the posts it holds on a day, in one query; None when it is closed."""
    held = (
        (Q(posts__valid_to=None) | Q(posts__valid_to__gt=on))
        & Q(posts__valid_from__lte=on)
        & Q(posts__waits=False)
    )
    rows = list(
        Account.objects.filter(pk=account_id, closed_at=None)
        .annotate(held=FilteredRelation("posts", condition=held))
        .order_by("held__place__level", "held__place__code", "held__role__order")
        .values(*_COLUMNS)
    )
    if not rows:
        return None
    first = rows[0]
    posts = [row for row in rows if row["held__pk"] is not None]
    if posts or first["person_id"] is None:
        actor = Actor(
            kind=ActorKind.STAFF,
            name=first["name"],
            person_id=first["person_id"],
            holdings=tuple(map(_holding, posts)),
            origin=origin,
        )
    else:
        actor = resident(first["person_id"], origin)
    actor = replace(actor, account_id=account_id)
    return SignedIn(
        actor=actor,
        username=first["username"],
        password_set_at=first["password_set_at"],
        has_second_factor=first["totp_since"] is not None,
        is_administrator=any(row["held__role__administrator"] for row in posts),
        is_cast=first["is_demo"],
    )


def _holding(row: dict[str, Any]) -> Holding:
    return Holding(
        post_id=row["held__pk"],
        role=row["held__role_id"],
        role_title=row["held__role__title"],
        place_id=row["held__place_id"],
        level=row["held__place__level"],
        path=row["held__place__path"],
        place_name=row["held__place__name"],
        rights=frozenset(row["held__role__rights"]),
        unit_id=row["held__unit_id"],
        acting_for=row["held__acting_for__account__name"] or "",
    )


def actor_of(account: Account, *, on: date, origin: Origin) -> Actor:
    """Who an open account acts as on a day; `Account.DoesNotExist` when it is closed."""
    found = signed_in(account.pk, on=on, origin=origin)
    if found is None:
        raise Account.DoesNotExist
    return found.actor


# --- lists -----------------------------------------------------------------------------


def posts(actor: Actor, at: datetime) -> PostQuerySet:
    """Every post with role, place and people."""
    return Post.objects.select_related("role", "place", "account", "acting_for__account")


def present_posts(actor: Actor, at: datetime) -> QuerySet[Post]:
    """Posts held now or later, and those that wait for a second person."""
    return posts(actor, at).not_over(on=timezone.localdate(at))


def former_posts(actor: Actor, at: datetime) -> QuerySet[Post]:
    """Posts that are over."""
    return posts(actor, at).filter(valid_to__lte=timezone.localdate(at))


def posts_with(role: Role) -> QuerySet[Post]:
    """Posts of a role that are not over."""
    return (
        Post.objects.not_over(on=timezone.localdate())
        .filter(role=role)
        .select_related("role", "place", "account", "acting_for__account")
        .order_by("place__code")
    )


def posts_of(account: Account) -> QuerySet[Post]:
    """All posts of an account, the present ones first."""
    return (
        Post.objects.filter(account=account)
        .select_related("role", "place", "account", "acting_for__account")
        .order_by("-valid_from")
    )


def accounts(actor: Actor, at: datetime) -> QuerySet[Account]:
    """Every account, with the number of posts it holds today and the name colleagues know.

    `working_name` is empty for a resident without a post: nobody searches or sorts by a name
    that is masked on the page (what a list answers would tell it letter by letter).
    """
    today = timezone.localdate(at)
    with_posts = Account.objects.annotate(
        posts_held=Count(
            "posts",
            filter=Q(posts__valid_from__lte=today, posts__waits=False)
            & (Q(posts__valid_to=None) | Q(posts__valid_to__gt=today)),
        )
    )
    of_staff = When(Q(person_id=None) | Q(posts_held__gt=0), then=F("name"))
    return with_posts.annotate(working_name=Case(of_staff, default=Value("")))


def roles(actor: Actor, at: datetime) -> QuerySet[Role]:
    """Every role, with the number of people who hold it today."""
    today = timezone.localdate(at)
    return Role.objects.annotate(
        holders=Count(
            "posts",
            filter=Q(posts__valid_from__lte=today, posts__waits=False)
            & (Q(posts__valid_to=None) | Q(posts__valid_to__gt=today)),
        )
    )


def role_changes(actor: Actor, at: datetime) -> QuerySet[RoleChange]:
    """What was proposed for roles, waiting and decided."""
    return RoleChange.objects.select_related("role", "copy_of")


def changes_of(role: Role) -> QuerySet[RoleChange]:
    """What was proposed for one role, newest first."""
    return RoleChange.objects.filter(role=role).order_by("-proposed_at")


def programs(actor: Actor, at: datetime) -> QuerySet[Program]:
    """Every program, those that ended too."""
    return Program.objects.select_related("owner", "role", "place")


def cast(*, on: date) -> list[Account]:
    """The demo's cast with the posts they hold, chiefs first."""
    held = Post.objects.held(on=on).select_related("role", "place", "unit")
    people = Account.objects.filter(is_demo=True, closed_at=None).prefetch_related(
        Prefetch("posts", held, to_attr="held_now")
    )
    return sorted(people, key=_rank)


def _rank(account: Account) -> tuple[int, str, str]:
    held: list[Post] = account.held_now  # type: ignore[attr-defined]
    first = min(held, key=lambda post: post.role.order, default=None)
    return (first.role.order if first else 999, first.place.code if first else "", account.username)


def vacancies(actor: Actor, at: datetime) -> QuerySet[Place]:
    """Communities and grids where nobody holds a post that each must have."""
    held = Post.objects.held(on=timezone.localdate(at)).filter(place=OuterRef("pk"))
    return (
        Place.objects.filter(level__in=[Level.COMMUNITY, Level.GRID], valid_to=None)
        .annotate(
            lacks_chief=~Exists(held.filter(role__in=["grid_chief_l2", "grid_chief_l3"])),
            lacks_worker=~Exists(held.filter(role="grid_worker_full")),
        )
        .filter(Q(lacks_chief=True) | Q(level=Level.GRID, lacks_worker=True))
    )


def sessions(actor: Actor, at: datetime) -> QuerySet[Session]:
    """Browsers signed in now, the latest used first."""
    return Session.objects.filter(account_id__isnull=False, expire_date__gt=at).order_by("-seen_at")


def attempts(actor: Actor, at: datetime) -> QuerySet[SignInAttempt]:
    """Tries to sign in, newest first."""
    return SignInAttempt.objects.order_by("-at")


# --- for rules -------------------------------------------------------------------------


def sensitive_rights() -> frozenset[str]:
    """Codes of the rights that demand a second factor: granting them takes two people."""
    return frozenset(right.code for right in declared_rights() if right.second_factor)


def rights_for_programs() -> frozenset[str]:
    """Codes of the rights that the API asks for; what demands a second factor is left out."""
    asked = {one.right for one in all_operations()}
    asked |= {one.sees for one in all_operations() if one.sees is not None}
    return frozenset(right.code for right in asked if not right.second_factor)


def held_posts(account_id: UUID, *, on: date) -> list[HeldPost]:
    """The posts of an account that give their rights on a day, as the rules see them."""
    posts = Post.objects.held(on=on).filter(account_id=account_id).select_related("role", "place")
    return [HeldPost(post.place.path, post.role.facts) for post in posts]


def roles_beside(account: Account, term: Term) -> Iterator[RoleFacts]:
    """Roles somebody holds on any day of a term, through any account of the same person."""
    same = Q(account=account)
    if account.person_id is not None:
        same |= Q(account__person_id=account.person_id)
    for post in Post.objects.filter(same).select_related("role"):
        if post.term.overlaps(term):
            yield post.role.facts


def locked_until(logged_name: str, at: datetime, lock: rules.Lock) -> datetime | None:
    """Until when a name, as it stands in the log of tries, is locked."""
    recent = SignInAttempt.objects.filter(
        username=logged_name, at__gt=at - rules.REMEMBERED_FOR, at__lte=at
    ).values_list("at", "outcome")
    return rules.locked_until((rules.Attempt(*row) for row in recent), at, lock)
