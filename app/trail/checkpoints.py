"""Checkpoints: the head of the chain, signed and written to a file outside the database.

Whoever can change the database can recompute the chain; only a head kept elsewhere shows it. Copy the file
away regularly, and note the key that signs it.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.errors import Invalid
from app.foundation.i18n import gettext as _
from app.foundation.installation import Installation
from app.trail.keys import is_signed_by, sign
from app.trail.models import TrailHead
from app.trail.rules import moment_text

FILE_NAME = "checkpoints.jsonl"
EVERY = timedelta(days=1)
EVERY_ENTRIES = 1_000


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a chain at a moment. Shape: `key` is the public key that signed it."""

    chain_id: str
    seq: int
    hash: str
    at: datetime
    key: str = ""

    @property
    def text(self) -> str:
        """What the signature covers."""
        return f"{self.chain_id} {self.seq} {self.hash} {moment_text(self.at)}"


class CheckpointUnreadable(Invalid):
    """The file of checkpoints is not one, or a line of it was not signed by the key it names."""


def take_checkpoint(session: Session, file: Path, now: datetime) -> Checkpoint:
    """Append the present head to the file, signed by the key beside it, and return it.

    Effects: the line is on disk when the function returns. A second line for the same head is harmless.
    """
    head = _present(session, now)
    key, signature = sign(file.parent, head.text)
    checkpoint = replace(head, key=key)
    line = json.dumps({**asdict(checkpoint), "at": moment_text(now), "signature": signature}) + "\n"
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())  # one write: lines of two processes do not mix
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return checkpoint


def take_checkpoint_if_due(session: Session, file: Path, now: datetime) -> Checkpoint | None:
    """Append the present head when a day has passed or 1,000 entries were written since the last one."""
    last = last_checkpoint(file)
    head = _present(session, now)
    is_due = (
        last is None
        or last.chain_id != head.chain_id
        or head.seq - last.seq >= EVERY_ENTRIES
        or (head.seq > last.seq and now - last.at >= EVERY)
    )
    return take_checkpoint(session, file, now) if is_due else None


def read_checkpoints(file: Path) -> list[Checkpoint]:
    """Return the checkpoints of a file in the order in which they were taken; none when it is not there.

    Errors: CheckpointUnreadable names the line that is not a checkpoint, or that its key did not sign.
    """
    if not file.exists():
        return []
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return [_parsed(line, number) for number, line in enumerate(lines, start=1) if line.strip()]


def last_checkpoint(file: Path) -> Checkpoint | None:
    """Return the latest checkpoint of a file, None without one."""
    checkpoints = read_checkpoints(file)
    return checkpoints[-1] if checkpoints else None


def _present(session: Session, now: datetime) -> Checkpoint:
    head = session.execute(
        select(Installation.chain_id, TrailHead.seq, TrailHead.hash).join(TrailHead, TrailHead.id == 1)
    ).one()
    return Checkpoint(head.chain_id, head.seq, head.hash, now)


def _parsed(line: str, number: int) -> Checkpoint:
    try:
        found = json.loads(line)
        moment = datetime.fromisoformat(found["at"])
        checkpoint = Checkpoint(
            str(found["chain_id"]), int(found["seq"]), str(found["hash"]), moment, str(found["key"])
        )
        signature = str(found["signature"])
    except (ValueError, KeyError, TypeError) as error:
        raise CheckpointUnreadable(
            _("Line %(number)s of the checkpoint file is not a checkpoint.", number=number)
        ) from error
    if not is_signed_by(checkpoint.key, signature, checkpoint.text):
        sentence = _("Line %(number)s of the checkpoint file was changed: its signature does not fit.")
        raise CheckpointUnreadable(sentence % {"number": number})
    return checkpoint
