"""The access log as a book: closed day by day and checked as the journal is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from gezhi.core.journal.books import Book, open_book
from gezhi.core.privacy.models import AccessEntry, AccessNote
from gezhi.core.privacy.rules import THREE_YEARS, expired_by


def _kept_from(today: date) -> date:
    return expired_by(THREE_YEARS, today) + timedelta(days=1)


ACCESS: Final = open_book(Book("access", _("查阅记录"), AccessEntry, AccessNote, _kept_from))
