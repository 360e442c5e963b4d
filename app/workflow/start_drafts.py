"""What a person typed into a start form before sending it: one draft for each person and definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Table, bindparam, delete, select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.upsert import insert_into
from app.workflow.models import StartDraft, Submission

KEPT_FOR = timedelta(days=90)

_DRAFTS = cast("Table", StartDraft.__table__)
# Sent with every start, so it is built once.
_DROP = delete(_DRAFTS).where(
    _DRAFTS.c.person_id == bindparam("of_person"), _DRAFTS.c.definition_key == bindparam("of_key")
)


def keep(
    uow: UnitOfWork, key: str, actor: Actor, answers: Mapping[str, Any], *, form_token: str = ""
) -> None:
    """Keep what was typed so far, unvalidated; it replaces what was kept for this form before.

    Effects: none when the form of this token was sent meanwhile, so that a late save brings nothing back.
        A draft is no evidence and leaves no trail.
    """
    if form_token and _was_sent(uow.session, actor.id, form_token):
        return
    values = {"answers": dict(answers), "saved_at": uow.now}
    row = {"person_id": actor.id, "definition_key": key, **values}
    statement = insert_into(uow.session, StartDraft).values(row)
    uow.session.execute(
        statement.on_conflict_do_update(index_elements=["person_id", "definition_key"], set_=values)
    )


def find(session: Session, key: str, actor: Actor) -> StartDraft | None:
    """Return what the person typed into this form and did not send, None when there is nothing."""
    return session.get(StartDraft, (actor.id, key))


def all_of(session: Session, actor: Actor) -> Sequence[StartDraft]:
    """Return a person's drafts, latest first."""
    mine = select(StartDraft).where(StartDraft.person_id == actor.id)
    return session.scalars(mine.order_by(StartDraft.saved_at.desc(), StartDraft.definition_key)).all()


def drop(uow: UnitOfWork, key: str, actor: Actor) -> None:
    """Forget what was typed. Safe to call when there is nothing."""
    uow.connection.execute(_DROP, {"of_person": actor.id, "of_key": key})


def forget_old(uow: UnitOfWork) -> int:
    """Delete drafts that nobody touched for a quarter of a year and return how many. Safe to call again."""
    old = delete(StartDraft).where(StartDraft.saved_at < uow.now - KEPT_FOR)
    return cast("CursorResult[Any]", uow.session.execute(old)).rowcount


def _was_sent(session: Session, actor_id: int, form_token: str) -> bool:
    sent = select(Submission.id).where(Submission.form_token == form_token, Submission.actor_id == actor_id)
    return session.scalar(sent) is not None
