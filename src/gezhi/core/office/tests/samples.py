"""Rows of this area for the house tests: none, since no page is about one row."""

from __future__ import annotations

from typing import Final

from gezhi.base.samples import Sample

SAMPLES: Final[dict[type, Sample]] = {}
