"""How long events are kept: they hold ids and codes."""

from __future__ import annotations

from typing import Final

from gezhi.core.privacy.retention import SHORTEST, After, NotPersonal, Rule
from gezhi.core.privacy.rules import Retention

TABLES: Final[dict[str, Rule]] = {
    "webhooks.Subscription": NotPersonal(),
    "webhooks.Delivery": After("made_at", Retention(days=90), SHORTEST),
}
