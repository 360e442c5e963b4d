"""What the pack of one record holds: the paper, the rows as JSON, the definitions it ran on, the files."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.evidence import verify
from app.evidence.packs.matter import Matter, before, comments_of, matter_of, place_of, signatures_of
from app.evidence.packs.record_paper import Told, picture_of, record_paper
from app.evidence.packs.writer import PackWriter, safe_name
from app.foundation.file_store import ContentMissing, FileStore
from app.foundation.files import StoredFile
from app.printing.paper import Paper
from app.printing.rendering import PaperFailed, render
from app.records.models import Comment, Record
from app.trail.rules import moment_text
from app.workflow.definitions import definitions
from app.workflow.models import Evaluation, ProcessInstance, Submission, Task

logger = logging.getLogger(__name__)

STORY = "story.pdf"
_LASTING = ("id", "kind", "number", "title", "opened_at", "original_due_at", "is_imported")
_OF_A_RUN: tuple[tuple[str, Any, Any], ...] = (
    ("tasks", Task, Task.completed_at),
    ("submissions", Submission, Submission.submitted_at),
    ("evaluations", Evaluation, Evaluation.evaluated_at),
)
_LEFT_OUT = frozenset({"search_text", "draft", "draft_at", "draft_by_id", "snapshot", "challenge_digest"})


@dataclass(frozen=True, slots=True)
class Printing:
    """Where the contents of files lie, and the fonts of the house."""

    store: FileStore
    fonts: Path | None = None


def add_record(
    pack: PackWriter, session: Session, row: Record, told: Told, printing: Printing, folder: str = ""
) -> None:
    """Add everything about a record below a folder. The caller has found that the person may see it.

    Effects: a child process sets the paper; a file whose content is damaged is named instead of enclosed.
    """
    matter = matter_of(session, row, told.until)
    add_paper(pack, record_paper(session, matter, told), printing, f"{folder}{STORY}")
    for name, content in _rows(session, matter):
        pack.add(f"{folder}{name}", content)
    for run in matter.runs:
        for name, content in _run(session, run, matter.until):
            pack.add(f"{folder}run-{run.id}/{name}", content)
    for one in matter.files:
        _add_file(pack, one, printing.store, folder)


def add_paper(pack: PackWriter, paper: Paper, printing: Printing, name: str) -> None:
    """Add a paper as PDF; one that cannot be set leaves a note, so that the pack can still leave."""
    try:
        pack.add(name, render(paper, printing.fonts).content)
    except PaperFailed as error:
        logger.warning("paper of a pack failed", extra={"member": name})
        pack.add(f"{name}.missing.txt", f"{error.sentence}\n".encode())


def as_json(value: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """Return rows as JSON that people can read as well."""
    return orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)


def _rows(session: Session, matter: Matter) -> Iterator[tuple[str, bytes]]:
    yield "record.json", as_json(_record(session, matter))
    yield verify.TRAIL, as_json([_columns(one) for one in matter.entries])
    yield "signatures.json", as_json([_columns(one) for one in signatures_of(session, matter)])
    yield "comments.json", as_json([_said(one, matter.until) for one in comments_of(session, matter)])


def _record(session: Session, matter: Matter) -> Mapping[str, Any]:
    """Return the columns of a record; of one told by a moment those that are known of it."""
    columns = _columns(matter.row)
    if matter.until is None:
        return columns
    place = {key: _plain(value) for key, value in asdict(place_of(session, matter)).items()}
    return {key: columns[key] for key in _LASTING} | place | {"told_until": moment_text(matter.until)}


def _said(one: Comment, until: datetime | None) -> Mapping[str, Any]:
    columns = _columns(one)
    is_later = until is not None and one.answered_at is not None and one.answered_at >= until
    return {**columns, "answered_at": None} if is_later else columns


def _run(session: Session, run: ProcessInstance, until: datetime | None) -> Iterator[tuple[str, bytes]]:
    """Yield what was done and decided, by which forms and tables, and the path through the diagram."""
    definition = definitions.get(session, run.definition_version_id)
    for name, model, moment in _OF_A_RUN:
        found = session.scalars(
            select(model).where(model.instance_id == run.id, before(moment, until)).order_by(model.id)
        )
        yield f"{name}.json", as_json([_columns(one) for one in found])
    for name, content in definition.bundle.members():
        yield f"definition/{name}", content
    yield "path.svg", picture_of(session, run, until).encode()


def _add_file(pack: PackWriter, one: StoredFile, store: FileStore, folder: str) -> None:
    name = f"{folder}files/{one.id}-{safe_name(one.name)}"
    try:
        stream = store.open(one.sha256, one.size)
    except ContentMissing as error:
        pack.add(f"{name}.missing.txt", f"{error.sentence}\n".encode())
        return
    with stream:
        pack.add_stream(name, stream)


def _columns(row: Any) -> Mapping[str, Any]:
    mapper = inspect(type(row))
    return {one.key: _plain(getattr(row, one.key)) for one in mapper.column_attrs if one.key not in _LEFT_OUT}


def _plain(value: Any) -> Any:
    return moment_text(value) if hasattr(value, "tzinfo") and hasattr(value, "microsecond") else value
