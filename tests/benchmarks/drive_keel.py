"""Drives Keel over HTTP as `floor_driver` drives the floor, with the same client and the same counts.

usage: drive_keel.py PORT PID SECONDS DATABASE LOOP COOKIE…   (JSON)
"""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parent / "floor"))
from benchlib import Http, rss_mb, stats, throughput

FORM = "application/x-www-form-urlencoded"
FIND_TASK = """SELECT task.id FROM submission JOIN task ON task.instance_id = submission.instance_id
               WHERE submission.form_token = ? AND task.state = 'open'"""
NEXT_TASK = """SELECT id FROM task WHERE state = 'open' AND instance_id = ?"""
WARM_UP, SAMPLES = 20, 100
REWORKS, FEW = 110, 10


class Clerk:
    """A signed-in browser: its cookies, the form token of its session, and a look into the database.

    Ids of tasks are read from the file, untimed: a person would find them in the inbox.
    """

    def __init__(self, port: int, cookie: str, database: str) -> None:
        """Open a page as a browser would, for the cookie and the form token it gives."""
        page = Http("127.0.0.1", port, {"Cookie": f"keel-session={cookie}"})
        status, body = page.req("GET", "/inbox")
        assert status == 200, body
        session = re.search(rb"(?m)^[Ss]et-[Cc]ookie: (keel=[^;]+)", b"\n".join(page.rawhead))
        found = re.search(rb'name="csrf-token" content="([^"]+)"', body)
        assert session is not None
        assert found is not None
        self.forgery = found[1].decode()
        self.http = Http("127.0.0.1", port, {"Cookie": f"keel-session={cookie}; {session[1].decode()}"})
        self.marks: dict[str, str] = {}
        self.rows = sqlite3.connect(f"file:{database}?mode=ro", uri=True, check_same_thread=False)

    def post(self, path: str, **answers: str) -> None:
        body = urlencode({"csrf_token": self.forgery, **answers}).encode()
        status, answer = self.http.req("POST", path, body, FORM)
        assert status == 303, (status, answer[-2000:])

    def start(self) -> str:
        token = secrets.token_hex(16)
        self.post("/start/two_step_approval", title="Torque table", _token=token)
        return token

    def review(self, task: int) -> None:
        self.complete("review", task, verdict="fit")

    def approve(self, task: int) -> None:
        self.complete("approve", task, is_read="true")

    def complete(self, element: str, task: int, *, token: str = "", **answers: str) -> None:
        if element not in self.marks:  # the page's own mark of its form, the same for every such task
            self.marks[element] = self.mark_on(f"/tasks/{task}")
        hidden = {"_token": token or secrets.token_hex(16), "_version": "1", "_form": self.marks[element]}
        self.post(f"/tasks/{task}/complete", **hidden, **answers)

    def mark_on(self, path: str) -> str:
        status, body = self.http.req("GET", path)
        found = re.search(rb'name="_form" value="([^"]+)"', body)
        assert found is not None, (status, body[-2000:])
        return found[1].decode()

    def task_of(self, token: str) -> int:
        return int(self.rows.execute(FIND_TASK, (token,)).fetchone()[0])

    def rework(self, instance: int) -> None:
        task = int(self.rows.execute(NEXT_TASK, (instance,)).fetchone()[0])
        self.complete("repair", task, again="true")

    def unit(self) -> None:
        token = self.start()
        self.review(self.task_of(token))
        self.approve(self.task_of(token))


def timed(work: Callable[[], Any], into: list[float]) -> Any:
    begun = time.perf_counter()
    result = work()
    into.append(time.perf_counter() - begun)
    return result


def latencies(clerk: Clerk) -> dict[str, Any]:
    names = ("start", "submit_to_next", "submit_to_end", "inbox")
    times: dict[str, list[float]] = {name: [] for name in names}
    for _sample in range(SAMPLES):
        token = timed(clerk.start, times["start"])
        task = clerk.task_of(token)
        timed(lambda task=task: clerk.review(task), times["submit_to_next"])
        task = clerk.task_of(token)
        timed(lambda task=task: clerk.approve(task), times["submit_to_end"])
        timed(lambda: clerk.http.req("GET", "/inbox"), times["inbox"])
    return {name: stats(values) for name, values in times.items()}


def growth(clerk: Clerk, instance: int) -> float:
    """Return what completing costs after a hundred rounds in one instance, against the first ones."""
    times: list[float] = []
    for _round in range(REWORKS):
        timed(lambda: clerk.rework(instance), times)
    return median(times[-FEW:]) / median(times[1 : FEW + 1])  # the first one reads the page's mark


def main() -> None:
    port, pid, seconds, database, loop, *cookies = sys.argv[1:]
    clerks = [Clerk(int(port), cookie, database) for cookie in cookies]
    out: dict[str, Any] = {"rss_idle": rss_mb(int(pid))}
    for _number in range(WARM_UP):
        clerks[0].unit()
    out["lat"] = latencies(clerks[0])
    out["growth"] = growth(clerks[0], int(loop))
    if float(seconds):
        out["tput_full_instances"] = [
            throughput(lambda number: clerks[number].unit, clients, float(seconds)) for clients in (1, 4)
        ]
        out["rss_after"] = rss_mb(int(pid))
    sys.stdout.write(json.dumps(out))


if __name__ == "__main__":
    main()
