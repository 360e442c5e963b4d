"""What this database is for (production, demo, test), its identity, and its clock offset."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.foundation.clock import clock
from app.foundation.db import Base
from app.foundation.errors import Refused
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork


class Purpose(StrEnum):
    """What a database was created for. It never changes."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class Installation(Base):
    """The single row that says what this database is."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    purpose: Mapped[str] = mapped_column(String(20))
    chain_id: Mapped[str] = mapped_column(String(64))
    clock_offset_seconds: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class ClockCannotMove(Refused):
    """The clock of a production database cannot be moved."""


class AlreadyInstalled(Refused):
    """The database was initialised before; its purpose cannot change."""


def install(uow: UnitOfWork, purpose: Purpose) -> Installation:
    """Write the installation row of a fresh database.

    Errors: AlreadyInstalled when there is one.
    """
    if uow.session.get(Installation, 1) is not None:
        raise AlreadyInstalled(_("This database is initialised already. Its purpose cannot be changed."))
    row = Installation(id=1, purpose=purpose.value, chain_id=secrets.token_hex(16), created_at=uow.now)
    uow.session.add(row)
    uow.session.flush()
    return row


def load_clock(session: Session) -> Purpose | None:
    """Give the one clock the offset of this database and return its purpose, None before `keel init`."""
    row = session.execute(select(Installation.purpose, Installation.clock_offset_seconds)).first()
    if row is None:
        return None
    purpose = Purpose(row.purpose)
    clock.use_offset(
        timedelta() if purpose is Purpose.PRODUCTION else timedelta(seconds=row.clock_offset_seconds)
    )
    return purpose


def purpose_of(session: Session) -> Purpose | None:
    """Return what the database is for, None before it is initialised. It never changes afterwards."""
    found = session.scalar(select(Installation.purpose))
    return None if found is None else Purpose(found)


def advance_clock(uow: UnitOfWork, span: timedelta) -> None:
    """Move the clock of a demo or test database forward.

    Errors: ClockCannotMove in production, and for a span that is not forward.
    """
    row = uow.session.get_one(Installation, 1)
    if row.purpose == Purpose.PRODUCTION:
        raise ClockCannotMove(
            _("The clock of a production database cannot be moved: its evidence must carry true time.")
        )
    if span <= timedelta():
        raise ClockCannotMove(_("The clock moves forward only. Give a span such as P60D."))
    row.clock_offset_seconds += int(span.total_seconds())
