"""What one vote costs: statements are counted, in a small task and in one of five hundred people."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from app.accounts.models import Person
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.workflow.engine import Runtime
from tests.workflow.council import Meeting, a_meeting

pytestmark = pytest.mark.usefixtures("app")


def a_crowd(meeting: Meeting, number: int) -> None:
    with unit_of_work() as uow:
        people = [
            Person(
                user_name=f"c{number}-{one}",
                name=f"C {one}",
                zone="UTC",
                site_id=meeting.site_id,
                created_at=uow.now,
            )
            for one in range(number)
        ]
        uow.session.add_all(people)
        uow.session.flush()
        meeting.people += [one.id for one in people]


def statements_of(work: object) -> list[str]:
    sent: list[str] = []

    def note(*parts: object) -> None:
        if not re.match("BEGIN|COMMIT|ROLLBACK|PRAGMA|SAVEPOINT", str(parts[2])):
            sent.append(str(parts[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert callable(work)
        work()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return sent


def a_vote_among(number: int) -> tuple[list[str], list[str]]:
    """Return the statements of a vote that decides nothing, and of one that decides."""
    meeting = a_meeting(4)
    a_crowd(meeting, number - 3)
    meeting.begin(members=range(1, number + 1), quorum=3)
    meeting.propose()
    meeting.vote(1, yes=True)
    undecided = statements_of(lambda: meeting.vote(2, yes=True))
    return undecided, statements_of(lambda: meeting.vote(3, yes=True))


def test_a_vote_among_five_hundred_costs_what_one_among_five_costs() -> None:
    few_undecided, few_decided = a_vote_among(5)
    many_undecided, many_decided = a_vote_among(500)

    assert len(many_undecided) == len(few_undecided)
    assert len(many_decided) == len(few_decided)


def test_a_vote_that_decides_nothing_loads_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = a_meeting(4)
    meeting.begin(members=(1, 2, 3), quorum=3)
    meeting.propose()
    loaded: list[object] = []
    monkeypatch.setattr(Runtime, "restore", classmethod(lambda *every: loaded.append(every)))

    meeting.vote(1, yes=True)

    assert loaded == []


def test_all_other_rows_are_withdrawn_in_one_statement() -> None:
    _undecided, decided = a_vote_among(40)

    withdrawn = [sql for sql in decided if sql.startswith("UPDATE task") and "cancelled_because" in sql]
    assert len(withdrawn) == 1
