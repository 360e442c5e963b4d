"""What must hold before a step may be completed. A guard lists everything that is missing, never writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.approvals.rules import Verdict
from app.capa.rules import MAJOR
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.workflow.lifecycle import Guard, OpenPoint, RecordView, registry
from app.workflow.models import Task, TaskState

IMPLEMENTED = frozenset({"action", "document_change", "training_record"})
TEAM_DUTIES = ("analyse_cause", "plan_actions")


def check_report(
    _uow: UnitOfWork, record: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse a triage that leaves a major one without a risk, or names the record as its own duplicate."""
    problems = []
    is_confirmed = answers.get("triage_verdict") == "confirmed"
    if is_confirmed and int(answers.get("severity") or 0) >= MAJOR and not answers.get("risks"):
        problems.append(_no_risk())
    first = answers.get("duplicate_of_id")
    if isinstance(first, Mapping) and first.get("id") == record.id:
        problems.append(
            Problem(
                "duplicate_of_id",
                "duplicate.itself",
                _("A report cannot be a duplicate of itself."),
                _("Choose the report that came first."),
            )
        )
    same = answers.get("same_as_id")
    if isinstance(same, Mapping) and same.get("id") == record.id:
        sentence = _("A report cannot be an earlier one of itself.")
        problems.append(Problem("same_as_id", "same.itself", sentence, _("Choose the earlier report.")))
    return problems


def check_risks_linked(
    _uow: UnitOfWork, record: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse an answer to the question of the risks that leaves nobody to ask."""
    is_asked = answers.get("risk_update") == "update" or (record.severity or 0) >= MAJOR
    return [_no_risk()] if is_asked and not answers.get("risks") else []


def check_authority(
    uow: UnitOfWork, _record: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse a disposition whose author would authorise it."""
    if answers.get("authority_id") != uow.actor_id:
        return ()
    return [
        Problem(
            "authority_id",
            "authority.independent",
            _("Who decides the disposition cannot authorise it."),
            _("Name somebody else with the authority."),
        )
    ]


def check_new_team(
    uow: UnitOfWork, record: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse the team of the failed cycle: somebody must be in it who was not in the last one.

    Source: lifecycles G-eff: another team is mandatory from the second cycle on.
    """
    before = _members(record.values.get("team")) | _doers(uow, record)
    after = {answers.get("capa_owner_id")} | _members(answers.get("team"))
    if after - before:
        return ()
    return [
        Problem(
            "team",
            "team.other",
            _("This is the team whose cycle failed."),
            _("Name at least one person who was not in it."),
        )
    ]


def check_actions(
    uow: UnitOfWork, record: RecordView, _element_id: str, _answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse to verify the whole before each action is verified, each document in force, each training done.

    Source: lifecycles G-doc and 4.9.
    """
    return _problems(one for one in _points(uow, record) if one.link_kind in IMPLEMENTED and not one.is_met)


def check_open_points(
    uow: UnitOfWork, record: RecordView, _element_id: str, _answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse to close while any domain names an open point.

    Source: lifecycles 5.7; 21 CFR 11.10 f, sequence check.
    """
    return _problems(one for one in _points(uow, record) if not one.is_met)


def check_closing(
    uow: UnitOfWork, record: RecordView, element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse a yes to the closing while any domain names an open point, or nobody wrote what was learnt.

    Shape: who says no is refused nothing.
    """
    if answers.get("verdict") != Verdict.APPROVE.value:
        return ()
    missing = list(check_open_points(uow, record, element_id, answers))
    if not str(answers.get("lessons") or "").strip():
        sentence = _("Nobody has written down what others should know.")
        missing.append(Problem("lessons", "lessons.written", sentence, _("Write it here.")))
    return missing


def check_risks_answered(
    uow: UnitOfWork, record: RecordView, _element_id: str, _answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse closing with conditions while an action or a reassessment is open; criteria may be missed."""
    return _problems(one for one in _points(uow, record) if one.link_kind is not None and not one.is_met)


def _no_risk() -> Problem:
    return Problem(
        "risks",
        "risks.linked",
        _("At least one risk must be linked: from severity 4 on, and when the risks change."),
        _("Register the risk first if nobody has, then link it here."),
    )


def _points(uow: UnitOfWork, record: RecordView) -> Sequence[OpenPoint]:
    uow.session.flush()  # what this act wrote counts as well
    return registry.open_points(uow.session, record.kind, record.id)


def _problems(points: Any) -> list[Problem]:
    return [Problem(point.key, "open_point", point.sentence) for point in points]


def _members(team: Any) -> set[Any]:
    return {one.get("person_id") for one in team or () if isinstance(one, Mapping)} - {None}


NONCONFORMITY_GUARDS: Mapping[str, Guard] = {
    "triage": check_report,
    "decide_disposition": check_authority,
    "close_nonconformity": check_open_points,
}
CAPA_GUARDS: Mapping[str, Guard] = {
    "review_failure": check_new_team,
    "verify_implementation": check_actions,
    "review_risks": check_risks_linked,
    "close_with_conditions": check_risks_answered,
    "close_capa": check_closing,
}


def _doers(uow: UnitOfWork, record: RecordView) -> set[Any]:
    """Return who named the cause or the plan in the cycles so far."""
    done = select(Task.completed_by_id).where(
        Task.record_id == record.id, Task.duty.in_(TEAM_DUTIES), Task.state == TaskState.DONE.value
    )
    return {record.values.get("capa_owner_id"), *uow.session.scalars(done)} - {None}
