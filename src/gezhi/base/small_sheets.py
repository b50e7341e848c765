"""A short list out of a workbook, for forms that take a few lines: not for registers.

As with any sheet, the file is opened by a process of its own with little memory and time and
without settings, keys or database: `python small_sheets.py` reads a workbook and writes its lines.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import Final

MOST_LINES: Final = 2_000
_MEMORY: Final = 1 << 30
"""Bytes of address space for the process that opens it."""
_SECONDS: Final = 10


def is_workbook(content: bytes) -> bool:
    """Whether bytes look like an .xlsx (a zip) or an .xls (a compound file)."""
    return content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


def lines_of(content: bytes) -> list[str] | None:
    """The lines of a workbook's first sheet, cells between commas, days as 2027-02-10.

    None where it cannot be opened: damaged, protected, or far too large.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", __file__],
            input=content,
            capture_output=True,
            timeout=2 * _SECONDS,
            env={"LANG": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        return None
    lines: list[str] = json.loads(done.stdout)
    return lines


def _cell(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).removesuffix(" 00:00:00")


def _main() -> int:
    import resource

    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        sheet = book.get_sheet_by_index(0)
        if sheet.height > MOST_LINES:
            return 1
        rows = sheet.to_python()
    except (CalamineError, PasswordError, ValueError, OSError, MemoryError):
        return 1
    lines = [",".join(map(_cell, row)) for row in rows]
    sys.stdout.write(json.dumps(lines))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
