"""Signing a task in the browser: proof of who is at the keyboard, and the challenge of the page."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from app.accounts.actor import Actor
from app.accounts.proving import Typed, prove
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.inbox import service
from app.inbox.task_signing import CHALLENGE, SECRET, SHOWN, USER_NAME
from app.trail.challenges import SignatureRefused, Why, issue_challenge, was_issued
from app.trail.signatures import has_signed_in
from app.web.forms import asks_for
from app.web.guards import current_actor, permission
from app.web.sessions import address_of_request, current_passwords
from app.workflow.signing import Signing, asked_of
from app.workflow.tasks import permitted_holder

blueprint = Blueprint("signing", __name__)


@blueprint.post("/tasks/<int:task_id>/challenge")
@permission("tasks.work")
@asks_for()
def renew(task_id: int) -> Response:
    """Give a page that still shows the record as it is another challenge; each lives five minutes."""
    actor = current_actor()
    task, _record = service.seen_task(db.session(), actor, task_id)
    permitted_holder(task, actor)
    asked = asked_of(db.session(), actor, task)
    if asked is None:
        raise SignatureRefused(Why.OTHER_RECORD)
    if asked.bond.record_sha256 != request.form.get(SHOWN, ""):
        raise SignatureRefused(Why.RECORD_CHANGED)
    with unit_of_work(actor.id) as uow:
        secret = issue_challenge(uow, asked.bond)
    return jsonify(challenge=secret)


def proven(actor: Actor) -> Signing:
    """Return what the person signs with, once they have proven who they are.

    Errors: NotProven; the answers of the form are still to be looked at.
    """
    asks_name = not has_signed_in(db.session(), actor.session_id)
    typed = Typed(request.form.get(SECRET, ""), request.form.get(USER_NAME, "") if asks_name else None)
    proof = prove(actor, typed, address_of_request(), current_passwords())
    return Signing(_posted_challenge(), proof)


def was_shown(actor: Actor, task_id: int) -> bool:
    """Tell whether the person had this task before them for signing, so that its name is no news to them."""
    return was_issued(db.session(), _posted_challenge(), actor.id, task_id)


def _posted_challenge() -> str:
    return request.form.get(CHALLENGE, "")[:100]
