"""Signing for tests that stand behind the door: the challenge is asked for, the proof is taken as given."""

from __future__ import annotations

import re
from html import unescape

from app.accounts.actor import Actor
from app.accounts.proving import Proof
from app.foundation.unit_of_work import UnitOfWork
from app.trail.meanings import AuthMethod
from app.workflow.signing import Signing, challenge
from tests.factories.accounts import Somebody


def signing_for(
    uow: UnitOfWork, actor: Actor, task_id: int, method: AuthMethod = AuthMethod.PASSWORD
) -> Signing | None:
    """What the actor would send to sign this step as it stands; None where nothing is signed."""
    secret = challenge(uow, actor, task_id)
    return Signing(secret, Proof(actor.id, method)) if secret else None


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of a page's form by name, as a browser would send them."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found if not name.startswith("csrf")}


def signed_by(somebody: Somebody, page: str) -> dict[str, str]:
    """What this person's browser sends from a page that asks for a signature."""
    proof = {"_signature.password": somebody.password, "_signature.user_name": somebody.user_name}
    return hidden_fields(page) | proof
