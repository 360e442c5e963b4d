"""Who has to acknowledge which revision: one row for each person, kept in step with roles and revisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.groups import holds_on
from app.accounts.models import Person, RoleGrant
from app.accounts.roles import Role
from app.actions.operations import end_of_working_day
from app.foundation.settings import value_of
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.training.reading_models import (
    Acknowledgement,
    AcknowledgementAudience,
    AcknowledgementRequest,
    ReadingState,
    Withdrawal,
)
from app.training.reminders import next_reminder
from app.training.rules import is_quota_reached
from app.training.settings import DUE_DAYS, QUOTA
from app.workflow import messages
from app.workflow.acts import perform
from app.workflow.listeners import Listener

REQUESTED = "acknowledgement.requested"
REACHED = "acknowledgement.reached"
ENDED = "acknowledgement.ended"
EFFECTIVE = "revision_effective"
EVERYBODY = "everybody"
KIND = "acknowledgement_request"
_WORDS_ONLY = "administrative"
_TERMS = "keel.reading_terms"
_COMES_BACK = (Withdrawal.LEFT.value, Withdrawal.OTHER_ROLE.value)
_IS_OPEN = Acknowledgement.state == ReadingState.OPEN.value


@dataclass(frozen=True, slots=True)
class _Term:
    due_at: datetime
    nudges: int
    nudge_at: datetime | None


def hear_request(uow: UnitOfWork, key: str, payload: Mapping[str, Any]) -> None:
    """Ask an audience to acknowledge a revision.

    Shape: `key` names the revision; `payload` holds `revision_id`, `document_id`, `number`, `title`,
    `audience` (role keys, empty for everybody), `site_id` (None: all sites), `due_days`, `training_needed`
    and, for anything but documents, `content_kind`.
    Effects: one request, a row for each person, a trail entry; a changed audience is taken over. Safe to call
    again.
    """
    roles = tuple(dict.fromkeys(str(one) for one in payload.get("audience") or ())) or (EVERYBODY,)
    request = request_of(uow.session, key)
    if request is None:
        request = _open(uow, key, payload)
        deed = {"revision": key, "audience": list(roles), "site": request.site_id}
        record(uow, verb="acknowledgement.requested", subject=subject_of(request), after=deed)
    if request.ended_at is None:
        _set_audience(uow, request, roles)
        bring_up_to_date(uow, request_id=request.id)


def hear_end(uow: UnitOfWork, key: str, payload: Mapping[str, Any]) -> None:
    """Stop asking for a revision that its owner took back. Safe to call again.

    Shape: the payload may hold a `reason`.
    """
    request = request_of(uow.session, key)
    if request is not None:
        end(uow, request, Withdrawal.SUPERSEDED, str(payload.get("reason") or ""))


def hear_effective(uow: UnitOfWork, _key: str, payload: Mapping[str, Any]) -> None:
    """Stop asking for every earlier revision of what became effective. Safe to call again.

    Shape: `revision_id` and `document_id` in the payload; `change_class` `administrative` tells that only
    words changed, so nothing new is asked and what is asked stays.
    """
    if payload.get("change_class") == _WORDS_ONLY:
        return
    earlier = select(AcknowledgementRequest).where(
        AcknowledgementRequest.content_kind == _content_kind(payload),
        AcknowledgementRequest.subject_id == int(payload["document_id"]),
        AcknowledgementRequest.revision_id < int(payload["revision_id"]),
        AcknowledgementRequest.ended_at.is_(None),
    )
    for request in uow.session.scalars(earlier).all():
        end(uow, request, Withdrawal.SUPERSEDED, str(payload.get("number") or ""))


def end(uow: UnitOfWork, request: AcknowledgementRequest, reason: Withdrawal, note: str = "") -> None:
    """Withdraw what is still asked for of a revision; what people acknowledged stays. Safe to call again."""
    if request.ended_at is not None:
        return
    request.ended_at = uow.now
    for row in uow.session.scalars(_rows_of(request).where(Acknowledgement.state.in_(_UNDONE))).all():
        withdraw(uow, row, reason)
    record(uow, verb="acknowledgement.ended", subject=subject_of(request), reason=note or None)


def withdraw(uow: UnitOfWork, row: Acknowledgement, reason: Withdrawal) -> None:
    """Take one row back: the person need not acknowledge any longer."""
    row.state = ReadingState.WITHDRAWN.value
    row.reason = reason.value
    row.nudge_at = None
    row.closed_at = uow.now
    row.row_version += 1


def bring_up_to_date(uow: UnitOfWork, *, request_id: int | None = None, person_id: int | None = None) -> int:
    """Ask who is missing of every audience, take back who is in it no longer, and return how many changed.

    Shape: narrowed to one request or one person where given. Effects: rows; the message when a quota is in.
    Safe in several processes: the requests are locked.
    """
    uow.session.flush()
    today = uow.now.date()
    narrowing = [] if request_id is None else [AcknowledgementRequest.id == request_id]
    narrowing += [] if person_id is None else [Person.id == person_id]
    missing = uow.session.execute(_missing(today).where(*narrowing)).all()
    gone = uow.session.scalars(_out_of_audience(today).where(*narrowing)).all()
    touched = {line[0] for line in missing} | {row.request_id for row in gone}
    requests = _locked(uow.session, touched | ({request_id} if request_id else set()))
    for of_request, of_person, home_id, known_id in missing:
        request = requests[of_request]
        term = _term(uow, request, request.site_id or home_id)
        _ask(uow, request, of_person, term, known_id)
    active = set(uow.session.scalars(select(Person.id).where(Person.is_active)))
    for row in gone:
        withdraw(uow, row, Withdrawal.OTHER_ROLE if row.person_id in active else Withdrawal.LEFT)
    uow.session.flush()
    for request in requests.values():
        tell_when_reached(uow, request)
    return len(missing) + len(gone)


def keep_audiences() -> int:
    """Do the same for all requests, for joiners, leavers and grants that begin or end. A job."""
    return perform(None, bring_up_to_date)


def refresh_person(uow: UnitOfWork, person_id: int) -> None:
    """Ask a person what their roles of today ask of them, and no more: a role was given or withdrawn."""
    bring_up_to_date(uow, person_id=person_id)


def release_person(uow: UnitOfWork, person_id: int) -> None:
    """Ask nothing of somebody who left; what they acknowledged stays."""
    rows = select(Acknowledgement).where(Acknowledgement.person_id == person_id, _IS_OPEN)
    touched = set()
    for row in uow.session.scalars(rows.with_for_update()).all():
        withdraw(uow, row, Withdrawal.LEFT)
        touched.add(row.request_id)
    uow.session.flush()
    for request in _locked(uow.session, touched).values():
        tell_when_reached(uow, request)


def tell_when_reached(uow: UnitOfWork, request: AcknowledgementRequest) -> None:
    """Send the message that enough of the audience has acknowledged, once. The request must be locked."""
    if request.reached_at is not None or request.ended_at is not None:
        return
    done, required = counts_of(uow.session, request.id)
    if not is_quota_reached(done, required, value_of(uow.session, QUOTA, request.site_id)):
        return
    request.reached_at = uow.now
    figures = {"done": done, "required": required}
    messages.send(
        uow,
        REACHED,
        request.revision_key,
        source=f"{KIND}:{request.id}",
        payload={"revision_id": request.revision_id, "document_id": request.subject_id, **figures},
    )
    record(uow, verb="acknowledgement.reached", subject=subject_of(request), after=figures)


def counts_of(session: Session, request_id: int) -> tuple[int, int]:
    """Return how many have acknowledged a revision, and how many have to."""
    rows = session.execute(
        select(Acknowledgement.state, func.count())
        .where(
            Acknowledgement.request_id == request_id, Acknowledgement.state != ReadingState.WITHDRAWN.value
        )
        .group_by(Acknowledgement.state)
    )
    counts: dict[str, int] = {row[0]: row[1] for row in rows}
    return counts.get(ReadingState.DONE.value, 0), sum(counts.values())


def request_of(session: Session, key: str) -> AcknowledgementRequest | None:
    """Return the request for a revision, locked to the end of the act when there is one."""
    statement = select(AcknowledgementRequest).where(AcknowledgementRequest.revision_key == key)
    return session.scalars(statement.with_for_update()).one_or_none()


def subject_of(request: AcknowledgementRequest) -> Subject:
    """Return how the trail names a request: by the number of what is to be read."""
    return Subject(kind=KIND, id=request.id, label=request.number)


def _open(uow: UnitOfWork, key: str, payload: Mapping[str, Any]) -> AcknowledgementRequest:
    site_id = payload.get("site_id")
    days = payload.get("due_days") or value_of(uow.session, DUE_DAYS, site_id)
    request = AcknowledgementRequest(
        revision_key=key,
        content_kind=_content_kind(payload),
        revision_id=int(payload["revision_id"]),
        subject_id=int(payload["document_id"]),
        number=str(payload["number"])[:40],
        title=str(payload["title"])[:300],
        site_id=site_id,
        due_days=int(days),
        needs_training=bool(payload.get("training_needed")),
        requested_by_id=uow.actor_id,
        requested_at=uow.now,
    )
    uow.session.add(request)
    uow.session.flush()  # its rows need the id
    return request


def _content_kind(payload: Mapping[str, Any]) -> str:
    return str(payload.get("content_kind") or "document_revision")


def _set_audience(uow: UnitOfWork, request: AcknowledgementRequest, roles: Sequence[str]) -> None:
    known = {
        row.role: row
        for row in uow.session.scalars(
            select(AcknowledgementAudience).where(AcknowledgementAudience.request_id == request.id)
        )
    }
    for role in known.keys() - set(roles):
        uow.session.delete(known[role])
    uow.session.add_all(
        AcknowledgementAudience(request_id=request.id, role=role)
        for role in roles
        if role not in known and (role == EVERYBODY or role in set(Role))
    )


def _term(uow: UnitOfWork, request: AcknowledgementRequest, site_id: int | None) -> _Term:
    """Return until when somebody of a site has to answer who is asked in this act."""
    terms = cast("dict[tuple[int, int | None], _Term]", uow.session.info.setdefault(_TERMS, {}))
    key = request.id, site_id
    if key not in terms:
        day = uow.now.date() + timedelta(days=request.due_days)
        due_at = end_of_working_day(uow.session, site_id, day)
        terms[key] = _Term(due_at, *next_reminder(uow, due_at, site_id, 0))
    return terms[key]


def _ask(
    uow: UnitOfWork, request: AcknowledgementRequest, person_id: int, term: _Term, known_id: int | None
) -> None:
    """Ask somebody, or ask again who had left the audience."""
    values = {
        "state": ReadingState.OPEN.value,
        "reason": "",
        "closed_at": None,
        "asked_at": uow.now,
        "due_at": term.due_at,
        "nudges": term.nudges,
        "nudge_at": term.nudge_at,
    }
    if known_id is None:
        uow.session.add(Acknowledgement(request_id=request.id, person_id=person_id, **values))
        return
    row = uow.session.get_one(Acknowledgement, known_id)
    for name, value in values.items():
        setattr(row, name, value)
    row.row_version += 1


def _rows_of(request: AcknowledgementRequest) -> Select[Acknowledgement]:
    return select(Acknowledgement).where(Acknowledgement.request_id == request.id)


def _locked(session: Session, ids: set[int]) -> dict[int, AcknowledgementRequest]:
    statement = (
        select(AcknowledgementRequest)
        .where(AcknowledgementRequest.id.in_(ids))
        .order_by(AcknowledgementRequest.id)
    )
    return {row.id: row for row in session.scalars(statement.with_for_update())}


def _is_reached_by_grant(on: date) -> ColumnElement[bool]:
    """Tell in SQL whether a grant of today puts its person into the audience of a request."""
    everybody = and_(AcknowledgementAudience.role == EVERYBODY, RoleGrant.role != Role.ADMIN.value)
    return and_(
        AcknowledgementAudience.request_id == AcknowledgementRequest.id,
        or_(AcknowledgementAudience.role == RoleGrant.role, everybody),
        or_(
            AcknowledgementRequest.site_id.is_(None),
            RoleGrant.site_id.is_(None),
            RoleGrant.site_id == AcknowledgementRequest.site_id,
        ),
        holds_on(on),
    )


def _missing(on: date) -> Select[int, int, int | None, int | None]:
    """Select request, person, home and, when they had left before, their row, of all not asked yet."""
    is_theirs = and_(
        Acknowledgement.request_id == AcknowledgementRequest.id, Acknowledgement.person_id == Person.id
    )
    has_left = and_(
        Acknowledgement.state == ReadingState.WITHDRAWN.value, Acknowledgement.reason.in_(_COMES_BACK)
    )
    return (
        select(AcknowledgementRequest.id, Person.id, Person.site_id, Acknowledgement.id)
        .select_from(AcknowledgementRequest)
        .join(AcknowledgementAudience, AcknowledgementAudience.request_id == AcknowledgementRequest.id)
        .join(RoleGrant, _is_reached_by_grant(on))
        .join(Person, and_(Person.id == RoleGrant.person_id, Person.is_active))
        .outerjoin(Acknowledgement, is_theirs)
        .where(AcknowledgementRequest.ended_at.is_(None), or_(Acknowledgement.id.is_(None), has_left))
        .distinct()
        .order_by(AcknowledgementRequest.id, Person.id)
    )


def _out_of_audience(on: date) -> Select[Acknowledgement]:
    """Select the rows that are asked of people who are in the audience no longer."""
    stays = (
        select(RoleGrant.id)
        .join(AcknowledgementAudience, _is_reached_by_grant(on))
        .where(RoleGrant.person_id == Acknowledgement.person_id, Person.is_active)
        .correlate(AcknowledgementRequest, Acknowledgement, Person)
    )
    return (
        select(Acknowledgement)
        .join(AcknowledgementRequest, AcknowledgementRequest.id == Acknowledgement.request_id)
        .join(Person, Person.id == Acknowledgement.person_id)
        .where(Acknowledgement.state.in_(_UNDONE), ~stays.exists())
        .order_by(Acknowledgement.id)
    )


_UNDONE = (ReadingState.OPEN.value, ReadingState.FAILED.value)
LISTENERS = (
    Listener(REQUESTED, hear_request, is_addressee=True),
    Listener(ENDED, hear_end, is_addressee=True),
    Listener(EFFECTIVE, hear_effective),
)
