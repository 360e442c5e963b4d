"""Judges every row by the start form before anything lands: the same door a person's report goes through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.capa.ports import NONCONFORMITY
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.imports.answers import AnswerMaker, Given, is_day
from app.imports.mapping import MappingPlan
from app.imports.names import ImportDirectory, Names
from app.imports.reading import RawRow
from app.imports.refusals import MappingInvalid
from app.imports.rules import midday
from app.workflow.definitions import current
from app.workflow.forms import AnswersInvalid, FormContext, FormDefinition, Kind, validate
from app.workflow.forms.model import Field, RecordSettings

KEY = "nonconformity"
OCCURRED = "occurred_at"


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row the form accepts. Shape: `answers` as a submission stores them, provisional ids included."""

    number: int
    occurred_at: datetime
    answers: Mapping[str, Any]


class RowChecker:
    """Judges rows by one form and one mapping."""

    def __init__(self, session: Session, plan: MappingPlan, now: datetime) -> None:
        """Read the form in force and the master data.

        Errors: NotPublished; MappingInvalid for answers the form has no question for.
        """
        definition = current(session, KEY)
        self._form = definition.forms[definition.compiled.start_id]
        self._fields = self._form.by_key()
        self._maker = AnswerMaker(plan, now)
        self._now = now
        self.names = Names(session, plan.create_missing)
        self._context = FormContext(now=now, zone=UTC, directory=ImportDirectory(self.names))
        _refuse_unknown(plan, self._form)

    def check(self, row: RawRow) -> tuple[CheckedRow | None, list[Problem]]:
        """Return the checked row, or None with everything that is wrong with it."""
        given = self._maker.make(row)
        if given.problems:
            return None, list(given.problems)
        raw, problems = self._raw(given)
        try:
            values = validate(self._form, raw, self._context).values
        except AnswersInvalid as invalid:
            told = {problem.where for problem in problems}
            problems += [one for one in invalid.problems if one.where not in told]
            return None, self._placed(given, problems)
        problems += _unfit(values)
        occurred_at, late = self._occurred(values)
        problems += late
        if problems or occurred_at is None:
            return None, self._placed(given, problems)
        return CheckedRow(given.number, occurred_at, values), []

    def _raw(self, given: Given) -> tuple[dict[str, Any], list[Problem]]:
        raw: dict[str, Any] = {}
        problems = []
        for key, value in given.answers.items():
            raw[key], problem = self._posted(self._fields[key], value)
            if problem is not None:
                problems.append(replace(problem, where=key))
        return raw, problems

    def _posted(self, field: Field, value: Any) -> tuple[Any, Problem | None]:
        """Return a value as the form reads it: days as a moment, master data by id, numbers as text."""
        if value is None:
            return None, None
        if field.kind is Kind.RECORD and isinstance(field.settings, RecordSettings):
            return self.names.find(field.settings.kinds, str(value).strip())
        if field.kind is Kind.MOMENT and is_day(value):
            return midday(value).isoformat(), None
        if isinstance(value, bool | list | dict) or field.kind is Kind.NUMBER:
            return value, None
        return str(value), None

    def _occurred(self, values: Mapping[str, Any]) -> tuple[datetime | None, list[Problem]]:
        moment = datetime.fromisoformat(str(values[OCCURRED])).astimezone(UTC)
        if moment <= self._now:
            return moment, []
        return None, [Problem(OCCURRED, "future", _("This lies in the future."), _("Correct the date."))]

    def _placed(self, given: Given, problems: list[Problem]) -> list[Problem]:
        return [replace(one, where=self._maker.place(given.number, one.where)) for one in problems]


def _refuse_unknown(plan: MappingPlan, form: FormDefinition) -> None:
    known = form.by_key()
    problems = [
        Problem(f"answers.{one.key}", "unknown", _("The start form has no such question."))
        for one in plan.answers
        if one.key not in known
    ]
    if OCCURRED not in {one.key for one in plan.answers}:
        problems.append(Problem("answers", "required", _("The mapping does not say when it occurred.")))
    if problems:
        raise MappingInvalid(_("The mapping does not fit the start form."), problems)


def _unfit(values: Mapping[str, Any]) -> list[Problem]:
    """Return what the form accepts and the record's columns do not, such as a text that is too long."""
    columns = NONCONFORMITY.writable
    judged = [
        columns[key].value_of(value) for key, value in values.items() if key in columns and key != "title"
    ]
    return [problem for _value, problem in judged if problem is not None]
