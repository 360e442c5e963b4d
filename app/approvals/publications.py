"""Putting definitions and chains in force takes two persons: one asks, another decides by the chain for it.

Source: design.md section 9: one permission, a reason and the trail are not enough once chains exist.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.approvals.cases import authors_of, case_of, record_names
from app.approvals.chain import Chain
from app.approvals.differences import differences
from app.approvals.models import ChainPolicy, ChainVersion, Publication
from app.approvals.resolution import resolve
from app.approvals.versions import (
    ChainInvalid,
    give_back,
    in_force,
    policy_of,
    propose,
    put_in_force,
    required,
)
from app.approvals.words import names_in
from app.foundation.errors import Broken, Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.records.facts import RecordPorts
from app.workflow import gate, instances
from app.workflow.bundles import Bundle, pack, unpack
from app.workflow.definitions import DefinitionInvalid, publish
from app.workflow.lifecycle import Lifecycle, Operation, OperationCall, RecordView, registry
from app.workflow.models import DefinitionVersion
from app.workflow.policies import policy_keys

KEY = "publication"
CHAIN_KEY = "definition_publication"


class PublicationStatus(StrEnum):
    """Where a publication stands."""

    ASKED = "asked"
    PUBLISHED = "published"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class SubjectKind(StrEnum):
    """What is to come into force."""

    DEFINITION = "definition"
    CHAIN = "chain"


class PublicationPorts(RecordPorts):
    """Ports of publications: a cancelled one gives its draft back."""

    def cancel_record(self, uow: UnitOfWork, record_id: int) -> None:
        """Close it as cancelled; the proposed chain version can be changed again. Safe to call again."""
        super().cancel_record(uow, record_id)
        row = uow.session.get_one(Publication, record_id)
        if row.subject_kind == SubjectKind.CHAIN.value and row.version_id is not None:
            give_back(uow, row.version_id)


PORTS = PublicationPorts(Publication, "PUB", PublicationStatus.ASKED.value)


def ask_for_chain(uow: UnitOfWork, version_id: int, reason: str) -> int:
    """Ask a second person to put a chain version in force; return the id of the publication.

    Errors: ChainInvalid with every problem, also when nobody else could decide; ChainChangedMeanwhile.
    Effects: the version does not change until it is decided; the second person has a task.
    """
    version = propose(uow, version_id, reason)
    policy = uow.session.get_one(ChainPolicy, version.policy_id)
    standing = in_force(uow.session, policy.id)
    before = Chain.from_json(standing.content) if standing else Chain()
    after = Chain.from_json(version.content)
    changes = differences(before, after, names_in(uow.session, before, after))
    return _begin(
        uow,
        {
            "title": _(
                "Approval chain “%(title)s”, version %(number)s", title=policy.title, number=version.number
            ),
            "subject_kind": SubjectKind.CHAIN.value,
            "subject_key": policy.key,
            "reason": reason.strip(),
            "sha256": version.sha256,
            "version_id": version.id,
            "version_number": version.number,
            "what_changes": "\n".join(changes),
        },
    )


def ask_for_definition(uow: UnitOfWork, bundle: Bundle, reason: str) -> int:
    """Ask a second person to publish a bundle; return the id of the publication.

    Errors: DefinitionInvalid with every problem of the bundle; ChainInvalid without a reason, or when nobody
        else could decide.
    Effects: the bundle is kept as it is; the second person has a task.
    """
    lifecycle = registry.get(bundle.key)
    problems = gate.check(bundle, lifecycle, policies=policy_keys(uow.session))
    if problems:
        raise DefinitionInvalid(_("“%(key)s” cannot be published.", key=bundle.key), problems)
    if not reason.strip():
        sentence = _("Say why the definition changes.")
        raise ChainInvalid(sentence, [Problem("reason", "required", sentence)])
    number = _next_number(uow.session, bundle.key)
    record_id = _begin(
        uow,
        {
            "title": _("%(title)s, version %(number)s", title=lifecycle.title, number=number),
            "subject_kind": SubjectKind.DEFINITION.value,
            "subject_key": bundle.key,
            "reason": reason.strip(),
            "sha256": bundle.sha256,
            "version_number": number,
            "what_changes": _what_files(uow.session, bundle),
        },
    )
    uow.session.get_one(Publication, record_id).payload = b64encode(pack(bundle)).decode()
    return record_id


def publish_subject(call: OperationCall) -> Mapping[str, Any] | None:
    """Put in force what was approved, by the person who decided. Safe to call again.

    Errors: DefinitionInvalid, ChainInvalid when it does not fit any longer; then nothing was decided.
    """
    uow, row = call.uow, call.uow.session.get_one(Publication, call.record_id)
    if row.status == PublicationStatus.PUBLISHED.value:
        return None
    if row.subject_kind == SubjectKind.CHAIN.value:
        version = uow.session.get_one(ChainVersion, row.version_id)
        put_in_force(uow, version.id, decided_by_id=uow.actor_id)
    else:
        assert row.payload is not None, "kept when it was asked for"
        published = publish(uow, unpack(b64decode(row.payload), row.sha256), row.reason)
        row.version_id, row.version_number = published.id, published.number
    _close(uow, row, PublicationStatus.PUBLISHED)
    return None


def decline_subject(call: OperationCall) -> Mapping[str, Any] | None:
    """Give back what was not approved: a chain version is a draft again. Safe to call again."""
    uow, row = call.uow, call.uow.session.get_one(Publication, call.record_id)
    if row.subject_kind == SubjectKind.CHAIN.value and row.version_id is not None:
        give_back(uow, row.version_id)
    _close(uow, row, PublicationStatus.DECLINED)
    return None


def open_publication(session: Session, version_id: int) -> Publication | None:
    """Return the publication that waits for a second person's word on a chain version."""
    return session.scalars(
        select(Publication).where(
            Publication.subject_kind == SubjectKind.CHAIN.value,
            Publication.version_id == version_id,
            Publication.status == PublicationStatus.ASKED.value,
        )
    ).first()


def _begin(uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
    facts = {**facts, "author_id": uow.actor_id}
    _refuse_alone(uow, facts)
    return instances.start(uow, KEY, facts).record_id


def _refuse_alone(uow: UnitOfWork, facts: Mapping[str, Any]) -> None:
    """Refuse where nobody but the one who asks could decide: the page can say so, a fault could not."""
    version = required(uow.session, CHAIN_KEY)
    policy = policy_of(uow.session, CHAIN_KEY)
    view = RecordView(KEY, 0, "", str(facts["title"]), None, None, None, None, uow.now, facts)
    case = case_of(
        uow.session,
        registry.of_kind(KEY),
        view,
        uow.now,
        author_ids=authors_of(policy.author_fields, record_names(view)),
    )
    try:
        gaps = resolve(uow.session, Chain.from_json(version.content), case).gaps
    except (Broken, Invalid) as error:
        gaps = [error.sentence]
    if gaps:
        sentence = _("It takes a second person, and there is none. %(gap)s", gap=gaps[0])
        raise ChainInvalid(sentence, [Problem("", "second_person", sentence)])


def _close(uow: UnitOfWork, row: Publication, status: PublicationStatus) -> None:
    row.status, row.closed_at = status.value, row.closed_at or uow.now
    row.row_version += 1


def _next_number(session: Session, key: str) -> int:
    numbers = session.scalars(select(DefinitionVersion.number).where(DefinitionVersion.key == key))
    return max(numbers, default=0) + 1


def _what_files(session: Session, bundle: Bundle) -> str:
    """Return which files of a definition changed against the version in force."""
    row = session.execute(
        select(DefinitionVersion.bundle, DefinitionVersion.bundle_sha256).where(
            DefinitionVersion.key == bundle.key, DefinitionVersion.is_current
        )
    ).one_or_none()
    former = unpack(row.bundle, row.bundle_sha256) if row is not None else None
    if former is None:
        return _("The first version.")
    found = [_("The diagram changed.")] if former.diagram != bundle.diagram else []
    for before, after, word in (
        (former.tables, bundle.tables, _("Table")),
        (former.forms, bundle.forms, _("Form")),
    ):
        found += [
            _("%(word)s “%(name)s” changed.", word=word, name=name)
            for name in sorted(before.keys() | after.keys())
            if before.get(name) != after.get(name)
        ]
    return "\n".join(found) or _("Nothing but what it calls changed.")


PUBLICATION = Lifecycle(
    key=KEY,
    package="approvals",
    title="Publication",
    clause="4.4",
    record_kind=KEY,
    ports=PORTS,
    operations=(
        Operation("approvals.publish_subject", publish_subject, description="Put it in force."),
        Operation("approvals.decline_subject", decline_subject, description="Give it back."),
    ),
    proven_outcome="published",
)
