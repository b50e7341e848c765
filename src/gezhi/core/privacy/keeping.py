"""Where areas above core say what they keep: each in a file of its own named `keeping.py`.

A service's `keeping.py` holds any of::

    TABLES = {"ladders.Loan": After("returned_at", Retention(years=1), SHORTEST)}
    REASONS = (Reason(_("器具管理员"), _("归还时联系"), "duty", LAW, ((LOAN, "phone", "phone"),)),)
    SCOPES = {"ladders.Loan": "matter"}

Tables and fields of core stand in `retention.py` and `wanted_*.py` here.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from django.utils.module_loading import module_has_submodule

from gezhi.base.areas import areas


@cache
def declared(name: str) -> tuple[Any, ...]:
    """What the `keeping.py` files hold under a name, one item for each that has it."""
    files = [
        import_module(f"{area.name}.keeping")
        for area in areas()
        if area.module is not None
        and area.name != "gezhi.core.privacy"
        and module_has_submodule(area.module, "keeping")
    ]
    return tuple(getattr(file, name) for file in files if hasattr(file, name))
