"""The fields of master data and calendars, as the macros draw them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.accounts.people import people
from app.admin.people.fields import person_options, site_options
from app.foundation.i18n import gettext as _
from app.organisation.kinds import (
    Branch,
    Entry,
    Kind,
    ProcessKind,
    branch_title,
    label_of,
    process_kind_title,
)
from app.organisation.service import MOST_IMPORTANT
from app.web.fields import FieldView, Option
from app.web.forms import text_field
from app.web.login_fields import zone_options


def entry_fields(session: Session, kind: Kind, entry: Entry | None = None) -> tuple[FieldView, ...]:
    """Return what is maintained about a row of a kind."""
    one = entry or Entry("", "")
    return (
        text_field("code", label_of("code"), one.code, is_required=True, help=_("Short, as people say it.")),
        text_field("name", label_of("name"), one.name, is_required=True),
        *(_own_field(session, kind, column, one) for column in kind.columns),
        FieldView("description", "textarea", label_of("description"), one.description, need=_("if useful")),
    )


def hours_fields(hours: Sequence[str]) -> tuple[FieldView, ...]:
    """Return the hours of Monday to Sunday."""
    days = (
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    )
    return tuple(
        text_field(f"hours.{number}", day, hours[number], limits={"autocomplete": "off"})
        for number, day in enumerate(days)
    )


def special_day_fields() -> tuple[FieldView, ...]:
    """Return a day unlike its weekday."""
    kinds = (Option("closed", _("Closed")), Option("worked", _("Worked")))
    return (
        FieldView("day", "datetime", _("Day"), is_required=True),
        text_field("name", _("Why"), need=_("if useful")),
        FieldView("kind", "radio", _("On this day the site is"), "closed", options=kinds),
    )


def _own_field(session: Session, kind: Kind, column: str, one: Entry) -> FieldView:
    value = getattr(one, column)
    label, is_required = label_of(column), column in kind.required
    if column in {"country", "subdivision"}:
        words = {
            "country": _("Two letters such as PL. Empty: no public holidays."),
            "subdivision": _("Where holidays differ by region, for example BY for Bavaria."),
        }
        return text_field(column, label, value, help=words[column], limits={"maxlength": 6})
    options = _choices(session, column)
    return FieldView(column, "select", label, str(value or ""), is_required=is_required, options=options)


def _choices(session: Session, column: str) -> tuple[Option, ...]:
    if column == "zone":
        return zone_options()
    if column == "site_id":
        return site_options(session)
    if column == "owner_id":
        return person_options(people(session))
    if column == "process_kind":
        return tuple(Option(kind.value, process_kind_title(kind)) for kind in ProcessKind)
    if column == "importance":
        return tuple(Option(str(level), str(level)) for level in range(1, MOST_IMPORTANT + 1))
    return tuple(Option(branch.value, branch_title(branch)) for branch in Branch)
