"""What set-up rests on: pinned, hashed, without addresses, and readable by its own tools."""

from __future__ import annotations

import gettext
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UI = ROOT / "src" / "gezhi" / "base" / "ui"
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)
HOSTS = ("registry.npmjs" + ".org", "pythonhosted" + ".org", "pypi" + ".org", "npmmirror" + ".com")


@pytest.fixture(autouse=True)
def _scripts_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))


def _pins(name: str) -> set[tuple[str, str]]:
    return set(PIN.findall((ROOT / name).read_text()))


def test_the_demo_runs_on_the_versions_the_tests_ran_on() -> None:
    run, whole = _pins("requirements-run.lock"), _pins("requirements.lock")
    assert run
    assert run <= whole, f"make lock: {sorted(run - whole)}"


def test_every_dependency_of_the_project_is_locked_for_running() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[\[<>=~!; ]", line)[0].lower() for line in project["dependencies"]}
    assert wanted <= {name for name, _ in _pins("requirements-run.lock")}, "make lock"


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-run.lock", "requirements-bootstrap.lock"]
)
def test_every_locked_package_has_its_hashes(name: str) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text())
    bare = [block for block in blocks if PIN.match(block) and "--hash=sha256:" not in block]
    assert bare == []


def test_every_front_end_package_has_its_hash_and_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    named = {path: facts for path, facts in packages.items() if path}
    assert named
    assert all("integrity" in facts and "resolved" not in facts for facts in named.values())


def test_no_committed_file_names_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    found = [
        name
        for name in filter(None, listed.split("\0"))
        if (ROOT / name).is_file()
        and any(host.encode() in (ROOT / name).read_bytes() for host in HOSTS)
    ]
    assert found == []


def test_every_icon_that_pages_name_is_drawn() -> None:
    drawn = set(re.findall(r'id="([^"]+)"', (UI / "vendor" / "icons.svg").read_text()))
    named = {"home"}
    for path in (ROOT / "src").rglob("*.html"):
        named |= set(re.findall(r'{% icon "([^"]+)"', path.read_text()))
    for path in (ROOT / "src").rglob("*.py"):
        named |= set(re.findall(r'\bicon(?:: str)? ?= ?"([^"]+)"', path.read_text()))
    assert named <= drawn, f"add to icons.txt: {sorted(named - drawn)}"


def test_an_icon_that_does_not_exist_is_named_with_its_line() -> None:
    import front

    from gezhi.base.terminal import Trouble

    with pytest.raises(Trouble, match=r"3.*“hous”.*mouse"):
        front.sprite("home\n# a remark\nhous\n")


def test_vendor_files_ask_for_no_source_maps() -> None:
    import front

    for name in front.FILES:
        if name.endswith((".js", ".css")):
            assert b"sourceMappingURL" not in (front.VENDOR / name).read_bytes(), name


def test_translations_read_back_as_written(tmp_path: Path) -> None:
    import translations

    source = tmp_path / "django.po"
    source.write_text(
        '# head\nmsgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        'msgid "姓名"\nmsgstr "Name"\n'
        '#: two.py\nmsgctxt "place"\nmsgid "网格"\nmsgstr ""\n"Gr"\n"id \\"1\\""\n\n'
        '#, fuzzy\nmsgid "旧"\nmsgstr "Old"\n\n'
        'msgid "未译"\nmsgstr ""\n\n'
        'msgid "%d 人"\nmsgid_plural "%d 人们"\nmsgstr[0] "%d person"\nmsgstr[1] "%d people"\n',
        encoding="utf-8",
    )
    read = gettext.GNUTranslations(io.BytesIO(translations.to_mo(translations.read_po(source))))
    assert read.gettext("姓名") == "Name"
    assert read.pgettext("place", "网格") == 'Grid "1"'
    assert read.gettext("旧") == "旧"
    assert read.gettext("未译") == "未译"
    assert [read.ngettext("%d 人", "%d 人们", n) for n in (1, 2)] == ["%d person", "%d people"]


def test_a_broken_translation_is_named_with_its_line(tmp_path: Path) -> None:
    import translations

    from gezhi.base.terminal import Trouble

    source = tmp_path / "django.po"
    source.write_text('msgid "a"\nmsgstr "b\n', encoding="utf-8")
    with pytest.raises(Trouble, match="2"):
        translations.read_po(source)


def test_a_second_set_up_does_nothing() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "setup.py"), "--dev"]
    subprocess.run(command, capture_output=True, check=True, timeout=600)
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr
