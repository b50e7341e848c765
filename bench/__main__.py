"""Run the benches: all of them, or those named (`python -m bench import`)."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from bench import figures, ground


def main() -> int:
    """Print a table for each bench; 1 if a bar was missed."""
    found = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    wanted = [f"bench_{name}" for name in sys.argv[1:]] or found
    if unknown := sorted(set(wanted) - set(found)):
        print(f"no such bench: {', '.join(unknown)}; there are {', '.join(found)}")
        return 2
    ground.load()
    missed = 0
    for name in wanted:
        module = importlib.import_module(f"bench.{name}")
        measured = list(module.run())
        missed += sum(one.held is False for one in measured)
        print(figures.table(module.TITLE, measured), flush=True)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
