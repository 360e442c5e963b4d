"""An approval as pages show it: its stages, who has voted and for whom, who is asked, who comes next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.actor import initials_of
from app.accounts.people import names_of
from app.approvals.cases import case_of
from app.approvals.chain import Stage
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
from app.approvals.people import away_on, substitutes
from app.approvals.resolution import fill
from app.approvals.rules import StageOutcome, Verdict, stand_ins
from app.approvals.running import stages_of
from app.foundation.errors import QmsError
from app.foundation.i18n import gettext as _
from app.web.parts import Chip, Person
from app.workflow.lifecycle import registry
from app.workflow.models import InstanceState, ProcessInstance, Task, TaskState

MOST_NAMED = 15


@dataclass(frozen=True, slots=True)
class VoteLine:
    """One vote as it was given."""

    person: Person
    is_yes: bool
    at: datetime
    on_behalf_of: str
    comment: str


@dataclass(frozen=True, slots=True)
class AskedLine:
    """Somebody who has not voted yet. Shape: `note` says who acts for them; `due_at` None: not their turn."""

    seat_id: int
    person: Person
    note: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage of an approval. Shape: `state` is done, here or ahead; `more` counts people not named."""

    number: int
    name: str
    state: str
    chip: Chip
    needed: str
    votes: tuple[VoteLine, ...] = ()
    asked: tuple[AskedLine, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """A group of the open stage into which somebody can be asked."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """An approval with its stages in order: those opened so far, the present one, those to come."""

    id: int
    title: str
    version: int
    chip: Chip
    stages: tuple[StageLine, ...]
    groups: tuple[GroupChoice, ...] = ()
    is_running: bool = False


def approval_of_record(session: Session, kind: str, record_id: int, now: datetime) -> ApprovalView | None:
    """Return the latest approval of a record, None when it never had one."""
    row = session.scalars(
        select(Approval)
        .where(Approval.record_kind == kind, Approval.record_id == record_id)
        .order_by(Approval.id.desc())
        .limit(1)
    ).first()
    return None if row is None else view_of_approval(session, row, now)


def approval_of_task(session: Session, task: Task, now: datetime) -> ApprovalView | None:
    """Return the approval in which a task is a place, None for any other task."""
    if not task.slot:
        return None
    row = session.scalars(
        select(Approval)
        .join(ApprovalStage, ApprovalStage.approval_id == Approval.id)
        .where(ApprovalStage.guid == task.guid)
    ).first()
    return None if row is None else view_of_approval(session, row, now)


def view_of_approval(session: Session, row: Approval, now: datetime) -> ApprovalView:
    """Return an approval as pages show it."""
    is_running = row.state == ApprovalState.RUNNING.value and _is_open(session, row.instance_id)
    opened = session.scalars(
        select(ApprovalStage).where(ApprovalStage.approval_id == row.id).order_by(ApprovalStage.id)
    ).all()
    title, version = session.execute(
        select(ChainPolicy.title, ChainVersion.number)
        .join(ChainPolicy, ChainPolicy.id == ChainVersion.policy_id)
        .where(ChainVersion.id == row.chain_version_id)
    ).one()
    groups = _groups(session, opened)
    present = opened[-1] if opened and is_running else None
    lines = [_opened(session, one, groups.get(one.id, []), now, is_here=one is present) for one in opened]
    if is_running:
        last = opened[-1].place if opened else -1
        lines += _ahead(session, row, last + 1, now)
    return ApprovalView(
        id=row.id,
        title=title,
        version=version,
        chip=_state_chip(row.state, is_running=is_running),
        stages=tuple(lines),
        groups=_choices(groups.get(present.id, [])) if present else (),
        is_running=is_running and present is not None and present.outcome == StageOutcome.UNDECIDED.value,
    )


def _is_open(session: Session, instance_id: int) -> bool:
    state = session.scalar(select(ProcessInstance.state).where(ProcessInstance.id == instance_id))
    return state in {InstanceState.OPEN.value, InstanceState.HELD.value}


def _groups(session: Session, opened: Sequence[ApprovalStage]) -> dict[int, list[ApprovalGroup]]:
    found: dict[int, list[ApprovalGroup]] = {}
    ids = [one.id for one in opened]
    statement = select(ApprovalGroup).where(ApprovalGroup.stage_id.in_(ids)).order_by(ApprovalGroup.place)
    for group in session.scalars(statement):
        found.setdefault(group.stage_id, []).append(group)
    return found


def _choices(groups: Sequence[ApprovalGroup]) -> tuple[GroupChoice, ...]:
    return tuple(
        GroupChoice(one.id, one.name or _("Group %(number)s", number=one.place + 1)) for one in groups
    )


def _opened(
    session: Session, stage: ApprovalStage, groups: Sequence[ApprovalGroup], now: datetime, *, is_here: bool
) -> StageLine:
    votes = _votes(session, stage)
    asked, more = _asked(session, stage, now) if is_here else ((), 0)
    return StageLine(
        number=stage.place + 1,
        name=stage.name,
        state="here" if is_here and stage.outcome == StageOutcome.UNDECIDED.value else "done",
        chip=_outcome_chip(stage.outcome),
        needed=_sums(groups),
        votes=votes,
        asked=asked,
        more=more,
    )


def _sums(groups: Iterable[ApprovalGroup]) -> str:
    """Return the sums of a stage in words: `1 of 2 said yes`."""
    parts: list[str] = []
    way = 0
    for group in groups:
        count = _("%(yes)s of %(needed)s said yes", yes=group.approvals, needed=group.needed)
        text = f"{group.name}: {count}" if group.name else count
        if parts:
            parts.append(_("or") if group.way != way else _("and"))
        parts.append(text)
        way = group.way
    return " ".join(parts)


def _votes(session: Session, stage: ApprovalStage) -> tuple[VoteLine, ...]:
    rows = session.scalars(
        select(ApprovalVote).where(ApprovalVote.stage_id == stage.id).order_by(ApprovalVote.id)
    ).all()
    names = names_of(session, sorted({one for row in rows for one in (row.actor_id, row.person_id)}))
    return tuple(
        VoteLine(
            person=_person(names, row.actor_id),
            is_yes=row.verdict == Verdict.APPROVE.value,
            at=row.voted_at,
            on_behalf_of=names.get(row.person_id, "") if row.person_id != row.actor_id else "",
            comment=row.comment,
        )
        for row in rows
    )


def _asked(session: Session, stage: ApprovalStage, now: datetime) -> tuple[tuple[AskedLine, ...], int]:
    pending = (SeatState.ASKED.value, SeatState.WAITING.value)
    whose = func.coalesce(Task.assignee_id, ApprovalSeat.person_id)  # a place may have been handed on
    of_stage = (ApprovalSeat.stage_id == stage.id, ApprovalSeat.state.in_(pending))
    rows = session.execute(
        select(ApprovalSeat.id, ApprovalSeat.state, whose.label("person_id"), Task.due_at)
        .outerjoin(
            Task,
            (Task.guid == stage.guid)
            & (Task.slot == ApprovalSeat.slot)
            & (Task.state == TaskState.OPEN.value),
        )
        .where(*of_stage)
        .order_by(ApprovalSeat.place)
        .limit(MOST_NAMED)
    ).all()
    all_of_them = session.scalar(select(func.count()).select_from(ApprovalSeat).where(*of_stage)) or 0
    notes = _deputies(session, [row.person_id for row in rows], now) if stage.lets_deputies_act else {}
    names = names_of(session, sorted({row.person_id for row in rows}))
    lines = tuple(
        AskedLine(row.id, _person(names, row.person_id), notes.get(row.person_id, ""), row.due_at)
        for row in rows
    )
    return lines, all_of_them - len(lines)


def _deputies(session: Session, people: Sequence[int], now: datetime) -> Mapping[int, str]:
    """Return who acts for those who are away today."""
    away = away_on(session, people, now.date())
    acting = substitutes(away)
    found = {one: stand_ins(one, acting) for one in people if one in away}
    names = names_of(session, sorted({who for chain in found.values() for who in chain}))
    words = {}
    for person_id, chain in found.items():
        who = next((one for one in chain if one not in away), None)
        words[person_id] = (
            _("away, %(name)s acts", name=names.get(who, "")) if who else _("away, nobody may act")
        )
    return words


def _ahead(session: Session, row: Approval, place: int, now: datetime) -> list[StageLine]:
    """Return the stages to come with the people who would be asked if they were opened today."""
    stages = stages_of(session, row)
    return [_coming(session, row, number, stages[number], now) for number in range(place, len(stages))]


def _coming(session: Session, row: Approval, number: int, stage: Stage, now: datetime) -> StageLine:
    try:
        lifecycle = registry.of_kind(row.record_kind)
        view = lifecycle.ports.read_record(session, row.record_id)
        people = fill(
            session, number, stage, case_of(session, lifecycle, view, now, author_ids=row.author_ids)
        ).people
    except QmsError:
        people = ()
    names = names_of(session, sorted(people[:MOST_NAMED]))
    return StageLine(
        number=number + 1,
        name=stage.name,
        state="ahead",
        chip=Chip(_("to come"), "line"),
        needed="",
        asked=tuple(AskedLine(0, _person(names, one), "", None) for one in people[:MOST_NAMED]),
        more=max(len(people) - MOST_NAMED, 0),
    )


def _outcome_chip(outcome: str) -> Chip:
    return {
        StageOutcome.UNDECIDED.value: Chip(_("is asked"), "accent"),
        StageOutcome.APPROVED.value: Chip(_("Approved"), "ok", icon="check"),
        StageOutcome.RETURNED.value: Chip(_("Sent back"), "warn", icon="arrow-back-up"),
        StageOutcome.REJECTED.value: Chip(_("Refused"), "bad", icon="x"),
    }[outcome]


def _state_chip(state: str, *, is_running: bool) -> Chip:
    if state == ApprovalState.RUNNING.value and not is_running:
        return Chip(_("Cancelled"), "line")
    return {
        ApprovalState.RUNNING.value: Chip(_("Under way"), "accent"),
        ApprovalState.CANCELLED.value: Chip(_("Cancelled"), "line"),
        ApprovalState.APPROVED.value: Chip(_("Approved"), "ok", icon="check"),
        ApprovalState.RETURNED.value: Chip(_("Sent back"), "warn", icon="arrow-back-up"),
        ApprovalState.REJECTED.value: Chip(_("Refused"), "bad", icon="x"),
    }[state]


def _person(names: Mapping[int, str], person_id: int) -> Person:
    name = names.get(person_id, "")
    return Person(name, initials_of(name))
