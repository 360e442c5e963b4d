"""Prepares the pages of acknowledgements: one's own, one revision to read, and the audiences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.records.models import Record
from app.records.urls import record_url
from app.records.visibility import visible
from app.training.confirming import ReadingLine, open_readings
from app.training.reading_models import ReadingState
from app.training.readings import ReaderLine, RequestLine, ToRead, readers_of, request_lines
from app.training.rules import right_options
from app.web.addresses import address
from app.web.parts import Chip, Link, TaskRow


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose. Shape: `name` and `value` are what the form posts."""

    id: str
    name: str
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as it is drawn, its answers in an order of their own."""

    id: str
    number: int
    text: str
    is_several: bool
    choices: tuple[Choice, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class ReadingPage:
    """One revision in front of one person. Shape: `html` is cleaned by whoever gave it."""

    id: int
    number: str
    title: str
    edition: str
    due_at: datetime
    state: str
    told: str
    html: str
    files: tuple[Link, ...]
    record: Link | None
    questions: tuple[QuestionView, ...]
    attempts: str
    has_text: bool


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A revision in the list of audiences."""

    line: RequestLine
    url: str
    chip: Chip
    share: int


def reading_rows(lines: Sequence[ReadingLine]) -> tuple[TaskRow, ...]:
    """Return what a person has to read as rows of work."""
    return tuple(
        TaskRow(
            title=_("Read and acknowledge “%(title)s”", title=line.title),
            url=address("acknowledgements.page", acknowledgement_id=line.id),
            icon="book-2",
            meta=(line.number,),
            due=line.due_at,
        )
        for line in lines
    )


def rows_to_read(session: Session, actor: Actor) -> tuple[TaskRow, ...]:
    """Return what a person has to read as rows of work, the first due first."""
    return reading_rows(open_readings(session, actor.id))


def reading_page(session: Session, actor: Actor, found: ToRead, typed: dict[str, str]) -> ReadingPage:
    """Return the page on which a person reads and acknowledges a revision; `typed` are refused answers."""
    reading, row = found.reading, found.row
    files = tuple(
        Link(one.name, address("acknowledgements.file", acknowledgement_id=row.id, file_id=one.file_id))
        for one in (reading.files if reading else ())
    )
    quiz = found.quiz.questions if found.quiz is not None else ()
    return ReadingPage(
        id=row.id,
        number=found.request.number,
        title=reading.title if reading else found.request.title,
        edition=reading.edition if reading else "",
        due_at=row.due_at,
        state=row.state,
        told=_state_sentence(found),
        html=reading.html if reading else "",
        files=files,
        record=_record_link(session, actor, found),
        questions=question_views(quiz, typed, seed=row.id),
        attempts=_attempts(found) if quiz else "",
        has_text=reading is not None and bool(reading.html or files),
    )


def question_views(
    questions: Sequence[dict[str, Any]], typed: dict[str, str], *, seed: int
) -> tuple[QuestionView, ...]:
    """Return questions for answering; the order of the answers tells nothing and stays the same."""
    return tuple(_question(number, one, typed, seed) for number, one in enumerate(questions))


def chosen_options(questions: Sequence[dict[str, Any]], typed: dict[str, str]) -> list[list[int]]:
    """Return the numbers of the options chosen for each question from what the form posted."""
    chosen = []
    for number, question in enumerate(questions):
        numbers = range(len(question["options"]))
        if len(right_options(question)) > 1:
            chosen.append([one for one in numbers if typed.get(f"question-{number}-{one}") == "true"])
        else:
            chosen.append([one for one in numbers if typed.get(f"question-{number}") == str(one)])
    return chosen


def answer_keys(questions: Sequence[dict[str, Any]]) -> list[str]:
    """Return the names of all answers that a form with these questions may post."""
    return [choice.name for view in question_views(questions, {}, seed=0) for choice in view.choices]


def audience_rows(session: Session, actor: Actor, now: datetime) -> list[RequestRow]:
    """Return the revisions asked for and how far their audiences are."""
    return [request_row(line) for line in request_lines(session, actor, now)]


def request_row(line: RequestLine) -> RequestRow:
    """Return one revision with its share and its state in a word."""
    share = 100 if not line.required else line.done * 100 // line.required
    url = address("acknowledgements.audience", request_id=line.id)
    return RequestRow(line, url, _request_chip(line), share)


def reader_rows(session: Session, request_id: int, now: datetime) -> list[tuple[ReaderLine, Chip]]:
    """Return the audience of a revision, each with their state in a word."""
    return [(line, reader_chip(line, now)) for line in readers_of(session, request_id)]


def reader_chip(line: ReaderLine, now: datetime) -> Chip:
    """Return where a person stands, in a word."""
    if line.state is ReadingState.DONE:
        return Chip(_("Acknowledged"), "ok", icon="circle-check")
    if line.state is ReadingState.FAILED:
        return Chip(_("Not understood"), "bad", icon="alert-circle")
    if line.state is ReadingState.WITHDRAWN:
        return Chip(_("Not asked any longer"))
    if line.due_at < now:
        return Chip(_("Overdue"), "bad", icon="alert-triangle")
    return Chip(_("To be read"), "accent")


def _request_chip(line: RequestLine) -> Chip:
    if line.is_ended:
        return Chip(_("Replaced"))
    if line.overdue:
        return Chip(
            ngettext("%(num)s overdue", "%(num)s overdue", line.overdue), "bad", icon="alert-triangle"
        )
    if line.is_reached:
        return Chip(_("Enough have read it"), "ok", icon="circle-check")
    return Chip(_("Being read"), "accent")


def _question(number: int, question: dict[str, Any], typed: dict[str, str], seed: int) -> QuestionView:
    is_several = len(right_options(question)) > 1
    numbers = sorted(range(len(question["options"])), key=lambda one: _place(seed, number, one))
    choices = tuple(
        Choice(
            id=f"question-{number}-{one}",
            name=f"question-{number}-{one}" if is_several else f"question-{number}",
            value="true" if is_several else str(one),
            label=str(question["options"][one]["text"]),
            is_chosen=bool(typed)
            and typed.get(f"question-{number}-{one}" if is_several else f"question-{number}")
            == ("true" if is_several else str(one)),
        )
        for one in numbers
    )
    return QuestionView(f"question-{number}", number + 1, str(question["text"]), is_several, choices)


def _place(*parts: int) -> str:
    return sha256("-".join(str(one) for one in parts).encode()).hexdigest()


def _record_link(session: Session, actor: Actor, found: ToRead) -> Link | None:
    """Return the door to the record behind the text, for those who may see it."""
    reading = found.reading
    if reading is None or reading.record_id is None:
        return None
    statement = visible(select(Record).where(Record.id == reading.record_id), actor)
    record = session.scalars(statement).one_or_none()
    return None if record is None else Link(_("Open the record"), record_url(record.kind, record.id))


def _state_sentence(found: ToRead) -> str:
    words = {
        ReadingState.DONE.value: _("You have acknowledged this."),
        ReadingState.FAILED.value: _(
            "Your attempts are used up. Your manager knows, will talk to you, and decides what follows."
        ),
        ReadingState.WITHDRAWN.value: _("You need not acknowledge this any longer."),
    }
    return words.get(found.row.state, "")


def _attempts(found: ToRead) -> str:
    left = ngettext("%(num)s attempt is left.", "%(num)s attempts are left.", found.left)
    if not found.row.attempts:
        return left
    return _("Last time %(score)s %% were right.", score=found.row.score) + " " + left
