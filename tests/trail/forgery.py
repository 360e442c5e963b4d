"""What someone with a query tool and the right to drop triggers can do to a trail."""

from __future__ import annotations

from sqlalchemy import select, update

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.trail import Subject, record
from app.trail.models import TrailEntry, TrailHead, link_of
from app.trail.rules import FIRST_PREVIOUS, digest, hash_of

GUARDED = ("trail_entry", "trail_head", "trail_destruction", "signature")


def write_deeds(number: int) -> None:
    """Write so many entries, each in an act of its own."""
    for one in range(number):
        with unit_of_work(actor_id=7) as uow:
            record(
                uow,
                verb="risk.assessed",
                subject=Subject("risk", one, f"R-{one}"),
                before={"score": one},
                after={"score": one + 1},
                reason="review",
            )


def run_sql(*statements: str) -> None:
    """Run SQL past everything of ours, as someone with a query tool would."""
    db.session.rollback()
    with db.engine.execution_options(write=True).begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def drop_triggers() -> None:
    """Take the guards away, as the owner of a database can."""
    with db.engine.execution_options(write=True).begin() as connection:
        if connection.dialect.name == "sqlite":
            found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in found.all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            for table in GUARDED:
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")


def rechain() -> None:
    """Recompute every hash from the rows that are there, as a careful forger would."""
    db.session.rollback()
    with db.engine.execution_options(write=True).begin() as connection:
        previous = FIRST_PREVIOUS
        rows = db.session.scalars(select(TrailEntry).order_by(TrailEntry.seq)).all()
        for number, entry in enumerate(rows, start=1):
            db.session.expunge(entry)
            old_seq, entry.seq, entry.previous_hash = entry.seq, number, previous
            for name, value in (("before", entry.before), ("after", entry.after)):
                setattr(entry, f"{name}_digest", digest(str(entry.salt), name, value))
            previous = hash_of(link_of(entry))
            values = {"seq": number, "previous_hash": entry.previous_hash, "hash": previous}
            values |= {"before_digest": entry.before_digest, "after_digest": entry.after_digest}
            connection.execute(update(TrailEntry).where(TrailEntry.seq == old_seq).values(**values))
        connection.execute(update(TrailHead).values(seq=len(rows), hash=previous))
    db.session.rollback()


def replace_entry(verb: str, recursive_triggers: str) -> None:
    """Write a copy of entry 3 over it, with SQLite's triggers for REPLACE on or off."""
    db.session.rollback()
    columns = "seq, chain_id, at, verb, subject_kind, subject_id, before_digest, after_digest"
    columns += ", words_digest, previous_hash, hash"
    copied = columns.replace("verb", "'forged'")
    with db.engine.execution_options(write=True).connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(f"PRAGMA recursive_triggers={recursive_triggers}")
        connection.exec_driver_sql(
            f"{verb} INTO trail_entry ({columns}) SELECT {copied} FROM trail_entry WHERE seq = 3"
        )
