"""What happens by itself in a management review: freezing, requesting what was decided, closing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from app.actions.service import ACTION_REQUESTED
from app.approvals.refusals import refusal_words
from app.foundation.i18n import gettext as _
from app.management_review.models import ManagementReview, ReviewStatus
from app.management_review.pack import DIGEST, FROZEN, PackScope, digest_of, frozen, sources
from app.trail import Subject, record
from app.workflow import messages
from app.workflow.lifecycle import Operation, OperationCall

APPROVAL = "approve_minutes"


def freeze_pack(call: OperationCall) -> None:
    """Compute the pack, keep it with its digest, and lay out the rows that people comment.

    Effects: a trail entry with the digest. Safe to call again: a frozen pack stays.
    """
    review = _review(call)
    if review.pack is not None:
        return
    scope = scope_of(review)
    inputs = sources.inputs(call.uow.session, scope)
    pack = frozen(inputs, scope, call.uow.now)
    review.pack, review.pack_sha256, review.frozen_at = pack, digest_of(pack), call.uow.now
    rows = [_row(one) for one in pack["inputs"]]
    review.quality_comments = [{**one, "comment": ""} for one in rows]
    review.site_comments = [{**one, "comment": "", "resource_need": ""} for one in rows]
    review.conclusions = [{**one, "comments": "", "conclusion": "", "note": ""} for one in rows]
    review.status = ReviewStatus.COLLECTING.value
    subject = Subject(review.kind, review.id, review.number)
    record(call.uow, verb=FROZEN, subject=subject, after={DIGEST: review.pack_sha256})


def request_outputs(call: OperationCall) -> None:
    """Ask the register for one action for each decision. Safe to call again."""
    review = _review(call)
    review.minutes_approved_at = review.minutes_approved_at or call.uow.now
    review.minutes_comment = None
    review.status = ReviewStatus.ACTIONS_OPEN.value
    for place, row in enumerate(review.outputs or ()):
        key = f"output:{place + 1}"
        messages.send(
            call.uow,
            ACTION_REQUESTED,
            f"{review.kind}:{review.id}:{key}",
            source=f"{review.kind}:{review.id}",
            payload=_action(review, key, row),
        )


def return_minutes(call: OperationCall) -> None:
    """Note that the minutes were sent back, and why."""
    review = _review(call)
    review.minutes_comment = refusal_words(call.uow.session, call.instance_id, APPROVAL)
    review.status = ReviewStatus.HELD.value


def close(call: OperationCall) -> None:
    """Close the review. Safe to call again."""
    review = _review(call)
    review.status = ReviewStatus.CLOSED.value
    review.closed_at = review.closed_at or call.uow.now


def scope_of(review: ManagementReview) -> PackScope:
    """Return the time a review looks at, and the same span before it."""
    first, last = review.period_from, review.period_to
    assert first is not None, "the form asks for both days"
    assert last is not None, "the form asks for both days"
    since, until = _start(first), _start(last + timedelta(days=1))
    return PackScope(since, until, since - (until - since))


OPERATIONS = (
    Operation("management_review.freeze_pack", freeze_pack, description="Freeze the data pack."),
    Operation("management_review.request_outputs", request_outputs, description="Request the decisions."),
    Operation("management_review.return_minutes", return_minutes, description="Send the minutes back."),
    Operation("management_review.close", close, description="Close the review."),
)


def figures_in_words(one: Mapping[str, Any]) -> str:
    """Return the figures and sentences of an input of a pack, a line each."""
    lines = [_figure(figure) for figure in one["figures"]]
    lines += [str(sentence["text"]) for sentence in one["sentences"]]
    return "\n".join(lines) or _("No data: %(reason)s", reason=one["reason"])


def said(rows: Sequence[Mapping[str, Any]] | None, reference: str) -> str:
    """Return what somebody said about an input."""
    found = next((row for row in rows or () if row.get("reference") == reference), {})
    words = (str(found.get("comment") or ""), str(found.get("resource_need") or ""))
    return " ".join(one for one in words if one)


def _row(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "reference": one["reference"],
        "title": one["title"],
        "figures": figures_in_words(one)[:4000],
    }


def _figure(figure: Mapping[str, Any]) -> str:
    words = f"{figure['title']}: {figure['value']}"
    if figure["previous"]:
        words += _(" (before: %(previous)s)", previous=figure["previous"])
    return words + (_(", target %(target)s", target=figure["target"]) if figure["target"] else "")


def _action(review: ManagementReview, key: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "owner_kind": review.kind,
        "owner_id": review.id,
        "row_key": key,
        "title": str(row["text"])[:300],
        "text": f"{review.number}: {row['text']}",
        "type": "improvement",
        "action_owner_id": _person(row.get("action_owner_id")),
        "verifier_id": _person(row.get("verifier_id")),
        "due_on": row.get("due_on"),
        "site_id": review.site_id,
        "process_id": review.process_id,
    }


def _person(value: Any) -> int | None:
    return int(str(value)) if str(value or "").isdecimal() else None


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _review(call: OperationCall) -> ManagementReview:
    return call.uow.session.get_one(ManagementReview, call.record_id)
