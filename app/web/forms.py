"""Small forms of our own pages: parse with a schema, draw again with what was typed and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, make_response, request
from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate

from app.foundation.errors import Invalid, Problem, QmsError
from app.foundation.i18n import gettext as _
from app.web.errors import status_of
from app.web.fields import FieldView
from app.web.guards import LARGEST_ID

View = TypeVar("View", bound=Callable[..., Any])

_LONGEST_ANSWER = 100_000
_HIDDEN = "password"


class FormInvalid(Invalid):
    """A posted form does not fit its schema; all problems are listed."""


class FormSchema(Schema):
    """A form of one page. A field it does not name is refused, an empty answer counts as none."""

    class Meta:
        """Refuse what the form does not ask for."""

        unknown = RAISE

    @pre_load
    def drop_empty(self, data: Mapping[str, str], **_context: object) -> dict[str, str]:
        """Leave out answers that were left empty, so that `required` means answered."""
        return {key: value for key, value in data.items() if value.strip()}


def read_form(schema: FormSchema) -> dict[str, Any]:
    """Return the answers of the posted form as the schema types them.

    Errors: FormInvalid with a problem for each field, also for fields the form does not have.
    """
    typed = typed_answers()
    problems = [*_too_long(typed), *_unreadable(typed), *_repeated()]
    if problems:
        raise FormInvalid(_("The form was not accepted."), problems)
    try:
        return cast("dict[str, Any]", schema.load(typed))
    except ValidationError as error:
        found = cast("dict[str, list[str]]", error.messages)
        problems = [_problem(key, messages) for key, messages in found.items()]
        raise FormInvalid(_("The form was not accepted."), problems) from error


def asks_for(*keys: str) -> Callable[[View], View]:
    """Declare all that the post of a view without a schema may bring. Stands under `permission`.

    Errors: FormInvalid for anything else, so that nobody believes a smuggled answer was taken.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def checked(*arguments: Any, **named: Any) -> Any:
            others = sorted(set(typed_answers()) - set(keys))
            if others:
                problems = [_problem(key, ["Unknown field."]) for key in others]
                raise FormInvalid(_("The form was not accepted."), problems)
            return view(*arguments, **named)

        return cast("View", checked)

    return wrap


def answer_with(page: str, refusal: QmsError | None) -> Response:
    """Return a page with the status of what was refused, 200 when nothing was.

    Shape: a refusal that knows when to try again says so, with 429.
    """
    answer = make_response(page, status_of(refusal) if refusal else 200)
    wait: timedelta | None = getattr(refusal, "retry_after", None)
    if wait is not None:
        answer.status_code = 429
        answer.headers["Retry-After"] = str(int(wait.total_seconds()))
    return answer


def typed_answers() -> dict[str, str]:
    """Return what was typed, without the names that belong to the page itself."""
    return {
        key: value for key, value in request.form.items() if key != "csrf_token" and not key.startswith("_")
    }


def with_answers(
    views: Iterable[FieldView], typed: Mapping[str, str], problems: Sequence[Problem] = ()
) -> tuple[FieldView, ...]:
    """Return the fields with what was typed and with the problems found; passwords are never shown again."""
    return tuple(
        replace(
            view,
            value=view.value if view.subtype == _HIDDEN else typed.get(view.key, "" if typed else view.value),
            errors=tuple(str(replace(one, where="")) for one in problems if one.where == view.key),
        )
        for view in views
    )


def id_answer(**more: Any) -> fields.Int:
    """Return a schema field for the id of a row, no larger than ids are."""
    return fields.Int(validate=validate.Range(1, LARGEST_ID), **more)


def text_field(key: str, label: str, value: object = None, **more: Any) -> FieldView:
    """Return a field of one line."""
    return FieldView(key, "textfield", label, value, **more)


def secret_field(key: str, label: str, *, is_chosen: bool = False, help_: str = "") -> FieldView:
    """Return a field for a password; `is_chosen` where a fresh one is made up, so that browsers offer one."""
    completion = "new-password" if is_chosen else "current-password"
    return FieldView(
        key,
        "textfield",
        label,
        help=help_,
        subtype=_HIDDEN,
        is_required=True,
        limits={"autocomplete": completion},
    )


def _too_long(typed: Mapping[str, str]) -> list[Problem]:
    return [
        Problem(key, "long", _("This is too long."))
        for key, value in typed.items()
        if len(value) > _LONGEST_ANSWER
    ]


def _unreadable(typed: Mapping[str, str]) -> list[Problem]:
    """Return the answers that PostgreSQL cannot keep: no keyboard makes this sign."""
    return [Problem(key, "sign", _("This cannot be read.")) for key, value in typed.items() if "\0" in value]


def _repeated() -> list[Problem]:
    return [
        Problem(key, "once", _("This was answered twice."))
        for key, values in request.form.lists()
        if len(values) > 1
    ]


def _problem(key: str, messages: list[str] | Mapping[str, object]) -> Problem:
    first = messages[0] if isinstance(messages, list) and messages else ""
    if first == "Unknown field.":
        return Problem(key, "unknown", _("This form has no field of this name."))
    if first == "Missing data for required field.":
        return Problem(key, "required", _("This is needed."))
    return Problem(key, "format", _("This cannot be read."))
