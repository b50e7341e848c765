"""Run by a test in a process of its own: an office with one operator, who is signed in.

`python office_of_one.py` makes it and prints the session; `… count` prints how often each
description was reported.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import UTC, date, datetime
from importlib import import_module

CODE = "410172360"
AT = datetime(2022, 9, 1, tzinfo=UTC)


def main() -> None:
    from gezhi.wiring.commands.house import load_django

    load_django()
    from django_tenants.utils import schema_context

    from gezhi.core.cells.actions import create_cell
    from gezhi.core.cells.models import Cell

    counts = "count" in sys.argv
    if not Cell.objects.filter(code=CODE).exists():
        create_cell(code=CODE, name="沟赵办事处", short_name="沟赵", hosts=["localhost"], at=AT)
    with schema_context(f"c_{CODE}"):
        sys.stdout.write(json.dumps(reported() if counts else signed_in()))


def signed_in() -> dict[str, str]:
    """The cookies of an operator."""
    from django.conf import settings
    from django.utils import timezone

    from gezhi.core.places.models import Place
    from gezhi.core.staff.models import Account, Post, Role

    top, _made = Place.objects.get_or_create(
        code=CODE,
        defaults={
            "name": "沟赵办事处",
            "kind": "subdistrict",
            "level": 1,
            "path": f"{CODE}/",
            "valid_from": AT.date(),
        },
    )
    now = timezone.now()
    account = Account.objects.create(username="one", name="舒理", password_set_at=now)
    role = Role.objects.get(code="case_operator")
    Post.objects.create(account=account, role=role, place=top, valid_from=date(2022, 9, 1))
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    seen = now.isoformat()
    store.update({"account_id": str(account.pk), "started_at": seen, "seen_at": seen})
    store.save()
    return {settings.SESSION_COOKIE_NAME: store.session_key, settings.CSRF_COOKIE_NAME: "a" * 32}


def reported() -> dict[str, int]:
    """Descriptions, and how many cases have them."""
    from gezhi.services.cases.models import Case

    return dict(Counter(Case.objects.values_list("description", flat=True)))


if __name__ == "__main__":
    main()
