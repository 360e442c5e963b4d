"""Reminds of acknowledgements and escalates late ones, by the policy of the site, in its working time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.groups import holders_of
from app.accounts.models import Person
from app.accounts.roles import Role
from app.foundation.dates import written_moment
from app.foundation.i18n import gettext as _
from app.foundation.outbox import post_mail
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.foundation.working_time import Calendar, add_working_time
from app.organisation.managers import manager_of
from app.trail import Subject, record
from app.training.reading_models import Acknowledgement, AcknowledgementRequest, ReadingState
from app.workflow.policies import MANAGER, Policy, policies
from app.workflow.site_calendars import calendars

POLICY = "acknowledgement"
READER = "reader"
BATCH = 100


def moments_of(policy: Policy, due_at: datetime, calendar: Calendar) -> list[tuple[datetime, str]]:
    """Return every reminder and escalation in order of time: moment, and whom to tell.

    Units: reminders are calendar days before the due moment, escalations working time of the site after it.
    """
    before = [(due_at - span.span, READER) for span in policy.reminders]
    after = [(add_working_time(due_at, rung.after, calendar), rung.to) for rung in policy.escalations]
    return sorted([*before, (due_at, READER), *after])


def next_reminder(
    uow: UnitOfWork, due_at: datetime, site_id: int | None, done: int
) -> tuple[int, datetime | None]:
    """Return how many reminders lie behind and when the next one is.

    Shape: reminders already past are passed over; escalations are not, or a halt would hide them.
    """
    moments = _moments(uow, due_at, site_id)
    while done < len(moments) and moments[done][0] <= uow.now and moments[done][1] == READER:
        done += 1
    return done, (moments[done][0] if done < len(moments) else None)


def remind_due(base_url: str) -> int:
    """Send what is due of reminders and escalations, and return how many acknowledgements were reminded of.

    Effects: one transaction for each batch; mails go to the outbox, escalations also to the trail.
    """
    reminded = 0
    while True:
        with unit_of_work() as uow:
            rows = _due(uow)
            for row, request in rows:
                _remind(uow, row, request, base_url)
        reminded += len(rows)
        if len(rows) < BATCH:
            return reminded


def _remind(uow: UnitOfWork, row: Acknowledgement, request: AcknowledgementRequest, base_url: str) -> None:
    person = uow.session.get_one(Person, row.person_id)
    site_id = request.site_id or person.site_id
    moments = _moments(uow, row.due_at, site_id)
    if row.nudges < len(moments):
        to = moments[row.nudges][1]
        told = _people(uow, person, site_id, to)
        for one in told:
            _mail(uow, row, request, (person, one), base_url)
        if to != READER:
            record(
                uow,
                verb="acknowledgement.escalated",
                subject=Subject(kind=request.content_kind, id=request.revision_id, label=request.number),
                after={"person": person.id, "to": to, "people": [one.id for one in told]},
            )
    row.nudges, row.nudge_at = next_reminder(uow, row.due_at, site_id, row.nudges + 1)


def _moments(uow: UnitOfWork, due_at: datetime, site_id: int | None) -> list[tuple[datetime, str]]:
    policy = policies.get(uow.session, POLICY, site_id)
    return moments_of(policy, due_at, calendars.get(uow.session, site_id))


def _people(uow: UnitOfWork, person: Person, site_id: int | None, to: str) -> Sequence[Person]:
    session, today = uow.session, uow.now.date()
    if to == READER:
        ids = [person.id]
    elif to == MANAGER:
        manager = manager_of(session, person.id, today)
        ids = [manager] if manager else holders_of(session, Role.QUALITY_MANAGER, site_id, today)
    else:
        ids = holders_of(session, Role(to), site_id, today)
    return _active(session, ids)


def _active(session: Session, ids: Sequence[int]) -> Sequence[Person]:
    return session.scalars(select(Person).where(Person.id.in_(ids), Person.is_active)).all()


def _mail(
    uow: UnitOfWork,
    row: Acknowledgement,
    request: AcknowledgementRequest,
    people: tuple[Person, Person],
    base_url: str,
) -> None:
    reader, told = people
    if not told.mail:
        return
    facts = {"number": request.number, "title": request.title, "name": reader.name}
    is_late = told.id != reader.id
    late, to_do = _("Late: %(name)s has not read %(number)s"), _("Read and acknowledge %(number)s")
    post_mail(
        uow,
        key=f"acknowledgement:{row.id}:{row.row_version}:{row.nudges}:{told.id}",
        recipient=told.mail,
        subject=(late if is_late else to_do) % facts,
        body=_(
            "%(number)s %(title)s\nTo be read by %(name)s until %(due)s\n\n%(link)s\n",
            **facts,
            due=f"{written_moment(row.due_at)} UTC",
            link=f"{base_url}/training" if is_late else f"{base_url}/acknowledgements/{row.id}",
        ),
    )


def _due(uow: UnitOfWork) -> Sequence[tuple[Acknowledgement, AcknowledgementRequest]]:
    rows = uow.session.execute(
        select(Acknowledgement, AcknowledgementRequest)
        .join(AcknowledgementRequest, AcknowledgementRequest.id == Acknowledgement.request_id)
        .where(Acknowledgement.state == ReadingState.OPEN.value, Acknowledgement.nudge_at <= uow.now)
        .order_by(Acknowledgement.nudge_at, Acknowledgement.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=Acknowledgement)
    )
    return [(row[0], row[1]) for row in rows]
