"""What a leaver means to approval chains: where they are named, and who is asked in their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.approvals.chain import Chain, Member, MemberKind
from app.approvals.changes import PENDING, MemberRefused, StageDecided, replace_member, withdraw_member
from app.approvals.models import (
    Approval,
    ApprovalSeat,
    ApprovalStage,
    ApprovalState,
    ChainPolicy,
    ChainVersion,
    VersionState,
)
from app.approvals.publications import ask_for_chain
from app.approvals.rules import StageOutcome
from app.approvals.versions import begin_draft, draft_of, keep_draft
from app.foundation.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Naming:
    """A chain in force that names a person.

    Shape: `open_state` is the state of its next version, empty when there is none.
    """

    key: str
    title: str
    open_state: str

    @property
    def is_decided_on(self) -> bool:
        """Tell whether a version without them waits for its second person."""
        return self.open_state == VersionState.PROPOSED.value


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in an open stage for which a person is asked, or will be."""

    id: int
    approval_id: int
    record_id: int
    stage: str


def chains_naming(session: Session, person_id: int) -> Sequence[Naming]:
    """Return the chains in force that name a person, by title."""
    rows = session.execute(
        select(ChainPolicy, ChainVersion)
        .join(ChainVersion, ChainVersion.policy_id == ChainPolicy.id)
        .where(ChainVersion.state == VersionState.IN_FORCE.value)
        .order_by(ChainPolicy.title, ChainPolicy.id)
    ).all()
    found = []
    for policy, version in rows:
        if _member(person_id) in Chain.from_json(version.content).members:
            following = draft_of(session, policy.id)
            found.append(Naming(policy.key, policy.title, following.state if following else ""))
    return found


def people_in_chains(session: Session) -> set[int]:
    """Return everybody whom a chain in force or a running approval names."""
    contents = session.scalars(
        select(ChainVersion.content).where(ChainVersion.state == VersionState.IN_FORCE.value)
    )
    named = {
        int(one.value)
        for content in contents
        for one in Chain.from_json(content).members
        if one.kind is MemberKind.PERSON and one.value.isdecimal()
    }
    return named | set(session.scalars(_pending().with_only_columns(ApprovalSeat.person_id).distinct()))


def seats_of(session: Session, person_id: int) -> Sequence[Seat]:
    """Return the places of running approvals that wait for a person, oldest first."""
    rows = session.execute(
        _pending()
        .with_only_columns(ApprovalSeat.id, Approval.id, Approval.record_id, ApprovalStage.name)
        .where(ApprovalSeat.person_id == person_id)
        .order_by(ApprovalSeat.id)
    )
    return [Seat(*row) for row in rows]


def take_over(uow: UnitOfWork, from_id: int, to_id: int, reason: str) -> int:
    """Put somebody into the place of a leaver, in running approvals and in chains; return in how many.

    Effects: a seat is given to them, or taken back where they may not have it and others are enough; a chain
        gets a next version without the leaver, for which a second person is asked. A draft somebody is
        working on is changed and left to them. Safe to call again.
    Errors: ChainInvalid when a chain could not be put in force like that.
    """
    moved = sum(_reseat(uow, seat, to_id, reason) for seat in seats_of(uow.session, from_id))
    chains = [one for one in chains_naming(uow.session, from_id) if not one.is_decided_on]
    for naming in chains:
        _rewrite(uow, naming, _member(from_id), _member(to_id), reason)
    return moved + len(chains)


def _reseat(uow: UnitOfWork, seat: Seat, to_id: int, reason: str) -> bool:
    """Give a seat on; where separation of duties forbids it, others decide without it, or it stays."""
    try:
        replace_member(uow, seat.id, to_id, reason)
    except StageDecided:
        return False
    except MemberRefused:
        return _vacate(uow, seat, reason)
    return True


def _vacate(uow: UnitOfWork, seat: Seat, reason: str) -> bool:
    try:
        withdraw_member(uow, seat.id, reason)
    except MemberRefused:
        return False
    return True


def _rewrite(uow: UnitOfWork, naming: Naming, former: Member, fresh: Member, reason: str) -> None:
    draft = begin_draft(uow, naming.key)
    chain = _with_member(Chain.from_json(draft.content), former, fresh)
    keep_draft(uow, draft.id, chain, row_version=draft.row_version)
    uow.session.flush()
    if not naming.open_state:
        ask_for_chain(uow, draft.id, reason)


def _with_member(chain: Chain, former: Member, fresh: Member) -> Chain:
    def changed(members: Sequence[Member]) -> tuple[Member, ...]:
        return tuple(dict.fromkeys(fresh if one == former else one for one in members))

    return Chain(
        tuple(
            replace(
                rule,
                stages=tuple(
                    replace(
                        stage,
                        groups=tuple(
                            replace(group, members=changed(group.members)) for group in stage.groups
                        ),
                    )
                    for stage in rule.stages
                ),
            )
            for rule in chain.rules
        )
    )


def _member(person_id: int) -> Member:
    return Member(MemberKind.PERSON, str(person_id))


def _pending() -> Select[Any]:
    return (
        select(ApprovalSeat)
        .join(ApprovalStage, ApprovalStage.id == ApprovalSeat.stage_id)
        .join(Approval, Approval.id == ApprovalStage.approval_id)
        .where(
            ApprovalSeat.state.in_(PENDING),
            ApprovalStage.outcome == StageOutcome.UNDECIDED.value,
            Approval.state == ApprovalState.RUNNING.value,
        )
    )
