"""The tree of folders: an import names a folder above its own, and files hold what they are for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "src" / "gezhi"
STOREYS = ("base", "core", "engines", "services", "wiring")
FILES = [path for path in sorted(SRC.rglob("*.py")) if "migrations" not in path.parts]
CODE = [path for path in FILES if "tests" not in path.parts]
NAMES = {
    "apps",
    "rules",
    "models",
    "rights",
    "outside",
    "queries",
    "actions",
    "language",
    "matters",
    "ledger",
    "forms",
    "pages",
    "api",
    "jobs",
    "demo",
}
"""Files whose name says what is in them; each may also be a folder."""
WHOLE_SUBJECTS = {"imports"}
"""Folders that hold one subject from reading a sheet to undoing it, named writes included."""
ONE_ACT = {
    "core/privacy/retention.py",
}
"""Files that hold one act with all it needs. Another one is a decision: write it down here."""
AREAS = [
    folder
    for storey in ("core", "engines", "services")
    if (SRC / storey).is_dir()
    for folder in sorted((SRC / storey).iterdir())
    if (folder / "apps.py").exists()
]


def name(path: Path) -> str:
    return str(path.relative_to(SRC))


def imports(path: Path) -> Iterator[tuple[str, ...]]:
    """Modules of the house a file imports anywhere, as parts below `gezhi`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            # `from gezhi.core.staff import rules` may name a module or something in one.
            found = [node.module]
            found += [f"{node.module}.{one.name}" for one in node.names]
        elif isinstance(node, ast.Import):
            found = [one.name for one in node.names]
        else:
            continue
        for module in found:
            parts = module.split(".")
            if parts[0] == "gezhi" and len(parts) > 1:
                yield tuple(parts[1:])


def reaches_up(path: Path, parts: tuple[str, ...]) -> bool:
    """Whether an import names the file's own folder or one above it in the listing."""
    own = path.relative_to(SRC).parts
    if parts[0] != own[0]:
        return STOREYS.index(parts[0]) < STOREYS.index(own[0])
    if own[0] in ("base", "wiring") or len(parts) < 2 or parts[1] == own[1]:
        return True
    return own[0] == "core" and parts[1] < own[1]


@pytest.mark.parametrize("path", CODE, ids=name)
def test_an_import_names_a_folder_above_its_own(path: Path) -> None:
    if path.parent == SRC:
        return
    wrong = {".".join(parts) for parts in imports(path) if not reaches_up(path, parts)}

    assert not wrong


def test_an_import_that_points_down_is_seen() -> None:
    assert not reaches_up(SRC / "core" / "places" / "x.py", ("core", "staff", "models"))
    assert not reaches_up(SRC / "base" / "x.py", ("core", "cells"))
    assert reaches_up(SRC / "core" / "staff" / "x.py", ("core", "places", "models"))


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_what_an_area_declares_stands_in_the_file_named_for_it(area: Path) -> None:
    """Tables in models, rights in rights, named writes in actions, pages in pages, jobs in jobs."""
    wrong = []
    for path in sorted(area.rglob("*.py")):
        parts = path.relative_to(area).parts
        if parts[0] in ("tests", "migrations"):
            continue
        homes = {part.removesuffix(".py") for part in parts}
        for what, home in declared(path):
            stands_alone = name(path) in ONE_ACT or parts[0] in WHOLE_SUBJECTS
            if home not in homes and not (home == "actions" and stands_alone):
                wrong.append(f"{name(path)}: {what} belongs in {home}")
    assert not wrong, "\n".join(wrong)


def declared(path: Path) -> Iterator[tuple[str, str]]:
    """(what, file it belongs in) for the declarations a file makes at its top."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ClassDef):
            bases = {ast.unparse(base) for base in node.bases}
            if "models.Model" in bases:
                yield f"table {node.name}", "models"
            if bases & {"ui.ListPage", "ui.DetailPage", "ui.FormPage", "ui.Page", "ui.StepPage"}:
                yield f"page {node.name}", "pages"
            if bases & {"Area"}:
                yield f"area {node.name}", "apps"
        elif isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                if ast.unparse(called) == "action":
                    yield f"action {node.name}", "actions"
        elif (
            isinstance(node, ast.Assign | ast.AnnAssign)
            and isinstance(node.value, ast.Call)
            and ast.unparse(node.value.func) == "Right"
        ):
            yield f"right {ast.unparse(node.value.args[0])}", "rights"


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_rules_know_no_database_no_clock_and_no_framework(area: Path) -> None:
    wrong = []
    for path in sorted(area.glob("*rules.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import | ast.ImportFrom):
                module = getattr(node, "module", "") or node.names[0].name
                if module.startswith("django") or module.endswith((".models", ".queries")):
                    wrong.append(f"{name(path)} imports {module}")
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".now", ".today")):
                wrong.append(f"{name(path)}:{node.lineno} asks the clock")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", CODE, ids=name)
def test_a_file_can_be_read_in_one_sitting_and_says_what_it_is(path: Path) -> None:
    text = path.read_text()

    assert len(text.splitlines()) <= 400, "part it"
    if path.name not in ("__init__.py", "apps.py", "formats.py", "__main__.py") and text.strip():
        assert ast.get_docstring(ast.parse(text)), "say in one line what the file holds"
