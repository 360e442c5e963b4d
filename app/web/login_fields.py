"""The fields of the doors, as the macros draw them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from app.accounts.passwords import SHORTEST
from app.foundation.i18n import gettext as _
from app.organisation.rules import zone_names
from app.web.fields import FieldView, Option
from app.web.forms import secret_field, text_field

_NOT_PLACES = ("Etc/", "SystemV/", "posix", "right", "Factory", "localtime")


def sign_in_fields() -> tuple[FieldView, ...]:
    """Return who and the password."""
    return (
        text_field(
            "user_name", _("User name or mail address"), is_required=True, limits={"autocomplete": "username"}
        ),
        secret_field("password", _("Password")),
    )


def password_fields() -> tuple[FieldView, ...]:
    """Return a password made up by its owner, twice."""
    rule = _("At least %(least)s characters. A few words are better than signs and digits.", least=SHORTEST)
    return (
        secret_field("password", _("Password"), is_chosen=True, help_=rule),
        secret_field("again", _("The same password again"), is_chosen=True),
    )


def code_fields() -> tuple[FieldView, ...]:
    """Return user name, printed code and the password."""
    return (
        text_field("user_name", _("User name"), is_required=True, limits={"autocomplete": "username"}),
        text_field(
            "code",
            _("Code from your paper"),
            is_required=True,
            help=_("Sixteen letters and digits. Gaps and small letters do not matter."),
            limits={"autocomplete": "one-time-code"},
        ),
        *password_fields(),
    )


def first_admin_fields() -> tuple[FieldView, ...]:
    """Return the account of the first admin."""
    return (
        text_field("name", _("Your name"), is_required=True, limits={"autocomplete": "name"}),
        text_field("user_name", _("User name"), is_required=True, limits={"autocomplete": "username"}),
        text_field("mail", _("Mail address"), need=_("if you have one"), subtype="email"),
        FieldView("zone", "select", _("Time zone"), "UTC", is_required=True, options=zone_options()),
        *password_fields(),
    )


@cache
def zone_options() -> tuple[Option, ...]:
    """Return all time zones that are places, and UTC, by name."""
    names = sorted(name for name in zone_names() if "/" in name and not name.startswith(_NOT_PLACES))
    return tuple(Option(name, name.replace("_", " ")) for name in ("UTC", *names))


def labels(views: Iterable[FieldView]) -> dict[str, str]:
    """Return the labels of fields by key, for the summary of what is wrong."""
    return {view.key: view.label for view in views}
