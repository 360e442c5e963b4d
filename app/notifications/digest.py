"""The daily mail of those who want one: how much is unread at which records, without any words of it."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.models import Person
from app.accounts.sessions import actor_of
from app.foundation import clock
from app.foundation.db import db
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.foundation.outbox import post_mail
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.notifications.service import notices
from app.records.models import DigestChoice

SENT_FROM = 6  # o'clock where the person is
MOST_NAMED = 20


def send_due(base_url: str) -> int:
    """Send the mail of the day to all who want it and have unread notifications; return how many.

    Effects: one transaction for each person; safe to run in several processes, for the mail has a key.
    """
    now = clock.now()
    people = db.session.scalars(select(DigestChoice.person_id).order_by(DigestChoice.person_id)).all()
    sent = 0
    for person_id in people:
        with unit_of_work() as uow:
            actor = actor_of(uow.session, person_id, now)
            if actor is not None and _is_due(uow.session, actor):
                sent += _send(uow, actor, base_url)
    return sent


def _is_due(session: Session, actor: Actor) -> bool:
    local = clock.now().astimezone(actor.zone_info)
    row = session.get(DigestChoice, actor.id)
    return row is not None and local.hour >= SENT_FROM and row.last_sent_on != local.date()


def _send(uow: UnitOfWork, actor: Actor, base_url: str) -> int:
    today = uow.now.astimezone(actor.zone_info).date()
    uow.session.get_one(DigestChoice, actor.id).last_sent_on = today
    unread = notices(uow.session, actor, only_unread=True)
    mail = uow.session.scalar(select(Person.mail).where(Person.id == actor.id))
    if not unread or not mail:
        return 0
    counts = Counter(one.number or _("the system itself") for one in unread)
    subject = ngettext("%(num)s unread notification", "%(num)s unread notifications", len(unread))
    post_mail(uow, key=_key(actor, today), recipient=mail, subject=subject, body=_body(counts, base_url))
    return 1


def _key(actor: Actor, today: date) -> str:
    return f"digest:{actor.id}:{today.isoformat()}"


def _body(counts: Counter[str], base_url: str) -> str:
    """Return numbers of records only: a mail leaves the house."""
    named = [f"{number}: {count}" for number, count in counts.most_common(MOST_NAMED)]
    door = _("Read them here: %(url)s", url=f"{base_url}/notifications")
    choice = _("You chose to get this mail once a day; that page also ends it.")
    return "\n".join([*named, "", door, choice])
