"""What a chain may ask of a record: the names conditions see, and the fields that name people and roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.foundation.i18n import gettext as _
from app.workflow.definitions import NotPublished, current
from app.workflow.gate import RECORD_NAMES, context_for
from app.workflow.lifecycle import Lifecycle, UnknownLifecycle, registry

PERSON, CHOICE, TEXT = "person", "choice", "text"
SPINE = ("owner_id", "opened_by_id")


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The names a chain of one kind of record may use.

    Shape: `record` maps a field to its type, "" for answers without a column; `settings` are the last parts
    of the keys of settings.
    """

    record: Mapping[str, str] = field(default_factory=dict)
    settings: frozenset[str] = frozenset()

    @property
    def people(self) -> tuple[str, ...]:
        """The fields that name a person."""
        return tuple(name for name, kind in self.record.items() if kind == PERSON)

    @property
    def words(self) -> tuple[str, ...]:
        """The fields that may hold the key of a role."""
        return tuple(name for name, kind in self.record.items() if kind in {TEXT, CHOICE, ""})


def known_names(session: Session, record_kind: str) -> KnownNames:
    """Return what chains of this kind of record may ask for; nothing for a kind no lifecycle keeps."""
    try:
        lifecycle = registry.of_kind(record_kind)
    except UnknownLifecycle:
        return KnownNames()
    columns = dict(lifecycle.ports.columns())
    others = sorted(_names_of_forms(session, lifecycle) - columns.keys())
    spine = dict.fromkeys(SPINE, PERSON)
    return KnownNames(
        record={**spine, **dict.fromkeys(others, ""), **columns},
        settings=frozenset(setting.key.rpartition(".")[2] for setting in lifecycle.settings),
    )


def field_word(name: str) -> str:
    """Return a field as people read it: `capa_owner_id` is CAPA owner."""
    bare = name.removesuffix("_id").replace("_", " ")
    words = {"capa owner": _("CAPA owner"), "opened by": _("Who opened the record"), "owner": _("Owner")}
    return words.get(bare) or _(bare.capitalize())


def _names_of_forms(session: Session, lifecycle: Lifecycle) -> frozenset[str]:
    try:
        definition = current(session, lifecycle.key)
    except NotPublished:
        return RECORD_NAMES
    return context_for(lifecycle, definition.forms, definition.tables).record_fields or RECORD_NAMES
