"""The people of the towns: exact numbers, valid papers, families that fit together."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import timedelta

from gezhi.base.identifiers import (
    IdNumber,
    PaperKind,
    TravelPaper,
    parse_id_number,
    parse_travel_paper,
)
from gezhi.base.phones import Phone, parse_phone
from gezhi.core.registry import codes_people as codes
from gezhi.wiring.towns import AS_OF, Household, Person, Town
from gezhi.wiring.towns.persons import HEAD, RELATIONS

Homes = list[Household]


def everybody(households: Homes) -> list[Person]:
    return [person for household in households for person in household.members]


def test_fengyang_has_exactly_its_people(fengyang: Town, fengyang_households: Homes) -> None:
    assert len(everybody(fengyang_households)) == 142_190
    by_community = Counter[str]()
    of_compound = {
        id(compound): one.code for one in fengyang.communities for compound in one.compounds
    }
    for household in fengyang_households:
        by_community[of_compound[id(household.compound)]] += len(household.members)
    assert dict(by_community) == {one.code: one.people for one in fengyang.communities}


def test_households_are_as_large_as_households_are(fengyang_households: Homes) -> None:
    families = [one for one in fengyang_households if not one.collective]
    mean = sum(len(one.members) for one in families) / len(families)
    assert 2.4 < mean < 2.7
    assert max(len(one.members) for one in families) <= 9


def test_ages_are_spread_as_in_a_young_district_of_a_large_city(fengyang_households: Homes) -> None:
    ages = [person.age(AS_OF) for person in everybody(fengyang_households)]
    assert 0.14 < sum(age < 15 for age in ages) / len(ages) < 0.21
    assert 0.10 < sum(age >= 60 for age in ages) / len(ages) < 0.18
    assert all(0 <= age <= 104 for age in ages)
    assert 0.48 < sum(p.male for p in everybody(fengyang_households)) / len(ages) < 0.53


def test_papers_are_valid_agree_with_the_person_and_are_never_shared(
    gouzhao_households: Homes, fengyang_households: Homes
) -> None:
    people = everybody(gouzhao_households) + everybody(fengyang_households)
    for person in people:
        if person.id_kind == "居民身份证":
            read = parse_id_number(person.id_no, today=AS_OF)
            assert isinstance(read, IdNumber)
            assert (read.birth_date, read.gender) == (person.birth, "1" if person.male else "2")
            assert read.prefix.endswith("72"), "no card was issued under such a region"
            assert not person.id_no.endswith("000")
        elif person.id_kind == "外国人护照":
            assert isinstance(parse_travel_paper(PaperKind.PASSPORT, person.id_no), TravelPaper)
        elif person.id_kind == "港澳居民来往内地通行证":
            paper = parse_travel_paper(PaperKind.HK_MACAU_PERMIT, person.id_no)
            assert isinstance(paper, TravelPaper)
        else:
            assert (person.id_kind, person.id_no) == ("暂无证件", "")
    numbers = [person.id_no for person in people if person.id_no]
    assert len(set(numbers)) == len(numbers)


def test_phones_are_well_formed_and_shared_only_at_home(fengyang_households: Homes) -> None:
    owners: dict[str, int] = {}
    for number, household in enumerate(fengyang_households):
        for person in household.members:
            if person.phone:
                assert owners.setdefault(person.phone, number) == number
    for phone in list(owners)[::50]:
        assert isinstance(parse_phone(phone), Phone)
        assert phone[:3] in ("160", "161", "163", "164"), "ranges nobody is given"


def test_one_head_leads_each_household(fengyang_households: Homes) -> None:
    for household in fengyang_households:
        heads = [person for person in household.members if person.relation == HEAD]
        assert heads == [household.head]
        assert household.head.age(AS_OF) >= 18


def test_relations_fit_ages_and_genders(fengyang_households: Homes) -> None:
    men = {"夫", "子", "长子", "次子", "三子", "孙子", "父亲", "公公", "岳父", "弟", "女婿"}
    women = {"妻", "女", "长女", "次女", "三女", "儿媳", "孙女", "母亲", "婆婆", "岳母", "妹妹"}
    for household in fengyang_households:
        head = household.head
        for person in household.members[1:]:
            gap = person.age(AS_OF) - head.age(AS_OF)
            assert person.relation in RELATIONS
            assert person.male or person.relation not in men
            assert not person.male or person.relation not in women
            match person.relation:
                case "夫" | "妻":
                    assert person.male != head.male
                    assert abs(gap) <= 15
                    assert person.age(AS_OF) >= 20
                case "子" | "女" | "长子" | "次子" | "三子" | "长女" | "次女" | "三女":
                    assert gap <= -18
                case "孙子" | "孙女":
                    assert gap <= -36
                case "父亲" | "母亲":
                    assert gap >= 18
                case "公公" | "婆婆" | "岳父" | "岳母":
                    assert gap >= 5


def test_children_carry_their_fathers_name(fengyang_households: Homes) -> None:
    for household in fengyang_households:
        fathers = [p for p in household.members if p.relation in (HEAD, "夫") and p.male]
        for person in household.members if fathers else ():
            if person.relation in ("子", "女", "长子", "长女") and fathers[0].ethnicity:
                assert person.name[0] == fathers[0].name[0]


def test_every_word_is_one_the_registry_knows(
    gouzhao_households: Homes, fengyang_households: Homes
) -> None:
    people = everybody(gouzhao_households) + everybody(fengyang_households)
    for table, words in (
        (codes.ETHNICITY, {p.ethnicity for p in people}),
        (codes.MARITAL, {p.marital for p in people}),
        (codes.POLITICAL, {p.political for p in people}),
        (codes.EDUCATION, {p.education for p in people}),
        (codes.POPULATION_CLASS, {p.population_class for p in people}),
        (codes.CONSISTENCY, {p.consistency for p in people}),
        (codes.ID_KIND, {p.id_kind for p in people}),
        (codes.RESIDENCE_KIND, {p.stay for p in people}),
        (codes.CARE, {label for p in people for label in p.care}),
    ):
        assert {word for word in words - {""} if table.lookup(word) is None} == set()
    assert {w: codes.RELATION.lookup(w) for w in RELATIONS} == RELATIONS


def test_all_classes_states_and_labels_occur(fengyang_households: Homes) -> None:
    people = everybody(fengyang_households)
    assert {p.consistency for p in people} >= {"人户一致", "人在户不在", "户在人不在", "空挂户"}
    classes = Counter(p.population_class for p in people)
    assert set(classes) == {"户籍人口", "流动人口", "境外人员", "未落户"}
    assert 0.4 < classes["流动人口"] / len(people) < 0.6
    labels = Counter(label for p in people for label in p.care)
    assert len(labels) == 11
    assert labels["低保对象"] < len(people) / 50


def test_nobody_moves_in_before_being_born(fengyang_households: Homes) -> None:
    for person in everybody(fengyang_households):
        assert person.moved_in is not None
        assert person.birth <= person.moved_in <= AS_OF + timedelta(days=10)


def test_named_residents_live_where_the_guide_says(gouzhao_households: Homes) -> None:
    at_home = {one.address: [p.name for p in one.members] for one in gouzhao_households}
    assert at_home["紫兰苑 3号楼 2单元 501室"] == ["郑玉梅"]
    assert at_home["紫兰苑 5号楼 1单元 302室"] == ["林晓舟", "方若溪", "林一诺"]
    ages = {
        p.name: p.age(AS_OF) for one in gouzhao_households for p in one.members
        if p.name in ("郑玉梅", "林晓舟") and one.compound.name == "紫兰苑"
    }  # fmt: skip
    assert ages == {"郑玉梅": 78, "林晓舟": 30}


def test_people_are_the_same_whatever_the_hash_seed() -> None:
    program = (
        "import hashlib\n"
        "from gezhi.wiring.towns import GOUZHAO, build_town, people_of\n"
        "digest = hashlib.sha256()\n"
        "for household in people_of(build_town(GOUZHAO)):\n"
        "    digest.update(repr((household.address, household.members)).encode())\n"
        "print(digest.hexdigest())\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path), "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
