"""The evidence pack of a record: its whole story as a ZIP that can be verified without Keel."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import inspect, or_, select
from sqlalchemy.orm import Session

from app.evidence import verify
from app.foundation.file_store import FileStore
from app.foundation.files import StoredFile
from app.foundation.unit_of_work import UnitOfWork
from app.records.models import Attachment, Comment, Record
from app.records.stages import states_of
from app.trail import Subject, record
from app.trail.models import Signature, TrailEntry
from app.trail.rules import moment_text
from app.workflow.definitions import definitions
from app.workflow.models import Evaluation, ProcessInstance, Submission, Task
from app.workflow.picture import render_standalone_svg

FORMAT = 1
MADE = "evidence.pack_made"


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as bytes. Shape: `digest` is the SHA-256 of its manifest, which the trail keeps."""

    name: str
    content: bytes
    digest: str


def make_pack(uow: UnitOfWork, store: FileStore, row: Record) -> Pack:
    """Return the pack of a record. The caller has found that the person may see it.

    Effects: a trail entry with the digest of the manifest, by which a pack is recognised later.
    Source: lifecycles 5.10.
    """
    files = dict(_files(uow.session, store, row))
    manifest = {
        "format": FORMAT,
        "about": {"kind": row.kind, "number": row.number, "title": row.title},
        "made_at": moment_text(uow.now),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    text = _json(manifest)
    digest = hashlib.sha256(text).hexdigest()
    record(
        uow,
        verb=MADE,
        subject=Subject(row.kind, row.id, row.number),
        after={"manifest_sha256": digest, "files": len(files)},
    )
    return Pack(f"{row.number}-evidence.zip", _zipped({verify.MANIFEST: text, **files}), digest)


def _files(session: Session, store: FileStore, row: Record) -> Iterator[tuple[str, bytes]]:
    entries = session.scalars(
        select(TrailEntry)
        .where(TrailEntry.subject_kind == row.kind, TrailEntry.subject_id == str(row.id))
        .order_by(TrailEntry.seq)
    ).all()
    signatures = session.scalars(
        select(Signature)
        .where(Signature.subject_kind == row.kind, Signature.subject_id == str(row.id))
        .order_by(Signature.id)
    ).all()
    comments = session.scalars(select(Comment).where(Comment.record_id == row.id).order_by(Comment.id)).all()
    yield "record.json", _json(_columns(row))
    yield verify.TRAIL, _json([_columns(one) for one in entries])
    yield "signatures.json", _json([_columns(one) for one in signatures])
    yield "comments.json", _json([_columns(one) for one in comments])
    yield from _runs(session, row)
    yield from _attached(session, store, row)
    yield "verify.py", Path(verify.__file__).read_bytes()


def _runs(session: Session, row: Record) -> Iterator[tuple[str, bytes]]:
    """Yield what was done and decided, by which forms and tables, and the path through the diagram."""
    runs = session.scalars(
        select(ProcessInstance)
        .where(ProcessInstance.record_kind == row.kind, ProcessInstance.record_id == row.id)
        .order_by(ProcessInstance.id)
    ).all()
    for run in runs:
        folder = f"run-{run.id}"
        definition = definitions.get(session, run.definition_version_id)
        for name, model in (("tasks", Task), ("submissions", Submission), ("evaluations", Evaluation)):
            found = session.scalars(select(model).where(model.instance_id == run.id).order_by(model.id))
            yield f"{folder}/{name}.json", _json([_columns(one) for one in found])
        for name, content in definition.bundle.members():
            yield f"{folder}/definition/{name}", content
        states = states_of(run)
        marks = {key: "here" if one.here else "done" for key, one in states.items() if one.here or one.done}
        picture = render_standalone_svg(definition.bundle.diagram, marks, definition.title)  # type: ignore[arg-type]  # the marks are of the closed set
        yield f"{folder}/path.svg", picture.encode()


def _attached(session: Session, store: FileStore, row: Record) -> Iterator[tuple[str, bytes]]:
    found = session.scalars(
        select(StoredFile)
        .join(Attachment, Attachment.file_id == StoredFile.id)
        .where(Attachment.record_id == row.id, or_(Attachment.removed_at.is_(None)))
        .order_by(StoredFile.id)
    )
    for one in found:
        with store.open(one.sha256, one.size) as stream:
            yield f"files/{one.id}-{_safe(one.name)}", stream.read()


def _columns(row: Any) -> Mapping[str, Any]:
    mapper = inspect(type(row))
    return {one.key: _plain(getattr(row, one.key)) for one in mapper.column_attrs if one.key not in _LEFT_OUT}


_LEFT_OUT = frozenset({"search_text", "draft", "draft_at", "draft_by_id", "snapshot", "challenge_digest"})


def _plain(value: Any) -> Any:
    return moment_text(value) if hasattr(value, "tzinfo") and hasattr(value, "microsecond") else value


def _safe(name: str) -> str:
    return "".join(one if one.isalnum() or one in "._- " else "_" for one in name)[:100] or "file"


def _json(value: Mapping[str, Any] | Sequence[Any]) -> bytes:
    return orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in files.items():
            pack.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
