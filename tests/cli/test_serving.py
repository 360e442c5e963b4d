"""The server as a process: first start, an orderly end, a busy port."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from app.cli.web_server import AddressTaken, WebServer
from tests.conftest import ROOT

WSGI = Iterator[bytes]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def start(home: Path, port: int, *words: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KEEL_")}
    environment |= {"KEEL_HOME": str(home), "KEEL_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", "from app.cli import main; main()", *words]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def read_until(process: subprocess.Popen[str], pattern: str) -> str:
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if re.search(pattern, line):
            return seen
    raise AssertionError(seen)


@pytest.mark.slow
def test_the_first_start_prints_a_link_and_sigterm_ends_it_in_order(tmp_path: Path) -> None:
    port = free_port()
    process = start(tmp_path / "home", port, "serve")
    try:
        output = read_until(process, r"No mail server")
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/nowhere", timeout=5)
        caught.value.close()
        process.send_signal(signal.SIGTERM)
        rest, _none = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()

    assert f"http://127.0.0.1:{port}/welcome/" in output
    assert caught.value.code in {401, 403, 404}
    assert (process.returncode, "Stopped." in rest) == (0, True)


@pytest.mark.slow
def test_a_scheduler_beside_it_ends_in_order_too(migrated_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "keel.db").write_bytes((migrated_home / "keel.db").read_bytes())
    process = start(home, free_port(), "scheduler")
    try:
        read_until(process, "scheduler runs")
        process.send_signal(signal.SIGTERM)
        rest, _none = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()

    assert (process.returncode, "Stopped." in rest) == (0, True)


class Slow:
    """An application whose one answer waits until it is let go."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.let_go = threading.Event()

    def __call__(self, _environ: object, start_response: object) -> list[bytes]:
        self.entered.set()
        self.let_go.wait(10)
        start_response("200 OK", [("Content-Length", "4")])  # type: ignore[operator]
        return [b"done"]


def test_a_request_that_was_begun_is_answered_and_no_other_is_taken() -> None:
    port, slow, answers = free_port(), Slow(), []
    server = WebServer(slow, "127.0.0.1", port)
    serving = threading.Thread(target=server.run)
    serving.start()

    def ask() -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/")
        answers.append(connection.getresponse().read())
        connection.close()

    asking = threading.Thread(target=ask)
    asking.start()
    assert slow.entered.wait(5)
    server.stop()
    is_closed = becomes_closed(port)
    slow.let_go.set()
    asking.join(10)
    serving.join(10)

    assert (answers, is_closed, serving.is_alive()) == ([b"done"], True, False)


def becomes_closed(port: int) -> bool:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return True
    return False


def test_a_busy_port_is_told_in_a_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        with pytest.raises(AddressTaken, match="Cannot listen"):
            WebServer(Slow(), "127.0.0.1", int(other.getsockname()[1]))
