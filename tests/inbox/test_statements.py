"""How many statements a completion sends, each with its purpose. The noise-free gate on speed (T4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from app.foundation.db import db
from tests.factories.browser import Browser
from tests.inbox.conftest import Company
from tests.inbox.test_task_pages import browser, report

MOST = 14
PURPOSES = {
    r"FROM web_session": "who sends the request",
    r"WITH RECURSIVE covered": "roles, groups and substitutions of today",
    r"FROM task JOIN process_instance": "lock the task and its instance with the snapshot",
    r"FROM task \nWHERE task.id|FROM task WHERE": "the task of the page",
    r"EXISTS \(SELECT": "may the person see its record",
    r"FROM record": "lock the record",
    r"INSERT INTO submission": "keep the answers for good",
    r"INSERT INTO evaluation": "keep what the gateway decided",
    r"UPDATE record": "write the facts",
    r"UPDATE task": "close the task",
    r"INSERT INTO task": "open the next task",
    r"UPDATE process_instance": "save the snapshot",
    r"FROM trail_head": "take the end of the chain",
    r"INSERT INTO trail_entry": "chain the deed",
    r"UPDATE trail_head": "move the end of the chain",
    r"AS found": "the next task of mine",
}


@contextmanager
def statements() -> Iterator[list[str]]:
    """Everything sent to the database but BEGIN, COMMIT and PRAGMA; an executemany is one."""
    seen: list[str] = []

    def note(*parts: object) -> None:
        sql = str(parts[2])
        if not re.match(r"BEGIN|COMMIT|ROLLBACK|PRAGMA", sql):
            seen.append(sql)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@contextmanager
def commits() -> Iterator[list[int]]:
    seen: list[int] = []

    def note(*_parts: object) -> None:
        seen.append(1)

    event.listen(db.engine, "commit", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "commit", note)


def purpose_of(sql: str) -> str:
    return next((words for pattern, words in PURPOSES.items() if re.search(pattern, sql)), sql)


def complete(client: Browser, task_id: int) -> tuple[list[str], int]:
    """Complete a review as a browser would, and say what it cost."""
    page = client.get(f"/tasks/{task_id}").text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    data = {**hidden, "verdict": "fit"}
    with statements() as sent, commits() as committed:
        answer = client.client.post(f"/tasks/{task_id}/complete", data=data)
    assert answer.status_code == 303, answer.text
    return [purpose_of(sql) for sql in sent], len(committed)


def test_a_completion_stays_within_its_statements(app: Flask, company: Company) -> None:
    first, second = report(app, company, "One"), report(app, company, "Two")
    rob = browser(app, company.reviewer)
    complete(rob, first)  # definitions, calendars and pools are in memory from here on

    sent, committed = complete(rob, second)

    assert all(words in PURPOSES.values() for words in sent), sent
    assert len(sent) <= MOST, "\n".join(sent)
    assert committed == 1


@pytest.mark.slow
def test_a_completion_costs_the_same_after_a_hundred(app: Flask, company: Company) -> None:
    tasks = [report(app, company, f"Document {number}") for number in range(102)]
    rob = browser(app, company.reviewer)
    complete(rob, tasks[0])
    early, _ = complete(rob, tasks[1])
    for task_id in tasks[2:-1]:
        complete(rob, task_id)

    late, _ = complete(rob, tasks[-1])

    assert late == early
