"""From the cells of a row to raw answers: empty words, dates, value maps and expressions of the mapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.decisions.feel import BudgetExceeded, NotAFeelValue, to_python
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.imports.mapping import Answer, MappingPlan
from app.imports.reading import RawRow
from app.imports.rules import first_of, is_absent, is_formula, read_date


@dataclass(frozen=True, slots=True)
class Given:
    """What a row says, by key of the start form, before the form has judged it."""

    number: int
    answers: Mapping[str, Any]
    problems: tuple[Problem, ...]


class AnswerMaker:
    """Applies one mapping to rows. Units: `now` is the moment expressions see."""

    def __init__(self, plan: MappingPlan, now: datetime) -> None:
        """Know the mapping."""
        self._plan = plan
        self._now = now
        self._by_key = {answer.key: answer for answer in plan.answers}

    def make(self, row: RawRow) -> Given:
        """Return the answers of a row with all that is wrong with its cells.

        Shape: values are text, bool, number, date or None.
        """
        problems = list(row.problems)
        cells = {name: self._cell(row.number, name, raw, problems) for name, raw in row.cells.items()}
        if problems:
            return Given(row.number, {}, tuple(problems))
        answers = {
            answer.key: self._answer(row.number, answer, cells, problems) for answer in self._plan.answers
        }
        return Given(row.number, answers, tuple(problems))

    def place(self, number: int, key: str) -> str:
        """Return how a person finds what an answer came from: row, columns, and the answer's key."""
        answer = self._by_key.get(key.partition("[")[0])
        at = ", ".join(str(self._plan.columns[name].at) for name in answer.reads) if answer else ""
        if not at:
            return _("row %(row)s (%(key)s)", row=number, key=key)
        return _("row %(row)s, column %(column)s (%(key)s)", row=number, column=at, key=key)

    def _cell(self, number: int, name: str, raw: Any, problems: list[Problem]) -> Any:
        column = self._plan.columns[name]
        if not isinstance(raw, str):
            return raw
        text = raw.strip()
        if is_absent(text, column.absent):
            return None
        place = _("row %(row)s, column %(column)s", row=number, column=column.at)
        if is_formula(text):
            sentence = _("“%(text)s” looks like a spreadsheet's formula.", text=text[:40])
            problems.append(Problem(place, "formula", sentence, _("Export values instead of formulas.")))
            return None
        if not column.date:
            return text
        day = read_date(text, column.date)
        if day is None:
            sentence = _("“%(text)s” is not a date written as %(form)s.", text=text[:40], form=column.date)
            problems.append(Problem(place, "date", sentence))
        return day

    def _answer(self, number: int, answer: Answer, cells: Mapping[str, Any], problems: list[Problem]) -> Any:
        if answer.expression is not None:
            try:
                value: Any = to_python(answer.expression.evaluate(cells, now=self._now))
            except (BudgetExceeded, NotAFeelValue) as failure:
                problems.append(Problem(self.place(number, answer.key), "feel", str(failure)))
                return None
        elif answer.columns:
            value = first_of([cells.get(name) for name in answer.columns])
        else:
            value = answer.constant
        return self._translated(number, answer, value, problems)

    def _translated(self, number: int, answer: Answer, value: Any, problems: list[Problem]) -> Any:
        if value is None or not (answer.values or answer.contains):
            return answer.default if value is None else value
        text = str(value)
        if text in answer.values:
            return answer.values[text]
        folded = text.casefold()
        for word, found in answer.contains:
            if word in folded:
                return found
        if answer.default is None:
            sentence = _("The mapping does not say what “%(text)s” means.", text=text[:60])
            place = self.place(number, answer.key)
            problems.append(Problem(place, "value-map", sentence, _("Add it to the value map.")))
        return answer.default


def is_day(value: Any) -> bool:
    """Tell whether a value is a day without a time."""
    return isinstance(value, date) and not isinstance(value, datetime)
