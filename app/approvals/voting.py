"""Votes: who is offered one, who may give one for whom, and what it does to the sums of its stage.

What a vote costs does not grow with the members of its stage: it moves sums and never reads seats of others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.approvals.chain import Mode, OnNo
from app.approvals.models import (
    Approval,
    ApprovalGroup,
    ApprovalSeat,
    ApprovalStage,
    ApprovalVote,
    SeatState,
)
from app.approvals.people import away_on, substitutes
from app.approvals.rules import (
    SUBSTITUTE_DEPTH,
    GroupTally,
    StageOutcome,
    Terms,
    Verdict,
    stage_outcome,
    stand_ins,
)
from app.approvals.running import last_stage, running_approval, voters_of
from app.foundation.durations import Duration
from app.foundation.errors import Broken, Refused
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.working_time import add_working_time
from app.trail import Subject, record
from app.workflow.lifecycle import RecordView
from app.workflow.site_calendars import calendars
from app.workflow.slot_rules import Place, Slot


class VoteRefused(Refused):
    """The person may not vote here: an author, somebody who voted before, or a deputy who may not act."""


class SeatUnknown(Broken):
    """A vote came from a place that the stage does not have."""


def offer(uow: UnitOfWork, record_view: RecordView, place: Place) -> Sequence[Slot]:
    """Return whom the stage that was opened asks: everybody at once, or the one whose turn it is."""
    stage = _stage_in_hand(uow.session, place)
    stage.guid = place.guid
    calendar = calendars.get(uow.session, record_view.site_id)
    due_at = add_working_time(uow.now, Duration.parse(stage.due), calendar)
    seats = uow.session.scalars(
        select(ApprovalSeat)
        .where(ApprovalSeat.stage_id == stage.id, ApprovalSeat.state == SeatState.ASKED.value)
        .order_by(ApprovalSeat.place)
    )
    return [
        Slot(seat.slot, "approver", person_id=seat.person_id, due_at=due_at, policy=stage.policy)
        for seat in seats
    ]


def cast(
    uow: UnitOfWork,
    record_view: RecordView,
    place: Place,
    slot_key: str,
    answers: Mapping[str, Any],
    actor_id: int,
    on_behalf_of_id: int | None,
) -> bool:
    """Count a vote and tell whether the engine moves on: the stage is decided, or the next one is asked.

    Errors: SeatUnknown; VoteRefused. Effects: one vote, the sums of its groups, a trail entry.
    """
    seat, stage, approval = _found(uow.session, place, slot_key)
    _refuse(uow, stage, approval, actor_id, on_behalf_of_id)
    verdict = Verdict(answers["verdict"])
    uow.session.add(
        ApprovalVote(
            stage_id=stage.id,
            seat_id=seat.id,
            person_id=on_behalf_of_id or actor_id,
            actor_id=actor_id,
            verdict=verdict.value,
            comment=str(answers.get("comment") or answers.get("remark") or ""),
            voted_at=uow.now,
        )
    )
    seat.state, seat.person_id = (
        SeatState.VOTED.value,
        on_behalf_of_id or actor_id,
    )  # it may have been handed on
    _count(uow, seat, verdict)
    after = {"approval": approval.id, "stage": stage.name, "verdict": verdict.value, "for": on_behalf_of_id}
    subject = Subject(kind=record_view.kind, id=record_view.id, label=record_view.number)
    record(uow, verb="approval.voted", subject=subject, after=after)
    is_decided = _judge(uow, stage)
    return is_decided or stage.mode == Mode.SEQUENTIAL.value


def review(uow: UnitOfWork, _record_view: RecordView, place: Place) -> bool:
    """Tell whether a stage is decided by what is there, after an admin changed who sits in it."""
    return _judge(uow, _stage_in_hand(uow.session, place))


def tallies(session: Session, stage_id: int) -> list[GroupTally]:
    """Return the sums of the groups of a stage, in their order."""
    rows = session.execute(
        select(
            ApprovalGroup.size,
            ApprovalGroup.needed,
            ApprovalGroup.approvals,
            ApprovalGroup.refusals,
            ApprovalGroup.way,
        )
        .where(ApprovalGroup.stage_id == stage_id)
        .order_by(ApprovalGroup.place)
    )
    return [GroupTally(*row) for row in rows]


def _stage_in_hand(session: Session, place: Place) -> ApprovalStage:
    approval = running_approval(session, place.instance_id, place.call_id)
    stage = last_stage(session, approval.id)
    if stage is None:
        raise SeatUnknown(_("No stage of this approval is open."))
    return stage


def _found(session: Session, place: Place, slot_key: str) -> tuple[ApprovalSeat, ApprovalStage, Approval]:
    found = session.execute(
        select(ApprovalSeat, ApprovalStage, Approval)
        .join(ApprovalStage, ApprovalStage.id == ApprovalSeat.stage_id)
        .join(Approval, Approval.id == ApprovalStage.approval_id)
        .where(ApprovalStage.guid == place.guid, ApprovalSeat.slot == slot_key)
    ).one_or_none()
    if found is None:
        raise SeatUnknown(_("This approval does not know the place that was voted from."))
    seat, stage, approval = found
    return seat, stage, approval


def _refuse(
    uow: UnitOfWork,
    stage: ApprovalStage,
    approval: Approval,
    actor_id: int,
    on_behalf_of_id: int | None,
) -> None:
    people = {actor_id, *({on_behalf_of_id} if on_behalf_of_id else ())}
    if people & set(approval.author_ids):
        raise VoteRefused(_("Who wrote something does not approve it, also not for somebody else."))
    if stage.is_independent and people & voters_of(uow.session, approval.id, stage.place - 1):
        raise VoteRefused(
            _("“%(stage)s” wants other people than the stage before, and you voted there.", stage=stage.name)
        )
    if on_behalf_of_id is None:
        return
    if not stage.lets_deputies_act:
        name = uow.session.scalar(select(Person.name).where(Person.id == on_behalf_of_id)) or ""
        raise VoteRefused(
            _("In “%(stage)s” nobody stands in. It waits for %(name)s.", stage=stage.name, name=name)
        )
    away = substitutes(away_on(uow.session, [on_behalf_of_id], uow.now.date()))
    if actor_id not in stand_ins(on_behalf_of_id, away):
        raise VoteRefused(_("Nobody stands in over more than %(steps)s absences.", steps=SUBSTITUTE_DEPTH))


def _count(uow: UnitOfWork, seat: ApprovalSeat, verdict: Verdict) -> None:
    column = ApprovalGroup.approvals if verdict is Verdict.APPROVE else ApprovalGroup.refusals
    uow.session.execute(
        update(ApprovalGroup)
        .where(ApprovalGroup.id.in_(seat.groups))
        .values({column: column + 1})
        .execution_options(synchronize_session=False)
    )


def _judge(uow: UnitOfWork, stage: ApprovalStage) -> bool:
    outcome = stage_outcome(tallies(uow.session, stage.id), Terms(stage.has_veto, OnNo(stage.on_no)))
    if outcome is StageOutcome.UNDECIDED:
        return False
    stage.outcome, stage.closed_at = outcome.value, uow.now
    return True
