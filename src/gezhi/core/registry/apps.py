from __future__ import annotations

from datetime import datetime

from gezhi.base.areas import Area


class RegistryArea(Area):
    name = "gezhi.core.registry"
    label = "registry"
    title = "基础底数"
    verbose_name = title
    themes = ("wisdom",)

    def ready(self) -> None:
        from gezhi.core.registry import jobs, provided, regrid  # noqa: F401 - they register

        provided.provide()

    def furnish(self, at: datetime) -> None:
        from gezhi.core.registry.quality import furnish_intervals

        furnish_intervals()
