"""Rights and roles agree: what a role holds exists in code, and what code asks somebody holds."""

from __future__ import annotations

import pytest

from gezhi.base.areas import areas, declared_rights
from gezhi.base.pages.urls import all_pages
from gezhi.core.journal.actions import verbs
from gezhi.core.staff import rules
from gezhi.core.staff.roles import FIRST_ROLES, FirstRole

WITHOUT_A_ROLE = {"privacy.own_file"}
"""What residents hold, who have no post."""
RESIDENTS_DATA = ("registry.", "privacy.reveal", "privacy.break_glass", "privacy.answer_requests")


def codes() -> set[str]:
    """Rights of the house; tests declare rights of their own, in areas that do not exist."""
    known = {area.label for area in areas()}
    return {right.code for right in declared_rights() if right.code.split(".")[0] in known}


@pytest.mark.parametrize("role", FIRST_ROLES, ids=lambda role: role.code)
def test_every_right_of_a_role_is_asked_somewhere(role: FirstRole) -> None:
    assert role.rights <= codes()


def test_every_right_is_held_by_some_role() -> None:
    held = frozenset().union(*(role.rights for role in FIRST_ROLES))

    assert codes() - held == WITHOUT_A_ROLE


def test_every_right_guards_a_page_or_an_action() -> None:
    asked = {page.right.code for page in all_pages() if not page.public}
    asked |= {right.code for page in all_pages() if (right := getattr(page, "export_right", None))}
    asked |= {act.right.code for page in all_pages() for act in getattr(page, "acts", ())}
    asked |= {one.right.code for page in all_pages() for one in getattr(page, "related", ())}
    asked |= {verb.right.code for verb in verbs.values() if verb.right is not None}

    assert codes() - asked <= {
        "registry.see_care",
        "cells.see_rollups",
        "cases.see_reporter",
        "filings.see_applicant",
        "cases.see_here",
        "cases.hear_late",
        "matters.take_off",
    }


def test_role_codes_and_titles_are_told_apart() -> None:
    assert len({role.code for role in FIRST_ROLES}) == len(FIRST_ROLES)
    assert len({role.title for role in FIRST_ROLES}) == len(FIRST_ROLES)


@pytest.mark.parametrize("kind", [rules.SYSTEM, rules.SECURITY, rules.AUDIT])
def test_none_of_the_three_administrators_sees_what_residents_entrusted(kind: str) -> None:
    role = next(role for role in FIRST_ROLES if role.administrator == kind)

    assert not [code for code in role.rights if code.startswith(RESIDENTS_DATA)]


def test_granting_exporting_and_setting_roles_ask_for_the_second_factor() -> None:
    asked = {right.code for right in declared_rights() if right.second_factor}

    assert {"registry.export", "staff.grant_posts", "staff.agree_posts"} <= asked
    assert {"staff.set_roles", "staff.agree_roles"} <= asked


def test_who_proposes_what_a_role_may_do_is_not_who_agrees() -> None:
    holders = {
        code: {role.code for role in FIRST_ROLES if code in role.rights}
        for code in ("staff.set_roles", "staff.agree_roles")
    }

    assert holders["staff.set_roles"] == {"system_administrator"}
    assert holders["staff.agree_roles"] == {"security_administrator"}


def test_every_role_can_look_after_its_own_account() -> None:
    assert all({"staff.own_account", "notices.own"} <= role.rights for role in FIRST_ROLES)


# --- who may see and do what with residents' data ---------------------------------------------

SEES, WRITES = "registry.see_people", "registry.change_people"
REVEALS, CARES = "privacy.reveal", "registry.see_care"
KEEPS_CARE, READS_LOG = "registry.change_care", "privacy.see_log"
DIVISION = {
    "grid_worker_full": {SEES, WRITES, REVEALS, CARES},
    "grid_chief_l2": {SEES, WRITES, REVEALS, CARES, KEEPS_CARE},
    "grid_chief_l1": {SEES, REVEALS, CARES},
    "office_head": {SEES, REVEALS, CARES},
    "civil_affairs_clerk": {SEES, REVEALS, CARES, KEEPS_CARE},
    "party_clerk": {SEES},
    "gate_guard": set(),
    "doctor_contact": {REVEALS},
    "enterprise_liaison": set(),
    "site_steward": set(),
    "system_administrator": set(),
    "security_administrator": set(),
    "audit_administrator": {READS_LOG},
}
"""The usual division of a subdistrict. A party clerk sees people and opens nobody's number; a
doctor opens what a service or an emergency brings, and has no list of people."""


@pytest.mark.parametrize("code", DIVISION)
def test_a_role_starts_with_what_its_work_needs_of_residents_data(code: str) -> None:
    role = next(role for role in FIRST_ROLES if role.code == code)
    about_residents = {SEES, WRITES, REVEALS, CARES, KEEPS_CARE, READS_LOG}

    assert role.rights & about_residents == DIVISION[code]


@pytest.mark.parametrize("role", FIRST_ROLES, ids=lambda role: role.code)
def test_whoever_changes_people_sees_them_and_whoever_keeps_care_sees_it(role: FirstRole) -> None:
    for wider, needed in ((WRITES, SEES), (KEEPS_CARE, CARES), (CARES, SEES)):
        assert wider not in role.rights or needed in role.rights
