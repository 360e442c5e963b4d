"""Mails that wait to be sent: written in the act's transaction, delivered after it by a job.

At least once, never from within an act. The key is stable, so a mail sent twice is recognisable as one.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, Text, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.foundation.db import Base
from app.foundation.errors import Conflict, Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.upsert import insert_into

SUBJECT_LENGTH = 200
# Deliberately narrow: one plain address, nothing that a header or an SMTP command could read as more.
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


class MailState(StrEnum):
    """Where a mail stands."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"  # the limit of tries is reached; an admin decides
    COPIED = "copied"  # no mail server: an admin handed the text over


class OutboxMail(Base):
    """One mail to one address. The body is emptied once it is sent: it may hold a link that signs in."""

    __tablename__ = "outbox_mail"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'dead', 'copied')", name="state"),
        Index(
            "ix_outbox_mail_waiting",
            "due_at",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    thread: Mapped[str] = mapped_column(String(100), default="")
    recipient: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default=MailState.WAITING.value)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    lease_owner: Mapped[str | None] = mapped_column(String(40))
    closed_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(500))


class AddressInvalid(Invalid):
    """The text is not one plain mail address."""


class MailAlreadyClosed(Conflict):
    """The mail was sent or handed over already."""


def post_mail(
    uow: UnitOfWork, *, key: str, recipient: str, subject: str, body: str, thread: str = ""
) -> None:
    """Put a mail into the outbox as part of the act. Safe to call again with the same key.

    Shape: `key` is stable for the occasion (`task-overdue:42:1`); mails of one `thread` are sent in order.
    Errors: AddressInvalid.
    """
    uow.session.execute(
        insert_into(uow.session, OutboxMail)
        .values(
            key=key,
            thread=thread,
            recipient=checked_address(recipient),
            subject=one_line(subject)[:SUBJECT_LENGTH],
            body=body,
            state=MailState.WAITING.value,
            created_at=uow.now,
            due_at=uow.now,
            attempts=0,
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )


def checked_address(address: str) -> str:
    """Return the address without surrounding blanks.

    Errors: AddressInvalid for more than one address, a display name, a line break, a foreign script.
    """
    plain = address.strip()
    if not ADDRESS.fullmatch(plain) or ".." in plain:
        sentence = _("This is not a mail address.")
        mend = _("Write one address such as name@example.org.")
        raise AddressInvalid(f"{sentence} {mend}", [Problem("address", "address", sentence, mend)])
    return plain


def one_line(text_: str) -> str:
    """Return the text with every run of blanks, line breaks and control characters as one blank."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text_).split())


def mails(session: Session, state: MailState, *, limit: int = 100) -> list[OutboxMail]:
    """Return the mails of a state, oldest first: dead letters, or what an admin has to copy by hand."""
    query = select(OutboxMail).where(OutboxMail.state == state.value).order_by(OutboxMail.id).limit(limit)
    return list(session.scalars(query))


def mark_copied(uow: UnitOfWork, mail_id: int) -> None:
    """Close a mail that an admin handed over by hand.

    Errors: MailAlreadyClosed when it was sent or handed over meanwhile.
    """
    values = {"state": MailState.COPIED.value, "closed_at": uow.now, "body": ""}
    _change(uow, mail_id, (MailState.WAITING, MailState.DEAD), values)


def retry(uow: UnitOfWork, mail_id: int) -> None:
    """Give a dead letter its tries again, beginning at once.

    Errors: MailAlreadyClosed when it is no dead letter.
    """
    values = {"state": MailState.WAITING.value, "attempts": 0, "due_at": uow.now, "closed_at": None}
    _change(uow, mail_id, (MailState.DEAD,), values)


def _change(uow: UnitOfWork, mail_id: int, states: tuple[MailState, ...], values: dict[str, object]) -> None:
    changed = uow.session.execute(
        update(OutboxMail)
        .where(OutboxMail.id == mail_id, OutboxMail.state.in_([state.value for state in states]))
        .values(**values)
        .returning(OutboxMail.id)
    ).first()
    if changed is None:
        raise MailAlreadyClosed(_("This mail was dealt with already. Reload the page to see how."))
