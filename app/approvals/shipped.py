"""The chains Keel ships. They are put in force at first start; what people published stays.

Source: lifecycles 4.1 to 4.5: who approves plans, closings, treatments, acceptances, audits and documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.roles import Role
from app.approvals.chain import Chain, Group, Member, MemberKind, Quorum, Rule, Stage
from app.approvals.models import ChainPolicy, ChainVersion, VersionState
from app.approvals.versions import in_force, subject_of
from app.foundation.unit_of_work import UnitOfWork
from app.trail import record

SHIPPED = "Shipped with Keel"  # the reason by which an upgrade knows its own versions; never translated


@dataclass(frozen=True, slots=True)
class ShippedChain:
    """A chain as Keel ships it: its key and kind, whose authors never approve, and its content."""

    key: str
    title: str
    description: str
    record_kind: str
    author_fields: tuple[str, ...]
    chain: Chain


def publish_shipped_chains(uow: UnitOfWork) -> list[ChainVersion]:
    """Put the shipped chains in force that are not, and return their versions.

    Effects: a chain without a version gets its first; one whose version in force was shipped too gets the
        later original. What people published stays: only they replace it. Safe to call again.
    """
    return [version for one in SHIPPED_CHAINS if (version := _ship(uow, one)) is not None]


def _ship(uow: UnitOfWork, one: ShippedChain) -> ChainVersion | None:
    policy = uow.session.scalars(select(ChainPolicy).where(ChainPolicy.key == one.key)).one_or_none()
    if policy is None:
        policy = _policy(uow, one)
    standing = in_force(uow.session, policy.id)
    is_ours = standing is None or standing.reason == SHIPPED
    if not is_ours or (standing is not None and standing.sha256 == one.chain.sha256):
        return None
    if standing is not None:
        standing.state = VersionState.FORMER.value
        uow.session.flush()  # one version is in force: the former must go first
    version = ChainVersion(
        policy_id=policy.id,
        number=_next_number(uow, policy.id),
        state=VersionState.IN_FORCE.value,
        content=one.chain.to_json(),
        sha256=one.chain.sha256,
        reason=SHIPPED,
        edited_at=uow.now,
        published_at=uow.now,
        row_version=1,
    )
    uow.session.add(version)
    after = {"number": version.number, "sha256": version.sha256}
    record(uow, verb="chain.published", subject=subject_of(policy), after=after, reason=SHIPPED)
    return version


def _policy(uow: UnitOfWork, one: ShippedChain) -> ChainPolicy:
    policy = ChainPolicy(
        key=one.key,
        title=one.title,
        description=one.description,
        record_kind=one.record_kind,
        author_fields=list(one.author_fields),
        created_at=uow.now,
    )
    uow.session.add(policy)
    uow.session.flush()
    return policy


def _next_number(uow: UnitOfWork, policy_id: int) -> int:
    numbers = uow.session.scalars(select(ChainVersion.number).where(ChainVersion.policy_id == policy_id))
    return max(numbers, default=0) + 1


def _role(role: Role) -> Group:
    return Group(members=(Member(MemberKind.ROLE, role.value),))


def _stage(name: str, *groups: Group, only_if: str = "", due: str = "P5D") -> Stage:
    return Stage(name=name, groups=groups, only_if=only_if, due=due)


_QUALITY = _stage("Quality", _role(Role.QUALITY_MANAGER))
_TOP = _stage("Top management", _role(Role.TOP_MANAGEMENT))
_OWNER = _stage("Process owner", _role(Role.PROCESS_OWNER))


def _always(*stages: Stage) -> Chain:
    return Chain((Rule("Always", stages=stages),))


_CAPA_PLAN = _always(
    _QUALITY,
    _stage(
        "Top management",
        _role(Role.TOP_MANAGEMENT),
        only_if="record.severity >= 4 or record.plan_cost > settings.plan_cost_limit",
    ),
)
_CAPA_CLOSING = _always(
    _QUALITY, _stage("Top management", _role(Role.TOP_MANAGEMENT), only_if="record.severity = 5")
)
_TREATMENT = Chain(
    (
        Rule("Unacceptable", 'record.band = "unacceptable"', (_TOP,)),
        Rule("Up to high", stages=(_QUALITY,)),
    )
)
_ACCEPTANCE = Chain(
    (
        Rule("Unacceptable", 'record.band = "unacceptable"', (_TOP,)),
        Rule("High", 'record.band = "high"', (_QUALITY,)),
        Rule(
            "Up to medium",
            stages=(
                _stage(
                    "Process owner",
                    Group(
                        members=(
                            Member(MemberKind.ROLE, Role.PROCESS_OWNER.value),
                            Member(MemberKind.ROLE, Role.QUALITY_MANAGER.value),
                        )
                    ),
                ),
            ),
        ),
    )
)
_DOCUMENT = Chain(
    (
        Rule(
            "Administrative",
            'record.change_class = "administrative"',
            (_stage("Document control", _role(Role.DOCUMENT_CONTROLLER)),),
        ),
        Rule("Policy", 'record.document_type = "policy"', (_QUALITY, _TOP)),
        Rule(
            "Procedures and manuals",
            'record.document_type in ("procedure", "manual")',
            (
                _stage(
                    "Quality and process owner",
                    _role(Role.QUALITY_MANAGER),
                    _role(Role.PROCESS_OWNER),
                ),
            ),
        ),
        Rule("Others", stages=(_OWNER,)),
    )
)
_PUBLICATION = Chain(
    (
        Rule(
            "Approval chain",
            'record.subject_kind = "chain"',
            (
                _stage(
                    "Second person",
                    Group(
                        members=(
                            Member(MemberKind.ROLE, Role.QUALITY_MANAGER.value),
                            Member(MemberKind.ROLE, Role.ADMIN.value),
                            Member(MemberKind.ROLE, Role.PROCESS_APPROVER.value),
                        ),
                        quorum=Quorum.ANY,
                    ),
                    due="P3D",
                ),
            ),
        ),
        Rule("Definition", stages=(_stage("Second person", _role(Role.PROCESS_APPROVER), due="P3D"),)),
    )
)

SHIPPED_CHAINS: Sequence[ShippedChain] = (
    ShippedChain(
        "capa_plan",
        "Plan of a CAPA",
        "Who approves the action plan of a corrective action.",
        "capa",
        ("capa_owner_id",),
        _CAPA_PLAN,
    ),
    ShippedChain(
        "capa_closing",
        "Closing of a CAPA",
        "Who confirms that a corrective action may close.",
        "capa",
        ("capa_owner_id",),
        _CAPA_CLOSING,
    ),
    ShippedChain(
        "risk_treatment",
        "Treatment of a risk",
        "Who approves how a high or unacceptable risk is treated.",
        "treatment",
        ("risk_owner_id",),
        _TREATMENT,
    ),
    ShippedChain(
        "risk_acceptance",
        "Acceptance of a risk",
        "Who may accept a risk, by its band.",
        "acceptance",
        ("risk_owner_id",),
        _ACCEPTANCE,
    ),
    ShippedChain(
        "audit_programme",
        "Audit programme",
        "Who approves the audits of a year.",
        "audit_programme",
        ("planner_id",),
        _always(_TOP),
    ),
    ShippedChain(
        "audit_report",
        "Audit report",
        "Who approves the report of an audit.",
        "audit",
        ("lead_auditor_id",),
        _always(_QUALITY),
    ),
    ShippedChain(
        "context_review",
        "Review of the context",
        "Who signs off the yearly review of context and interested parties.",
        "context_review",
        (),
        _always(_TOP),
    ),
    ShippedChain(
        "trail_review",
        "Review of the trail",
        "Who signs off the review of a sample of the trail.",
        "trail_review",
        (),
        _always(_TOP),
    ),
    ShippedChain(
        "data_destruction",
        "Destruction of personal data",
        "Who lets words about a person be destroyed. Whoever asked never approves.",
        "data_destruction",
        ("opened_by_id",),
        _always(_TOP),
    ),
    ShippedChain(
        "review_minutes",
        "Minutes of a management review",
        "Who signs the minutes of a management review.",
        "management_review",
        (),
        _always(_TOP),
    ),
    ShippedChain(
        "document",
        "Change of a document",
        "Who approves a revision of a controlled document.",
        "document_change",
        ("author_id",),
        _DOCUMENT,
    ),
    ShippedChain(
        "definition_publication",
        "Publication of definitions and chains",
        "The second person without whom no definition and no approval chain comes into force.",
        "publication",
        ("author_id",),
        _PUBLICATION,
    ),
)
