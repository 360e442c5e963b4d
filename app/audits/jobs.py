"""What the calendar does for audits: begin next year's programme, remind, and note audits not held."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person, RoleGrant
from app.accounts.roles import Role
from app.audits.eligibility import member_ids
from app.audits.models import Audit, AuditProgramme
from app.audits.requests import FINDING_REQUESTED, request_programme
from app.audits.settings import OVERDUE_DAYS, PROGRAMME_DAY, REMINDER_DAYS
from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _
from app.foundation.outbox import post_mail
from app.foundation.settings import value_of
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.models import BusinessProcess, Site
from app.trail import Subject, record
from app.workflow import messages
from app.workflow.acts import perform
from app.workflow.definitions import NotPublished, current

REQUIREMENT = "9.2.2"


def run_due(base_url: str) -> int:
    """Do what the calendar asks of audits on this day and return how much was done.

    Effects: each deed once, however often and in how many processes it runs. `base_url` goes into mails.
    """
    return (
        perform(None, begin_programme)
        + perform(None, lambda uow: remind(uow, base_url))
        + perform(None, note_overdue)
    )


def begin_programme(uow: UnitOfWork) -> int:
    """Ask for next year's programme from its day on, unless somebody has begun it or there is no process.

    Source: lifecycles 4.2: timer on 1 November, house default.
    """
    today = uow.now.date()
    month, day = (int(part) for part in value_of(uow.session, PROGRAMME_DAY).split("-"))
    year = today.year + 1
    if today < date(today.year, month, day) or not _is_ready(uow.session):
        return 0
    if uow.session.scalar(select(AuditProgramme.id).where(AuditProgramme.year == year).limit(1)):
        return 0
    request_programme(uow, year, _leading_site(uow.session))
    return 1


def remind(uow: UnitOfWork, base_url: str) -> int:
    """Mail team and auditee 14, 7 and 3 days before an audit, or as the setting says.

    Units: calendar days. Shape: who has no mail address sees the task. Safe to run again: a mail is known by
    audit, first day, span and person, so that a postponed audit reminds again.
    """
    today = uow.now.date()
    spans = sorted({int(part) for part in value_of(uow.session, REMINDER_DAYS).split(",") if part.strip()})
    days = {today + timedelta(days=span): span for span in spans}
    rows = uow.session.scalars(
        select(Audit).where(
            Audit.starts_on.in_(list(days)), Audit.notice_at.is_not(None), Audit.closed_at.is_(None)
        )
    ).all()
    for row in rows:
        for person in _concerned(uow.session, row):
            assert row.starts_on is not None, "the statement asks for it"
            _mail(uow, row, person, days[row.starts_on], base_url)
    return len(rows)


def note_overdue(uow: UnitOfWork) -> int:
    """Ask for a finding against 9.2 for each audit that was not held by 90 days after its last day.

    Effects: one stored message and one trail entry for each audit, once.
    Source: lifecycles 4.2, gateways.
    """
    limit = (uow.now - timedelta(days=value_of(uow.session, OVERDUE_DAYS))).date()
    rows = uow.session.scalars(
        select(Audit)
        .where(
            Audit.ends_on < limit,
            Audit.notice_at.is_not(None),
            Audit.closing_meeting_at.is_(None),
            Audit.closed_at.is_(None),
            Audit.overdue_noted_at.is_(None),
        )
        .order_by(Audit.id)
        .with_for_update()
    ).all()
    for row in rows:
        _ask_for_finding(uow, row)
    return len(rows)


def _ask_for_finding(uow: UnitOfWork, row: Audit) -> None:
    assert row.ends_on is not None, "the statement asks for it"
    row.overdue_noted_at = uow.now
    day = written_day(row.ends_on)
    facts = {"number": row.number, "day": day}
    messages.send(
        uow,
        FINDING_REQUESTED,
        f"audit-overdue:{row.id}",
        source=f"{row.kind}:{row.id}",
        payload={
            "audit_id": row.id,
            "title": _("Audit %(number)s was not held", number=row.number),
            "statement": _("The audit %(number)s was planned to end on %(day)s and was not held.", **facts),
            "requirement": REQUIREMENT,
            "grade": "minor",
            "site_id": row.site_id,
            "process_id": row.process_id,
        },
    )
    record(
        uow,
        verb="audit.overdue",
        subject=Subject(kind=row.kind, id=row.id, label=row.number),
        after={"planned_end": row.ends_on.isoformat()},
    )


def _is_ready(session: Session) -> bool:
    """Tell whether there is anything to audit, and a published definition to do it by."""
    if session.scalar(select(BusinessProcess.id).where(BusinessProcess.is_active).limit(1)) is None:
        return False
    try:
        current(session, "audit_programme")
    except NotPublished:
        return False
    return True


def _leading_site(session: Session) -> int | None:
    """Return the first site, by code, whose quality manager can build the programme."""
    return session.scalar(
        select(Site.id)
        .join(RoleGrant, RoleGrant.site_id == Site.id)
        .where(Site.is_active, RoleGrant.role == Role.QUALITY_MANAGER.value, RoleGrant.withdrawn_at.is_(None))
        .order_by(Site.code)
        .limit(1)
    )


def _concerned(session: Session, row: Audit) -> list[Person]:
    named = chain((row.auditee_id, row.lead_auditor_id), member_ids(row.team))
    ids = [one for one in dict.fromkeys(named) if one is not None]
    return list(
        session.scalars(
            select(Person)
            .where(Person.id.in_(ids), Person.is_active, Person.mail.is_not(None))
            .order_by(Person.id)
        )
    )


def _mail(uow: UnitOfWork, row: Audit, person: Person, span: int, base_url: str) -> None:
    assert person.mail is not None, "the statement asks for it"
    assert row.starts_on is not None, "the statement asks for it"
    day = written_day(row.starts_on)
    post_mail(
        uow,
        key=f"audit:{row.id}:{row.starts_on.isoformat()}:{span}:{person.id}",
        recipient=person.mail,
        subject=_("Audit on %(day)s: %(title)s", day=day, title=row.title),
        body=_(
            "%(number)s %(title)s\nIt begins on %(day)s.\n\nScope: %(scope)s\n\n%(link)s\n",
            number=row.number,
            title=row.title,
            day=day,
            scope=row.scope or "",
            link=f"{base_url}/audits/{row.id}",
        ),
    )
