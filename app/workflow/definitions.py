"""Definition versions: published once, immutable, loaded and compiled once per process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.foundation.errors import Invalid, NotFound
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.workflow import gate
from app.workflow.bundles import Bundle, pack, read_bundle, unpack
from app.workflow.compile import UserTaskSpec, called_keys
from app.workflow.engine.program import Bundle as EngineBundle
from app.workflow.engine.program import Program, programs
from app.workflow.forms import FormDefinition, read_form
from app.workflow.lifecycle import Lifecycle, Part, registry
from app.workflow.models import DefinitionVersion
from app.workflow.pieces import Piece, compiled_files, form_in_call, task_in_call
from app.workflow.policies import policy_keys
from app.workflow.spots import Spot

# Asked several times with every start, so it is built once.
_IN_FORCE = select(DefinitionVersion.id).where(
    DefinitionVersion.key == bindparam("of_key"), DefinitionVersion.is_current
)
SHIPPED = "Shipped with Keel"  # the note by which an upgrade knows its own versions; never translated


class DefinitionInvalid(Invalid):
    """The publish gate found problems; nothing was published."""


class NotPublished(NotFound):
    """No version of this definition is in force."""


@dataclass(frozen=True, kw_only=True)
class Definition(Piece):
    """One version, ready to run: its own piece, and a piece for each part it calls."""

    version_id: int
    number: int
    title: str
    parts: Mapping[str, Piece]

    @property
    def key(self) -> str:
        """The key of the definition, which is also its lifecycle's."""
        return self.bundle.key

    @cached_property
    def program(self) -> Program:
        """The parsed spec, shared by all instances of this version."""
        sources = {key: piece.compiled.engine_xml for key, piece in self.parts.items()}
        sources[self.key] = self.compiled.engine_xml
        return programs.get(EngineBundle(self.bundle.sha256, self.key, sources))

    def piece(self, call_id: str) -> Piece:
        """Return the piece in which what is inside a call stands, the definition itself outside of any."""
        return self.parts[self.compiled.calls[call_id].called] if call_id else self

    def user_task(self, spot: Spot) -> UserTaskSpec:
        """Return the specification of a task; inside a call it has the call's name, duty and clause."""
        task = self.piece(spot.call_id).compiled.user_tasks[spot.element_id]
        return task_in_call(task, self.compiled.calls[spot.call_id]) if spot.call_id else task

    def form(self, spot: Spot) -> FormDefinition:
        """Return the form of a task or start; inside a call the caller's part of it comes first."""
        return self._forms_in_calls[spot] if spot.call_id else self.forms[spot.element_id]

    @property
    def form_spots(self) -> tuple[Spot, ...]:
        """Where the definition has forms: its own elements and calls first, then what stands inside calls."""
        return (*(Spot(element_id) for element_id in self.forms), *self._forms_in_calls)

    def form_text(self, spot: Spot) -> bytes:
        """Return the JSON of a task's form.

        Errors: FormInvalid when the caller's part of it cannot be read.
        """
        text = self.piece(spot.call_id).bundle.forms[spot.element_id]
        return form_in_call(text, self.bundle.forms.get(spot.call_id), key=spot.call_id)

    @cached_property
    def _forms_in_calls(self) -> Mapping[Spot, FormDefinition]:
        spots = [
            Spot(element_id, call_id)
            for call_id, call in self.compiled.calls.items()
            for element_id in self.parts[call.called].bundle.forms
        ]
        return {spot: read_form(self.form_text(spot), key=spot.element_id) for spot in spots}


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
    version_id = session.connection().scalar(_IN_FORCE, {"of_key": key})
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
    Effects: one version row and a trail entry; running instances stay on their version. The parts it calls
        are embedded as they are in force. Of a part, the shipped lifecycles that call it follow at once;
        those that people changed keep the part they were published with until they publish again. The same
        bundle published again changes nothing.
    """
    owner = registry.owner(bundle.key)
    bundle = with_parts_in_force(uow.session, bundle)
    problems = gate.check(bundle, owner, policies=policy_keys(uow.session))
    if problems:
        raise DefinitionInvalid(
            _("“%(key)s” cannot be published: %(count)s problems.", key=bundle.key, count=len(problems)),
            problems,
        )
    former = _in_force(uow.session, bundle.key)
    if former is not None and former.bundle_sha256 == bundle.sha256:
        return former
    version = insert_version(uow, bundle, owner, note)
    record(
        uow,
        verb="definition.published",
        subject=Subject(kind="definition", id=version.id, label=f"{bundle.key} {version.number}"),
        before={"number": former.number} if former else None,
        after={"number": version.number, "sha256": version.bundle_sha256},
        reason=note,
    )
    if isinstance(owner, Part) and former is not None:
        publish_shipped(uow)
    return version


def publish_shipped(uow: UnitOfWork) -> list[DefinitionVersion]:
    """Publish the shipped originals that are not in force, parts first, and return them.

    Effects: a key without a version gets its first; one whose version in force was shipped too gets the
        newer original, also when only a part it calls has changed. What people published stays: only they
        replace it. Safe to call again.
    """
    published = []
    owners: tuple[Part | Lifecycle, ...] = (*registry.parts(), *registry.all())
    for owner in owners:
        standing = _in_force(uow.session, owner.key)
        if standing is not None and standing.note != SHIPPED:
            continue
        original = with_parts_in_force(uow.session, read_bundle(owner.package, owner.key))
        if standing is None or standing.bundle_sha256 != original.sha256:
            published.append(publish(uow, original, SHIPPED))
    return published


def with_parts_in_force(session: Session, bundle: Bundle) -> Bundle:
    """Return a bundle with the parts its diagram calls as they are in force, else as they are shipped."""
    called = [registry.part(key) for key in called_keys(bundle.diagram) if registry.has_part(key)]
    return replace(bundle, parts={part.key: _part_in_force(session, part) for part in called})


def stale_callers(session: Session) -> dict[str, tuple[str, ...]]:
    """Return the definitions in force that still hold an earlier version of a part, each with those parts.

    Source: what people changed is never published again behind their back; they publish it themselves.
    """
    stale: dict[str, tuple[str, ...]] = {}
    for owner in registry.all():
        standing = _in_force(session, owner.key)
        if standing is not None:
            held = unpack(standing.bundle, standing.bundle_sha256).parts
            old = tuple(key for key, part in held.items() if _is_superseded(session, key, part))
            stale |= {owner.key: old} if old else {}
    return stale


def _is_superseded(session: Session, key: str, part: Bundle) -> bool:
    return registry.has_part(key) and _part_in_force(session, registry.part(key)).sha256 != part.sha256


def _part_in_force(session: Session, part: Part) -> Bundle:
    standing = _in_force(session, part.key)
    if standing is None:
        return read_bundle(part.package, part.key)
    return unpack(standing.bundle, standing.bundle_sha256)


def insert_version(uow: UnitOfWork, bundle: Bundle, owner: Lifecycle | Part, note: str) -> DefinitionVersion:
    """Write a bundle as the next version in force. `publish` is the way through the gate."""
    former = _in_force(uow.session, bundle.key)
    uow.session.execute(
        update(DefinitionVersion).where(DefinitionVersion.key == bundle.key).values(is_current=False)
    )
    version = DefinitionVersion(
        key=bundle.key,
        number=former.number + 1 if former else 1,
        title=owner.title,
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
        parts={key: Piece.of(part) for key, part in bundle.parts.items()},
        **compiled_files(bundle),
    )
