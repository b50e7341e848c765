"""Rows of this area for the house tests."""

from __future__ import annotations

from typing import Final

from gezhi.base.samples import Sample, Spot
from gezhi.core.notices.models import Notice


def _todo(spot: Spot) -> Notice:
    return Notice.objects.create(
        account_id=spot.account.pk, kind="t", title="核对表格", todo=True, sent_at=spot.at
    )


SAMPLES: Final[dict[type, Sample]] = {Notice: _todo}
