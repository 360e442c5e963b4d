"""The marshmallow schema of a form, built for one set of answers: only what is asked is a field of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, pre_load
from marshmallow import fields as marshmallow_fields

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.workflow.forms.answers import is_empty, read_answer
from app.workflow.forms.checks import Judgement, check_answer
from app.workflow.forms.context import FormContext
from app.workflow.forms.faults import WrongAnswer, missing, wrong_kind
from app.workflow.forms.model import Field, FormDefinition, RowsSettings
from app.workflow.forms.settling import Settled

ROWS_THEMSELVES = "_rows"


def schema_for(form: FormDefinition, context: FormContext, settled: Settled | None = None) -> Schema:
    """Return the schema that validates the answers a person gives.

    Shape: loads a mapping of raw answers to typed ones; the messages of its `ValidationError` are lists of
    `Problem`, inside rows by index and column. Without `settled` nothing is hidden and expressions see no
    answers.
    """
    return _schema(form.fields, context, settled or Settled(scope=context.scope()))


def _schema(fields: Sequence[Field], context: FormContext, settled: Settled) -> Schema:
    asked = [found for found in fields if found.key not in settled.hidden | settled.fixed]
    members: dict[str, marshmallow_fields.Field[Any]] = {
        found.key: _RowsField(found, context, settled)
        if isinstance(found.settings, RowsSettings)
        else _AnswerField(found, context, settled)
        for found in asked
    }
    return _AnswersSchema(members)


class _AnswersSchema(Schema):
    """Answers by key. What was not sent, or sent as null, is an empty answer like any other."""

    def __init__(self, members: dict[str, marshmallow_fields.Field[Any]]) -> None:
        """Take the fields of one set of answers; a class made for them would cost ten times as much."""
        self._declared_fields = members  # read by the next line instead of the class's
        super().__init__(unknown=RAISE)

    @pre_load
    def fill_in(self, data: Any, **_options: Any) -> Any:
        """Put an empty answer where none was sent, so that each field speaks for itself."""
        if not isinstance(data, Mapping):
            return data
        return {**dict.fromkeys(self.fields, ""), **{k: "" if v is None else v for k, v in data.items()}}


class _AnswerField(marshmallow_fields.Field[Any]):
    """One answer. An absent one is empty; whether that is allowed is the form's word."""

    def __init__(self, field: Field, context: FormContext, settled: Settled) -> None:
        super().__init__(
            required=field.is_required, metadata={"title": field.label, "description": field.help}
        )
        self._field = field
        self._context = context
        self._settled = settled

    def _deserialize(
        self,
        value: Any,
        attr: str | None,  # noqa: ARG002  the signature is marshmallow's
        data: Mapping[str, Any] | None,  # noqa: ARG002  the signature is marshmallow's
        **_options: Any,
    ) -> Any:
        try:
            return self._judged(value)
        except WrongAnswer as wrong:
            raise ValidationError(list(wrong.problems)) from None

    def _judged(self, raw: Any) -> Any:
        typed = read_answer(self._field, raw, self._context)
        if is_empty(typed):
            if self._field.is_required:
                raise missing()
            return typed
        wrongs = check_answer(self._field, typed, Judgement(self._settled.scope, self._context))
        if wrongs:
            raise ValidationError([problem for wrong in wrongs for problem in wrong.problems])
        return typed


class _RowsField(_AnswerField):
    """Repeated rows; each has its own schema, since conditions hide columns row by row."""

    def _judged(self, raw: Any) -> Any:
        rows = [] if raw is None or raw == "" else raw
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise wrong_kind(_("a list of rows"))
        messages: dict[Any, Any] = {}
        typed = []
        for number, (row, state) in enumerate(
            zip(rows, self._settled.rows.get(self._field.key, ()), strict=False)
        ):
            schema = _schema(self._columns, self._context, state)
            try:
                typed.append(self._row(state, schema.load(_asked(row, schema))))
            except ValidationError as invalid:
                messages[number] = invalid.messages
        count = self._count_problems(len(rows))
        if count:
            messages[ROWS_THEMSELVES] = count
        if messages:
            raise ValidationError(messages)
        return typed

    def _row(self, state: Settled, given: Mapping[str, Any]) -> dict[str, Any]:
        shown = {column.key for column in self._columns if not column.is_disabled} - state.hidden
        return {key: given.get(key, value) for key, value in state.values.items() if key in shown}

    @property
    def _columns(self) -> tuple[Field, ...]:
        assert isinstance(self._field.settings, RowsSettings)
        return self._field.settings.columns

    def _count_problems(self, count: int) -> list[Problem]:
        settings = self._field.settings
        assert isinstance(settings, RowsSettings)
        if count == 0 and (self._field.is_required or settings.min_items):
            return list(missing().problems)
        expected = count if settings.allows_add_remove else fixed_row_count(self._field, self._context)
        if count != expected:
            sentence = _("Rows can be neither added nor removed here; there are %(count)s.", count=expected)
            return [Problem("", "row-count", sentence, _("Reload the page."))]
        if count < settings.min_items:
            sentence = _("These are fewer than %(count)s rows.", count=settings.min_items)
            return [Problem("", "min-items", sentence, _("Add a row."))]
        if count > settings.max_items:
            sentence = _("These are more than %(count)s rows.", count=settings.max_items)
            return [Problem("", "max-items", sentence, _("Remove rows."))]
        return []


def fixed_row_count(field: Field, context: FormContext) -> int:
    """Return how many rows there are where the form lets nobody add or remove any."""
    settings = field.settings
    assert isinstance(settings, RowsSettings)
    kept = context.given_value(field.key)
    return len(kept) if isinstance(kept, list) else max(settings.default_rows, settings.min_items)


def _asked(row: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key in schema.fields}
