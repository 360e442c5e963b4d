"""T4: how many statements one completion sends, counted in the process itself."""

from __future__ import annotations

import re
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import event, select

from app.cli.server import bare_server
from app.foundation.db import db
from app.workflow import instances
from app.workflow.acts import perform
from app.workflow.lifecycle import registry
from app.workflow.models import Task
from tests.benchmarks.company import LIFECYCLES
from tests.benchmarks.serving import environment_for

SILENT = re.compile(r"BEGIN|COMMIT|ROLLBACK|SAVEPOINT|PRAGMA")
MARK, TOKEN = r'name="_form" value="([^"]+)"', r'name="csrf-token" content="([^"]+)"'


def statements_of_a_completion(home: Path, cookie: str) -> int:
    """Return the statements from request to answer; BEGIN, COMMIT and PRAGMA are not counted."""
    with bare_server(environment_for(home)) as server:
        registry.use([*registry.all(), *LIFECYCLES], parts=registry.parts())
        client = server.app.test_client()
        client.set_cookie("keel-session", cookie)
        counts = [_complete(client, task_id) for task_id in (_task(), _task())]
        return counts[-1]  # the first one fills the caches of the process


def _task() -> int:
    instance = perform(
        None, lambda uow: instances.start(uow, "two_step_approval", {"title": "T", "site_id": 1})
    )
    db.session.rollback()
    return db.session.scalars(select(Task.id).where(Task.instance_id == instance.id)).one()


def _complete(client: FlaskClient, task_id: int) -> int:
    page = client.get(f"/tasks/{task_id}").text
    found = {name: re.search(pattern, page) for name, pattern in (("_form", MARK), ("csrf_token", TOKEN))}
    hidden = {name: match[1] for name, match in found.items() if match}
    answers = {**hidden, "verdict": "fit", "_token": f"counted-{task_id}", "_version": "1"}
    sent: list[str] = []

    def note(*parts: object) -> None:
        sent.append(str(parts[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    answer = client.post(f"/tasks/{task_id}/complete", data=answers)
    event.remove(db.engine, "before_cursor_execute", note)
    assert answer.status_code == 303, answer.text
    return len([sql for sql in sent if not SILENT.match(sql)])
