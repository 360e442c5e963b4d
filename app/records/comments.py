"""What people say about a record. The words stand in the comment; the trail keeps their digest."""

from __future__ import annotations

import hashlib

from sqlalchemy import update

from app.accounts import policy
from app.accounts.actor import Actor
from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.records.models import Comment
from app.records.visibility import get_visible, scope_of
from app.records.watching import tell_of_comment
from app.trail import Subject
from app.trail import record as record_deed

COMMENT_LENGTH = 5_000
COMMENTED, ASKED = "record.commented", "record.asked"


class CommentEmpty(Invalid):
    """A comment needs words."""


def add_comment(
    uow: UnitOfWork, actor: Actor, record_id: int, text: str, *, asked_id: int | None = None
) -> Comment:
    """Say something about a record; `asked_id` makes it a question, see `questions.ask`.

    Errors: RecordUnseen; NotAllowed; CommentEmpty.
    Effects: answers the open questions that were put to the writer at this record; notifications for who is
        asked, mentioned or watching; a trail entry with the
        digest of the words, by which a comment that was changed or removed past the trail is found.
    """
    row = get_visible(uow.session, actor, record_id)
    policy.require(actor, "records.comment", scope_of(row))
    words = text.replace("\x00", "").strip()[:COMMENT_LENGTH]
    if not words:
        sentence = _("Write something first.")
        raise CommentEmpty(sentence, [Problem("text", "required", sentence)])
    _answer_questions(uow, record_id, actor.id)
    comment = Comment(
        record_id=record_id, author_id=actor.id, asked_id=asked_id, text=words, created_at=uow.now
    )
    uow.session.add(comment)
    uow.session.flush()  # the trail names the comment
    record_deed(
        uow,
        verb=COMMENTED if asked_id is None else ASKED,
        subject=Subject(kind=row.kind, id=row.id, label=row.number),
        after={"comment": comment.id, "sha256": words_digest(words)}
        | ({} if asked_id is None else {"person": asked_id}),
    )
    tell_of_comment(uow, comment)
    return comment


def words_digest(words: str) -> str:
    """Return the digest of a comment's words, as the trail keeps it."""
    return hashlib.sha256(words.encode()).hexdigest()


def _answer_questions(uow: UnitOfWork, record_id: int, person_id: int) -> None:
    uow.session.execute(
        update(Comment)
        .where(Comment.record_id == record_id, Comment.asked_id == person_id, Comment.answered_at.is_(None))
        .values(answered_at=uow.now)
    )
