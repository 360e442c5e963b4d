"""What the pages of master data and calendars accept."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from app.organisation.kinds import Kind
from app.web.forms import FormSchema, id_answer

_NUMBERS = frozenset({"site_id", "owner_id", "importance"})


class ImportForm(FormSchema):
    """CSV text, pasted or carried over from the preview."""

    content = fields.Str(required=True)


class SpecialDayForm(FormSchema):
    """A day unlike its weekday."""

    day = fields.Date(required=True)
    name = fields.Str(load_default="")
    kind = fields.Str(required=True, validate=validate.OneOf(["closed", "worked"]))


def entry_form(kind: Kind, *, is_new: bool) -> FormSchema:
    """Return the form of a kind, with the fields its rows have and no others."""
    own: dict[str, fields.Field[Any]] = {
        column: id_answer(load_default=None) if column in _NUMBERS else fields.Str(load_default=None)
        for column in kind.columns
    }
    form = FormSchema.from_dict(
        {
            "code": fields.Str(required=True),
            "name": fields.Str(required=True),
            "description": fields.Str(load_default=""),
            **own,
            **({} if is_new else {"row_version": id_answer(required=True)}),
        }
    )
    made = form()
    assert isinstance(made, FormSchema)
    return made


def hours_form() -> FormSchema:
    """Return the form of a week: seven fields that may stay empty."""
    form = FormSchema.from_dict(
        {f"hours{number}": fields.Str(load_default="", data_key=f"hours.{number}") for number in range(7)}
    )
    made = form()
    assert isinstance(made, FormSchema)
    return made
