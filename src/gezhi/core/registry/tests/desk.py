"""Somebody at a desk, in a browser. Staff lies above: its tables are asked for by name."""

from __future__ import annotations

import re
from datetime import date
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from gezhi.core.places.models import Place

WORKER = (
    "registry.see_people",
    "registry.change_people",
    "registry.see_dwellings",
    "registry.change_dwellings",
    "registry.see_units",
    "registry.change_units",
    "registry.see_vehicles",
    "registry.change_vehicles",
    "registry.search",
    "registry.quality",
    "places.see",
    "privacy.reveal",
)
CHIEF = (
    *WORKER,
    *("registry.see_care", "registry.change_care", "registry.settle", "registry.merge"),
    "registry.agree_export",
)
CLERK = (*CHIEF, "registry.export", "registry.import", "registry.rollback_import")


def hired(username: str, place: Place, rights: tuple[str, ...]) -> Any:
    """An account that holds these rights at a place."""
    role = apps.get_model("staff", "Role").objects.create(
        code=f"test_{username}"[:40], title="测试岗位", rights=sorted(rights), levels=[1, 2, 3]
    )
    account = apps.get_model("staff", "Account").objects.create(
        username=username,
        name="李经办",
        password=make_password(None),
        password_set_at=timezone.now(),
    )
    apps.get_model("staff", "Post").objects.create(
        account=account, role=role, place=place, valid_from=date(2022, 1, 1)
    )
    return account


def browser_of(account: Any, *, second_factor: bool = True) -> Client:
    """A browser in which the account is signed in."""
    now = timezone.now().isoformat()
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.update(
        {
            "account_id": str(account.pk),
            "started_at": now,
            "seen_at": now,
            "address": "10.1.2.3",
            "device": "Windows · Edge",
        }
    )
    if second_factor:
        store["second_factor_at"] = now
    store.save()
    browser = Client(headers={"accept-language": "zh-hans"})
    browser.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    return browser


def at_desk(place: Place, rights: tuple[str, ...] = CLERK, username: str = "jingban") -> Client:
    """A browser of somebody with these rights at a place."""
    return browser_of(hired(username, place, rights))


def words(answer: Any) -> str:
    """What a page says, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
