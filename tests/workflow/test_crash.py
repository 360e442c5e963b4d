"""T01, short: a server that is killed in the middle of its work loses nothing and does nothing twice."""

from __future__ import annotations

import os
import random
import re
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app import lifecycles
from app.accounts.sessions import begin
from app.cli.server import bare_server
from app.cli.startup import bring_up_to_date
from app.foundation.clock import Clock
from app.foundation.db import sqlite_driver
from app.foundation.installation import Purpose
from app.foundation.unit_of_work import unit_of_work
from app.trail.service import open_chain
from app.trail.verification import verify
from app.workflow import instances
from app.workflow.definitions import insert_version
from app.workflow.lifecycle import registry
from tests.benchmarks.serving import ROOT, environment_for, free_port
from tests.factories.accounts import a_person
from tests.factories.organisation import a_site
from tests.workflow.crash_server import BUNDLE, LIFECYCLE

ROUNDS, CLIENTS = 20, 4
EARLY = 0.5
READY_SECONDS = 60.0  # generous: a busy machine is no defect
NEXT_TASK = "SELECT id FROM task WHERE state = 'open' AND instance_id = ?"
ORACLE = {
    "submissions": "SELECT count(*) FROM submission",
    "effects": "SELECT count(*) FROM comment",
    "different effects": "SELECT count(DISTINCT text) FROM comment",
    "mails": "SELECT count(DISTINCT key) FROM outbox_mail",
    "finished tasks": "SELECT count(*) FROM task WHERE state = 'done'",
    "trail": "SELECT count(*) FROM trail_entry WHERE verb = 'task.completed'",
}
TORN = """SELECT count(*) FROM process_instance AS one WHERE
    (one.state = 'over') = EXISTS (SELECT 1 FROM task WHERE instance_id = one.id AND state = 'open')"""


@dataclass
class Client:
    """Somebody at work who writes down what the server said it had done."""

    port: int
    cookie: str
    database: Path
    instance: int
    page: tuple[str, str] | None = None  # its token and cookies; an open page outlives the server
    has_page: threading.Event = field(default_factory=threading.Event)
    has_answer: threading.Event = field(default_factory=threading.Event)
    acknowledged: set[str] = field(default_factory=set)
    unanswered: tuple[int, str] | None = None

    def work(self) -> None:
        """Complete tasks until the server is gone; first ask again about what was left unanswered."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as line:
            try:
                self.page = self.page or self._open_page(line)
                self.has_page.set()
                while True:
                    task, token = self.unanswered or (self._next(), secrets.token_hex(16))
                    self.unanswered = task, token
                    self._post(line, f"/tasks/{task}/complete", token, *self.page)
                    self.acknowledged.add(token)
                    self.unanswered = None
                    self.has_answer.set()
            except (OSError, HTTPException):
                return

    def _open_page(self, line: HTTPConnection) -> tuple[str, str]:
        line.request("GET", "/inbox", headers={"Cookie": f"keel-session={self.cookie}"})
        answer = line.getresponse()
        found = re.search(r'name="csrf-token" content="([^"]+)"', answer.read().decode())
        session = re.search(r"keel=[^;]+", answer.headers["Set-Cookie"] or "")
        assert found is not None
        assert session is not None
        return found[1], f"keel-session={self.cookie}; {session[0]}"

    def _post(self, line: HTTPConnection, path: str, token: str, forgery: str, cookies: str) -> None:
        kind = "application/x-www-form-urlencoded"
        answers = {"csrf_token": forgery, "_token": token, "_version": "1", "again": "true"}
        line.request("POST", path, urlencode(answers), {"Cookie": cookies, "Content-Type": kind})
        answer = line.getresponse()
        answer.read()
        assert answer.status == 303, answer.status

    def _next(self) -> int:
        with closing(sqlite3.connect(self.database)) as rows:
            return int(rows.execute(NEXT_TASK, (self.instance,)).fetchone()[0])


@dataclass
class Server:
    """`keel serve`, again and again: each time a process of its own, which can be killed."""

    port: int
    starter: subprocess.Popen[str]
    pid: int | None = None

    def start(self) -> None:
        """Serve, and return when it answers."""
        assert self.starter.stdin is not None
        assert self.starter.stdout is not None
        self.starter.stdin.write("serve\n")
        self.starter.stdin.flush()
        self.pid = int(self.starter.stdout.readline())
        begun = time.monotonic()
        while not self._answers():
            assert time.monotonic() - begun < READY_SECONDS, "the server did not start"
            time.sleep(0.01)

    def kill(self) -> None:
        """Kill it as a power cut would."""
        if self.pid is not None:
            os.kill(self.pid, signal.SIGKILL)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    port = free_port()
    starter = subprocess.Popen(
        [sys.executable, "-m", "tests.workflow.crash_server"],
        cwd=ROOT,
        env={**environment_for(home), "KEEL_PORT": str(port)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    server = Server(port, starter)
    yield server
    with suppress(ProcessLookupError):
        server.kill()
    starter.communicate()


def found(home: Path) -> list[tuple[str, int]]:
    """Make a database with a person and an open instance at a site for each client."""
    with bare_server(environment_for(home)):
        registry.use([*lifecycles.LIFECYCLES, LIFECYCLE], parts=registry.parts())
        bring_up_to_date()
        with unit_of_work() as uow:
            open_chain(uow, Purpose.TEST)
            insert_version(uow, BUNDLE, LIFECYCLE, "for a test")
        return [_place() for _number in range(CLIENTS)]


def _place() -> tuple[str, int]:
    with unit_of_work() as uow:
        site = a_site(uow)
        person = a_person(uow, roles=[("quality_manager", site)], site_id=site)
        cookie = begin(uow, person.id, browser="a test", address="127.0.0.1")
    with unit_of_work() as uow:
        return cookie, instances.start(uow, "crash", {"title": "Crash", "site_id": site}).id


def load_and_kill(clients: list[Client], server: Server, chance: random.Random) -> None:
    """Let all work and kill the server: now and then before somebody had an answer."""
    for client in clients:
        client.has_page.clear()
        client.has_answer.clear()
    threads = [threading.Thread(target=client.work) for client in clients]
    for thread in threads:
        thread.start()
    for client in clients:
        is_early = chance.random() < EARLY
        (client.has_page if is_early else client.has_answer).wait(READY_SECONDS)
    time.sleep(chance.uniform(0.0, 0.3))
    server.kill()
    for thread in threads:
        thread.join()


def assert_whole(home: Path, clients: list[Client]) -> None:
    """The oracle: what was promised is there, once, with its effects, and the evidence holds."""
    engine = create_engine(f"sqlite:///{home / 'keel.db'}", module=sqlite_driver())
    with Session(engine) as session:
        counts = {name: session.scalar(text(sql)) for name, sql in ORACLE.items()}
        kept = set(session.scalars(text("SELECT form_token FROM submission")))
        torn = session.scalar(text(TORN))
        sound = session.scalar(text("PRAGMA integrity_check"))
        trail = verify(session)
    engine.dispose()

    assert set().union(*(client.acknowledged for client in clients)) <= kept
    assert len(set(counts.values())) == 1, counts
    assert (torn, sound, trail.first_bad_seq) == (0, "ok", None)


@pytest.mark.slow
def test_a_killed_server_loses_nothing_it_acknowledged_and_repeats_nothing(
    home: Path, server: Server, clock: Clock
) -> None:
    clock.release()
    chance, database = random.Random(5), home / "keel.db"
    clients = [Client(server.port, cookie, database, instance) for cookie, instance in found(home)]

    for _round in range(ROUNDS):
        server.start()
        load_and_kill(clients, server, chance)
        assert_whole(home, clients)

    assert sum(len(client.acknowledged) for client in clients) > ROUNDS
