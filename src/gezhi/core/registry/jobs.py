"""What the night does with the registries."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.utils import timezone

from gezhi.base.actors import system
from gezhi.base.jobs import Event, daily, on
from gezhi.core.cells import rollups
from gezhi.core.registry import quality, tallies
from gezhi.core.registry.actions.exports import expire_exports, late_exports
from gezhi.core.registry.imports import jobs as import_jobs

log = structlog.get_logger("gezhi.registry")

__all__ = [
    "close_late_exports",
    "import_jobs",
    "measure_new_grids",
    "measure_quality",
    "recount_registers",
    "report_numbers",
]


@daily("02:30")
def recount_registers(at: datetime) -> None:
    """Compare the counts with the rows. They agree; if ever not, put right and say so."""
    for found in tallies.recount(repair=True):
        log.error(
            "registry.count_was_wrong",
            metric=found.metric,
            category=found.category,
            stored=found.stored,
            counted=found.counted,
        )


@daily("02:40")
def close_late_exports(at: datetime) -> None:
    """Close lists that were agreed and not taken in time, and requests nobody decided."""
    if late_exports(at).exists():
        expire_exports(by=system("job"), at=at)


@daily("02:50")
def report_numbers(at: datetime) -> None:
    """Tell the district this cell's numbers of the day that has ended."""
    rollups.report(at=at, day=timezone.localdate(at))


@daily("03:40")
def measure_quality(at: datetime) -> None:
    """Work out data quality for every grid."""
    quality.refresh(at)


@on("places.take_effect")
def measure_new_grids(event: Event) -> None:
    """Work it out at once where grids have changed: the new ones would wait for the night."""
    quality.refresh(timezone.now())
