"""The messages that open audits and programmes; each arrives once for the same cell, audit or year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from app.audits.models import Audit, AuditProgramme, AuditType, ProgrammeLine
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.models import BusinessProcess, Site
from app.workflow import messages
from app.workflow.lifecycle import MessageRule

AUDIT_REQUESTED = "audit.requested"
PROGRAMME_REQUESTED = "audit_programme.requested"
FINDING_REQUESTED = "finding.requested"
CELL, FOLLOW_UP = "programme-line", "follow-up"


def request_audit(uow: UnitOfWork, kind: str, parent: Audit, number: int) -> None:
    """Ask for an audit that looks again at what another one found. Effects: one stored message, once."""
    messages.send(
        uow,
        AUDIT_REQUESTED,
        f"{kind}:{number}",
        source=f"{parent.kind}:{parent.id}",
        payload={
            "parent_id": parent.id,
            "title": _("Follow-up of %(number)s %(title)s", number=parent.number, title=parent.title),
            "site_id": parent.site_id,
            "process_id": parent.process_id,
            "audit_type": AuditType.FOLLOW_UP.value,
            "lead_auditor_id": parent.lead_auditor_id,
            "criteria": parent.criteria,
            "follow_up_reason": _("The findings of %(number)s ask for it.", number=parent.number),
        },
    )


def request_planned(uow: UnitOfWork, programme: AuditProgramme, line: ProgrammeLine, month: int) -> None:
    """Ask for the audit of one cell of a programme. Effects: one stored message, once for the cell."""
    site = uow.session.get_one(Site, line.site_id)
    process = uow.session.get_one(BusinessProcess, line.process_id)
    messages.send(
        uow,
        AUDIT_REQUESTED,
        f"{CELL}:{line.id}:{month}",
        source=f"{programme.kind}:{programme.id}",
        payload={
            "programme_line_id": line.id,
            "planned_month": month,
            "title": _("%(process)s, %(site)s", process=process.name, site=site.name),
            "site_id": line.site_id,
            "process_id": line.process_id,
            "audit_type": AuditType.PROCESS.value,
            "criteria": line.clauses,
            "objectives": programme.objectives,
            "starts_on": date(programme.year, month, 1).isoformat(),
        },
    )


def find_audit(uow: UnitOfWork, key: str, payload: Mapping[str, Any]) -> int | None:
    """Return the audit that an earlier delivery of the same request opened, whatever became of it."""
    del key
    if payload.get("programme_line_id"):
        return uow.session.scalar(
            select(Audit.id).where(
                Audit.programme_line_id == payload["programme_line_id"],
                Audit.planned_month == payload["planned_month"],
            )
        )
    return uow.session.scalar(select(Audit.id).where(Audit.parent_id == payload["parent_id"]).limit(1))


def join_audit(_uow: UnitOfWork, _record_id: int, _payload: Mapping[str, Any]) -> None:
    """Do nothing: a request that arrives twice opened its audit the first time."""


_AUDIT_FACTS = (
    "title",
    "site_id",
    "process_id",
    "audit_type",
    "criteria",
    "objectives",
    "starts_on",
    "lead_auditor_id",
    "parent_id",
    "programme_line_id",
    "planned_month",
    "follow_up_reason",
)


def first_audit_facts(_uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of an audit that a programme or another audit asks for."""
    return {name: payload[name] for name in _AUDIT_FACTS if payload.get(name) is not None}


def request_programme(uow: UnitOfWork, year: int, site_id: int | None) -> None:
    """Ask for the programme of a year. Effects: one stored message, once for the year."""
    messages.send(
        uow,
        PROGRAMME_REQUESTED,
        f"year:{year}",
        source="calendar",
        payload={"year": year, "site_id": site_id, "title": _("Audit programme %(year)s", year=year)},
    )


def find_programme(uow: UnitOfWork, _key: str, payload: Mapping[str, Any]) -> int | None:
    """Return the programme of the year, the first when there are several."""
    return uow.session.scalar(
        select(AuditProgramme.id)
        .where(AuditProgramme.year == payload["year"])
        .order_by(AuditProgramme.id)
        .limit(1)
    )


def join_programme(_uow: UnitOfWork, _record_id: int, _payload: Mapping[str, Any]) -> None:
    """Do nothing: somebody has begun the year's programme already."""


def first_programme_facts(_uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of a programme that the calendar asks for."""
    return {name: payload[name] for name in ("title", "year", "site_id") if payload.get(name) is not None}


AUDIT_RULE = MessageRule(AUDIT_REQUESTED, find_audit, join_audit, first_audit_facts)
PROGRAMME_RULE = MessageRule(PROGRAMME_REQUESTED, find_programme, join_programme, first_programme_facts)
