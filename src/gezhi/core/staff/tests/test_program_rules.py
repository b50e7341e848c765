"""A program may what whoever answers for it may at the same place, and not one thing more."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gezhi.core.staff.program_rules import HeldPost, owner_reason, rights_over
from gezhi.core.staff.roles import FIRST_ROLES

ROLES = [role.facts for role in FIRST_ROLES]
paths = st.sampled_from(["1/", "1/901/", "1/902/", "1/901/001/"])
held_posts = st.lists(st.builds(HeldPost, paths, st.sampled_from(ROLES)), max_size=3)


@given(held_posts, paths)
def test_a_program_may_what_its_owner_may_there_and_not_one_thing_more(
    held: list[HeldPost], path: str
) -> None:
    own = rights_over(path, held)
    reason = owner_reason(own, path=path, held=held)
    administers = any(post.role.administrator for post in held)

    assert (reason is None) == (bool(own) and not administers)
    if reason is None:
        beyond = owner_reason({*own, "made.up"}, path=path, held=held)
        assert beyond is not None
        assert beyond.code == "staff.program_beyond_owner"


def test_a_post_in_one_community_answers_for_no_program_in_another() -> None:
    worker = next(role for role in ROLES if role.code == "grid_worker_full")
    held = [HeldPost("1/901/", worker)]

    inside, above, beside = (
        owner_reason({"places.see"}, path=path, held=held)
        for path in ("1/901/001/", "1/", "1/902/001/")
    )

    assert inside is None
    assert above is not None
    assert beside is not None
    assert (above.code, beside.code) == ("staff.program_owner_elsewhere",) * 2
