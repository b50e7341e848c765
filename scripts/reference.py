"""Draw `docs/reference/` from the code, or with `--check` say which page is stale.

Each page is a function below that returns Markdown or JSON. What is drawn is what runs: rights,
verbs, pages, settings, tables, the sheets' columns and the code systems behind them.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "reference"
NOTE = "<!-- Drawn from the code by `make reference`; edit the code, not this page. -->\n\n"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true", help="say which pages are stale")
    check = arguments.parse_args().check
    _load()
    stale = []
    for name, draw in PAGES.items():
        text = (NOTE if name.endswith(".md") else "") + draw().rstrip() + "\n"
        page = FOLDER / name
        if page.exists() and page.read_text() == text:
            continue
        stale.append(name)
        if not check:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text)
    if check and stale:
        print(f"Stale pages in docs/reference: {', '.join(stale)}. Run `make reference`.")
        return 1
    return 0


def _load() -> None:
    sys.path.insert(0, str(ROOT / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gezhi.wiring.settings")
    import django
    from django.utils import translation

    django.setup()
    translation.activate("zh-hans")
    import gezhi.wiring.urls
    import gezhi.wiring.urls_district  # noqa: F401 - declares the district's right


def table(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; cells are escaped, so any text may stand in one."""

    def line(cells: Iterable[object]) -> str:
        return (
            "| " + " | ".join(str(c).replace("|", "\\|").replace("\n", " ") for c in cells) + " |"
        )

    headings = list(headings)
    return "\n".join([line(headings), line("---" for _ in headings), *map(line, rows)]) + "\n"


def first_line(text: str | None) -> str:
    return inspect.cleandoc(text or "").split("\n\n")[0].replace("\n", " ")


def rights() -> str:
    """Rights, and the roles that hold them at first."""
    from gezhi.base.rights import all_rights
    from gezhi.core.staff.roles import FIRST_ROLES

    holders: dict[str, list[str]] = {}
    for role in FIRST_ROLES:
        for code in role.rights:
            holders.setdefault(code, []).append(str(role.title))
    rows = [
        (
            f"`{right.code}`",
            right.title,
            "岗位所在网格" if right.where else "不分地方",
            "需要" if right.second_factor else "",
            "、".join(holders.get(right.code, [])),
        )
        for right in all_rights()
    ]
    head = "# Rights 权限\n\nCode knows rights; roles are data, and an office may adjust them.\n\n"
    return head + table(("right", "权限", "范围", "二次验证", "起始角色"), rows)


def verbs() -> str:
    """Every named write."""
    from gezhi.core.journal.actions import verbs as known

    rows = [
        (f"`{v.code}`", v.title, f"`{v.right.code}`" if v.right else "")
        for v in sorted(known.values(), key=lambda verb: verb.code)
    ]
    head = (
        "# Verbs 动作\n\nEvery write: one transaction, one line in the journal. Jobs may follow a "
        "verb by its code.\n\n"
    )
    return head + table(("verb", "动作", "权限"), rows)


def pages() -> str:
    """Every screen with its address and right."""
    from gezhi.base.pages.urls import all_pages

    rows = [
        (
            f"`/{page.path}`",
            page.title,
            "public" if page.public else f"`{page.right.code}`",
            first_line(page.__doc__) if page.__doc__ != page.__mro__[1].__doc__ else "",
        )
        for page in sorted(all_pages(), key=lambda page: page.path)
    ]
    return "# Pages 页面\n\n" + table(("address", "页面", "right", "what for"), rows)


def settings() -> str:
    """Every environment variable the settings read, with its default and the words beside it."""
    source = (ROOT / "src/gezhi/wiring/settings.py").read_text()
    rows = [
        (f"`{name}`", f"`{default}`" if default else "", words)
        for name, default, words in sorted(_variables(ast.parse(source)))
    ]
    head = "# Settings 设置\n\nThe environment is all that is read.\n\n"
    return head + table(("variable", "default", "what it does"), rows)


def _variables(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    for index, node in enumerate(tree.body):
        following = tree.body[index + 1] if index + 1 < len(tree.body) else None
        words = ""
        if (
            isinstance(following, ast.Expr)
            and isinstance(following.value, ast.Constant)
            and isinstance(following.value.value, str)
        ):
            words = first_line(following.value.value)
        for call in ast.walk(node):
            if not isinstance(call, ast.Call) or not call.args:
                continue
            name = call.args[0]
            if isinstance(name, ast.Constant) and str(name.value).startswith("GEZHI_"):
                default = ast.unparse(call.args[1]) if len(call.args) > 1 else ""
                yield str(name.value), default, words


def tables() -> str:
    """Tables and columns, with the constraints that always hold."""
    from django.db import models

    from gezhi.base.areas import areas

    parts = ["# Tables 数据表\n"]
    for area in areas():
        for model in area.get_models():
            meta = model._meta
            parts.append(
                f"## {meta.verbose_name} `{meta.db_table}`\n\n{first_line(model.__doc__)}\n"
            )
            fields = [f for f in meta.get_fields() if isinstance(f, models.Field)]
            parts.append(
                table(
                    ("column", "名称", "kind"),
                    ((f"`{f.column}`", f.verbose_name, type(f).__name__) for f in fields),
                )
            )
            if meta.constraints:
                parts.append("".join(f"- {c.name.replace('_', ' ')}\n" for c in meta.constraints))
    return "\n".join(parts)


def sheets() -> str:
    """Columns of the sheets that are imported, with the headings each is known by."""
    from gezhi.core.registry.sheet_templates import TEMPLATES

    parts = ["# Sheets 导入表\n"]
    for template in TEMPLATES.values():
        rows = (
            (
                column.heading + ("*" if column.required else ""),
                f"`{column.field}`" if column.kept else "不入库",
                "、".join(column.aliases),
            )
            for column in template.columns
        )
        parts.append(f"## {template.title}\n")
        parts.append(table(("列名（* 必填）", "field", "也认作"), rows))
    return "\n".join(parts)


def personal_fields() -> str:
    """Every personal field: who wants it, why, on what ground, for how long."""
    from gezhi.core.privacy.wanted import personal_fields_reference

    return personal_fields_reference()


def openapi() -> str:
    """The API: every operation, what it takes and answers, and the right it needs."""
    from gezhi.wiring.api import described

    return json.dumps(described(), ensure_ascii=False, indent=1)


def _besides(step: Any) -> str:
    """What else the table says of a step."""
    said = {
        "by the platform alone": step.by_system,
        "may lead straight on": bool(step.onward),
        "waits for child matters": step.after_children,
        "of many at once": step.in_bulk,
        "only who has it in hand": step.by_holder,
        "nobody is asked to": not step.expected and not step.by_system,
    }
    return "; ".join(words for words, holds in said.items() if holds)


def workflows() -> str:
    """Every kind of work: its states and steps as a picture, then what each step asks."""
    from gezhi.engines.matters.language import workflows

    parts = ["# Workflows", "", "Each kind of work as its table declares it.", ""]
    for kind, workflow in sorted(workflows.items()):
        parts += [f"## {workflow.title} `{kind}`", "", "```mermaid", "stateDiagram-v2"]
        parts += [f"    {state.value}: {state.label}" for state in workflow.states]
        parts.append(f"    [*] --> {workflow.opens_in}")
        for one in workflow.steps:
            parts += [
                f"    {state} --> {one.leads_on(state)}: {one.title}"
                for state in sorted(one.leaves)
            ]
        parts += [f"    {state} --> [*]" for state in sorted(workflow.ends_in)]
        parts += ["```", ""]
        parts.append(
            table(
                (
                    "step",
                    "中文",
                    "leaves",
                    "enters",
                    "right",
                    "needs",
                    "not by",
                    "clocks",
                    "besides",
                ),
                (
                    (
                        f"`{one.code}`",
                        one.title,
                        ", ".join(sorted(one.leaves)),
                        one.enters or "(stays)",
                        f"`{one.right.code}`",
                        ", ".join(sorted(one.needs)) or "-",
                        ", ".join(one.not_by) or "-",
                        " ".join((*(f"+{c}" for c in one.starts), *(f"-{c}" for c in one.stops)))
                        or "-",
                        _besides(one) or "-",
                    )
                    for one in workflow.steps
                ),
            )
        )
        parts.append(
            table(
                ("clock", "中文", "stands still in"),
                (
                    (f"`{one.code}`", one.title, ", ".join(sorted(one.pauses_in)) or "-")
                    for one in workflow.clocks
                ),
            )
        )
    return "\n".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "rights.md": rights,
    "verbs.md": verbs,
    "workflows.md": workflows,
    "pages.md": pages,
    "settings.md": settings,
    "tables.md": tables,
    "sheets.md": sheets,
    "personal-fields.md": personal_fields,
    "openapi.json": openapi,
}

if __name__ == "__main__":
    sys.exit(main())
