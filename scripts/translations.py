"""Compile translations (.po to .mo) without GNU gettext, which a bare machine lacks."""

from __future__ import annotations

import ast
import struct
from pathlib import Path

from gezhi.base.terminal import Trouble, say

MAGIC = 0x950412DE
CONTEXT_MARK = "\x04"


def compile_all(folder: Path) -> None:
    """Compile each .po below `folder` whose .mo is missing or older."""
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        draft = target.with_suffix(".mo.new")
        draft.write_bytes(to_mo(read_po(source)))
        draft.replace(target)


def read_po(source: Path) -> dict[str, str]:
    """Return the messages of a .po file as a .mo keys them; fuzzy and empty ones are left out."""
    messages: dict[str, str] = {}
    entry: dict[str, str] = {}
    fuzzy = False
    field = ""

    def finish() -> None:
        nonlocal entry, fuzzy, field
        if "msgid" in entry and not (fuzzy and entry["msgid"]):
            key = entry["msgid"]
            if "msgid_plural" in entry:
                key += "\0" + entry["msgid_plural"]
            if "msgctxt" in entry:
                key = entry["msgctxt"] + CONTEXT_MARK + key
            forms = [text for name, text in sorted(entry.items()) if name.startswith("msgstr")]
            if all(forms):
                messages[key] = "\0".join(forms)
        entry, fuzzy, field = {}, False, ""

    for number, raw in enumerate(source.read_text("utf-8").splitlines(), start=1):
        line = raw.strip()
        if not line:
            finish()
        elif line.startswith("#"):
            if entry.get("msgid") is not None and "msgstr" in "".join(entry):
                finish()
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
        else:
            if not line.startswith('"'):
                field, _, line = line.partition(" ")
                starts_next = field in ("msgctxt", "msgid") and "msgstr" in "".join(entry)
                if starts_next:
                    begun = field
                    finish()
                    field = begun
                entry[field] = ""
            try:
                entry[field] += ast.literal_eval(line.strip())
            except (SyntaxError, ValueError, KeyError, TypeError):
                raise Trouble(
                    say(
                        f"{source} 第 {number} 行不是有效的翻译条目。",
                        f"{source} line {number} is not a valid line of a translation.",
                    )
                ) from None
    finish()
    return messages


def to_mo(messages: dict[str, str]) -> bytes:
    """Return the binary catalogue gettext reads: two sorted tables of offsets, then the texts."""
    pairs = sorted((key.encode(), text.encode()) for key, text in messages.items())
    start = 7 * 4 + 16 * len(pairs)
    keys, texts = b"", b""
    key_table: list[int] = []
    text_table: list[int] = []
    for key, _ in pairs:
        key_table += [len(key), start + len(keys)]
        keys += key + b"\0"
    for _, text in pairs:
        text_table += [len(text), start + len(keys) + len(texts)]
        texts += text + b"\0"
    head = struct.pack("<7I", MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start)
    return head + struct.pack(f"<{4 * len(pairs)}I", *key_table, *text_table) + keys + texts
