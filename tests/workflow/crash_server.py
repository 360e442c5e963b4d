"""`keel`, as it is shipped, that knows one more lifecycle: its step leaves one effect and one mail.

Serves once for each line on standard input, in a process of its own whose number it prints: what costs time
at a start is importing and mapping, and that is done before.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from sqlalchemy.orm import configure_mappers

from app import lifecycles
from app.cli import serving
from app.cli.commands import main
from app.foundation.outbox import post_mail
from app.records.facts import ports_for
from app.records.models import Comment, Record
from app.workflow.bundles import Bundle
from app.workflow.lifecycle import Lifecycle, Operation, OperationCall
from tests.workflow.diagrams import bpmn, chain, end, flow, service, start, user

FORM = {
    "type": "default",
    "schemaVersion": 19,
    "components": [{"type": "checkbox", "key": "again", "label": "Again", "id": "f_again"}],
}
DIAGRAM = bpmn(
    start(),
    user("work"),
    service("effect", "crash.leave_effect"),
    '<exclusiveGateway id="is_done" default="is_done_to_closed"/>',
    end(),
    chain("begun", "work", "effect", "is_done", "closed"),
    flow("is_done", "work", when="task.work.again"),
    key="crash",
)
BUNDLE = Bundle("crash", DIAGRAM, {}, {"work": json.dumps(FORM).encode()})


class Crash(Record):
    """A record whose only purpose is to be in the middle of something."""

    __mapper_args__ = {"polymorphic_identity": "crash"}


def leave_effect(call: OperationCall) -> Mapping[str, Any] | None:
    """Write one row and one mail, each recognisable as this very step's."""
    uow = call.uow
    row = Comment(record_id=call.record_id, author_id=uow.actor_id, text=call.task_guid, created_at=uow.now)
    uow.session.add(row)
    post_mail(uow, key=f"effect:{call.task_guid}", recipient="a@example.org", subject="Done", body="Done")
    return None


LIFECYCLE = Lifecycle(
    key="crash",
    package="crash",
    title="Crash",
    clause="4.4",
    record_kind="crash",
    ports=ports_for(Crash, "CRS"),
    operations=(Operation("crash.leave_effect", leave_effect),),
)


def serve_in_child() -> int:
    """Start `keel serve` in a process of its own and return its number."""
    child = os.fork()
    if child == 0:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        main(["serve"])
    return child


if __name__ == "__main__":
    lifecycles.LIFECYCLES = (*lifecycles.LIFECYCLES, LIFECYCLE)
    serving.publish_shipped = lambda _uow: []  # this one ships nothing; the test published it
    import_module("holidays.countries")
    configure_mappers()
    for _line in sys.stdin:
        number = serve_in_child()
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        os.waitpid(number, 0)
