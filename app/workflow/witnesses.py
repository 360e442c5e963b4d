"""Submissions as the trail knows them: a digest in the entry of the deed, compared with the row.

Answers themselves do not stand in the trail: they may hold personal data, and a digest is enough to tell
that a row was changed, or is gone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.trail.rules import canonical_json
from app.trail.witnesses import EntryWitness, Told
from app.workflow.models import Submission

EVIDENCE = "submission"
COMPLETED, STARTED = "task.completed", "instance.started"
_COVERED = (
    "definition_version_id",
    "element_id",
    "answers",
    "form_sha256",
    "actor_id",
    "on_behalf_of_id",
    "signature",
    "submitted_at",
)


def submission_digest(values: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what a submission says: answers, form, who, for whom, signature and moment.

    Shape: `values` by column; a column that is not there counts as empty.
    """
    covered = {name: values.get(name) for name in _COVERED}
    if values.get("call_id"):  # one element of a part may be done in several calls
        covered["call_id"] = values["call_id"]
    return hashlib.sha256(canonical_json(covered).encode()).hexdigest()


def _compare(session: Session, entries: Sequence[Told]) -> Iterator[Problem]:
    told = {_place(one): one for one in entries if EVIDENCE in one.values}
    found = _digests(session, list(told))
    for place, one in told.items():
        if place not in found:
            sentence = _(
                "The answers of %(label)s, entry %(seq)s, are gone: they were deleted past the trail.",
                label=one.label,
                seq=one.seq,
            )
            yield Problem(f"submission/{one.label}", "gone", sentence)
        elif found[place] != one.values[EVIDENCE]:
            sentence = _(
                "The answers of %(label)s were changed past the trail: entry %(seq)s says otherwise.",
                label=one.label,
                seq=one.seq,
            )
            yield Problem(f"submission/{one.label}", "past_the_trail", sentence)


def _place(one: Told) -> tuple[str, int]:
    """Return what finds the submission: the task it completed, or the instance it started."""
    key = "task" if "task" in one.values else "instance"
    return key, int(one.values[key])


def _digests(session: Session, places: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
    tasks = [id_ for key, id_ in places if key == "task"]
    instances = [id_ for key, id_ in places if key == "instance"]
    rows = session.scalars(
        select(Submission).where(
            or_(
                Submission.task_id.in_(tasks),
                and_(Submission.instance_id.in_(instances), Submission.task_id.is_(None)),
            )
        )
    )
    return {
        ("task", row.task_id) if row.task_id else ("instance", row.instance_id): submission_digest(vars(row))
        for row in rows
    }


SUBMISSIONS = EntryWitness((COMPLETED, STARTED), _compare)
