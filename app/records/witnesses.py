"""Records and comments as the trail knows them: number and kind of a record, the words of a comment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.records.comments import ASKED, COMMENTED, words_digest
from app.records.models import Comment, Record
from app.trail.witnesses import EntryWitness, Told

VERBS = ("instance.started", "task.completed")


def _compare(session: Session, entries: Sequence[Told]) -> Iterator[Problem]:
    told = {one.subject_id: one for one in entries}
    rows = session.execute(select(Record.id, Record.kind, Record.number).where(Record.id.in_(told)))
    found = {row.id: (row.kind, row.number) for row in rows}
    for record_id, one in told.items():
        if record_id not in found:
            sentence = _(
                "The record %(label)s, entry %(seq)s, is gone: it was deleted past the trail.",
                label=one.label,
                seq=one.seq,
            )
            yield Problem(f"{one.kind}/{record_id}", "gone", sentence)
        elif found[record_id] != (one.kind, one.label):
            sentence = _(
                "The record %(id)s is %(kind)s %(number)s, but entry %(seq)s calls it %(told)s %(label)s: "
                "it was changed past the trail.",
                id=record_id,
                kind=found[record_id][0],
                number=found[record_id][1],
                seq=one.seq,
                told=one.kind,
                label=one.label,
            )
            yield Problem(f"{one.kind}/{record_id}", "past_the_trail", sentence)


RECORDS = EntryWitness(VERBS, _compare)


def _compare_comments(session: Session, entries: Sequence[Told]) -> Iterator[Problem]:
    told = {int(one.values["comment"]): one for one in entries}
    rows = session.execute(select(Comment.id, Comment.text).where(Comment.id.in_(told)))
    found = {row.id: words_digest(row.text) for row in rows}
    for comment_id, one in told.items():
        facts = {"label": one.label, "seq": one.seq}
        if comment_id not in found:
            sentence = _("A comment on %(label)s, entry %(seq)s, was deleted past the trail.", **facts)
            yield Problem(f"comment/{comment_id}", "gone", sentence)
        elif found[comment_id] != one.values["sha256"]:
            sentence = _("A comment on %(label)s, entry %(seq)s, was changed past the trail.", **facts)
            yield Problem(f"comment/{comment_id}", "past_the_trail", sentence)


COMMENTS = EntryWitness((COMMENTED, ASKED), _compare_comments)
