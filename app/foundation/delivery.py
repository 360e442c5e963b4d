"""Delivers the outbox: claims due mails with a lease, sends them outside any act, notes the outcome."""

from __future__ import annotations

import logging
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.orm import aliased

from app.foundation.mail import Mail, MailNotSent, MailServerDown
from app.foundation.outbox import MailState, OutboxMail
from app.foundation.unit_of_work import UnitOfWork, unit_of_work

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)  # longer than the mail server's time limit, so a slow send is not sent twice
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
MAX_ATTEMPTS = 30  # about a day
BATCH = 100

Send = Callable[[Mail], None]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one round did."""

    sent: int = 0
    failed: int = 0
    dead: int = 0


def send_due(now: datetime, send: Send, *, limit: int = BATCH) -> Delivery:
    """Send the mails that are due, oldest first and in order within a thread.

    Effects: one short act to claim each mail, one to note the outcome; none is open while sending. If the
        process dies between sending and noting, the lease ends and the mail goes out again with its key.
    """
    sent = failed = dead = 0
    for _number in range(limit):
        mail = _claim(now)
        if mail is None:
            break
        try:
            send(mail)
        except MailNotSent as error:
            failed += 1
            dead += _note_failure(mail, error)
            if isinstance(error, MailServerDown):
                break  # the others would only wait for the same silence
        else:
            sent += 1
            _note_sent(mail)
    return Delivery(sent, failed, dead)


def wait_after(attempts: int, chance: float) -> timedelta:
    """Return how long to wait after so many failed tries.

    Units: doubles from 30 s to one hour; `chance` from 0 to 1 spreads it by a fifth either way, so that
        mails that failed together do not come back together.
    """
    wait: timedelta = min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)
    return wait * (0.8 + 0.4 * chance)


def _claim(now: datetime) -> Mail | None:
    earlier = aliased(OutboxMail)
    is_blocked = exists().where(
        and_(
            OutboxMail.thread != "",
            earlier.thread == OutboxMail.thread,
            earlier.id < OutboxMail.id,
            earlier.state == MailState.WAITING.value,
        )
    )
    pick = (
        select(OutboxMail.id)
        .where(
            OutboxMail.state == MailState.WAITING.value,
            OutboxMail.due_at <= now,
            or_(OutboxMail.lease_until.is_(None), OutboxMail.lease_until <= now),
            ~is_blocked,
        )
        .order_by(OutboxMail.due_at, OutboxMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    owner = secrets.token_hex(16)
    with unit_of_work() as uow:
        row = uow.session.scalars(
            update(OutboxMail)
            .where(OutboxMail.id == pick)
            .values(lease_owner=owner, lease_until=now + LEASE, attempts=OutboxMail.attempts + 1)
            .returning(OutboxMail)
            .execution_options(synchronize_session=False)
        ).first()
        if row is None:
            return None
        return Mail(row.id, row.key, row.recipient, row.subject, row.body, row.attempts, owner)


def _note_sent(mail: Mail) -> None:
    with unit_of_work() as uow:
        _note(
            uow, mail, {"state": MailState.SENT.value, "closed_at": uow.now, "body": "", "last_error": None}
        )
    logger.info("mail sent", extra={"mail_id": mail.id, "attempts": mail.attempts})


def _note_failure(mail: Mail, error: MailNotSent) -> bool:
    is_dead = mail.attempts >= MAX_ATTEMPTS
    with unit_of_work() as uow:
        wait = wait_after(mail.attempts, random.random())  # noqa: S311 - spreads load, hides nothing
        values: dict[str, object] = {"due_at": uow.now + wait, "last_error": error.sentence[:500]}
        if is_dead:
            values |= {"state": MailState.DEAD.value, "closed_at": uow.now}
        _note(uow, mail, values)
    level = logging.ERROR if is_dead else logging.WARNING
    logger.log(level, "mail not sent", extra={"mail_id": mail.id, "attempts": mail.attempts, "dead": is_dead})
    return is_dead


def _note(uow: UnitOfWork, mail: Mail, values: dict[str, object]) -> None:
    # Only the present holder of the lease may note: a late one must not undo what its successor did.
    uow.session.execute(
        update(OutboxMail)
        .where(OutboxMail.id == mail.id, OutboxMail.lease_owner == mail.lease_owner)
        .values(**values, lease_owner=None, lease_until=None)
    )
