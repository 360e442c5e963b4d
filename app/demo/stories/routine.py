"""What people of Norrland Pumps do every other Tuesday: they go through their inbox.

Stories answer within a week what they are about; what is older than that and routine, is answered here. The
last weeks are left alone, so that every inbox has something in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import select

from app.demo.agenda import Story
from app.demo.risk_steps import RiskSteps
from app.demo.stage import Stage
from app.documents.change_models import DocumentReview
from app.foundation import clock
from app.foundation.db import db
from app.quality_events.rules.bands import Band
from app.records.models import Record
from app.risks.models import Reassessment, Treatment
from app.training.confirming import Given, confirm
from app.training.quizzes import Answered
from app.training.reading_models import Acknowledgement, ReadingState
from app.trends.models import TrendAlert
from app.workflow.acts import perform

BEGUN, ENDED, EVERY = 715, 30, 14
PATIENCE = timedelta(days=9)  # stories answer earlier
SLOW_READERS = ("tom.hughes", "nils.dahl")
_YEAR, _HALF_YEAR = 330, 170
One = TypeVar("One", bound=Record)


def routine_stories(risks: RiskSteps) -> Sequence[Story]:
    """Return one story for each kind of routine."""
    stage = risks.stage
    return (
        _again_and_again(lambda: _answer_reviews(risks)),
        _again_and_again(lambda: _accept_again(risks)),
        _again_and_again(lambda: _look_at_documents(stage)),
        _again_and_again(lambda: _explain_trends(stage)),
        _again_and_again(lambda: _read(stage), until=6),
    )


def _again_and_again(do: Callable[[], None], until: int = ENDED) -> Story:
    for day in range(BEGUN, until, -EVERY):
        yield day
        do()


def _answer_reviews(steps: RiskSteps) -> None:
    """Let owners answer reviews of risks that no story is about, and the quality manager what is lower."""
    for row in _old(Reassessment):
        entry = steps.entry_of(row.risk_id)
        if entry is None or entry.key in steps.stage.spoken_of:
            continue
        if steps.stage.is_open(row.id, "confirm_lower"):
            steps.confirm_lower(row.id, "Looked at with the owner; the reasons hold.")
        else:
            steps.review(entry, row)


def _accept_again(steps: RiskSteps) -> None:
    """Let owners ask to live with what they have assessed again."""
    for row in _old(Treatment):
        entry = steps.entry_of(row.risk_id)
        if entry is None or not steps.stage.is_open(row.id, "plan_treatment"):
            continue
        risk = steps.stage.record(steps.stage.known[entry.key])
        days = {Band.HIGH.value: _HALF_YEAR, Band.UNACCEPTABLE.value: 80}.get(risk.band, _YEAR)
        steps.accept(entry, "The controls are lived; more would cost more than it brings.", days=days)


def _look_at_documents(stage: Stage) -> None:
    """Let owners look at documents whose day has come or whose risks moved."""
    people = {number: name for name, number in stage.company.people.items()}
    for row in _old(DocumentReview):
        if stage.is_open(row.id, "review_document"):
            answers = {"outcome": "keep", "comment": "Read with two who work by it; it says what they do."}
            stage.complete(people[row.document_owner_id or 0], row.id, "review_document", answers)


def _explain_trends(stage: Stage) -> None:
    """Let who knows the process say why a month stands out."""
    for row in _old(TrendAlert):
        answers = {
            "trend_verdict": "known",
            "explanation": "Several reports of the same weakness; it is being worked on.",
        }
        stage.complete(stage.doer(row.id, "explain_trend"), row.id, "explain_trend", answers)


def _read(stage: Stage) -> None:
    """Let people acknowledge what they were asked to read; two of them are slow."""
    slow = {stage.company.people[name] for name in SLOW_READERS}
    db.session.rollback()
    asked = select(Acknowledgement.id, Acknowledgement.person_id, Acknowledgement.asked_at).where(
        Acknowledgement.state == ReadingState.OPEN.value
    )
    now = clock.now()
    for reading_id, person_id, asked_at in db.session.execute(asked.order_by(Acknowledgement.id)).all():
        if now - asked_at >= timedelta(days=40 if person_id in slow else 4):
            _confirm(person_id, reading_id)


def _confirm(person_id: int, reading_id: int) -> None:
    given = Given(is_understood=True, answered=Answered(((0,),), f"demo-reading-{reading_id}"))
    perform(person_id, lambda uow: confirm(uow, person_id, reading_id, given))


def _old(model: type[One]) -> Sequence[One]:
    db.session.rollback()
    waiting = select(model).where(model.closed_at.is_(None), model.opened_at < clock.now() - PATIENCE)
    return db.session.scalars(waiting.order_by(model.id)).all()
