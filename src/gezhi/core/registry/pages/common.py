"""What the registries' lists have in common: counting by roll-up, finding names, ages, export."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.rights import Right
from gezhi.core.registry import reads
from gezhi.core.registry.ages import BAND_TITLES, BANDS
from gezhi.core.registry.models import CareLabel

Rows = QuerySet[Any]


def counted(metric: str, right: Right) -> Callable[[Actor, datetime], int | None]:
    """A list's whole length from the roll-up."""

    def count(actor: Actor, at: datetime) -> int | None:
        return reads.tallied((metric,), right, actor)[metric]

    return count


class RegistryList(ui.ListPage):
    """A list whose rows are counted beside the tables, so that nothing counts 142,190 rows live."""

    metric = ""
    """What the roll-up calls this list; empty where it does not count it."""

    def hidden_count(self) -> tuple[int, bool]:
        """Rows out of reach; from the roll-up while no filter is at work."""
        if self.metric and not self.applied and not self.problems:
            where = self.right.where
            if where is None or not where.filter(self.actor, self.right.code):
                return 0, False
            return max(0, reads.tallied_whole(self.metric) - self.paging.total), False
        return super().hidden_count()


def find_named(rows: Rows, word: str) -> Rows:
    """People by the start of name, given name, pinyin or initials."""
    word = word.strip()
    if word.isascii():
        sound = word.replace(" ", "").lower()
        return rows.filter(Q(pinyin__startswith=sound) | Q(initials__startswith=sound))
    return rows.filter(Q(name__startswith=word) | Q(given__startswith=word))


def find_unit(rows: Rows, word: str) -> Rows:
    """Units by a part of the name, by pinyin initials, or by the whole credit code."""
    word = word.strip()
    if len(word) == 18 and word.isascii() and word.isalnum():
        return rows.filter(uscc=word.upper())
    if word.isascii():
        sound = word.replace(" ", "").lower()
        return rows.filter(
            Q(name__icontains=word) | Q(pinyin__startswith=sound) | Q(initials__startswith=sound)
        )
    return rows.filter(Q(name__icontains=word) | Q(address__icontains=word))


def find_shop(rows: Rows, word: str) -> Rows:
    """Shops as any unit, or by what their licence says instead of the sign."""
    word = word.strip()
    licence = Q(licence_name__icontains=word)
    if word.isascii():
        sound = word.replace(" ", "").lower()
        licence |= Q(licence_pinyin__startswith=sound) | Q(licence_initials__startswith=sound)
    return find_unit(rows, word) | rows.filter(licence)


def find_head(rows: Rows, word: str) -> Rows:
    """Households by their head's name, or by address."""
    word = word.strip()
    if any(sign.isdigit() for sign in word):
        return rows.filter(dwelling__address__icontains=word)
    return rows.filter(Q(head__name__startswith=word) | Q(dwelling__address__startswith=word))


def find_address(rows: Rows, word: str) -> Rows:
    """Dwellings by the start of the address, or the house code."""
    word = word.strip()
    return rows.filter(Q(address__icontains=word) | Q(house_code__startswith=word))


AGES: Final = {str(number): title for number, title in enumerate(BAND_TITLES)}


def years_before(day: date, years: int) -> date:
    """The same day so many years ago; of 29 February, 28 in a common year."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def in_bands(rows: Rows, chosen: list[str]) -> Rows:
    """People whose age today lies in one of the bands."""
    today = timezone.localdate()
    condition = Q(pk__in=[])
    for number in chosen:
        low, high = BANDS[int(number)]
        condition |= Q(
            birth_date__lte=years_before(today, low), birth_date__gt=years_before(today, high + 1)
        )
    return rows.filter(condition)


def of_kinds(rows: Rows, chosen: list[str]) -> Rows:
    """People with an open care label of one of the kinds."""
    return rows.filter(
        pk__in=CareLabel.objects.filter(kind__in=chosen, valid_to=None).values("person")
    )


IN_PLACE: Final = ui.InPlace(label=_("所在网格"))
