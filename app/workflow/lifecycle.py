"""What a lifecycle is: its diagram, its operations, its duties, and its ports to the domain.

Domains declare one `Lifecycle` each; `app/lifecycles.py` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.errors import Broken, Problem
from app.foundation.i18n import gettext as _
from app.foundation.settings import AnySetting
from app.foundation.unit_of_work import UnitOfWork
from app.workflow.briefings import BriefingItem, BriefingProvider, in_order
from app.workflow.figures import Measure
from app.workflow.forms.context import Directory, EmptyDirectory
from app.workflow.listeners import Listener
from app.workflow.proofs import CompetenceCheck, Nameables
from app.workflow.readings import Reading, ReadingProvider
from app.workflow.signables import Signable
from app.workflow.slot_rules import SlotRule


class ParameterType(StrEnum):
    """What an operation's parameter may be; the publish gate and the call both check it."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    LIST = "list"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class RecordView:
    """The record an instance is about, as the engine room needs it.

    Shape: `values` holds columns and extra answers by key, JSON-safe or date types;
    a value `<role>_id` names the person of that role on the record.
    """

    kind: str
    id: int
    number: str
    title: str
    site_id: int | None
    process_id: int | None
    owner_id: int | None
    severity: int | None
    opened_at: datetime
    values: Mapping[str, Any]
    restricted_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One thing that must be done before a record may close, with the door to it."""

    key: str
    sentence: str
    is_met: bool
    link_kind: str | None = None
    link_id: int | None = None


OpenPointsProvider = Callable[[Session, str, int], Sequence[OpenPoint]]
"""Given the kind and id of any record, what this domain still has to do before that record may close."""


@dataclass(frozen=True, slots=True)
class OperationCall:
    """One call of an operation by a service task.

    Shape: `parameters` are evaluated values; `(instance_id, task_guid)` identifies the call, so an
    operation that is called again finds what it did before. Inside a part `call_id` is the call activity of
    the calling diagram and `call_parameters` what it was called with; "" and nothing elsewhere.
    """

    uow: UnitOfWork
    instance_id: int
    record_kind: str
    record_id: int
    element_id: str
    task_guid: str
    parameters: Mapping[str, Any]
    call_id: str = ""
    call_parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """Python behind a service task, named `<package>.<verb_noun>`. Runs inside the act's transaction."""

    name: str
    run: Callable[[OperationCall], Mapping[str, Any] | None]
    parameters: Mapping[str, ParameterType] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    description: str = ""


class Ports(Protocol):
    """What the engine room asks of the domain that owns the record."""

    def read_record(self, session: Session, record_id: int, *, is_locking: bool = False) -> RecordView:
        """Return the record; with `is_locking` its row stays locked until the act ends.

        Errors: NotFound when there is none.
        """

    def signable(self, session: Session, record_id: int) -> Signable:
        """Return the record as a signature sees it, read afresh from the database.

        Errors: NotFound when there is none.
        """

    def write_facts(self, uow: UnitOfWork, record_id: int, facts: Mapping[str, Any]) -> None:
        """Write answers to the record: columns by name, everything else to its `extra`."""

    def columns(self) -> Mapping[str, str]:
        """Return the record's columns a form may write: name to type name (text, number, date …)."""

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Create the record a new instance is about and return its id."""

    def cancel_record(self, uow: UnitOfWork, record_id: int) -> None:
        """Close the record as cancelled: its instance was ended where it stood. Safe to call again."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A guard's answer: why the step may not be done, with the list of what is missing."""

    sentence: str
    problems: Sequence[Problem]


Guard = Callable[[UnitOfWork, RecordView, str, Mapping[str, Any]], Sequence[Problem]]


@dataclass(frozen=True, slots=True)
class Separation:
    """Two duties of one instance that the same person may not both do."""

    duty: str
    differs_from: str


Candidate = Callable[[UnitOfWork, RecordView], int]
"""Names the one person a step goes to, such as its approver; raises a Broken error when there is nobody."""


@dataclass(frozen=True, slots=True)
class StartEntry:
    """How the start catalogue offers a lifecycle, in people's own words."""

    title: str
    description: str
    minutes: int
    icon: str
    group: str
    permission: str


@dataclass(frozen=True, slots=True)
class MessageRule:
    """How a stored message opens or joins an instance of this lifecycle (start-or-attach).

    Shape: `find_open` returns the id of the record to attach to, None to open one;
    `attach` adds the sender to it; `start` returns the facts of a fresh record.
    """

    name: str
    find_open: Callable[[UnitOfWork, str, Mapping[str, Any]], int | None]
    attach: Callable[[UnitOfWork, int, Mapping[str, Any]], None]
    start: Callable[[UnitOfWork, Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A lifecycle: diagram key, record kind, operations, required duties, guards, providers.

    Shape: `required_duties` must lie on every path to an end with outcome `proven_outcome`;
    `guards` maps an element id to the check made before that task may be completed, `candidates` to the rule
    that names its one person instead of the role;
    a setting `capa.wait_days` is `settings.wait_days` in the diagram's expressions;
    `measures` are what indicators count of its records, `measure_words` what each is called; `nameables` are
    what forms may name besides records and master data, by kind; with `needs_proof` false its tasks ask
    nobody for the proof of a skill.
    """

    key: str
    package: str
    title: str
    clause: str
    record_kind: str
    ports: Ports
    operations: tuple[Operation, ...] = ()
    required_duties: tuple[str, ...] = ()
    proven_outcome: str = "closed_effective"
    separations: tuple[Separation, ...] = ()
    guards: Mapping[str, Guard] = field(default_factory=dict)
    candidates: Mapping[str, Candidate] = field(default_factory=dict)
    messages: tuple[MessageRule, ...] = ()
    start: StartEntry | None = None
    settings: tuple[AnySetting, ...] = ()
    open_points: OpenPointsProvider | None = None
    briefing: BriefingProvider | None = None
    listeners: tuple[Listener, ...] = ()
    reading: ReadingProvider | None = None
    measures: Mapping[str, Measure] = field(default_factory=dict)
    measure_words: Mapping[str, str] = field(default_factory=dict)
    nameables: Mapping[str, Nameables] = field(default_factory=dict)
    needs_proof: bool = True
    register_endpoint: str | None = None
    record_endpoint: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A definition that lifecycles call as a step of theirs; it has no record of its own.

    Shape: `slots` maps the id of a user task to the rule by which it is offered to several people; its forms
    are the files below `forms/<package>/<key>/`.
    """

    key: str
    package: str
    title: str
    operations: tuple[Operation, ...] = ()
    slots: Mapping[str, SlotRule] = field(default_factory=dict)


DirectoryFactory = Callable[[Session, Actor, int | None], Directory]


def _nobody(_session: Session, _actor: Actor, _site_id: int | None) -> Directory:
    return EmptyDirectory()


class UnknownLifecycle(Broken):
    """No lifecycle of that key is wired into this server."""


class UnknownPart(Broken):
    """No part of that key is wired into this server."""


class Registry:
    """The lifecycles of this server, by key, record kind, operation and message name; and what they call."""

    def __init__(self) -> None:
        """Start empty; the composition root fills it once."""
        self._by_key: dict[str, Lifecycle] = {}
        self._parts: dict[str, Part] = {}
        self._directory: DirectoryFactory = _nobody
        self.competence: CompetenceCheck | None = None

    def use(
        self,
        lifecycles: Sequence[Lifecycle],
        *,
        parts: Sequence[Part] = (),
        directory: DirectoryFactory | None = None,
    ) -> None:
        """Know exactly these lifecycles and parts, and who may be named in forms, from here on."""
        self._by_key = {lifecycle.key: lifecycle for lifecycle in lifecycles}
        self._parts = {part.key: part for part in parts}
        self._directory = directory or _nobody

    def directory(self, session: Session, actor: Actor, site_id: int | None) -> Directory:
        """Return the people, records and files a form of this site may name."""
        return self._directory(session, actor, site_id)

    def all(self) -> tuple[Lifecycle, ...]:
        """Return all lifecycles in the order in which they were listed."""
        return tuple(self._by_key.values())

    def get(self, key: str) -> Lifecycle:
        """Return one lifecycle.

        Errors: UnknownLifecycle.
        """
        try:
            return self._by_key[key]
        except KeyError:
            raise UnknownLifecycle(
                _("The lifecycle “%(key)s” is not part of this server.", key=key)
            ) from None

    def parts(self) -> tuple[Part, ...]:
        """Return all parts in the order in which they were listed."""
        return tuple(self._parts.values())

    def has_part(self, key: str) -> bool:
        """Tell whether a part of that key is wired in."""
        return key in self._parts

    def part(self, key: str) -> Part:
        """Return one part.

        Errors: UnknownPart.
        """
        try:
            return self._parts[key]
        except KeyError:
            raise UnknownPart(_("The part “%(key)s” is not part of this server.", key=key)) from None

    def owner(self, key: str) -> Lifecycle | Part:
        """Return the lifecycle or the part whose definition has this key.

        Errors: UnknownLifecycle.
        """
        return self._parts[key] if key in self._parts else self.get(key)

    def of_kind(self, record_kind: str) -> Lifecycle:
        """Return the lifecycle whose records are of this kind.

        Errors: UnknownLifecycle.
        """
        for lifecycle in self._by_key.values():
            if lifecycle.record_kind == record_kind:
                return lifecycle
        raise UnknownLifecycle(_("No lifecycle keeps records of the kind “%(kind)s”.", kind=record_kind))

    def operation(self, key: str, name: str) -> Operation | None:
        """Return the operation `name` that the lifecycle or part `key` declares, None when it does not."""
        return next((one for one in self.owner(key).operations if one.name == name), None)

    def open_points(self, session: Session, record_kind: str, record_id: int) -> tuple[OpenPoint, ...]:
        """Collect from every domain what stands between a record and its closing, unmet first."""
        points = [
            point
            for lifecycle in self._by_key.values()
            if lifecycle.open_points is not None
            for point in lifecycle.open_points(session, record_kind, record_id)
        ]
        return tuple(sorted(points, key=lambda point: point.is_met))

    def receiver_of(self, message_name: str) -> tuple[Lifecycle, MessageRule] | None:
        """Return who opens or joins an instance on this message, None when only catch events wait for it."""
        for lifecycle in self._by_key.values():
            for rule in lifecycle.messages:
                if rule.name == message_name:
                    return lifecycle, rule
        return None

    def hear(self, uow: UnitOfWork, name: str, key: str, payload: Mapping[str, Any]) -> bool:
        """Let the domains that listen to a message hear it; True when it was meant for one of them alone."""
        heard = [
            one for lifecycle in self._by_key.values() for one in lifecycle.listeners if one.name == name
        ]
        for listener in heard:
            listener.hear(uow, key, payload)
        return any(one.is_addressee for one in heard)

    def reading(self, session: Session, kind: str, number: int) -> Reading | None:
        """Return what a domain gives to read under this kind and id, None when there is nothing."""
        providers = (one.reading for one in self._by_key.values() if one.reading is not None)
        found = (provider(session, kind, number) for provider in providers)
        return next((one for one in found if one is not None), None)

    def nameables(self, kind: str) -> Nameables | None:
        """Return what forms may name under this kind, None when no domain keeps such things."""
        found = (lifecycle.nameables.get(kind) for lifecycle in self._by_key.values())
        return next((one for one in found if one is not None), None)

    def measures(self) -> Mapping[str, Measure]:
        """Return what the domains count, by key such as `capa.overdue`."""
        return {key: one for lifecycle in self._by_key.values() for key, one in lifecycle.measures.items()}

    def measure_word(self, key: str) -> str:
        """Return what a measure is called, as an English source; empty for one that does not exist."""
        found = (one.measure_words.get(key, "") for one in self._by_key.values())
        return next((word for word in found if word), "")

    def briefing(
        self, session: Session, site_id: int | None, process_id: int, at: datetime
    ) -> tuple[BriefingItem, ...]:
        """Collect from every domain what somebody who looks at a process should know, by topic."""
        items = [
            item
            for lifecycle in self._by_key.values()
            if lifecycle.briefing is not None
            for item in lifecycle.briefing(session, site_id, process_id, at)
        ]
        return in_order(items)


registry = Registry()
