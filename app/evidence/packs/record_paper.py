"""The story of a record as a paper: facts, path, answers, signatures, rules, words, files, trail."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.people import names_of
from app.evidence.packs.answers import answer_parts
from app.evidence.packs.matter import Matter, marks_then, place_of
from app.foundation.i18n import gettext as _
from app.organisation.models import BusinessProcess, Site
from app.printing.paper import (
    Enclosure,
    Facts,
    Heading,
    NewPage,
    Paper,
    Part,
    Picture,
    Table,
    Words,
)
from app.printing.paper import Signature as PaperSignature
from app.printing.paper import Signatures as PaperSignatures
from app.records.manifest import SignatureLine, manifest_of
from app.records.models import Record
from app.records.register import registers
from app.records.stages import states_of
from app.records.timeline import StoryLine, story_of
from app.records.urls import status_word
from app.trail.deed_words import deeds
from app.web.dates import exact_in_words
from app.web.reader import Reader
from app.workflow.definitions import definitions
from app.workflow.form_contexts import page_context
from app.workflow.forms.presentation import present
from app.workflow.forms.views import FormView, Mode
from app.workflow.models import ProcessInstance, Submission, Task
from app.workflow.picture import render_standalone_svg
from app.workflow.picture.svg import Mark

MOST_STORY = 5_000
WIDEST, OVERLAP = 1100.0, 60.0  # units of a diagram that fit beside each other on a page
_NUMBER = r"(-?[\d.]+)"
_FRAME = re.compile(f'viewBox="{_NUMBER} {_NUMBER} {_NUMBER} {_NUMBER}" width="[\\d.]+" height="[\\d.]+"')


@dataclass(frozen=True, slots=True)
class Told:
    """In whose name and words a paper is made. Shape: of `until` and later nothing is told."""

    actor: Actor
    reader: Reader
    at: datetime
    until: datetime | None = None


def picture_of(session: Session, run: ProcessInstance, until: datetime | None = None) -> str:
    """Return the diagram of a run as SVG with the path taken, or the steps of people by a moment."""
    definition = definitions.get(session, run.definition_version_id)
    marks = _marks(run) if until is None else marks_then(session, run, until)
    return render_standalone_svg(definition.bundle.diagram, marks, definition.title)


def _marks(run: ProcessInstance) -> Mapping[str, Mark]:
    is_over = run.ended_at is not None
    return {
        key: "here" if one.here and not is_over else "done"
        for key, one in states_of(run).items()
        if one.here or one.done
    }


def record_paper(session: Session, matter: Matter, told: Told) -> Paper:
    """Return the story of a record that the person may see."""
    row, reader, until = matter.row, told.reader, matter.until
    pictures = {_path_key(run): pieces_of(picture_of(session, run, until)) for run in matter.runs}
    signed = [one for one in manifest_of(session, row.kind, row.id) if until is None or one.signed_at < until]
    story = sorted(
        story_of(session, row.kind, row.id, limit=MOST_STORY, signatures=signed, until=until),
        key=lambda line: (line.at, line.order),
    )
    status = status_word(row.kind, row.status) if until is None else status_then(row, until)
    parts: list[Part] = [
        *([Words(until_words(until, reader))] if until else ()),
        Facts(_facts(session, matter, told, status)),
        *(_sections(session, row) if until is None else ()),
        *_path(session, matter, pictures),
        *_answers(session, matter, told),
        *_signatures(signed, is_past=until is not None),
        *_story(story, reader),
        *_files(matter, reader),
        *_trail(matter, reader),
    ]
    return Paper(
        title=row.title,
        subtitle=row.number,
        language=reader.locale,
        made_at=told.at,
        head=(row.number, _("Evidence"), status),
        foot=_(
            "Made %(when)s for %(name)s", when=exact_in_words(told.at, reader=reader), name=told.actor.name
        ),
        page_words=_("Page {page} of {pages}"),
        missing_sign=_("A box stands for a sign that the fonts of this paper lack."),
        parts=parts,
        enclosures={
            f"{key}-{number}": Enclosure(text.encode(), "image/svg+xml")
            for key, pieces in pictures.items()
            for number, text in enumerate(pieces)
        },
    )


def status_then(row: Record, until: datetime) -> str:
    """Return whether a record was open just before a moment: more is not known of the past."""
    is_closed = row.closed_at is not None and row.closed_at < until
    return _("closed then") if is_closed else _("open then")


def last_day_of(until: datetime, reader: Reader) -> str:
    """Return the last day before a moment, in words."""
    return exact_in_words((until - timedelta.resolution).astimezone(UTC).date(), reader=reader)


def until_words(until: datetime | None, reader: Reader) -> str:
    """Return a sentence that says on which day what is told of a record ends, empty where it does not."""
    if until is None:
        return ""
    return _(
        "This record went on after %(day)s. It is shown as it stood at the end of that day: what was done, "
        "said, attached and signed later is left out, and so is what its own fields say today.",
        day=last_day_of(until, reader),
    )


def _facts(session: Session, matter: Matter, told: Told, status: str) -> list[tuple[str, str]]:
    row, is_past, place = matter.row, matter.until is not None, place_of(session, matter)
    register = registers.of_kind(row.kind)
    names = names_of(session, [one for one in (row.owner_id, row.opened_by_id) if one])
    moments = (
        (_("Opened"), row.opened_at),
        (_("Due"), place.due_at),
        (_("Due at first"), row.original_due_at if row.original_due_at != place.due_at else None),
        (_("Closed"), None if is_past else row.closed_at),
    )
    found = [
        (_("Kind"), register.singular() if register else row.kind.replace("_", " ")),
        (_("Status"), status),
        (_("Site"), session.scalar(select(Site.name).where(Site.id == place.site_id)) or _("All sites")),
        (
            _("Process"),
            session.scalar(select(BusinessProcess.name).where(BusinessProcess.id == place.process_id)) or "",
        ),
        (_("Owner"), "" if is_past else names.get(row.owner_id or 0, "")),
        (_("Reported by"), names.get(row.opened_by_id or 0, "")),
        *((label, exact_in_words(at, reader=told.reader)) for label, at in moments if at),
        (_("Brought in"), _("imported as history") if row.is_imported else ""),
    ]
    own = register.facts(session, row) if register and not is_past else ()
    found += [(one.name, f"{one.value} {one.note}".strip()) for one in own]
    return [(label, value) for label, value in found if value]


def _sections(session: Session, row: Record) -> list[Part]:
    register = registers.of_kind(row.kind)
    parts: list[Part] = []
    for one in register.sections(session, row) if register else ():
        parts.append(Heading(one.title))
        if one.text:
            parts.append(Words(one.text))
        if one.facts:
            parts.append(Facts([(fact.name, f"{fact.value} {fact.note}".strip()) for fact in one.facts]))
    return parts


def _path(session: Session, matter: Matter, pictures: Mapping[str, Sequence[str]]) -> list[Part]:
    parts: list[Part] = []
    for run in matter.runs:
        title = definitions.get(session, run.definition_version_id).title
        parts += [
            Heading(_("The path taken: %(title)s", title=title)),
            Words(
                _("Filled steps were done, the frame marks where it stands.")
                if matter.until is None
                else _("Filled are the steps that people had done by then, framed those they had in hand."),
                is_quiet=True,
            ),
        ]
        pieces = pictures[_path_key(run)]
        for number in range(len(pieces)):
            words = _(
                "Diagram: %(title)s, piece %(number)s of %(all)s",
                title=title,
                number=number + 1,
                all=len(pieces),
            )
            parts.append(Picture(f"{_path_key(run)}-{number}", words))
    return parts


def _path_key(run: ProcessInstance) -> str:
    return f"path-{run.id}"


def pieces_of(picture: str) -> Sequence[str]:
    """Return a picture as pieces that lie below each other, so that its signs stay large enough to read."""
    found = _FRAME.search(picture)
    if found is None:
        return (picture,)
    left, top, width, height = (float(one) for one in found.groups())
    count = max(1, ceil((width - OVERLAP) / (WIDEST - OVERLAP)))
    step = (width - OVERLAP) / count
    return [
        _FRAME.sub(
            f'viewBox="{left + number * step:g} {top:g} {step + OVERLAP:g} {height:g}" '
            f'width="{step + OVERLAP:g}" height="{height:g}"',
            picture,
            count=1,
        )
        for number in range(count)
    ]


def _answers(session: Session, matter: Matter, told: Told) -> list[Part]:
    if not matter.submissions:
        return []
    runs = {run.id: run for run in matter.runs}
    people = {one for it in matter.submissions for one in (it.actor_id, it.on_behalf_of_id) if one}
    names = names_of(session, sorted(people))
    parts: list[Part] = [NewPage(), Heading(_("What was answered"))]
    before: dict[str, tuple[Any, str]] = {}
    for given in matter.submissions:
        shown, title = _form_of(session, given, runs[given.instance_id], told)
        same = {
            key: step for key, (value, step) in before.items() if value and given.answers.get(key) == value
        }
        parts += [
            Heading(title, 2),
            Words(_who_and_when(given, names, told.reader), is_quiet=True),
            *answer_parts(shown, told.reader, same),
        ]
        before = {**{key: (value, title) for key, value in given.answers.items()}, **before}
    return parts


def _form_of(session: Session, given: Submission, run: ProcessInstance, told: Told) -> tuple[FormView, str]:
    definition = definitions.get(session, given.definition_version_id)
    context = page_context(session, run, definition, given.spot, told.actor, told.at)
    shown = present(definition.form(given.spot), given.answers, context, mode=Mode.PRINT)
    title = session.scalar(select(Task.title).where(Task.id == given.task_id)) if given.task_id else None
    return shown, title or shown.title or _("Start")


def _who_and_when(given: Submission, names: Mapping[int, str], reader: Reader) -> str:
    who, behalf = names.get(given.actor_id or 0, "Keel"), names.get(given.on_behalf_of_id or 0, "")
    when = exact_in_words(given.submitted_at, reader=reader)
    if behalf:
        return _("%(who)s for %(behalf)s, %(when)s", who=who, behalf=behalf, when=when)
    return _("%(who)s, %(when)s", who=who, when=when)


def _signatures(signed: Sequence[SignatureLine], *, is_past: bool) -> list[Part]:
    heading = Heading(_("Signatures"))
    if not signed:
        nobody = _("Nobody had signed this record.") if is_past else _("Nobody has signed this record.")
        return [heading, Words(nobody, is_quiet=True)]
    lines = [
        PaperSignature(
            name=one.printed_name,
            meaning=f"{one.meaning_words}: {one.about}" if one.about else one.meaning_words,
            when=one.local_time,
            proof=_(
                "Signed %(how)s; entry %(seq)s of the trail, SHA-256 %(hash)s",
                how=one.method_words if is_past else f"{one.method_words}, {one.state_words}",
                seq=one.trail_seq,
                hash=one.record_sha256,
            ),
            on_behalf_of=_("for %(name)s", name=one.on_behalf_of) if one.on_behalf_of else "",
        )
        for one in signed
    ]
    return [heading, PaperSignatures((_("Name"), _("Meaning"), _("When"), _("How it is known")), lines)]


def _story(story: Sequence[StoryLine], reader: Reader) -> list[Part]:
    rows = [
        (
            exact_in_words(line.at, reader=reader),
            line.who or "Keel",
            f"{line.text}: {line.detail}" if line.detail else line.text,
        )
        for line in story
    ]
    columns = (_("When"), _("Who"), _("What"))
    return [Heading(_("The story")), Table(columns, rows, widths=(5, 4, 9))]


def _files(matter: Matter, reader: Reader) -> list[Part]:
    if not matter.files:
        return []
    rows = [(one.name, exact_in_words(one.created_at, reader=reader), one.sha256) for one in matter.files]
    return [Heading(_("Files")), Table((_("Name"), _("Added"), "SHA-256"), rows, widths=(6, 4, 8))]


def _trail(matter: Matter, reader: Reader) -> list[Part]:
    rows = [
        (str(one.seq), exact_in_words(one.at, reader=reader), deeds.name_of(one.verb), one.hash)
        for one in matter.entries
    ]
    note = _("Each entry is chained to the one before it. Its values stand in trail.json beside this paper.")
    columns = (_("Entry"), _("When"), _("Deed"), _("Hash"))
    return [Heading(_("The trail")), Words(note, is_quiet=True), Table(columns, rows, widths=(2, 5, 5, 8))]
