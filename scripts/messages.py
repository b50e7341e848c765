"""Gather the sentences people read, and bring the English catalogue up to date with them.

`python -m scripts.messages` adds what is new with an empty translation and drops what is gone;
`--missing` lists what still wants translating. GNU gettext is not needed.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from django.utils.translation.template import templatize
from scripts.translations import CONTEXT_MARK, read_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "gezhi"
ENGLISH = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
FUNCTIONS = (
    *("gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"),
    *("pgettext", "pgettext_lazy"),
)
QUOTED = r"""(u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))"""
IN_TEMPLATE = re.compile(rf"\b(?:gettext|_)\(\s*{QUOTED}\s*\)", re.DOTALL)
PLURAL = re.compile(rf"\bngettext\(\s*{QUOTED}\s*,\s*{QUOTED}", re.DOTALL)
HEAD = {
    "Project-Id-Version": "gezhi",
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


def in_python(source: str) -> Iterator[str]:
    """Sentences marked in a Python file, whatever name the marking function is imported by.

    Django marks by its own functions, and rules without Django by the `_` of a `sentences` module.
    """
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if (node.module == "django.utils.translation" and alias.name in FUNCTIONS)
        or ((node.module or "").endswith(".sentences") and alias.name == "_")
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        kind = names.get(node.func.id)
        wanted = 0 if kind is None else 2 if kind[0] in "np" else 1
        words = [
            one.value
            for one in node.args[:wanted]
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        if words:
            mark = CONTEXT_MARK if kind is not None and kind.startswith("p") else "\0"
            yield mark.join(words)


def in_code_tables(source: str) -> Iterator[str]:
    """Titles of the code tables a file declares, a line each: `20 已婚 = 有配偶`."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id == "code_table" and isinstance(node.args[2], ast.Constant):
            for line in str(node.args[2].value).strip().splitlines():
                yield line.partition("=")[0].split()[1]


def in_models(source: str) -> Iterator[str]:
    """What tables, columns and choices are called: people read it, so it is marked by its place."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                if not isinstance(line, ast.Assign):
                    continue
                if isinstance(line.value, ast.Call):
                    yield from (word for one in line.value.args[:1] for word in _words(one))
                elif isinstance(line.targets[0], ast.Name) and line.targets[0].id == "verbose_name":
                    yield from _words(line.value)
        elif isinstance(node, ast.keyword) and node.arg == "verbose_name":
            yield from _words(node.value)
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2:  # a choice: its code, its words
            yield from _words(node.elts[1])


def _words(node: ast.expr) -> Iterator[str]:
    """The literal of a label that says something in Chinese."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_chinese(node.value):
        yield node.value


def is_chinese(words: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in words)


def in_template(source: str) -> Iterator[str]:
    """Sentences marked in a Django template."""
    plain = templatize(source)
    for found in PLURAL.finditer(plain):
        yield "\0".join(str(ast.literal_eval(part.lstrip("u"))) for part in found.groups())
    for found in IN_TEMPLATE.finditer(plain):
        yield str(ast.literal_eval(found[1].lstrip("u")))


def gather(folder: Path) -> dict[str, list[str]]:
    """Each sentence below a folder with the files it stands in; tests say theirs to nobody."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*")):
        sentences: Iterator[str]
        if "tests" in path.parts or "migrations" in path.parts or "vendor" in path.parts:
            continue
        if path.suffix == ".py":
            sentences = chain(in_python(path.read_text()), in_code_tables(path.read_text()))
            if "models" in (path.stem, path.parent.name):
                sentences = chain(sentences, in_models(path.read_text()))
        elif path.suffix == ".html":
            sentences = in_template(path.read_text())
        else:
            continue
        for sentence in sentences:
            places = found.setdefault(sentence, [])
            if (place := path.relative_to(SOURCE).as_posix()) not in places:
                places.append(place)
    return found


def catalogue(sentences: dict[str, list[str]], known: dict[str, str]) -> str:
    """The text of the .po file: sentences in the order of their first place."""
    head = "".join(f"{key}: {value}\n" for key, value in HEAD.items())
    blocks = ['msgid ""\n' + _entry("msgstr", head)]
    for sentence, places in sorted(sentences.items(), key=lambda pair: (pair[1][0], pair[0])):
        context, _mark, words = sentence.rpartition(CONTEXT_MARK)
        one, _sign, many = words.partition("\0")
        said = known.get(sentence, "").split("\0") if sentence in known else []
        lines = [f"#: {place}" for place in places[:3]]
        if "%(" in sentence:
            lines.append("#, python-format")
        if context:
            lines.append(_entry("msgctxt", context).rstrip("\n"))
        lines.append(_entry("msgid", one).rstrip("\n"))
        if many:
            lines.append(_entry("msgid_plural", many).rstrip("\n"))
            for number in (0, 1):
                words = said[number] if len(said) > number else ""
                lines.append(_entry(f"msgstr[{number}]", words).rstrip("\n"))
        else:
            lines.append(_entry("msgstr", said[0] if said else "").rstrip("\n"))
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _entry(name: str, words: str) -> str:
    """One field of an entry; words of several lines stand on several lines."""
    lines = words.splitlines(keepends=True)
    if len(lines) < 2:
        return f"{name} {_quoted(words)}\n"
    return f'{name} ""\n' + "".join(f"{_quoted(line)}\n" for line in lines)


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped.replace(chr(9), chr(92) + "t")}"'


def main() -> int:
    sentences = gather(SOURCE)
    known = read_po(ENGLISH) if ENGLISH.exists() else {}
    missing = [sentence for sentence in sentences if sentence not in known]
    if "--missing" in sys.argv[1:]:
        print("\n".join(sentence.replace("\0", " | ") for sentence in missing))
        return 0
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    ENGLISH.write_text(catalogue(sentences, known))
    print(f"{len(sentences)} sentences, {len(missing)} without English")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
