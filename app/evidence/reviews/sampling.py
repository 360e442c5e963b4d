"""Draws the sample of a review: first what most wants a second look, then entries by chance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.accounts.people import names_of
from app.evidence.reviews.models import OPEN, ReviewStatus, TrailReview
from app.evidence.reviews.rules import drawn, due_on
from app.evidence.trail_checks import last_check
from app.foundation.dates import written_moment
from app.foundation.i18n import gettext as _
from app.foundation.settings import Setting, value_of
from app.foundation.unit_of_work import UnitOfWork
from app.records.timeline import sentence_of, task_titles
from app.trail.models import TrailEntry, TrailHead
from app.workflow import messages
from app.workflow.acts import perform
from app.workflow.definitions import NotPublished, current

INTERVAL_MONTHS = Setting(
    "evidence.trail_review_months", 12, int, "Months from one review of the trail to the next"
)
SAMPLE_SIZE = Setting(
    "evidence.trail_review_sample", 25, int, "How many entries a review of the trail looks at"
)
SETTINGS = (INTERVAL_MONTHS, SAMPLE_SIZE)
REQUESTED = "evidence.trail_review_requested"
# What most wants a second look: rights, accounts, refused signatures, values that are gone.
WATCHED = (
    "role.given",
    "person.disabled",
    "signature.refused",
    "trail.values_destroyed",
    "audit_room.opened",
)


def sample_of(session: Session) -> dict[str, Any]:
    """Return the facts of a review that begins: the sample, where it was drawn, what the last check found."""
    head = session.execute(select(TrailHead.seq, TrailHead.hash)).one()
    first = (session.scalar(select(func.max(TrailReview.last_seq))) or 0) + 1
    first = min(first, head.seq)
    size = max(1, value_of(session, SAMPLE_SIZE))
    entries = _entries(session, first, head.seq, size, head.hash)
    names = names_of(session, sorted({one.actor_id for one in entries if one.actor_id}))
    titles = task_titles(session, entries)
    rows = [
        {
            "reference": str(one.seq),
            "title": _title(one, names.get(one.actor_id or 0, "Keel"), sentence_of(one, names, titles)),
            "finding": "",
            "note": "",
        }
        for one in entries
    ]
    return {"sample": rows, "first_seq": first, "last_seq": head.seq, "check_result": _check_words(session)}


def open_due_review() -> int:
    """Ask for a review once it is due and none is running; return how many were asked for.

    Effects: one stored message, the same for a whole day, so that several schedulers open one review.
    """
    return perform(None, _ask_when_due)


def next_due_on(session: Session) -> date | None:
    """Return the day of the next review; None while one is running or nothing was ever done."""
    running = select(TrailReview.id).where(TrailReview.status.in_(OPEN)).limit(1)
    if session.scalar(running) is not None:
        return None
    last = session.scalar(
        select(func.max(TrailReview.closed_at)).where(TrailReview.status == ReviewStatus.REVIEWED.value)
    )
    since = last or session.scalar(select(TrailEntry.at).where(TrailEntry.seq == 1))
    return due_on(since.date(), value_of(session, INTERVAL_MONTHS)) if since else None


def _ask_when_due(uow: UnitOfWork) -> int:
    due = next_due_on(uow.session)
    if due is None or due > uow.now.date():
        return 0
    try:
        current(uow.session, "trail_review")
    except NotPublished:
        return 0
    messages.send(uow, REQUESTED, "trail", source=f"trail:{due.isoformat()}", payload={"reason": "due"})
    return int(messages.was_sent(uow))


def _entries(session: Session, first: int, last: int, size: int, seed: str) -> Sequence[TrailEntry]:
    watched = session.scalars(
        select(TrailEntry.seq)
        .where(TrailEntry.seq >= first, TrailEntry.verb.in_(WATCHED))
        .order_by(TrailEntry.seq.desc())
        .limit(size // 2)
    ).all()
    numbers = {*watched, *drawn(first, last, size - len(watched), seed)}
    return session.scalars(
        select(TrailEntry)
        .where(or_(*(TrailEntry.seq == one for one in sorted(numbers))))
        .order_by(TrailEntry.seq)
    ).all()


def _title(entry: TrailEntry, who: str, sentence: str) -> str:
    about = entry.label or f"{entry.subject_kind} {entry.subject_id}"
    return f"{written_moment(entry.at)} UTC, {who}: {sentence} ({about})"[:300]


def _check_words(session: Session) -> str:
    check = last_check(session)
    if check is None or check.finished_at is None:
        return _("The trail was not checked yet.")
    when = f"{written_moment(check.finished_at)} UTC"
    if check.sentence:
        return _("%(when)s: tampered with. %(sentence)s", when=when, sentence=check.sentence)
    return _(
        "%(when)s: whole. %(count)s entries read, %(checkpoints)s checkpoints fit.",
        when=when,
        count=check.checked,
        checkpoints=check.checkpoints,
    )
