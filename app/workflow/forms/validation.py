"""Validates answers against their form: the one door between what was sent and what is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from marshmallow import ValidationError

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.workflow.forms.context import FormContext
from app.workflow.forms.faults import AnswersInvalid, unknown_answers
from app.workflow.forms.model import Field, FormDefinition, Kind, RowsSettings
from app.workflow.forms.schema import ROWS_THEMSELVES, fixed_row_count, schema_for
from app.workflow.forms.settling import settle
from app.workflow.forms.stored import store_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Accepted answers.

    Shape: `values` JSON-safe, to be stored: whole numbers as int, decimals and moments as text; `typed` the
    same answers as Python values; visible empty answers are in both, hidden and disabled fields in neither;
    `shown` are the keys that were only shown; `form_digest` is the SHA-256 of the form they were given to.
    """

    values: Mapping[str, Any]
    typed: Mapping[str, Any]
    hidden: frozenset[str]
    form_digest: str
    shown: frozenset[str] = frozenset()

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the person said, to be written to the record: without what the record itself only showed."""
        return {key: value for key, value in self.values.items() if key not in self.shown}


def validate(form: FormDefinition, raw: Mapping[str, Any], context: FormContext) -> Answers:
    """Return the answers, typed and complete with what is computed and what is only shown.

    Shape: `raw` by key as `parse_post` or a program gives it; also stored values are accepted.
    Errors: UnknownAnswer for keys the form does not have; AnswersInvalid with every problem.
    """
    if not isinstance(raw, Mapping):
        raise AnswersInvalid([Problem("", "kind", _("The answers are not a mapping of keys."))])
    fields = form.by_key()
    unknown = list(_unknown_keys(form, raw))
    if unknown:
        raise unknown_answers(unknown)
    raw = {**raw, **_with_every_row(form, raw, context)}
    settled = settle(form, raw, context)
    schema = schema_for(form, context, settled)
    try:
        given = schema.load({key: value for key, value in raw.items() if key in schema.fields})
    except ValidationError as invalid:
        raise AnswersInvalid(_problems(form, dict(invalid.messages_dict))) from None
    typed = {
        found.key: given.get(found.key, settled.values.get(found.key))
        for found in form.fields
        if found.key not in settled.hidden and not found.is_disabled
    }
    return Answers(
        values={key: store_answer(fields[key], value, context.zone) for key, value in typed.items()},
        typed=typed,
        hidden=settled.hidden,
        form_digest=form.digest,
        shown=frozenset(key for key in settled.fixed if fields[key].kind is not Kind.COMPUTED),
    )


def _unknown_keys(form: FormDefinition, raw: Mapping[str, Any]) -> Iterator[str]:
    fields = form.by_key()
    for key, value in raw.items():
        found = fields.get(key)
        if found is None:
            yield str(key)[:80]
        elif isinstance(found.settings, RowsSettings) and isinstance(value, list):
            yield from _unknown_columns(key, found.settings, value)


def _with_every_row(form: FormDefinition, raw: Mapping[str, Any], context: FormContext) -> dict[str, Any]:
    """Return the rows nobody can remove, with those put back that a browser left out as unticked."""
    whole = {}
    for found in form.fields:
        settings, rows = found.settings, raw.get(found.key) or []
        if isinstance(settings, RowsSettings) and not settings.allows_add_remove and isinstance(rows, list):
            left_out = fixed_row_count(found, context) - len(rows)
            whole[found.key] = [*rows, *({} for _row in range(left_out))]
    return whole


def _unknown_columns(key: str, settings: RowsSettings, rows: list[Any]) -> Iterator[str]:
    known = {column.key for column in settings.columns}
    for number, row in enumerate(rows[: settings.max_items + 1]):
        if isinstance(row, Mapping):
            yield from (f"{key}[{number}].{str(name)[:80]}" for name in row if name not in known)


def _problems(form: FormDefinition, messages: Mapping[str, Any]) -> list[Problem]:
    """Flatten marshmallow's messages in the order of the page."""
    return [
        problem
        for found in form.fields
        if found.key in messages
        for problem in _at(found, found.key, messages[found.key])
    ]


def _at(found: Field, place: str, messages: Any) -> Iterator[Problem]:
    if isinstance(messages, list):
        yield from (replace(problem, where=place) for problem in messages)
        return
    assert isinstance(found.settings, RowsSettings)
    yield from (replace(problem, where=place) for problem in messages.get(ROWS_THEMSELVES, ()))
    for number in sorted(key for key in messages if isinstance(key, int)):
        for column in found.settings.columns:
            yield from _at(column, f"{place}[{number}].{column.key}", messages[number].get(column.key, []))
