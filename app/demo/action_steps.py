"""The steps of actions that a record planned, as their owners and verifiers do them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.actions.models import Action
from app.demo.stage import Stage
from app.foundation.db import db


@dataclass(frozen=True, slots=True)
class ActionSteps:
    """The actions of one record, by their words."""

    stage: Stage
    source_id: int

    def carry_out(self, who: str, title: str, text: str) -> None:
        """Let the owner of an action do it."""
        answers = {"done_text": text, "done_on": self.stage.day()}
        self.stage.complete(who, self.id_of(title), "carry_out", answers)

    def verify(self, who: str, title: str, note: str) -> None:
        """Let the verifier accept an action."""
        answers = {"verification": "accepted", "verification_note": note}
        self.stage.complete(who, self.id_of(title), "verify_action", answers)

    def id_of(self, title: str) -> int:
        """Return the id of an action, the latest of these words."""
        db.session.rollback()
        query = select(Action.id).where(Action.source_id == self.source_id, Action.title == title)
        return db.session.scalars(query.order_by(Action.id.desc()).limit(1)).one()
