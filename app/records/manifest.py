"""The manifest of a record's signatures as plain values: for its page, for print and for PDF.

Each line says who signed what and when, and whether what the signature stands on is still what was signed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _
from app.trail.meanings import Meaning, meaning_word, method_word
from app.trail.models import Signature
from app.trail.signatures import signatures_of
from app.workflow.lifecycle import registry
from app.workflow.signables import Signable, digest_of_covered

SHOWN_OF_HASH = 4


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """A signature in words.

    Shape: `signed_at` is UTC and `local_time` the signer's own clock with its zone; `meaning` is the stored
    word, `meaning_words` the reader's; `is_valid` is False when what it stands on was changed afterwards,
    and `state_words` says either; `mark` is the shortened `record_sha256`.
    """

    printed_name: str
    on_behalf_of: str
    meaning: str
    meaning_words: str
    about: str
    reason: str
    signed_at: datetime
    zone: str
    local_time: str
    method_words: str
    version: str
    record_sha256: str
    mark: str
    form: str
    trail_seq: int
    task_id: int | None
    is_refusal: bool
    is_valid: bool
    state_words: str


def manifest_of(session: Session, kind: str, record_id: int) -> tuple[SignatureLine, ...]:
    """Return the signatures under a record that the caller has found visible, oldest first."""
    rows = signatures_of(session, kind, record_id)
    if not rows:
        return ()
    present = registry.of_kind(kind).ports.signable(session, record_id)
    return tuple(_line(row, present) for row in rows)


def by_task(lines: Sequence[SignatureLine]) -> Mapping[int, SignatureLine]:
    """Return the signatures given with tasks, by task."""
    return {line.task_id: line for line in lines if line.task_id is not None}


def short_mark(sha256: str) -> str:
    """Return a hash as people compare it: its first and last signs."""
    return f"{sha256[:SHOWN_OF_HASH]}…{sha256[-SHOWN_OF_HASH:]}" if sha256 else ""


def _line(row: Signature, present: Signable) -> SignatureLine:
    is_valid = not row.covered_sha256 or digest_of_covered(present, row.covered) == row.covered_sha256
    return SignatureLine(
        printed_name=row.printed_name,
        on_behalf_of=row.on_behalf_of_name,
        meaning=row.meaning,
        meaning_words=meaning_word(row.meaning),
        about=row.about,
        reason=row.reason,
        signed_at=row.signed_at,
        zone=row.zone,
        local_time=_local(row.signed_at, row.zone),
        method_words=method_word(row.auth_method),
        version=row.subject_version,
        record_sha256=row.record_sha256,
        mark=short_mark(row.record_sha256),
        form=row.definition_label,
        trail_seq=row.trail_seq,
        task_id=row.task_id,
        is_refusal=row.meaning == Meaning.REJECTION.value,
        is_valid=is_valid,
        state_words=_("valid") if is_valid else _("superseded: the record changed after signing"),
    )


def _local(moment: datetime, zone: str) -> str:
    """Return the signer's own time with its zone, and UTC where that is another."""
    local = moment.astimezone(ZoneInfo(zone))
    words = f"{written_day(local)} {local:%H:%M:%S %Z}"
    is_utc = local.utcoffset() == moment.utcoffset()
    return words if is_utc else f"{words} ({moment:%H:%M} UTC)"
