"""The fields of the people pages, as the macros draw them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.accounts.people import Details, PersonLine, people
from app.accounts.roles import GIVEN, title_of
from app.foundation.i18n import gettext as _
from app.organisation.kinds import KINDS, KindKey
from app.organisation.service import entries
from app.web.account_fields import locale_options, theme_options
from app.web.fields import FieldView, Option
from app.web.forms import text_field
from app.web.login_fields import zone_options

ALL = "all"


def person_fields(session: Session, details: Details | None = None, *, is_new: bool) -> tuple[FieldView, ...]:
    """Return what is maintained about a person; a theme is asked for only once the person exists."""
    one = details or Details("", "")
    common = (
        text_field("name", _("Name"), one.name, is_required=True),
        text_field("user_name", _("User name"), one.user_name, is_required=True),
        text_field(
            "mail",
            _("Mail address"),
            one.mail,
            need=_("if they have one"),
            subtype="email",
            help=_("Without one, Keel prints a code to begin with."),
        ),
        FieldView("site_id", "select", _("Home site"), str(one.site_id or ""), options=site_options(session)),
        _zone_field(one.zone, is_new=is_new),
        FieldView("locale", "select", _("Language"), one.locale, is_required=True, options=locale_options()),
    )
    if is_new:
        return common
    return (*common, FieldView("theme", "radio", _("Light or dark"), one.theme, options=theme_options()))


def _zone_field(zone: str, *, is_new: bool) -> FieldView:
    """Return the time zone; whoever is invited has that of their site unless told otherwise."""
    if not is_new:
        return FieldView("zone", "select", _("Time zone"), zone, is_required=True, options=zone_options())
    need = _("empty means that of the home site")
    return FieldView("zone", "select", _("Time zone"), "", need=need, options=zone_options())


def grant_fields(session: Session) -> tuple[FieldView, ...]:
    """Return a role to give: where, for which process, from when to when."""
    roles = tuple(Option(role.value, title_of(role)) for role in GIVEN)
    processes = _options(session, KindKey.PROCESS)
    everywhere = Option(ALL, _("All sites"))
    return (
        FieldView("role", "select", _("Role"), is_required=True, options=roles),
        FieldView(
            "site", "select", _("Site"), is_required=True, options=(everywhere, *site_options(session))
        ),
        FieldView(
            "process_id", "select", _("Only for the process"), need=_("empty means all"), options=processes
        ),
        FieldView("starts_on", "datetime", _("From"), need=_("empty means today")),
        FieldView("ends_on", "datetime", _("Until"), need=_("empty means for good")),
    )


def manager_fields(session: Session, person_id: int, manager_id: int | None) -> tuple[FieldView, ...]:
    """Return who leads a person."""
    others = person_options(one for one in people(session) if one.id != person_id)
    return (
        FieldView(
            "manager_id",
            "select",
            _("Led by"),
            str(manager_id or ""),
            need=_("empty means nobody"),
            help=_("Overdue tasks of the person are escalated to them."),
            options=others,
        ),
    )


def person_options(lines: Iterable[PersonLine]) -> tuple[Option, ...]:
    """Return people as choices."""
    return tuple(Option(str(one.id), f"{one.details.name} ({one.details.user_name})") for one in lines)


def site_options(session: Session) -> tuple[Option, ...]:
    """Return the sites in use as choices."""
    return _options(session, KindKey.SITE)


def _options(session: Session, key: KindKey) -> tuple[Option, ...]:
    return tuple(Option(str(one.id), one.entry.name) for one in entries(session, KINDS[key]))
