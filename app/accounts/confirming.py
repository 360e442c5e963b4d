"""Confirming at a shared terminal: a second person signs in somebody else's session, which stays theirs."""

from __future__ import annotations

from dataclasses import dataclass

from app.accounts.models import Person
from app.accounts.passwords import Passwords
from app.accounts.people import subject_of
from app.accounts.sign_in import TRIES_PER_ADDRESS, WINDOW
from app.accounts.signing_pins import count_pin_try, note_right, note_wrong, pin_of
from app.foundation.i18n import gettext as _
from app.foundation.throttle import count_try
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.trail.meanings import AuthMethod, Meaning
from app.trail.signatures import FAILED, SignedBy, SignedMatter, sign


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What came of a confirmation: who signed, else the sentence that says why nobody did."""

    person_id: int | None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """What is confirmed, in words and version, and for which of the people it must be.

    Shape: `person_id` None lets anybody confirm; `version` is that of the subject.
    """

    about: str
    version: str = ""
    person_id: int | None = None


def confirm_by_pin(  # noqa: PLR0913  what is signed, by whom and where are all of it evidence
    uow: UnitOfWork,
    user_name: str,
    pin: str,
    meaning: Meaning,
    subject: Subject,
    digest: str,
    address: str,
    *,
    passwords: Passwords,
    place: Place | None = None,
) -> Confirmation:
    """Let somebody sign with user name and PIN in a session that is not theirs.

    Shape: `digest` is the SHA-256 of what the page shows; the caller has computed it under the lock.
    Effects: the try is counted for the person and the address; a signature with its trail entry, or an entry
        of the failure. It returns its refusal instead of raising it, so that the caller's commit keeps the
        count; nothing else may then be written. The PIN is verified inside the act: it is one hash.
    """
    matter = place or Place(subject.label)
    stored = pin_of(uow.session, user_name)
    may_try = count_pin_try(uow, stored.person_id, user_name)
    for_address = count_try(uow, f"signing_pin/address/{address}", WINDOW)
    is_right = passwords.verify(stored.pin_hash, pin)  # looked at in any case: time tells nothing
    if not may_try or for_address > TRIES_PER_ADDRESS:
        return Confirmation(None, _("Too many tries. Wait %(minutes)s minutes, then confirm.", minutes=15))
    if not is_right or stored.person_id is None or matter.person_id not in {None, stored.person_id}:
        _note_failure(uow, stored.person_id, address, is_right=is_right)
        return Confirmation(None, _("User name and PIN do not belong together. Nothing was confirmed."))
    person = uow.session.get_one(Person, stored.person_id)
    note_right(uow, person.id)
    signer = SignedBy(person.id, person.name, person.zone, AuthMethod.PIN)
    sign(
        uow,
        signer,
        SignedMatter(subject=subject, version=matter.version, about=matter.about, record_sha256=digest),
        meaning,
    )
    return Confirmation(person.id)


def _note_failure(uow: UnitOfWork, person_id: int | None, address: str, *, is_right: bool) -> None:
    """Keep the failure in the trail; what was typed as the name of nobody is not kept."""
    known = uow.session.get(Person, person_id) if person_id is not None else None
    if known is not None and not is_right:
        note_wrong(uow, known.id)
    subject = subject_of(known) if known else Subject(kind="sign_in", id=0, label="unknown")
    record(uow, verb=FAILED, subject=subject, after={"method": AuthMethod.PIN.value, "address": address})
