"""The acceptance of a risk: tied to what was assessed, until a day, while the risk stays as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from app.approvals.refusals import refusal_words
from app.approvals.rules import Verdict
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.settings import Setting, value_of
from app.foundation.unit_of_work import UnitOfWork
from app.records.facts import RecordPorts
from app.records.links import LinkKind, link_records
from app.risks import requests
from app.risks.models import Acceptance, AcceptanceStatus, Risk, RiskStatus
from app.risks.rules import Band, longest_acceptance
from app.risks.service import lock_risk
from app.risks.standing import standings
from app.trail import Subject, record
from app.workflow.lifecycle import MessageRule, Operation, OperationCall, RecordView

WARNING = timedelta(days=30)
DECIDING = "decide_acceptance"  # the call in which an acceptance is approved
USUAL_DAYS = Setting("risk.acceptance_days", 365, int, "Days for which a risk may be accepted at most")
TOP_DAYS = Setting(
    "risk.acceptance_days_unacceptable",
    90,
    int,
    "Days for which top management may accept an unacceptable risk at most",
)
_OPEN = (AcceptanceStatus.CREATED.value, AcceptanceStatus.SUBMITTED.value)
HOLDS, EXPIRED, REVOKED = "holds", "expired", "revoked"


class AcceptancePorts(RecordPorts):
    """Ports of acceptances: named, owned and placed after the risk they speak of."""

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open an acceptance of the risk that `facts` name.

        Errors: UnknownRisk; FactsInvalid. Effects: locks the risk, so that two requests cannot open two.
        """
        record_id = super().open_record(uow, facts)
        row = uow.session.get_one(Acceptance, record_id)
        risk = lock_risk(uow, row.risk_id)
        row.title, row.risk_kind = risk.title, risk.risk_kind
        row.site_id, row.process_id, row.severity = risk.site_id, risk.process_id, risk.severity
        row.risk_owner_id = row.owner_id = risk.risk_owner_id
        row.risk_key = requests.risk_key(risk.id)
        _tie(row, risk)
        risk.acceptance_status, risk.accepted_until = AcceptanceStatus.CREATED.value, None
        link_records(uow, risk.id, row.id, LinkKind.LEADS_TO)
        return record_id

    def cancel_record(self, uow: UnitOfWork, record_id: int) -> None:
        """Close it as cancelled and let the risk be looked at again: it is without an answer.

        Errors: RecordMissing. Safe to call again.
        """
        super().cancel_record(uow, record_id)
        row = uow.session.get_one(Acceptance, record_id)
        risk = lock_risk(uow, row.risk_id)
        risk.acceptance_status, risk.accepted_until = AcceptanceStatus.CANCELLED.value, None
        requests.reopen(uow, risk, source=f"{row.kind}:{row.id}:cancelled")


ACCEPTANCE_PORTS = AcceptancePorts(Acceptance, "RAC", AcceptanceStatus.CREATED.value)


def find_open_acceptance(uow: UnitOfWork, correlation_key: str, payload: Mapping[str, Any]) -> int | None:
    """Return the acceptance of the risk that is not decided yet; None when one may be opened.

    Errors: UnknownRisk.
    """
    del correlation_key
    risk = lock_risk(uow, payload.get("risk_id"))
    return uow.session.scalar(
        select(Acceptance.id).where(Acceptance.risk_id == risk.id, Acceptance.status.in_(_OPEN)).limit(1)
    )


def join_acceptance(_uow: UnitOfWork, _record_id: int, _payload: Mapping[str, Any]) -> None:
    """Do nothing: the acceptance that is asked for is there."""


def facts_of_request(_uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of an acceptance that a treatment asks for."""
    return {"title": "", "risk_id": payload["risk_id"], "justification": payload.get("justification")}


REQUESTED = MessageRule(
    requests.ACCEPTANCE_REQUESTED, find_open_acceptance, join_acceptance, facts_of_request
)


def check_expiry(
    uow: UnitOfWork, view: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse an acceptance that would last longer than the band allows.

    Source: lifecycles 4.5: an unacceptable risk is accepted for 90 days at most.
    """
    until = _day(answers.get("expires_on"))
    row = uow.session.get_one(Acceptance, view.id)
    days = longest_acceptance(
        Band(row.band or Band.LOW),
        usual=value_of(uow.session, USUAL_DAYS, row.site_id),
        top=value_of(uow.session, TOP_DAYS, row.site_id),
    )
    if until is None or until <= uow.now.date() + timedelta(days=days):
        return ()
    return [
        Problem(
            "expires_on",
            "acceptance.too_long",
            _("A risk of this band may be accepted for %(days)s days at most.", days=days),
            _("Choose an earlier day."),
        )
    ]


def check_state(
    uow: UnitOfWork, view: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse to accept a risk that was assessed again since the acceptance was asked for."""
    row = uow.session.get_one(Acceptance, view.id)
    risk = lock_risk(uow, row.risk_id)
    if answers.get("verdict") != Verdict.APPROVE.value or row.accepted_state == risk.assessed_state:
        return ()
    return [
        Problem(
            "verdict",
            "acceptance.state",
            _("The risk was assessed again since this was asked for."),
            _("Refuse it, with that as the reason; its owner is asked again."),
        )
    ]


def submit_acceptance(call: OperationCall) -> Mapping[str, Any] | None:
    """Tie the acceptance to the risk as it is assessed at this moment."""
    row, risk = _both(call)
    _tie(row, risk)
    band = _indicated_band(call.uow, risk)
    row.indicated_band = band.value if band else None
    _say(row, risk, AcceptanceStatus.SUBMITTED)
    return None


def record_acceptance(call: OperationCall) -> Mapping[str, Any] | None:
    """Note that the risk is accepted until its day; thirty days before, its owner is asked to look again."""
    row, risk = _both(call)
    assert row.expires_on is not None, "the form requires the day"
    row.acceptance_verdict = "accept"
    row.expires_at = row.due_at = datetime.combine(row.expires_on, time(22), UTC)
    row.warn_at = max(row.expires_at - WARNING, call.uow.now)
    # An acceptance shorter than the warning is warned of when it begins.
    row.next_moment_at = row.warn_at
    row.standing = HOLDS
    _say(row, risk, AcceptanceStatus.ACCEPTED)
    risk.accepted_until = row.expires_on
    risk.status = RiskStatus.ACCEPTED.value
    _trail(call, row, "risk.accepted", row.justification)
    return None


def look_at_acceptance(call: OperationCall) -> Mapping[str, Any] | None:
    """Compare the risk with what was accepted; warn thirty days before the end.

    Effects: `standing` says holds, expired or revoked; the warning is a reassessment, so that the owner
        decides in time. A message that was told before this acceptance began changes nothing.
    """
    row, risk = _both(call)
    row.standing, row.end_reason = _standing(call.uow, row, risk)
    if row.standing == HOLDS and row.warn_at and call.uow.now >= row.warn_at:
        reason = _("The acceptance %(number)s ends on %(day)s.", number=row.number, day=row.expires_on)
        source = f"{row.kind}:{row.id}:warning"
        requests.ask_reassessment(call.uow, risk, reason=reason, source=source)
        row.next_moment_at = row.expires_at
    return None


def expire_acceptance(call: OperationCall) -> Mapping[str, Any] | None:
    """End the acceptance on its day; the risk is without an answer again."""
    _end(call, AcceptanceStatus.EXPIRED, "risk.acceptance_expired")
    return None


def revoke_acceptance(call: OperationCall) -> Mapping[str, Any] | None:
    """End the acceptance because the risk is not what was accepted; it is without an answer again."""
    _end(call, AcceptanceStatus.REVOKED, "risk.acceptance_revoked")
    return None


def reject_acceptance(call: OperationCall) -> Mapping[str, Any] | None:
    """Note that the risk is not accepted; it needs another answer."""
    row, _risk = _both(call)
    row.acceptance_verdict = "reject"
    row.verdict_note = row.end_reason = refusal_words(call.uow.session, call.instance_id, DECIDING)
    _end(call, AcceptanceStatus.REJECTED, "risk.acceptance_rejected")
    return None


def _standing(uow: UnitOfWork, row: Acceptance, risk: Risk) -> tuple[str, str | None]:
    if row.accepted_state != risk.assessed_state:
        return REVOKED, _("The risk was assessed again.")
    if _is_graver(_indicated_band(uow, risk), row.indicated_band):
        return REVOKED, _("What happened since moved the risk into a graver band.")
    if row.expires_at and uow.now >= row.expires_at:
        return EXPIRED, _("Its day has come.")
    return HOLDS, None


def _indicated_band(uow: UnitOfWork, risk: Risk) -> Band | None:
    standing = standings(uow.session, [risk], uow.now)[risk.id]
    return standing.indicated.band if standing.indicated else None


def _is_graver(present: Band | None, accepted: str | None) -> bool:
    """Tell whether events moved a risk up since it was accepted; a fall takes no consent back."""
    if present is None or accepted is None:
        return False
    order = list(Band)
    return order.index(present) > order.index(Band(accepted))


def _end(call: OperationCall, status: AcceptanceStatus, verb: str) -> None:
    row, risk = _both(call)
    _say(row, risk, status)
    row.closed_at = row.closed_at or call.uow.now
    risk.accepted_until = None
    _trail(call, row, verb, row.end_reason)
    is_of_this_state = row.accepted_state == risk.assessed_state
    if is_of_this_state:  # another state has an answer of its own, or is asked for one
        requests.reopen(call.uow, risk, source=f"{row.kind}:{row.id}:{status.value}")


def _both(call: OperationCall) -> tuple[Acceptance, Risk]:
    row = call.uow.session.get_one(Acceptance, call.record_id)
    return row, lock_risk(call.uow, row.risk_id)


def _tie(row: Acceptance, risk: Risk) -> None:
    row.band, row.score, row.accepted_state = risk.band, risk.score, risk.assessed_state


def _say(row: Acceptance, risk: Risk, status: AcceptanceStatus) -> None:
    row.status = risk.acceptance_status = status.value


def _trail(call: OperationCall, row: Acceptance, verb: str, reason: str | None) -> None:
    record(
        call.uow,
        verb=verb,
        subject=Subject(kind=row.kind, id=row.id, label=row.number),
        after={"band": row.band, "score": row.score, "state": row.accepted_state},
        reason=reason,
    )


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value if isinstance(value, date) else None


OPERATIONS = (
    Operation("risks.submit_acceptance", submit_acceptance, description="Tie it to the assessed state."),
    Operation("risks.record_acceptance", record_acceptance, description="Note the acceptance."),
    Operation("risks.look_at_acceptance", look_at_acceptance, description="Compare it with the risk."),
    Operation("risks.expire_acceptance", expire_acceptance, description="End it on its day."),
    Operation("risks.revoke_acceptance", revoke_acceptance, description="End it: the risk changed."),
    Operation("risks.reject_acceptance", reject_acceptance, description="Note the refusal."),
)
