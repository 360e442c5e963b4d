"""Approvals that run: how one begins, how a stage is opened with its people, and where it goes from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.approvals.cases import Case, authors_of, case_of, record_names
from app.approvals.chain import Chain, Mode, OnNo, Stage
from app.approvals.models import (
    Approval,
    ApprovalGroup,
    ApprovalSeat,
    ApprovalStage,
    ApprovalState,
    ApprovalVote,
    ChainPolicy,
    ChainVersion,
    SeatState,
)
from app.approvals.resolution import (
    ChainBroken,
    FilledStage,
    fill,
    gap_sentence,
    require_enough,
    resolve,
)
from app.approvals.rules import StageOutcome
from app.approvals.versions import required
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.workflow.lifecycle import RecordView, registry
from app.workflow.separation import people_apart

LENGTH_OF_WHY = 80


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the approval by a diagram: which instance, where, which task of the engine, which chain."""

    instance_id: int
    call_id: str
    task_guid: str
    policy_key: str


def begin(uow: UnitOfWork, call: Call, view: RecordView) -> Approval:
    """Begin an approval by the version in force and return it. Safe to call again.

    Errors: UnknownChain; ChainBroken; PoolTooSmall before anybody is asked.
    Effects: a row pinned to the version, and a trail entry.
    """
    found = uow.session.scalars(
        select(Approval).where(Approval.instance_id == call.instance_id, Approval.task_guid == call.task_guid)
    ).one_or_none()
    if found is not None:
        return found
    version = required(uow.session, call.policy_key)
    policy = uow.session.get_one(ChainPolicy, version.policy_id)
    if policy.record_kind != view.kind:
        raise ChainBroken(
            _(
                "The chain “%(key)s” approves another kind of record. Name another in the diagram.",
                key=policy.key,
            )
        )
    named = authors_of(policy.author_fields, record_names(view))
    authors = named | people_apart(uow.session, call.instance_id, call.call_id, view)
    case = case_of(uow.session, registry.of_kind(view.kind), view, uow.now, author_ids=authors)
    resolution = resolve(uow.session, Chain.from_json(version.content), case)
    require_enough(resolution.gaps)
    approval = Approval(
        instance_id=call.instance_id,
        call_id=call.call_id,
        task_guid=call.task_guid,
        chain_version_id=version.id,
        policy_key=policy.key,
        rule=resolution.place,
        stages=[one.place for one in resolution.stages],
        record_kind=view.kind,
        record_id=view.id,
        site_id=view.site_id,
        author_ids=sorted(authors),
        state=ApprovalState.RUNNING.value,
        started_at=uow.now,
    )
    uow.session.add(approval)
    uow.session.flush()
    after = {"chain": policy.key, "version": version.number, "rule": resolution.rule.name}
    _note(uow, approval, view.number, "approval.begun", after)
    return approval


def running_approval(session: Session, instance_id: int, call_id: str) -> Approval:
    """Return the approval that runs in a call of an instance.

    Errors: ChainBroken when none does.
    """
    found = session.scalars(
        select(Approval)
        .where(
            Approval.instance_id == instance_id,
            Approval.call_id == call_id,
            Approval.state == ApprovalState.RUNNING.value,
        )
        .order_by(Approval.id.desc())
        .limit(1)
    ).first()
    if found is None:
        raise ChainBroken(_("No approval runs here. An admin must look at the diagram."))
    return found


def last_stage(session: Session, approval_id: int) -> ApprovalStage | None:
    """Return the stage opened last, None before the first."""
    return session.scalars(
        select(ApprovalStage)
        .where(ApprovalStage.approval_id == approval_id)
        .order_by(ApprovalStage.id.desc())
        .limit(1)
    ).first()


def open_next(uow: UnitOfWork, approval: Approval, view: RecordView) -> ApprovalStage:
    """Open the stage an approval has come to; in a stage asked one by one, ask the next person.

    Errors: PoolTooSmall when too few people are left for it. Safe to call again.
    """
    latest = last_stage(uow.session, approval.id)
    if latest is not None and latest.outcome == StageOutcome.UNDECIDED.value:
        if latest.mode == Mode.SEQUENTIAL.value:
            _ask_next(uow, latest)
        return latest
    place = 0 if latest is None else next_place(latest)
    stage = stages_of(uow.session, approval)[place]
    case = case_of(uow.session, registry.of_kind(view.kind), view, uow.now, author_ids=approval.author_ids)
    filled = _filled(uow.session, approval, place, stage, case)
    return _opened(uow, approval, place, filled)


def next_place(stage: ApprovalStage) -> int:
    """Return the place an approval goes to after a decided stage; beyond the ends it is over."""
    return stage.place + 1 if stage.outcome == StageOutcome.APPROVED.value else stage.place - 1


def ending(approval: Approval, stage: ApprovalStage) -> ApprovalState | None:
    """Return how an approval ends with a decided stage, None when another stage follows."""
    if stage.outcome == StageOutcome.APPROVED.value:
        return ApprovalState.APPROVED if stage.place + 1 >= len(approval.stages) else None
    if stage.outcome == StageOutcome.REJECTED.value:
        return ApprovalState.REJECTED
    if stage.on_no == OnNo.PREVIOUS.value and stage.place > 0:
        return None
    return ApprovalState.RETURNED


def end(uow: UnitOfWork, approval: Approval, state: ApprovalState, number: str) -> None:
    """Note how an approval ended. Effects: a trail entry."""
    approval.state, approval.ended_at = state.value, uow.now
    _note(uow, approval, number, f"approval.{state}", {"chain": approval.policy_key})


def stages_of(session: Session, approval: Approval) -> tuple[Stage, ...]:
    """Return the stages that apply to an approval, as its pinned version has them."""
    content = session.get_one(ChainVersion, approval.chain_version_id).content
    rule = Chain.from_json(content).rules[approval.rule]
    return tuple(rule.stages[place] for place in approval.stages)


def voters_of(session: Session, approval_id: int, place: int) -> frozenset[int]:
    """Return everybody who voted when a stage was open last, and for whom."""
    latest = (
        select(ApprovalStage.id)
        .where(ApprovalStage.approval_id == approval_id, ApprovalStage.place == place)
        .order_by(ApprovalStage.opening.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(ApprovalVote.person_id, ApprovalVote.actor_id).where(ApprovalVote.stage_id == latest)
    )
    return frozenset(person for row in rows for person in row)


def _filled(session: Session, approval: Approval, place: int, stage: Stage, case: Case) -> FilledStage:
    before = voters_of(session, approval.id, place - 1) if stage.is_independent else frozenset()
    filled = fill(session, place, stage, case, voted_before=before)
    require_enough(() if filled.is_possible else (gap_sentence(filled),))
    return filled


def _opened(uow: UnitOfWork, approval: Approval, place: int, filled: FilledStage) -> ApprovalStage:
    stage = filled.stage
    openings = uow.session.scalars(
        select(ApprovalStage.opening).where(
            ApprovalStage.approval_id == approval.id, ApprovalStage.place == place
        )
    )
    row = ApprovalStage(
        approval_id=approval.id,
        place=place,
        opening=max(openings, default=0) + 1,
        name=stage.name,
        mode=stage.mode.value,
        has_veto=stage.has_veto,
        on_no=stage.on_no.value,
        due=stage.due,
        policy=stage.policy,
        lets_deputies_act=stage.lets_deputies_act,
        is_independent=stage.is_independent,
        outcome=StageOutcome.UNDECIDED.value,
        opened_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    groups = _groups(uow, row, filled)
    uow.session.execute(insert(ApprovalSeat), _seats(row, filled, groups))
    return row


def _groups(uow: UnitOfWork, row: ApprovalStage, filled: FilledStage) -> list[ApprovalGroup]:
    groups = [
        ApprovalGroup(
            stage_id=row.id,
            place=place,
            name=one.group.name,
            way=one.way,
            quorum=one.group.quorum.value,
            number=one.group.number,
            size=len(one.people),
            needed=one.needed,
            approvals=0,
            refusals=0,
        )
        for place, one in enumerate(filled.groups)
    ]
    uow.session.add_all(groups)
    uow.session.flush()
    return groups


def _seats(
    row: ApprovalStage, filled: FilledStage, groups: list[ApprovalGroup]
) -> list[Mapping[str, object]]:
    sits_in: dict[int, list[int]] = {}
    why: dict[int, str] = {}
    for group, found in zip(groups, filled.groups, strict=True):
        for one in found.people:
            sits_in.setdefault(one.person_id, []).append(group.id)
            why.setdefault(one.person_id, one.why)
    at_once = row.mode == Mode.PARALLEL.value
    return [
        {
            "stage_id": row.id,
            "slot": slot_of(person_id),
            "person_id": person_id,
            "place": place,
            "why": why[person_id][:LENGTH_OF_WHY],
            "groups": sits_in[person_id],
            "state": (SeatState.ASKED if at_once or place == 0 else SeatState.WAITING).value,
        }
        for place, person_id in enumerate(filled.people)
    ]


def slot_of(person_id: int) -> str:
    """Return the key of a person's slot in a stage."""
    return f"p{person_id}"


def _ask_next(uow: UnitOfWork, stage: ApprovalStage) -> None:
    """Ask the next person of a stage, unless somebody is asked already."""
    seats = uow.session.scalars(
        select(ApprovalSeat)
        .where(
            ApprovalSeat.stage_id == stage.id,
            ApprovalSeat.state.in_([SeatState.ASKED.value, SeatState.WAITING.value]),
        )
        .order_by(ApprovalSeat.state, ApprovalSeat.place)
        .limit(1)
    ).first()
    if seats is not None:
        seats.state = SeatState.ASKED.value
        uow.session.flush()


def _note(uow: UnitOfWork, approval: Approval, number: str, verb: str, after: Mapping[str, object]) -> None:
    subject = Subject(kind=approval.record_kind, id=approval.record_id, label=number)
    record(uow, verb=verb, subject=subject, after={"approval": approval.id, **after})
