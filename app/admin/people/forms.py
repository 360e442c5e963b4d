"""What the people pages accept."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from app.accounts.grants import GrantOrder
from app.accounts.people import Details
from app.accounts.roles import GIVEN, Role
from app.admin.people.fields import ALL
from app.web.forms import FormSchema, id_answer


class PersonForm(FormSchema):
    """What is maintained about a person."""

    name = fields.Str(required=True)
    user_name = fields.Str(required=True)
    mail = fields.Str(load_default=None)
    site_id = id_answer(load_default=None)
    zone = fields.Str(load_default="")
    locale = fields.Str(required=True)


class ChangedPersonForm(PersonForm):
    """The same, of a person who exists, with the version the page showed."""

    zone = fields.Str(required=True)
    theme = fields.Str(required=True)
    row_version = id_answer(required=True)


class GrantForm(FormSchema):
    """A role to give."""

    role = fields.Str(required=True, validate=validate.OneOf([role.value for role in GIVEN]))
    site = fields.Str(required=True, validate=validate.Regexp(rf"{ALL}|\d{{1,9}}"))
    process_id = id_answer(load_default=None)
    starts_on = fields.Date(load_default=None)
    ends_on = fields.Date(load_default=None)


class ManagerForm(FormSchema):
    """Who leads a person."""

    manager_id = id_answer(load_default=None)


class DisableForm(FormSchema):
    """Why an account is closed."""

    reason = fields.Str(load_default="")


def details_of(answers: dict[str, Any]) -> Details:
    """Return the details a form carries."""
    return Details(**{name: value for name, value in answers.items() if name != "row_version"})


def order_of(answers: dict[str, Any]) -> GrantOrder:
    """Return the grant a form orders; all sites are no site."""
    site = answers["site"]
    return GrantOrder(
        role=Role(answers["role"]),
        site_id=None if site == ALL else int(site),
        process_id=answers["process_id"],
        starts_on=answers["starts_on"],
        ends_on=answers["ends_on"],
    )
