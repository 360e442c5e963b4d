"""Tables of the trail and its signatures. Database triggers refuse to change them; see the migrations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base
from app.trail.rules import Link

Sequence = BigInteger().with_variant(Integer, "sqlite")


class TrailEntry(Base):
    """One deed. Its values (label, reason, before, after) stand beside their digests.

    A tombstone has no salt and no values: they were destroyed by an approved act, and the chain still holds.
    """

    __tablename__ = "trail_entry"
    __table_args__ = (
        Index("ix_trail_entry_subject", "subject_kind", "subject_id", "seq"),
        CheckConstraint("seq > 0", name="seq"),
    )

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    chain_id: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    on_behalf_of_id: Mapped[int | None]
    request_id: Mapped[str | None] = mapped_column(String(64))
    verb: Mapped[str] = mapped_column(String(80))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(80))
    label: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[str | None] = mapped_column(String(32))
    before_digest: Mapped[str] = mapped_column(String(64))
    after_digest: Mapped[str] = mapped_column(String(64))
    words_digest: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    @property
    def is_tombstone(self) -> bool:
        """Tell whether the entry's values were destroyed."""
        return self.salt is None


class TrailHead(Base):
    """The end of the chain: one row, locked last in each act, which puts all writers in order."""

    __tablename__ = "trail_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(Sequence)
    hash: Mapped[str] = mapped_column(String(64))


class TrailDestruction(Base):
    """Permission for the database trigger to let the values of one entry be emptied."""

    __tablename__ = "trail_destruction"

    seq: Mapped[int] = mapped_column(
        Sequence, ForeignKey("trail_entry.seq"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime]


class Signature(Base):
    """A person's signature under one version of a record. Database triggers refuse to change it.

    Shape: `record_sha256` covers all that was shown; `covered` names the facts the signature stands on, and
    `covered_sha256` their values as the signing act left them; `answers_sha256` what the signer answered.
    Units: `signed_at` is UTC, `zone` the IANA zone of the signer at that moment.
    """

    __tablename__ = "signature"
    __table_args__ = (
        UniqueConstraint("trail_seq"),
        UniqueConstraint("challenge_digest"),
        Index("ix_signature_subject", "subject_kind", "subject_id", "id"),
        Index("ix_signature_session_id", "session_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trail_seq: Mapped[int] = mapped_column(Sequence, ForeignKey("trail_entry.seq"))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(80))
    subject_label: Mapped[str] = mapped_column(String(80))
    subject_version: Mapped[str] = mapped_column(String(40))
    meaning: Mapped[str] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(String(300))
    task_id: Mapped[int | None]
    signer_id: Mapped[int]
    printed_name: Mapped[str] = mapped_column(String(200))
    on_behalf_of_id: Mapped[int | None]
    on_behalf_of_name: Mapped[str] = mapped_column(String(200))
    signed_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(64))
    auth_method: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    record_sha256: Mapped[str] = mapped_column(String(64))
    covered: Mapped[list[str]] = mapped_column(JSON)
    covered_sha256: Mapped[str] = mapped_column(String(64))
    form_sha256: Mapped[str] = mapped_column(String(64))
    answers_sha256: Mapped[str] = mapped_column(String(64))
    definition_version_id: Mapped[int | None]
    definition_label: Mapped[str] = mapped_column(String(120))
    session_id: Mapped[int | None]
    challenge_digest: Mapped[str | None] = mapped_column(String(64))


class SigningChallenge(Base):
    """A one-time permission to sign one version of one record with one meaning. Only its digest is kept."""

    __tablename__ = "signing_challenge"
    __table_args__ = (UniqueConstraint("digest"), Index("ix_signing_challenge_expires_at", "expires_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int]
    session_id: Mapped[int | None]
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(80))
    task_id: Mapped[int | None]
    meaning: Mapped[str] = mapped_column(String(20))
    record_sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


def link_of(entry: TrailEntry | Row[Any]) -> Link:
    """Return what the hash of a stored entry must cover; a plain row of its columns serves as well."""
    return Link(
        chain_id=entry.chain_id,
        seq=entry.seq,
        at=entry.at,
        actor_id=entry.actor_id,
        on_behalf_of_id=entry.on_behalf_of_id,
        request_id=entry.request_id,
        verb=entry.verb,
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        before=entry.before_digest,
        after=entry.after_digest,
        words=entry.words_digest,
        previous=entry.previous_hash,
    )
