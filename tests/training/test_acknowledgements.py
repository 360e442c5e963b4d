"""Audiences of revisions: who is asked, who no longer, and when enough have acknowledged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.grants import GrantOrder, give, withdraw
from app.accounts.handover import Handover
from app.accounts.models import Person
from app.accounts.people import disable
from app.accounts.roles import Role
from app.foundation import clock
from app.foundation.db import db
from app.foundation.outbox import MailState, mails
from app.foundation.unit_of_work import unit_of_work
from app.organisation.managers import set_manager
from app.trail import Subject
from app.trail.service import entries_for
from app.training import confirming
from app.training.acknowledgements import (
    EFFECTIVE,
    REACHED,
    REQUESTED,
    bring_up_to_date,
    keep_audiences,
    refresh_person,
    release_person,
)
from app.training.confirming import Given, NotUnderstood, ReadingClosed, ReadingUnknown, confirm
from app.training.quizzes import Answered
from app.training.reading_models import Acknowledgement, AcknowledgementRequest, ReadingState, Withdrawal
from app.training.reminders import remind_due
from app.workflow import messages
from app.workflow.acts import perform
from app.workflow.models import Message, MessageState
from tests.factories.accounts import a_person
from tests.factories.organisation import a_site

HANDOVER = Handover(
    when_disabled=(release_person,), when_withdrawn=(refresh_person,), when_given=(refresh_person,)
)
pytestmark = pytest.mark.usefixtures("app")


def ask(revision: int = 1, **more: Any) -> None:
    payload = {
        "revision_id": revision,
        "document_id": 7,
        "number": "SOP-LAP-001",
        "title": "Lapping of faces",
        "audience": ["action_owner"],
        "site_id": None,
        "due_days": 14,
        "training_needed": False,
        **more,
    }
    perform(
        None,
        lambda uow: messages.send(
            uow, REQUESTED, f"document_revision:{revision}", source=f"document:7:{revision}", payload=payload
        ),
    )


def rows(state: ReadingState | None = None) -> list[Acknowledgement]:
    db.session.rollback()
    found = db.session.scalars(select(Acknowledgement).order_by(Acknowledgement.id)).all()
    return [row for row in found if state is None or row.state == state.value]


def acknowledge(row: Acknowledgement, **more: Any) -> confirming.Result:
    given = Given(more.pop("is_understood", True), Answered((), f"token-{row.id}"))
    return perform(row.person_id, lambda uow: confirm(uow, row.person_id, row.id, given))


def two_lappers() -> tuple[int, int, int]:
    with unit_of_work() as uow:
        site = a_site(uow, "GDA")
        first = a_person(uow, "first", roles=[("action_owner", site)], site_id=site)
        second = a_person(uow, "second", roles=[("action_owner", None)], site_id=site)
        a_person(uow, "other", roles=[("auditor", site)], site_id=site)
        a_person(uow, "keeper", roles=[("admin", None)])
    return site, first.id, second.id


def test_a_request_asks_everybody_of_the_audience_once() -> None:
    site, first, second = two_lappers()

    ask(site_id=site)
    ask(site_id=site)

    assert [row.person_id for row in rows(ReadingState.OPEN)] == [first, second]
    assert rows()[0].due_at.isoformat() == "2026-03-31T14:00:00+00:00"
    states = db.session.scalars(select(Message.state).where(Message.name == REQUESTED))
    assert set(states) == {MessageState.DELIVERED.value}


def test_people_of_another_site_and_without_the_role_are_not_asked() -> None:
    _site, _first, second = two_lappers()
    with unit_of_work() as uow:
        leeds = a_site(uow, "LEE")

    ask(site_id=leeds)

    assert [row.person_id for row in rows()] == [second]


def test_an_empty_audience_means_everybody_with_a_role() -> None:
    two_lappers()

    ask(audience=[])

    assert len(rows()) == 3


def test_an_audience_without_anybody_has_acknowledged_at_once() -> None:
    two_lappers()

    ask(audience=["supplier_owner"])

    assert [one.payload["required"] for one in sent()] == [0]


def sent() -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(select(Message).where(Message.name == REACHED)))


def test_enough_acknowledgements_are_told_once_under_the_key_of_the_revision() -> None:
    two_lappers()
    ask()
    first, second = rows()

    acknowledge(first)
    before = len(sent())
    acknowledge(second)
    with unit_of_work() as uow:
        bring_up_to_date(uow)

    assert before == 0
    assert [(one.correlation_key, one.payload["done"]) for one in sent()] == [("document_revision:1", 2)]
    given = entries_for(db.session, "acknowledgement", first.id)
    assert [entry.verb for entry in given] == ["acknowledgement.given"]


def test_what_somebody_does_not_understand_or_owes_nobody_is_refused() -> None:
    _site, first, second = two_lappers()
    ask()
    row = rows()[0]
    with pytest.raises(NotUnderstood):
        acknowledge(row, is_understood=False)
    with unit_of_work(second) as uow, pytest.raises(ReadingUnknown):
        confirm(uow, second, row.id, Given(True, Answered((), "x")))

    acknowledge(row)
    with pytest.raises(ReadingClosed):
        acknowledge(row)

    assert [one.person_id for one in rows(ReadingState.DONE)] == [first]


def test_who_gets_the_role_is_asked_and_who_loses_it_is_not() -> None:
    _site, first, _second = two_lappers()
    ask()
    with unit_of_work() as uow:
        joiner = a_person(uow, "joiner").id
        grant = give(uow, joiner, GrantOrder(Role.ACTION_OWNER, None), HANDOVER)
    asked = [row.person_id for row in rows(ReadingState.OPEN)]
    with unit_of_work() as uow:
        withdraw(uow, grant, HANDOVER)

    gone = reasons()
    assert asked[0] == first
    assert asked[-1] == joiner
    assert gone == [(joiner, Withdrawal.OTHER_ROLE)]


def reasons() -> list[tuple[int, str]]:
    return [(row.person_id, row.reason) for row in rows(ReadingState.WITHDRAWN)]


def test_who_leaves_is_not_asked_and_is_asked_again_when_back() -> None:
    _site, first, second = two_lappers()
    ask()
    acknowledge(rows()[1])
    with unit_of_work() as uow:
        disable(uow, first, HANDOVER, reason="Left.")
    reached, gone = len(sent()), reasons()
    with unit_of_work() as uow:
        uow.session.get_one(Person, first).is_active = True
    keep_audiences()

    assert reached == 1
    assert gone == [(first, Withdrawal.LEFT)]
    assert [row.person_id for row in rows(ReadingState.OPEN)] == [first]
    assert [row.person_id for row in rows(ReadingState.DONE)] == [second]


def test_an_effective_revision_ends_the_earlier_ones_and_keeps_what_was_given() -> None:
    two_lappers()
    ask(1)
    acknowledge(rows()[0])
    ask(2)
    payload = {"revision_id": 2, "document_id": 7, "number": "SOP-LAP-001"}

    perform(None, lambda uow: messages.send(uow, EFFECTIVE, "document:7", source="x", payload=payload))

    states = [(row.request_id, row.state) for row in rows()]
    assert states == [(1, "done"), (1, "withdrawn"), (2, "open"), (2, "open")]
    assert db.session.get_one(AcknowledgementRequest, 1).ended_at == clock.now()
    waiting = select(Message.state).where(Message.name == EFFECTIVE)
    assert db.session.scalar(waiting) == MessageState.WAITING  # others may begin to wait for it


def test_late_readers_are_reminded_and_their_manager_hears_of_it(clock: Any) -> None:
    with unit_of_work() as uow:
        site = a_site(uow, "GDA")
        boss = a_person(uow, "boss", mail="boss@example.org", site_id=site)
        reader = a_person(
            uow, "reader", roles=[("action_owner", site)], mail="reader@example.org", site_id=site
        )
        set_manager(uow, Subject("person", reader.id, "reader"), boss.id, uow.now.date())
    ask(site_id=site)

    for days in (12, 2, 1, 1):
        clock.advance(timedelta(days=days))
        remind_due("http://localhost")
        remind_due("http://localhost")

    subjects = [(mail.recipient, mail.subject.split(":")[0]) for mail in mails(db.session, MailState.WAITING)]
    assert [to for to, _subject in subjects] == ["reader@example.org"] * 3 + ["boss@example.org"]
    assert subjects[-1][1] == "Late"
    escalated = entries_for(db.session, "document_revision", 1)
    assert [entry.verb for entry in escalated] == ["acknowledgement.escalated"]
