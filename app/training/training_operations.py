"""What the service tasks of a training do. Each runs inside its act and is safe to run again."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.accounts.models import Person
from app.actions.operations import end_of_working_day
from app.foundation.i18n import gettext as _
from app.foundation.settings import value_of
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.managers import manager_of
from app.trail import record
from app.training.assessors import assessor_for
from app.training.competence import QualificationOrder, qualify, withdraw
from app.training.gaps import lacks_of, tell_ledger
from app.training.models import Skill, TrainingItem
from app.training.quizzes import quiz_of
from app.training.reading_models import QuizSubject
from app.training.rules import evaluation_days, last_day
from app.training.settings import EVALUATION_DAYS, MOST_ATTEMPTS, TRAINING_DAYS
from app.training.training_models import TrainingRecord, TrainingStatus
from app.training.trainings import subject_of, training
from app.training.waivers import WaiverOrder, waive
from app.workflow import messages
from app.workflow.lifecycle import Operation, OperationCall

REPORTED = "nonconformity.reported"


def assign(call: OperationCall) -> None:
    """Name the manager who judges it later, and take over what is to be done from the item."""
    uow, row = call.uow, training(call.uow, call.record_id)
    item = uow.session.get(TrainingItem, row.item_id) if row.item_id else None
    assert row.person_id is not None, "each training is of one person"
    row.manager_id = manager_of(uow.session, row.person_id, uow.now.date())
    row.owner_id = row.manager_id
    row.material = (item.material if item else "") or None
    row.attempts_left = value_of(uow.session, MOST_ATTEMPTS, row.site_id)
    after = {"person": row.person_id, "skill": row.skill_id, "level": row.level, "source": row.source}
    record(uow, verb="training.assigned", subject=subject_of(row), after=after)


def prepare_assessment(call: OperationCall) -> None:
    """Count the attempt, look for questions, else name who assesses."""
    uow, row = call.uow, training(call.uow, call.record_id)
    item = uow.session.get(TrainingItem, row.item_id) if row.item_id else None
    row.status = TrainingStatus.IN_PROGRESS.value
    row.attempts += 1
    row.attempts_left = max(row.attempts_left - 1, 0)
    row.assessment = row.assessment_note = row.score = None
    row.has_questions = item is not None and quiz_of(uow.session, QuizSubject.ITEM, str(item.id)) is not None
    row.assessor_id = assessor_for(uow, row, item.trainer_id if item else None)


def record_result(call: OperationCall) -> None:
    """Record the proof in the matrix, and set the day on which the manager looks at the effect.

    Effects: a qualification where the training teaches a skill that is in use; a trail entry.
    """
    uow, row = call.uow, training(call.uow, call.record_id)
    row.status = TrainingStatus.COMPLETED.value
    row.assessed_on, row.completed_at = uow.now.date(), uow.now
    row.evaluation = row.evaluation_note = row.follow_up = None
    row.evaluate_at, row.due_at = _evaluate_at(uow, row), None  # what was due is done
    row.proof_id = _prove(uow, row, row.assessed_on)
    after = {"attempts": row.attempts, "score": row.score, "proof": row.proof_id}
    record(uow, verb="training.passed", subject=subject_of(row), after=after)


def record_effective(call: OperationCall) -> None:
    """Close the training as effective."""
    _judge(call, TrainingStatus.EFFECTIVE)
    _close(call, TrainingStatus.EFFECTIVE)


def take_back(call: OperationCall) -> None:
    """Withdraw the proof of a training that did not help; the ledger hears of a gap in a control role.

    Effects: the attempts begin again, in case the person learns it once more.
    """
    uow, row = call.uow, training(call.uow, call.record_id)
    _judge(call, TrainingStatus.NOT_EFFECTIVE)
    if row.proof_id is not None:
        withdraw(uow, row.proof_id, f"{row.number}: {row.evaluation_note or ''}")
        row.proof_id = None
    _begin_again(uow, row)
    _note_gap(uow, row)


def report_ineffective(call: OperationCall) -> None:
    """Open a nonconformity about a training that did not help, and close. Effects: one stored message."""
    row = training(call.uow, call.record_id)
    _report(call.uow, row, _("A training was not effective"), row.evaluation_note or "", "not_effective")
    _close(call, TrainingStatus.NOT_EFFECTIVE)


def close_ineffective(call: OperationCall) -> None:
    """Close the training as not effective."""
    _close(call, TrainingStatus.NOT_EFFECTIVE)


def report_failure(call: OperationCall) -> None:
    """Open a nonconformity: somebody cannot do what their work asks for, after all attempts.

    Effects: one stored message, once for a training; the ledger hears of a gap in a control role.
    """
    uow, row = call.uow, training(call.uow, call.record_id)
    row.status = TrainingStatus.FAILED.value
    _report(uow, row, _("A training was not passed"), row.assessment_note or "", "failed")
    _note_gap(uow, row)
    after = {"attempts": row.attempts, "score": row.score}
    record(uow, verb="training.failed", subject=subject_of(row), after=after)


def allow_attempts(call: OperationCall) -> None:
    """Give as many attempts as at first."""
    _begin_again(call.uow, training(call.uow, call.record_id))


def grant_waiver(call: OperationCall) -> None:
    """Record the waiver that the quality manager granted; it ends by itself on its day."""
    row = training(call.uow, call.record_id)
    row.proof_id = waive(call.uow, WaiverOrder.of(row))
    _close(call, TrainingStatus.WAIVED)


def stop(call: OperationCall) -> None:
    """Ask no longer: the person does other work."""
    _close(call, TrainingStatus.STOPPED)


def _begin_again(uow: UnitOfWork, row: TrainingRecord) -> None:
    row.status = TrainingStatus.ASSIGNED.value
    row.attempts_left = value_of(uow.session, MOST_ATTEMPTS, row.site_id)
    days = value_of(uow.session, TRAINING_DAYS, row.site_id)
    row.due_on = uow.now.date() + timedelta(days=days)
    row.due_at = end_of_working_day(uow.session, row.site_id, row.due_on)


def _prove(uow: UnitOfWork, row: TrainingRecord, today: date) -> int | None:
    item = uow.session.get(TrainingItem, row.item_id) if row.item_id else None
    person = uow.session.get(Person, row.person_id)
    skill = uow.session.get(Skill, row.skill_id) if row.skill_id else None
    if person is None or not person.is_active or skill is None or not skill.is_active:
        return None  # who left, or a skill out of use, proves nothing
    how = row.assessment_note or _("%(score)s %% of the answers were right.", score=row.score)
    order = QualificationOrder(
        person_id=person.id,
        skill_id=skill.id,
        level=row.level or 1,
        evidence=f"{row.number}: {how}",
        valid_from=today,
        valid_until=last_day(today, item.validity_months if item else None),
    )
    return qualify(uow, order)


def _evaluate_at(uow: UnitOfWork, row: TrainingRecord) -> datetime:
    days = evaluation_days(value_of(uow.session, EVALUATION_DAYS, row.site_id))
    return uow.now + timedelta(days=days)


def _judge(call: OperationCall, verdict: TrainingStatus) -> None:
    row = training(call.uow, call.record_id)
    row.evaluated_at = call.uow.now
    record(
        call.uow,
        verb="training.evaluated",
        subject=subject_of(row),
        after={"verdict": verdict.value},
        reason=row.evaluation_note,
    )


def _note_gap(uow: UnitOfWork, row: TrainingRecord) -> None:
    if row.skill_id is not None and row.person_id is not None:
        tell_ledger(uow, lacks_of(uow, row.person_id, row.skill_id), row.kind, row.id)


def _report(uow: UnitOfWork, row: TrainingRecord, title: str, note: str, occasion: str) -> None:
    """Ask for a nonconformity. It names the training, not the person: more people may see it."""
    key = f"{row.kind}:{row.id}"
    messages.send(
        uow,
        REPORTED,
        key,
        source=f"{key}:{occasion}",
        payload={
            "title": f"{title}: {row.number}",
            "description": note or title,
            "site_id": row.site_id,
            "process_id": row.process_id,
            "requirement_ref": "ISO 9001, 7.2",
            "severity_initial": 2,
            "occurred_at": uow.now.isoformat(),
            "requested_by_id": row.id,
        },
    )


def _close(call: OperationCall, status: TrainingStatus) -> None:
    row = training(call.uow, call.record_id)
    row.status = status.value
    row.closed_at = row.closed_at or call.uow.now


OPERATIONS = (
    Operation("training.assign", assign, description="Name the manager and the day."),
    Operation("training.prepare_assessment", prepare_assessment, description="Name who assesses."),
    Operation("training.record_result", record_result, description="Update the matrix."),
    Operation("training.record_effective", record_effective, description="Close it as effective."),
    Operation("training.take_back", take_back, description="Withdraw the proof."),
    Operation("training.report_ineffective", report_ineffective, description="Report and close it."),
    Operation("training.close_ineffective", close_ineffective, description="Close it as not effective."),
    Operation("training.report_failure", report_failure, description="Open a nonconformity."),
    Operation("training.allow_attempts", allow_attempts, description="Give fresh attempts."),
    Operation("training.grant_waiver", grant_waiver, description="Record the waiver."),
    Operation("training.stop", stop, description="Ask no longer."),
)
