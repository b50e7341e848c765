"""What every template may read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from gezhi.base.pages.layout import layout_context


def layout(request: HttpRequest) -> dict[str, Any]:
    return {**layout_context(request), "demo": settings.DEMO, "tile_url": settings.TILE_URL}
