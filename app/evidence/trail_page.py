"""Prepares the list of the trail and the page of one entry: who, when, what, and what changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.accounts.people import names_of
from app.evidence.trail_checks import TrailCheck
from app.evidence.trail_query import Filters, Found
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.organisation.kinds import KindKey, title_of
from app.records.models import Record
from app.records.register import registers
from app.records.timeline import sentence_of, task_titles
from app.records.urls import record_url
from app.trail.checkpoints import Checkpoint
from app.trail.deed_words import deeds
from app.trail.models import TrailEntry, TrailHead
from app.web.addresses import address
from app.web.dates import exact_in_words
from app.web.parts import Chip, Column, Deed, Fact, Link
from app.web.parts import Person as ShownPerson
from app.web.reader import Reader


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Everything the page of one entry draws.

    Shape: `changes` are rows of name, before, after; `code` is the deed as the trail keeps it.
    """

    seq: int
    sentence: str
    code: str
    who: str
    facts: Sequence[Fact]
    columns: Sequence[Column]
    changes: Sequence[Mapping[str, Any]]
    note: str
    earlier: str
    later: str


def deed_lines(session: Session, found: Found) -> Sequence[Deed]:
    """Return the entries as lines of a history, each a door to its page."""
    names = names_of(session, sorted(_people(found.entries)))
    titles = task_titles(session, found.entries)
    return [_deed(entry, names, titles) for entry in found.entries]


def entry_page(session: Session, entry: TrailEntry) -> EntryPage:
    """Return the page of one entry."""
    names = names_of(session, sorted(_people([entry])))
    return EntryPage(
        seq=entry.seq,
        sentence=_capital(sentence_of(entry, names, task_titles(session, [entry]))),
        code=entry.verb,
        who=_who(entry, names),
        facts=_facts(session, entry, names),
        columns=(
            Column("name", _("What")),
            Column("before", _("Before")),
            Column("after", _("After")),
        ),
        changes=_changes(entry),
        note=_destroyed() if entry.is_tombstone else "",
        earlier=address("trail.entry", seq=entry.seq - 1) if entry.seq > 1 else "",
        later=address("trail.entry", seq=entry.seq + 1) if entry.seq < _end(session) else "",
    )


def people_options(session: Session) -> Sequence[tuple[int, str]]:
    """Return all people for the filter, by name."""
    return [
        (row.id, row.name) for row in session.execute(select(Person.id, Person.name).order_by(Person.name))
    ]


def deed_options(chosen: str) -> Sequence[tuple[str, str]]:
    """Return all deeds by name for the filter, with the chosen one even when it is a whole family of them."""
    offered = deeds.choices()
    if chosen and not deeds.knows(chosen):
        return [(chosen, deeds.name_of(chosen)), *offered]
    return offered


def kind_options() -> Sequence[tuple[str, str]]:
    """Return what entries may be about, by name, for the filter: records, master data, people."""
    kinds = {one.kind: one.title() for one in registers.all()}
    kinds |= {kind.value: title_of(kind) for kind in KindKey}
    kinds |= {"person": _("People"), "setting": _("Settings"), "definition": _("Definitions")}
    return sorted(kinds.items(), key=lambda one: one[1].lower())


def kind_name(kind: str) -> str:
    """Return what entries are about, in words; a kind that the filter does not offer is spelt out."""
    return dict(kind_options()).get(kind) or _(kind.replace("_", " "))


def filter_chips(filters: Filters, names: Mapping[int, str]) -> Sequence[Chip]:
    """Return the filters in force as words."""
    told = (
        (filters.text, _("contains “%(what)s”", what=filters.text)),
        (filters.verb, _("deed “%(what)s”", what=deeds.name_of(filters.verb))),
        (filters.kind, _("about “%(what)s”", what=kind_name(filters.kind))),
        (filters.actor_id, _("by %(what)s", what=names.get(filters.actor_id or 0, ""))),
        (filters.first, _("from %(what)s", what=filters.first)),
        (filters.last, _("to %(what)s", what=filters.last)),
    )
    return [Chip(words, "line") for value, words in told if value]


def _deed(entry: TrailEntry, names: Mapping[int, str], titles: Mapping[int, str]) -> Deed:
    name = names.get(entry.actor_id or 0)
    words = sentence_of(entry, names, titles)
    about = _about(entry)
    return Deed(
        text=words if name else _capital(words),
        at=entry.at,
        person=ShownPerson(name, "".join(part[0] for part in name.split()[:2])) if name else None,
        icon="settings",
        detail=entry.reason or "",
        link=Link(f"{about} · {entry.seq}", address("trail.entry", seq=entry.seq)),
    )


def _facts(session: Session, entry: TrailEntry, names: Mapping[int, str]) -> Sequence[Fact]:
    about = _about(entry)
    facts = [
        Fact(_("Number"), str(entry.seq)),
        Fact(_("When"), entry.at.isoformat(timespec="microseconds")),
        Fact(_("Who"), _who(entry, names)),
        Fact(_("About"), about, _door(session, entry)),
        Fact(_("Deed"), deeds.name_of(entry.verb)),
        Fact(_("Reason"), entry.reason or _("none given")),
        Fact(_("Request"), entry.request_id or _("none")),
        Fact(_("Hash"), entry.hash),
        Fact(_("Follows"), entry.previous_hash),
    ]
    behalf = names.get(entry.on_behalf_of_id or 0)
    if behalf:
        facts.insert(3, Fact(_("For"), behalf))
    return facts


def _about(entry: TrailEntry) -> str:
    return entry.label or f"{kind_name(entry.subject_kind)} {entry.subject_id}"


def _door(session: Session, entry: TrailEntry) -> str:
    if not entry.subject_id.isdecimal():
        return ""
    record = session.get(Record, int(entry.subject_id))
    if record is None or record.kind != entry.subject_kind:
        return ""
    return record_url(record.kind, record.id)


def _changes(entry: TrailEntry) -> Sequence[Mapping[str, Any]]:
    before, after = _values(entry.before), _values(entry.after)
    return [
        {"name": _(key.replace("_", " ")), "before": _plain(before.get(key)), "after": _plain(after.get(key))}
        for key in sorted(before.keys() | after.keys())
    ]


def _values(text: str | None) -> Mapping[str, Any]:
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {"": found}


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _who(entry: TrailEntry, names: Mapping[int, str]) -> str:
    return names.get(entry.actor_id or 0, "Keel")


def _people(entries: Sequence[TrailEntry]) -> set[int]:
    named = {"assignee", "owner", "person"}
    found = {person for one in entries for person in (one.actor_id, one.on_behalf_of_id) if person}
    for one in entries:
        values = _values(one.after)
        found |= {values[key] for key in named & values.keys() if isinstance(values[key], int)}
    return found


def _end(session: Session) -> int:
    return session.scalar(select(TrailHead.seq)) or 0


def _destroyed() -> str:
    return _("The values were destroyed by an approved act; the chain still holds.")


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def counted(checked: int) -> str:
    """Return how many entries a check read."""
    return ngettext("%(num)s entry read", "%(num)s entries read", checked)


def check_facts(check: TrailCheck, reader: Reader) -> Sequence[Fact]:
    """Return what a finished check says of itself."""
    return [
        Fact(_("Checked"), exact_in_words(check.finished_at or check.asked_at, reader=reader)),
        Fact(_("Checkpoints it fits"), str(check.checkpoints)),
        Fact(_("Destroyed by approval"), str(check.destroyed)),
    ]


def checkpoint_facts(checkpoint: Checkpoint, reader: Reader) -> Sequence[Fact]:
    """Return when the last checkpoint was taken, where, and by which key."""
    return [
        Fact(_("Last one"), exact_in_words(checkpoint.at, reader=reader)),
        Fact(_("At entry"), str(checkpoint.seq)),
        Fact(_("Signed by"), checkpoint.key),
    ]
