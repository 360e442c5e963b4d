"""Signatures: one immutable row for each, vouched for by an entry of the trail.

Whoever signs has proven who they are above this layer; here the row is written, and its digest chained.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, exists, insert, select
from sqlalchemy.orm import Session

from app.foundation.unit_of_work import UnitOfWork
from app.trail.challenges import Why
from app.trail.meanings import AuthMethod, Meaning
from app.trail.models import Signature
from app.trail.rules import canonical_json
from app.trail.service import Subject, record

GIVEN, DECLINED, REFUSED, FAILED = (
    "signature.given",
    "signature.declined",
    "signature.refused",
    "signature.failed",
)
EVIDENCE = "signature"
LABEL_LENGTH = 80
_UNCOVERED = frozenset({"id", "trail_seq"})
_ADD = insert(cast("Table", Signature.__table__))


@dataclass(frozen=True, slots=True)
class SignedBy:
    """Who signs, in whose place, from where, and how they proved it.

    Shape: `zone` is the signer's IANA zone; `session_id` the browser's session, None at a shared terminal.
    """

    id: int
    name: str
    zone: str
    method: AuthMethod
    session_id: int | None = None
    on_behalf_of_id: int | None = None
    on_behalf_of_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedMatter:
    """What is signed.

    Shape: `version` is what people call the version of the record; `about` names the step or the matter;
    `record_sha256` is the digest of what was shown; `covered` names the facts the signature stands on and
    `covered_sha256` is the digest of their values as the act leaves them.
    """

    subject: Subject
    version: str
    about: str
    record_sha256: str
    covered: Sequence[str] = ()
    covered_sha256: str = ""
    task_id: int | None = None
    form_sha256: str = ""
    answers_sha256: str = ""
    definition_version_id: int | None = None
    definition_label: str = ""


def sign(
    uow: UnitOfWork,
    signer: SignedBy,
    matter: SignedMatter,
    meaning: Meaning,
    *,
    reason: str = "",
    challenge_digest: str | None = None,
) -> None:
    """Sign: the row is written with the entry that vouches for it, as the last writing of the act.

    Effects: one trail entry, `signature.declined` for a rejection, else `signature.given`; one row.
    """
    values = _values(uow, signer, matter) | {
        "meaning": meaning.value,
        "reason": reason,
        "challenge_digest": challenge_digest,
    }

    def write(uow: UnitOfWork, seq: int) -> None:
        uow.session.execute(_ADD, {**values, "trail_seq": seq})

    record(
        uow,
        verb=DECLINED if meaning is Meaning.REJECTION else GIVEN,
        subject=matter.subject,
        after={
            "task": matter.task_id,
            "meaning": meaning.value,
            "person": signer.id,
            "version": matter.version,
            "record_sha256": matter.record_sha256,
            "method": signer.method.value,
            EVIDENCE: signature_digest(values),
        },
        reason=reason or None,
        chained=write,
    )


def note_refusal(
    uow: UnitOfWork, subject: Subject, why: Why | str, *, task_id: int | None = None, meaning: str = ""
) -> None:
    """Keep in the trail that somebody tried to sign and was refused. An act of its own."""
    record(
        uow,
        verb=REFUSED,
        subject=subject,
        after={"task": task_id, "meaning": meaning, "why": str(why)},
    )


def signatures_of(session: Session, kind: str, id_: int | str) -> list[Signature]:
    """Return the signatures of a subject, oldest first."""
    query = select(Signature).where(Signature.subject_kind == kind, Signature.subject_id == str(id_))
    return list(session.scalars(query.order_by(Signature.id)))


def has_signed_in(session: Session, session_id: int | None) -> bool:
    """Tell whether something was signed in this web session already."""
    if session_id is None:
        return False
    return bool(session.scalar(select(exists().where(Signature.session_id == session_id))))


def signature_digest(values: Mapping[str, Any]) -> str:
    """Return the SHA-256 of all that a signature's row says. Shape: `values` by column."""
    covered = {
        column.key: values.get(column.key)
        for column in Signature.__table__.columns
        if column.key not in _UNCOVERED
    }
    return hashlib.sha256(canonical_json(covered).encode()).hexdigest()


def _values(uow: UnitOfWork, signer: SignedBy, matter: SignedMatter) -> dict[str, Any]:
    return {
        "subject_kind": matter.subject.kind,
        "subject_id": str(matter.subject.id),
        "subject_label": matter.subject.label[:LABEL_LENGTH],
        "subject_version": matter.version,
        "about": matter.about,
        "task_id": matter.task_id,
        "signer_id": signer.id,
        "printed_name": signer.name,
        "on_behalf_of_id": signer.on_behalf_of_id,
        "on_behalf_of_name": signer.on_behalf_of_name,
        "signed_at": uow.now,
        "zone": signer.zone,
        "auth_method": signer.method.value,
        "record_sha256": matter.record_sha256,
        "covered": list(matter.covered),
        "covered_sha256": matter.covered_sha256,
        "form_sha256": matter.form_sha256,
        "answers_sha256": matter.answers_sha256,
        "definition_version_id": matter.definition_version_id,
        "definition_label": matter.definition_label,
        "session_id": signer.session_id,
    }
