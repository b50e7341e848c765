"""Accounts, posts, roles, sessions and units of one cell."""

from gezhi.core.staff.models.posts import (
    Account,
    AccountManager,
    FormerPassword,
    OneTimeLink,
    Outcome,
    Post,
    PostQuerySet,
    Program,
    Role,
    RoleChange,
    Session,
    SignInAttempt,
)
from gezhi.core.staff.models.units import Unit, UnitKind

__all__ = [
    "Account",
    "AccountManager",
    "FormerPassword",
    "OneTimeLink",
    "Outcome",
    "Post",
    "PostQuerySet",
    "Program",
    "Role",
    "RoleChange",
    "Session",
    "SignInAttempt",
    "Unit",
    "UnitKind",
]
