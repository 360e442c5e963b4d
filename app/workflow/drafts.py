"""Which uploads wait in drafts, so that the sweep of untaken files leaves them alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workflow.models import StartDraft, Task, TaskState


def files_in_drafts(session: Session) -> frozenset[int]:
    """Return every number that a draft holds, of an open task or of a start form.

    Shape: more than the ids of files, on purpose: a number too many keeps a file, one too few would lose it.
    """
    tasks = select(Task.draft).where(Task.draft_at.is_not(None), Task.state == TaskState.OPEN.value)
    drafts = [*session.scalars(tasks), *session.scalars(select(StartDraft.answers))]
    return frozenset(number for draft in drafts for number in _numbers(draft))


def _numbers(value: Any) -> Iterator[int]:
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _numbers(one)
    elif isinstance(value, list):
        for one in value:
            yield from _numbers(one)
    elif isinstance(value, int):
        yield value
    elif isinstance(value, str) and value.isdecimal() and len(value) <= 15:
        yield int(value)
