from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.documents.change_models import DocumentChange, DocumentReview
from app.documents.change_requests import requests_of
from app.documents.currency import currencies, is_stale
from app.documents.currency_then import was_in_force, was_stale
from app.documents.jobs import run_due
from app.documents.models import Document
from app.documents.review_days import GRACE
from app.documents.reviews import AlreadyLookedAt, triggers_of
from app.documents.settings import REVIEW_HIGH
from app.foundation import clock
from app.foundation.db import db
from app.foundation.outbox import OutboxMail
from app.foundation.settings import set_value
from app.foundation.unit_of_work import unit_of_work
from app.indicators.definitions import BY_KEY
from app.indicators.service import reading
from app.records.links import LinkKind, unlink_records
from app.workflow.figures import FigureScope
from app.workflow.holds import cancel
from tests.scenarios import document_steps as do
from tests.scenarios import risk_steps, steps
from tests.scenarios.dsl import Scenario

BASE = "http://localhost"


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    do.writers(scenario)
    return scenario


@pytest.fixture
def risk_id(story: Scenario) -> int:
    return steps.a_risk(story)


def rise(story: Scenario, risk_id: int, to: str = "5-4") -> None:
    """The owner looks at the risk again and finds it in another band."""
    asked = story.sibling().as_("risk_owner")
    asked.start("reassessment", {"risk_id": f"risk:{risk_id}", "reason": "Two returns in a week."})
    risk_steps.reassessed(story, to)


def look(story: Scenario) -> Scenario:
    return story.sibling().turn_to(story.records(DocumentReview)[-1].id)


def answer(story: Scenario, outcome: str, comment: str = "Compared with the work at bench 4.") -> Scenario:
    return story.as_("process_owner").complete("review_document", {"outcome": outcome, "comment": comment})


def is_current(document_id: int) -> bool:
    db.session.rollback()
    return currencies(db.session(), [document_id])[document_id].is_current


def stale_documents() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(Document.id).where(is_stale()).order_by(Document.id)))


def planned_on(document_id: int, day: date | None) -> None:
    with unit_of_work() as uow:
        uow.session.get_one(Document, document_id).review_due_on = day


def test_a_risk_that_moves_asks_of_every_document_that_controls_it(story: Scenario, risk_id: int) -> None:
    first = do.in_force(story, risk_id=risk_id)
    second = do.in_force(story, risk_id=risk_id, title="Lapping")
    do.in_force(story, title="Purchasing")

    rise(story, risk_id)

    looks = story.records(DocumentReview)
    assert [row.document_id for row in looks] == [first, second]
    assert all(row.is_risk_moved and not row.is_periodic for row in looks)
    assert looks[0].reason == "RSK-2026-0001 “Seals leak” moved from medium to unacceptable."
    assert look(story).steps == ["review_document"]


def test_a_document_no_longer_reflects_a_risk_that_moved(story: Scenario, risk_id: int) -> None:
    document_id = do.in_force(story, risk_id=risk_id)
    assert is_current(document_id)

    later = do.in_force(story, risk_id=risk_id, title="Lapping")
    do.in_force(story, title="Purchasing")

    rise(story, risk_id)
    answer(look(story), "keep")

    assert not is_current(document_id)
    assert is_current(later)
    assert stale_documents() == [document_id]


def test_a_risk_that_stays_in_its_band_asks_nobody(story: Scenario, risk_id: int) -> None:
    document_id = do.in_force(story, risk_id=risk_id)

    rise(story, risk_id, to="3-3")

    assert story.records(DocumentReview) == []
    assert is_current(document_id)


def test_a_document_that_still_holds_reflects_the_risk_again(story: Scenario, risk_id: int) -> None:
    document_id = do.in_force(story, risk_id=risk_id)
    rise(story, risk_id)

    done = answer(look(story), "keep", "The plate is measured already.")

    assert (done.outcome, done.record.status) == ("kept", "kept")
    assert is_current(document_id)
    assert stale_documents() == []


def test_other_words_do_not_reflect_a_risk_that_moved(story: Scenario, risk_id: int) -> None:
    document_id = do.in_force(story, risk_id=risk_id)
    rise(story, risk_id)

    do.reworded(story, document_id)

    assert do.statuses(document_id)["1.1"] == "effective"
    assert not is_current(document_id)
    assert stale_documents() == [document_id]


def test_a_second_move_asks_again(story: Scenario, risk_id: int) -> None:
    document_id = do.in_force(story, risk_id=risk_id)
    rise(story, risk_id)
    answer(look(story), "keep")
    story.after(days=3)

    rise(story, risk_id, to="1-2")

    assert len(story.records(DocumentReview)) == 2
    assert not is_current(document_id)


def test_a_document_that_does_not_hold_is_changed(story: Scenario, risk_id: int) -> None:
    document_id = do.in_force(story, risk_id=risk_id)
    rise(story, risk_id)

    answer(look(story), "revise", "Every plate must be measured.")

    (change,) = story.records(DocumentChange)
    assert (change.document_id, change.source, change.change_kind) == (document_id, "risk", "revise")
    assert change.reason == "Every plate must be measured."
    assert not is_current(document_id)


def test_the_revision_that_follows_reflects_the_risk(story: Scenario, risk_id: int) -> None:
    document_id = do.in_force(story, risk_id=risk_id)
    rise(story, risk_id)
    answer(look(story), "revise")
    story.turn_to(story.records(DocumentChange)[-1].id)

    do.approve(do.reviewed(do.write(do.assess(do.take_up(story)))))
    do.release(story).after(days=15)

    assert do.statuses(document_id) == {"1.0": "superseded", "1.1": "effective"}
    assert is_current(document_id)


def test_a_document_nobody_needs_is_withdrawn(story: Scenario) -> None:
    document_id = do.in_force(story)
    wish = {"document_id": f"document:{document_id}", "reason": "The machine is gone."}
    story.as_("reporter").start("document_review", wish)

    answer(story, "withdraw", "The machine was sold.")

    (change,) = story.records(DocumentChange)
    assert (change.change_kind, change.document_id) == ("withdraw", document_id)
    assert story.outcome == "withdrawn"


def test_a_document_that_is_being_changed_is_not_asked_about(story: Scenario, risk_id: int) -> None:
    document_id = do.in_force(story, risk_id=risk_id)
    do.ask(story, document_id)

    rise(story, risk_id)

    assert story.records(DocumentReview) == []
    assert [one.record_number for one in requests_of(db.session(), story.record_id)][-1] == "RSK-2026-0001"


def test_a_change_that_is_cancelled_leaves_the_question_open(story: Scenario, risk_id: int) -> None:
    document_id = do.in_force(story, risk_id=risk_id)
    do.ask(story, document_id)
    rise(story, risk_id)

    with unit_of_work(story.company.people["quality_manager"]) as uow:
        cancel(uow, story.instance_id, "Asked by mistake.")
    story._settled()

    (row,) = story.records(DocumentReview)
    assert (row.document_id, row.is_risk_moved) == (document_id, True)


def test_one_look_collects_all_reasons(story: Scenario, risk_id: int) -> None:
    document_id = do.in_force(story, risk_id=risk_id)
    rise(story, risk_id)
    planned_on(document_id, date(2026, 4, 1))

    run_due(BASE)
    story._settled()

    (row,) = story.records(DocumentReview)
    assert (row.is_risk_moved, row.is_periodic) == (True, True)
    assert len(triggers_of(db.session(), row.id)) == 2
    with pytest.raises(AlreadyLookedAt):
        story.as_("reporter").start(
            "document_review", {"document_id": f"document:{document_id}", "reason": "Again."}
        )


def test_the_owner_is_asked_thirty_days_before_the_review(story: Scenario) -> None:
    document_id = do.in_force(story)
    planned_on(document_id, date(2026, 4, 17))

    run_due(BASE)
    story._settled()
    assert story.records(DocumentReview) == []

    story.after(days=1)
    run_due(BASE)
    run_due(BASE)
    story._settled()

    (row,) = story.records(DocumentReview)
    assert (row.document_id, row.is_periodic) == (document_id, True)
    assert row.due_at is not None
    assert row.due_at.date() == date(2026, 4, 17)
    assert db.session.get_one(Document, document_id).status == "under_review"


def test_the_owner_gets_one_mail_ten_days_before_the_review(story: Scenario) -> None:
    do.give_mail(story, "process_owner")
    planned_on(do.in_force(story), date(2026, 4, 1))
    run_due(BASE)
    story._settled()
    assert mails() == []

    story.after(days=5)
    run_due(BASE)
    run_due(BASE)

    assert mails() == ["Review due on 1 Apr 2026: SOP-PUR-001"]


def mails() -> list[str]:
    db.session.rollback()
    query = select(OutboxMail.subject).where(OutboxMail.key.startswith("document-review:"))
    return list(db.session.scalars(query))


def test_a_review_that_keeps_the_document_plans_the_next_one(story: Scenario, risk_id: int) -> None:
    document_id = do.in_force(story, risk_id=risk_id)
    planned_on(document_id, date(2026, 4, 1))
    run_due(BASE)
    story._settled()

    answer(look(story), "keep")

    document = db.session.get_one(Document, document_id)
    assert (document.review_due_on, document.status) == (date(2028, 3, 17), "effective")


def test_a_risk_that_rises_brings_the_next_review_forward(story: Scenario, risk_id: int) -> None:
    document_id = do.in_force(story, risk_id=risk_id)
    planned_on(document_id, date(2028, 3, 17))

    rise(story, risk_id)

    db.session.rollback()
    assert db.session.get_one(Document, document_id).review_due_on == date(2027, 3, 1)


def test_the_months_between_reviews_are_settings(story: Scenario, risk_id: int) -> None:
    document_id = do.in_force(story, risk_id=risk_id)
    with unit_of_work() as uow:
        set_value(uow, REVIEW_HIGH, 6, site_id=story.company.site)

    rise(story, risk_id)

    db.session.rollback()
    assert db.session.get_one(Document, document_id).review_due_on == date(2026, 9, 1)


def test_a_review_that_is_brought_forward_is_never_due_in_the_past(story: Scenario, risk_id: int) -> None:
    document_id = do.in_force(story, risk_id=risk_id)
    with unit_of_work() as uow:
        set_value(uow, REVIEW_HIGH, 1, site_id=story.company.site)
    story.after(days=60)

    rise(story, risk_id)

    db.session.rollback()
    due_on = db.session.get_one(Document, document_id).review_due_on
    assert due_on == clock.now().date() + GRACE


def test_a_look_that_is_cancelled_leaves_the_document_in_force(story: Scenario) -> None:
    document_id = do.in_force(story)
    story.as_("reporter").start(
        "document_review", {"document_id": f"document:{document_id}", "reason": "A typo."}
    )

    with unit_of_work(story.company.people["quality_manager"]) as uow:
        cancel(uow, story.instance_id, "It is none.")

    assert story.record.open_document_id is None
    assert db.session.get_one(Document, document_id).status == "effective"


def reflected(at: datetime) -> tuple[int, int]:
    """How many documents reflected their risks just before a moment, and how many control one."""
    db.session.rollback()
    scope = FigureScope(since=at - timedelta(days=30), until=at)
    tally = reading(db.session(), BY_KEY["documents_risk_current"], scope).tally
    return tally.hits, tally.rows


def test_a_past_day_is_judged_by_what_stood_then(story: Scenario, risk_id: int) -> None:
    days = [clock.now()]
    document_id = do.in_force(story, risk_id=risk_id)
    story.after(days=5)
    days.append(clock.now())
    rise(story, risk_id)
    story.after(days=1)
    days.append(clock.now())
    answer(look(story), "keep")
    story.after(days=1)
    days.append(clock.now())
    with unit_of_work() as uow:
        unlink_records(uow, document_id, risk_id, LinkKind.CONTROLS)
    story.after(days=1)

    assert [reflected(day) for day in days] == [(0, 0), (1, 1), (0, 1), (1, 1)]
    assert reflected(clock.now()) == (0, 0)


def test_the_present_day_is_judged_by_the_same_rule(story: Scenario, risk_id: int) -> None:
    moved = do.in_force(story, risk_id=risk_id)
    do.in_force(story, title="Purchasing")
    rise(story, risk_id)
    later = do.in_force(story, risk_id=risk_id, title="Lapping")
    story.after(days=1)
    at = clock.now()

    stale = list(db.session.scalars(select(Document.id).where(was_in_force(at), was_stale(at))))

    assert stale == stale_documents() == [moved, later]
    assert reflected(at) == (0, 2)
