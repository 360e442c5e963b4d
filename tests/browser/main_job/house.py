"""A Keel of one's own: the real `keel serve` as a process, on a fresh database whose clock may be moved."""

from __future__ import annotations

import multiprocessing
import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
COMMAND = (sys.executable, "-c", "from app.cli import main; main()")
PATIENCE = 60
# Most of what a short command costs is importing, and that is done once for all of them.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["app.cli.commands"])


@dataclass
class House:
    """Where it lives, and the link its first start printed."""

    home: Path
    port: int
    welcome: str = ""
    passed: timedelta = timedelta()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def keel(self, *words: str, expect: int = 0) -> str:
        """Run a command beside the server and return what it said."""
        said = self.home.with_name("said.txt")
        child = _FORKS.Process(target=_run, args=(words, self._environment(), said))
        child.start()
        child.join(PATIENCE)
        child.kill()  # does nothing to one that has ended
        assert child.exitcode == expect, said.read_text()
        return said.read_text()

    def let_pass(self, *, days: int) -> None:
        """Move the clock of the database; the server follows at its next tick."""
        self.keel("clock", "advance", f"P{days}D")
        self.passed += timedelta(days=days)

    def day(self, number: int = 0) -> str:
        """Return the day so many days from the present of the database, as an input of a page takes it."""
        return (datetime.now(UTC) + self.passed + timedelta(days=number)).date().isoformat()

    def tamper(self, *statements: str) -> None:
        """Do to the database what no service would."""
        with closing(sqlite3.connect(self.home / "keel.db", timeout=20)) as connection, connection:
            for statement in statements:
                connection.execute(statement)

    @contextmanager
    def served(self) -> Iterator[None]:
        """Serve while the block runs; an orderly end is part of it."""
        with (self.home / "serve.log").open("w") as log:
            process = subprocess.Popen(
                (*COMMAND, "serve"),
                cwd=ROOT,
                env=self._environment(),
                text=True,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        try:
            self.welcome = _greeting(process)
            yield
            process.terminate()
            assert process.wait(timeout=PATIENCE) == 0
        finally:
            process.kill()
            process.communicate()

    def _environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("KEEL_")}
        return clean | {
            "KEEL_HOME": str(self.home),
            "KEEL_PORT": str(self.port),
            "KEEL_TICK_SECONDS": "0.3",
            "PYTHONUNBUFFERED": "1",
        }


def _run(words: tuple[str, ...], environment: dict[str, str], said: Path) -> None:
    """Be the command: in its environment, with all it says in a file."""
    os.environ.clear()
    os.environ.update(environment)
    with said.open("w") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
        import_module("app.cli.commands").main(words)


def _greeting(process: subprocess.Popen[str]) -> str:
    """Read the first lines until the server listens; return the first admin's link if there is one."""
    assert process.stdout is not None
    link = ""
    for line in process.stdout:
        if found := re.search(r"http\S+/welcome/\S+", line):
            link = found[0]
        if "No mail server" in line:
            return link
    raise AssertionError("the server did not start")


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
