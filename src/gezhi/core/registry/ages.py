"""Ages and age bands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

BANDS: Final = ((0, 2), (3, 6), (7, 14), (15, 17), (18, 59), (60, 64), (65, 79), (80, 150))
"""From infants under care, over kindergarten and compulsory schooling, to the years in which the
law counts somebody as old (60, Law on the Elderly art. 2) and cities pay an allowance (80)."""
UNKNOWN: Final = "unknown"


def age_on(birth: date, on: date) -> int:
    """周岁: full years on a day. Born on 29 February, a year is full on 1 March of common years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def band_title(band: tuple[int, int]) -> str:
    """`60-64`, `80+`."""
    low, high = band
    return f"{low}+" if high >= BANDS[-1][1] else f"{low}-{high}"


BAND_TITLES: Final = tuple(band_title(band) for band in BANDS)


def band_of_cohort(birth_year: int, year: int) -> str:
    """The band of the age reached during `year`.

    By cohort and not by birthday, so that a count changes only when a row does, and at New Year.
    """
    age = year - birth_year
    for band in BANDS:
        if band[0] <= age <= band[1]:
            return band_title(band)
    return UNKNOWN


def by_band(cohorts: Mapping[str, int], year: int) -> dict[str, int]:
    """Counts by birth year (empty: unknown) as counts by band; every band is there, zero too."""
    bands = dict.fromkeys((*BAND_TITLES, UNKNOWN), 0)
    for born, count in cohorts.items():
        bands[band_of_cohort(int(born), year) if born else UNKNOWN] += count
    return bands
