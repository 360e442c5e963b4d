"""Findings as others ask for them: of an audit, of a process, and written from a line of a checklist."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.audits.finding_models import Finding
from app.audits.finding_rules import NONCONFORMITIES, FindingSource, Grade
from app.audits.models import ChecklistLine
from app.foundation.dates import written_day
from app.foundation.errors import Conflict
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.records.links import LinkKind
from app.records.models import Record, RecordLink
from app.records.visibility import RecordUnseen, get_visible, scope_of
from app.workflow import instances
from app.workflow.briefings import BriefingItem, Topic

PERMISSION = "findings.write"
CAPA_KIND = "capa"
RISK_KIND = "risk"
CANCELLED = "cancelled"
LOOKED_BACK = timedelta(days=730)
WAITS_FOR_AUDIT = 10.0
_WEIGHTS = {Grade.MAJOR.value: 3.0, Grade.MINOR.value: 1.0}


class LineHasFinding(Conflict):
    """A finding was written from this line before."""


def findings_of(session: Session, audit_id: int) -> Sequence[Finding]:
    """Return the findings of an audit, the oldest first."""
    return session.scalars(select(Finding).where(Finding.audit_id == audit_id).order_by(Finding.id)).all()


def open_for(session: Session, audit_id: int) -> Sequence[Finding]:
    """Return the findings that keep an audit from closing: open ones, but not those left to the next audit.

    Source: lifecycles 4.2: a minor one may wait for the next audit.
    """
    return session.scalars(
        select(Finding)
        .where(
            Finding.audit_id == audit_id, Finding.closed_at.is_(None), Finding.is_for_next_audit.is_(False)
        )
        .order_by(Finding.id)
    ).all()


def living_capas(session: Session, finding_id: int) -> Sequence[int]:
    """Return the ids of the CAPAs a finding led to, cancelled ones left out, the oldest first."""
    return session.scalars(
        select(Record.id)
        .join(RecordLink, RecordLink.to_id == Record.id)
        .where(
            RecordLink.from_id == finding_id,
            RecordLink.kind == LinkKind.LEADS_TO.value,
            Record.kind == CAPA_KIND,
            Record.status != CANCELLED,
        )
        .order_by(Record.id)
    ).all()


def write_from_line(uow: UnitOfWork, actor: Actor, line_id: int) -> int:
    """Open a finding with everything its line of the checklist knows, and return the record's id.

    Errors: RecordUnseen; NotAllowed; LineHasFinding.
    Effects: record and instance; the auditor's first step asks only for what nobody has said yet.
    """
    line = uow.session.get(ChecklistLine, line_id, with_for_update=True)
    if line is None:
        raise RecordUnseen(_("There is no such line of a checklist."))
    audit = get_visible(uow.session, actor, line.audit_id)
    policy.require(actor, PERMISSION, scope_of(audit))
    if line.finding_id is not None:
        raise LineHasFinding(_("A finding was written from this line already; see the audit's findings."))
    facts = _facts_of(uow.session, line) | {"site_id": audit.site_id, "process_id": audit.process_id}
    return instances.start(uow, "finding", facts).record_id


def briefing(session: Session, site_id: int | None, process_id: int, at: datetime) -> Sequence[BriefingItem]:
    """Return the earlier findings of a process at a site: of two years, and all that wait for an audit."""
    statement = select(Finding).where(
        Finding.process_id == process_id,
        Finding.issued_at.is_not(None),
        Finding.status.not_in(("withdrawn", CANCELLED)),
        or_(Finding.issued_at >= at - LOOKED_BACK, Finding.closed_at.is_(None)),
    )
    if site_id is not None:
        statement = statement.where(Finding.site_id == site_id)
    return [_item(row) for row in session.scalars(statement.order_by(Finding.issued_at.desc()))]


def _item(row: Finding) -> BriefingItem:
    is_waiting = row.is_for_next_audit and row.closed_at is None
    weight = _WEIGHTS.get(row.grade or "", 0.5) + (row.closed_at is None) + is_waiting * WAITS_FOR_AUDIT
    return BriefingItem(
        topic=Topic.EARLIER_FINDING,
        record_kind=row.kind,
        record_id=row.id,
        number=row.number,
        title=row.title,
        sentence=_sentence(row, is_waiting=is_waiting),
        question=_("Is what %(number)s found put right, and does it stay so?", number=row.number),
        requirement=row.requirement,
        weight=weight,
    )


def _sentence(row: Finding, *, is_waiting: bool) -> str:
    if is_waiting:
        return _("Its verification was left to this audit.")
    if row.closed_at is None:
        return _("It is still open.")
    return _("It was closed on %(day)s.", day=written_day(row.closed_at))


def _facts_of(session: Session, line: ChecklistLine) -> dict[str, object]:
    """Return what a line says in a finding's words; one about an earlier finding has its title and risks."""
    seen = (line.evidence, line.samples and _("Samples: %(samples)s", samples=line.samples))
    heard = line.interviewee and _("Asked: %(who)s", who=line.interviewee)
    origin = {"kind": line.origin_kind, "id": line.origin_id}
    earlier = session.get(Finding, line.origin_id) if line.origin_kind == "finding" else None
    return {
        "title": earlier.title if earlier else line.question,
        "audit_id": line.audit_id,
        "line_id": line.id,
        "source": FindingSource.INTERNAL.value,
        "requirement": line.requirement,
        "evidence": "\n".join(text for text in (*seen, heard) if text),
        "proposed_grade": line.result if line.result in set(Grade) else None,
        "repeat_of_id": earlier.id if earlier and line.result in NONCONFORMITIES else None,
        "risks": [origin] if line.origin_kind == RISK_KIND else earlier.risks if earlier else None,
    }
