"""Writes the permission table down: as CSV for the review, as a page for the handbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from app.accounts.permissions import EVERYBODY as EVERY_ROLE
from app.accounts.permissions import PERMISSIONS
from app.accounts.roles import Role
from app.web.guards import PUBLIC, Row

EVERYBODY = "everybody"
SIGNED_IN = "signed in"
ANY_ROLE = "any role"  # guests aside
ANY_BUT_ADMIN = "any role but admin"
COLUMNS = ("rule", "methods", "permission", "who")


def who_of(row: Row) -> str:
    """Return who reaches a route: everybody, everybody signed in, or the keys of the roles."""
    if row.permission == PUBLIC:
        return EVERYBODY
    return _who(row.roles, needs_no_role=row.needs_no_role)


def as_csv(rows: Sequence[Row]) -> str:
    """Return the table as CSV, one line for each rule and its methods."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((row.rule, " ".join(row.methods), row.permission, who_of(row)) for row in rows)
    return text.getvalue()


def as_markdown(rows: Sequence[Row]) -> str:
    """Return the page of the reference: what each permission allows and who has it, then the routes."""
    lines = [
        "# Who may do what",
        "",
        "Generated from the routes and `app/accounts/permissions.py`; a test keeps it current.",
        "A role counts at the sites it is given for. What a person may not see answers 404.",
        "An external auditor is a guest: neither `signed in` nor `any role` means them.",
        "",
        "| Permission | Allows | Who |",
        "|---|---|---|",
        *(_permission_line(key) for key in sorted(PERMISSIONS)),
        "",
        "| Route | Methods | Permission |",
        "|---|---|---|",
        *(f"| `{row.rule}` | {' '.join(row.methods)} | {row.permission} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def _permission_line(key: str) -> str:
    rule = PERMISSIONS[key]
    who = _who([role.value for role in Role if role in rule.roles], needs_no_role=rule.needs_no_role)
    return f"| `{key}` | {rule.title} | {who} |"


def _who(roles: Sequence[str], *, needs_no_role: bool) -> str:
    if needs_no_role:
        return SIGNED_IN
    if set(roles) == EVERY_ROLE - {Role.ADMIN}:
        return ANY_BUT_ADMIN
    return ANY_ROLE if set(roles) == EVERY_ROLE else " ".join(roles)
