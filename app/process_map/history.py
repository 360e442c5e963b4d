"""Tells from the trail who changed what of a process, an issue or a party, and who owned a process when."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.actor import initials_of
from app.accounts.people import names_of
from app.accounts.roles import Role, title_of
from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _
from app.organisation.kinds import ProcessKind, label_of, process_kind_title
from app.organisation.models import BusinessProcess
from app.process_map.parts import PARTS
from app.process_map.words import direction_words, origin_words, reach_words
from app.trail.models import TrailEntry
from app.trail.service import entries_for
from app.web.parts import Deed, Person

MOST = 50
_ADDED, _CHANGED = frozenset({"process.added"}), frozenset({"process.changed"})


@dataclass(frozen=True, slots=True)
class OwnerTerm:
    """Who owned a process from a day to another; no last day means to this day."""

    name: str
    starts_on: date
    ends_on: date | None


def history_of(session: Session, kind: str, id_: int) -> tuple[Deed, ...]:
    """Return what was done to something, the latest first, with what was and what is."""
    entries = entries_for(session, kind, id_)[-MOST:]
    loaded = [(entry, _loaded(entry.before), _loaded(entry.after)) for entry in entries]
    ids = {entry.actor_id for entry in entries if entry.actor_id}
    ids |= {int(values[key]) for _e, *both in loaded for values in both for key in _people(values)}
    names = names_of(session, sorted(ids))
    processes = _processes(session, [values for _e, *both in loaded for values in both])
    said = {"people": names, "processes": processes}
    return tuple(_deed(entry, before, after, said) for entry, before, after in reversed(loaded))


def owner_terms(session: Session, process_id: int) -> tuple[OwnerTerm, ...]:
    """Return who owned a process when, the present owner first. Source: the trail keeps every change."""
    changes: list[tuple[date, int | None]] = []
    for entry in entries_for(session, "process", process_id):
        after = _loaded(entry.after)
        if entry.verb in _ADDED | _CHANGED and "owner_id" in after:
            changes.append((entry.at.date(), after["owner_id"]))
    names = names_of(session, [owner for _day, owner in changes if owner])
    ends = [*(day for day, _owner in changes[1:]), None][: len(changes)]
    terms = [
        OwnerTerm(names.get(owner, ""), day, end)
        for (day, owner), end in zip(changes, ends, strict=True)
        if owner
    ]
    return tuple(reversed(terms))


def _deed(
    entry: TrailEntry, before: Mapping[str, Any], after: Mapping[str, Any], said: Mapping[str, Any]
) -> Deed:
    name = said["people"].get(entry.actor_id or 0, "")
    words = _verb_words(entry.verb)
    return Deed(
        words if name else _("Keel %(deed)s", deed=words),
        entry.at,
        Person(name, initials_of(name)) if name else None,
        icon="point",
        detail=_detail(entry, before, after, said),
    )


def _detail(
    entry: TrailEntry, before: Mapping[str, Any], after: Mapping[str, Any], said: Mapping[str, Any]
) -> str:
    if entry.is_tombstone:
        return _("The details were destroyed.")
    parts = []
    for key in dict.fromkeys((*before, *after)):
        was, now = _said(key, before.get(key), said), _said(key, after.get(key), said)
        if was or now:
            label = _labels().get(key, key.replace("_", " "))
            parts.append(
                f"{label}: {was} → {now or _('empty')}" if was and after else f"{label}: {was or now}"
            )
    words = "; ".join(parts)
    return f"{entry.reason} ({words})" if entry.reason and words else entry.reason or words


def _said(key: str, value: Any, said: Mapping[str, Any]) -> str:
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if key == "owner_id" or key.endswith("process_id"):
        names = said["people"] if key == "owner_id" else said["processes"]
        return str(names.get(int(value), ""))
    if key == "next_review_on":
        return written_day(date.fromisoformat(str(value)))
    return _closed_words().get(str(value), str(value))


def _closed_words() -> dict[str, str]:
    """Return the words of all closed sets that values may come from."""
    roles = {role.value: title_of(role) for role in Role}
    kinds = {kind.value: process_kind_title(kind) for kind in ProcessKind}
    return {**direction_words(), **origin_words(), **reach_words(), **kinds, **roles}


def _labels() -> dict[str, str]:
    labels = {column.key: column.label() for part in PARTS.values() for column in part.columns}
    kept = ("code", "name", "owner_id", "process_kind", "importance", "description")
    labels |= {key: label_of(key) for key in kept}
    labels |= {
        "purpose": _("Purpose"),
        "resources": _("Resources"),
        "criteria": _("Criteria"),
        "next_review_on": _("Next review"),
        "climate_rationale": _("Climate, why"),
        "finding": _("Found"),
        "review": _("Review"),
    }
    return labels


def _verb_words(verb: str) -> str:
    subject, _dot, deed = verb.partition(".")
    words = {
        "added": _("added this"),
        "changed": _("changed this"),
        "ended": _("marked this as gone"),
        "reviewed": _("looked at this in a review"),
        "retired": _("took this out of use"),
        "restored": _("took this into use again"),
        "described": _("described the process"),
        "measure_added": _("added a measure"),
        "measure_changed": _("changed a measure"),
        "measure_ended": _("took a measure away"),
        "flow_added": _("added an input or output"),
        "flow_changed": _("changed an input or output"),
        "flow_ended": _("took an input or output away"),
    }
    return words.get(deed, f"{subject} {deed}".replace("_", " "))


def _people(values: Mapping[str, Any]) -> list[str]:
    return [key for key in ("owner_id",) if values.get(key)]


def _processes(session: Session, many: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    keys = ("from_process_id", "to_process_id", "process_id")
    ids = {int(values[key]) for values in many for key in keys if values.get(key)}
    rows = [session.get(BusinessProcess, id_) for id_ in sorted(ids)]
    return {row.id: row.name for row in rows if row is not None}


def _loaded(text: str | None) -> dict[str, Any]:
    loaded = json.loads(text) if text else {}
    return loaded if isinstance(loaded, dict) else {}
