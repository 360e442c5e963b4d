"""Chains for tests: short words for members, stages and versions in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from app.approvals.cases import Case
from app.approvals.chain import Chain, Group, Joint, Member, Quorum, Rule, Stage
from app.approvals.models import ChainPolicy, ChainVersion, VersionState
from app.foundation.unit_of_work import UnitOfWork

TUESDAY = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)


def members(*keys: str) -> tuple[Member, ...]:
    """Members as forms name them, such as `role:quality_manager`."""
    found = [Member.parse(key) for key in keys]
    assert all(found), keys
    return tuple(one for one in found if one is not None)


def a_group(
    *keys: str, quorum: Quorum = Quorum.ANY, number: int = 1, joint: Joint = Joint.AND, name: str = ""
) -> Group:
    return Group(members(*keys), quorum, number, name, joint)


def a_stage(name: str, *groups: Group, **terms: Any) -> Stage:
    return Stage(name, groups, **terms)


def a_chain(*stages: Stage) -> Chain:
    """One rule that always applies."""
    return Chain((Rule("Always", stages=stages),))


def a_case(
    record: Mapping[str, Any] | None = None,
    *,
    site: int | None = None,
    process: int | None = None,
    authors: tuple[int, ...] = (),
) -> Case:
    return Case(site, process, record or {}, TUESDAY, author_ids=frozenset(authors))


def in_force(uow: UnitOfWork, key: str, chain: Chain, *, kind: str = "two_step") -> ChainVersion:
    """A chain of this key whose only version is in force."""
    policy = ChainPolicy(
        key=key, title=key.title(), record_kind=kind, author_fields=["author_id"], created_at=uow.now
    )
    uow.session.add(policy)
    uow.session.flush()
    return _version(uow, policy, chain, 1)


def put_in_force(uow: UnitOfWork, key: str, chain: Chain) -> ChainVersion:
    """The next version of a chain there is, in force from here on."""
    policy = uow.session.scalars(select(ChainPolicy).where(ChainPolicy.key == key)).one()
    standing = uow.session.scalars(
        select(ChainVersion).where(
            ChainVersion.policy_id == policy.id, ChainVersion.state == VersionState.IN_FORCE.value
        )
    ).one()
    standing.state = VersionState.FORMER.value
    uow.session.flush()
    return _version(uow, policy, chain, standing.number + 1)


def _version(uow: UnitOfWork, policy: ChainPolicy, chain: Chain, number: int) -> ChainVersion:
    version = ChainVersion(
        policy_id=policy.id,
        number=number,
        state=VersionState.IN_FORCE.value,
        content=chain.to_json(),
        sha256=chain.sha256,
        reason="for a test",
        edited_at=uow.now,
        published_at=uow.now,
        row_version=1,
    )
    uow.session.add(version)
    uow.session.flush()
    return version
