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

REPORTS: Final = frozenset({"matters.inbox", "cases.report", "cases.see"})
CASE_WORK: Final = REPORTS | {
    *("cases.see_here", "cases.join", "cases.verify", "cases.self_handle", "cases.see_reporter"),
}
HANDLES: Final = REPORTS | {"cases.handle"}
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
    | SITE_WORK
    | {"registry.see_care", "registry.quality"}
)
CHIEF: Final = GRID_WORK | {
    "filings.agree",
    *NAMES_STEWARDS,
    "registry.change_care",
    "registry.settle",
    "registry.merge",
    "registry.agree_export",
    "privacy.answer_requests",
    "staff.see_posts",
    "staff.see_vacancies",
    "cases.dispatch",
    "cases.check",
    "cases.handle",
}
LEADS: Final = (
    OWN
    | SEES_GROUND
    | SEES_REGISTRY
    | REVEALS
    | IN_EMERGENCY
    | SEES_SITES
    | {
        "registry.see_care",
        "registry.quality",
        "registry.agree_export",
        "privacy.review",
        "matters.inbox",
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
