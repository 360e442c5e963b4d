"""Signing a step: what a page asks for, what is checked in the act, and the signature the act leaves.

What is signed is what was shown: the digest of the record as the page had it is bound to a one-time
challenge, and compared with the record under the lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.people import names_of
from app.accounts.proving import Proof
from app.accounts.sessions import actor_of, is_open
from app.decisions.feel import compile_expression, to_python
from app.foundation.errors import Invalid, Problem, QmsError, Refused
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import StorageBusy, UnitOfWork
from app.trail import Subject
from app.trail import signatures as trail
from app.trail.challenges import Bond, SignatureRefused, Why, issue_challenge, spend_challenge
from app.trail.challenges import was_used as was_challenge_used
from app.trail.meanings import Meaning
from app.trail.signatures import SignedBy, SignedMatter
from app.workflow.compile import UserTaskSpec
from app.workflow.definitions import Definition, definitions
from app.workflow.forms import FormDefinition
from app.workflow.lifecycle import registry
from app.workflow.loaded import Loaded
from app.workflow.models import ProcessInstance, Task
from app.workflow.scope import Scope
from app.workflow.signables import Shown, Signable, covered_keys, digest_of_covered, digest_of_shown
from app.workflow.spots import Spot
from app.workflow.tasks import NotYourTask, TaskGone, is_offered_to

SIGNATURE = "signature"


class SignatureMissing(Refused):
    """The step is signed, and no signature came with it."""


class ReasonMissing(Invalid):
    """Who refuses by signature says why."""


@dataclass(frozen=True, slots=True)
class Signing:
    """What a person sends to sign: the challenge of the page, and the proof of who they are."""

    challenge: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page that asks for a signature shows.

    Shape: `may_decline` when an answer of the form turns the signature into a rejection; `bond` is what a
    challenge for this page is bound to.
    """

    meaning: Meaning
    may_decline: bool
    version: str
    bond: Bond


@dataclass(frozen=True, slots=True)
class Given:
    """A signature that was checked and waits for the end of the act."""

    meaning: Meaning
    reason: str
    signer: SignedBy
    record_sha256: str
    challenge_digest: str
    version: str


def meaning_of(definition: Definition, spot: Spot) -> str:
    """Return what a signature at a step means: as the step says, else its form; empty where none is given."""
    return definition.user_task(spot).signature or definition.form(spot).signature


def asked_of(session: Session, actor: Actor, task: Task) -> Asked | None:
    """Return what the person is asked to sign at a task, None where nothing is signed.

    Read it before the rest of the page: what changes while the page is read is then noticed at the signing.
    """
    definition = definitions.get(session, task.definition_version_id)
    spec, meant = definition.user_task(task.spot), meaning_of(definition, task.spot)
    if not meant:
        return None
    signable = registry.get(task.definition_key).ports.signable(session, task.record_id)
    meaning = Meaning(meant)
    bond = _bond(actor, task, meaning, digest_of_shown(signable, _shown(definition, task.spot)))
    return Asked(meaning, bool(spec.declined), signable.version, bond)


def would_decline(
    session: Session, row: ProcessInstance, task: Task, answers: Mapping[str, Any], now: datetime
) -> bool:
    """Tell whether these answers, complete or not, make the signature a rejection."""
    definition = definitions.get(session, task.definition_version_id)
    spec = definition.user_task(task.spot)
    if not spec.declined:
        return False
    lifecycle = registry.get(task.definition_key)
    view = lifecycle.ports.read_record(session, task.record_id)
    scope = Scope(session, row, definition, lifecycle, view)
    scope.give_answers(task.element_id, answers, call_id=task.call_id)
    return _said(spec.declined, scope(task.call_id), now) is True


def challenge(uow: UnitOfWork, actor: Actor, task_id: int) -> str:
    """Return a fresh challenge for a step as it stands at this moment, for who has it in view."""
    asked = asked_of(uow.session, actor, uow.session.get_one(Task, task_id))
    return issue_challenge(uow, asked.bond) if asked else ""


def check(loaded: Loaded, task: Task, actor: Actor, signing: Signing | None) -> Given | None:
    """Check the signature of a step under the lock; None where nothing is signed.

    Shape: the scope of `loaded` knows the answers already: they decide whether this is a rejection.
    Errors: SignatureMissing; SignatureRefused; ReasonMissing.
    Effects: the challenge is used up.
    """
    spec, meant = loaded.definition.user_task(task.spot), meaning_of(loaded.definition, task.spot)
    if not meant:
        return None
    if signing is None:
        raise SignatureMissing(_("Sign this step: prove who you are to confirm what you decided."))
    _require_able(loaded.uow, task, actor, signing)
    signable = loaded.lifecycle.ports.signable(loaded.uow.session, task.record_id)
    digest = digest_of_shown(signable, _shown(loaded.definition, task.spot))
    bond = _bond(actor, task, Meaning(meant), digest)
    used = spend_challenge(loaded.uow, signing.challenge, bond)
    names = loaded.scope(task.call_id)
    is_declined = _said(spec.declined, names, loaded.uow.now) is True
    meaning = Meaning.REJECTION if is_declined else bond.meaning
    said = _said(spec.reason, names, loaded.uow.now)
    reason = said.strip() if isinstance(said, str) else ""
    if meaning is Meaning.REJECTION and not reason:
        sentence = _("Say why you refuse. The reason is part of your signature.")
        raise ReasonMissing(sentence, [Problem(SIGNATURE, "reason", sentence)])
    signer = SignedBy(actor.id, actor.name, actor.zone, signing.proof.method, actor.session_id)
    return Given(meaning, reason, signer, digest, used, signable.version)


def seal(loaded: Loaded, task: Task, given: Given, evidence: str) -> None:
    """Write the signature when everything else of the act is done, over the record as the act leaves it.

    Shape: `evidence` is the digest of the answers. Effects: see `trail.signatures.sign`.
    """
    uow, definition = loaded.uow, loaded.definition
    form = definition.form(task.spot)
    own = _own_keys(definition.user_task(task.spot), form)
    asked = {field.key for spot in definition.form_spots for field in definition.form(spot).fields}

    def write(uow: UnitOfWork) -> None:
        left: Signable = loaded.lifecycle.ports.signable(uow.session, task.record_id)
        keys = covered_keys(left, asked, own)
        matter = SignedMatter(
            subject=Subject(task.record_kind, task.record_id, task.record_number),
            version=given.version,
            about=task.title,
            record_sha256=given.record_sha256,
            covered=keys,
            covered_sha256=digest_of_covered(left, keys),
            task_id=task.id,
            form_sha256=form.digest,
            answers_sha256=evidence,
            definition_version_id=definition.version_id,
            definition_label=f"{definition.key} {definition.number}",
        )
        trail.sign(
            uow,
            _with_behalf(uow, given.signer),
            matter,
            given.meaning,
            reason=given.reason,
            challenge_digest=given.challenge_digest,
        )

    uow.run_last(f"signature/{task.id}", write)


def note_refusal(uow: UnitOfWork, task_id: int, signing: Signing | None, refusal: QmsError) -> None:
    """Keep in the trail that a signature was refused; nothing where none was tried. An act of its own."""
    task = uow.session.get(Task, task_id) if signing is not None else None
    if task is None or signing is None or isinstance(refusal, StorageBusy):
        return
    subject = Subject(task.record_kind, task.record_id, task.record_number)
    trail.note_refusal(uow, subject, _why(uow, signing, refusal), task_id=task_id)


def note_repeat(uow: UnitOfWork, task: Task) -> None:
    """Keep in the trail that a signature was sent a second time; it signed nothing."""
    subject = Subject(task.record_kind, task.record_id, task.record_number)
    trail.note_refusal(uow, subject, Why.REPLAYED, task_id=task.id)


def _why(uow: UnitOfWork, signing: Signing, refusal: QmsError) -> str:
    if isinstance(refusal, SignatureRefused):
        return refusal.why.value
    if isinstance(refusal, TaskGone):
        return Why.REPLAYED.value if was_challenge_used(uow.session, signing.challenge) else "task_gone"
    if isinstance(refusal, NotYourTask):
        return Why.NOT_PERMITTED.value
    return "stale_page" if type(refusal).__name__ == "StalePage" else "refused"


def _require_able(uow: UnitOfWork, task: Task, actor: Actor, signing: Signing) -> None:
    """Look once more, in the act itself: at the account, the browser's session, the role and the proof."""
    present = actor_of(uow.session, actor.id, uow.now)
    if present is None:
        raise SignatureRefused(Why.ACCOUNT_CLOSED)
    if actor.session_id is not None and not is_open(uow.session, actor.session_id, uow.now):
        raise SignatureRefused(Why.OTHER_SESSION)
    if signing.proof.person_id != actor.id:
        raise SignatureRefused(Why.OTHER_PERSON)
    if not is_offered_to(task, present):
        raise SignatureRefused(Why.NOT_PERMITTED)


def _bond(actor: Actor, task: Task, meaning: Meaning, digest: str) -> Bond:
    return Bond(
        person_id=actor.id,
        session_id=actor.session_id,
        subject_kind=task.record_kind,
        subject_id=str(task.record_id),
        task_id=task.id,
        meaning=meaning,
        record_sha256=digest,
    )


def _shown(definition: Definition, spot: Spot) -> Shown:
    form = definition.form(spot)
    place = f"{spot.call_id}/{spot.element_id}" if spot.call_id else spot.element_id
    own = _own_keys(definition.user_task(spot), form)
    return Shown(definition.bundle.sha256, place, form.digest, own)


def _own_keys(spec: UserTaskSpec, form: FormDefinition) -> frozenset[str]:
    """Return the keys of a decision's own answers; where nothing can be declined the answers are content."""
    if not spec.declined:
        return frozenset()
    return frozenset(
        field.key for field in form.fields if not field.is_disabled and field.readonly is not True
    )


def _said(expression: str, names: Mapping[str, Any], now: datetime) -> object:
    """Return what an expression says of the answers, None where nothing is asked."""
    value: object = to_python(compile_expression(expression).evaluate(names, now=now)) if expression else None
    return value


def _with_behalf(uow: UnitOfWork, signer: SignedBy) -> SignedBy:
    absent = uow.on_behalf_of_id
    if absent is None:
        return signer
    name = names_of(uow.session, [absent]).get(absent, "")
    return SignedBy(signer.id, signer.name, signer.zone, signer.method, signer.session_id, absent, name)
