"""What a form is filled in against: the facts expressions see, the moment, and who and what may be named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, Protocol

from app.workflow.forms.model import Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that is already in the store. Units: `size` in bytes; `sha256` in hex."""

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """An answer known from a linked record, and the door to it. A changed answer loses the mark."""

    value: Any
    label: str
    url: str = ""


class Directory(Protocol):
    """The people, records and files an answer may name. What the person may not see is not in it."""

    def people(self, role: str) -> Sequence[Choice]:
        """Return the people to choose from, with their id as value; an empty role means anyone."""

    def records(self, kinds: Sequence[str]) -> Sequence[Choice]:
        """Return the records to choose from, with `kind:id` as value."""

    def find_person(self, person_id: int, role: str) -> Choice | None:
        """Return the person, None when nobody of that id may be named."""

    def find_record(self, kind: str, record_id: int) -> Choice | None:
        """Return the record, None when there is none that may be named."""

    def find_file(self, file_id: str) -> StoredFile | None:
        """Return the stored file, None when there is none that may be attached."""


class EmptyDirectory:
    """Knows nobody and nothing: every name is refused."""

    def people(self, role: str) -> Sequence[Choice]:  # noqa: ARG002  the shape of Directory
        """Return nobody."""
        return ()

    def records(self, kinds: Sequence[str]) -> Sequence[Choice]:  # noqa: ARG002  the shape of Directory
        """Return nothing."""
        return ()

    def find_person(self, person_id: int, role: str) -> Choice | None:  # noqa: ARG002  the shape of Directory
        """Find nobody."""
        return None

    def find_record(self, kind: str, record_id: int) -> Choice | None:  # noqa: ARG002  the shape of Directory
        """Find nothing."""
        return None

    def find_file(self, file_id: str) -> StoredFile | None:  # noqa: ARG002  the shape of Directory
        """Find nothing."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormContext:
    """Everything outside of the answers that decides about them.

    Shape: `record`, `task`, `settings`, `decision` are what expressions see under these names;
    `given` holds the stored values of fields that the person may see but not change (falls back to `record`);
    `filled` holds answers to begin with, known from linked records.
    Units: `now` is aware; `zone` is the person's.
    """

    now: datetime
    zone: tzinfo = UTC
    record: Mapping[str, Any] = field(default_factory=dict)
    task: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    decision: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    filled: Mapping[str, Filled] = field(default_factory=dict)
    directory: Directory = field(default_factory=EmptyDirectory)

    def scope(self) -> dict[str, Any]:
        """Return the names every expression sees."""
        return {
            "record": self.record,
            "task": self.task,
            "settings": self.settings,
            "decision": self.decision,
        }

    def given_value(self, key: str) -> Any:
        """Return the stored value of a field that is only shown."""
        return self.given.get(key, self.record.get(key))
