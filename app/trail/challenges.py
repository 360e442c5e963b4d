"""One-time challenges: the permission to sign one version of one record with one meaning, for five minutes.

A challenge is asked for when a form to sign is shown, and used up in the act that signs. Only its digest is
kept; a copied one is of no use to another person, in another browser, or for anything else.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.foundation.errors import Conflict
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail.meanings import Meaning
from app.trail.models import SigningChallenge

LIFE = timedelta(minutes=5)
KEPT_AFTER = timedelta(hours=24)  # so that a late replay is told from a forgery


class Why(StrEnum):
    """Why a signature was refused; the value is what the trail keeps."""

    UNKNOWN = "unknown"
    OTHER_PERSON = "other_person"
    OTHER_SESSION = "other_session"
    OTHER_RECORD = "other_record"
    OTHER_MEANING = "other_meaning"
    REPLAYED = "replayed"
    EXPIRED = "expired"
    RECORD_CHANGED = "record_changed"
    NOT_PERMITTED = "not_permitted"
    ACCOUNT_CLOSED = "account_closed"


class SignatureRefused(Conflict):
    """Nothing was signed; `why` says what was wrong with the attempt."""

    def __init__(self, why: Why) -> None:
        """Say what to do next, in the same words for every kind of foreign challenge."""
        super().__init__(_sentence(why))
        self.why = why


@dataclass(frozen=True, slots=True)
class Bond:
    """What a challenge is bound to; it opens nothing else.

    Shape: `record_sha256` is the digest of what was shown; without a `session_id` no browser is involved.
    """

    person_id: int
    session_id: int | None
    subject_kind: str
    subject_id: str
    task_id: int | None
    meaning: Meaning
    record_sha256: str


def issue_challenge(uow: UnitOfWork, bond: Bond) -> str:
    """Return the secret of a fresh challenge. Effects: one row."""
    secret = secrets.token_urlsafe(32)
    uow.session.add(
        SigningChallenge(
            digest=digest_of_challenge(secret),
            person_id=bond.person_id,
            session_id=bond.session_id,
            subject_kind=bond.subject_kind,
            subject_id=bond.subject_id,
            task_id=bond.task_id,
            meaning=bond.meaning.value,
            record_sha256=bond.record_sha256,
            created_at=uow.now,
            expires_at=uow.now + LIFE,
        )
    )
    return secret


def spend_challenge(uow: UnitOfWork, secret: str, bond: Bond) -> str:
    """Use a challenge up for exactly this signature and return its digest; of two uses one wins.

    Errors: SignatureRefused with what does not fit.
    """
    digest = digest_of_challenge(secret)
    row = uow.session.scalars(select(SigningChallenge).where(SigningChallenge.digest == digest)).one_or_none()
    if row is None:
        raise SignatureRefused(Why.UNKNOWN)
    _require_fitting(row, bond)
    if row.used_at is not None:
        raise SignatureRefused(Why.REPLAYED)
    if row.expires_at <= uow.now:
        raise SignatureRefused(Why.EXPIRED)
    if row.record_sha256 != bond.record_sha256:
        raise SignatureRefused(Why.RECORD_CHANGED)
    won = uow.session.execute(
        update(SigningChallenge)
        .where(SigningChallenge.id == row.id, SigningChallenge.used_at.is_(None))
        .values(used_at=uow.now)
        .returning(SigningChallenge.id)
    ).first()
    if won is None:
        raise SignatureRefused(Why.REPLAYED)
    return digest


def was_issued(session: Session, secret: str, person_id: int, task_id: int) -> bool:
    """Tell whether this person was shown this task for signing."""
    digest = digest_of_challenge(secret)
    query = select(SigningChallenge.id).where(
        SigningChallenge.digest == digest,
        SigningChallenge.person_id == person_id,
        SigningChallenge.task_id == task_id,
    )
    return session.scalar(query) is not None


def was_used(session: Session, secret: str) -> bool:
    """Tell whether something was signed with this challenge."""
    digest = digest_of_challenge(secret)
    return bool(session.scalar(select(SigningChallenge.used_at).where(SigningChallenge.digest == digest)))


def digest_of_challenge(secret: str) -> str:
    """Return what is kept of a challenge."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def purge_challenges(uow: UnitOfWork) -> None:
    """Delete challenges that died a day ago. Safe to call again."""
    uow.session.execute(delete(SigningChallenge).where(SigningChallenge.expires_at <= uow.now - KEPT_AFTER))


def _require_fitting(row: SigningChallenge, bond: Bond) -> None:
    """Refuse a challenge that was made for somebody or something else."""
    checks = (
        (row.person_id == bond.person_id, Why.OTHER_PERSON),
        (row.session_id == bond.session_id, Why.OTHER_SESSION),
        (
            (row.subject_kind, row.subject_id, row.task_id)
            == (bond.subject_kind, bond.subject_id, bond.task_id),
            Why.OTHER_RECORD,
        ),
        (row.meaning == bond.meaning.value, Why.OTHER_MEANING),
    )
    for fits, why in checks:
        if not fits:
            raise SignatureRefused(why)


def _sentence(why: Why) -> str:
    sentences = {
        Why.REPLAYED: _("This was signed already. A second use signs nothing."),
        Why.EXPIRED: _("The time to sign ran out. Nothing was signed; look once more and sign again."),
        Why.RECORD_CHANGED: _(
            "The record changed after you opened it. Nothing was signed: look at what it says at present, "
            "then sign again. What you typed is still here."
        ),
        Why.NOT_PERMITTED: _("You may no longer sign this. Nothing was signed."),
        Why.ACCOUNT_CLOSED: _("This account is closed. Nothing was signed."),
    }
    return sentences.get(why) or _(
        "This signature was made out for something else. Nothing was signed: open the task again and sign "
        "there."
    )
