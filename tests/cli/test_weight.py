from __future__ import annotations

import subprocess
import sys

import pytest

from tests.benchmarks.serving import ROOT

# Each weighs megabytes, and a web process that never comes to it must not carry it.
HEAVY = ("alembic", "cryptography", "holidays", "mako", "pygments", "rapidfuzz", "typst", "xlsxwriter")


@pytest.mark.slow
def test_the_command_that_serves_loads_no_heavy_library_at_its_start() -> None:
    ask = f"import app.cli.commands, sys; print(*sorted(sys.modules.keys() & {set(HEAVY)!r}))"

    done = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.split() == []
