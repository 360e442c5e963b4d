"""Changing who sits in a stage that is open: asking one more, somebody else instead, or one less."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.approvals.chain import Mode, Quorum
from app.approvals.models import (
    Approval,
    ApprovalGroup,
    ApprovalSeat,
    ApprovalStage,
    ApprovalState,
    ApprovalVote,
    SeatState,
)
from app.approvals.rules import StageOutcome, needed
from app.approvals.running import slot_of, voters_of
from app.foundation.durations import Duration
from app.foundation.errors import Conflict, Invalid, NotFound, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.working_time import add_working_time
from app.trail import Subject, record
from app.workflow import instances, slots
from app.workflow.lifecycle import registry
from app.workflow.models import Task, TaskState
from app.workflow.site_calendars import calendars
from app.workflow.slot_rules import Slot

PENDING = (SeatState.ASKED.value, SeatState.WAITING.value)


class UnknownSeat(NotFound):
    """There is no such place in a running approval."""


class StageDecided(Conflict):
    """The stage is decided, or the approval is over; nothing in it changes any more."""


class MemberRefused(Invalid):
    """The person may not be asked here, or the group would be too small."""


@dataclass(frozen=True, slots=True)
class InHand:
    """A running approval with its open stage, its instance locked to the end of the act."""

    approval: Approval
    stage: ApprovalStage


def add_member(uow: UnitOfWork, approval_id: int, group_id: int, person_id: int, reason: str) -> None:
    """Ask one more person in a group of the open stage.

    Errors: UnknownSeat; StageDecided; MemberRefused; those of `slots.add_slot`.
    Effects: locks the instance; a seat, a task, the group's sums, a trail entry.
    """
    hand = _in_hand(uow, approval_id)
    group = uow.session.get(ApprovalGroup, group_id)
    if group is None or group.stage_id != hand.stage.id:
        raise UnknownSeat(_("There is no such group in the open stage."))
    _refuse_person(uow.session, hand, person_id)
    _require_reason(reason)
    is_asked = hand.stage.mode == Mode.PARALLEL.value
    seat = ApprovalSeat(
        stage_id=hand.stage.id,
        slot=_free_slot(uow.session, hand.stage.id, person_id),
        person_id=person_id,
        place=_last_place(uow.session, hand.stage.id) + 1,
        why="added",
        groups=[group.id],
        state=(SeatState.ASKED if is_asked else SeatState.WAITING).value,
    )
    uow.session.add(seat)
    _resize(group, group.size + 1)
    uow.session.flush()
    if not is_asked:
        _note(uow, hand, "slot.added", {"person": person_id, "slot": seat.slot}, reason)
        return
    calendar = calendars.get(uow.session, hand.approval.site_id)
    due_at = add_working_time(uow.now, Duration.parse(hand.stage.due), calendar)
    slot = Slot(seat.slot, "approver", person_id=person_id, due_at=due_at, policy=hand.stage.policy)
    slots.add_slot(uow, _any_task(uow.session, hand.stage).id, slot, reason)


def replace_member(uow: UnitOfWork, seat_id: int, person_id: int, reason: str) -> None:
    """Ask somebody else in a place that has not voted.

    Errors: as `add_member`. Effects: locks the instance; the seat, its task, a trail entry.
    """
    hand, seat = _seat_in_hand(uow, seat_id)
    _refuse_person(uow.session, hand, person_id)
    _require_reason(reason)
    before, seat.person_id, seat.why = seat.person_id, person_id, "replaced"
    uow.session.flush()
    if seat.state == SeatState.WAITING.value:
        _note(uow, hand, "slot.replaced", {"person": person_id, "before": before, "slot": seat.slot}, reason)
        return
    slots.replace_person(uow, _task_of(uow.session, hand.stage, seat).id, person_id, reason)


def withdraw_member(uow: UnitOfWork, seat_id: int, reason: str) -> None:
    """Take a place out of the open stage; the votes there are may decide it.

    Errors: as `add_member`; MemberRefused when a group could not be met by those who are left.
    Effects: locks the instance; the seat, its task, the sums of its groups, a trail entry.
    """
    hand, seat = _seat_in_hand(uow, seat_id)
    _require_reason(reason)
    groups = uow.session.scalars(select(ApprovalGroup).where(ApprovalGroup.id.in_(seat.groups))).all()
    for group in groups:
        _resize(group, group.size - 1)
        if group.size - group.refusals < max(group.needed, 1):
            raise MemberRefused(
                _(
                    "Too few people would be left in “%(stage)s”. Ask somebody else instead.",
                    stage=hand.stage.name,
                )
            )
    was_asked = seat.state == SeatState.ASKED.value
    seat.state = SeatState.WITHDRAWN.value
    uow.session.flush()
    if not was_asked:
        _note(uow, hand, "slot.withdrawn", {"person": seat.person_id, "slot": seat.slot}, reason)
        return
    slots.withdraw_slot(uow, _task_of(uow.session, hand.stage, seat).id, reason)


def _in_hand(uow: UnitOfWork, approval_id: int) -> InHand:
    approval = uow.session.get(Approval, approval_id)
    if approval is None:
        raise UnknownSeat(_("There is no such approval."))
    instances.lock(uow, approval.instance_id)
    stage = uow.session.scalars(
        select(ApprovalStage)
        .where(ApprovalStage.approval_id == approval.id)
        .order_by(ApprovalStage.id.desc())
        .limit(1)
    ).first()
    is_open = stage is not None and stage.outcome == StageOutcome.UNDECIDED.value
    if stage is None or not is_open or approval.state != ApprovalState.RUNNING.value:
        raise StageDecided(_("This stage is decided already; nobody can be asked any more."))
    return InHand(approval, stage)


def _seat_in_hand(uow: UnitOfWork, seat_id: int) -> tuple[InHand, ApprovalSeat]:
    approval_id = uow.session.scalar(
        select(ApprovalStage.approval_id)
        .join(ApprovalSeat, ApprovalSeat.stage_id == ApprovalStage.id)
        .where(ApprovalSeat.id == seat_id)
    )
    if approval_id is None:
        raise UnknownSeat(_("There is no such place in an approval."))
    hand = _in_hand(uow, approval_id)
    seat = uow.session.get_one(ApprovalSeat, seat_id, populate_existing=True)
    if seat.stage_id != hand.stage.id or seat.state not in PENDING:
        raise StageDecided(_("This place has voted, or its stage is decided."))
    return hand, seat


def _refuse_person(session: Session, hand: InHand, person_id: int) -> None:
    """Refuse whom the chain would not have asked: separation of duties holds for changes as well."""
    checks: tuple[tuple[str, Callable[[], bool], str], ...] = (
        ("inactive", lambda: not _is_active(session, person_id), _("This person cannot work with Keel.")),
        (
            "author",
            lambda: person_id in hand.approval.author_ids,
            _("Authors do not approve what they wrote."),
        ),
        ("asked", lambda: _sits(session, hand.stage.id, person_id), _("This person is asked already.")),
        (
            "voted_before",
            lambda: (
                hand.stage.is_independent
                and person_id in voters_of(session, hand.approval.id, hand.stage.place - 1)
            ),
            _("This stage wants other people than the one before."),
        ),
    )
    for rule, is_wrong, sentence in checks:
        if is_wrong():
            raise MemberRefused(sentence, [Problem("person", rule, sentence)])


def _is_active(session: Session, person_id: int) -> bool:
    return bool(session.scalar(select(Person.is_active).where(Person.id == person_id)))


def _sits(session: Session, stage_id: int, person_id: int) -> bool:
    seat = select(ApprovalSeat.id).where(
        ApprovalSeat.stage_id == stage_id,
        ApprovalSeat.person_id == person_id,
        ApprovalSeat.state != SeatState.WITHDRAWN.value,
    )
    vote = select(ApprovalVote.id).where(
        ApprovalVote.stage_id == stage_id, ApprovalVote.actor_id == person_id
    )
    return session.scalar(seat.limit(1)) is not None or session.scalar(vote.limit(1)) is not None


def _resize(group: ApprovalGroup, size: int) -> None:
    group.size = size
    quorum = Quorum(group.quorum)
    if quorum in {Quorum.ALL, Quorum.PERCENT}:
        group.needed = needed(quorum, group.number, size)


def _free_slot(session: Session, stage_id: int, person_id: int) -> str:
    """Return a key no other place of the stage has had: somebody may come back."""
    wanted = slot_of(person_id)
    taken = session.scalar(
        select(func.count()).where(ApprovalSeat.stage_id == stage_id, ApprovalSeat.slot.like(f"{wanted}%"))
    )
    return f"{wanted}.{taken}" if taken else wanted


def _last_place(session: Session, stage_id: int) -> int:
    return session.scalar(select(func.max(ApprovalSeat.place)).where(ApprovalSeat.stage_id == stage_id)) or 0


def _any_task(session: Session, stage: ApprovalStage) -> Task:
    return session.scalars(
        select(Task).where(Task.guid == stage.guid, Task.state == TaskState.OPEN.value).limit(1)
    ).one()


def _task_of(session: Session, stage: ApprovalStage, seat: ApprovalSeat) -> Task:
    return session.scalars(select(Task).where(Task.guid == stage.guid, Task.slot == seat.slot)).one()


def _require_reason(reason: str) -> None:
    if not reason.strip():
        sentence = _("Say why.")
        raise MemberRefused(sentence, [Problem("reason", "required", sentence)])


def _note(uow: UnitOfWork, hand: InHand, verb: str, after: dict[str, object], reason: str) -> None:
    approval = hand.approval
    view = registry.of_kind(approval.record_kind).ports.read_record(uow.session, approval.record_id)
    subject = Subject(kind=approval.record_kind, id=approval.record_id, label=view.number)
    record(uow, verb=verb, subject=subject, after={"approval": approval.id, **after}, reason=reason.strip())
