"""The fields of one's own account, as the macros draw them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.grants import GrantLine, grants_of
from app.accounts.people import LOCALES, THEMES, PersonLine
from app.accounts.roles import title_of
from app.foundation.i18n import gettext as _
from app.web.fields import FieldView, Option
from app.web.forms import secret_field
from app.web.login_fields import password_fields, zone_options
from app.web.parts import Fact


def taste_fields(actor: Actor) -> tuple[FieldView, ...]:
    """Return language, zone and theme."""
    return (
        FieldView(
            "locale", "select", _("Language"), actor.locale, is_required=True, options=locale_options()
        ),
        FieldView("zone", "select", _("Time zone"), actor.zone, is_required=True, options=zone_options()),
        FieldView(
            "theme", "radio", _("Light or dark"), actor.theme, is_required=True, options=theme_options()
        ),
    )


def absence_fields(everybody: Iterable[PersonLine], actor: Actor) -> tuple[FieldView, ...]:
    """Return the days away and who stands in."""
    others = tuple(Option(str(one.id), one.details.name) for one in everybody if one.id != actor.id)
    return (
        FieldView("starts_on", "datetime", _("First day"), is_required=True),
        FieldView("ends_on", "datetime", _("Last day"), is_required=True),
        FieldView("substitute_id", "select", _("Who stands in"), is_required=True, options=others),
    )


def password_change_fields() -> tuple[FieldView, ...]:
    """Return the present password and its successor."""
    return (secret_field("present", _("Present password")), *password_fields())


def pin_fields() -> tuple[FieldView, ...]:
    """Return what sets a PIN: who one is, and the PIN twice."""
    help_ = _("Six to twelve digits without a pattern. You sign with it; it opens no door.")
    return (
        secret_field("proof", _("Your password, or the code an admin gave you")),
        _digits_field("pin", _("New PIN"), help_),
        _digits_field("pin_again", _("The same PIN again"), ""),
    )


def _digits_field(key: str, label: str, help_: str) -> FieldView:
    view = secret_field(key, label, is_chosen=True, help_=help_)
    return replace(view, limits={**view.limits, "inputmode": "numeric"})


def role_lines(session: Session, person_id: int, on: date) -> list[Fact]:
    """Return one's roles with the places they hold at."""
    return [Fact(title_of(one.role), where_of(one)) for one in grants_of(session, person_id, on)]


def where_of(grant: GrantLine) -> str:
    """Return in words where a grant holds."""
    site = grant.site or _("All sites")
    return f"{site}, {grant.process}" if grant.process else site


def locale_options() -> tuple[Option, ...]:
    """Return the languages Keel speaks, each in its own words."""
    names = {"en": "English"}
    return tuple(Option(locale, names.get(locale, locale)) for locale in LOCALES)


def theme_options() -> tuple[Option, ...]:
    """Return the themes."""
    words = {"system": _("As my device"), "light": _("Light"), "dark": _("Dark")}
    return tuple(Option(theme, words[theme]) for theme in THEMES)
