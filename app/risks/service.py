"""Asking for a reassessment: one open per risk, which collects all that asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.durations import Duration
from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.upsert import insert_into
from app.foundation.working_time import add_working_time
from app.organisation.calendars import calendar_of
from app.quality_events.exposure import NotAssessed, explain
from app.records.facts import RecordPorts
from app.records.links import LinkKind, link_records
from app.records.models import Record
from app.risks.models import Reassessment, ReassessmentStatus, ReassessmentTrigger, Risk, RiskKind, RiskStatus
from app.risks.requests import REASSESSED, REASSESSMENT_REQUESTED, wake
from app.risks.rules import answer_days, score_of
from app.workflow import messages
from app.workflow.lifecycle import MessageRule, OpenPoint

OPEN = ReassessmentStatus.REQUESTED.value
HIGHEST = 5


class UnknownRisk(NotFound):
    """A reassessment was asked for of a risk that does not exist."""


class RiskPorts(RecordPorts):
    """Ports of risks: who owns the risk owns the record."""

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open a risk in the register. Errors: FactsInvalid."""
        record_id = super().open_record(uow, facts)
        risk = uow.session.get_one(Risk, record_id)
        risk.owner_id = risk.risk_owner_id
        return record_id


class ReassessmentPorts(RecordPorts):
    """Ports of reassessments: named, owned and due after the risk they look at."""

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open a reassessment of the risk that `facts` name, with what triggered it.

        Errors: UnknownRisk; FactsInvalid.
        Effects: locks the risk, so that two requests cannot open two.
        """
        trigger = facts.get("trigger")
        own = {name: value for name, value in facts.items() if name not in {"trigger", "raise_likelihood"}}
        record_id = super().open_record(uow, own)
        row = uow.session.get_one(Reassessment, record_id)
        risk = lock_risk(uow, row.risk_id)
        row.title = risk.title
        row.site_id, row.process_id = risk.site_id, risk.process_id
        row.risk_owner_id = row.owner_id = risk.risk_owner_id
        row.former_score = risk.score or 0
        row.answer_due_at = row.due_at = row.original_due_at = _due_at(uow, row)
        row.assessment = _suggested(risk, int(facts.get("raise_likelihood") or 0))
        _show_indicated(uow, row)
        risk.status = RiskStatus.REASSESSMENT_DUE.value
        link_records(uow, row.id, risk.id, LinkKind.BELONGS_TO)
        if trigger:
            add_trigger(uow, row, trigger, row.reason or "")
        return record_id

    def write_facts(self, uow: UnitOfWork, record_id: int, facts: Mapping[str, Any]) -> None:
        """Write answers as the generic writer does, and restate whether somebody else looks at them.

        Errors: RecordMissing; FactsInvalid.
        """
        super().write_facts(uow, record_id, facts)
        row = uow.session.get_one(Reassessment, record_id)
        row.needs_second_look = _needs_second_look(row)

    def cancel_record(self, uow: UnitOfWork, record_id: int) -> None:
        """Close it as cancelled and wake whoever waits for nothing but this answer: the risk, who asked.

        Errors: RecordMissing. Safe to call again.
        """
        super().cancel_record(uow, record_id)
        row = uow.session.get_one(Reassessment, record_id)
        wake(uow, lock_risk(uow, row.risk_id), source=f"{row.kind}:{row.id}:cancelled")
        tell_triggers(uow, row, source=f"{row.kind}:{row.id}:cancelled")


RISK_PORTS = RiskPorts(Risk, "RSK", RiskStatus.IDENTIFIED.value)
REASSESSMENT_PORTS = ReassessmentPorts(Reassessment, "RAS", OPEN)


def lock_risk(uow: UnitOfWork, risk_id: int | None) -> Risk:
    """Return the risk, its row locked to the end of the act.

    Errors: UnknownRisk.
    """
    risk = uow.session.get(Risk, risk_id, with_for_update=True) if risk_id else None
    if risk is None:
        raise UnknownRisk(_("There is no such risk to assess again."))
    return risk


def find_open_reassessment(uow: UnitOfWork, correlation_key: str, payload: Mapping[str, Any]) -> int | None:
    """Return the open reassessment of the risk, the risk's row locked; None when one may be opened.

    Errors: UnknownRisk.
    """
    del correlation_key
    risk = lock_risk(uow, payload.get("risk_id"))
    return uow.session.scalar(
        select(Reassessment.id).where(Reassessment.risk_id == risk.id, Reassessment.status == OPEN).limit(1)
    )


def join_reassessment(uow: UnitOfWork, record_id: int, payload: Mapping[str, Any]) -> None:
    """Let another record join an open reassessment; a graver one brings its day forward."""
    row = uow.session.get_one(Reassessment, record_id)
    row.severity = max(row.severity or 1, int(payload.get("severity") or 1))
    due_at = _due_at(uow, row)
    row.due_at = row.answer_due_at = min(row.due_at or due_at, due_at)
    _show_indicated(uow, row)
    if payload.get("trigger"):
        add_trigger(uow, row, payload["trigger"], str(payload.get("reason") or ""))


def facts_of_request(_uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of a reassessment that another record asks for."""
    return {
        "title": "",
        "risk_id": payload["risk_id"],
        "reason": payload.get("reason"),
        "severity": payload.get("severity"),
        "trigger": payload.get("trigger"),
        "raise_likelihood": payload.get("raise_likelihood"),
    }


REQUESTED = MessageRule(REASSESSMENT_REQUESTED, find_open_reassessment, join_reassessment, facts_of_request)


def add_trigger(uow: UnitOfWork, row: Reassessment, trigger: Mapping[str, Any], reason: str) -> None:
    """Note that a record asked, and lock that record so that it cannot close in the same moment.

    Safe to call again for the same record.
    """
    uow.session.get_one(Record, trigger["id"], with_for_update=True)
    uow.session.flush()  # the trigger points at the reassessment's row
    uow.session.execute(
        insert_into(uow.session, ReassessmentTrigger)
        .values(
            reassessment_id=row.id,
            record_kind=trigger["kind"],
            record_id=trigger["id"],
            record_number=trigger["number"],
            reason=reason,
            triggered_at=uow.now,
        )
        .on_conflict_do_nothing(index_elements=["reassessment_id", "record_id"])
    )
    link_records(uow, trigger["id"], row.id, LinkKind.LEADS_TO)


def triggers_of(uow: UnitOfWork, reassessment_id: int) -> list[ReassessmentTrigger]:
    """Return what asked for a reassessment, the first first."""
    query = select(ReassessmentTrigger).where(ReassessmentTrigger.reassessment_id == reassessment_id)
    return list(uow.session.scalars(query.order_by(ReassessmentTrigger.id)))


def tell_triggers(uow: UnitOfWork, row: Reassessment, *, source: str, score: int | None = None) -> None:
    """Tell every record that asked for a reassessment that it is over, by the record's number."""
    payload = {"risk_id": row.risk_id, "score": score}
    for trigger in triggers_of(uow, row.id):
        key = f"{source}:{trigger.record_id}"
        messages.send(uow, REASSESSED, trigger.record_number, source=key, payload=payload)


def open_points(session: Session, record_kind: str, record_id: int) -> Sequence[OpenPoint]:
    """Return one point for each reassessment a record asked for, met when it is answered.

    Source: ISO 9001:2015, 10.2.1 e: a record that changes a risk does not close while that is unanswered.
    """
    rows = session.scalars(
        select(Reassessment)
        .join(ReassessmentTrigger, ReassessmentTrigger.reassessment_id == Reassessment.id)
        .where(
            ReassessmentTrigger.record_kind == record_kind,
            ReassessmentTrigger.record_id == record_id,
            Reassessment.status != ReassessmentStatus.CANCELLED.value,
        )
        .order_by(Reassessment.id)
    )
    return [
        OpenPoint(
            key=f"reassessment:{row.id}",
            sentence=_point_sentence(row),
            is_met=row.status == ReassessmentStatus.ANSWERED.value,
            link_kind=row.kind,
            link_id=row.id,
        )
        for row in rows
    ]


def _show_indicated(uow: UnitOfWork, row: Reassessment) -> None:
    """Put what the events say beside the question, so that the owner can agree or say why not."""
    assert row.risk_id is not None, "a reassessment names its risk"
    if uow.session.get_one(Risk, row.risk_id).risk_kind == RiskKind.OPPORTUNITY.value:
        return
    try:
        found = explain(uow.session, row.risk_id, at=uow.now)
    except NotAssessed:
        return
    row.indicated_score = found.indicated.score
    row.indicated_why = found.sentence


def _suggested(risk: Risk, raised_by: int) -> dict[str, int] | None:
    """Return what the form begins with: the likelihood raised, as an ineffective CAPA asks; else nothing.

    Source: lifecycles 4.1, G-eff: ineffective raises the likelihood by one step; the owner decides.
    """
    if not raised_by or not risk.residual:
        return None
    likelihood = min(HIGHEST, int(risk.residual["likelihood"]) + raised_by)
    return {"likelihood": likelihood, "severity": int(risk.residual["severity"])}


def _needs_second_look(row: Reassessment) -> bool:
    """Tell whether an answer is lower than before, against the events, or takes the risk away."""
    is_lower = bool(row.assessment) and score_of(row.assessment or {}) < row.former_score
    return is_lower or row.agree_with_indicated == "no" or row.answer == "gone"


def _point_sentence(row: Reassessment) -> str:
    facts = {"number": row.number, "title": row.title}
    if row.status == ReassessmentStatus.ANSWERED.value:
        return _("The risk “%(title)s” was assessed again in %(number)s.", **facts)
    return _("The risk “%(title)s” must be assessed again first: %(number)s.", **facts)


def _due_at(uow: UnitOfWork, row: Reassessment) -> Any:
    span = Duration(days=answer_days(row.severity))
    if row.site_id is None:
        return uow.now + span.span
    return add_working_time(uow.now, span, calendar_of(uow.session, row.site_id))
