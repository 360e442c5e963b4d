"""Prepares the matrix of people and skills, and one person's competence record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.models import Person
from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.training.competence import Matrix, MatrixFilter, matrix_of, qualifications_of
from app.training.rules import Place, Standing
from app.training.words import level_words
from app.web.addresses import address
from app.web.parts import Chip

KINDS = {
    Standing.HELD: "ok",
    Standing.EXPIRING: "warn",
    Standing.WAIVED: "note",
    Standing.EXTRA: "line",
    Standing.TOO_LOW: "bad",
    Standing.EXPIRED: "bad",
    Standing.MISSING: "bad",
}


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell of the matrix: a door to the person's record. Shape: no figure where nothing is asked."""

    skill: str
    figure: str
    words: str
    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class MatrixPage:
    """The matrix as it is drawn; `summary` says how many gaps there are."""

    skills: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[CellView, ...]], ...]
    summary: str
    has_gaps: bool


@dataclass(frozen=True, slots=True)
class QualificationRow:
    """One proof of a skill."""

    id: int
    skill: str
    level: str
    evidence: str
    valid_from: date
    valid_until: date | None
    is_valid: bool


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Everything a person's competence record draws. Shape: a place ends with its skill if there is a gap."""

    id: int
    name: str
    places: tuple[tuple[str, str, str, Chip, int], ...]
    qualifications: tuple[QualificationRow, ...]


def matrix_page(session: Session, actor: Actor, wish: MatrixFilter, today: date) -> MatrixPage:
    """Return the matrix for these filters, with a door in every cell."""
    found = matrix_of(session, wish, today, actor=actor)
    gaps = sum(place.standing.is_gap for place in found.cells.values())
    return MatrixPage(
        skills=tuple(name for _id, name in found.skills),
        rows=tuple(
            (name, person_url(person_id), tuple(_cells(found, person_id))) for person_id, name in found.people
        ),
        has_gaps=gaps > 0,
        summary=ngettext("%(num)s gap", "%(num)s gaps", gaps) if gaps else _("No gap"),
    )


def matrix_table(session: Session, actor: Actor, wish: MatrixFilter, today: date) -> list[list[object]]:
    """Return the matrix as lines of a table: person, skill, needed, held, state, until."""
    found = matrix_of(session, wish, today, actor=actor)
    return [
        [name, skill, place.required or None, place.level or None, words_of(place), place.until]
        for person_id, name in found.people
        for skill_id, skill in found.skills
        if (place := found.cells.get((person_id, skill_id))) is not None
    ]


def person_page(session: Session, person: Person, today: date) -> PersonPage:
    """Return what a person needs, has and lacks."""
    found = matrix_of(session, MatrixFilter(), today, person_id=person.id)
    levels = level_words()
    places = tuple(
        (
            skill,
            f"{place.required} {levels[place.required]}" if place.required else "",
            f"{place.level} {levels[place.level]}" if place.level else "",
            Chip(words_of(place), KINDS[place.standing]),
            skill_id if place.standing.is_gap else 0,
        )
        for skill_id, skill in found.skills
        if (place := found.cells.get((person.id, skill_id))) is not None
    )
    rows = tuple(
        QualificationRow(
            id=row.id,
            skill=skill,
            level=f"{row.level} {levels[row.level]}",
            evidence=row.evidence,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            is_valid=row.valid_until is None or row.valid_until >= today,
        )
        for row, skill in qualifications_of(session, person.id)
    )
    return PersonPage(person.id, person.name, places, rows)


def person_url(person_id: int) -> str:
    """Return the address of a person's competence record."""
    return address("competence.person", person_id=person_id)


def words_of(place: Place) -> str:
    """Return where somebody stands, in words."""
    day = written_day(place.until) if place.until else ""
    words = {
        Standing.HELD: _("Proven"),
        Standing.EXPIRING: _("Ends on %(day)s", day=day),
        Standing.WAIVED: _("Waived until %(day)s", day=day),
        Standing.EXTRA: _("Not asked for"),
        Standing.TOO_LOW: _("Level too low"),
        Standing.EXPIRED: _("Expired on %(day)s", day=day),
        Standing.MISSING: _("Missing"),
    }
    return words.get(place.standing, "")


def _cells(found: Matrix, person_id: int) -> list[CellView]:
    cells = []
    for skill_id, skill in found.skills:
        place = found.cells.get((person_id, skill_id), Place(Standing.NOTHING))
        figure = f"{place.level}/{place.required}" if place.required else str(place.level or "")
        kind = KINDS.get(place.standing, "")
        cells.append(CellView(skill, figure, words_of(place), kind, person_url(person_id)))
    return cells
