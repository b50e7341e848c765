"""A number in a clerk's own sheet reaches nobody whom the clerk's posts do not reach."""

from __future__ import annotations

import pytest

from gezhi.base.actors import Actor
from gezhi.core.registry.imports.tests.sheets import (
    checked,
    person,
    taken_in,
    told,
    workbook,
)
from gezhi.core.registry.models import CareLabel, Enterprise, ImportFinding, Person, Residence
from gezhi.core.registry.tests.town import Town, build_town, posted

pytestmark = pytest.mark.django_db

ELSEWHERE = {"compound": "瑞达苑", "building": "4号楼"}


@pytest.fixture
def town() -> Town:
    return build_town()


@pytest.fixture
def chief(town: Town) -> Actor:
    """Of 紫兰社区."""
    return posted(
        town.communities[0],
        *("registry.import", "registry.change_people", "registry.change_units"),
        "registry.change_care",
    )


def test_a_chief_changes_nobody_of_another_community_by_their_number(
    town: Town, chief: Actor
) -> None:
    taken_in(workbook([person(**ELSEWHERE)]))
    before = Person.objects.values("phone_index", "revision").get()

    batch = taken_in(workbook([person(phone="13711112222", care_labels="低保")]), by=chief)

    assert (3, "id_no", "refused", "listed_beyond") in told(batch)
    assert batch.counts["refused"] == 1
    assert Person.objects.values("phone_index", "revision").get() == before
    assert Residence.objects.count() == 1
    assert not CareLabel.objects.exists()


def test_a_wrong_name_beside_a_number_from_elsewhere_draws_out_no_name(
    town: Town, chief: Actor
) -> None:
    taken_in(workbook([person(**ELSEWHERE)]))

    right = checked(workbook([person()]), by=chief)
    wrong = checked(workbook([person(name="李伪名", head_name="李伪名")]), by=chief)

    assert "other_name" not in {code for _row, _field, _kind, code in told(wrong)}
    refusals = ImportFinding.objects.filter(kind="refused")
    assert {one.batch_id for one in refusals} == {right.pk, wrong.pk}
    assert {(one.code, one.before, one.after) for one in refusals} == {
        ("listed_beyond", None, None)
    }


def test_the_same_sheet_in_the_hands_of_the_office_opens_a_second_home(town: Town) -> None:
    taken_in(workbook([person(**ELSEWHERE)]))

    taken_in(workbook([person()]))

    assert Person.objects.count() == 1
    assert Residence.objects.count() == 2


def test_a_chief_brings_her_own_people_as_before(town: Town, chief: Actor) -> None:
    taken_in(workbook([person()]))

    batch = taken_in(workbook([person(phone="13711112222")]), by=chief)

    assert batch.counts["changed"] == 1


def test_a_labeller_of_one_community_labels_nobody_listed_in_another(town: Town) -> None:
    taken_in(workbook([person(**ELSEWHERE)]))
    clerk = posted(town.communities[0], "registry.import", "registry.change_care")

    batch = taken_in(workbook([person(care_labels="低保")]), by=clerk)

    assert batch.counts["refused"] == 1
    assert not CareLabel.objects.exists()


def test_an_enterprise_listed_elsewhere_is_not_changed_by_its_code(
    town: Town, chief: Actor
) -> None:
    firm = {
        "name": "某某科技有限公司",
        "uscc": "91410172MA0000007R",
        "kind": "企业",
        "address": "瑞达苑4号楼",
        "contact": "王建国",
        "phone": "13838000001",
        "state": "正常",
    }
    taken_in(workbook([firm], template="enterprise"), "企业.xlsx")
    before = Enterprise.objects.values("revision", "name", "community__name").get()
    assert before["community__name"] == "瑞达社区"

    batch = taken_in(
        workbook([{**firm, "name": "另一公司", "address": "紫兰苑1号楼"}], template="enterprise"),
        "企业.xlsx",
        by=chief,
    )

    assert "listed_beyond" in {code for _row, _field, _kind, code in told(batch)}
    assert Enterprise.objects.values("revision", "name", "community__name").get() == before
