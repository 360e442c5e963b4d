"""Things that take long to make and are only copied after: made once for all workers of a run."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Facts = dict[str, Any]


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Facts]) -> tuple[Path, Facts]:
    """Return a folder that all workers share, and what its maker said of it (in JSON).

    Effects: the first worker that asks makes it; the others wait for it.
    """
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder, note = root / name, root / f"{name}.json"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            folder.mkdir()
            note.write_text(json.dumps(make(folder)))
    return folder, dict(json.loads(note.read_text()))
