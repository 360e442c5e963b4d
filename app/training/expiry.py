"""What the calendar does for qualifications: warn before they end, note the end, tell the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _
from app.foundation.outbox import post_mail
from app.foundation.settings import value_of
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.managers import manager_of
from app.trail import Subject, record
from app.training.competence import held_by
from app.training.gaps import lacks_of, needs_of, tell_ledger
from app.training.lapses import tell_lapse
from app.training.models import Qualification, QualificationStatus, Skill
from app.training.rules import Held, days_from, warnings_due
from app.training.settings import WARNING_DAYS
from app.training.training_models import TrainingSource
from app.training.trainings import TrainingWish, ask_training
from app.workflow.acts import perform


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
            _renew(uow, row, due)
            _mail(uow, row, f"{due}", base_url)
            told += 1
    return told


def _expire(uow: UnitOfWork, row: Qualification, base_url: str) -> None:
    """Note an end: the manager's task, mails, trail, and the ledger where a risk hangs on the skill."""
    row.status = QualificationStatus.EXPIRED.value
    person = uow.session.get_one(Person, row.person_id)
    lapsed = lacks_of(uow, row.person_id, row.skill_id)
    subject = Subject(kind="person", id=person.id, label=person.user_name)
    after = {"skill": row.skill_id, "level": row.level, "roles": sorted({lack.need.role for lack in lapsed})}
    record(uow, verb="person.qualification_expired", subject=subject, after=after)
    if not lapsed:
        return
    tell_lapse(uow, row, max(lack.need.level for lack in lapsed))
    _mail(uow, row, "expired", base_url)
    tell_ledger(uow, lapsed, "qualification", row.id)


def _renew(uow: UnitOfWork, row: Qualification, left: int) -> None:
    """Ask for the training that renews a proof which a role of the person asks for.

    Effects: one stored message for each warning; the second joins the training of the first.
    Source: lifecycles 4.8, triggers.
    """
    assert row.valid_until is not None, "only those with a last day come here"
    needs = needs_of(uow, row.person_id, row.skill_id)
    if not needs:
        return
    skill = uow.session.get_one(Skill, row.skill_id)
    day = written_day(row.valid_until)
    wish = TrainingWish(
        person_id=row.person_id,
        source=TrainingSource.EXPIRY,
        skill_id=row.skill_id,
        level=max(need.level for need in needs),
        reason=_("The proof of %(skill)s ends on %(day)s.", skill=skill.name, day=day),
        due_on=row.valid_until,
    )
    ask_training(uow, wish, source=f"qualification:{row.id}:{left}")


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
        "day": written_day(row.valid_until),
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
