"""Rights that go together: what roles are put together from."""

from __future__ import annotations

from typing import Final

OWN: Final = frozenset({"staff.own_account", "notices.own", "office.see_days"})
SEES_GROUND: Final = frozenset({"places.see", "registry.search"})
SEES_REGISTRY: Final = frozenset(
    {
        *("registry.see_people", "registry.see_dwellings", "registry.see_units"),
        "registry.see_vehicles",
    }
)
CHANGES_REGISTRY: Final = frozenset(
    {
        *("registry.change_people", "registry.change_dwellings", "registry.change_units"),
        "registry.change_vehicles",
    }
)
REVEALS: Final = frozenset({"privacy.reveal"})
IN_EMERGENCY: Final = frozenset({"privacy.break_glass"})

SEES_FIGURES: Final = frozenset({"indicators.registers", "cases.figures"})

INBOX: Final = frozenset({"matters.inbox", "matters.delegate", "matters.link", "matters.comment"})
REPORTERS: Final = frozenset({"cases.see_reporter", "cases.see_joiners", "cases.contact_joiner"})
REPORTS: Final = INBOX | {"cases.report", "cases.see"}
CASE_WORK: Final = (
    REPORTS | REPORTERS | {"cases.see_here", "cases.join", "cases.verify", "cases.self_handle"}
)
HANDLES: Final = REPORTS | {
    *("cases.handle", "cases.see_order", "cases.answer_order"),
    *("cases.see_whistle", "cases.see_called", "cases.report_in", "cases.lead_whistle"),
}
DISPATCHES: Final = frozenset(
    {
        *("cases.dispatch", "cases.see_order", "cases.answer_order"),
        *("cases.see_whistle", "cases.see_called", "cases.blow"),
    }
)
OVERSEES: Final = frozenset(
    {
        *("cases.hear_late", "cases.oversee", "cases.see_order"),
        *("cases.see_whistle", "cases.see_called"),
    }
)
SEES_SITES: Final = frozenset(
    {
        *("filings.see", "filings.see_here", "filings.see_checks", "filings.see_sites"),
        *("filings.see_alerts", "filings.see_stopped"),
    }
)
SITE_WORK: Final = SEES_SITES | {
    *("filings.check", "filings.inspect", "filings.inspect_site", "filings.see_applicant"),
}
BUILDS: Final = frozenset(
    {
        *("filings.file", "filings.my_sites", "filings.mend", "filings.see"),
        *("filings.see_checks", "filings.see_sites", "filings.see_alerts"),
    }
)
"""What a contractor's own steward may do: for the sites they are named for, and no others."""
NAMES_STEWARDS: Final = frozenset({"filings.name_stewards", "filings.end_stewards"})

GRID_WORK: Final = (
    OWN
    | SEES_GROUND
    | SEES_REGISTRY
    | CHANGES_REGISTRY
    | REVEALS
    | IN_EMERGENCY
    | CASE_WORK
    | SEES_FIGURES
    | SITE_WORK
    | {"registry.see_care", "registry.quality"}
)
CHIEF: Final = (
    GRID_WORK
    | HANDLES
    | DISPATCHES
    | {
        "filings.agree",
        *NAMES_STEWARDS,
        "registry.change_care",
        "registry.settle",
        "registry.merge",
        "registry.agree_export",
        "privacy.answer_requests",
        "staff.see_posts",
        "staff.see_vacancies",
        "cases.check",
        "cases.hear_late",
        "cases.whistle",
    }
)
LEADS: Final = (
    OWN
    | SEES_GROUND
    | SEES_REGISTRY
    | REVEALS
    | IN_EMERGENCY
    | SEES_SITES
    | SEES_FIGURES
    | OVERSEES
    | {
        "registry.see_care",
        "registry.quality",
        "registry.agree_export",
        "privacy.review",
        *INBOX,
        "cases.report",
        "cases.see",
        "cases.see_here",
        "cases.decide",
        "staff.see_posts",
        "staff.see_vacancies",
    }
)
ADMINISTERS: Final = OWN | {
    "places.see",
    "staff.see_accounts",
    "staff.see_posts",
    "staff.see_roles",
    "staff.see_vacancies",
}
