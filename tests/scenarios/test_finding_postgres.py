from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.lifecycles import publish_shipped, wire
from app.workflow import messages
from app.workflow.completion import Attempt, GuardRefused, complete
from app.workflow.delivery import deliver
from app.workflow.models import Message
from tests.factories.accounts import actor_for
from tests.scenarios import audit_steps
from tests.scenarios import finding_steps as steps
from tests.scenarios import steps as capa_steps
from tests.scenarios.company import a_company
from tests.scenarios.dsl import Scenario

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
A_MOMENT = 0.5


def ready_to_close(app: Flask) -> tuple[Scenario, int]:
    """A minor finding of which only the closing is left, and its risk."""
    assert app.testing
    wire()
    with unit_of_work() as uow:
        publish_shipped(uow)
        scenario = Scenario(a_company(uow))
    audit_steps.auditors(scenario)
    risk = capa_steps.a_risk(scenario)
    links = [scenario.company.link("risk", risk)]
    steps.answered(steps.issue(steps.note(scenario, source="internal", risks=links)))
    return scenario, risk


def asked_for(scenario: Scenario, risk: int) -> int:
    """Somebody else asks for a reassessment on behalf of the finding; return the message, not delivered."""
    row = scenario.record
    trigger = {"kind": row.kind, "id": row.id, "number": row.number, "title": row.title}
    with unit_of_work() as uow:
        payload = {"risk_id": risk, "trigger": trigger, "reason": "Once more", "severity": 3}
        messages.send(uow, "risk.reassessment_requested", f"risk:{risk}", source="elsewhere", payload=payload)
    db.session.rollback()
    return db.session.scalars(select(Message.id).where(Message.source == "elsewhere")).one()


def test_closing_waits_for_a_reassessment_that_is_being_opened_and_is_refused(pg_app: Flask) -> None:
    scenario, risk = ready_to_close(pg_app)
    message_id = asked_for(scenario, risk)
    task, actor = scenario.task("close_finding"), actor_for(scenario.company.people["lead"])
    attempt = Attempt({"risk_justification": "A single lapse."}, "token-of-two", task.row_version)
    task_id, refused = task.id, []
    db.session.rollback()

    def close() -> None:
        with pg_app.app_context():
            try:
                with unit_of_work(actor.id) as uow:
                    complete(uow, task_id, actor, attempt)
            except GuardRefused as refusal:
                refused.extend(problem.where.partition(":")[0] for problem in refusal.problems)

    closing = threading.Thread(target=close)
    with unit_of_work() as uow:
        deliver(uow, message_id)
        closing.start()
        closing.join(A_MOMENT)
        was_waiting = closing.is_alive()
    closing.join()

    assert was_waiting
    assert refused == ["reassessment"]
    assert scenario.record.closed_at is None
