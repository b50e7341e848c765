"""Counts name nobody."""

from __future__ import annotations

from typing import Final

from gezhi.core.privacy.retention import NotPersonal, Rule

TABLES: Final[dict[str, Rule]] = {
    "indicators.Kept": NotPersonal(),
    "indicators.Reckoning": NotPersonal(),
}
