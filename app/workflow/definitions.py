"""Definition versions: published once, immutable, loaded and compiled once per process."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.decisions.dmn import DecisionModel, read_model
from app.foundation.errors import Invalid, NotFound
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.workflow import gate
from app.workflow.bundles import Bundle, pack, read_bundle, unpack
from app.workflow.compile import CompiledDiagram, compile_diagram
from app.workflow.engine.program import Bundle as EngineBundle
from app.workflow.engine.program import Program, programs
from app.workflow.forms import FormDefinition, read_form
from app.workflow.lifecycle import Lifecycle, registry
from app.workflow.models import DefinitionVersion
from app.workflow.policies import policy_keys

# Asked several times with every start, so it is built once.
_IN_FORCE = select(DefinitionVersion.id).where(
    DefinitionVersion.key == bindparam("of_key"), DefinitionVersion.is_current
)
SHIPPED = "Shipped with Keel"  # the note by which an upgrade knows its own versions; never translated
_TASK_PATH = re.compile(r"\btask\.([a-z][a-z0-9_]*)")


class DefinitionInvalid(Invalid):
    """The publish gate found problems; nothing was published."""


class NotPublished(NotFound):
    """No version of this definition is in force."""


@dataclass(frozen=True)
class Definition:
    """One version, ready to run: the compiled diagram, the tables and the forms of its bundle."""

    version_id: int
    number: int
    title: str
    bundle: Bundle
    compiled: CompiledDiagram
    forms: Mapping[str, FormDefinition]
    tables: Mapping[str, DecisionModel]

    @property
    def key(self) -> str:
        """The key of the definition, which is also its lifecycle's."""
        return self.bundle.key

    @cached_property
    def program(self) -> Program:
        """The parsed spec, shared by all instances of this version."""
        sources = {self.key: self.compiled.engine_xml}
        return programs.get(EngineBundle(self.bundle.sha256, self.key, sources))

    @cached_property
    def tasks_read(self) -> frozenset[str]:
        """Element ids whose latest answers some expression of the diagram or its tables reads."""
        return frozenset(found for text in self._expressions() for found in _TASK_PATH.findall(text))

    @cached_property
    def reads_settings(self) -> bool:
        """Whether some expression reads a setting; most diagrams do not, and need no look-up."""
        return any("settings." in text for text in self._expressions())

    def _expressions(self) -> Iterable[str]:
        compiled = self.compiled
        yield from (branch.condition for gateway in compiled.gateways.values() for branch in gateway.branches)
        yield from (timer.expression for timer in compiled.timers.values())
        yield from (catch.correlation for catch in compiled.catches.values())
        yield from (
            text for service in compiled.service_tasks.values() for text in service.parameters.values()
        )
        yield from (text for task in compiled.user_tasks.values() for text in (task.person, task.due))
        yield from (self.bundle.tables[spec.decision].decode() for spec in compiled.decisions.values())


class DefinitionCache:
    """Loaded definitions by version id. A version never changes, so an entry never goes stale."""

    def __init__(self) -> None:
        """Start empty."""
        self._by_version: dict[int, Definition] = {}
        self._lock = Lock()

    def get(self, session: Session, version_id: int) -> Definition:
        """Return the definition of a version, read from the database at most once per process."""
        found = self._by_version.get(version_id)
        if found is None:
            found = _read(session, version_id)
            with self._lock:
                self._by_version[version_id] = found
        return found

    def clear(self) -> None:
        """Forget everything. For tests, whose databases give the same ids to other versions."""
        with self._lock:
            self._by_version.clear()


definitions = DefinitionCache()


def current_version_id(session: Session, key: str) -> int:
    """Return the id of the version in force.

    Errors: NotPublished.
    """
    version_id = session.scalar(_IN_FORCE, {"of_key": key})
    if version_id is None:
        raise NotPublished(_("“%(key)s” has not been published. An admin can publish it.", key=key))
    return version_id


def current(session: Session, key: str) -> Definition:
    """Return the definition in force.

    Errors: NotPublished.
    """
    return definitions.get(session, current_version_id(session, key))


def publish(uow: UnitOfWork, bundle: Bundle, note: str) -> DefinitionVersion:
    """Publish a bundle as the next version of its key, if the gate lets it through.

    Errors: DefinitionInvalid with every problem found; the version in force stays as it is.
    Effects: one version row and a trail entry; running instances stay on their version. The same bundle
        published again changes nothing.
    """
    lifecycle = registry.get(bundle.key)
    problems = gate.check(bundle, lifecycle, policies=policy_keys(uow.session))
    if problems:
        raise DefinitionInvalid(
            _("“%(key)s” cannot be published: %(count)s problems.", key=bundle.key, count=len(problems)),
            problems,
        )
    former = _in_force(uow.session, bundle.key)
    if former is not None and former.bundle_sha256 == bundle.sha256:
        return former
    version = insert_version(uow, bundle, lifecycle, note)
    record(
        uow,
        verb="definition.published",
        subject=Subject(kind="definition", id=version.id, label=f"{bundle.key} {version.number}"),
        before={"number": former.number} if former else None,
        after={"number": version.number, "sha256": version.bundle_sha256},
        reason=note,
    )
    return version


def publish_shipped(uow: UnitOfWork) -> list[DefinitionVersion]:
    """Publish the shipped originals that are not in force, and return them.

    Effects: a lifecycle without a version gets its first; one whose version in force was shipped too gets the
        newer original. What people published stays: only they replace it. Safe to call again.
    """
    published = []
    for lifecycle in registry.all():
        standing = _in_force(uow.session, lifecycle.key)
        original = read_bundle(lifecycle.package, lifecycle.key)
        is_ours = standing is None or standing.note == SHIPPED
        if is_ours and (standing is None or standing.bundle_sha256 != original.sha256):
            published.append(publish(uow, original, SHIPPED))
    return published


def insert_version(uow: UnitOfWork, bundle: Bundle, lifecycle: Lifecycle, note: str) -> DefinitionVersion:
    """Write a bundle as the next version in force. `publish` is the way through the gate."""
    former = _in_force(uow.session, bundle.key)
    uow.session.execute(
        update(DefinitionVersion).where(DefinitionVersion.key == bundle.key).values(is_current=False)
    )
    version = DefinitionVersion(
        key=bundle.key,
        number=former.number + 1 if former else 1,
        title=lifecycle.title,
        bundle_sha256=bundle.sha256,
        bundle=pack(bundle),
        note=note,
        is_current=True,
        published_by_id=uow.actor_id,
        published_at=uow.now,
    )
    uow.session.add(version)
    uow.session.flush()
    return version


def _in_force(session: Session, key: str) -> DefinitionVersion | None:
    return session.scalars(
        select(DefinitionVersion)
        .where(DefinitionVersion.key == key)
        .order_by(DefinitionVersion.number.desc())
        .limit(1)
    ).first()


def _read(session: Session, version_id: int) -> Definition:
    row = session.execute(
        select(
            DefinitionVersion.number,
            DefinitionVersion.title,
            DefinitionVersion.bundle,
            DefinitionVersion.bundle_sha256,
        ).where(DefinitionVersion.id == version_id)
    ).one()
    bundle = unpack(row.bundle, row.bundle_sha256)
    return Definition(
        version_id=version_id,
        number=row.number,
        title=row.title,
        bundle=bundle,
        compiled=compile_diagram(bundle.diagram),
        forms={name: read_form(text, key=name) for name, text in bundle.forms.items()},
        tables={name: read_model(text, name=name) for name, text in bundle.tables.items()},
    )
