"""A saved filter is its maker's own, and the journal does not repeat whom it looks for."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from gezhi.core.journal.models import JournalLine
from gezhi.core.registry import saved_views
from gezhi.core.registry.tests.town import NOON, build_town, posted

pytestmark = pytest.mark.django_db
PAGE, QUERY = "registry.people", "q=" + quote("王建国")


def test_a_filter_is_kept_found_and_dropped_by_its_maker_alone() -> None:
    office = build_town().subdistrict
    maker, colleague = (posted(office, "registry.see_people") for _ in range(2))

    saved_views.save(maker, PAGE, "老王", QUERY, NOON)
    (mine,) = saved_views.saved_views(maker, PAGE)
    saved_views.drop(colleague, PAGE, mine.id, NOON)

    assert (mine.title, mine.query) == ("老王", QUERY)
    assert not saved_views.saved_views(colleague, PAGE)
    assert [one.id for one in saved_views.saved_views(maker, PAGE)] == [mine.id]
    saved_views.drop(maker, PAGE, mine.id, NOON)
    assert not saved_views.saved_views(maker, PAGE)


def test_the_journal_tells_that_a_filter_was_kept_and_not_for_whom() -> None:
    maker = posted(build_town().subdistrict, "registry.see_people")

    saved_views.save(maker, PAGE, "老王", QUERY, NOON)

    line = JournalLine.objects.get(verb="registry.save_view")
    assert line.changes == {"page": PAGE}
