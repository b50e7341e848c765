"""The photo field of a form: bad files refused one by one, good ones kept while it is mended."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from PIL import Image

from gezhi.engines.matters.attachments.fields import PapersField, PhotosField
from gezhi.engines.matters.tests.attachments import made

pytestmark = pytest.mark.django_db


class WithPhotos(forms.Form):
    words = forms.CharField()
    photos = PhotosField(offers_place=True)


class WithPapers(forms.Form):
    papers = PapersField(required=True)


def sent(*files: bytes | tuple[str, bytes], name: str = "photos", **data: Any) -> Any:
    """A form as it arrives with some files."""
    named = [one if isinstance(one, tuple) else (f"{n}.jpg", one) for n, one in enumerate(files)]
    uploaded = MultiValueDict({name: [SimpleUploadedFile(*one) for one in named]})
    kind: Any = WithPapers if name == "papers" else WithPhotos
    posted = {key: one if isinstance(one, list) else [one] for key, one in data.items()}
    return kind(MultiValueDict(posted), uploaded)


BAD = {
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a drawing": made.SVG,
    "an animation": made.animation(),
    "HEIC": made.HEIC,
    "a bomb": made.png_bomb(),
    "cut short": made.photo()[:700],
    "empty": b"",
    "a PDF": made.PDF,
    "a program": b"MZ\x90\0" * 40,
    "a JPEG in its first bytes only": b"\xff\xd8\xff\xe0" + b"<script>" * 50,
}


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_by_its_number_and_name_and_the_good_stay(raw: bytes) -> None:
    form = sent(made.photo(), ("坏照片.jpg", raw), words="楼下")

    assert not form.is_valid()
    (sentence,) = form.errors["photos"]
    assert sentence.startswith("第2个（坏照片.jpg）：")
    assert "data:image/jpeg;base64," in str(form["photos"])
    assert str(form["photos"]).count('name="photos_kept"') == 1


def test_a_wrong_ending_is_nobodys_business() -> None:
    form = sent(("photo.exe", made.photo(kind="PNG")), words="楼下")

    assert form.is_valid(), form.errors
    assert form.cleaned_data["photos"][0].media_type == "image/jpeg"


def test_a_script_in_a_picture_is_left_behind() -> None:
    form = sent(made.png_with_script(), made.photo() + made.SVG, words="楼下")

    assert form.is_valid()
    for one in form.cleaned_data["photos"]:
        assert b"<script>" not in one.content + one.small


def test_fifty_megabytes_are_refused_in_words(settings: Any) -> None:
    form = sent(made.photo() + bytes(50 * 1024 * 1024), words="楼下")

    assert not form.is_valid()
    assert "20 MB" in form.errors["photos"][0]


def test_ten_at_a_time_are_too_many() -> None:
    form = sent(*[made.photo((n * 20) % 256, (32, 32)) for n in range(10)], words="楼下")

    assert form.errors["photos"] == ["一次最多 9 个，请分几次传"]


def test_what_was_sent_stays_while_the_rest_is_mended() -> None:
    first = sent(made.photo(1), made.photo(2))
    assert not first.is_valid()
    words = [one["word"] for one in _kept(first)]

    again = sent(made.photo(3), words="楼下", photos_kept=words[:1])

    assert again.is_valid(), again.errors
    hashes = [one.sha256 for one in again.cleaned_data["photos"]]
    assert hashes[0] == first.cleaned_data["photos"][0].sha256
    assert len(hashes) == 2


def _kept(form: Any) -> Any:
    widget = form["photos"].field.widget
    return widget.get_context("photos", None, {"id": "x"})["widget"]["kept"]


def test_a_kept_photo_nobody_sent_is_refused() -> None:
    form = sent(words="楼下", photos_kept=["made:up:word"])

    assert form.errors["photos"] == ["先前选的文件已过期，请重新选择"]


@pytest.mark.parametrize("used", [True, False])
def test_where_a_photo_was_taken_is_used_only_if_its_sender_says_so(used: bool) -> None:
    more = {"photos_place": "1"} if used else {}
    form = sent(made.photo_with_place(), words="楼下", **more)

    assert form.is_valid()
    (one,) = form.cleaned_data["photos"]
    assert (one.place is not None) is used
    if one.place:
        assert one.place == (pytest.approx(113.54), pytest.approx(34.81))


def test_what_the_browser_read_before_it_made_a_photo_smaller_counts() -> None:
    told = [{"taken": "2022:09:13 08:15:00", "place": [113.54, 34.81], "blurred": [[0, 0, 1, 1]]}]
    form = sent(made.photo(), words="楼下", photos_told=json.dumps(told), photos_place="1")

    assert form.is_valid()
    (one,) = form.cleaned_data["photos"]
    assert one.place == (113.54, 34.81)
    assert f"{one.taken_at:%Y-%m-%d %H:%M %z}" == "2022-09-13 08:15 +0800"
    assert one.blurred
    with Image.open(io.BytesIO(one.content)) as picture:
        colours = picture.convert("L").resize((320, 240)).getcolors(maxcolors=100_000) or []
    assert len(colours) < 120, "six by six cells, and what JPEG makes of their edges"


@pytest.mark.parametrize(
    "told",
    [
        *("no json", "{}", "[1, 2]", '[{"blurred": 3}]', '[{"blurred": [[1, 2], ["a"]]}]'),
        *('[{"place": [1e9, 2]}]', '[{"place": "here", "taken": {}}]', "[[[[["),
    ],
)
def test_nonsense_from_a_browser_is_passed_over(told: str) -> None:
    form = sent(made.photo(), words="楼下", photos_told=told, photos_place="1")

    assert form.is_valid()
    assert form.cleaned_data["photos"][0].place is None


def test_without_script_there_is_a_camera_and_an_album() -> None:
    html = str(WithPhotos()["photos"])

    assert html.count('type="file"') == 2
    assert 'capture="environment"' in html
    assert 'accept="image/*"' in html
    assert "multiple" in html


def test_forms_do_not_share_what_was_sent() -> None:
    assert sent(made.photo(), words="楼下").is_valid()

    assert "photos_kept" not in str(WithPhotos()["photos"])


def test_a_paper_is_asked_for_where_it_must_be_there() -> None:
    assert sent(name="papers").errors["papers"] == ["请至少选择一个文件"]
    assert sent(("许可证.txt", made.PDF), name="papers").is_valid()
    form = sent(("许可证.pdf", made.photo()), name="papers")
    assert "第1个（许可证.pdf）：只收" in form.errors["papers"][0]
