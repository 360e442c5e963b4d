"""What indicators count of reading, learning and proofs. Source: lifecycles 5.9."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.records.measures import by_first_day, counted, due_first, no_amount, no_cut
from app.records.models import Record
from app.training.reading_models import Acknowledgement, AcknowledgementRequest, ReadingState
from app.training.training_models import LapsedSkill, TrainingRecord, TrainingStatus
from app.workflow.figures import FigureScope, Measure, Rows

DOCUMENT = "document_revision"
_RELEASED = (TrainingStatus.STOPPED.value, TrainingStatus.WAIVED.value)


def acknowledged_on_time(_session: Session, scope: FigureScope) -> Rows:
    """Count acknowledgements of documents due in the period; a hit was given by then.

    Shape: one row for each person, at the person's site; the record is the document.
    """
    is_on_time = and_(
        Acknowledgement.state == ReadingState.DONE.value, Acknowledgement.closed_at <= Acknowledgement.due_at
    )
    return (
        select(
            Record.id.label("record_id"),
            scope.stood(Person.site_id).label("site_id"),
            case((is_on_time, 1), else_=0).label("hit"),
            no_amount().label("amount"),
            no_cut().label("cut"),
        )
        .select_from(Acknowledgement)
        .join(AcknowledgementRequest, AcknowledgementRequest.id == Acknowledgement.request_id)
        .join(Person, Person.id == Acknowledgement.person_id)
        .join(Record, Record.id == AcknowledgementRequest.subject_id)
        .where(
            AcknowledgementRequest.content_kind == DOCUMENT,
            or_(
                Acknowledgement.state != ReadingState.WITHDRAWN.value,
                Acknowledgement.closed_at >= scope.until,
            ),
            scope.within(Acknowledgement.due_at),
            scope.here(Person.site_id, Record.process_id),
        )
    )


def learned_on_time(_session: Session, scope: FigureScope) -> Rows:
    """Count trainings first due in the period; a hit was passed by that day. Released ones do not count."""
    is_asked = or_(Record.status.not_in(_RELEASED), Record.closed_at >= scope.until)
    on_time = by_first_day(TrainingRecord.completed_at, scope)
    return counted(TrainingRecord, scope, due_first(scope), is_asked, hit=on_time)


def effective(_session: Session, scope: FigureScope) -> Rows:
    """Count trainings whose effect the manager judged in the period; a hit shows at work."""
    judged = scope.happened(TrainingRecord.evaluated_at)
    shows = scope.stood(TrainingRecord.evaluation) == "effective"
    return counted(TrainingRecord, scope, judged, hit=shows)


def repeated(_session: Session, scope: FigureScope) -> Rows:
    """Count trainings first due in the period; a hit took more than one attempt."""
    return counted(TrainingRecord, scope, due_first(scope), hit=scope.stood(TrainingRecord.attempts) > 1)


def lapsed(_session: Session, scope: FigureScope) -> Rows:
    """Count proofs that ended in the period while a role asks for them."""
    return counted(LapsedSkill, scope, scope.within(Record.opened_at))


TRAINING_MEASURES: Mapping[str, Measure] = {
    "acknowledgement.on_time": acknowledged_on_time,
    "training.on_time": learned_on_time,
    "training.effective": effective,
    "training.repeated": repeated,
}
TRAINING_WORDS: Mapping[str, str] = {
    "acknowledgement.on_time": "Documents acknowledged by their day",
    "training.on_time": "Trainings passed by their first day",
    "training.effective": "Trainings judged effective at work",
    "training.repeated": "Trainings that took more than one attempt",
}
LAPSE_MEASURES: Mapping[str, Measure] = {"lapsed_skill.ended": lapsed}
LAPSE_WORDS: Mapping[str, str] = {"lapsed_skill.ended": "Proofs that ended while a role asks for them"}
