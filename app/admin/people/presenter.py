"""Plain values of the people pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import url_for
from sqlalchemy.orm import Session

from app.accounts.grants import GrantLine, grants_of
from app.accounts.people import PersonLine, people
from app.accounts.permissions import PERMISSIONS, Permission
from app.accounts.roles import Role, title_of
from app.accounts.statistics import holders_by_role
from app.foundation.i18n import gettext as _
from app.web.account_fields import where_of
from app.web.parts import Chip, Column


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A grant as the person's page shows it."""

    id: int
    role: str
    where: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role with what it may do and how many have it."""

    key: str
    title: str
    holders: int
    may: tuple[str, ...]


def register_columns() -> tuple[Column, ...]:
    """Return the columns of the list of people."""
    return (
        Column("name", _("Name"), "title"),
        Column("user_name", _("User name"), "muted"),
        Column("mail", _("Mail"), "muted", on_phone=False),
        Column("status", _("Account"), "chip"),
    )


def register_rows(session: Session, search: str, *, with_disabled: bool) -> list[dict[str, object]]:
    """Return the rows of the list of people."""
    found = people(session, search=search, with_disabled=with_disabled)
    return [
        {
            "_id": one.id,
            "_url": url_for("admin_people.person", person_id=one.id),
            "name": one.details.name,
            "user_name": one.details.user_name,
            "mail": one.details.mail,
            "status": status_of(one),
        }
        for one in found
    ]


def status_of(one: PersonLine) -> Chip:
    """Return in a word whether the person can sign in."""
    if not one.is_active:
        return Chip(_("Closed"))
    return Chip(_("Active"), "ok") if one.has_password else Chip(_("Invited"), "warn")


def grant_rows(session: Session, person_id: int, on: date) -> list[GrantRow]:
    """Return a person's roles, present and to come."""
    return [_grant_row(one) for one in grants_of(session, person_id, on)]


def common_permissions() -> list[str]:
    """Return what every role but that of admin may do."""
    return [_(rule.title) for rule in PERMISSIONS.values() if _is_common(rule)]


def role_rows(session: Session, on: date) -> list[RoleRow]:
    """Return all roles with what they may do and how many people have them."""
    holders = holders_by_role(session, on)
    return [
        RoleRow(
            key=role.value,
            title=title_of(role),
            holders=holders.get(role, 0),
            may=tuple(_(rule.title) for rule in _given_by(role)),
        )
        for role in Role
    ]


def _given_by(role: Role) -> list[Permission]:
    """Return what sets a role apart; what nearly every role has is said once, above the list."""
    return [rule for rule in PERMISSIONS.values() if role in rule.roles and not _is_common(rule)]


def _is_common(rule: Permission) -> bool:
    return rule.roles >= frozenset(Role) - {Role.ADMIN}


def _grant_row(one: GrantLine) -> GrantRow:
    return GrantRow(one.id, title_of(one.role), where_of(one), one.starts_on, one.ends_on)
