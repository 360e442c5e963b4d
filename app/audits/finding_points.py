"""What stands between a finding and its closing, in sentences with doors, and the guards that say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.audits.finding_ledger import risk_ids
from app.audits.finding_models import Finding
from app.audits.finding_rules import Grade
from app.audits.finding_service import findings_of, living_capas
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.workflow.lifecycle import Guard, OpenPoint, RecordView, registry

AUDIT_KIND = "audit"
FINDING_KIND = "finding"
SEVERE = 4
RISKS_ANSWERED = "risks_answered"


def open_points(session: Session, kind: str, record_id: int) -> Sequence[OpenPoint]:
    """Return what a finding still asks for, and for an audit one point for each of its findings.

    Shape: a point of an audit is met when its finding is closed, or left to the next audit.
    Source: lifecycles 4.0b: a major one closes after its CAPA is effective and its reassessment answered.
        CAPA, reassessment and correction tell by themselves whether they are over.
    """
    if kind == AUDIT_KIND:
        return [_of_audit(row) for row in findings_of(session, record_id)]
    row = session.get(Finding, record_id) if kind == FINDING_KIND else None
    return () if row is None else tuple(_points(session, row))


def _of_audit(row: Finding) -> OpenPoint:
    is_met = row.closed_at is not None or row.is_for_next_audit
    facts = {"number": row.number, "title": row.title}
    if row.closed_at is not None:
        sentence = _("%(number)s “%(title)s” is closed.", **facts)
    elif row.is_for_next_audit:
        sentence = _("%(number)s “%(title)s” is left to the next audit.", **facts)
    else:
        sentence = _("%(number)s “%(title)s” is not closed.", **facts)
    return OpenPoint(f"finding:{row.id}", sentence, is_met, FINDING_KIND, row.id)


def _points(session: Session, row: Finding) -> Iterator[OpenPoint]:
    yield OpenPoint("accepted", _("The answer is accepted."), row.acceptance == "accepted")
    if row.route == "capa":
        capas = living_capas(session, row.id)
        sentence = (
            _("It has a CAPA.") if capas else _("It has no CAPA: none is opened yet, or it was cancelled.")
        )
        yield OpenPoint("capa", sentence, bool(capas), "capa", capas[0] if capas else None)
    yield OpenPoint("risks_linked", _("At least one risk is linked."), bool(risk_ids(row.risks)))
    yield OpenPoint(
        RISKS_ANSWERED,
        _("The risks are assessed again, or there is a reason why not."),
        _are_risks_answered(row),
    )
    yield OpenPoint("verified", _("What was done is verified."), row.verification == "verified")


def _are_risks_answered(row: Finding) -> bool:
    """Tell whether the question of the risks is answered; whether a reassessment is open, the risks tell."""
    if row.grade == Grade.MAJOR.value or (row.severity or 0) >= SEVERE:
        return row.reassessment_requested_at is not None
    return row.reassessment_requested_at is not None or bool((row.risk_justification or "").strip())


def check_repeat(
    _uow: UnitOfWork, record: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse a finding that repeats itself."""
    named = answers.get("repeat_of_id")
    if not isinstance(named, Mapping) or named.get("id") != record.id:
        return ()
    sentence = _("A finding cannot be a repeat of itself.")
    return [Problem("repeat_of_id", "repeat.itself", sentence, _("Choose the earlier finding."))]


def check_wait(
    _uow: UnitOfWork, record: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse to leave a major finding to the next audit."""
    if answers.get("verification") != "next_audit" or record.values.get("grade") == Grade.MINOR.value:
        return ()
    sentence = _("Only a minor finding may wait for the next audit.")
    return [
        Problem("verification", "wait.minor", sentence, _("Look at it now, or say that it is not put right."))
    ]


def check_open_points(
    uow: UnitOfWork, record: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse to close while any domain names an open point; the reason why no risk changes counts as given.

    Source: ISO 9001:2015, 10.2.1 e; 21 CFR 11.10 f, sequence check.
    """
    uow.session.flush()  # what this act wrote counts as well
    is_minor = record.values.get("grade") == Grade.MINOR.value and (record.severity or 0) < SEVERE
    given = {RISKS_ANSWERED} if is_minor and str(answers.get("risk_justification") or "").strip() else set()
    points = registry.open_points(uow.session, record.kind, record.id)
    return [
        Problem(point.key, "open_point", point.sentence)
        for point in points
        if not point.is_met and point.key not in given
    ]


GUARDS: Mapping[str, Guard] = {
    "write_finding": check_repeat,
    "verify_finding": check_wait,
    "close_finding": check_open_points,
}
