"""What a task page says about the signature it asks for, and the challenge that goes with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.accounts.proving import SIGNATURE, ways_of
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.inbox.task_aside import Subject, names_in
from app.records.manifest import short_mark
from app.trail.challenges import issue_challenge
from app.trail.meanings import Meaning, meaning_word
from app.trail.signatures import has_signed_in
from app.web.addresses import address
from app.web.fields import FieldView, SignatureRequest
from app.web.parts import Person
from app.workflow.signing import Asked, would_decline
from app.workflow.tasks import permitted_holder

SECRET = "_signature.password"  # noqa: S105  the name of a field
USER_NAME = "_signature.user_name"
CHALLENGE = "_signature.challenge"
SHOWN = "_signature.shown"


@dataclass(frozen=True, slots=True)
class Statement:
    """The sentence a person signs, which follows the answers: `meaning` is what it means with them."""

    meaning: str
    sentence: str
    is_refusal: bool


def statement_of(it: Subject, asked: Asked, answers: Mapping[str, Any]) -> Statement:
    """Return what the signature means with the answers so far."""
    is_refusal = asked.may_decline and would_decline(it.session, it.row, it.task, answers, it.now)
    meaning = meaning_word(Meaning.REJECTION if is_refusal else asked.meaning)
    what = _("%(number)s, version %(version)s", number=it.task.record_number, version=asked.version)
    if is_refusal:
        sentence = _("I sign %(what)s with my name. I refuse: my signature means rejection.", what=what)
    else:
        sentence = _(
            "I sign %(what)s with my name. My signature means: %(meaning)s.", what=what, meaning=meaning
        )
    return Statement(meaning, sentence, is_refusal)


def signature_field(
    it: Subject, asked: Asked, answers: Mapping[str, Any], problems: Sequence[Problem]
) -> FieldView:
    """Return the field in which the person signs; its challenge comes last, see `with_challenge`."""
    said = statement_of(it, asked, answers)
    ways = ways_of(it.session, it.actor.id)
    shown = asked.bond.record_sha256
    own = it.definition.form(it.task.spot).signature_field
    return FieldView(
        key=SIGNATURE,
        kind="keel-signature",
        label=_(own.label) if own and own.label else _("Your signature"),
        help=_(own.help) if own and own.help else "",
        errors=tuple(one.sentence for one in problems if one.where == SIGNATURE),
        request=SignatureRequest(
            person=Person(it.actor.name, it.actor.initials),
            meaning=said.meaning,
            statement=said.sentence,
            asks_name=not has_signed_in(it.session, it.actor.session_id),
            takes_pin=ways.has_pin,
            has_password=ways.has_password,
            on_behalf_of=_absent(it),
            mark=short_mark(shown),
            shown=shown,
            renew_url=address("signing.renew", task_id=it.task.id),
        ),
    )


def with_challenge(field: FieldView, asked: Asked) -> FieldView:
    """Return the field with a fresh challenge. Effects: an act of its own; the page is read by then."""
    assert field.request is not None, "only a field that asks for a signature has a challenge"
    with unit_of_work(asked.bond.person_id) as uow:
        secret = issue_challenge(uow, asked.bond)
    return replace(field, request=replace(field.request, challenge=secret))


def _absent(it: Subject) -> str:
    """Return the name of whom the person stands in for here, if anybody."""
    absent = permitted_holder(it.task, it.actor)
    return names_in(it).get(absent, "") if absent else ""
