"""Judges each row of a library's metadata: what a document is, and which revision of it is in force."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.people import fold, ids_by_user_name
from app.accounts.roles import Role
from app.documents.models import NAME_LENGTH, SERIES_LENGTH, DocumentType
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.imports.answers import AnswerMaker
from app.imports.checking import CheckedRow
from app.imports.mapping import MappingPlan
from app.imports.names import Names
from app.imports.reading import RawRow
from app.imports.refusals import MappingInvalid
from app.imports.rules import read_date
from app.records.models import TITLE_LENGTH, Record

NUMBER = re.compile(r"[^\s\x00-\x1f<>]{1,40}")
REVISION = re.compile(r"(\d{1,4})(?:\.(\d{1,4}))?")
REQUIRED = ("number", "title", "type", "revision", "effective_from", "file")
MOST_APPROVERS = 20
_TEXTS = {
    "area": SERIES_LENGTH,
    "language": 10,
    "change_summary": 5_000,
    "issuer": NAME_LENGTH,
    "issuer_reference": NAME_LENGTH,
    "issuer_edition": NAME_LENGTH,
}
_LISTS = {"clauses": 30, "audience": 30, "approved_by": MOST_APPROVERS}
_COUNTS = {"review_months": (0, 84), "retention_years": (0, 100)}
KEYS = frozenset({*REQUIRED, *_TEXTS, *_LISTS, *_COUNTS, "site", "process", "owner", "approved_on", "status"})
STATUSES = ("effective", "obsolete")


@dataclass(frozen=True, slots=True)
class _Row:
    answers: dict[str, Any]
    problems: list[Problem]

    def wrong(self, key: str, rule: str, sentence: str, mend: str = "") -> None:
        self.problems.append(Problem(key, rule, sentence, mend))


class DocumentChecker:
    """Judges rows by one mapping: cells first, what stands in the database next. Files are opened later."""

    def __init__(self, session: Session, plan: MappingPlan, now: datetime) -> None:
        """Read what rows may name.

        Errors: MappingInvalid for answers that documents do not have, and for those that are missing.
        """
        _refuse_unfit(plan)
        self._maker = AnswerMaker(plan, now)
        self._today = now.date()
        self._people = ids_by_user_name(session)
        self._taken = set(session.scalars(select(Record.number)))
        self._seen: dict[str, int] = {}
        self.names = Names(session, plan.create_missing)
        self._readers: Mapping[str, Callable[[_Row, str, Any], None]] = {
            "number": self._number,
            "title": self._title,
            "type": self._word,
            "status": self._word,
            "revision": self._revision,
            "effective_from": self._day,
            "approved_on": self._day,
            "site": self._entry,
            "process": self._entry,
            "owner": self._owner,
            **dict.fromkeys(_LISTS, self._list),
            **dict.fromkeys(_COUNTS, self._count),
        }

    def check(self, row: RawRow) -> tuple[CheckedRow | None, list[Problem]]:
        """Return the checked row, or None with everything that is wrong with its cells.

        Shape: `answers["file"]` is the name of the file as the row has it.
        """
        given = self._maker.make(row)
        found = _Row({}, list(given.problems))
        if not found.problems:
            said = {key: value for key, value in given.answers.items() if value not in {None, ""}}
            for key in REQUIRED:
                if key not in said:
                    found.wrong(key, "required", _("This must be filled in."))
            for key, value in said.items():
                self._readers.get(key, self._text)(found, key, value)
            self._agree(found, given.number)
        if found.problems:
            return None, [replace(one, where=self.place(given.number, one.where)) for one in found.problems]
        since = datetime.combine(date.fromisoformat(found.answers["effective_from"]), time(12), UTC)
        return CheckedRow(given.number, since, found.answers), []

    def place(self, number: int, key: str) -> str:
        """Return how a person finds a cell: row, column and key. Told places stay as they are."""
        return self._maker.place(number, key) if key in KEYS else key

    def _text(self, found: _Row, key: str, value: Any) -> None:
        text, longest = " ".join(str(value).split()), _TEXTS.get(key, 1_000)
        if key == "change_summary":
            text = str(value).strip()
        if len(text) > longest:
            found.wrong(key, "too-long", _("This is longer than %(most)s characters.", most=longest))
        found.answers[key] = text

    def _number(self, found: _Row, key: str, value: Any) -> None:
        number = str(value).strip()
        if not NUMBER.fullmatch(number):
            found.wrong(key, "number", _("A number has up to 40 signs and no blanks."))
        elif number in self._taken:
            found.wrong(key, "taken", _("There is a record %(number)s already.", number=number))
        found.answers[key] = number

    def _title(self, found: _Row, key: str, value: Any) -> None:
        title = " ".join(str(value).split())
        if len(title) > TITLE_LENGTH:
            found.wrong(key, "too-long", _("This is longer than %(most)s characters.", most=TITLE_LENGTH))
        found.answers[key] = title

    def _word(self, found: _Row, key: str, value: Any) -> None:
        words = STATUSES if key == "status" else tuple(DocumentType)
        word = str(value).strip().casefold().replace(" ", "_")
        if word not in words:
            sentence = _("“%(word)s” is none of: %(words)s.", word=str(value)[:40], words=", ".join(words))
            found.wrong(key, "choice", sentence, _("Translate it with a value map of the mapping."))
        found.answers[key] = word

    def _revision(self, found: _Row, key: str, value: Any) -> None:
        match = REVISION.fullmatch(str(value).strip())
        if match is None:
            found.wrong(key, "revision", _("A revision is a number such as 3 or 3.1."))
            return
        found.answers["major"], found.answers["minor"] = int(match[1]), int(match[2] or 0)

    def _day(self, found: _Row, key: str, value: Any) -> None:
        day = value if isinstance(value, date) else read_date(str(value).strip(), "YYYY-MM-DD")
        if day is None:
            found.wrong(
                key, "date", _("This is not a date."), _("Write 2026-03-17, or say how in the mapping.")
            )
        elif day > self._today:
            found.wrong(key, "future", _("This lies in the future."), _("Correct the date."))
        else:
            found.answers[key] = day.isoformat()[:10]

    def _list(self, found: _Row, key: str, value: Any) -> None:
        texts = [
            " ".join(one.split()) for one in re.split(r"[;,|]" if key != "approved_by" else ";", str(value))
        ]
        texts = [one for one in texts if one]
        if len(texts) > _LISTS[key] or any(len(one) > NAME_LENGTH for one in texts):
            found.wrong(key, "too-long", _("There are too many, or one is too long."))
        unknown = [one for one in texts if key == "audience" and one not in set(Role)]
        if unknown:
            found.wrong(key, "role", _("There is no role %(roles)s.", roles=", ".join(unknown)[:60]))
        found.answers[key] = texts

    def _count(self, found: _Row, key: str, value: Any) -> None:
        least, most = _COUNTS[key]
        text = str(value).strip()
        if not text.isdecimal() or len(text) > 3 or not least <= int(text) <= most:
            sentence = _("This is a whole number from %(least)s to %(most)s.", least=least, most=most)
            found.wrong(key, "number", sentence)
            return
        found.answers[key] = int(text)

    def _entry(self, found: _Row, key: str, value: Any) -> None:
        named, problem = self.names.find((key,), str(value).strip())
        if problem is not None:
            found.problems.append(replace(problem, where=key))
        elif named is not None:
            kind, _colon, entry_id = named.partition(":")
            found.answers[key] = {"kind": kind, "id": int(entry_id)}

    def _owner(self, found: _Row, key: str, value: Any) -> None:
        person_id = self._people.get(fold(str(value)))
        if person_id is None:
            found.wrong(
                key, "person", _("There is nobody with the user name “%(name)s”.", name=str(value)[:60])
            )
        found.answers[key] = person_id

    def _agree(self, found: _Row, row_number: int) -> None:
        number = found.answers.get("number")
        if number is not None and number in self._seen:
            sentence = _("Row %(row)s has the same number.", row=self._seen[number])
            found.wrong("number", "twice", sentence, _("One row for each document, the revision in force."))
        if number is not None:
            self._seen.setdefault(number, row_number)
        approved, since = found.answers.get("approved_on"), found.answers.get("effective_from")
        if approved and since and approved > since:
            found.wrong("approved_on", "order", _("It came into force before it was approved."))


def _refuse_unfit(plan: MappingPlan) -> None:
    keys = {answer.key for answer in plan.answers}
    problems = [
        Problem(f"answers.{key}", "unknown", _("Documents have no such answer."))
        for key in sorted(keys - KEYS)
    ]
    problems += _missing(keys)
    if problems:
        raise MappingInvalid(_("The mapping does not fit documents."), problems)


def _missing(keys: set[str]) -> Sequence[Problem]:
    return [
        Problem(f"answers.{key}", "required", _("The mapping does not say where it stands."))
        for key in REQUIRED
        if key not in keys
    ]
