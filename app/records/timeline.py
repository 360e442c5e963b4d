"""The story of a record in words: what people did, signed, said and attached, and what rules decided."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.people import names_of
from app.foundation.i18n import gettext as _
from app.records.comments import ASKED, COMMENTED
from app.records.manifest import SignatureLine, by_task, manifest_of
from app.records.models import Comment
from app.trail.deed_words import deeds
from app.trail.models import TrailEntry
from app.trail.signatures import DECLINED, GIVEN
from app.workflow.definitions import definitions
from app.workflow.models import Evaluation, ProcessInstance, Submission, Task

MOST_DEEDS = 500
RULE = "rule"
VOTED, VOTED_YES, VOTED_NO = "approval.voted", "approval.voted_yes", "approval.voted_no"


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One line: who (empty: Keel itself), what, when. `kind` chooses the sign; `order` breaks ties."""

    kind: str
    at: datetime
    text: str
    who: str = ""
    detail: str = ""
    signature: SignatureLine | None = None
    order: tuple[int, int] = field(default=(0, 0))

    @property
    def told(self) -> str:
        """Return what to say where no name stands before it: what nobody did, Keel did; a rule speaks."""
        if self.who or self.kind == RULE:
            return self.text
        return _("Keel %(deed)s", deed=self.text)


@dataclass(frozen=True, slots=True)
class _Span:
    """How much of a story is told: the latest so many lines before a moment."""

    until: datetime | None
    most: int

    def covers(self, moment: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
        return true() if self.until is None else moment < self.until


def story_of(
    session: Session,
    kind: str,
    record_id: int,
    *,
    limit: int = MOST_DEEDS,
    signatures: Sequence[SignatureLine] | None = None,
    until: datetime | None = None,
) -> list[StoryLine]:
    """Return the record's story, latest first. The caller has found the record visible.

    Shape: completed tasks come from submissions, with the signatures given with them, so the trail's own
    entries for both are left out; every other deed comes from the trail. `signatures` spares reading them;
    with `until` nothing of that moment or later is told.
    """
    signed = manifest_of(session, kind, record_id) if signatures is None else signatures
    span = _Span(until, limit)
    lines = [
        *_submissions(session, kind, record_id, span, by_task(signed)),
        *(_signed_line(one) for one in signed if one.task_id is None),
        *_trail(session, kind, record_id, span),
        *_comments(session, record_id, span),
        *_evaluations(session, kind, record_id, span),
    ]
    return sorted(lines, key=lambda line: (line.at, line.order), reverse=True)[:limit]


def comments_of(session: Session, record_id: int, *, limit: int = 50) -> list[StoryLine]:
    """Return comments and questions of a record, latest first."""
    return sorted(
        _comments(session, record_id, _Span(None, limit)), key=lambda line: line.order, reverse=True
    )


def _signed_line(one: SignatureLine) -> StoryLine:
    """Return a signature that was given without a task, such as that of somebody who was present."""
    text = _("signed “%(matter)s”", matter=one.about)
    return StoryLine("done", one.signed_at, text, one.printed_name, "", one, (2, one.trail_seq))


def _submissions(
    session: Session, kind: str, record_id: int, span: _Span, signed: Mapping[int, SignatureLine]
) -> list[StoryLine]:
    rows = session.execute(
        select(Submission, Task.title)
        .join(ProcessInstance, ProcessInstance.id == Submission.instance_id)
        .outerjoin(Task, Task.id == Submission.task_id)
        .where(
            ProcessInstance.record_kind == kind,
            ProcessInstance.record_id == record_id,
            span.covers(Submission.submitted_at),
        )
        .order_by(Submission.id.desc())
        .limit(span.most)
    ).all()
    people = {person for row in rows for person in (row[0].actor_id, row[0].on_behalf_of_id) if person}
    names = names_of(session, sorted(people))
    return [_submission_line(row[0], row[1], names, signed.get(row[0].task_id or 0)) for row in rows]


def _submission_line(
    given: Submission, title: str | None, names: Mapping[int, str], signature: SignatureLine | None
) -> StoryLine:
    who = names.get(given.actor_id or 0, "")
    behalf = names.get(given.on_behalf_of_id or 0, "")
    text = _("reported this") if title is None else _("completed “%(task)s”", task=title)
    detail = _("For %(name)s", name=behalf) if behalf and signature is None else ""
    return StoryLine("done", given.submitted_at, text, who, detail, signature, (2, given.id))


def _trail(session: Session, kind: str, record_id: int, span: _Span) -> list[StoryLine]:
    rows = session.scalars(
        select(TrailEntry)
        .where(
            TrailEntry.subject_kind == kind,
            TrailEntry.subject_id == str(record_id),
            TrailEntry.verb.not_in(_TOLD_ELSEWHERE),
            span.covers(TrailEntry.at),
        )
        .order_by(TrailEntry.seq.desc())
        .limit(span.most)
    ).all()
    people = {person for row in rows for person in _people_in(row)}
    names = names_of(session, sorted(people))
    titles = task_titles(session, rows)
    return [
        StoryLine(
            kind=row.verb.partition(".")[0],
            at=row.at,
            text=sentence_of(row, names, titles),
            who=names.get(row.actor_id or 0, ""),
            detail=row.reason or "",
            order=(1, row.seq),
        )
        for row in rows
    ]


def _comments(session: Session, record_id: int, span: _Span) -> list[StoryLine]:
    rows = session.scalars(
        select(Comment)
        .where(Comment.record_id == record_id, span.covers(Comment.created_at))
        .order_by(Comment.id.desc())
        .limit(span.most)
    ).all()
    people = {person for row in rows for person in (row.author_id, row.asked_id) if person}
    names = names_of(session, sorted(people))
    return [
        StoryLine(
            kind="question" if row.asked_id else "comment",
            at=row.created_at,
            text=_("asked %(name)s", name=names.get(row.asked_id, "")) if row.asked_id else _("wrote"),
            who=names.get(row.author_id or 0, ""),
            detail=row.text,
            order=(3, row.id),
        )
        for row in rows
    ]


def _evaluations(session: Session, kind: str, record_id: int, span: _Span) -> list[StoryLine]:
    rows = session.execute(
        select(Evaluation, ProcessInstance.definition_version_id)
        .join(ProcessInstance, ProcessInstance.id == Evaluation.instance_id)
        .where(
            ProcessInstance.record_kind == kind,
            ProcessInstance.record_id == record_id,
            Evaluation.kind == "table",
            span.covers(Evaluation.evaluated_at),
        )
        .order_by(Evaluation.id.desc())
        .limit(span.most)
    )
    return [
        StoryLine(
            kind=RULE,
            at=row.evaluated_at,
            text=_question(session, version_id, row.key),
            detail=_answer(row.result),
            order=(0, row.id),
        )
        for row, version_id in rows
    ]


_TOLD_ELSEWHERE = ("task.completed", COMMENTED, ASKED, GIVEN, DECLINED)
_NAMED = ("assignee", "owner", "person")


def _people_in(entry: TrailEntry) -> set[int]:
    after = _values(entry)
    found = {after[key] for key in _NAMED if isinstance(after.get(key), int)}
    return found | ({entry.actor_id} if entry.actor_id else set())


def task_titles(session: Session, entries: Sequence[TrailEntry]) -> dict[int, str]:
    """Return the titles of the tasks that these entries name, by id."""
    ids = {value for value in (_values(entry).get("task") for entry in entries) if isinstance(value, int)}
    if not ids:
        return {}
    rows = session.execute(select(Task.id, Task.title).where(Task.id.in_(ids)))
    return {row.id: row.title for row in rows}


def _values(entry: TrailEntry) -> dict[str, Any]:
    loaded = json.loads(entry.after) if entry.after else {}
    return loaded if isinstance(loaded, dict) else {}


def sentence_of(entry: TrailEntry, names: Mapping[int, str], titles: Mapping[int, str]) -> str:
    """Return a deed in words; names and titles are those of the people and tasks it mentions."""
    if entry.is_tombstone:
        return _("did something whose details were destroyed")
    after = _values(entry)
    facts = {
        "task": titles.get(after.get("task", 0), str(after.get("element", ""))),
        "person": names.get(after.get("assignee") or after.get("person") or 0, ""),
        "file": str(after.get("file", "")),
        "to": str(after.get("to", "")),
        "stage": str(after.get("stage", "")),
        "revision": str(after.get("revision", "")),
        "copy": str(after.get("copy", "")),
    }
    return deeds.sentence_of(_spoken_verb(entry.verb, after), facts)


def _spoken_verb(verb: str, after: Mapping[str, Any]) -> str:
    """Return the code whose words are said: a vote is told as the yes or no that it is."""
    if verb != VOTED:
        return verb
    return VOTED_YES if after.get("verdict") == "approve" else VOTED_NO


def _question(session: Session, version_id: int, key: str) -> str:
    """Return what a table decides, as its author put it."""
    table = definitions.get(session, version_id).tables.get(key)
    if table and table.title:
        return _(table.title)
    return _("The rule “%(rule)s” decided", rule=key.replace("_", " "))


def _answer(result: Any) -> str:
    """Return what a table answered and why; a reason says more than several words."""
    if not isinstance(result, Mapping):
        return _in_words(result)
    answers = [word for key, value in result.items() if key != "reason" and (word := _in_words(value))]
    reason = str(result.get("reason") or "")
    if reason and len(answers) != 1:
        return reason
    said = ", ".join(answers)
    return f"{said[:1].upper()}{said[1:]}: {reason}" if reason else said


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else _(str(value).replace("_", " ").replace("capa", "CAPA"))
