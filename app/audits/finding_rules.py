"""Pure rules of findings: where one stands, when it repeats, until when an answer is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

AUDITS_LOOKED_BACK = 2
NEXT_AUDIT = timedelta(days=365)


class Grade(StrEnum):
    """How grave a finding is. The value is a stored word."""

    MAJOR = "major"
    MINOR = "minor"
    OBSERVATION = "observation"
    IMPROVEMENT = "ofi"


NONCONFORMITIES = frozenset({Grade.MAJOR, Grade.MINOR})


class FindingSource(StrEnum):
    """Who found it: an audit of ours, or somebody from outside."""

    INTERNAL = "internal"
    CERTIFICATION = "certification"
    CUSTOMER = "customer"
    AUTHORITY = "authority"


class FindingStatus(StrEnum):
    """Where a finding stands, in the words of the register."""

    DRAFT = "draft"
    ISSUED = "issued"
    DISPUTED = "disputed"
    RESPONDED = "responded"
    ACCEPTED = "response_accepted"
    ACTION = "action"
    VERIFIED = "verified"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class EarlierFinding:
    """A finding that was issued before, as the rule of repeats sees it."""

    id: int
    number: str
    audit_id: int | None
    requirement: str
    grade: str | None


@dataclass(frozen=True, slots=True)
class Spans:
    """How long an answer and its implementation may take. Units: calendar days from the issue."""

    response: int
    major: int
    minor: int


def status_of(values: Mapping[str, object]) -> FindingStatus:
    """Return the status that follows from the facts of an open finding, the furthest that holds."""
    if values.get("issued_at") is None:
        return FindingStatus.DRAFT
    if values.get("verification") == "verified":
        return FindingStatus.VERIFIED
    if values.get("acceptance") == "rejected" or values.get("verification") == "not_verified":
        return FindingStatus.ISSUED
    if values.get("acted_at") is not None:
        return FindingStatus.ACTION
    if values.get("acceptance") == "accepted":
        return FindingStatus.ACCEPTED
    answers = {"agree": FindingStatus.RESPONDED, "dispute": FindingStatus.DISPUTED}
    return answers.get(str(values.get("response")), FindingStatus.ISSUED)


def same_requirement(one: str | None, other: str | None) -> bool:
    """Tell whether two texts name the same clause or document, whatever their spaces and capitals."""
    first, second = _clause(one), _clause(other)
    return bool(first) and first == second


def repeated_of(
    requirement: str | None, earlier: Sequence[EarlierFinding], last_audits: Sequence[int]
) -> EarlierFinding | None:
    """Return the latest nonconformity of the same clause in the last two audits, None when there is none.

    Shape: `earlier` are issued findings of the process there, the newest first; `last_audits` the ids of its
    audits before this one, the newest first. An audit without findings counts as one of the two.
    Source: lifecycles 4.2: a minor one that repeats in the last two audits is a major one.
    """
    counted = set(last_audits[:AUDITS_LOOKED_BACK])
    return next(
        (
            one
            for one in earlier
            if one.audit_id in counted
            and one.grade in NONCONFORMITIES
            and same_requirement(one.requirement, requirement)
        ),
        None,
    )


def response_due_at(issued_at: datetime, spans: Spans) -> datetime:
    """Return until when correction and cause are to be named."""
    return issued_at + timedelta(days=spans.response)


def implementation_due_at(issued_at: datetime, grade: Grade, spans: Spans) -> datetime:
    """Return until when the finding is to be over with: 90 days for a major one, 60 for any other."""
    return issued_at + timedelta(days=spans.major if grade is Grade.MAJOR else spans.minor)


def next_audit_at(deferred_at: datetime) -> datetime:
    """Return until when the next audit has looked at a minor finding that waits for it."""
    return deferred_at + NEXT_AUDIT


def _clause(text: str | None) -> str:
    return " ".join((text or "").split()).casefold()
