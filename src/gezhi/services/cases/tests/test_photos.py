"""Photos of a case, from the telephone to its page: asked for, kept once, shown by right."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from gezhi.base.actors import Actor
from gezhi.base.testing import refused
from gezhi.core.staff.models import Account
from gezhi.core.staff.tests import office
from gezhi.engines.matters.actions import take
from gezhi.engines.matters.attachments import Stage
from gezhi.engines.matters.attachments.actions import attach
from gezhi.engines.matters.models import Attachment
from gezhi.engines.matters.tests.attachments import made
from gezhi.services.cases.models import Case, Source
from gezhi.services.cases.tests.conftest import Centre, category, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Any, settings: Any) -> None:
    settings.FILES = tmp_path


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def browser(actor: Actor) -> Client:
    return office.come(Account.objects.get(username=actor.name))


def photo(shade: int = 120, name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, made.photo(shade))


def told(**more: Any) -> dict[str, Any]:
    return {
        "description": "楼下垃圾没人清",
        "address": "紫兰苑 3号楼",
        "source": "patrol",
        "category": str(category("0102").pk),
        "_once": str(uuid4()),
        "_anyway": "1",
        **more,
    }


# --- where a photo has to be ---------------------------------------------------------------


def test_a_grid_worker_reports_with_a_photo_where_the_category_asks(centre: Centre) -> None:
    with refused("cases.photo_needed"):
        centre.report("0102", photos=())

    assert centre.report("2601", photos=()).category is not None, "some categories ask for none"
    assert centre.report(None, photos=()).category is None


@pytest.mark.parametrize("source", [Source.HOTLINE, Source.COUNTER, Source.RESIDENT])
def test_what_comes_by_telephone_or_from_a_desk_goes_without(centre: Centre, source: str) -> None:
    assert centre.report("0102", source=source).matter.attachments.count() == 0


def test_a_grid_worker_shows_that_it_is_done(centre: Centre, now: datetime) -> None:
    case = centre.report(at=now)
    values = {"category": category("0102")}
    with refused("cases.photo_needed"):
        take(case.matter, "handle_here", said="捡走了", values=values, by=centre.worker, at=now)

    done = {**values, "photos": [picture(3)]}
    take(case.matter, "handle_here", said="捡走了", values=done, by=centre.worker, at=now)

    assert [one.stage for one in case.matter.attachments.all()] == [Stage.BEFORE, Stage.AFTER]


# --- the form ------------------------------------------------------------------------------


def test_a_report_with_photos_keeps_them(centre: Centre) -> None:
    answer = browser(centre.worker).post(
        "/cases/report/", told(photos=[photo(1), photo(2, "b.jpg")])
    )

    assert answer.status_code == 302, answer.content.decode()
    assert Case.objects.get().matter.attachments.count() == 2


def test_the_same_report_sent_twice_is_there_once(centre: Centre) -> None:
    client, form = browser(centre.worker), told()
    first = client.post("/cases/report/", {**form, "photos": [photo()]})
    again = client.post("/cases/report/", {**form, "photos": [photo()]})

    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"]
    assert Attachment.objects.count() == 1


def test_a_report_without_its_photo_says_so_at_the_field(centre: Centre) -> None:
    answer = browser(centre.worker).post("/cases/report/", told())

    assert answer.status_code == 422
    assert "这类问题网格员上报须附现场照片" in answer.content.decode()
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    "raw",
    [made.HEIC, made.SVG, made.png_bomb(), made.animation(), b"", made.photo()[:500], made.PDF],
    ids=["heic", "svg", "bomb", "gif", "empty", "cut", "pdf"],
)
def test_bad_photos_are_refused_and_leave_nothing(centre: Centre, raw: bytes) -> None:
    bad = SimpleUploadedFile("坏.jpg", raw)
    answer = browser(centre.worker).post("/cases/report/", told(photos=[photo(), bad]))

    assert answer.status_code == 422
    assert Case.objects.count() == 0
    if raw:  # Django passes over an empty file where another came along
        assert "第2个（坏.jpg）" in answer.content.decode()


def test_photos_wait_while_the_reporter_looks_at_what_is_open_there(centre: Centre) -> None:
    client = browser(centre.operator)
    where = {"lon": "113.54", "lat": "34.8", "source": "counter"}
    client.post("/cases/report/", told(**where))
    form = told(**where, photos=[photo()])
    del form["_anyway"]

    offered = client.post("/cases/report/", form)

    assert offered.status_code == 409
    (word,) = [one["word"] for one in _kept(offered)]
    again = client.post("/cases/report/", told(**where, photos_kept=[word]))
    assert again.status_code == 302
    assert Attachment.objects.get().stage == Stage.BEFORE


def _kept(answer: Any) -> Any:
    widget = answer.context["form"]["photos"].field.widget
    return widget.get_context("photos", None, {"id": "x"})["widget"]["kept"]


@pytest.mark.parametrize("used", [True, False])
def test_the_place_of_a_photo_stands_in_for_a_point_if_its_sender_says_so(
    centre: Centre, used: bool
) -> None:
    taken = SimpleUploadedFile("a.jpg", made.photo_with_place())
    more = {"photos_place": "1"} if used else {}
    answer = browser(centre.worker).post("/cases/report/", told(photos=[taken], **more))

    assert answer.status_code == 302
    case = Case.objects.get()
    assert (case.lon == pytest.approx(113.54)) is used
    assert (case.lat is None) is not used


def test_a_step_takes_photos_too(centre: Centre, now: datetime) -> None:
    case = centre.report(at=now)
    for step, by, values in (
        ("file", centre.operator, {"category": category("0102")}),
        ("dispatch", centre.dispatcher, {"unit": centre.cleaning}),
        ("accept", centre.handler, {}),
    ):
        take(case.matter, step, values=values, by=by, at=now)
    case.matter.refresh_from_db()

    answer = browser(centre.handler).post(
        f"/cases/{case.pk}/feed-back/",
        {
            "said": "已清走",
            "revision": case.matter.revision,
            "photos": [photo(9)],
            "_once": str(uuid4()),
        },
    )

    assert answer.status_code == 302, answer.content.decode()
    page = browser(centre.operator).get(f"/cases/{case.pk}/").content.decode()
    assert "data-compare" in page, "before and after lie over each other"
    assert page.count("data-picture>") == 2


# --- what is shown to whom -----------------------------------------------------------------


def test_a_picture_is_shown_to_who_sees_the_case_and_to_nobody_else(
    centre: Centre, now: datetime
) -> None:
    case = centre.report(at=now)
    address = f"/matters/{case.pk}/files/{case.matter.attachments.get().pk}/"

    answer = browser(centre.operator).get(address)

    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("inline; filename=")
    assert "no-cache" in answer["Cache-Control"]
    assert answer.content == picture().content
    small = browser(centre.operator).get(address, {"small": "1"})
    assert small.content == picture().small
    assert browser(centre.other_handler).get(address).status_code == 404
    assert Client().get(address).status_code in (302, 404)


def test_a_browser_that_has_it_is_not_sent_it_again(centre: Centre, now: datetime) -> None:
    case = centre.report(at=now)
    address = f"/matters/{case.pk}/files/{case.matter.attachments.get().pk}/"
    client = browser(centre.operator)
    tag = client.get(address)["ETag"]

    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert (
        browser(centre.other_handler).get(address, headers={"If-None-Match": tag}).status_code
        == 404
    )


def test_a_paper_is_only_ever_saved(centre: Centre, now: datetime) -> None:
    case = centre.report(at=now)
    client = browser(centre.operator)
    paper = SimpleUploadedFile("许可证.html", made.PDF, content_type="text/html")
    answer = client.post(
        f"/matters/{case.pk}/attach/", {"papers": [paper], "title": "许可证", "stage": "other"}
    )
    assert answer.status_code == 302, answer.content.decode()
    row = case.matter.attachments.get(title="许可证")

    answer = client.get(f"/matters/{case.pk}/files/{row.pk}/")

    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["Content-Type"] == "application/pdf"
    assert "许可证" in client.get(f"/cases/{case.pk}/").content.decode()


def test_another_cases_file_is_not_found_under_this_one(centre: Centre, now: datetime) -> None:
    one, other = centre.report(at=now), centre.report(at=now)
    address = f"/matters/{one.pk}/files/{other.matter.attachments.get().pk}/"

    assert browser(centre.operator).get(address).status_code == 404


def test_what_is_taken_off_is_gone_from_the_page(centre: Centre, now: datetime) -> None:
    case = centre.report(at=now)
    row = case.matter.attachments.get()
    client = browser(centre.worker)
    assert "take-off" in client.get(f"/cases/{case.pk}/").content.decode()

    answer = client.post(f"/matters/{case.pk}/files/{row.pk}/take-off/", {"reason": "拍到了人脸"})

    assert answer.status_code == 302
    assert client.get(f"/matters/{case.pk}/files/{row.pk}/").status_code == 404
    assert "data-picture>" not in client.get(f"/cases/{case.pk}/").content.decode()


def test_a_file_lost_from_the_store_is_said_in_words(
    centre: Centre, now: datetime, tmp_path: Any
) -> None:
    case = centre.report(at=now)
    row = case.matter.attachments.get()
    for file in tmp_path.rglob(f"{row.sha256}*"):
        file.unlink()

    answer = browser(centre.operator).get(f"/matters/{case.pk}/files/{row.pk}/")

    assert answer.status_code == 422
    assert "从备份恢复" in answer.content.decode()


def test_many_pictures_cost_a_page_no_more_questions(centre: Centre, now: datetime) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    case = centre.report(at=now)
    client = browser(centre.operator)
    costs = []
    for shades in ((), range(1, 9)):
        more = [picture(shade) for shade in shades]
        attach(matter=case.matter, stage=Stage.OTHER, files=more, by=centre.worker, at=now)
        client.get(f"/cases/{case.pk}/")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/cases/{case.pk}/")
        costs.append(len(captured.captured_queries))

    assert costs[0] == costs[1]
