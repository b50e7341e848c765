"""Screens of filings, rounds of sites, alerts and their settings."""

from gezhi.services.filings.pages import (
    alerts,
    boards,
    checks,
    filing,
    filling,
    lists,
    settings,
    sites,
)

pages = (
    *filling.pages,
    *lists.pages,
    *sites.pages,
    *boards.pages,
    *checks.pages,
    *alerts.pages,
    *settings.pages,
    *filing.pages,
)
