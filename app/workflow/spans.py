"""How long a task waited and how long it was worked on, in working time, noted when it is done."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.foundation.working_time import working_span
from app.workflow.models import Task
from app.workflow.site_calendars import calendars

MINUTE = timedelta(minutes=1)


def note_spans(session: Session, task: Task, done_at: datetime) -> None:
    """Note on a task that is done how long it waited to be taken, and how long it was in somebody's hands.

    Shape: a task of a named person never waited, one that nobody claimed was never held: both stay None.
    Units: whole minutes of the site's working time.
    Effects: none but on the row; the site's calendar comes from memory.
    """
    calendar = calendars.get(session, task.site_id)
    is_offered = task.claimed_at is not None or task.candidate_group_id is not None
    taken_at = task.claimed_at or (done_at if is_offered else task.created_at)
    if is_offered:
        task.waiting_minutes = working_span(task.created_at, taken_at, calendar) // MINUTE
    if not is_offered or task.claimed_at is not None:
        task.handling_minutes = working_span(taken_at, done_at, calendar) // MINUTE
