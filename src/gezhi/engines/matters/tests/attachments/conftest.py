from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, settings: Any) -> Path:
    """Each test keeps its files in a folder of its own."""
    settings.FILES = tmp_path / "files"
    return tmp_path / "files"
