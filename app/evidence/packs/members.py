"""What the pack of one record holds: the paper, the rows as JSON, the definitions it ran on, the files."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import inspect, or_, select
from sqlalchemy.orm import Session

from app.evidence import verify
from app.evidence.packs.record_paper import Matter, Told, picture_of, record_paper
from app.evidence.packs.writer import PackWriter, safe_name
from app.foundation.file_store import ContentMissing, FileStore
from app.foundation.files import StoredFile
from app.printing.paper import Paper
from app.printing.rendering import PaperFailed, render
from app.records.models import Attachment, Comment, Record
from app.trail.models import Signature, TrailEntry
from app.trail.rules import moment_text
from app.workflow.definitions import definitions
from app.workflow.models import Evaluation, ProcessInstance, Submission, Task

logger = logging.getLogger(__name__)

STORY = "story.pdf"
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
    matter = matter_of(session, row)
    add_paper(pack, record_paper(session, matter, told), printing, f"{folder}{STORY}")
    for name, content in _rows(session, matter):
        pack.add(f"{folder}{name}", content)
    for run in matter.runs:
        for name, content in _run(session, run):
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


def matter_of(session: Session, row: Record) -> Matter:
    """Read what the pack of a record is made from."""
    runs = session.scalars(
        select(ProcessInstance)
        .where(ProcessInstance.record_kind == row.kind, ProcessInstance.record_id == row.id)
        .order_by(ProcessInstance.id)
    ).all()
    submissions = session.scalars(
        select(Submission).where(Submission.instance_id.in_([one.id for one in runs])).order_by(Submission.id)
    ).all()
    entries = session.scalars(
        select(TrailEntry)
        .where(TrailEntry.subject_kind == row.kind, TrailEntry.subject_id == str(row.id))
        .order_by(TrailEntry.seq)
    ).all()
    files = session.scalars(
        select(StoredFile)
        .join(Attachment, Attachment.file_id == StoredFile.id)
        .where(Attachment.record_id == row.id, or_(Attachment.removed_at.is_(None)))
        .order_by(StoredFile.id)
    ).all()
    return Matter(row, runs, submissions, entries, files)


def as_json(value: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """Return rows as JSON that people can read as well."""
    return orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)


def _rows(session: Session, matter: Matter) -> Iterator[tuple[str, bytes]]:
    row = matter.row
    signatures = session.scalars(
        select(Signature)
        .where(Signature.subject_kind == row.kind, Signature.subject_id == str(row.id))
        .order_by(Signature.id)
    ).all()
    comments = session.scalars(select(Comment).where(Comment.record_id == row.id).order_by(Comment.id)).all()
    yield "record.json", as_json(_columns(row))
    yield verify.TRAIL, as_json([_columns(one) for one in matter.entries])
    yield "signatures.json", as_json([_columns(one) for one in signatures])
    yield "comments.json", as_json([_columns(one) for one in comments])


def _run(session: Session, run: ProcessInstance) -> Iterator[tuple[str, bytes]]:
    """Yield what was done and decided, by which forms and tables, and the path through the diagram."""
    definition = definitions.get(session, run.definition_version_id)
    for name, model in (("tasks", Task), ("submissions", Submission), ("evaluations", Evaluation)):
        found = session.scalars(select(model).where(model.instance_id == run.id).order_by(model.id))
        yield f"{name}.json", as_json([_columns(one) for one in found])
    for name, content in definition.bundle.members():
        yield f"definition/{name}", content
    yield "path.svg", picture_of(session, run).encode()


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
