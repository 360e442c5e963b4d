"""The two servers side by side, each a process with a database of its own in one folder."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOOR = Path(__file__).parent / "floor"
PATIENCE = 30.0


@dataclass(frozen=True)
class Served:
    """A server that answers: its port and process id."""

    port: int
    pid: int


def environment_for(home: Path) -> dict[str, str]:
    """Return the surroundings of a process: nothing of the caller's own Keel, everything below `home`."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("KEEL_", "FLOOR_"))
    }
    # The floor's fairest arms: as durable as Keel, and with a queue for writers in the process.
    floor = {"FLOOR_DB": f"sqlite:///{home / 'floor.db'}", "FLOOR_SYNC": "FULL", "FLOOR_LOCK": "1"}
    return inherited | floor | {"KEEL_HOME": str(home), "PYTHONPATH": str(ROOT)}


@contextmanager
def served(command: list[str], port: int, environment: Mapping[str, str]) -> Iterator[Served]:
    """Run a server until the block ends."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield Served(port, process.pid)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def floor_served(environment: Mapping[str, str]) -> Iterator[Served]:
    """Serve the floor."""
    port = free_port()
    with served(["tests/benchmarks/serve_floor.py", str(port)], port, environment) as server:
        yield server


@contextmanager
def keel_served(environment: Mapping[str, str]) -> Iterator[Served]:
    """Serve Keel with `keel serve`, tick included."""
    port = free_port()
    surroundings = {**environment, "KEEL_PORT": str(port)}
    with served(["-m", "tests.benchmarks.serve_keel", "serve"], port, surroundings) as server:
        yield server


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"The server on port {port} did not start.")
