"""Each of the nineteen rules for dirty data, from a real workbook to what is stored and told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gezhi.base.identifiers import check_character
from gezhi.core.cells.keys import keys_here
from gezhi.core.places.models import UnresolvedAddress
from gezhi.core.privacy.fields import Sealed
from gezhi.core.registry.imports.tests.sheets import (
    HEAD_ID,
    checked,
    person,
    taken_in,
    told,
    workbook,
)
from gezhi.core.registry.models import (
    CareLabel,
    Conflict,
    Dwelling,
    Enterprise,
    Person,
    Residence,
    Shop,
)
from gezhi.core.registry.tests.town import Town, build_town, id_number, settled

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return build_town()


def opened(value: Any) -> str:
    assert isinstance(value, Sealed)
    return keys_here().open(value.data, context=value.context)


def held(batch: Any) -> int:
    return int(batch.counts["refused"])


def test_1_a_number_stored_as_a_number_is_refused(town: Town) -> None:
    batch = checked(workbook([person(id_no=4.1017219750302e17)]))
    assert held(batch) == 1
    assert (3, "id_no", "refused", "id_no.as_number") in told(batch, 1)


def test_2_typing_marks_are_cleaned_and_told(town: Town) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in HEAD_ID)
    batch = taken_in(workbook([person(name=" 王 建国", id_no=f"身份证号：{wide}")]))
    assert {(f, k) for _r, f, k, _c in told(batch, 2)} >= {
        ("name", "cleaned"),
        ("id_no", "cleaned"),
    }
    one = Person.objects.get(source=batch.source)
    assert one.name == "王建国"
    assert opened(one.id_no) == HEAD_ID


def test_3_a_wrong_check_digit_is_refused_and_fifteen_digits_are_proposed(town: Town) -> None:
    wrong = HEAD_ID[:-1] + ("1" if HEAD_ID[-1] != "1" else "2")
    old = "410172750302131"
    batch = checked(workbook([person(id_no=wrong), person(name="王五", id_no=old)]))
    assert held(batch) == 2
    assert (3, "id_no", "refused", "id_no.check") in told(batch, 3)
    (proposal,) = batch.findings.filter(kind="proposal")
    whole = "41017219750302131"
    assert opened(proposal.after) == whole + check_character(whole)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("护照", "E12345678"),
        ("回乡证", "H12345678"),
        ("台胞证", "12345678"),
        ("居住证", "830000199001010015"),
    ],
)
def test_3_a_head_may_have_any_known_paper(town: Town, kind: str, number: str) -> None:
    if kind == "居住证":
        number = number[:17] + check_character(number[:17])
    home = {"head_name": "陈安", "head_id_no": number, "gender": ""}
    rows = [
        person(name="陈安", id_kind=kind, id_no=number, **home),
        person(name="陈小安", id_no=id_number(12), relation_to_head="子", **home),
    ]
    batch = taken_in(workbook(rows))
    assert (batch.counts["new"], held(batch)) == (2, 0)
    child = Person.objects.get(name="陈小安")
    assert child.household is not None
    assert child.household.head == Person.objects.get(name="陈安")
    warned = [f for _r, f, k, _c in told(batch, 3) if k == "warned"]
    assert warned == (["head_id_no"] * 2 if kind == "台胞证" else [])


def test_3_an_owner_may_have_a_passport(town: Town) -> None:
    row = {
        "community": "紫兰社区",
        "compound": "紫兰苑",
        "building": "1号楼",
        "unit": "1",
        "room": "603",
        "use": "住宅",
        "use_state": "出租",
        "owner_name": "陈安",
        "owner_id_no": "E12345678",
    }
    batch = taken_in(workbook([row], template="dwelling", title="房屋"))
    assert held(batch) == 0
    assert opened(Dwelling.objects.get(room="603").owner_id_no) == "E12345678"


def test_4_the_number_wins_over_gender_and_birth_date(town: Town) -> None:
    row = person(gender="女性", birth_date="1975年4月")
    batch = taken_in(workbook([row], fields=[*row]))
    one = Person.objects.get(source=batch.source)
    assert (one.gender, one.birth_date) == ("1", date(1975, 3, 2))
    assert {f for _r, f, k, _c in told(batch, 4) if k == "warned"} == {"gender", "birth_date"}


def test_4_a_birth_date_known_to_the_month_agrees(town: Town) -> None:
    row = person(birth_date="1975年3月")
    assert told(taken_in(workbook([row], fields=[*row])), 4) == []


def test_5_one_person_in_two_rows_keeps_both_addresses(town: Town) -> None:
    batch = taken_in(workbook([person(), person(room="602")]))
    one = Person.objects.get(source=batch.source)
    stays = Residence.objects.filter(person=one).order_by("dwelling__room")
    assert [(stay.dwelling.room, stay.main) for stay in stays] == [("601", True), ("602", False)]
    assert [(r, k) for r, _f, k, _c in told(batch, 5)] == [(4, "warned")]


def test_5_somebody_listed_elsewhere_keeps_the_home_and_gains_a_relation(town: Town) -> None:
    listed = settled(town.dwellings[0], "王建国", id_no=HEAD_ID)
    batch = taken_in(workbook([person()]))
    assert batch.counts["changed"] == 1
    listed.refresh_from_db()
    assert listed.dwelling == town.dwellings[0]
    assert Residence.objects.filter(person=listed).count() == 2
    assert [c for _r, _f, _k, c in told(batch, 5)] == ["lives_elsewhere"]


def test_6_the_same_number_under_another_name_waits_for_a_human(town: Town) -> None:
    listed = settled(town.dwellings[0], "王建囯", id_no=HEAD_ID)
    batch = taken_in(workbook([person()]))
    assert held(batch) == 1
    (conflict,) = Conflict.objects.filter(person=listed)
    assert conflict.kind == "same_id_other_name"
    listed.refresh_from_db()
    assert listed.name == "王建囯"
    taken_in(workbook([person()]))
    assert Conflict.objects.filter(person=listed).count() == 1


def test_7_a_child_without_a_number_is_known_again_by_its_key(town: Town) -> None:
    child = person(
        name="王小宝", id_kind="暂无证件", id_no="", relation_to_head="子", birth_date="2021-05-06"
    )
    rows = [person(birth_date=""), child]
    first = taken_in(workbook(rows, fields=[*child]))
    assert first.counts["new"] == 2
    assert (4, "id_no", "warned", "provisional") in told(first, 7)
    again = taken_in(workbook(rows, fields=[*child]))
    assert again.counts["unchanged"] == 2


def test_7_a_number_completes_somebody_listed_without_one(town: Town) -> None:
    child = person(
        name="王小宝", id_kind="暂无证件", id_no="", relation_to_head="子", birth_date="2021-05-06"
    )
    taken_in(workbook([person(birth_date=""), child], fields=[*child]))
    number = id_number(40, date(2021, 5, 6))
    child |= {"id_kind": "", "id_no": number}
    batch = taken_in(workbook([person(birth_date=""), child], fields=[*child]))
    assert batch.counts["changed"] == 1
    one = Person.objects.get(name="王小宝")
    assert opened(one.id_no) == number
    assert one.provisional_key is None


def test_7_without_number_birth_and_head_nobody_could_be_known_again(town: Town) -> None:
    batch = checked(workbook([person(id_no="", head_id_no="", relation_to_head="子")]))
    assert held(batch) == 1
    assert [c for _r, _f, _k, c in told(batch, 7)] == ["no_key"]


def test_8_two_telephones_are_parted_and_a_short_one_is_left_out(town: Town) -> None:
    rows = [
        person(phone="13838000001 / 0371-67890123"),
        person(name="李四", id_no=id_number(8), relation_to_head="子", phone="1383800"),
    ]
    batch = taken_in(workbook(rows))
    one = Person.objects.get(name="王建国")
    assert opened(one.phone) == "13838000001"
    assert "67890123" in opened(one.other_phones)
    assert Person.objects.get(name="李四").phone is None
    assert {k for _r, _f, k, _c in told(batch, 8)} == {"cleaned", "warned"}


def test_9_dates_are_read_as_clerks_write_them(town: Town) -> None:
    written = ["2022.9.1", "2022/9/1", "20220901", 44805, date(2022, 9, 1)]
    rows = [
        person(
            name=f"王{'甲乙丙丁戊'[n]}", id_no=id_number(10 + n), relation_to_head="子", moved_in=w
        )
        for n, w in enumerate(written)
    ]
    batch = taken_in(workbook([person(), *rows]))
    stays = Residence.objects.filter(person__source=batch.source).exclude(person__name="王建国")
    assert {stay.moved_in for stay in stays} == {date(2022, 9, 1)}


def test_10_an_unknown_compound_waits_in_the_queue(town: Town) -> None:
    batch = taken_in(workbook([person(compound="东边老院")]))
    assert held(batch) == 1
    assert batch.state == "confirmed"
    assert UnresolvedAddress.objects.get().text.startswith("东边老院")
    assert [c for _r, _f, _k, c in told(batch, 10)] == ["address.unknown_compound"]


def test_10_an_address_in_other_words_is_brought_to_one_form(town: Town) -> None:
    batch = taken_in(workbook([person(building="", unit="", room="一号楼-1-601室")]))
    home = Person.objects.get(source=batch.source).dwelling
    assert home is not None
    assert home.address == "紫兰苑 1号楼 1单元 601室"
    assert {k for _r, _f, k, _c in told(batch, 10)} == {"cleaned"}


def test_10_a_room_that_became_a_date_is_refused(town: Town) -> None:
    batch = checked(workbook([person(room=date(2022, 3, 2))]))
    assert [c for _r, _f, _k, c in told(batch, 10)] == ["address.room_is_date"]


def test_11_words_for_relations_become_the_standards_codes(town: Town) -> None:
    rows = [
        person(),
        person(name="李秀英", id_no=id_number(8, woman=True), gender="", relation_to_head="老婆"),
        person(name="刘梅", id_no=id_number(9, woman=True), gender="", relation_to_head="媳妇"),
    ]
    batch = taken_in(workbook(rows))
    assert Person.objects.get(name="李秀英").relation_to_head == "12"
    assert not Person.objects.filter(name="刘梅").exists()
    # 老婆 is another name of 妻: no change to tell of.
    assert {(r, k) for r, _f, k, _c in told(batch, 11)} == {(5, "refused")}


def test_11_a_word_that_is_not_quite_the_codes_is_told(town: Town) -> None:
    rows = [person(), person(name="刘客", id_no=id_number(8), relation_to_head="租客")]
    batch = taken_in(workbook(rows))
    assert Person.objects.get(name="刘客").relation_to_head == "99"
    assert [(r, k) for r, _f, k, _c in told(batch, 11)] == [(4, "cleaned")]


def test_19_plain_words_of_the_code_tables_are_no_noise(town: Town) -> None:
    plain = {"gender": "男", "ethnicity": "汉", "education": "高中", "political_status": "中共党员"}
    batch = checked(workbook([person(**plain, marital_status="已婚")]))
    assert {c for _r, _f, _k, c in told(batch)} == {"column_left_out"}


def test_19_a_formula_that_failed_is_told_and_never_a_blank(town: Town) -> None:
    def also(_book: Any, sheet: Any) -> None:
        sheet.write_formula(2, 5, "=VLOOKUP(1,A1:B2,2)", None, "#N/A")
        sheet.write_formula(3, 6, "=A1/0", None, "#DIV/0!")

    rows = [person(), person(name="李四", id_no=id_number(8), relation_to_head="子")]
    batch = checked(workbook(rows, also=also))
    said = {(r, f, k) for r, f, k, c in told(batch) if c == "formula_error"}
    assert said == {(3, "ethnicity", "refused"), (4, "birth_date", "warned")}
    assert held(batch) == 1


def test_12_merged_cells_are_filled_inside_their_range_only(town: Town) -> None:
    shared = {"head_name": "", "head_id_no": "", "relation_to_head": "子"}
    rows = [
        person(),
        person(name="王小明", id_no=id_number(9), **shared),
        person(name="王小亮", id_no=id_number(11), **shared),
    ]

    def merge(_book: Any, sheet: Any) -> None:
        sheet.merge_range(2, 9, 3, 9, "王建国")
        sheet.merge_range(2, 10, 3, 10, HEAD_ID)

    batch = taken_in(workbook(rows, also=merge))
    assert sorted(told(batch, 12)) == [
        (4, "head_id_no", "cleaned", "merged_filled"),
        (4, "head_name", "cleaned", "merged_filled"),
    ]
    head, inside, outside = (Person.objects.get(name=n) for n in ("王建国", "王小明", "王小亮"))
    assert inside.household == head.household
    assert outside.household != head.household


def test_13_yes_and_no_in_many_words(town: Town) -> None:
    shop = {
        "name": "老王面馆",
        "trade": "餐饮",
        "address": "紫兰苑1号楼",
        "contact": "王建国",
        "phone": "13838000001",
    }
    rows = [
        shop | {"sleepers": "√"},
        shop | {"name": "老李面馆", "sleepers": "无"},
        shop | {"name": "老刘面馆", "sleepers": "看情况"},
    ]
    batch = taken_in(workbook(rows, template="shop"), "门店.xlsx")
    found = dict(Shop.objects.values_list("name", "sleepers"))
    assert found == {"老王面馆": True, "老李面馆": False}
    assert {k for _r, _f, k, _c in told(batch, 13)} == {"cleaned", "refused"}


def test_14_what_is_no_data_is_passed_over_and_reported(town: Town) -> None:
    more: list[list[Any]] = [
        [],
        ["合计", "", "", "1 人"],
        ["填表人：李四", "", "", "审核人：王五"],
    ]

    def also(book: Any, sheet: Any) -> None:
        sheet.set_column(6, 6, None, None, {"hidden": True})
        other = book.add_worksheet("说明")
        other.write_string(0, 0, "填表要求")
        book.add_worksheet("旧表").hide()

    batch = taken_in(workbook([person()], more=more, also=also))
    assert batch.counts["new"] == 1
    codes = {c for _r, _f, _k, c in told(batch, 14)}
    assert codes >= {
        *("row_total", "row_note", "column_hidden", "sheet_no_header", "sheet_hidden"),
        "column_left_out",
    }


def test_15_somebody_said_to_be_dead_stays_and_is_told(town: Town) -> None:
    batch = taken_in(workbook([person(remark="已故")]))
    assert Person.objects.get(source=batch.source).state == "present"
    assert [c for _r, _f, _k, c in told(batch, 15)] == ["listed_though_deceased"]


def test_16_letters_in_a_credit_code_are_proposed_as_digits(town: Town) -> None:
    firm = {
        "name": "郑州某某科技有限公司",
        "uscc": "9141O172MA0000007R",
        "kind": "企业",
        "address": "紫兰苑1号楼",
        "contact": "王建国",
        "phone": "13838000001",
        "state": "在业",
    }
    batch = checked(workbook([firm], template="enterprise"), "企业.xlsx")
    (proposal,) = batch.findings.filter(rule=16, kind="proposal")
    assert opened(proposal.after) == "91410172MA0000007R"
    good = firm | {"uscc": "91410172MA0000007R"}
    taken_in(workbook([good], template="enterprise"), "企业.xlsx")
    again = taken_in(workbook([good | {"contact": "李四"}], template="enterprise"), "企业.xlsx")
    assert again.counts["changed"] == 1
    assert opened(Enterprise.objects.get().contact) == "李四"


def test_18_a_staler_sheet_does_not_overwrite(town: Town) -> None:
    taken_in(workbook([person()]), as_of=date(2022, 9, 1))
    older = taken_in(workbook([person(phone="13838009999")]), as_of=date(2022, 8, 1))
    assert opened(Person.objects.get().phone) == "13838000001"
    assert [(f, k) for _r, f, k, _c in told(older, 18)] == [("phone", "warned")]
    newer = taken_in(workbook([person(phone="13838009999")]), as_of=date(2022, 9, 5))
    assert newer.counts["changed"] == 1
    assert opened(Person.objects.get().phone) == "13838009999"


def test_19_what_is_not_collected_is_refused_unread(town: Town) -> None:
    rows = [
        person(care_labels="低保、独居"),
        person(name="李四", id_no=id_number(8), relation_to_head="子", care_labels="信访人员"),
    ]
    batch = taken_in(workbook(rows))
    assert set(CareLabel.objects.values_list("kind", flat=True)) == {
        "minimum_living",
        "living_alone",
    }
    (finding,) = batch.findings.filter(code="label_not_collected")
    assert finding.before is None
    assert not Person.objects.filter(name="李四").exists()
