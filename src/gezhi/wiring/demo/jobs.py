"""What the worker does while the first page already answers."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from gezhi.base.jobs import job
from gezhi.base.locks import Busy, only_one


@job("demo.load_rest")
def load_rest() -> None:
    """Load both towns, the smaller first: units, people, those of the cast who live there, cases.

    One run at a time.
    """
    # Here, so that a process which only wants to know the job's name does not draw towns.
    from gezhi.wiring.demo import casework, casting, listing, loading, measuring, siteworks
    from gezhi.wiring.towns import FENGYANG, GOUZHAO

    try:
        with only_one(settings.VAR / "demo-load.lock", seconds=0):
            for spec in (GOUZHAO, FENGYANG):
                listing.list_units_of(spec, at=timezone.now())
                loading.load_people(spec)
                casting.enrol_everybody(at=timezone.now())
                measuring.measure(spec, at=timezone.now())
                casework.live(spec, at=timezone.now())
                siteworks.live(spec, at=timezone.now())
    except Busy:
        return  # another run is at it, and leaves nothing undone
