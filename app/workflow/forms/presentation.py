"""Turns a form and its answers into the plain values a template draws: for editing, reading or printing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.workflow.forms.answers import is_empty
from app.workflow.forms.checks import Judgement
from app.workflow.forms.context import FormContext
from app.workflow.forms.field_views import draw_field, optional_words
from app.workflow.forms.known import known_answer, speaks_by_silence
from app.workflow.forms.model import Field, FormDefinition, Group, Kind, Note, Part, RowsSettings
from app.workflow.forms.posting import ROW_PLACE
from app.workflow.forms.settling import Settled, settle, settle_blank_row, settle_stored
from app.workflow.forms.views import FieldView, FormView, Mode, SectionView


def initial_answers(form: FormDefinition, context: FormContext) -> dict[str, Any]:
    """Return the answers a fresh form begins with: defaults, what the record knows, what linked ones know."""
    answers = {found.key: found.default for found in form.fields if found.default is not None}
    for found in form.fields:
        if found.key in context.filled:
            answers[found.key] = context.filled[found.key].value
        elif isinstance(found.settings, RowsSettings) and not found.settings.allows_add_remove:
            kept = context.given_value(found.key)
            answers[found.key] = kept if isinstance(kept, list) else [{}] * _least_rows(found.settings)
        elif (known := known_answer(found, context.given_value(found.key))) is not None:
            answers[found.key] = known
        elif isinstance(found.settings, RowsSettings) and _least_rows(found.settings):
            answers.setdefault(found.key, [{}] * _least_rows(found.settings))
    return answers


def carry_on(form: FormDefinition, values: Mapping[str, Any], context: FormContext) -> dict[str, Any]:
    """Return answers given so far, with what a fresh form would hold in fields that were not shown yet."""
    silent = {found.key for found in form.fields if speaks_by_silence(found)}
    fresh = {key: value for key, value in initial_answers(form, context).items() if key not in silent}
    return {**fresh, **values}


def present(
    form: FormDefinition,
    values: Mapping[str, Any],
    context: FormContext,
    *,
    problems: Sequence[Problem] = (),
    mode: Mode = Mode.EDIT,
) -> FormView:
    """Return the form as it is drawn.

    Shape: `values` are raw answers of a post, stored answers, or `initial_answers`; `problems` those of
    `AnswersInvalid`. What conditions hide is left out; what cannot be read is shown as it was typed.
    For reading and printing `values` are stored answers, shown as they were given: conditions and
    computations do not run again, since the record may have moved on.
    """
    settled = (settle if mode is Mode.EDIT else settle_stored)(form, values, context)
    drawing = _Drawing(form, values, context, settled, problems, mode)
    return FormView(
        key=form.key,
        title=form.title,
        mode=mode,
        sections=tuple(drawing.sections()),
        problems=tuple(problems),
        labels=_labels(form.fields, problems),
        hidden=settled.hidden,
        has_files=any(found.kind is Kind.FILE for found in _with_columns(form.fields)),
        form_digest=form.digest,
    )


def _least_rows(settings: RowsSettings) -> int:
    return max(settings.min_items, settings.default_rows)


def _with_columns(fields: Iterable[Field]) -> Iterator[Field]:
    for found in fields:
        yield found
        if isinstance(found.settings, RowsSettings):
            yield from found.settings.columns


def _labels(fields: Iterable[Field], problems: Sequence[Problem]) -> dict[str, str]:
    names = {found.key: found for found in fields}
    labels: dict[str, str] = {}
    for problem in problems:
        key, bracket, rest = problem.where.partition("[")
        found = names.get(key)
        if found is None:
            continue
        labels[problem.where] = found.label
        number, _close, column = rest.partition("].")
        if bracket and isinstance(found.settings, RowsSettings) and number.isdecimal():
            labels[problem.where] = _(
                "%(list)s, row %(number)s, %(column)s",
                list=found.label,
                number=int(number) + 1,
                column=found.settings.column(column).label,
            )
    return labels


@dataclass(frozen=True, slots=True)
class _Drawing:
    """One drawing of one form."""

    form: FormDefinition
    values: Mapping[str, Any]
    context: FormContext
    settled: Settled
    problems: Sequence[Problem]
    mode: Mode

    def sections(self) -> Iterator[SectionView]:
        number = 0
        here_given = False
        for section in self.form.sections:
            if self._is_hidden(section) or not (views := tuple(self._parts(section.parts))):
                continue
            number += 1
            is_done = not any(view.errors for view in views) and self._is_answered(section)
            state = "done" if is_done else "ahead" if here_given else "here"
            here_given = here_given or not is_done
            yield SectionView(
                id=section.id or f"section_{number}",
                number=number,
                title=section.title,
                help=section.help,
                state=state,
                fields=views,
            )

    def _is_answered(self, section: Group) -> bool:
        asked = [
            found
            for found in section.fields()
            if found.key not in self.settled.hidden and found.kind is not Kind.SIGNATURE
        ]
        needed = [found for found in asked if found.is_required or self.settled.rows.get(found.key)] or asked
        return bool(needed) and all(self._has_answer(found) for found in needed)

    def _has_answer(self, found: Field) -> bool:
        """Tell whether a field is answered: rows are where every cell is that needs an answer."""
        if is_empty(self.settled.values.get(found.key)):
            return False
        columns = found.settings.columns if isinstance(found.settings, RowsSettings) else ()
        return not any(
            is_empty(row.values.get(column.key))
            for row in self.settled.rows.get(found.key, ())
            for column in columns
            if column.is_required and column.key not in row.hidden
        )

    def _is_hidden(self, part: Group | Note) -> bool:
        if isinstance(part, Group) and self.mode is not Mode.EDIT:
            return False
        return part.hide is not None and part.hide.holds(self.settled.scope, self.context.now)

    def _is_signed_below(self, found: Field) -> bool:
        """Tell whether the field is drawn under the form: a signature follows all answers."""
        return found.kind is Kind.SIGNATURE and self.mode is Mode.EDIT

    def _parts(self, parts: Sequence[Part]) -> Iterator[FieldView]:
        for number, part in enumerate(parts):
            if isinstance(part, Field):
                if part.key not in self.settled.hidden and not self._is_signed_below(part):
                    yield self._field(part)
            elif not self._is_hidden(part):
                aside = self._aside(part, number)
                if aside.parts or aside.kind != "group":
                    yield aside

    def _aside(self, part: Group | Note, number: int) -> FieldView:
        key = part.id or f"part_{number}"
        if isinstance(part, Note):
            return FieldView(key=key, kind=part.kind, value=part.text, is_readonly=True)
        return FieldView(
            key=key, kind="group", label=part.title, help=part.help, parts=tuple(self._parts(part.parts))
        )

    def _field(self, found: Field) -> FieldView:
        view = self._draw(found, found.key, self.values.get(found.key), self.settled, found.key)
        filled = self.context.filled.get(found.key)
        if filled is not None and self.values.get(found.key) == filled.value and self.mode is not Mode.PRINT:
            view = replace(view, origin=filled)
        return self._with_rows(found, view) if isinstance(found.settings, RowsSettings) else view

    def _draw(self, found: Field, name: str, raw: Any, settled: Settled, place: str) -> FieldView:
        is_fixed = found.key in settled.fixed
        is_readonly = self.mode is not Mode.EDIT or is_fixed
        judgement = Judgement(settled.scope, self.context)
        typed = settled.values.get(found.key)
        view = draw_field(found, typed, None if is_fixed else raw, judgement, is_readonly=is_readonly)
        return replace(
            view,
            key=name,
            need="" if is_readonly else optional_words(found),
            errors=self._errors(place),
            is_required=found.is_required and not is_readonly,
        )

    def _errors(self, place: str) -> tuple[str, ...]:
        return tuple(str(replace(problem, where="")) for problem in self.problems if problem.where == place)

    def _with_rows(self, found: Field, view: FieldView) -> FieldView:
        settings = found.settings
        assert isinstance(settings, RowsSettings)
        raws = self.values.get(found.key)
        rows = tuple(
            self._row(found, settings, number, state, _row_of(raws, number))
            for number, state in enumerate(self.settled.rows.get(found.key, ()))
        )
        blank = self._row(
            found, settings, ROW_PLACE, settle_blank_row(settings, self.context, self.settled), {}
        )
        is_open = settings.allows_add_remove and not view.is_readonly
        return replace(
            view,
            kind=Kind.ROWS.value,
            value=None,
            rows=rows,
            need=view.need if is_open else "",
            blank=blank if is_open else (),
            most=settings.max_items,
            is_readonly=view.is_readonly,
        )

    def _row(
        self, found: Field, settings: RowsSettings, number: int | str, settled: Settled, raw: Any
    ) -> tuple[FieldView, ...]:
        row = raw if isinstance(raw, Mapping) else {}
        return tuple(
            self._draw(
                column,
                f"{found.key}.{number}.{column.key}",
                row.get(column.key),
                settled,
                f"{found.key}[{number}].{column.key}",
            )
            for column in settings.columns
            if column.key not in settled.hidden
        )


def _row_of(raws: Any, number: int) -> Any:
    return raws[number] if isinstance(raws, list) and number < len(raws) else {}
