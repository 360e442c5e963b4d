"""What the calendar does for qualifications: warn before they end, note the end, tell the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.groups import holds_on
from app.accounts.models import Person, RoleGrant
from app.foundation.i18n import gettext as _
from app.foundation.outbox import post_mail
from app.foundation.settings import value_of
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.managers import manager_of
from app.quality_events.rules import EventKind
from app.quality_events.service import EventOrder, record_event
from app.trail import Subject, record
from app.training.competence import held_by
from app.training.models import Qualification, QualificationStatus, Skill
from app.training.requirements import Requirement, requirements
from app.training.rules import Held, days_from, place_of, warnings_due
from app.training.settings import WARNING_DAYS
from app.workflow import messages
from app.workflow.acts import perform

EXPIRED = "competence_expired"
SEVERITY = 3
BATCH = 200


def run_due(base_url: str) -> int:
    """Warn of qualifications that end and note those that have ended; return how many were told of.

    Effects: each warning and each end once, however often it runs. `base_url` goes into mails.
    """
    return perform(None, lambda uow: look_after(uow, base_url))


def look_after(uow: UnitOfWork, base_url: str) -> int:
    """Do it inside this act, see `run_due`. Safe in several processes: the rows are locked."""
    today = uow.now.date()
    days = days_from(value_of(uow.session, WARNING_DAYS))
    told = 0
    for row in _near(uow.session, today, max(days, default=0)):
        assert row.valid_until is not None, "the statement asks for it"
        if row.valid_until < today:
            _expire(uow, row, base_url)
            told += 1
            continue
        row.status = QualificationStatus.EXPIRING.value
        due = warnings_due(row.valid_until, today, days, row.told_days)
        if due is not None and not _is_renewed(uow.session, row, row.valid_until):
            row.told_days = due
            _mail(uow, row, f"{due}", base_url)
            told += 1
    return told


def _expire(uow: UnitOfWork, row: Qualification, base_url: str) -> None:
    """Note an end: message, mails, trail, and the ledger where a risk hangs on the skill."""
    row.status = QualificationStatus.EXPIRED.value
    person = uow.session.get_one(Person, row.person_id)
    lapsed = _lapsed_needs(uow, row)
    subject = Subject(kind="person", id=person.id, label=person.user_name)
    after = {"skill": row.skill_id, "level": row.level, "roles": sorted({need.role for need, _at in lapsed})}
    record(uow, verb="person.qualification_expired", subject=subject, after=after)
    if not lapsed:
        return
    messages.send(
        uow,
        EXPIRED,
        f"person:{person.id}",
        source=f"qualification:{row.id}",
        payload={"person_id": person.id, "skill_id": row.skill_id, "qualification_id": row.id},
    )
    _mail(uow, row, "expired", base_url)
    for need, site_id in lapsed:
        if need.is_control:
            _tell_ledger(uow, row, need, site_id)


def _tell_ledger(uow: UnitOfWork, row: Qualification, need: Requirement, site_id: int | None) -> None:
    """Let the risks of the place feel that somebody who keeps them in check can prove it no longer.

    Source: lifecycles 5.1, competence gap in a control role.
    """
    order = EventOrder(
        kind=EventKind.COMPETENCE_GAP,
        subject_kind="qualification",
        subject_id=row.id,
        severity=SEVERITY,
        occurred_at=uow.now,
        site_id=site_id,
        process_id=need.process_id,
        requirement="7.2",
        occasion=f"{site_id or 0}:{need.process_id or 0}",
    )
    record_event(uow, order)


def _lapsed_needs(uow: UnitOfWork, row: Qualification) -> list[tuple[Requirement, int | None]]:
    """Return what the person's roles ask of this skill and nothing else of theirs proves, with the site."""
    today = uow.now.date()
    uow.session.flush()
    held = held_by(uow.session, (row.person_id,)).get((row.person_id, row.skill_id), [])
    home = uow.session.get_one(Person, row.person_id).site_id
    grants = uow.session.scalars(
        select(RoleGrant).where(RoleGrant.person_id == row.person_id, holds_on(today))
    ).all()
    found: dict[tuple[Requirement, int | None], None] = {}
    for grant in grants:
        site_id = grant.site_id or home
        for need in requirements.of_role(uow.session, grant.role):
            is_meant = need.skill_id == row.skill_id and need.site_id in {None, site_id}
            is_theirs = need.process_id is None or grant.process_id in {None, need.process_id}
            if is_meant and is_theirs and place_of(need.level, held, today, 0).standing.is_gap:
                found[need, site_id] = None
    return list(found)


def _is_renewed(session: Session, row: Qualification, until: date) -> bool:
    """Tell whether another proof of the same skill outlasts this one."""
    held: Sequence[Held] = held_by(session, (row.person_id,)).get((row.person_id, row.skill_id), ())
    return any(
        one.level >= row.level and not one.is_waiver and (one.until is None or one.until > until)
        for one in held
    )


def _near(session: Session, today: date, longest: int) -> Sequence[Qualification]:
    last = date.fromordinal(today.toordinal() + longest)
    return session.scalars(
        select(Qualification)
        .where(
            Qualification.withdrawn_at.is_(None),
            Qualification.valid_until <= last,
            Qualification.status != QualificationStatus.EXPIRED.value,
        )
        .order_by(Qualification.valid_until, Qualification.id)
        .with_for_update(skip_locked=True)
    ).all()


def _mail(uow: UnitOfWork, row: Qualification, occasion: str, base_url: str) -> None:
    assert row.valid_until is not None, "only those with a last day come here"
    person, skill = uow.session.get_one(Person, row.person_id), uow.session.get_one(Skill, row.skill_id)
    manager_id = manager_of(uow.session, person.id, uow.now.date())
    manager = uow.session.get(Person, manager_id) if manager_id else None
    facts = {
        "name": person.name,
        "skill": skill.name,
        "level": row.level,
        "day": row.valid_until.strftime("%d %b %Y"),
    }
    for told in (person, manager):
        if told is not None and told.mail and told.is_active:
            post_mail(
                uow,
                key=f"qualification:{row.id}:{occasion}:{told.id}",
                recipient=told.mail,
                subject=_("%(skill)s of %(name)s ends on %(day)s", **facts),
                body=_(
                    "%(name)s, %(skill)s, level %(level)s, valid until %(day)s.\n\n%(link)s\n",
                    **facts,
                    link=f"{base_url}/training/people/{person.id}",
                ),
            )
