"""Renew the lock files from pyproject.toml: `make lock`.

Two files, one set of versions: everything, and what running alone needs (a smaller download for
somebody who only wants to see the demo). The second is held to the first's versions. No registry
address is written into either, so each machine uses its own mirror.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILE = [
    *("uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes"),
    *("--no-emit-index-url", "--no-emit-find-links", "--python-version", "3.11"),
    *("--custom-compile-command", "make lock", "pyproject.toml"),
]
WHOLE, RUN = "requirements.lock", "requirements-run.lock"


def main() -> int:
    """Write both files; return the exit code of the first that failed."""
    for command in (
        [*COMPILE, "--group", "dev", "-o", WHOLE],
        [*COMPILE, "--constraints", WHOLE, "-o", RUN],
    ):
        command[0] = str(ROOT / ".venv" / "bin" / command[0])
        if code := subprocess.run(command, cwd=ROOT, check=False).returncode:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
