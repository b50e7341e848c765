from django.utils.translation import gettext_lazy as _

from gezhi.base.areas import Area


class CellsArea(Area):
    name = "gezhi.core.cells"
    label = "cells"
    title = _("街道单元")
    verbose_name = title

    def ready(self) -> None:
        from gezhi.base import jobs
        from gezhi.core.cells.queries import schemas

        jobs.cells_are(schemas)
