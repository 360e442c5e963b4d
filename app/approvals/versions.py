"""Chains and their versions: one draft at a time, one version in force, the former ones kept as they were."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.approvals.chain import Chain
from app.approvals.checks import check_chain
from app.approvals.models import (
    KEY_LENGTH,
    NAME_LENGTH,
    Approval,
    ApprovalState,
    ChainPolicy,
    ChainVersion,
    VersionState,
)
from app.foundation.errors import Conflict, Invalid, NotFound, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.workflow.models import InstanceState, ProcessInstance

OPEN = (VersionState.DRAFT.value, VersionState.PROPOSED.value)
_KEY = re.compile(r"[a-z][a-z0-9_]*")


class UnknownChain(NotFound):
    """There is no chain of that key, or no version of it in force."""


class ChainInvalid(Invalid):
    """The chain cannot be kept or put in force like this; all problems are listed."""


class ChainChangedMeanwhile(Conflict):
    """Somebody else changed the draft after the page was shown, or it waits for its second person."""


@dataclass(frozen=True, slots=True)
class PolicyOrder:
    """A chain as an admin begins it: the key diagrams name, for which kind of record, whose authors."""

    key: str
    title: str
    record_kind: str
    description: str = ""
    author_fields: tuple[str, ...] = ()


def policy_of(session: Session, key: str) -> ChainPolicy:
    """Return the chain of a key.

    Errors: UnknownChain.
    """
    found = session.scalars(select(ChainPolicy).where(ChainPolicy.key == key)).one_or_none()
    if found is None:
        raise UnknownChain(_("There is no approval chain “%(key)s”.", key=key))
    return found


def in_force(session: Session, policy_id: int) -> ChainVersion | None:
    """Return the version in force, None before the first."""
    return session.scalars(
        select(ChainVersion).where(
            ChainVersion.policy_id == policy_id, ChainVersion.state == VersionState.IN_FORCE.value
        )
    ).one_or_none()


def required(session: Session, key: str) -> ChainVersion:
    """Return the version in force of a key.

    Errors: UnknownChain.
    """
    found = session.scalars(
        select(ChainVersion)
        .join(ChainPolicy, ChainPolicy.id == ChainVersion.policy_id)
        .where(ChainPolicy.key == key, ChainVersion.state == VersionState.IN_FORCE.value)
    ).one_or_none()
    if found is None:
        raise UnknownChain(
            _("No version of the approval chain “%(key)s” is in force. An admin must publish one.", key=key)
        )
    return found


def draft_of(session: Session, policy_id: int) -> ChainVersion | None:
    """Return the version that is worked on or waits for its second person."""
    return session.scalars(
        select(ChainVersion).where(ChainVersion.policy_id == policy_id, ChainVersion.state.in_(OPEN))
    ).one_or_none()


def versions_of(session: Session, policy_id: int) -> Sequence[ChainVersion]:
    """Return all versions of a chain, the latest first."""
    return session.scalars(
        select(ChainVersion).where(ChainVersion.policy_id == policy_id).order_by(ChainVersion.number.desc())
    ).all()


def running_on(session: Session, version_id: int) -> int:
    """Return how many approvals run on a version."""
    return running_by_version(session).get(version_id, 0)


def running_by_version(session: Session) -> dict[int, int]:
    """Return how many approvals run on each version that has any; cancelled instances run no longer."""
    rows = session.execute(
        select(Approval.chain_version_id, func.count())
        .join(ProcessInstance, ProcessInstance.id == Approval.instance_id)
        .where(
            Approval.state == ApprovalState.RUNNING.value,
            ProcessInstance.state.in_([InstanceState.OPEN.value, InstanceState.HELD.value]),
        )
        .group_by(Approval.chain_version_id)
    )
    return {row[0]: row[1] for row in rows}


def add_policy(uow: UnitOfWork, order: PolicyOrder, chain: Chain) -> ChainPolicy:
    """Begin a chain with a first draft.

    Errors: ChainInvalid for a key that is taken or not a word, or without a title. Effects: a trail entry.
    """
    problems = _problems(uow.session, order)
    if problems:
        raise ChainInvalid(_("The chain cannot be begun like this."), problems)
    policy = ChainPolicy(
        key=order.key,
        title=order.title.strip(),
        description=order.description.strip(),
        record_kind=order.record_kind,
        author_fields=list(order.author_fields),
        created_by_id=uow.actor_id,
        created_at=uow.now,
    )
    uow.session.add(policy)
    uow.session.flush()
    _add_draft(uow, policy.id, 1, chain)
    after = {"key": order.key, "kind": order.record_kind, "authors": list(order.author_fields)}
    record(uow, verb="chain.begun", subject=subject_of(policy), after=after)
    return policy


def begin_draft(uow: UnitOfWork, key: str) -> ChainVersion:
    """Return the draft of a chain, made from the version in force when there is none. Safe to call again.

    Errors: UnknownChain.
    """
    policy = policy_of(uow.session, key)
    found = draft_of(uow.session, policy.id)
    if found is not None:
        return found
    latest = versions_of(uow.session, policy.id)
    standing = in_force(uow.session, policy.id)
    content = Chain.from_json(standing.content) if standing else Chain()
    return _add_draft(uow, policy.id, latest[0].number + 1 if latest else 1, content)


def keep_draft(uow: UnitOfWork, version_id: int, chain: Chain, *, row_version: int) -> ChainVersion:
    """Keep what an admin made of a draft; problems are judged when it is to be put in force.

    Errors: ChainChangedMeanwhile. Effects: one row; a draft is no evidence and leaves no trail.
    """
    draft = _locked_draft(uow, version_id)
    if draft.row_version != row_version:
        raise ChainChangedMeanwhile(
            _("Somebody changed this draft meanwhile. Look at it again; nothing was kept.")
        )
    draft.content, draft.sha256 = chain.to_json(), chain.sha256
    draft.edited_by_id, draft.edited_at = uow.actor_id, uow.now
    draft.row_version += 1
    return draft


def discard_draft(uow: UnitOfWork, version_id: int) -> None:
    """Throw a draft away. Effects: a trail entry.

    Errors: ChainChangedMeanwhile.
    """
    draft = _locked_draft(uow, version_id)
    policy = uow.session.get_one(ChainPolicy, draft.policy_id)
    record(uow, verb="chain.draft_discarded", subject=subject_of(policy), before={"number": draft.number})
    uow.session.delete(draft)


def propose(uow: UnitOfWork, version_id: int, reason: str) -> ChainVersion:
    """Ask for a draft to be put in force: it does not change any more until somebody has decided.

    Errors: ChainInvalid with every problem, without a reason, and for a draft that changes nothing;
        ChainChangedMeanwhile.
    """
    draft = _locked_draft(uow, version_id)
    policy = uow.session.get_one(ChainPolicy, draft.policy_id)
    problems = check_chain(uow.session, policy.record_kind, Chain.from_json(draft.content))
    if not reason.strip():
        problems.append(Problem("reason", "required", _("Say why the chain changes.")))
    standing = in_force(uow.session, policy.id)
    if standing is not None and standing.sha256 == draft.sha256:
        problems.append(Problem("", "unchanged", _("Nothing differs from the version in force.")))
    if problems:
        raise ChainInvalid(_("The chain cannot be put in force yet."), problems)
    draft.state, draft.reason = VersionState.PROPOSED.value, reason.strip()
    draft.row_version += 1
    return draft


def give_back(uow: UnitOfWork, version_id: int) -> None:
    """Make a draft of a proposed version again: the second person said no. Safe to call again."""
    version = uow.session.get_one(ChainVersion, version_id, with_for_update=True)
    if version.state == VersionState.PROPOSED.value:
        version.state = VersionState.DRAFT.value
        version.row_version += 1


def put_in_force(uow: UnitOfWork, version_id: int, *, decided_by_id: int | None) -> ChainVersion:
    """Put a proposed version in force; approvals that run end on the version they began with.

    Effects: the former version stays as it is; a trail entry. Safe to call again.
    Errors: ChainInvalid when what it names has gone meanwhile.
    """
    version = uow.session.get_one(ChainVersion, version_id, with_for_update=True)
    policy = uow.session.get_one(ChainPolicy, version.policy_id)
    if version.state == VersionState.IN_FORCE.value:
        return version
    problems = check_chain(uow.session, policy.record_kind, Chain.from_json(version.content))
    if problems:
        raise ChainInvalid(_("The chain cannot be put in force any longer."), problems)
    former = in_force(uow.session, policy.id)
    if former is not None:
        former.state = VersionState.FORMER.value
        uow.session.flush()  # one version is in force: the former must go first
    version.state = VersionState.IN_FORCE.value
    version.published_by_id, version.published_at = decided_by_id, uow.now
    version.row_version += 1
    record(
        uow,
        verb="chain.published",
        subject=subject_of(policy),
        before={"number": former.number, "sha256": former.sha256} if former else None,
        after={"number": version.number, "sha256": version.sha256, "edited_by": version.edited_by_id},
        reason=version.reason,
    )
    return version


def subject_of(policy: ChainPolicy) -> Subject:
    """Return how the trail names a chain."""
    return Subject(kind="chain", id=policy.id, label=policy.key)


def _add_draft(uow: UnitOfWork, policy_id: int, number: int, chain: Chain) -> ChainVersion:
    draft = ChainVersion(
        policy_id=policy_id,
        number=number,
        state=VersionState.DRAFT.value,
        content=chain.to_json(),
        sha256=chain.sha256,
        edited_by_id=uow.actor_id,
        edited_at=uow.now,
        row_version=1,
    )
    uow.session.add(draft)
    uow.session.flush()
    return draft


def _locked_draft(uow: UnitOfWork, version_id: int) -> ChainVersion:
    draft = uow.session.get(ChainVersion, version_id, with_for_update=True)
    if draft is None or draft.state != VersionState.DRAFT.value:
        raise ChainChangedMeanwhile(
            _("This version is no draft any longer: it waits for a second person, or it was decided.")
        )
    return draft


def _problems(session: Session, order: PolicyOrder) -> list[Problem]:
    problems = []
    if not _KEY.fullmatch(order.key) or len(order.key) > KEY_LENGTH:
        sentence = _("A key is small letters, digits and _, such as plan_approval.")
        problems.append(Problem("key", "key", sentence))
    elif session.scalar(select(ChainPolicy.id).where(ChainPolicy.key == order.key)):
        problems.append(Problem("key", "taken", _("There is a chain of this key already.")))
    if not order.title.strip() or len(order.title) > NAME_LENGTH:
        problems.append(Problem("title", "required", _("Give the chain a name.")))
    return problems
