"""The one policy: may this person do this there? Deny by default. What is unseen does not exist (404)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from sqlalchemy import ColumnElement, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.actor import Actor, Grant
from app.accounts.permissions import PERMISSIONS
from app.accounts.roles import Role
from app.foundation.errors import NotFound, Refused
from app.foundation.i18n import gettext as _

SEE = "records.read"
SHARED = frozenset({SEE, "records.comment"})  # what a grant anywhere allows at a record for all sites
ADMINISTRATION = "admin."  # sites and settings are no secret; records are


class Everywhere(Enum):
    """The type of ALL, so that a type checker can tell it from a set of sites."""

    ALL = "all"


ALL: Final = Everywhere.ALL
Sites = frozenset[int] | Everywhere


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a permission is asked for.

    Shape: no site means the whole organisation, which only a grant for all sites covers;
    `restricted_to` are the roles a restricted record is open to (empty: not restricted);
    `takes_part` lists people who see the record because they take part in it; one `is_for_all_sites` is
    seen and commented with a grant anywhere.
    """

    site_id: int | None = None
    process_id: int | None = None
    restricted_to: frozenset[Role] = frozenset()
    takes_part: frozenset[int] = frozenset()
    is_for_all_sites: bool = False


class Unseen(NotFound):
    """The person may not know that this exists."""


class NotAllowed(Refused):
    """The person sees it but may not do this."""


def can(actor: Actor, permission: str, scope: Scope | None = None) -> bool:
    """Tell whether the person has the permission, at the scope or, without one, anywhere at all."""
    rule = PERMISSIONS.get(permission)
    if rule is None or (actor.is_guest and not rule.is_for_guests):
        return False
    grants = [one for one in actor.grants if rule.is_lent or one.for_person_id is None]
    if scope is None:
        return rule.needs_no_role or any(one.role in rule.roles for one in grants)
    takes_part = bool(({actor.id} | actor.stands_in_for) & scope.takes_part)
    is_shared = scope.is_for_all_sites and permission in SHARED
    covering = [one for one in grants if is_shared or _covers(one, scope)]
    if scope.restricted_to and not (takes_part or any(one.role in scope.restricted_to for one in covering)):
        return False
    if takes_part and (rule.is_for_participants or rule.needs_no_role):
        return True
    return any(one.role in rule.roles for one in covering)


def sees(actor: Actor, scope: Scope) -> bool:
    """Tell whether the person may know that something of this scope exists.

    Source: design.md, Who sees what: records of one's sites and those one takes part in.
    """
    return can(actor, SEE, scope)


def require(actor: Actor, permission: str, scope: Scope | None = None) -> None:
    """Pass, or refuse in the way that tells no more than the person may know.

    Errors: Unseen (404) when the scope is not theirs to know; NotAllowed (403) when it is.
    """
    if can(actor, permission, scope):
        return
    is_about_records = not permission.startswith(ADMINISTRATION)
    if scope is not None and is_about_records and not sees(actor, scope):
        raise Unseen(_("There is no such page, or it is not for you to see."))
    raise NotAllowed(_("None of your roles allows this here."))


def sites_for(actor: Actor, permission: str) -> Sites:
    """Return the sites at which the person has a permission, or ALL."""
    rule = PERMISSIONS.get(permission)
    if rule is None:
        return frozenset()
    sites: set[int] = set()
    for one in actor.grants:
        if one.role not in rule.roles or not (rule.is_lent or one.for_person_id is None):
            continue
        if one.site_id is None:
            return ALL
        sites.add(one.site_id)
    return frozenset(sites)


def visible_sites(actor: Actor) -> Sites:
    """Return the sites whose records the person sees, or ALL."""
    return sites_for(actor, SEE)


def site_filter(
    actor: Actor, column: InstrumentedAttribute[Any], permission: str = SEE
) -> ColumnElement[bool]:
    """Return the condition that keeps the rows of sites at which the person has a permission.

    Shape: rows without a site show only to those with a grant for all sites.
    """
    sites = sites_for(actor, permission)
    if sites is ALL:
        return true()
    return column.in_(sites)


def record_filter(
    actor: Actor,
    *,
    site: InstrumentedAttribute[Any],
    process: InstrumentedAttribute[Any] | None = None,
    permission: str = SEE,
) -> ColumnElement[bool]:
    """Return the condition that keeps rows a grant covers by site and, where given, by process."""
    rule = PERMISSIONS[permission]
    choices: list[ColumnElement[bool]] = []
    for one in actor.grants:
        if one.role not in rule.roles or not (rule.is_lent or one.for_person_id is None):
            continue
        at_site = true() if one.site_id is None else site == one.site_id
        of_process = true() if one.process_id is None or process is None else process == one.process_id
        choices.append(at_site & of_process)
    return or_(*choices) if choices else ~true()


def _covers(grant: Grant, scope: Scope) -> bool:
    at_site = grant.site_id is None or grant.site_id == scope.site_id
    of_process = grant.process_id is None or grant.process_id == scope.process_id
    return at_site and of_process
