"""Imports master data from CSV: everything wrong is said at once, and nothing is half done."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.kinds import COMMON, KINDS, Entry, Kind, KindKey
from app.organisation.rules import key_of
from app.organisation.service import add, change, check, entry, id_of

MOST_ROWS = 5_000
MOST_BYTES = 2_000_000
_HEADINGS = {"site_id": "site", "owner_id": "owner"}  # people write codes and names, not our numbers


class ImportRefused(Invalid):
    """The file cannot be imported; nothing was changed and all problems are listed."""


class Verb(StrEnum):
    """What importing a row does."""

    ADD = "add"
    CHANGE = "change"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Planned:
    """A row of the file and what importing it does; `line` counts from 1, the heading included."""

    line: int
    verb: Verb
    entry: Entry


@dataclass(frozen=True, slots=True)
class Plan:
    """What importing a file does, and everything that is wrong with it."""

    rows: tuple[Planned, ...]
    problems: tuple[Problem, ...]

    def count(self, verb: Verb) -> int:
        """Return how many rows are added, changed or left."""
        return sum(1 for row in self.rows if row.verb is verb)


def headings_of(kind: Kind) -> tuple[str, ...]:
    """Return the column headings of a kind's file, in their usual order."""
    return tuple(_HEADINGS.get(name, name) for name in (*COMMON, *kind.columns))


def plan_import(session: Session, kind: Kind, content: bytes, people: Mapping[str, int]) -> Plan:
    """Say what importing a CSV file would do; nothing is changed.

    Shape: UTF-8, comma or semicolon, a heading line; a row whose code is known changes that row, another adds
        one; columns left out keep what is there. `people` are ids by user name, for the owner column.
    """
    try:
        lines = list(_lines(kind, content))
    except ImportRefused as refusal:
        return Plan((), refusal.problems)
    rows: list[Planned] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for line, cells in lines:
        planned, wrong = _plan_row(session, kind, (line, cells), people)
        first = seen.setdefault(key_of(planned.entry.code), line)
        if first != line:
            wrong.append(Problem("code", "twice", _("Row %(line)s has this code too.", line=first)))
        problems += [replace(one, where=_place(line, one.where)) for one in wrong]
        rows.append(planned)
    return Plan(tuple(rows), tuple(problems))


def apply_import(uow: UnitOfWork, kind: Kind, content: bytes, people: Mapping[str, int]) -> Plan:
    """Import a CSV file within the act, all rows or none, and return what was done.

    Errors: ImportRefused with all problems. Effects: a trail entry for each row added or changed.
    """
    plan = plan_import(uow.session, kind, content, people)
    if plan.problems:
        raise ImportRefused(_("The file was not imported. Nothing was changed."), plan.problems)
    for row in plan.rows:
        known = id_of(uow.session, kind, row.entry.code)
        if known is None:
            add(uow, kind, row.entry)
        else:
            change(uow, kind, known, row.entry)
    return plan


def _lines(kind: Kind, content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    if len(content) > MOST_BYTES:
        raise _refusal(_("The file is larger than 2 MB."), _("Import it in parts."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refusal(_("The file is not UTF-8."), _("Save it as CSV UTF-8.")) from error
    first_line = text.partition("\n")[0]
    delimiter = ";" if first_line.count(";") > first_line.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        table = list(reader)
    except csv.Error as error:
        raise _refusal(
            _("Row %(line)s is not CSV.", line=reader.line_num), _("Look for a stray quote.")
        ) from error
    yield from _cells(kind, table)


def _cells(kind: Kind, table: Sequence[Sequence[str]]) -> Iterator[tuple[int, dict[str, str]]]:
    heading = [name.strip().casefold() for name in table[0]] if table else []
    known = headings_of(kind)
    wrong = [name for name in heading if name not in known or heading.count(name) > 1]
    missing = [name for name in ("code", "name") if name not in heading]
    if wrong or missing:
        sentence = _("The heading does not fit: %(names)s.", names=", ".join(wrong or missing))
        raise _refusal(sentence, _("Columns are: %(names)s.", names=", ".join(known)))
    if len(table) - 1 > MOST_ROWS:
        raise _refusal(_("The file has more than %(most)s rows.", most=MOST_ROWS), _("Import it in parts."))
    for line, cells in enumerate(table[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(heading):
            mend = _("It needs %(wanted)s cells, as the heading.", wanted=len(heading))
            raise _refusal(_("Row %(line)s has %(count)s cells.", line=line, count=len(cells)), mend)
        yield line, {name: cell.strip() for name, cell in zip(heading, cells, strict=True)}


def _plan_row(
    session: Session, kind: Kind, row: tuple[int, Mapping[str, str]], people: Mapping[str, int]
) -> tuple[Planned, list[Problem]]:
    line, cells = row
    known = id_of(session, kind, cells["code"])
    present = entry(session, kind, known).entry if known is not None else Entry(cells["code"], cells["name"])
    values, problems = _values(session, cells, people)
    wanted = replace(present, **values)
    problems += check(session, kind, wanted, id_=known)
    if known is None:
        return Planned(line, Verb.ADD, wanted), problems
    verb = Verb.LEAVE if wanted == present else Verb.CHANGE
    return Planned(line, verb, wanted), problems


def _values(
    session: Session, cells: Mapping[str, str], people: Mapping[str, int]
) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {
        name: text if name in COMMON else text or None
        for name, text in cells.items()
        if name not in _HEADINGS.values()
    }
    problems = []
    for heading, ids in (("site", None), ("owner", people)):
        text = cells.get(heading)
        if text is None:
            continue
        found = None
        if text:
            found = id_of(session, KINDS[KindKey.SITE], text) if ids is None else ids.get(text.casefold())
            if found is None:
                problems.append(Problem(heading, "unknown", _("%(value)s is not known.", value=text)))
        values[f"{heading}_id"] = found
    if cells.get("importance"):
        text = cells["importance"]
        # What is no number becomes one out of range, so that the one rule of importance says what is wrong.
        values["importance"] = int(text) if text.isdecimal() and len(text) == 1 else 0
    return values, problems


def _place(line: int, where: str) -> str:
    return _("row %(line)s, column %(column)s", line=line, column=_HEADINGS.get(where, where))


def _refusal(sentence: str, mend: str) -> ImportRefused:
    problem = Problem("", "file", sentence, mend)
    return ImportRefused(_("The file was not imported. Nothing was changed."), [problem])
