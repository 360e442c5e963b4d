"""Asks that people learn what the treatment of a risk relies on."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from app.foundation.unit_of_work import UnitOfWork
from app.records.models import TITLE_LENGTH
from app.risks.models import Treatment
from app.workflow import messages

TRAINING_NEEDED, TRAINING = "training.needed", "training_record"


def ask_learners(uow: UnitOfWork, row: Treatment) -> None:
    """Ask for each training of the plan; the same words for the same role are asked for once in a round.

    Effects: one stored message for each row; the treatment is not treated before enough people have learned.
    Source: lifecycles 4.5, a training as control, and 5.5.
    """
    for one in row.extra.get("trainings") or ():
        key = _key(row, one)
        messages.send(uow, TRAINING_NEEDED, key, source=key, payload=_wish(row, one))


def _key(row: Treatment, one: Mapping[str, Any]) -> str:
    said = f"{one.get('training_role')} {_words(one)}"
    return f"{row.kind}:{row.id}:r{row.round}.{sha256(said.encode()).hexdigest()[:12]}.training"


def _wish(row: Treatment, one: Mapping[str, Any]) -> dict[str, Any]:
    named = one.get("training_item_id")
    return {
        "title": _words(one)[:TITLE_LENGTH],
        "reason": one.get("text"),
        "source": row.kind,
        "role": one.get("training_role"),
        "person_id": row.risk_owner_id,
        "item_id": named["id"] if isinstance(named, Mapping) else None,
        "due_on": row.target_on.isoformat() if row.target_on else None,
        "site_id": row.site_id,
        "process_id": row.process_id,
        "requested_by": {"kind": row.kind, "id": row.id, "number": row.number},
    }


def _words(one: Mapping[str, Any]) -> str:
    return " ".join(str(one.get("text") or "").split())
