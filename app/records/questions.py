"""Questions to a person about a record: only to somebody who sees it, with a mail to those who have one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.models import Person
from app.accounts.sessions import actor_of
from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.outbox import SUBJECT_LENGTH, post_mail
from app.foundation.unit_of_work import UnitOfWork
from app.records.comments import add_comment
from app.records.models import Comment, Record
from app.records.service import watch
from app.records.visibility import visible


class CannotBeAsked(Invalid):
    """The person is not at work here, or does not see the record."""


def ask(uow: UnitOfWork, actor: Actor, record_id: int, asked_id: int, text: str, base_url: str) -> Comment:
    """Ask somebody about a record; they watch it from here on and find the question on their home page.

    Errors: RecordUnseen; NotAllowed; CommentEmpty; CannotBeAsked, since a question would tell the title of
        a record that is not theirs to know.
    Effects: a comment, a watcher, and a mail without the question's text: mail leaves the house.
    """
    asked = actor_of(uow.session, asked_id, uow.now)
    record = None if asked is None else _seen(uow.session, asked, record_id)
    if record is None:
        sentence = _("This person does not see the record, so they cannot answer. Ask somebody else.")
        raise CannotBeAsked(sentence, [Problem("asked", "unseen", sentence)])
    comment = add_comment(uow, actor, record_id, text, asked_id=asked_id)
    watch(uow, record_id, asked_id)
    mail = uow.session.scalar(select(Person.mail).where(Person.id == asked_id))
    if mail:
        subject = _("%(name)s asks you about %(number)s", name=actor.name, number=record.number)
        post_mail(
            uow,
            key=f"question:{comment.id}",
            recipient=mail,
            subject=subject[:SUBJECT_LENGTH],
            body=_("Read and answer it here: %(url)s", url=f"{base_url}/records/{record_id}"),
        )
    return comment


def _seen(session: Session, asked: Actor, record_id: int) -> Record | None:
    return session.scalars(visible(select(Record).where(Record.id == record_id), asked)).one_or_none()


def questions_to(session: Session, actor: Actor, *, limit: int = 5) -> Sequence[tuple[Comment, Record, str]]:
    """Return the questions a person has not answered, latest first: question, record, who asked."""
    statement = (
        select(Comment, Record, Person.name)
        .join(Record, Record.id == Comment.record_id)
        .join(Person, Person.id == Comment.author_id)
        .where(Comment.asked_id == actor.id, Comment.answered_at.is_(None))
    )
    rows = session.execute(visible(statement, actor).order_by(Comment.id.desc()).limit(limit))
    return [(row[0], row[1], row[2]) for row in rows]
