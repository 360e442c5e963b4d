"""A sign of life of what runs in the background, in the database, so that any process can look for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.foundation.db import Base
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.upsert import insert_into

SCHEDULER = "scheduler"
EVERY = timedelta(seconds=15)


class Heartbeat(Base):
    """When something was last alive. Several processes of one name share a row: one of them is enough."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]


def beat(uow: UnitOfWork, name: str = SCHEDULER) -> None:
    """Say that something is alive. Effects: one upsert. Safe to call again."""
    statement = insert_into(uow.session, Heartbeat).values(name=name, at=uow.now)
    uow.session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"at": uow.now}))


def last_beat(session: Session, name: str = SCHEDULER) -> datetime | None:
    """Return when something was last alive, None when it never was."""
    row = session.get(Heartbeat, name, populate_existing=True)
    return None if row is None else row.at
